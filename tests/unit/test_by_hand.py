"""What a hand marks counts: measures that rest on moved landmarks follow the marks."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.reports import measured, report
from levelback.errors import UsageError
from levelback.metrics.values import Estimate, Roll
from levelback.pipeline import move_landmarks
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import View
from levelback.report import from_dict, to_html

LEVEL = Roll(estimate=Estimate.around(0.0, 0.3), source="scene_lines")


def estimate(made, id):
    return next(one.estimate for one in made.measurements if one.id == id)


def raised(made, joint, degrees):
    """Where to put `joint`, in full pixels, so that the line to its partner stands `degrees` left higher."""
    points = made.landmarks.points * made.photo.width / made.landmarks.width
    x, partner = points[joint][0], points[MIRROR[joint]]
    up = np.tan(np.radians(degrees)) * abs(x - partner[0])
    return float(x), float(partner[1] - up if "LEFT" in joint.name else partner[1] + up)


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
@pytest.mark.parametrize("joint", [Joint.LEFT_HIP, Joint.RIGHT_HIP])
def test_the_hip_line_follows_the_mark(view, joint):
    made = report(
        measured("pelvic_obliquity", 0.3, 2.5), measured("head_tilt", 1.0, 2.0), view=view, roll=LEVEL
    )
    moved = move_landmarks(made, {joint: raised(made, joint, 4.0)})
    assert estimate(moved, "pelvic_obliquity").value == pytest.approx(4.0, abs=0.01)
    assert estimate(moved, "head_tilt") == estimate(made, "head_tilt"), "nothing that rests on it moved"


def test_two_marks_are_surer_than_one():
    made = report(measured("pelvic_obliquity", 0.3, 2.5), roll=LEVEL)
    left, right = Joint.LEFT_HIP, Joint.RIGHT_HIP
    one = move_landmarks(made, {left: raised(made, left, 4.0)})
    places = {left: raised(made, left, 4.0), right: tuple(2.0 * made.landmarks.points[right])}
    two = move_landmarks(made, places)
    assert 0 < estimate(two, "pelvic_obliquity").half_width < estimate(one, "pelvic_obliquity").half_width


def test_a_roll_that_is_not_known_widens_what_a_hand_says():
    marks = {Joint.LEFT_SHOULDER: (904.0, 640.0)}
    narrow = move_landmarks(report(measured("shoulder_tilt", 0.0, 1.0), roll=LEVEL), marks)
    unsure = Roll(estimate=Estimate.around(0.0, 4.0), source="assumed_level")
    wide = move_landmarks(report(measured("shoulder_tilt", 0.0, 1.0), roll=unsure), marks)
    assert estimate(wide, "shoulder_tilt").half_width > estimate(narrow, "shoulder_tilt").half_width + 1.0


def test_millimetres_follow_with_the_height():
    made = report(
        measured("pelvic_obliquity", 0.0, 1.0), measured("hip_height_difference", 0.0, 5.0), roll=LEVEL
    )
    marks = {Joint.LEFT_HIP: raised(made, Joint.LEFT_HIP, 4.0)}
    moved = move_landmarks(made, marks, height_cm=170)
    assert estimate(moved, "hip_height_difference").value > 5
    untold = move_landmarks(made, marks)
    assert estimate(untold, "hip_height_difference") == estimate(made, "hip_height_difference")


def test_what_landmarks_cannot_show_stays():
    made = report(measured("hip_rotation", 3.0, 6.0), measured("pelvic_obliquity", 0.0, 1.0), roll=LEVEL)
    moved = move_landmarks(made, {Joint.LEFT_HIP: raised(made, Joint.LEFT_HIP, 3.0)})
    assert estimate(moved, "hip_rotation") == estimate(made, "hip_rotation")


def test_the_report_says_that_a_hand_moved_it():
    made = report(measured("pelvic_obliquity", 0.0, 1.0), roll=LEVEL)
    moved = move_landmarks(made, {Joint.LEFT_HIP: raised(made, Joint.LEFT_HIP, 3.0)})
    assert "moved by hand" in to_html(moved)
    assert "moved by hand" not in to_html(made)
    assert [one["name"] for one in moved.to_dict()["landmarks"] if one.get("moved_by_hand")] == ["left_hip"]
    assert from_dict(moved.to_dict()).moved == (Joint.LEFT_HIP,)


@pytest.mark.parametrize("place", [(-5.0, 10.0), (10.0, 1e9), (float("nan"), 3.0)])
def test_a_place_outside_the_picture_is_refused(place):
    with pytest.raises(UsageError, match="cannot be there"):
        move_landmarks(report(measured("pelvic_obliquity", 0.0, 1.0), roll=LEVEL), {Joint.LEFT_HIP: place})


def test_a_body_that_is_upside_down_is_refused():
    marks = {Joint.LEFT_ANKLE: (700.0, 20.0), Joint.RIGHT_ANKLE: (720.0, 20.0)}
    with pytest.raises(UsageError, match="cannot be there"):
        move_landmarks(report(measured("knee_alignment_left", 0.0, 1.0), roll=LEVEL), marks)
