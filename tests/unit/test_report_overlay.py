"""What a page draws over the photo."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from helpers.reports import body, left_hip_high, measured, report, unusable
from levelback.pose.landmarks import View
from levelback.report.overlay import make_overlay


def test_the_overlay_is_plain_data_in_the_picture():
    overlay = make_overlay(left_hip_high())
    width, height = overlay["size"]
    json.dumps(overlay, allow_nan=False)
    assert all(0 <= joint["x"] <= width and 0 <= joint["y"] <= height for joint in overlay["joints"])
    names = {joint["name"] for joint in overlay["joints"]}
    assert {name for bone in overlay["bones"] for name in bone} <= names


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
def test_a_high_left_hip_rises_on_the_subjects_left(view):
    made = left_hip_high(view)
    line = next(line for line in make_overlay(made)["lines"] if line["id"] == "pelvic_obliquity")
    (x0, y0), (x1, y1) = line["measured"]
    left_is_right_in_picture = view is View.FRONT
    higher_x = x0 if y0 < y1 else x1
    assert (higher_x == max(x0, x1)) == left_is_right_in_picture


def test_the_side_view_has_its_own_lines():
    made = report(measured("pelvic_tilt", 8, 5), measured("forward_head", 10, 4), view=View.LEFT)
    overlay = make_overlay(made)
    assert [line["id"] for line in overlay["lines"]] == ["pelvic_tilt", "forward_head"]
    assert not [joint for joint in overlay["joints"] if joint["name"].startswith("right")]


def test_an_unusable_picture_shows_joints_only():
    overlay = make_overlay(unusable())
    assert overlay["joints"]
    assert overlay["lines"] == overlay["plumb"] == []


def test_the_outline_follows_the_silhouette():
    mask = np.zeros((1280, 720), np.uint8)
    mask[200:1100, 260:460] = 255
    made = replace(report(), landmarks=replace(body(), silhouette=mask))
    (outline,) = make_overlay(made)["outline"]
    xs, ys = zip(*outline, strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == pytest.approx((260, 459, 200, 1099), abs=2)
