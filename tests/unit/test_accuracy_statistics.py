"""The statistics of the accuracy tables, on numbers whose answers are known."""

import numpy as np
import pytest

from levelback.metrics.accuracy import accuracy_row, accuracy_rows
from levelback.metrics.values import Estimate


def around(values, half_width):
    return [Estimate.around(float(value), half_width) for value in values]


def test_errors_by_hand():
    row = accuracy_row(around([1.5, -1.0, 4.0], 0.6), [1.0, -2.0, 4.0])
    assert (row.n, row.subjects) == (3, 3)
    assert row.mae == pytest.approx(0.5)
    assert row.bias == pytest.approx(0.5)
    assert row.limits_high - row.limits_low == pytest.approx(2 * 1.96 * 0.5, rel=1e-4)
    assert row.coverage == pytest.approx(2 / 3)
    assert row.mean_width == pytest.approx(1.2)


def test_sides_by_hand():
    truths = [5.0, 5.0, -4.0, 0.2, 0.0]
    row = accuracy_row(around([4.0, -3.0, -0.5, -2.0, 2.0], 1.0), truths)
    assert row.named_rate == pytest.approx(4 / 5)
    assert row.wrong_side_rate == pytest.approx(2 / 5)
    assert row.found_rate == pytest.approx(1 / 3)


def test_measures_without_sides_have_no_side_rates():
    row = accuracy_row(around([4.0, 3.0], 1.0), [4.0, 2.0], sided=False)
    assert row.named_rate is row.wrong_side_rate is row.found_rate is None


def test_the_slope_interval_holds_the_slope_in_95_percent():
    rng = np.random.default_rng(0)
    held = []
    for _ in range(400):
        truth = rng.normal(0, 3, 40)
        row = accuracy_row(around(0.9 * truth + rng.normal(0, 1, 40), 1.0), truth)
        held.append(row.slope_low <= 0.9 <= row.slope_high)
    assert 0.92 <= np.mean(held) <= 0.98


def test_pictures_of_one_person_do_not_narrow_the_slope():
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 3, 30)
    value = truth + rng.normal(0, 1, 30)
    once = accuracy_row(around(value, 1.0), truth)
    people = [str(i) for i in range(30)]
    twice = accuracy_row(around(np.tile(value, 2), 1.0), np.tile(truth, 2), subjects=people * 2)
    assert twice.subjects == 30
    assert twice.slope_high - twice.slope_low == pytest.approx(once.slope_high - once.slope_low, rel=0.02)


def test_without_spread_in_the_truth_there_is_no_slope():
    assert accuracy_row(around([0.1, 0.2, 0.3], 1.0), [0.0, 0.0, 0.0]).slope is None


def test_coverage_interval_of_all_hits_does_not_reach_beyond_one():
    row = accuracy_row(around(np.zeros(20), 1.0), np.zeros(20))
    assert row.coverage == row.coverage_high == 1.0
    assert 0.8 < row.coverage_low < 0.9


def test_rows_by_label_keep_the_order():
    rows = accuracy_rows(around([1, 2, 3, 4], 1.0), [1, 2, 4, 4], ["back", "front", "back", "front"])
    assert list(rows) == ["back", "front"]
    assert rows["back"].mae == pytest.approx(0.5)
    assert rows["front"].mae == 0


@pytest.mark.parametrize(("estimates", "truths"), [([], []), ([0.0], [1.0, 2.0])])
def test_nothing_to_compare_is_an_error(estimates, truths):
    with pytest.raises(ValueError, match="estimates for"):
        accuracy_row(around(estimates, 1.0), truths)
