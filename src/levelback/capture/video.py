"""Moving pictures: a video file or a webcam becomes a stream of `Frame` values, each with its own time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from levelback.capture.frame import MAX_SIDE, Frame
from levelback.capture.photo import printable
from levelback.errors import CameraError, UnreadableVideo, UsageError
from levelback.pose.models import quiet_natives

WEBCAM_WIDTH, WEBCAM_HEIGHT, WEBCAM_FPS = 1280, 720, 30
_DEVICES = Path("/dev")
_GIVE_UP_S = 2.0
"""How long a camera may fail to give a picture before it counts as gone."""


class FrameSource(Protocol):
    """A stream of frames.

    origin   file name or camera, for people
    live     whether frames come at their own pace, looked at or not: a camera, not a file
    """

    origin: str
    live: bool

    def frames(self) -> Iterator[Frame]:
        """Yield the frames in order; `time_s` grows. Raises CameraError or UnreadableVideo."""
        ...

    def close(self) -> None:
        """Free the file or the camera."""
        ...


class VideoFile:
    """A video file, frame by frame, upright as its rotation flag says, with its own time stamps."""

    live = False

    def __init__(self, path: Path) -> None:
        """Open the file. Raises UsageError if there is none, UnreadableVideo if it is no video."""
        self.origin = printable(path.name)
        if not path.exists():
            raise UsageError(
                f"There is no file '{printable(str(path))}'. Name a camera by its number, or a video."
            )
        os.environ.setdefault(
            "OPENCV_FFMPEG_LOGLEVEL", "-8"
        )  # FFmpeg would print what is damaged, frame by frame
        with quiet_natives():
            self._capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        if not self._capture.isOpened():
            raise UnreadableVideo(
                f"'{self.origin}' is no video that can be read. Save it again as MP4 (H.264)."
            )
        self._capture.set(cv2.CAP_PROP_ORIENTATION_AUTO, 1)

    def frames(self) -> Iterator[Frame]:
        """Yield the frames to the end, or as far as a damaged file can be read."""
        fps = self._capture.get(cv2.CAP_PROP_FPS)
        step_s = 1 / fps if 0 < fps < 1000 else 1 / WEBCAM_FPS
        last_s = -step_s
        while True:
            good, picture = self._capture.read()
            if not good:
                break
            stamp_s = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
            last_s = stamp_s if stamp_s > last_s else last_s + step_s
            yield _frame(picture, last_s, self.origin)
        if last_s < 0:
            raise UnreadableVideo(f"'{self.origin}' holds no picture that can be read.")

    def close(self) -> None:
        """Close the file."""
        self._capture.release()


class Webcam:
    """A camera by its number. Its pictures are not mirrored: only a screen may show them so."""

    live = True

    def __init__(self, number: int = 0) -> None:
        """Open the camera. Raises CameraError, with what to try, where there is none."""
        self.origin = f"camera {number}"
        with quiet_natives():
            self._capture = cv2.VideoCapture(number)
            opened = self._capture.isOpened() and self._capture.read()[0]
        if not opened:
            self._capture.release()
            raise CameraError(f"Camera {number} gives no picture{_others(number)}.", remedy=_ADVICE)
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, WEBCAM_WIDTH)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, WEBCAM_HEIGHT)
        self._capture.set(cv2.CAP_PROP_FPS, WEBCAM_FPS)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def frames(self) -> Iterator[Frame]:
        """Yield what the camera sees, for ever. Raises CameraError where it is unplugged."""
        start_s = seen_s = time.monotonic()
        while True:
            good, picture = self._capture.read()
            now_s = time.monotonic()
            if good:
                seen_s = now_s
                yield _frame(picture, now_s - start_s, self.origin)
            elif now_s - seen_s > _GIVE_UP_S:
                raise CameraError(f"The {self.origin} gives no picture any more.", remedy=_ADVICE)
            else:
                time.sleep(0.02)

    def close(self) -> None:
        """Let the camera go."""
        self._capture.release()


_ADVICE = (
    "plug the camera in, close other programs that use it, allow its use in the system's privacy settings, "
    "or choose another one with --source 1."
)


def list_cameras() -> list[str]:
    """Return the names of the video devices; only Linux lists them as files."""
    return [path.name for path in sorted(_DEVICES.glob("video*"))] if _DEVICES.is_dir() else []


def _others(number: int) -> str:
    """Return which other cameras there are, as a part of a sentence."""
    others = [name for name in list_cameras() if name != f"video{number}"]
    return f"; there is {', '.join(others)}" if others else ""


def _frame(picture: np.ndarray, time_s: float, origin: str) -> Frame:
    """Return OpenCV's (height, width, 3) BGR picture as a Frame, reduced where it is very large."""
    height, width = picture.shape[:2]
    shrink = MAX_SIDE / max(height, width)
    if shrink < 1:
        size = (round(width * shrink), round(height * shrink))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return Frame(
        image=cv2.cvtColor(picture, cv2.COLOR_BGR2RGB),  # type: ignore[arg-type]
        full_width=width,
        full_height=height,
        time_s=time_s,
        origin=origin,
        sha256=None,
        mirrored=False,
        taken_at=None,
    )
