"""The JSON report: its golden form, its round trip, and where it says that it is wrong."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from helpers import reports
from levelback.errors import DataFileError
from levelback.pose.landmarks import View
from levelback.report import from_dict, from_json
from levelback.report.values import Report

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = {
    "symmetric": reports.symmetric,
    "left_hip_high": reports.left_hip_high,
    "side_view": reports.side_view,
    "unusable": reports.unusable,
}


def golden(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES)
def test_json_is_as_agreed(case):
    assert CASES[case]().to_json() + "\n" == golden(f"report_{case}.json")


@pytest.mark.parametrize("case", CASES)
def test_a_report_that_was_read_back_gives_the_same_json(case):
    text = CASES[case]().to_json()
    assert from_json(text).to_json() == text


def test_landmarks_are_in_pixels_of_the_full_photo():
    report = reports.symmetric()
    nose = report.to_dict()["landmarks"][0]
    assert (nose["name"], nose["x"], nose["y"]) == ("nose", 2 * 360, 2 * 205)
    assert nose["sd_px"] == 4.0


def test_what_is_not_known_is_null_and_never_nan():
    report = reports.symmetric()
    points = report.landmarks.points.copy()
    points[5] = np.nan
    broken = replace(report, landmarks=replace(report.landmarks, points=points))
    landmark = json.loads(broken.to_json())["landmarks"][5]
    assert landmark["x"] is None
    assert math.isnan(from_json(broken.to_json()).landmarks.points[5, 0])


@pytest.mark.parametrize("low", [0.004, 0.0004])
def test_rounding_keeps_the_side(low):
    measured = reports.measured("pelvic_obliquity", 0.5, 0.5 - low)
    document = reports.report(measured).to_dict()
    assert document["measurements"][0]["higher_side"] == "left"
    assert from_dict(document).to_dict() == document


def test_a_mirrored_body_gives_the_other_side():
    left, right = (
        reports.report(reports.measured("shoulder_tilt", value, 1.0)).to_dict()["measurements"][0]
        for value in (3.0, -3.0)
    )
    assert (left["higher_side"], right["higher_side"]) == ("left", "right")


def _damage(document: dict, *path: str | int, value: object) -> dict:
    target = document
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("measurements", 3, "low"), "much", "measurements[3].low"),
        (("measurements", 3, "low"), 80.0, "measurements[3]"),
        (("measurements", 0, "id"), "ear_wiggle", "measurements[0].id"),
        (("measurements", 0, "value"), None, "measurements[0]"),
        (("photo", "view"), "above", "photo.view"),
        (("plan", "phases", 0, "items", 0, "sets"), 0, "plan.phases[0].items[0].sets"),
        (("landmarks",), [], "landmarks"),
        (("schema",), "levelback.report/9", "schema"),
    ],
)
def test_an_error_names_its_place(path, value, named):
    document = _damage(reports.left_hip_high().to_dict(), *path, value=value)
    with pytest.raises(DataFileError) as caught:
        from_dict(document, file="mine.json")
    assert caught.value.path == named
    assert caught.value.file == "mine.json"


@pytest.mark.parametrize("text", ["", "[1,", "[]", "null", '{"schema": "levelback.report/1"}'])
def test_text_that_is_no_report_is_refused(text):
    with pytest.raises(DataFileError):
        from_json(text)


def test_json_alone_loads_no_drawing_or_table_library():
    heavy = "{'matplotlib', 'jinja2', 'polars', 'fpdf', 'PIL', 'pydantic', 'cv2', 'mediapipe'}"
    code = f"import sys, levelback.report.encode; print(*({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_table_has_one_row_for_each_measure():
    report: Report = reports.left_hip_high(View.BACK)
    frame = report.to_frame()
    assert frame["id"].to_list() == [m.id for m in report.measurements]
    row = frame.row(by_predicate=pl.col("id") == "pelvic_obliquity", named=True)
    assert (row["view"], row["value"], row["low"], row["higher_side"]) == ("back", 4.2, 3.1, "left")
    missing = frame.row(by_predicate=pl.col("id") == "hip_height_difference", named=True)
    assert missing["value"] is None
    assert missing["status"] == "unmeasurable"
