"""What a clip says about itself must be what its body does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic.clips import REACHED, Repetition, move_at, pose_at, sample_clip

SECONDS = st.floats(0.2, 5.0)


@settings(deadline=None, max_examples=25)
@given(rise=SECONDS, still=SECONDS, fall=SECONDS, full=st.floats(0.3, 1.0))
def test_hold_is_the_time_near_the_own_range(rise: float, still: float, fall: float, full: float) -> None:
    repetition = Repetition(side="left", start_s=1.0, rise_s=rise, still_s=still, fall_s=fall, range=full)
    times = np.arange(0.0, repetition.end_s + 1.0, 0.005)
    lifts = np.array([repetition.lift(time) for time in times])
    assert lifts.max() == pytest.approx(full, abs=1e-3)
    assert lifts[0] == lifts[-1] == 0
    assert 0.005 * np.count_nonzero(lifts >= REACHED * full) == pytest.approx(repetition.hold_s, abs=0.015)


@pytest.fixture(scope="module")
def faulty():
    pytest.importorskip("anny", reason="needs anny, of the synthetic extra")
    return sample_clip("bird-dog", 5, fault="hips_drop", weaker_side="right", repetitions=4)


def test_a_set_alternates_clean_and_faulty_on_both_sides(faulty) -> None:
    shown = [(repetition.side, repetition.faults) for repetition in faulty.repetitions]
    assert [faults for _, faults in shown] == [(), ("hips_drop",), (), ("hips_drop",)]
    assert {side for side, faults in shown if faults} == {"left", "right"}


def test_the_weak_side_has_less_range_and_shorter_holds(faulty) -> None:
    weak = [repetition for repetition in faulty.repetitions if repetition.side == "right"]
    strong = [repetition for repetition in faulty.repetitions if repetition.side == "left"]
    assert max(one.range for one in weak) < min(one.range for one in strong)
    assert max(one.hold_s for one in weak) < min(one.hold_s for one in strong)


def test_the_hips_sink_only_where_the_fault_is(faulty) -> None:
    def hip_height(time_s: float) -> float:
        body = pose_at(faulty, time_s)
        return float((body.joint("upperleg01.L") + body.joint("upperleg01.R"))[2] / 2)

    clean, sunken = (one.start_s + one.rise_s + 0.1 for one in faulty.repetitions[:2])
    assert hip_height(clean) == pytest.approx(hip_height(0.0), abs=0.005)
    assert hip_height(sunken) < hip_height(clean) - 0.02


def test_the_lifted_leg_is_the_working_side(faulty) -> None:
    for repetition in faulty.repetitions:
        body = pose_at(faulty, repetition.start_s + repetition.rise_s + 0.1)
        letter, other = ("L", "R") if repetition.side == "left" else ("R", "L")
        assert body.joint(f"foot.{letter}")[2] > body.joint(f"foot.{other}")[2] + 0.15
        assert body.joint(f"wrist.{other}")[2] > body.joint(f"wrist.{letter}")[2] + 0.15


def test_nothing_moves_between_repetitions(faulty) -> None:
    for before, after in zip(faulty.repetitions[:-1], faulty.repetitions[1:], strict=True):
        assert move_at(faulty, (before.end_s + after.start_s) / 2).lift == 0


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="knows the faults"):
        sample_clip("bridge", 1, fault="singing")
