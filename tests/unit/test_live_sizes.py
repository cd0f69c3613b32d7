"""The size from which a fault is found: laws of how it is worked out."""

import math

import numpy as np
import pytest

from benchmarks.live_sizes import detectable

NONE, FULL = [-1.0, 0.0, 1.0], [9.0, 10.0, 11.0]


def test_without_any_spread_it_is_where_the_limit_is_reached():
    assert detectable(limit=6.0, without=[0.0, 0.0], with_it=[10.0, 10.0], size=20.0) == pytest.approx(12.0)
    assert detectable(limit=-6.0, without=[0.0, 0.0], with_it=[-10.0, -10.0], size=20.0) == pytest.approx(
        12.0
    )


def test_ninety_five_of_a_hundred_are_found_at_that_size():
    rng = np.random.default_rng(0)
    noise, own = rng.normal(0, 1.0, 200_000), rng.normal(0.5, 0.06, 200_000)
    size = detectable(limit=5.0, without=noise, with_it=20.0 * own + noise[::-1], size=20.0)
    assert np.mean(size * own + noise > 5.0) == pytest.approx(0.95, abs=0.003)


def test_more_spread_and_a_further_limit_take_a_larger_fault():
    least = detectable(limit=5.0, without=NONE, with_it=FULL, size=20.0)
    assert detectable(limit=6.0, without=NONE, with_it=FULL, size=20.0) > least
    assert detectable(limit=5.0, without=[-2.0, 0.0, 2.0], with_it=[8.0, 10.0, 12.0], size=20.0) > least
    assert detectable(limit=5.0, without=NONE, with_it=[8.0, 10.0, 12.0], size=20.0) > least


def test_a_fault_that_people_show_too_differently_or_the_other_way_is_never_sure():
    assert detectable(limit=5.0, without=NONE, with_it=[0.0, 10.0, 20.0], size=20.0) == math.inf
    assert detectable(limit=-5.0, without=NONE, with_it=FULL, size=20.0) == math.inf
