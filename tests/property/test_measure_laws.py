"""The laws of DESIGN.md: what a mirror, a turn, a scale and a shift do to every measure."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.reports import body as standing_body
from levelback.metrics.geometry import rotate
from levelback.metrics.measure import measure
from levelback.metrics.observe import observe
from levelback.metrics.values import MEASURES, Estimate, Quality, Roll, measures_for
from levelback.pose.landmarks import Landmarks, View

GOOD = Quality(usable=True)
SEEN = st.sampled_from(list(View))
wobble = arrays(np.float64, (33, 2), elements=st.floats(-12, 12))


def known_roll(degrees: float, half_width: float = 0.2) -> Roll:
    return Roll(estimate=Estimate.around(degrees, half_width), source="given")


def moved(
    landmarks: Landmarks, points: np.ndarray, width: int | None = None, height: int | None = None
) -> Landmarks:
    return replace(
        landmarks, points=points, width=width or landmarks.width, height=height or landmarks.height
    )


def measured(landmarks: Landmarks, roll: Roll) -> dict[str, Estimate]:
    picture = np.zeros((landmarks.height, landmarks.width, 3), np.uint8)
    observation = observe(picture, landmarks, roll=roll, fast=True)
    results = measure(observation, GOOD, height_cm=172, fast=True)
    assert [one.id for one in results] == [one.id for one in measures_for(landmarks.view)]
    return {one.id: one.estimate for one in results if one.estimate}


def close(a: dict[str, Estimate], b: dict[str, Estimate]) -> None:
    assert a.keys() == b.keys()
    for id in a:
        assert (a[id].value, a[id].low, a[id].high) == pytest.approx(
            (b[id].value, b[id].low, b[id].high), abs=1e-6
        ), id


@settings(max_examples=40, deadline=None)
@given(SEEN, wobble, st.floats(-6, 6))
def test_a_mirror_negates_sided_measures_and_swaps_pairs(view, offset, roll):
    seen = standing_body(view)
    seen = moved(seen, seen.points + offset)
    there = measured(seen, known_roll(roll))
    back = measured(seen.mirrored(), known_roll(-roll))
    for id, estimate in there.items():
        other = back[MEASURES[id].pair or id]
        expected = estimate.scaled(-1) if MEASURES[id].sided else estimate
        assert (other.value, other.low) == pytest.approx((expected.value, expected.low), abs=1e-6), id


@settings(max_examples=40, deadline=None)
@given(SEEN, wobble, st.floats(-9, 9))
def test_turning_the_camera_changes_nothing_once_roll_is_known(view, offset, turn):
    seen = standing_body(view)
    seen = moved(seen, seen.points + offset)
    center = np.array([seen.width / 2, seen.height / 2])
    # A camera turned counter-clockwise shows the scene turned clockwise: positive roll.
    turned = moved(seen, rotate(seen.points, -turn, center))
    close(measured(seen, known_roll(0.0)), measured(turned, known_roll(turn)))


@settings(max_examples=40, deadline=None)
@given(SEEN, wobble, st.floats(0.4, 3.0), st.floats(-200, 200), st.floats(-200, 200))
def test_scale_and_shift_change_nothing(view, offset, scale, dx, dy):
    seen = standing_body(view)
    seen = moved(seen, seen.points + offset)
    shifted = moved(seen, seen.points * scale + (dx, dy))
    shifted = replace(shifted, covariance=seen.covariance * scale**2)
    close(measured(seen, known_roll(0.0)), measured(shifted, known_roll(0.0)))


@settings(max_examples=30, deadline=None)
@given(SEEN, wobble, st.floats(1.0, 9.0))
def test_more_noise_never_narrows_an_interval(view, offset, factor):
    seen = standing_body(view)
    seen = moved(seen, seen.points + offset)
    noisy = replace(seen, covariance=seen.covariance * factor)
    quiet, loud = measured(seen, known_roll(0.0)), measured(noisy, known_roll(0.0))
    unsure = measured(seen, known_roll(0.0, 0.2 * factor))
    for id in quiet:
        assert loud[id].half_width >= quiet[id].half_width - 1e-9
        assert unsure[id].half_width >= quiet[id].half_width - 1e-9


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
def test_a_symmetric_body_is_exactly_level(view):
    for id, estimate in measured(standing_body(view), known_roll(0.0)).items():
        if MEASURES[id].sided:
            assert estimate.value == pytest.approx(0, abs=1e-9), id
