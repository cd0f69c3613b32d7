"""Laws of live sets: a mirror exchanges the sides; size, place, time and dropped samples change nothing."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.figures import filmed, planned, played
from helpers.spoilt import moved
from levelback.form.values import OTHER, Sample, SetSummary

SETS = {"bird-dog": "LR", "clam": "RR", "bridge": "B", "deep-lunge": "R"}
few = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
exercises = st.sampled_from(sorted(SETS))


@cache
def samples_of(exercise: str) -> tuple[Sample, ...]:
    return tuple(filmed(exercise, planned(SETS[exercise]), rate=20.0, seed=1))


@cache
def summary_of(exercise: str) -> SetSummary:
    return played(exercise, samples_of(exercise))[0]


def alike(one: SetSummary, other: SetSummary, shift_s: float = 0.0, hold_s: float = 1e-6) -> None:
    """Fail unless both have the same repetitions, one set `shift_s` later."""
    assert [(rep.side, rep.faults) for rep in one.reps] == [(rep.side, rep.faults) for rep in other.reps]
    for first, second in zip(one.reps, other.reps, strict=True):
        assert first.hold_s == pytest.approx(second.hold_s, abs=hold_s)
        assert first.start_s + shift_s == pytest.approx(second.start_s, abs=max(hold_s, 0.002))


@few
@given(exercises)
def test_the_mirrored_person_gives_the_mirrored_set(exercise):
    mirrored = [replace(one, landmarks=one.landmarks.mirrored()) for one in samples_of(exercise)]
    found, plain = played(exercise, mirrored)[0], summary_of(exercise)
    assert plain.reps
    alike(replace(found, reps=tuple(rep.mirrored() for rep in found.reps)), plain, hold_s=0.03)
    assert set(found.by_side) == {OTHER[side] for side in plain.by_side}


@few
@given(exercises, st.floats(0.4, 2.5), st.floats(-40, 40), st.floats(-40, 40))
def test_size_and_place_in_the_picture_change_nothing(exercise, scale, x, y):
    seen = [replace(one, landmarks=moved(one.landmarks, scale=scale)) for one in samples_of(exercise)]
    alike(played(exercise, seen)[0], summary_of(exercise), hold_s=0.001)
    shifted = [
        replace(one, landmarks=replace(one.landmarks, points=one.landmarks.points + np.array([x, y])))
        for one in samples_of(exercise)
    ]
    alike(played(exercise, shifted)[0], summary_of(exercise), hold_s=0.001)


@few
@given(exercises, st.floats(-1e4, 1e4))
def test_the_clock_s_zero_changes_nothing(exercise, shift_s):
    later = [replace(one, time_s=one.time_s + shift_s) for one in samples_of(exercise)]
    alike(summary_of(exercise), played(exercise, later)[0], shift_s, hold_s=0.02)


@few
@given(exercises, st.integers(0, 2**32 - 1), st.floats(0.0, 0.5))
def test_dropped_samples_keep_the_count(exercise, seed, share):
    rng = np.random.default_rng(seed)
    kept = [one for one in samples_of(exercise) if rng.random() >= share]
    alike(played(exercise, kept)[0], summary_of(exercise), hold_s=0.3)


@few
@given(exercises, st.integers(0, 2**32 - 1))
def test_moments_in_which_nobody_is_seen_keep_the_count(exercise, seed):
    rng = np.random.default_rng(seed)
    blind = rng.uniform(0, samples_of(exercise)[-1].time_s, 3)
    seen = [
        replace(one, landmarks=None) if any(start <= one.time_s < start + 0.25 for start in blind) else one
        for one in samples_of(exercise)
    ]
    alike(played(exercise, seen)[0], summary_of(exercise), hold_s=0.3)
