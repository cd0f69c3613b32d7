"""Sets in which landmarks mix up limbs, guess them or lie between them: counted, timed and judged as without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from helpers.figures import filmed, planned, played, walked
from helpers.spoilt import narrower, swapped
from levelback.pose.joints import Joint


def test_hips_that_drop_are_told_where_the_knee_that_bears_is_a_guess():
    reps = planned("LR", still_s=3.0, rest_s=2.5)
    reps[1] = replace(reps[1], fault="hips_drop")
    guessed = []
    for number, one in enumerate(filmed("bird-dog", reps)):
        points = one.landmarks.points.copy()
        if one.time_s > reps[1].start_s and number % 18 < 12:
            points[Joint.LEFT_KNEE, 0] = points[Joint.LEFT_HIP, 0]
        guessed.append(replace(one, landmarks=replace(one.landmarks, points=points)))
    assert [rep.faults for rep in played("bird-dog", guessed)[0].reps] == [(), ("hips_drop",)]


def test_shoulders_that_reach_for_the_leg_are_no_tailbone_that_lifts():
    reps = planned("LR", still_s=3.0, rest_s=2.5)
    shoulders = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]
    reaching = []
    for one in filmed("pigeon", reps):
        points = one.landmarks.points.copy()
        points[shoulders, 1] += 12 * max((rep.lift(one.time_s) for rep in reps), default=0.0)
        reaching.append(replace(one, landmarks=replace(one.landmarks, points=points)))
    found = played("pigeon", reaching)[0].reps
    assert [rep.side for rep in found] == ["left", "right"]
    assert not any("tailbone_lifts" in rep.faults for rep in found)


def test_an_outline_that_jumps_for_more_than_half_of_a_hold_shows_no_fault():
    samples = filmed("bird-dog", planned("L", still_s=3.0))
    jump = 0.15 * np.sin(np.pi * np.arange(1, 10) / 10)
    jumping = [
        replace(one, landmarks=replace(one.landmarks, outline=one.landmarks.outline - jump))
        if one.time_s > 2.0 and number % 18 < 11
        else one
        for number, one in enumerate(samples)
    ]
    assert [rep.faults for rep in played("bird-dog", jumping)[0].reps] == [()]


def test_mix_ups_of_left_and_right_change_nothing():
    samples = filmed("bird-dog", planned("LRL"))
    rng = np.random.default_rng(3)
    mixed = list(samples)
    for begin in rng.uniform(0, samples[-1].time_s, 6):
        for number, sample in enumerate(mixed):
            if begin <= sample.time_s < begin + 0.3:
                mixed[number] = replace(sample, landmarks=swapped(sample.landmarks))
    plain, _ = played("bird-dog", samples)
    found, _ = played("bird-dog", mixed)
    assert [rep.side for rep in found.reps] == [rep.side for rep in plain.reps]
    for one, other in zip(found.reps, plain.reps, strict=True):
        assert one.hold_s == pytest.approx(other.hold_s, abs=0.35)


def test_crossed_legs_that_are_mixed_up_do_not_shorten_a_pigeon():
    samples = filmed("pigeon", planned("LR", still_s=5.0, rest_s=2.5))
    mixed = [
        replace(one, landmarks=swapped(one.landmarks)) if 4.0 < one.time_s < 5.5 else one for one in samples
    ]
    plain, found = (played("pigeon", one)[0] for one in (samples, mixed))
    assert [rep.side for rep in found.reps] == ["left", "right"]
    assert [rep.hold_s for rep in found.reps] == pytest.approx([rep.hold_s for rep in plain.reps], abs=0.1)


@pytest.mark.parametrize("exercise", ["pigeon", "deep-lunge"])
def test_the_way_into_a_position_and_out_of_it_tells_the_side(exercise):
    samples = filmed(exercise, planned("LL", still_s=4.0, rest_s=2.5))
    held = played(exercise, samples)[0].reps
    mixed = [
        replace(one, landmarks=swapped(one.landmarks))
        if held[0].start_s + 0.3 < one.time_s < held[0].end_s - 0.3
        else one
        for one in samples
    ]
    found = played(exercise, mixed)[0].reps
    assert [rep.side for rep in found] == ["left", "left"]
    assert found[0].hold_s == pytest.approx(held[0].hold_s, abs=0.7)


def test_a_leg_that_swings_across_is_not_held():
    reps = planned("LR", still_s=3.0, rest_s=2.5)
    samples = filmed("pigeon", reps)
    plain = played("pigeon", samples)[0].reps
    swinging = []
    for one in samples:
        points = one.landmarks.points.copy()
        if reps[0].start_s - 0.6 < one.time_s < reps[0].start_s:
            hips = points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0)
            points[Joint.LEFT_KNEE] = (
                2 * hips - points[Joint.LEFT_KNEE]
            )  # far over the hips, on the other side
            points[Joint.LEFT_KNEE, 1] = hips[1] - 5
        swinging.append(replace(one, landmarks=replace(one.landmarks, points=points)))
    found = played("pigeon", swinging)[0].reps
    assert [rep.hold_s for rep in found] == pytest.approx([rep.hold_s for rep in plain], abs=0.1)


def test_legs_that_flicker_do_not_shorten_a_lunge():
    reps = planned("LR", still_s=5.0, rest_s=2.0)
    samples = filmed("deep-lunge", reps, rate=12.0)
    flickering = []
    for number, one in enumerate(samples):
        points = one.landmarks.points.copy()
        if number % 9 < 4 and any(rep.lift(one.time_s) == 1 for rep in reps):
            # The rear knee is guessed almost below the hip.
            knee, hip = min(
                (Joint.LEFT_KNEE, Joint.LEFT_HIP), (Joint.RIGHT_KNEE, Joint.RIGHT_HIP),
                key=lambda pair: points[pair[0], 0],
            )  # fmt: skip
            points[knee, 0] = points[hip, 0] - 10
        flickering.append(replace(one, landmarks=replace(one.landmarks, points=points)))
    plain, found = (played("deep-lunge", these)[0].reps for these in (samples, flickering))
    assert [rep.side for rep in found] == ["left", "right"]
    assert [rep.hold_s for rep in found] == pytest.approx([rep.hold_s for rep in plain], abs=0.2)


def test_knees_that_flicker_do_not_hide_a_fault_that_lasts_all_of_a_hold():
    reps = planned("LR", still_s=6.0, rest_s=2.5, fault="tailbone_lifts")
    flickering = []
    for number, one in enumerate(filmed("pigeon", reps)):
        points = one.landmarks.points.copy()
        if number % 8 >= 4 and any(rep.lift(one.time_s) == 1 for rep in reps):
            for knee in (Joint.LEFT_KNEE, Joint.RIGHT_KNEE):
                points[knee] += [-25, 0]
        flickering.append(replace(one, landmarks=replace(one.landmarks, points=points)))
    summary, events = played("pigeon", flickering)
    assert [rep.faults for rep in summary.reps] == [("tailbone_lifts",)] * 2
    assert "tailbone_lifts" in {event.id for event in events if event.kind == "cue"}


def test_steps_alternate_where_the_feet_are_mixed_up_for_a_moment():
    rng = np.random.default_rng(2)
    walking = walked(12.0, rate=12.0, weak="left")
    mixed = list(walking)
    for begin in rng.uniform(2.0, 11.0, 4):
        for number, sample in enumerate(mixed):
            if begin <= sample.time_s < begin + 0.15:
                mixed[number] = replace(sample, landmarks=swapped(sample.landmarks))
    plain, found = (played("walk", one)[0] for one in (walking, mixed))
    assert [rep.side for rep in found.reps] == [rep.side for rep in plain.reps]


def test_legs_that_seem_to_meet_for_a_moment_do_not_end_a_repetition():
    samples = filmed("bird-dog", planned("LR", still_s=3.0), rate=12.0)
    resting = samples[3].landmarks
    met = [
        replace(one, landmarks=resting) if number in (45, 50) else one for number, one in enumerate(samples)
    ]
    assert [rep.side for rep in played("bird-dog", met)[0].reps] == ["left", "right"]


def test_legs_between_which_landmarks_lie_for_a_second_do_not_end_a_repetition():
    reps = planned("LR", still_s=4.0)
    between = [
        replace(one, landmarks=replace(one.landmarks, points=(one.landmarks.points + other.points) / 2))
        if 3.6 < one.time_s < 4.8
        else one
        for one in filmed("bird-dog", reps)
        for other in (swapped(one.landmarks),)
    ]
    found = played("bird-dog", between)[0].reps
    assert [rep.side for rep in found] == ["left", "right"]
    assert [rep.hold_s for rep in found] == pytest.approx([rep.hold_s for rep in reps], abs=0.2)


@pytest.mark.parametrize("period_s", [100.0, 1.6])
@pytest.mark.parametrize(("exercise", "sides"), [("side-plank", "LR"), ("clam", "RL")])
def test_who_lies_on_a_side_does_not_turn_over_in_a_repetition(exercise, sides, period_s):
    reps = planned(sides, still_s=6.0, rest_s=3.0)
    samples = filmed(exercise, reps)
    begin, end_ = reps[0].start_s + 0.3, reps[0].end_s + 1.0
    taken_for_the_back = [
        replace(one, landmarks=narrower(swapped(one.landmarks)))
        if begin < one.time_s < end_ and (one.time_s - begin) % period_s < period_s * 0.6
        else one
        for one in samples
    ]
    plain, found = (played(exercise, one)[0].reps for one in (samples, taken_for_the_back))
    assert [(rep.side, rep.faults) for rep in found] == [(rep.side, ()) for rep in reps]
    assert [rep.hold_s for rep in found] == pytest.approx([rep.hold_s for rep in plain], abs=0.15)
