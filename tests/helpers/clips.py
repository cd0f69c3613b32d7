"""Short clips made of a sample picture, and cameras that are not there."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from levelback.capture import Frame, frame_from_array, read_photo
from levelback.errors import CameraError

SAMPLES = Path(__file__).parents[2] / "sample_images"
STEP_PX = (6, 2)
"""How far the person moves from one picture of `walking` to the next."""


@cache
def standing_picture() -> np.ndarray:
    """A person who stands, seen from the front, 400 × 640 or so."""
    image = read_photo(SAMPLES / "front-symmetric.jpg").image
    return cv2.resize(image, None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA)


def shifted(picture: np.ndarray, x: float, y: float) -> np.ndarray:
    """The picture moved by whole or part pixels; its edge is drawn out."""
    height, width = picture.shape[:2]
    move = np.array([[1, 0, x], [0, 1, y]], np.float64)
    return cv2.warpAffine(picture, move, (width, height), borderMode=cv2.BORDER_REPLICATE)


def walking(count: int) -> list[np.ndarray]:
    """Pictures of the same person, `STEP_PX` further each time."""
    return [shifted(standing_picture(), STEP_PX[0] * k, STEP_PX[1] * k) for k in range(count)]


def wall() -> np.ndarray:
    """A picture that shows nobody."""
    return np.full_like(standing_picture(), 170)


def write_clip(path: Path, pictures, fps: float = 10.0) -> Path:
    """Write RGB pictures as an MP4 file."""
    height, width = pictures[0].shape[:2]
    file = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    assert file.isOpened()
    for picture in pictures:
        file.write(picture[..., ::-1])
    file.release()
    return path


class FakeCapture:
    """OpenCV's capture of a camera that shows `pictures` and is then unplugged.

    The first picture is the one by which the camera is tried. Unless it is `hurried`, the others come as
    soon as `waiting`, to be set by the test, says that none waits to be looked at.
    """

    def __init__(self, pictures, *, hurried: bool = True) -> None:
        self.pictures = list(pictures)
        self.released = False
        self.waiting = (lambda: False) if hurried else (lambda: True)
        self._tried = False

    def isOpened(self) -> bool:  # noqa: N802  (OpenCV's name)
        return bool(self.pictures)

    def read(self):
        while self._tried and self.waiting():
            time.sleep(0.005)
        self._tried = True
        return (True, self.pictures.pop(0)[..., ::-1].copy()) if self.pictures else (False, None)

    def set(self, key, value) -> bool:
        return True

    def release(self) -> None:
        self.released = True


class Frames:
    """A source of frames from a list. `wait` is called before each; `error` is raised at the end."""

    def __init__(self, pictures, *, live=False, fps=10.0, wait=lambda number: None, error=None) -> None:
        self.origin, self.live = "frames", live
        self._pictures, self._fps, self._wait, self._error = pictures, fps, wait, error
        self.read = 0
        self.closed = False

    def frames(self):
        for number, picture in enumerate(self._pictures):
            self._wait(number)
            self.read += 1
            yield numbered(picture, number / self._fps)
        if self._error:
            raise self._error

    def close(self) -> None:
        self.closed = True


def numbered(picture: np.ndarray, time_s: float) -> Frame:
    return frame_from_array(picture, time_s=time_s, origin="frames")


UNPLUGGED = CameraError("The camera is gone.", remedy="plug it in.")
