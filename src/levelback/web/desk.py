"""The photos that are being looked at: in memory, few, and forgotten first in, first out.

One loaded model serves all; photos wait in line for it. Nothing is written to disk here.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, Self

from levelback.advice import Answers, check_answers
from levelback.capture import Frame, frame_from_bytes
from levelback.errors import LevelbackError, UsageError
from levelback.pipeline import Analyzer, Step, move_landmarks
from levelback.pose.bundle import open_bundle
from levelback.pose.finder import PoseFinder
from levelback.pose.joints import Joint
from levelback.report import Report, replan
from levelback.report.burst import median_of

logger = logging.getLogger(__name__)

MAX_PHOTOS = 40
"""Photos kept in memory; at 2,048 pixels one takes up to 16 MB."""
MAX_WAITING = 32
"""Photos that may wait in line."""

State = Literal["waiting", "working", "done", "failed"]
SURPRISE = "Something went wrong inside levelback. The photo was not kept; please try again."


class Busy(LevelbackError):
    """Too many photos wait in line."""


class Forgotten(LevelbackError):
    """There is no such photo, or it has been forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What somebody says about a photo; see `levelback.pipeline.analyze_photo`."""

    view: str | None = None
    mirrored: bool | None = None
    height_cm: float | None = None
    fast: bool = False
    markers: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Photo:
    """One photo on the desk.

    step      what is being done; `ahead` how many wait before it
    measured  the report as the program made it; `report` the one to show: with answers, and with the
              landmarks that a hand has moved
    message   why it failed
    """

    id: str
    options: Options
    state: State = "waiting"
    step: str = "reading"
    frame: Frame | None = None
    measured: Report | None = None
    report: Report | None = None
    answers: Answers | None = None
    message: str = ""


class Desk:
    """Analyses photos one after the other and keeps the latest; close it, or use it in a `with`."""

    def __init__(self, model: Path | None = None) -> None:
        """Open the model bundle; it is loaded with the first photo. Raises ModelError."""
        self._bundle = open_bundle(model)
        self._finder: PoseFinder | None = None
        self._photos: OrderedDict[str, Photo] = OrderedDict()
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="levelback-photo")

    def add(self, data: bytes, name: str, options: Options) -> Photo:
        """Put a photo on the desk and return it at once, waiting. Raises Busy where too many wait."""

        def read() -> Frame:
            return frame_from_bytes(data, name=name, mirrored=options.mirrored)

        return self._queue(read, options, None)

    def again(self, id: str, options: Options) -> Photo:
        """Analyse a photo that is on the desk anew, and return the new one. Raises Forgotten or Busy."""
        known = self.get(id)
        frame = known.frame
        if frame is None:
            raise Forgotten("This photo could not be read. Choose another one.")
        turned = _turned(frame, options.mirrored)
        return self._queue(lambda: turned, options, known.answers)

    def get(self, id: str) -> Photo:
        """Return a photo as it stands now. Raises Forgotten."""
        with self._lock:
            photo = self._photos.get(id)
        if photo is None:
            raise Forgotten("This photo is not in memory any more. Choose it again.")
        return photo

    def ahead(self, photo: Photo) -> int:
        """Return how many photos are before this one."""
        with self._lock:
            before = 0
            for id, other in self._photos.items():
                if id == photo.id:
                    break
                before += other.state in ("waiting", "working")
            return before

    def finished(self, id: str) -> tuple[Photo, Report]:
        """Return a photo that has been measured and its report. Raises Forgotten or UsageError."""
        photo = self.get(id)
        if photo.report is None:
            raise UsageError(photo.message or "This photo is not ready yet. Wait a moment.")
        return photo, photo.report

    def move(self, id: str, places: dict[str, tuple[float, float]]) -> Photo:
        """Put landmarks where a hand says, (x, y) in pixels of the full photo; all that were moved so far.

        No places: the landmarks are where the program found them. Raises UsageError or Forgotten.
        """
        photo, _ = self.finished(id)
        assert photo.measured is not None
        joints = {_joint(name): place for name, place in places.items()}
        report = photo.measured
        if joints:
            report = move_landmarks(report, joints, answers=photo.answers, height_cm=photo.options.height_cm)
        elif photo.answers is not None:
            report = replan(report, photo.answers)
        return self._keep(replace(photo, report=report))

    def answer(self, id: str, answers: dict[str, Any]) -> Photo:
        """Weigh answers to the screening questions in. Raises DataFileError, UsageError or Forgotten."""
        photo, report = self.finished(id)
        given = check_answers(answers)
        return self._keep(replace(photo, answers=given, report=replan(report, given)))

    def lay(self, report: Report) -> Photo:
        """Put a report on the desk that was measured before, with the picture that was kept of it."""
        photo = Photo(
            id=secrets.token_urlsafe(12), options=Options(), state="done", measured=report, report=report
        )
        with self._lock:
            self._put(photo)
        return photo

    def merge(self, ids: Sequence[str]) -> Photo:
        """Make one photo of a burst that has been measured, and forget the others. Raises UsageError.

        Where none of the pictures is usable, the first one that shows somebody says why.
        """
        photos = [photo for photo in map(self.get, ids) if photo.measured is not None]
        if not photos:
            raise UsageError(
                "Nobody could be measured in these pictures. Step back, until you are all in view."
            )
        reports = [photo.measured for photo in photos if photo.measured is not None]
        report = median_of(reports) if any(one.quality.usable for one in reports) else reports[0]
        chosen = next(one for one in photos if one.measured and one.measured.picture is report.picture)
        for id in ids:
            if id != chosen.id:
                self.forget(id)
        return self._keep(replace(chosen, measured=report, report=report))

    def forget(self, id: str) -> None:
        """Take a photo off the desk; one that is not there is forgotten already."""
        with self._lock:
            self._photos.pop(id, None)

    def close(self) -> None:
        """Finish what is being analysed and free the model."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        if self._finder is not None:
            self._finder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _queue(self, read: Callable[[], Frame], options: Options, answers: Answers | None) -> Photo:
        photo = Photo(id=secrets.token_urlsafe(12), options=options, answers=answers)
        with self._lock:
            waiting = sum(one.state in ("waiting", "working") for one in self._photos.values())
            if waiting >= MAX_WAITING:
                raise Busy("Many photos are waiting already. Try again in a minute.")
            self._put(photo)
        self._worker.submit(self._work, photo, read)
        return photo

    def _put(self, photo: Photo) -> None:
        """Put a photo on the desk, where the oldest that are done make room; the lock is held."""
        done = [id for id, one in self._photos.items() if one.state in ("done", "failed")]
        for id in done[: max(0, len(self._photos) + 1 - MAX_PHOTOS)]:
            del self._photos[id]
        self._photos[photo.id] = photo

    def _work(self, photo: Photo, read: Callable[[], Frame]) -> None:
        try:
            photo = self._keep(replace(photo, state="working"))
            photo = self._keep(replace(photo, frame=read()))
            report = self._analyze(photo)
            self._keep(replace(photo, state="done", measured=report, report=report))
        except LevelbackError as error:
            self._keep(replace(photo, state="failed", message=str(error)))
        except Exception:
            logger.exception("a photo could not be analysed")
            self._keep(replace(photo, state="failed", message=SURPRISE))

    def _analyze(self, photo: Photo) -> Report:
        assert photo.frame is not None
        options = photo.options
        if self._finder is None:
            self._finder = PoseFinder(self._bundle)

        def tell(step: Step) -> None:
            self._keep(replace(photo, step=step))

        with Analyzer(
            view=options.view,
            height_cm=options.height_cm,
            fast=options.fast,
            markers=options.markers,
            answers=photo.answers,
            finder=self._finder,
        ) as analyzer:
            return analyzer.analyze_frame(photo.frame, on_step=tell)

    def _keep(self, photo: Photo) -> Photo:
        """Put the new state of a photo on the desk, unless it was forgotten meanwhile."""
        with self._lock:
            if photo.id in self._photos:
                self._photos[photo.id] = photo
        return photo


def _joint(name: str) -> Joint:
    try:
        return Joint[name.upper()]
    except KeyError:
        raise UsageError("There is no landmark of this name.") from None


def _turned(frame: Frame, mirrored: bool | None) -> Frame:
    """Return the frame with left and right as somebody says now, where that differs from before."""
    if mirrored is None or mirrored == frame.mirrored:
        return replace(frame, sides_in_doubt=frame.sides_in_doubt and mirrored is None)
    return replace(frame, image=frame.image[:, ::-1], mirrored=mirrored, sides_in_doubt=False)
