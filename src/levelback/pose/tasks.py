"""The first pass by MediaPipe's Tasks API: the reference for the models that levelback runs directly.

MediaPipe is imported only when a `TasksFirstPass` is made.
"""

from __future__ import annotations

import weakref
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal

import numpy as np

from levelback.errors import MissingPart, ModelError
from levelback.pose.bundle import Bundle
from levelback.pose.crops import Floats, Image
from levelback.pose.joints import Joint
from levelback.pose.models import quiet_natives, roi_from
from levelback.pose.people import MAX_PEOPLE, MIN_SCORE, Person

SUPPORTED = ("0.10.30", "0.10.31")
_REMEDY = "python -m pip install 'mediapipe>=0.10.30,<0.10.32'"
_RIM = 1.06
"""Radius of the circle round the body in parts of the distance from mid-hip to its farthest landmark."""


def check_version(found: str | None = None) -> None:
    """Raise MissingPart unless the installed MediaPipe (or `found`) is one that levelback allows.

    Older ones lack the Tasks API as used here. From 0.10.32 it brings a second OpenCV, which overwrites the
    first; later ones look up and contact a metrics server, which breaks the promise that nothing leaves
    the machine (google-ai-edge/mediapipe #6291).
    """
    try:
        found = found or version("mediapipe")
    except PackageNotFoundError as error:
        raise MissingPart("MediaPipe is not installed.", remedy=_REMEDY) from error
    if found not in SUPPORTED:
        raise MissingPart(
            f"MediaPipe {found} is not used: only 0.10.30 and 0.10.31 neither contact a metrics server nor "
            "overwrite OpenCV.",
            remedy=_REMEDY,
        )


def open_landmarker(bundle: Bundle, *, mode: Literal["IMAGE", "VIDEO"], max_people: int) -> tuple[Any, Any]:
    """Return the mediapipe module and a PoseLandmarker on `bundle`.

    Raises MissingPart for another MediaPipe, ModelError for a bundle that it refuses.
    """
    check_version()
    with quiet_natives():
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle.path)),
            running_mode=vision.RunningMode[mode],
            num_poses=max_people,
            min_pose_presence_confidence=MIN_SCORE,
        )
        try:
            return mediapipe, vision.PoseLandmarker.create_from_options(options)
        except (RuntimeError, ValueError) as error:
            raise ModelError(
                f"MediaPipe cannot load {bundle.path}.",
                remedy="give another pose_landmarker .task file, or leave --model out.",
            ) from error


def close_landmarker(landmarker: Any) -> None:  # noqa: ANN401  (the library has no types)
    """Close the landmarker, or, where Python has already stopped its thread at exit, let it go."""
    with quiet_natives():
        try:
            landmarker.close()
        except RuntimeError:
            landmarker._handle = None  # or its destructor would fail again, aloud


def read_pose(flat: Any, world: Any, width: int, height: int) -> tuple[Floats, Floats, Floats]:  # noqa: ANN401
    """Return points (33, 2) px, visibility (33,) 0…1 and world (33, 3) m of MediaPipe's answer."""
    return (
        np.array([[mark.x * width, mark.y * height] for mark in flat]),
        np.array([min(mark.visibility, mark.presence) for mark in flat]),
        np.array([[mark.x, mark.y, mark.z] for mark in world]),
    )


class TasksFirstPass:
    """Finds people with MediaPipe's PoseLandmarker in IMAGE mode. Close it after use."""

    def __init__(self, bundle: Bundle, *, max_people: int = MAX_PEOPLE) -> None:
        """Load `bundle`. Raises MissingPart for another MediaPipe, ModelError for a bundle it refuses."""
        self._mediapipe, self._landmarker = open_landmarker(bundle, mode="IMAGE", max_people=max_people)
        self._finalizer = weakref.finalize(self, close_landmarker, self._landmarker)

    def people(self, image: Image, *, everybody: bool = False) -> list[Person]:
        """Return the people in (height, width, 3) RGB `image`, in MediaPipe's order.

        MediaPipe looks once; `everybody` changes nothing here.
        """
        height, width = image.shape[:2]
        with quiet_natives():
            picture = self._mediapipe.Image(
                image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image)
            )
            result = self._landmarker.detect(picture)
        return [
            _person(flat, world, width, height)
            for flat, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True)
        ]

    def close(self) -> None:
        """Free the native landmarker; also done at exit."""
        self._finalizer()


def _person(flat: Any, world: Any, width: int, height: int) -> Person:  # noqa: ANN401
    points, visibility, depth = read_pose(flat, world, width, height)
    return Person(
        points=points,
        visibility=visibility,
        world=depth,
        roi=roi_from(*_circle(points)),
        score=1.0,
        detector_score=1.0,
    )


def _circle(points: Floats) -> tuple[Floats, Floats]:
    """Return the middle of the hips, and the point above it on a circle round the body."""
    hip = (points[Joint.LEFT_HIP] + points[Joint.RIGHT_HIP]) / 2
    shoulder = (points[Joint.LEFT_SHOULDER] + points[Joint.RIGHT_SHOULDER]) / 2
    radius = _RIM * np.linalg.norm(points - hip, axis=1).max()
    up = shoulder - hip
    return hip, hip + up / max(float(np.hypot(*up)), 1e-9) * radius
