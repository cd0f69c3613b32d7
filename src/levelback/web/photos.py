"""Photos: send one, hear how far it is, see the report, move landmarks, take the files."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.requests import ClientDisconnect

from levelback.advice import check_answers
from levelback.errors import UsageError
from levelback.report import Report, together
from levelback.web.desk import Desk, Options, Photo
from levelback.web.plans import picture_address
from levelback.web.schemas import (
    Answered,
    Moved,
    NumberView,
    PhotoOptions,
    PhotoState,
    PhotoView,
    Several,
    Together,
    TogetherView,
    Upload,
)

if TYPE_CHECKING:
    from levelback.report.content import Content
    from levelback.report.html import Links

router = APIRouter(tags=["photos"])
Format = Literal["html", "pdf", "png", "json"]
MEDIA_TYPES: dict[Format, str] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "json": "application/json",
}
_uploads = asyncio.Semaphore(4)
"""Bodies that are read at once; the others wait on their own side of the wire."""
MAX_WAIT_S, LOOK_AGAIN_S = 5.0, 0.01
"""How long an answer may be held back until a photo has come further, and how often that is looked at."""


def the_desk(request: Request) -> Desk:
    """Return the desk of this run."""
    desk: Desk = request.app.state.desk
    return desk


DeskOfRun = Annotated[Desk, Depends(the_desk)]


@router.post(
    "/photos",
    status_code=202,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}
            },
        }
    },
)
async def send_photo(
    request: Request,
    desk: DeskOfRun,
    upload: Annotated[Upload, Query()],
) -> PhotoState:
    """Take the bytes of a photo file and begin to analyse it."""
    async with _uploads:
        data = await _body(request)
    return state_of(desk, desk.add(data, upload.name, _options(upload)))


@router.get("/photos/{id}")
async def photo_state(
    id: str, desk: DeskOfRun, wait: Annotated[float, Query(ge=0, le=MAX_WAIT_S)] = 0.0
) -> PhotoState:
    """Say how far a photo has come: at once, or as soon as it comes further, after `wait` seconds at most."""
    before = now = state_of(desk, desk.get(id))
    end = asyncio.get_running_loop().time() + wait
    while now == before and now.state in ("waiting", "working") and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(LOOK_AGAIN_S)
        now = state_of(desk, desk.get(id))
    return now


@router.delete("/photos/{id}", status_code=204)
def forget_photo(id: str, desk: DeskOfRun) -> None:
    """Forget a photo now."""
    desk.forget(id)


@router.get("/photos/{id}/report")
def photo_report(id: str, desk: DeskOfRun) -> PhotoView:
    """Return the report on a photo."""
    photo, _ = desk.finished(id)
    return _view(photo)


@router.post("/photos/{id}/again", status_code=202)
def measure_again(id: str, options: PhotoOptions, desk: DeskOfRun) -> PhotoState:
    """Analyse a photo anew, with other options."""
    return state_of(desk, desk.again(id, _options(options)))


@router.put("/photos/{id}/landmarks")
def put_landmarks(id: str, moved: Moved, desk: DeskOfRun) -> PhotoView:
    """Put landmarks where a hand says; every number follows. No places: back to where they were found."""
    return _view(desk.move(id, dict(moved.places)))


@router.put("/photos/{id}/answers")
def put_answers(id: str, answered: Answered, desk: DeskOfRun) -> PhotoView:
    """Weigh answers to the screening questions into findings and plan."""
    return _view(desk.answer(id, dict(answered.answers)))


@router.post("/bursts")
def make_burst(several: Several, desk: DeskOfRun) -> PhotoState:
    """Make one photo of a burst, with the median of its numbers, and forget the others."""
    return state_of(desk, desk.merge(several.photos))


@router.post("/sessions")
def session(several: Together, desk: DeskOfRun) -> TogetherView:
    """Return one report, with one plan, of several photos of one person."""
    from levelback.report.content import make_content
    from levelback.report.html import to_parts

    report = together([desk.finished(id)[1] for id in several.photos], check_answers(dict(several.answers)))
    content = make_content(report)
    numbers = _numbers(report, content)
    return TogetherView(headline=content.headline, numbers=numbers, **to_parts(report, _links()))


@router.get(
    "/photos/{id}/picture.jpg", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}}
)
def photo_picture(id: str, desk: DeskOfRun) -> Response:
    """Return the picture, upright and unmirrored, without EXIF."""
    from levelback.report.encoded import jpeg

    _, report = desk.finished(id)
    assert report.picture is not None
    return Response(jpeg(report.picture), media_type="image/jpeg")


@router.get(
    "/photos/{id}/files/{format}",
    response_class=Response,
    responses={200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}},
)
def photo_file(id: str, format: Format, desk: DeskOfRun, blur_face: bool = False) -> Response:
    """Return the report as a file to keep; `blur_face` hides the face in it, for sharing."""
    from levelback.report.blur import without_face
    from levelback.report.files import render, safe_stem

    _, report = desk.finished(id)
    report = without_face(report) if blur_face else report
    data = render(report, (format,))[format]
    stem = safe_stem(report.photo.file).encode("ascii", "ignore").decode().strip(" .-") or "photo"
    headers = {"content-disposition": f'attachment; filename="levelback-{stem}.{format}"'}
    return Response(data, media_type=MEDIA_TYPES[format], headers=headers)


async def _body(request: Request) -> bytes:
    """Return the body of a request. Raises UsageError where it is empty or grows beyond the bound."""
    data = bytearray()
    try:
        async for chunk in request.stream():
            data += chunk
    except ClientDisconnect:
        data.clear()
    if not data:
        raise UsageError(
            "The picture did not arrive whole, or it is too large. Send it again, or a smaller copy."
        )
    return bytes(data)


def _options(options: PhotoOptions) -> Options:
    return Options(**{name: getattr(options, name) for name in PhotoOptions.model_fields})


def state_of(desk: Desk, photo: Photo) -> PhotoState:
    """Return how far a photo on the desk has come."""
    ahead = desk.ahead(photo) if photo.state == "waiting" else 0
    return PhotoState(id=photo.id, state=photo.state, step=photo.step, ahead=ahead, message=photo.message)


def _links() -> Links:
    from levelback.report.html import Links

    return Links(questions="#/questions", exercises="#/exercises/", picture=picture_address)


def _numbers(report: Report, content: Content) -> dict[str, NumberView]:
    from levelback.report.explain import explanations

    explained = explanations(report, content.rows)
    return {
        row.id: NumberView(name=row.name, says=row.says, interval=row.interval, explained=explained[row.id])
        for row in content.rows
    }


def _view(photo: Photo) -> PhotoView:
    from levelback.report.content import make_content
    from levelback.report.html import to_parts
    from levelback.report.overlay import make_overlay

    report: Report | None = photo.report
    assert report is not None
    content = make_content(report)
    return PhotoView(
        id=photo.id,
        report=report.to_dict(),
        headline=content.headline,
        numbers=_numbers(report, content),
        overlay=make_overlay(report),
        options=PhotoOptions(**asdict(photo.options)),
        **to_parts(report, _links()),
    )
