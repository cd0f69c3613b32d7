"""MediaPipe's own VIDEO mode behind the interface of `levelback.pose.tracker`."""

from __future__ import annotations

import weakref
from contextlib import nullcontext
from types import TracebackType
from typing import Self

import numpy as np

from levelback.pose.bundle import Bundle
from levelback.pose.crops import Image
from levelback.pose.landmarks import Landmarks
from levelback.pose.models import quiet_natives
from levelback.pose.tasks import close_landmarker, open_landmarker, read_pose
from levelback.pose.tracker import landmarks_of


class TasksTracker:
    """Follows one person with MediaPipe's PoseLandmarker in VIDEO mode."""

    def __init__(self, bundle: Bundle) -> None:
        """Load `bundle`. Raises MissingPart for another MediaPipe, ModelError for a bundle it refuses."""
        self._mediapipe, self._landmarker = open_landmarker(bundle, mode="VIDEO", max_people=1)
        self._finalizer = weakref.finalize(self, close_landmarker, self._landmarker)
        self._time_ms = -1

    def track(self, image: Image, time_s: float) -> Landmarks | None:
        """Return the person in (height, width, 3) RGB `image`; None where nobody is seen."""
        first = self._time_ms < 0
        self._time_ms = max(self._time_ms + 1, round(1000 * time_s))
        picture = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image)
        )
        # Only the first frame makes MediaPipe talk; later, other threads may be writing to standard error.
        with quiet_natives() if first else nullcontext():
            result = self._landmarker.detect_for_video(picture, self._time_ms)
        if not result.pose_landmarks:
            return None
        height, width = image.shape[:2]
        points, visibility, world = read_pose(
            result.pose_landmarks[0], result.pose_world_landmarks[0], width, height
        )
        return landmarks_of(points, visibility, world, image)

    def close(self) -> None:
        """Free the native landmarker; also done at exit."""
        self._finalizer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
