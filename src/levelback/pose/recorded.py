"""Landmarks kept as JSON lines, one person in one picture a line, and read back bit for bit.

A line holds the fields of `Landmarks`, without the silhouette, and the name of its picture; of a picture in
which nobody was found, the name and the time only. Python writes floats with as many digits as give the
same float again. A covariance of a single pass, all zeros, is left out; otherwise its upper triangle is
kept, row by row. Lines without an outline, as they were written first, are read all the same.
"""

from __future__ import annotations

import errno
import json
import math
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from levelback.errors import DataFileError, UsageError
from levelback.pose.joints import JOINT_COUNT
from levelback.pose.landmarks import Landmarks, View

SCHEMA = "levelback.landmarks/1"
MAX_SIDE_PX = 100_000
_TRIANGLE = np.triu_indices(2 * JOINT_COUNT)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recorded:
    """One picture: the person's landmarks or None, its name, and its time in seconds (0 for a photo)."""

    landmarks: Landmarks | None
    picture: str
    time_s: float = 0.0


class LandmarkWriter:
    """A file of JSON lines that grows, line by line, so that a set that is cut short is kept so far.

    Close it, or use it in a ``with`` block. Raises UsageError where the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`, over what was there."""
        self._path = path
        try:
            self._file = path.open("wb", buffering=0)
        except OSError as error:
            raise UsageError(f"Cannot write to '{path}': {error.strerror}.") from error

    def write(self, one: Recorded) -> None:
        """Add one line, whole or not at all: what a full disk has cut off is taken off again."""
        line = json.dumps(_to_dict(one), allow_nan=False, separators=(",", ":")).encode() + b"\n"
        end = self._file.tell()
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(end)
            raise UsageError(f"Cannot write to '{self._path}': {error.strerror}.") from error

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def write_landmarks(path: Path, recorded: Iterable[Recorded]) -> None:
    """Write `recorded` to a file of JSON lines, over what was there."""
    with LandmarkWriter(path) as file:
        for one in recorded:
            file.write(one)


def read_landmarks(path: Path) -> Iterator[Recorded]:
    """Yield what was written, line by line. Raises DataFileError, with the line, for anything else."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                yield _parsed(line, str(path), number)
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(str(path), "", "the recorded landmarks cannot be read.") from error


def _parsed(line: str, file: str, number: int) -> Recorded:
    try:
        return _from_dict(json.loads(line))
    except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise DataFileError(file, f"line {number}", f"no recorded landmarks ({error}).") from error


def _to_dict(one: Recorded) -> dict[str, Any]:
    marks = one.landmarks
    if marks is None:
        return {"schema": SCHEMA, "picture": one.picture, "time_s": one.time_s, "points": None}
    spread = marks.covariance[_TRIANGLE].tolist() if marks.covariance.any() else None
    return {
        "schema": SCHEMA,
        "picture": one.picture,
        "time_s": one.time_s,
        "width": marks.width,
        "height": marks.height,
        "view": marks.view.value,
        "passes": marks.passes,
        "points": marks.points.tolist(),
        "visibility": marks.visibility.tolist(),
        "covariance": spread,
        "outline": _nulled(marks.outline),
    }


def _nulled(outline: NDArray[np.float64] | None) -> list[float | None] | None:
    """Return an outline for JSON, which has no NaN."""
    return None if outline is None else [None if math.isnan(one) else one for one in outline.tolist()]


def _from_dict(data: dict[str, Any]) -> Recorded:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}, expected {SCHEMA!r}")
    picture, time_s = data["picture"], float(data["time_s"])
    if data["points"] is None:
        return Recorded(landmarks=None, picture=picture, time_s=time_s)
    for name in ("width", "height", "passes"):
        if type(data[name]) is not int or not 0 < data[name] <= MAX_SIDE_PX:
            raise ValueError(f"{name} must be a whole number from 1 to {MAX_SIDE_PX}")
    covariance = np.zeros((2 * JOINT_COUNT, 2 * JOINT_COUNT))
    if data["covariance"] is not None:
        covariance[_TRIANGLE] = data["covariance"]
        covariance.T[_TRIANGLE] = data["covariance"]
    outline = data.get("outline")
    landmarks = Landmarks(
        points=np.array(data["points"]),
        visibility=np.array(data["visibility"]),
        covariance=covariance,
        silhouette=None,
        width=data["width"],
        height=data["height"],
        view=View(data["view"]),
        passes=data["passes"],
        outline=None if outline is None else np.array(outline, dtype=np.float64),
    )
    return Recorded(landmarks=landmarks, picture=picture, time_s=time_s)
