"""Specifications load, say by path what is wrong, and speak of exercises that the catalogue knows."""

from __future__ import annotations

from importlib import resources

import pytest

from levelback.advice import load_catalogue
from levelback.advice.pictures import pictures_of
from levelback.errors import DataFileError, UsageError
from levelback.form import EXERCISES, SetSummary, load_specification, start
from levelback.form.specification import Fault, parse_specification


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_is_specified_as_the_catalogue_knows_it(exercise):
    spec = load_specification(exercise)
    known = spec.view_of or exercise
    entry = load_catalogue()[known]
    assert entry.form_check == known
    assert len(pictures_of(known)) == 2
    assert spec.exercise == exercise
    assert (spec.working == "both") == (entry.sides == "both") or known == "walk"
    assert spec.placement.text.endswith(".")
    assert all(fault.cue.endswith(".") and fault.source for fault in spec.faults)


def test_a_fault_is_told_against_all_of_the_rest_a_part_of_it_or_none():
    limit = {"id": "x", "signal": "size", "during": "hold", "cue": "X.", "source": "B.", "above": 0.0}
    values = [Fault(**limit, **how).value(5.0, 2.0) for how in ({}, {"relative": 0.5}, {"relative": True})]
    assert values == [5.0, 4.0, 3.0]
    tailbone = next(one for one in load_specification("pigeon").faults if one.id == "tailbone_lifts")
    assert 0 < tailbone.relative < 1


def test_an_unknown_exercise_or_side_is_refused_with_the_choice():
    with pytest.raises(UsageError, match="bird-dog, bridge, clam"):
        load_specification("squat")
    with pytest.raises(UsageError, match="bridge the side is both"):
        start(load_specification("bridge"), "left")
    with pytest.raises(UsageError, match="clam the side is left or right"):
        start(load_specification("clam"), "both")


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ('signal = "thigh_lift"', 'signal = "thigh_lft"', "work[0].signal"),
        ('signal = "hips_back"', 'signal = "nothing"', "faults[0].signal"),
        ('signal = "bearing_thigh_lean"', 'signal = "nothing"', "credible[0].signal"),
        ('steady = "trunk_elevation"', 'steady = "trunk"', "steady"),
        ('working = "work"', 'working = "guess"', "working"),
        ('"shoulder", "hip", "knee"', '"shoulder", "hip", "tail"', "placement.seen"),
        ("full = 85.0", "full = 0.0", "work[0].full"),
        ("above = 0.2\n", "above = 0.2\nbelow = 0.1\n", "faults[0]"),
        ('during = "hold"', 'during = "later"', "faults[0].during"),
        ("clear = 0.14\n", "clear = 0.14\nlasting = true\n", "faults[0]"),
        ('unless = ["back_rounds"]', 'unless = ["back_round"]', "faults[1].unless"),
        ("target_s = 5.0", "target = 5.0", "target"),
        ("target_s = 5.0", 'target_s = 5.0\nextent_before = "speed"', "extent_before"),
        ('kind = "repetitions"', 'kind = "hold"', "within"),
        ('exercise = "bird-dog"', "exercise = ", ""),
    ],
)
def test_what_is_wrong_in_a_specification_is_named_by_its_path(old, new, path):
    text = resources.files("levelback.form").joinpath("data", "bird-dog.toml").read_text()
    assert old in text
    with pytest.raises(DataFileError) as caught:
        parse_specification(text.replace(old, new, 1), file="mine.toml")
    assert (caught.value.file, caught.value.path) == ("mine.toml", path)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"schema": "levelback.set/9"}, "schema"),
        ({"reps": [{"side": "up"}]}, "reps[0].side"),
        ({"symmetry": None}, "symmetry"),
        ({"by_side": {"left": {"reps": 1, "hold_s": {"value": 1, "low": 2, "high": 3}, "range": None, "drift": None, "faults": {}}}}, ""),
    ],
)  # fmt: skip
def test_a_broken_set_is_named_by_its_path(change, path):
    whole = {
        "schema": "levelback.set/1", "exercise": "clam", "unit": "deg", "reps": [], "by_side": {},
        "symmetry": {"weaker_side": None, "comparisons": []}, "frames": 0, "frames_with_pose": 0,
    }  # fmt: skip
    assert SetSummary.from_dict(whole).reps == ()
    with pytest.raises(DataFileError) as caught:
        SetSummary.from_dict(whole | change)
    assert caught.value.path == path
