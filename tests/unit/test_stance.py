"""Camera roll from how the body stands."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.reports import body as standing_body
from levelback.metrics.geometry import rotate
from levelback.metrics.observe import observe
from levelback.metrics.roll import ASSUMED_LEVEL
from levelback.metrics.stance import roll_from_stance
from levelback.pose.landmarks import View

FRONTAL = [View.FRONT, View.BACK]


def seen_by_a_turned_camera(view, roll_deg):
    seen = standing_body(view)
    center = np.array([seen.width / 2, seen.height / 2])
    return replace(seen, points=rotate(seen.points, -roll_deg, center))


@pytest.mark.parametrize("view", FRONTAL)
@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("roll_deg", [-4.0, -1.5, 1.0, 5.0])
def test_turning_the_camera_turns_the_answer(view, fast, roll_deg):
    level = roll_from_stance(seen_by_a_turned_camera(view, 0.0), fast=fast).estimate.value
    turned = roll_from_stance(seen_by_a_turned_camera(view, roll_deg), fast=fast).estimate.value
    # Shrunken towards level, and this stick figure has not the proportions of the fit's bodies.
    assert turned - level == pytest.approx(roll_deg, rel=0.2)


@pytest.mark.parametrize("view", FRONTAL)
def test_a_mirror_gives_the_opposite_roll(view):
    seen = seen_by_a_turned_camera(view, 2.7)
    there, back = (roll_from_stance(one).estimate for one in (seen, seen.mirrored()))
    assert back.value == pytest.approx(-there.value)
    assert back.half_width == there.half_width


@pytest.mark.parametrize("view", FRONTAL)
def test_it_is_surer_than_taking_the_camera_to_be_level(view):
    assert roll_from_stance(standing_body(view)).estimate.half_width < ASSUMED_LEVEL.estimate.half_width / 2


def test_a_side_view_and_a_lying_body_say_nothing():
    assert roll_from_stance(standing_body(View.LEFT)) == ASSUMED_LEVEL
    assert roll_from_stance(seen_by_a_turned_camera(View.FRONT, 40.0)) == ASSUMED_LEVEL


def test_a_plain_wall_leaves_the_roll_to_the_stance():
    seen = seen_by_a_turned_camera(View.FRONT, 3.0)
    wall = np.full((seen.height, seen.width, 3), 170, np.uint8)
    roll = observe(wall, seen, fast=True).roll
    assert roll.source == "stance"
    assert roll.estimate.low < 3.0 < roll.estimate.high
