"""The result of a set in words."""

import pytest

from helpers.figures import filmed, planned, played
from levelback.form import load_specification
from levelback.form.values import Comparison, Repetition, SetSummary, SideTotals
from levelback.live.words import result, short_result, summarize_set
from levelback.metrics.values import Estimate

SPEC = load_specification("bird-dog")


def summary(**changes):
    totals = {
        "left": SideTotals(
            reps=4,
            hold_s=Estimate(value=2.4, low=2.1, high=2.7),
            range=Estimate(value=71.6, low=70.0, high=73.0),
            faults={"hips_drop": 2},
        ),
        "right": SideTotals(reps=4, hold_s=Estimate(value=4.1, low=3.9, high=4.3)),
    }
    rep = Repetition(side="left", start_s=0.0, end_s=4.0, hold_s=2.4)
    whole = {"exercise": "bird-dog", "reps": (rep,) * 8, "unit": "deg", "by_side": totals}
    return SetSummary(**(whole | {"frames": 200, "frames_with_pose": 199} | changes))


def worse(aspect, value, low, high):
    return Comparison(
        exercise="bird-dog", aspect=aspect, difference=Estimate(value=value, low=low, high=high), notable=True
    )


def test_both_sides_stand_beside_each_other_with_their_intervals():
    lines = summarize_set(SPEC, summary()).splitlines()
    assert lines[0] == "Bird-dog: 8 repetitions."
    head = next(line for line in lines if "left" in line and "right" in line)
    hold = next(line for line in lines if line.startswith("hold"))
    assert hold.index("2.4 s (2.1 to 2.7)") == head.index("left")
    assert hold.index("4.1 s (3.9 to 4.3)") == head.index("right")
    span = next(line for line in lines if line.startswith("range"))
    assert "72° (70 to 73)" in span
    assert "–" in span
    assert any("hips drop 2 ×" in line for line in lines)
    assert not any(line.startswith("drift") for line in lines)
    assert lines[-1] == "You were seen in 99 % of 200 pictures."


def test_the_weaker_side_is_named_with_what_it_did_less():
    weaker = summary(
        weaker_side="left", comparisons=(worse("hold", 42.0, 30.0, 54.0), worse("range", 15.0, 11.0, 19.0))
    )
    assert result(weaker) == (
        "The left side held 42 % (30 to 54 %) shorter and moved 15 % (11 to 19 %) less."
    )
    assert short_result(SPEC, weaker) == "Left 4 and right 4. The left side did less."


def test_sizes_of_the_other_side_are_told_without_their_sign():
    right = summary(weaker_side="right", comparisons=(worse("hold", -42.0, -54.0, -30.0),))
    assert result(right) == "The right side held 42 % (30 to 54 %) shorter."


def test_where_nothing_is_sure_no_side_is_named():
    assert result(summary()) == "No sure difference between left and right."
    assert short_result(SPEC, summary()) == "Left 4 and right 4. Well done."


@pytest.mark.parametrize(
    ("exercise", "sides", "noun"), [("plank", "B", "hold"), ("bridge", "BB", "repetitions")]
)
def test_an_exercise_without_sides_compares_none(exercise, sides, noun):
    done, _ = played(exercise, filmed(exercise, planned(sides, still_s=4.0), rate=15))
    text = summarize_set(load_specification(exercise), done)
    assert f": {len(sides)} {noun}." in text
    assert "left" not in text
    assert "both sides" in text
    assert short_result(load_specification(exercise), done) == f"{len(sides)} {noun}. Well done."


def test_an_empty_set_is_told_without_a_table():
    empty = summary(reps=(), by_side={}, frames=0, frames_with_pose=0)
    assert summarize_set(SPEC, empty) == "Bird-dog: 0 repetitions."
    assert short_result(SPEC, empty) == "Nothing was counted."
