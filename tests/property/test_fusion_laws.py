"""Laws of weighing lines of cloth against the rest of the body."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelback.metrics.cloth import TRAITS
from levelback.metrics.fusion import Fusion, Lines, fuse

CLEAR = TRAITS.index("contrast")


def per_trait(constant, contrast):
    weights = np.zeros(len(TRAITS) + 1)
    weights[0], weights[1 + CLEAR] = constant, contrast
    return weights


FIT = Fusion(
    center=np.zeros(len(TRAITS)),
    scale=np.ones(len(TRAITS)),
    odds=per_trait(0.5, 2.0),
    spread=per_trait(np.log(0.5), -0.3),
    stray=3.0,
    turn=0.02,
    turn_sag=0.1,
    turn_elevation=-0.6,
    roll=0.5,
)
degrees = st.floats(-9, 9)


def weigh(base, sd, slopes, turn=0.0, contrast=1.0, roll_sd=0.1, sag=0.3):
    traits = np.zeros((1, len(slopes), len(TRAITS)))
    traits[..., CLEAR] = contrast
    lines = Lines(
        slope_deg=np.array([slopes], dtype=float),
        sag=np.full((1, len(slopes)), sag),
        traits=traits,
        base=np.array([base]),
        base_sd=np.array([sd]),
        turn=np.array([turn]),
        elevation=np.array([-6.0]),
        roll_sd=np.array([roll_sd]),
    )
    value, spread = fuse(lines, FIT)
    return float(value[0]), float(spread[0])


@given(degrees, degrees, degrees, st.floats(-8, 8))
def test_a_mirror_negates_the_answer(base, first, second, turn):
    there = weigh(base, 1.2, [first, second], turn)
    back = weigh(-base, 1.2, [-first, -second], -turn)
    assert back == pytest.approx((-there[0], there[1]))


@given(degrees)
def test_without_lines_the_rest_of_the_body_stands(base):
    assert weigh(base, 1.2, [np.nan, np.nan], roll_sd=0.0) == pytest.approx((base, 1.2))


@given(degrees, degrees)
def test_the_answer_lies_between_what_is_said(base, line):
    value, _ = weigh(base, 1.2, [line])
    assert min(base, line) - 1e-9 <= value <= max(base, line) + 1e-9


def test_agreement_makes_surer_and_contradiction_does_not():
    agreeing, contradicting = weigh(2.0, 1.2, [2.1]), weigh(-2.0, 1.2, [2.1])
    assert agreeing[1] < 1.2
    assert contradicting[1] > agreeing[1]


def test_a_clear_line_counts_for_more_than_a_faint_one():
    clear, faint = weigh(0.0, 1.2, [3.0], contrast=2.0), weigh(0.0, 1.2, [3.0], contrast=-2.0)
    assert clear[0] > 2.0 > 0.5 > faint[0]


def test_a_wild_trait_counts_no_more_than_a_large_one():
    assert weigh(0.0, 1.2, [3.0], contrast=1e6) == weigh(0.0, 1.2, [3.0], contrast=4.0)


def test_doubt_about_the_roll_is_doubt_about_the_answer():
    assert weigh(1.0, 1.2, [1.2], roll_sd=2.0)[1] > weigh(1.0, 1.2, [1.2], roll_sd=0.1)[1]
