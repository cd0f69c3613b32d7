"""Landmarks kept as JSON lines, one person in one picture a line, and read back bit for bit.

A line holds the fields of `Landmarks`, without the silhouette, and the name of its picture. Python writes
floats with as many digits as give the same float again. A covariance of a single pass, all zeros, is
left out; otherwise its upper triangle is kept, row by row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from levelback.errors import DataFileError
from levelback.pose.joints import JOINT_COUNT
from levelback.pose.landmarks import Landmarks, View

SCHEMA = "levelback.landmarks/1"
_TRIANGLE = np.triu_indices(2 * JOINT_COUNT)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Recorded:
    """One recorded person: the landmarks, the picture's name, and its time in seconds (0 for a photo)."""

    landmarks: Landmarks
    picture: str
    time_s: float = 0.0


def write_landmarks(path: Path, recorded: Iterable[Recorded]) -> None:
    """Write `recorded` to a file of JSON lines, over what was there."""
    with path.open("w", encoding="utf-8") as file:
        for one in recorded:
            file.write(json.dumps(_to_dict(one), allow_nan=False, separators=(",", ":")) + "\n")


def read_landmarks(path: Path) -> Iterator[Recorded]:
    """Yield what `write_landmarks` wrote. Raises DataFileError, with the line, for anything else."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(str(path), "", "the recorded landmarks cannot be read.") from error
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            yield _from_dict(json.loads(line))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise DataFileError(str(path), f"line {number}", f"no recorded landmarks ({error}).") from error


def _to_dict(one: Recorded) -> dict[str, Any]:
    marks = one.landmarks
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
    }


def _from_dict(data: dict[str, Any]) -> Recorded:
    if data["schema"] != SCHEMA:
        raise ValueError(f"schema {data['schema']!r}, expected {SCHEMA!r}")
    covariance = np.zeros((2 * JOINT_COUNT, 2 * JOINT_COUNT))
    if data["covariance"] is not None:
        covariance[_TRIANGLE] = data["covariance"]
        covariance.T[_TRIANGLE] = data["covariance"]
    landmarks = Landmarks(
        points=np.array(data["points"]),
        visibility=np.array(data["visibility"]),
        covariance=covariance,
        silhouette=None,
        width=data["width"],
        height=data["height"],
        view=View(data["view"]),
        passes=data["passes"],
    )
    return Recorded(landmarks=landmarks, picture=data["picture"], time_s=float(data["time_s"]))
