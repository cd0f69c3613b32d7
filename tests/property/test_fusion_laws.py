"""Laws of weighing lines of cloth against the rest of the body."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelback.metrics.fusion import Fusion, fuse, line_features

FIT = Fusion(odds=np.array([0.5, 1.0, 1.0, 0.0, -0.5, 0.0]), spread=0.5, stray=3.0, turn=0.02, turn_sag=0.1)
degrees = st.floats(-9, 9)


def weigh(base, sd, slopes, turn=0.0, contrast=60.0, agreement=1.0):
    lines = np.array([slopes], dtype=float)
    shape = np.ones_like(lines)
    features = line_features(contrast * shape, agreement * shape, 0.06 * shape, 0 * shape)
    value, spread = fuse(np.array([base]), np.array([sd]), lines, 0 * shape, features, np.array([turn]), FIT)
    return float(value[0]), float(spread[0])


@given(degrees, degrees, degrees, st.floats(-8, 8))
def test_a_mirror_negates_the_answer(base, first, second, turn):
    there = weigh(base, 1.2, [first, second], turn)
    back = weigh(-base, 1.2, [-first, -second], -turn)
    assert back == pytest.approx((-there[0], there[1]))


@given(degrees)
def test_without_lines_the_rest_of_the_body_stands(base):
    assert weigh(base, 1.2, [np.nan, np.nan]) == pytest.approx((base, 1.2))


@given(degrees, degrees)
def test_the_answer_lies_between_what_is_said(base, line):
    value, _ = weigh(base, 1.2, [line])
    assert min(base, line) - 1e-9 <= value <= max(base, line) + 1e-9


def test_agreement_makes_surer_and_contradiction_does_not():
    agreeing, contradicting = weigh(2.0, 1.2, [2.1]), weigh(-2.0, 1.2, [2.1])
    assert agreeing[1] < 1.2
    assert contradicting[1] > agreeing[1]


def test_a_clear_line_counts_for_more_than_a_faint_one():
    clear = weigh(0.0, 1.2, [3.0], contrast=90.0)
    faint = weigh(0.0, 1.2, [3.0], contrast=3.0, agreement=0.6)
    assert clear[0] > 2.0 > 0.5 > faint[0]
