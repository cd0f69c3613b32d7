"""Following one person from frame to frame: image and time in, landmarks out.

    with open_tracker() as tracker:
        for frame in frames:
            landmarks = tracker.track(frame.image, frame.time_s)

`LiteRtTracker` runs the two models directly; `TasksTracker` (pose/tracker_tasks.py) is MediaPipe's own VIDEO
mode, the reference. Both look for a person only where none is being followed.
"""

from __future__ import annotations

from types import TracebackType
from typing import Literal, Protocol, Self

import cv2
import numpy as np

from levelback.pose.back import outline_above
from levelback.pose.bundle import Bundle, open_bundle
from levelback.pose.crops import Crop, Floats, Image, Picture, transform
from levelback.pose.joints import JOINT_COUNT, Joint
from levelback.pose.landmarks import Landmarks
from levelback.pose.models import DETECTOR_SIDE, LANDMARK_SIDE, LandmarkModel, PersonDetector, roi_from
from levelback.pose.people import MIN_SCORE
from levelback.pose.refine import worker_count
from levelback.pose.smoothing import OneEuro
from levelback.pose.view import turn_deg, view_of

Engine = Literal["litert", "mediapipe"]
THREADS = 2
_NO_SPREAD = np.zeros((2 * JOINT_COUNT, 2 * JOINT_COUNT))


class Tracker(Protocol):
    """Follows one person. Close it, or use it in a ``with`` block; not for two threads at once."""

    def track(self, image: Image, time_s: float) -> Landmarks | None:
        """Return the person in (height, width, 3) uint8 RGB `image`; None where nobody is seen.

        Times grow from call to call, in seconds. The landmarks are smoothed over time, from a single pass:
        without covariance or silhouette. `LiteRtTracker` adds the outline of the back.
        """
        ...

    def close(self) -> None:
        """Free what is held."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_tracker(engine: Engine = "litert", *, bundle: Bundle | None = None) -> Tracker:
    """Return a tracker on `bundle`, by default the one that comes with levelback.

    Raises ModelError for a bundle that is missing or damaged, MissingPart for an unsuitable MediaPipe.
    """
    bundle = bundle or open_bundle()
    if engine == "litert":
        return LiteRtTracker(bundle)
    from levelback.pose.tracker_tasks import TasksTracker

    return TasksTracker(bundle)


def landmarks_of(
    points: Floats, visibility: Floats, world: Floats, image: Image, outline: Floats | None = None
) -> Landmarks:
    """Return the landmarks of a single pass: points (33, 2) px, visibility (33,), world (33, 3) m."""
    height, width = image.shape[:2]
    return Landmarks(
        points=points,
        visibility=visibility,
        covariance=_NO_SPREAD,
        silhouette=None,
        width=width,
        height=height,
        view=view_of(turn_deg(points, world)),
        outline=outline,
    )


class LiteRtTracker:
    """Detector once, then the landmark model on the square that the last landmarks span: BlazePose's way."""

    def __init__(self, bundle: Bundle, *, threads: int | None = None) -> None:
        """Load the models of `bundle`; `threads` is by default two, or one on a single core."""
        threads = threads or min(THREADS, worker_count())
        self._detector = PersonDetector(bundle.detector, threads=threads)
        self._model = LandmarkModel(bundle.landmarker, threads=threads)
        self._roi: Crop | None = None
        self._filter = OneEuro()

    def track(self, image: Image, time_s: float) -> Landmarks | None:
        """Return the person in (height, width, 3) RGB `image`; None where nobody is seen."""
        roi = self._roi or self._find(image)
        self._roi = None
        if roi is None:
            return None
        look = self._model.look(_pixels(image, roi))
        if look.score < MIN_SCORE:
            return None
        matrix = roi.matrix(LANDMARK_SIDE)
        points = transform(matrix, look.points)
        self._roi = roi_from(points[JOINT_COUNT], points[JOINT_COUNT + 1])
        smooth = self._filter(time_s, points[:JOINT_COUNT], size=roi.size)
        shoulder, hip = (_middle(look.points, one) for one in (Joint.LEFT_SHOULDER, Joint.LEFT_HIP))
        outline = outline_above(self._model.mask(), shoulder, hip, up=-matrix[1, :2])
        return landmarks_of(smooth, look.visibility, look.world, image, outline)

    def _find(self, image: Image) -> Crop | None:
        """Return the square round the largest person surely seen, and forget who was followed before."""
        self._filter = OneEuro()
        # Halving makes a small picture softer, which moves the box, and the first landmarks by 0.5 %.
        shrunk = Picture.shrunk(image, crop_px=max(image.shape[:2]), side=DETECTOR_SIDE, halved=False)
        people = self._detector.detect(image, shrunk=shrunk)
        return max(people, key=lambda one: one.score * one.roi.size).roi if people else None

    def close(self) -> None:
        """Forget the person; the models free themselves."""
        self._roi = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _middle(points: Floats, left: int) -> Floats:
    """Return the (2,) middle of a pair of landmarks, the right one of which follows the left one."""
    return (points[left] + points[left + 1]) / 2  # type: ignore[no-any-return]


def _pixels(image: Image, crop: Crop) -> Image:
    """Return the (256, 256, 3) pixels of `crop`, bilinear, black outside, with MediaPipe's half pixel.

    MediaPipe takes the outer corners of the square for pixel centres. Done the same way, both trackers
    differ by 0.2 % of the body's height; done right, by 0.5 %, most of it one shift.
    """
    matrix = crop.matrix(LANDMARK_SIDE)
    size = (LANDMARK_SIDE, LANDMARK_SIDE)
    pixels = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return pixels.astype(np.uint8, copy=False)
