"""Rows of a rendered split: what the estimators saw beside the exact truth, as arrays by group."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.direct import PAIRED

Floats = NDArray[np.float64]

SHOULDER_SHARE = 0.82
"""Height of the shoulders over the stature; a mean."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """The pictures of one group (front, back or side) of one split.

    records   what `extract` kept, one per picture
    truth     id -> (n,) true values, the ids of heads included (`_mean`, `_half`, widths, turn)
    rows      the truth table's rows, for grouping by clothes, sex and so on
    """

    records: list[dict[str, Any]]
    truth: dict[str, Floats]
    rows: list[dict[str, str]]

    def column(self, name: str) -> NDArray[np.str_]:
        """Return one column of the truth table."""
        return np.array([row[name] for row in self.rows])

    def matrix(self, kind: str, names: tuple[str, ...]) -> Floats:
        """Return (n, len(names)) odd or even features; NaN where missing."""
        return np.array([[r[kind].get(name, np.nan) for name in names] for r in self.records], dtype=float)

    def number(self, name: str) -> Floats:
        """Return (n,) of a number that every record has."""
        return np.array([record[name] for record in self.records], dtype=float)

    def direct(self, head: str) -> Floats:
        """Return (n,) values straight off the landmarks, NaN where there are none."""
        return np.array([record["direct"].get(head, np.nan) for record in self.records], dtype=float)


def load(records_file: Path, truth_file: Path) -> dict[str, Sample]:
    """Return the samples of a split by group: ``front``, ``back`` and ``side``."""
    with truth_file.open(newline="", encoding="utf-8") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    records = [json.loads(line) for line in records_file.open(encoding="utf-8")]
    usable = sorted((r for r in records if "error" not in r and r["file"] in rows), key=lambda r: r["file"])
    return {
        group: _sample([r for r in usable if _group_of(rows[r["file"]]["view"]) == group], rows)
        for group in ("front", "back", "side")
    }


def _group_of(view: str) -> str:
    return view if view in ("front", "back") else "side"


def _sample(records: list[dict[str, Any]], rows: dict[str, dict[str, str]]) -> Sample:
    chosen = [rows[record["file"]] for record in records]
    return Sample(records=records, truth=_truth(chosen), rows=chosen)


def _truth(rows: list[dict[str, str]]) -> dict[str, Floats]:
    if not rows:
        return {}
    numeric = [name for name in rows[0] if _is_number(rows[0][name])]
    truth = {name: np.array([float(row[name]) for row in rows]) for name in numeric}
    for stem in PAIRED:
        left, right = truth[f"{stem}_left"], truth[f"{stem}_right"]
        truth[f"{stem}_mean"], truth[f"{stem}_half"] = (left + right) / 2, (left - right) / 2
    for width, tilt, height in (
        ("shoulder_width", "shoulder_tilt", "shoulder_height_difference"),
        ("hip_width", "pelvic_obliquity", "hip_height_difference"),
    ):
        slope = np.tan(np.radians(truth[tilt]))
        ratio = truth[height] / (10 * truth["height_cm"]) / np.where(np.abs(slope) > 0.01, slope, np.nan)
        truth[width] = ratio
    # Side views count a turn towards the camera; it stands on the subject's left in the left view.
    away = np.array([-1.0 if row["view"] == "right" else 1.0 for row in rows])
    truth["turn"] = truth["subject_yaw"] * away
    truth["pelvis_turn"] = truth["turn"] + truth["hip_rotation"]
    rise = SHOULDER_SHARE * truth["height_cm"] / 100 - truth["camera_height"]
    truth["elevation"] = np.degrees(np.arctan2(rise, truth["camera_distance"]))
    return truth


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
