"""Laws of the angle functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelback.metrics.geometry import bend_deg, lean_deg, line_tilt_deg, percentile, rotate, wrap_deg

coordinate = st.floats(-2000, 2000, allow_nan=False)
point = st.tuples(coordinate, coordinate).map(np.array)
angle = st.floats(-40, 40)


@given(point, point)
def test_exchanging_the_ends_negates_the_tilt(a, b):
    np.testing.assert_allclose(line_tilt_deg(a, b), -line_tilt_deg(b, a))


@given(st.floats(20, 500), angle)
def test_tilt_is_the_turn_of_a_level_line(length, turn):
    right, left = np.array([0.0, 0.0]), np.array([length, 0.0])
    assert line_tilt_deg(rotate(left, turn, right), right) == pytest.approx(turn, abs=1e-9)


@given(point, point, angle)
def test_rotation_adds_to_a_lean(bottom, offset, turn):
    top = bottom + offset
    if np.hypot(*offset) < 1:
        return
    before, after = lean_deg(bottom, top), lean_deg(rotate(bottom, turn, bottom), rotate(top, turn, bottom))
    assert float(wrap_deg(before - after - turn)) == pytest.approx(0, abs=1e-6)


@given(st.floats(-170, 170))
def test_bend_is_the_angle_of_the_lower_part(bend):
    upper, middle = np.array([0.0, 0.0]), np.array([0.0, 100.0])
    lower = rotate(np.array([0.0, 200.0]), -bend, middle)
    assert bend_deg(upper, middle, lower) == pytest.approx(bend, abs=1e-9)


@given(st.floats(-2000, 2000))
def test_wrapped_angles_are_in_range_and_equivalent(value):
    wrapped = float(wrap_deg(value))
    assert -180 < wrapped <= 180
    assert np.cos(np.radians(wrapped)) == pytest.approx(np.cos(np.radians(value)), abs=1e-9)


def test_tilt_of_a_point_is_undefined():
    assert np.isnan(line_tilt_deg(np.zeros(2), np.zeros(2)))


@given(st.lists(st.integers(0, 255), min_size=1, max_size=60), st.floats(0, 100))
def test_a_percentile_is_numpys(values, percent):
    for dtype in (np.uint8, np.float32):
        array = np.array(values, dtype=dtype)
        assert percentile(array, percent) == pytest.approx(float(np.percentile(array, percent)), abs=1e-4)
