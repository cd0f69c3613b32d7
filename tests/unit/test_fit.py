"""The fit of the estimators: the law of the mirror, left-out bodies, and how far cautious estimates are stretched."""

import numpy as np
import pytest

from benchmarks.accuracy.fit import STRETCH_COST, STRETCHED, fit_stretch
from benchmarks.accuracy.ridge import cross_validate, fit_line, folds
from levelback.metrics.calibration import Head


@pytest.fixture
def people():
    rng = np.random.default_rng(5)
    features = rng.normal(size=(300, 4))
    start = rng.normal(size=(300, 1))
    truth = start[:, 0] + features @ [1.0, -0.5, 0.0, 0.2] + 0.1 * rng.normal(size=300)
    return start, features, truth, np.repeat(np.arange(100).astype(str), 3)


def test_an_odd_line_answers_a_mirrored_picture_with_the_opposite(people):
    start, features, truth, _ = people
    line = fit_line(start, features, truth, 1.0, odd=True)
    assert line.bias == 0
    assert line(-start, -features) == pytest.approx(-line(start, features), abs=0)


def test_no_body_is_fitted_and_left_out_at_once(people):
    bodies = people[3]
    left_out = np.zeros(len(bodies), dtype=int)
    for out in folds(bodies):
        assert not set(bodies[out]) & set(bodies[~out])
        left_out += out
    assert (left_out == 1).all()


def test_predictions_of_left_out_bodies_do_not_see_their_truth(people):
    start, features, truth, bodies = people
    before = cross_validate(start, features, truth, bodies, 1.0, odd=True)
    changed = truth + 50.0 * (bodies == "7")
    after = cross_validate(start, features, changed, bodies, 1.0, odd=True)
    assert after[bodies == "7"] == pytest.approx(before[bodies == "7"], abs=0)
    assert (after != before).any()


@pytest.mark.parametrize("slope", [0.8, 0.9, 0.99])
def test_cautious_estimates_are_stretched_as_far_as_it_costs_little(slope):
    rng = np.random.default_rng(6)
    truth = rng.normal(0, 3, 4000)
    cautious = slope * truth + np.sqrt(slope * (1 - slope)) * rng.normal(0, 3, 4000)
    stretch = fit_stretch(cautious, truth)
    assert 1.0 <= stretch <= max(1.0, 1.001 * STRETCHED / np.polyfit(truth, cautious, 1)[0])
    assert (stretch > 1) == (slope < STRETCHED)
    assert np.abs(stretch * cautious - truth).mean() <= STRETCH_COST * np.abs(cautious - truth).mean()


def test_a_stretched_head_keeps_its_middle_and_widens_its_doubt():
    nothing = np.zeros(0)
    head = Head(
        direct=0, bias=0, odd=False, weights=nothing, variance=nothing, factor=2, middle=10.0, stretch=1.5
    )
    assert head.stretched(10.0, 2.0) == (10.0, 3.0)
    assert head.stretched(14.0, 2.0) == (16.0, 3.0)
