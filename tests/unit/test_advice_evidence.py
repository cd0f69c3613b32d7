"""How strongly an estimate speaks, and how often that is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from levelback.advice import find
from levelback.advice.evidence import FOUND, grade, size_text, turned
from levelback.metrics.values import MEASURES, Estimate, Measurement, Quality

USABLE = Quality(usable=True)


@pytest.mark.parametrize(
    ("value", "half_width", "expected"),
    [
        (4.0, 1.0, 3),
        (3.2, 2.2, 3),
        (3.2, 2.4, 2),
        (2.5, 2.4, 1),
        (2.5, 2.6, 0),
        (1.9, 0.5, 0),
        (1.5, 0.4, -1),
        (0.5, 0.4, -2),
        (-1.0, 0.5, -3),
        (0.0, 3.0, 0),
    ],
)
def test_the_grade_of_a_tilt(value, half_width, expected):
    assert grade(Estimate.around(value, half_width), 0.0, 2.0) == expected


def test_without_sides_the_usual_value_takes_the_place_of_zero():
    assert grade(Estimate.around(25.0, 3.0), 6.5, 20.0) == 3
    assert grade(Estimate.around(25.0, 16.0), 6.5, 20.0) == 1
    assert grade(Estimate.around(6.0, 3.0), 6.5, 20.0) == -2


def test_right_turns_the_estimate_round():
    assert turned(Estimate(value=-3, low=-4, high=-1), "right") == Estimate(value=3, low=1, high=4)
    assert turned(Estimate(value=-3, low=-4, high=-1), "left").value == -3


def test_sizes_in_words():
    assert size_text("pelvic_obliquity", 3.24) == "3.2°"
    assert size_text("pelvic_obliquity", -0.04) == "0.0°"
    assert size_text("hip_height_difference", -12.4) == "−12 mm"
    assert size_text("clam.range", 25.4) == "25 %"


def shares(id: str, truth: float, sd: float, trials: int = 4000) -> tuple[float, float]:
    """How often a true value is found, and on the wrong side, when errors are normal and intervals true."""
    errors = np.random.default_rng(7).normal(0.0, sd, trials)
    found = wrong = 0
    for error in errors:
        estimate = Estimate.around(truth + error, 1.96 * sd)
        one = Measurement(id=id, unit=MEASURES[id].unit, estimate=estimate, reason=None)
        sides = [finding.side for finding in find([one], USABLE) if finding.confidence in FOUND]
        found += bool(sides)
        wrong += sides == ["right"]
    return found / trials, wrong / trials


# Standard deviations at which the accuracy goals (mean absolute errors) would just be met.
GOALS = {"shoulder_tilt": 0.44, "pelvic_obliquity": 0.63, "hip_rotation": 3.1, "pelvic_tilt": 4.4}


@pytest.mark.parametrize(("id", "sd"), GOALS.items())
def test_level_people_get_no_finding(id, sd):
    assert shares(id, 0.0, sd)[0] <= 0.01


def test_level_people_get_no_finding_however_wide_the_interval():
    for sd in (0.2, 0.5, 0.78, 1.0, 1.5, 3.0, 6.0):
        assert shares("pelvic_obliquity", 0.0, sd)[0] <= 0.015


@pytest.mark.parametrize("id", ["shoulder_tilt", "pelvic_obliquity"])
def test_true_tilts_of_three_degrees_are_found_on_the_right_side(id):
    found, wrong = shares(id, 3.0, GOALS[id])
    assert found >= 0.90
    assert wrong <= 0.002


def test_tilts_of_three_degrees_and_more_under_clothes():
    rates = [shares("pelvic_obliquity", truth, 1.0, 1000) for truth in np.linspace(3.0, 7.0, 9)]
    assert np.mean([found for found, _ in rates]) >= 0.90
    assert max(wrong for _, wrong in rates) <= 0.002


def test_small_true_tilts_hardly_ever_name_the_wrong_side():
    for truth in (0.25, 0.5, 1.0, 2.0):
        assert shares("pelvic_obliquity", truth, 1.0)[1] <= 0.006


def test_an_unusable_picture_gives_nothing():
    one = Measurement(id="pelvic_obliquity", unit="deg", estimate=Estimate.around(9.0, 1.0), reason=None)
    assert find([one], Quality(usable=False)) == ()
    assert find([one], USABLE) != ()


def test_a_measure_without_an_estimate_says_nothing():
    gone = Measurement(id="pelvic_obliquity", unit="deg", estimate=None, reason="The hips are hidden.")
    assert find([gone], USABLE) == ()
