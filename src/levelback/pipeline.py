"""One photo to one report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback import __version__, advice
from levelback.capture import Frame, frame_from_array, read_photo
from levelback.capture.frame import FAST_SIDE, MAX_SIDE
from levelback.errors import UsageError
from levelback.metrics.by_hand import measure_by_hand, move
from levelback.metrics.calibration import load_calibration
from levelback.metrics.conditions import Conditions, read_conditions
from levelback.metrics.measure import measure, turn_deg, unmeasurable
from levelback.metrics.observe import observe
from levelback.metrics.quality import PictureFacts, assess
from levelback.metrics.roll import ASSUMED_LEVEL, detect_lines, scene_segments
from levelback.metrics.values import Measurement, Quality, Roll, measures_for
from levelback.pose.bundle import Bundle, open_bundle
from levelback.pose.finder import Found, PoseFinder
from levelback.pose.joints import Joint
from levelback.pose.landmarks import MIRROR_VIEW, Landmarks, View
from levelback.report.values import ModelIdentity, PhotoFacts, Report

if TYPE_CHECKING:
    from levelback.advice import Answers

Photo = str | os.PathLike[str] | NDArray[Any]
Step = Literal["finding", "measuring", "planning"]
"""What the analysis of a photo is about to do: find the body, measure it, weigh the evidence."""


def analyze_photo(
    photo: Photo,
    *,
    view: str | None = None,
    mirrored: bool | None = None,
    height_cm: float | None = None,
    answers: str | os.PathLike[str] | None = None,
    fast: bool = False,
    name: str | None = None,
    model: str | os.PathLike[str] | None = None,
    markers: bool = False,
    blur_face: bool = False,
) -> Report:
    """Measure the person in one photo.

    photo      a path, or an (height, width[, 3 or 4]) array, RGB
    view       ``front``, ``back``, ``left`` or ``right``: which side of the body the camera sees; None:
               read it from the picture
    mirrored   whether the picture is a mirror image; None: what its tags say
    height_cm  body height, for the measures in millimetres
    answers    file of answers to the screening questions (TOML)
    fast       one pass of the model: quicker, with wider intervals
    model      another pose landmarker bundle
    markers    the subject wears coloured markers on the bony points: measure the lines between them

    For several photos keep one `Analyzer`, which loads the model once. Raises UnreadablePhoto,
    NoPersonFound, UsageError, DataFileError or ModelError.
    """
    with Analyzer(
        view=view,
        mirrored=mirrored,
        height_cm=height_cm,
        answers=load_answers(answers),
        fast=fast,
        name=name,
        model=model,
        markers=markers,
        blur_face=blur_face,
    ) as analyzer:
        return analyzer.analyze(photo)


def load_answers(file: str | os.PathLike[str] | None) -> Answers | None:
    """Return the answers in a TOML file, None for no file."""
    return None if file is None else advice.parse_answers(Path(file))


def move_landmarks(
    report: Report,
    places: Mapping[Joint, tuple[float, float]],
    *,
    answers: Answers | None = None,
    height_cm: float | None = None,
) -> Report:
    """Return the report as it is when a hand puts landmarks where they belong.

    places     (x, y) in pixels of the full photo, of all landmarks that a hand has moved
    height_cm  body height, where the report has measures in millimetres
    Findings and plan follow the new numbers. Raises UsageError for a place that cannot be.
    """
    factor = report.landmarks.width / report.photo.width
    try:
        landmarks = move(report.landmarks, {j: (x * factor, y * factor) for j, (x, y) in places.items()})
        measurements = measure_by_hand(
            report.measurements, landmarks, report.roll, places, height_cm=height_cm
        )
    except ValueError as error:
        raise UsageError(f"This landmark cannot be there: {error}. Put it on the body.") from None
    findings = advice.find(measurements, report.quality, answers)
    return replace(
        report,
        landmarks=landmarks,
        measurements=measurements,
        findings=findings,
        plan=advice.make_plan(findings, advice.screen(answers), answers),
        moved=tuple(sorted(places)),
    )


class Analyzer:
    """Analyses photos with one loaded model and one set of options; close it, or use it in a `with`."""

    def __init__(
        self,
        *,
        view: str | None = None,
        mirrored: bool | None = None,
        height_cm: float | None = None,
        answers: Answers | None = None,
        fast: bool = False,
        name: str | None = None,
        model: str | os.PathLike[str] | None = None,
        markers: bool = False,
        blur_face: bool = False,
        finder: PoseFinder | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        """Load the model. The options are those of `analyze_photo`.

        `finder` is a loaded model to share, with other options, among analysers; its owner closes it.
        `bundle` is the content of `model`, where it has been read already.
        """
        self._view = _parse_view(view)
        self._mirrored = mirrored
        self._height_cm = height_cm
        self._answers = answers
        self._fast = fast
        self._name = name
        self._markers = markers
        self._blur_face = blur_face
        self._owns_finder = finder is None
        _start_learning()
        self._finder = finder or PoseFinder(bundle or open_bundle(None if model is None else Path(model)))

    def analyze(self, photo: Photo) -> Report:
        """Return the report on one photo; see `analyze_photo`."""
        if isinstance(photo, np.ndarray):
            frame = frame_from_array(photo, mirrored=bool(self._mirrored), max_side=self.max_side)
        else:
            frame = read_photo(photo, mirrored=self._mirrored, max_side=self.max_side)
        return self.analyze_frame(frame)

    @property
    def max_side(self) -> int:
        """The longer side, in pixels, at which photos are best read for these options."""
        return reading_side(fast=self._fast, markers=self._markers)

    def analyze_frame(self, frame: Frame, *, on_step: Callable[[Step], None] = lambda step: None) -> Report:
        """Return the report on one frame; `on_step` hears what is about to be done.

        A picture and its mirror image are measured as the same picture and the answer turned round, so
        that a mirror negates every sided measure to the last bit.
        """
        if _turns_round(frame.image):
            found, roll, quality, measurements, conditions = self._measure(frame, on_step, mirror=True)
            landmarks, roll = found.landmarks.mirrored(), roll.mirrored()
            conditions = conditions and conditions.mirrored()
            measurements = _in_order(tuple(one.mirrored() for one in measurements), landmarks.view)
        else:
            found, roll, quality, measurements, conditions = self._measure(frame, on_step, mirror=False)
            landmarks = found.landmarks
        on_step("planning")
        _start_learning().result()
        findings = advice.find(measurements, quality, self._answers)
        return Report(
            version=__version__,
            created_at=datetime.now(UTC),
            model=ModelIdentity(name=self._finder.bundle.name, sha256=self._finder.bundle.sha256),
            photo=_facts(frame, landmarks.view, found.people),
            roll=roll,
            quality=quality,
            measurements=measurements,
            findings=findings,
            plan=advice.make_plan(findings, advice.screen(self._answers), self._answers),
            landmarks=landmarks,
            picture=self._shown(frame.image, landmarks),
            fast=self._fast,
            name=self._name,
            conditions=conditions,
        )

    def _shown(self, image: NDArray[np.uint8], landmarks: Landmarks) -> NDArray[np.uint8]:
        """Return the picture as the report may show it."""
        if not self._blur_face:
            return image
        from levelback.report.blur import blurred

        return blurred(image, landmarks)

    def _measure(
        self, frame: Frame, on_step: Callable[[Step], None], *, mirror: bool
    ) -> tuple[Found, Roll, Quality, tuple[Measurement, ...], Conditions | None]:
        image = frame.image
        if mirror:
            image = cv2.flip(image, 1).astype(np.uint8, copy=False)  # forty times as fast as NumPy
        view = MIRROR_VIEW[self._view] if self._view and mirror else self._view
        on_step("finding")
        with ThreadPoolExecutor(1) as beside:
            lines = cache(lambda: beside.submit(detect_lines, image))
            if self._fast:
                lines()  # one look leaves a core idle; many looks do not, before the silhouette
            found = self._finder.find(image, fast=self._fast, view=view, on_landmarks=lines)
        landmarks = found.landmarks
        on_step("measuring")
        segments = scene_segments(lines().result(), landmarks.silhouette)
        try:
            observation = observe(image, landmarks, world=found.world, segments=segments, fast=self._fast)
        except ValueError:
            facts = PictureFacts(overlap=found.overlap, markers=self._markers)
            quality = assess(image, landmarks, None, facts)
            measures = measures_for(landmarks.view, markers=self._markers)
            return found, ASSUMED_LEVEL, quality, unmeasurable(quality, measures), None
        facts = PictureFacts(
            overlap=found.overlap,
            turn_deg=turn_deg(observation, fast=self._fast),
            swapped=0.0 if self._view else found.swapped,
            sides_in_doubt=frame.sides_in_doubt,
            has_lines=observation.roll.source == "scene_lines",
            full_scale=frame.full_width / frame.image.shape[1],
            markers=self._markers,
        )
        quality = assess(image, landmarks, observation.body, facts)
        worn = None
        if self._markers:
            from levelback.metrics.marker_measures import (
                read_markers,
            )  # loads SciPy, which nothing else needs

            fov = frame.vertical_fov_deg
            worn = read_markers(image, landmarks, observation.body, observation.roll, fov)
        measurements = measure(observation, quality, height_cm=self._height_cm, fast=self._fast, markers=worn)
        conditions = read_conditions(
            image,
            landmarks,
            observation.body,
            observation.roll,
            mode="markers" if self._markers else "fast" if self._fast else "full",
            turn_deg=facts.turn_deg,
            vertical_fov_deg=frame.vertical_fov_deg,
            segments=segments,
        )
        return found, observation.roll, quality, measurements, conditions

    def close(self) -> None:
        """Free the model, unless it is shared."""
        if self._owns_finder:
            self._finder.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def reading_side(*, fast: bool, markers: bool) -> int:
    """Return the longer side, in pixels, at which photos are best read."""
    return FAST_SIDE if fast and not markers else MAX_SIDE


@cache
def _start_learning() -> Future[None]:
    """Load in a thread what is wanted once the models have looked at the first picture."""
    pool = ThreadPoolExecutor(1)
    learning = pool.submit(_learn)
    pool.shutdown(wait=False)
    return learning


def _learn() -> None:
    load_calibration()
    advice.make_plan(advice.find((), Quality(usable=True, issues=())), advice.screen(None))


def _parse_view(view: str | None) -> View | None:
    try:
        return None if view is None else View(view)
    except ValueError:
        names = ", ".join(one.value for one in View)
        raise UsageError(f"There is no view '{view}'; choose one of {names}.") from None


def _turns_round(image: NDArray[np.uint8]) -> bool:
    """Tell which of a picture and its mirror image is measured: always the same one of the two."""
    columns: list[int] = image[::16].sum(axis=0, dtype=np.int64).sum(axis=1).tolist()
    return columns[::-1] < columns


def _in_order(measurements: tuple[Measurement, ...], view: View) -> tuple[Measurement, ...]:
    order = [one.id for one in measures_for(view, markers=True)]
    return tuple(sorted(measurements, key=lambda one: order.index(one.id)))


def _facts(frame: Frame, view: View, people: int) -> PhotoFacts:
    return PhotoFacts(
        file=frame.origin,
        sha256=frame.sha256,
        width=frame.full_width,
        height=frame.full_height,
        view=view,
        taken_at=frame.taken_at,
        mirrored=frame.mirrored,
        people=people,
    )
