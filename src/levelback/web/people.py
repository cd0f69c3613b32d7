"""People and their history: only what somebody asked to keep, and gone when they say so."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from levelback.history import (
    History,
    forget,
    history_exists,
    open_history,
    people,
    pictures,
    save,
    save_set,
    sessions,
)
from levelback.history.store import report_entry
from levelback.history.values import name_key
from levelback.progress.collect import PICTURE, kept_report, picture_to_keep
from levelback.progress.values import Progress
from levelback.web.desk import Desk, Forgotten
from levelback.web.live import EndedSets
from levelback.web.photos import state_of, the_desk
from levelback.web.schemas import (
    Done,
    KeptPhotos,
    KeptPhotoView,
    KeptSet,
    PersonName,
    PersonView,
    PhotoState,
    ProgressFile,
    ProgressView,
)

router = APIRouter(tags=["people"])


class Shelf:
    """Where the history is; nothing is made there before somebody keeps something."""

    def __init__(self, url: str | None) -> None:
        """Name the history; None: the one in the user's data folder."""
        self._url = url

    @property
    def empty(self) -> bool:
        """Whether nobody has kept anything yet, so that there is no history at all."""
        return not history_exists(self._url)

    def open(self) -> History:
        """Open the history; it is made where it is missing. Raises HistoryError."""
        return open_history(self._url)


def the_shelf(request: Request) -> Shelf:
    """Return the shelf of this run."""
    shelf: Shelf = request.app.state.shelf
    return shelf


def the_sets(request: Request) -> EndedSets:
    """Return the live sets that have ended in this run."""
    sets: EndedSets = request.app.state.sets
    return sets


SetsOfRun = Annotated[EndedSets, Depends(the_sets)]
ShelfOfRun = Annotated[Shelf, Depends(the_shelf)]
DeskOfRun = Annotated[Desk, Depends(the_desk)]
Person = Annotated[PersonName, Query()]


@router.get("/people")
def everybody(shelf: ShelfOfRun) -> list[PersonView]:
    """Return everybody in the history."""
    if shelf.empty:
        return []
    with shelf.open() as history:
        return [
            PersonView(name=one.name, sessions=one.sessions, first=one.first, last=one.last)
            for one in people(history)
        ]


@router.post("/people/photos")
def keep_photos(kept: KeptPhotos, desk: DeskOfRun, shelf: ShelfOfRun) -> Done:
    """Keep the numbers of photos for somebody, and the pictures only where that is asked."""
    reports = [desk.finished(id)[1] for id in kept.photos]
    entries = []
    for report in reports:
        picture = picture_to_keep(report) if kept.pictures else None
        entries.append(report_entry(kept.person, report, pictures={PICTURE: picture} if picture else None))
    with shelf.open() as history:
        save(history, entries)
    return Done(count=len(entries))


@router.get("/people/photos")
def kept_photos(who: Person, shelf: ShelfOfRun) -> list[KeptPhotoView]:
    """Return the photos of somebody whose pictures were kept, the oldest first; none of who is not known."""
    if shelf.empty:
        return []
    with shelf.open() as history:
        if name_key(who.person) not in [name_key(one.name) for one in people(history)]:
            return []
        return [
            KeptPhotoView(session=one.id, at=one.at, view=one.document["photo"]["view"])
            for one in sessions(history, who.person, "report")
            if PICTURE in pictures(history, one.id)
        ]


@router.post("/people/photos/{session}/open")
def open_photo(
    session: Annotated[int, Path(ge=1, le=2**31 - 1)], who: PersonName, desk: DeskOfRun, shelf: ShelfOfRun
) -> PhotoState:
    """Put a photo of somebody's history on the desk again, to be compared with another."""
    if shelf.empty:
        raise Forgotten("Nobody has kept anything yet.")
    with shelf.open() as history:
        report = kept_report(history, who.person, session)
    if report is None or report.picture is None:
        raise Forgotten("The picture of this photo is not kept.")
    return state_of(desk, desk.lay(report))


@router.post("/people/sets")
def keep_set(kept: KeptSet, sets: SetsOfRun, shelf: ShelfOfRun) -> Done:
    """Keep a live set for somebody."""
    summary = sets.get(kept.id)
    with shelf.open() as history:
        save_set(history, kept.person, summary)
    return Done(count=1)


@router.get("/people/progress")
def progress(who: Person, shelf: ShelfOfRun) -> ProgressView:
    """Return how somebody's measures have changed."""
    from levelback.progress.files import drawn
    from levelback.progress.html import to_part

    content, drawings = drawn(_assessed(who.person, shelf))
    return ProgressView(headline=content.headline, subtitle=content.subtitle, html=to_part(content, drawings))


@router.get(
    "/people/progress.pdf", response_class=Response, responses={200: {"content": {"application/pdf": {}}}}
)
def progress_file(who: Annotated[ProgressFile, Query()], shelf: ShelfOfRun) -> Response:
    """Return the same as a PDF to keep."""
    from levelback.progress.files import drawn
    from levelback.progress.pdf import to_pdf

    headers = {"content-disposition": 'attachment; filename="levelback-progress.pdf"'}
    return Response(
        to_pdf(*drawn(_assessed(who.person, shelf, blur_face=who.blur_face))),
        media_type="application/pdf",
        headers=headers,
    )


@router.delete("/people", status_code=204)
def forget_person(who: Person, shelf: ShelfOfRun) -> None:
    """Delete everything that was kept of somebody; nothing of it can be brought back."""
    if shelf.empty:
        return
    with shelf.open() as history:
        forget(history, who.person)


def _assessed(person: str, shelf: Shelf, *, blur_face: bool = False) -> Progress:
    from levelback.progress import assess, from_history, with_hidden_faces

    if shelf.empty:
        raise Forgotten("Nobody has kept anything yet.")
    with shelf.open() as history:
        material = from_history(history, person)
        return assess(with_hidden_faces(material) if blur_face else material)
