"""Sets of stick figures: counted, timed and judged rightly, whatever happens to the samples."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from helpers.figures import Rep, filmed, planned, played, standing, walked
from helpers.spoilt import hidden, moved, noisy
from levelback.form import SetSummary, end, expect_side, load_specification, start, step
from levelback.form.values import Sample
from levelback.pose.joints import Joint

SETS = {
    "bird-dog": "LRLR",
    "bridge": "BB",
    "clam": "LLL",
    "deep-lunge": "LR",
    "pigeon": "LR",
    "plank": "BB",
    "side-plank": "LR",
}
STATIC = ("deep-lunge", "pigeon", "plank", "side-plank")


@pytest.mark.parametrize("rate", [12.0, 30.0, 60.0])
@pytest.mark.parametrize("exercise", SETS)
def test_every_rate_gives_the_same_count_and_hold(exercise, rate):
    reps = planned(SETS[exercise], still_s=2.5, rest_s=2.0)
    summary, _ = played(exercise, filmed(exercise, reps, rate=rate))
    assert [rep.side for rep in summary.reps] == [rep.side for rep in reps]
    assert not any(rep.faults for rep in summary.reps)
    for found, true in zip(summary.reps, reps, strict=True):
        # A static hold counts inside its tolerance, which is wider than 90 % of its own range.
        longest = true.hold_s + (0.95 if exercise in STATIC else 0.15)
        assert true.hold_s - 0.15 <= found.hold_s <= longest
        assert abs(found.start_s - true.start_s) < (0.9 if exercise in STATIC else 0.4)


@pytest.mark.parametrize(
    ("exercise", "sides", "fault"),
    [
        ("bird-dog", "LR", "hips_drop"),
        ("bird-dog", "LR", "spine_not_level"),
        ("bird-dog", "LR", "back_rounds"),
        ("bird-dog", "LR", "hips_turn"),
        ("clam", "RR", "feet_apart"),
        ("clam", "LL", "hips_roll"),
        ("clam", "RR", "trunk_turns"),
        ("deep-lunge", "LR", "knee_past_foot"),
        ("deep-lunge", "LR", "torso_leans"),
        ("pigeon", "LR", "tailbone_lifts"),
        ("pigeon", "LR", "head_lifts"),
        ("plank", "BB", "hips_drop"),
        ("plank", "BB", "hips_high"),
        ("side-plank", "LR", "hips_drop"),
        ("side-plank", "LR", "trunk_turns"),
    ],
)
def test_a_fault_is_told_and_only_that_one(exercise, sides, fault):
    reps = planned(sides, still_s=3.0, rest_s=2.5)
    reps[1] = replace(reps[1], fault=fault)
    summary, events = played(exercise, filmed(exercise, reps))
    assert [rep.faults for rep in summary.reps] == [(), (fault,)]
    cues = [event.id for event in events if event.kind in ("cue", "cue_cleared")]
    assert cues == [fault, fault]  # said once, and gone with the fault


@pytest.mark.parametrize("fault", ["feet_apart", "toes_out"])
def test_feet_that_stand_apart_and_feet_that_turn_out_get_one_cue(fault):
    reps = planned("BB", still_s=3.0, rest_s=2.5)
    reps[1] = replace(reps[1], fault=fault)
    summary, events = played("bridge", filmed("bridge", reps))
    assert [rep.faults for rep in summary.reps] == [(), ("feet_placement",)]
    assert [event.id for event in events if event.kind == "cue"] == ["feet_placement"]


@pytest.mark.parametrize(
    ("how", "fault"), [({"range": 0.5}, "incomplete_lift"), ({"still_s": 0.1}, "hold_too_short")]
)
def test_the_end_of_a_repetition_shows_its_range_and_hold(how, fault):
    reps = planned("LR")
    reps[1] = replace(reps[1], **how)
    summary, _ = played("bird-dog", filmed("bird-dog", reps))
    assert [rep.faults for rep in summary.reps] == [(), (fault,)]


def test_a_clam_that_hardly_opens_counts_and_is_told():
    # Its knee rises by less than a quarter of the full way in lengths of the trunk.
    reps = planned("RR")
    reps[1] = replace(reps[1], range=0.25)
    summary, _ = played("clam", filmed("clam", reps))
    assert [rep.faults for rep in summary.reps] == [(), ("incomplete_lift",)]
    assert summary.reps[1].range < 0.25 * 0.55


@pytest.mark.parametrize("near", ["left", "right"])
def test_the_side_is_told_from_either_side_of_the_camera(near):
    summary, events = played("bird-dog", filmed("bird-dog", planned("LLRR"), near=near))
    assert [rep.side for rep in summary.reps] == ["left", "left", "right", "right"]
    assert [event.side for event in events if event.kind == "side_changed"] == ["right"]


@pytest.mark.parametrize("rest_deg", [55, 88])
def test_a_pigeon_is_held_against_how_this_person_rests(rest_deg):
    summary, _ = played("pigeon", filmed("pigeon", planned("LR", still_s=3.0, rest_s=2.5), rest_deg=rest_deg))
    usual, _ = played("pigeon", filmed("pigeon", planned("LR", still_s=3.0, rest_s=2.5)))
    assert [rep.side for rep in summary.reps] == ["left", "right"]
    assert [rep.hold_s for rep in summary.reps] == pytest.approx([rep.hold_s for rep in usual.reps], abs=0.1)


def test_legs_that_lie_straight_are_no_rest_for_a_pigeon():
    bent = planned("LR", range=0.5, still_s=3.0)
    summary, events = played("pigeon", filmed("pigeon", bent, rest_deg=10))
    assert summary.reps == ()
    assert {event.id for event in events if event.kind == "placement"} == {"feet_on_the_floor"}


def test_a_position_that_is_given_up_is_not_judged():
    reps = planned("LR", still_s=3.0, rest_s=4.0)
    low = [replace(rep, range=0.93) for rep in reps]
    assert not any(rep.faults for rep in played("side-plank", filmed("side-plank", low))[0].reps)


def test_who_rests_high_gives_up_a_position_where_they_rest():
    reps = planned("LR", still_s=3.0, rest_s=4.0)
    summary, events = played("side-plank", filmed("side-plank", reps, rest=0.45))
    assert [rep.faults for rep in summary.reps] == [(), ()]
    assert not any(event.kind == "cue" for event in events)


def test_a_hidden_leg_and_a_gap_do_not_end_a_repetition():
    samples = filmed("bird-dog", planned("LR", still_s=4.0))
    gone = [
        replace(one, landmarks=None) if 3.5 < one.time_s < 4.6 else
        replace(one, landmarks=hidden(one.landmarks, Joint.LEFT_KNEE)) if 5.0 < one.time_s < 5.6 else one
        for one in samples
    ]  # fmt: skip
    summary, events = played("bird-dog", gone)
    assert [rep.side for rep in summary.reps] == ["left", "right"]
    assert summary.reps[0].hold_s == pytest.approx(planned("L", still_s=4.0)[0].hold_s, abs=0.25)
    assert [event.kind for event in events if event.kind.startswith("person")] == [
        "person_lost",
        "person_back",
    ]


def test_who_leaves_in_a_repetition_has_not_done_it():
    reps = planned("LR", rest_s=6.0)
    samples = [
        replace(one, landmarks=None) if 3.0 < one.time_s < 8.0 else one for one in filmed("bird-dog", reps)
    ]
    summary, events = played("bird-dog", samples)
    assert [rep.side for rep in summary.reps] == ["right"]
    assert [event.id for event in events if event.kind == "rep_abandoned"] == ["person_gone"]
    assert sum(event.kind == "ready" for event in events) == 2


def test_somebody_who_walks_through_is_not_followed():
    reps = planned("LR", still_s=4.0)
    samples = filmed("bird-dog", reps)
    rng = np.random.default_rng(0)
    through = [
        replace(one, landmarks=noisy(standing(shift=300 * (one.time_s - 5)), rng, 1.0))
        if 4.2 < one.time_s < 5.8
        else one
        for one in samples
    ]
    summary, _ = played("bird-dog", through)
    assert [rep.side for rep in summary.reps] == ["left", "right"]
    assert summary.reps[0].hold_s == pytest.approx(reps[0].hold_s, abs=0.25)


def test_somebody_who_only_stands_and_walks_does_no_bird_dog():
    walking = walked(12)
    summary, events = played("bird-dog", walking)
    assert summary.reps == ()
    assert {event.kind for event in events} == {"placement", "set_ended"}


def test_samples_that_are_not_later_are_left_out():
    samples = filmed("bird-dog", planned("LR"))
    again = [one for sample in samples for one in (sample, replace(sample, time_s=sample.time_s - 0.5))]
    assert played("bird-dog", again)[0] == played("bird-dog", samples)[0]


def test_uneven_and_dropped_samples_give_the_same_set():
    rng = np.random.default_rng(5)
    samples = [one for one in filmed("clam", planned("RRR"), rate=60) if rng.random() < 0.3]
    summary, _ = played("clam", samples)
    assert [rep.side for rep in summary.reps] == ["right"] * 3
    for rep, true in zip(summary.reps, planned("RRR"), strict=True):
        assert rep.hold_s == pytest.approx(true.hold_s, abs=0.25)


def test_a_weaker_side_is_named_and_an_equal_one_is_not():
    reps = planned("LLRR")
    weak = [replace(one, range=0.72, still_s=1.0) if one.side == "left" else one for one in reps]
    assert played("bird-dog", filmed("bird-dog", reps))[0].weaker_side is None
    summary, _ = played("bird-dog", filmed("bird-dog", weak))
    assert summary.weaker_side == "left"
    named = {one.aspect: one.weaker_side for one in summary.comparisons}
    assert (named["range"], named["hold"], named["reps"]) == ("left", "left", None)


@pytest.mark.parametrize("rate", [12.0, 30.0])
@pytest.mark.parametrize("fault", ["", "no_heel_strike", "no_push_off"])
def test_steps_are_counted_and_judged_by_foot(rate, fault):
    # A second of standing, then ten strides of 1.1 s: the first landing is the right foot's.
    summary, _ = played("walk", walked(12.0, rate=rate, weak="left", fault=fault))
    counts = Counter(rep.side for rep in summary.reps)
    assert counts == {"left": 10, "right": 10}
    blamed = Counter(rep.side for rep in summary.reps if rep.faults)
    assert blamed["right"] == 0
    assert blamed["left"] == (0 if not fault else 10)


@pytest.mark.parametrize(
    ("fault", "weaker"), [("", "left"), ("no_heel_strike", "left"), ("no_push_off", None)]
)
def test_a_step_that_a_fault_shortens_names_no_weaker_side(fault, weaker):
    summary, _ = played("walk", walked(9.0, weak="left", short=0.7, fault=fault))
    assert summary.weaker_side == weaker
    assert summary.by_side["left"].range.value < 0.9 * summary.by_side["right"].range.value


@pytest.mark.parametrize(("frames", "count"), [(54, 6), (55, 7)])
def test_a_step_that_the_end_of_a_clip_cuts_off_counts_as_soon_as_the_feet_are_apart(frames, count):
    walking = walked(frames / 12, rate=12.0)
    assert len(played("walk", walking)[0].reps) == count


def test_standing_waits_until_square_and_still():
    rng = np.random.default_rng(0)
    samples = []
    for number in range(240):
        time_s = number / 30
        turn = 60 * max(0.0, 1 - time_s / 2)
        shift = 20 * np.sin(4 * time_s) if time_s < 4 else 0.0
        samples.append(Sample(time_s=time_s, landmarks=noisy(standing(turn, shift), rng, 0.4)))
    _, events = played("standing", samples)
    reached = [event.time_s for event in events if event.kind == "hold_reached"]
    assert len(reached) == 1
    assert 5.2 < reached[0] < 7.0


def test_a_hold_that_goes_on_at_the_end_counts_and_a_lift_does_not():
    for exercise, sides, expected in (("plank", "B", 1), ("bird-dog", "L", 0)):
        reps = planned(sides, still_s=5.0)
        cut = [one for one in filmed(exercise, reps) if one.time_s < reps[0].end_s - 2.0]
        summary, events = played(exercise, cut)
        assert len(summary.reps) == expected
        assert events[-1].kind == "set_ended"


def test_the_named_side_goes_for_what_cannot_be_seen():
    spec = load_specification("bird-dog")
    state = start(spec, "right")
    assert (state.side, state.ready, state.phase) == ("right", False, "placement")
    assert expect_side(spec, state, "left").side == "left"
    for sample in filmed("bird-dog", [Rep(side="left", start_s=1.5)]):
        state, _ = step(spec, state, sample)
    assert state.counts == {"left": 1, "right": 0}
    state, events = end(spec, state)
    assert (state.phase, [event.kind for event in events]) == ("ended", ["set_ended"])
    assert step(spec, state, sample) == (state, ())


def test_what_is_wrong_with_the_placement_is_said_and_then_mended():
    samples = filmed("bird-dog", planned("L", first_s=4.0))
    small = [replace(one, landmarks=moved(one.landmarks, scale=0.3)) for one in samples]
    small = [replace(one, landmarks=replace(one.landmarks, width=900, height=640)) for one in small]
    mended = [low if low.time_s < 2.0 else one for low, one in zip(small, samples, strict=True)]
    _, events = played("bird-dog", mended)
    told = [(event.id, event.ok) for event in events if event.kind == "placement"]
    assert told == [("size", False), ("size", True)]
    assert next(event.time_s for event in events if event.kind == "ready") > 2.0


def test_a_summary_survives_its_dictionary():
    import json

    reps = planned("LLRR")
    reps[3] = replace(reps[3], fault="hips_drop")
    summary, events = played("bird-dog", filmed("bird-dog", reps))
    data = json.loads(json.dumps(summary.to_dict()))
    assert data["schema"] == "levelback.set/1"
    assert data["reps"][3]["faults"] == ["hips_drop"]
    assert set(data["by_side"]) == {"left", "right"}
    assert SetSummary.from_dict(data) == summary
    assert all(json.dumps(event.to_dict()) for event in events)
