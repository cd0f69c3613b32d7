"""What a clip says about itself must be what its body does."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.synthetic.sets import FAULTS, REACHED, Repetition, absences, strides

SECONDS = st.floats(0.2, 5.0)
KEPT = sorted((Path(__file__).parents[1] / "clips").glob("*.json"))


@settings(deadline=None, max_examples=25)
@given(rise=SECONDS, still=SECONDS, fall=SECONDS, full=st.floats(0.3, 1.0))
def test_hold_is_the_time_near_the_own_range(rise: float, still: float, fall: float, full: float) -> None:
    repetition = Repetition(side="left", start_s=1.0, rise_s=rise, still_s=still, fall_s=fall, range=full)
    times = np.arange(0.0, repetition.end_s + 1.0, 0.005)
    lifts = np.array([repetition.lift(time) for time in times])
    assert lifts.max() == pytest.approx(full, abs=1e-3)
    assert lifts[0] == lifts[-1] == 0
    assert 0.005 * np.count_nonzero(lifts >= REACHED * full) == pytest.approx(repetition.hold_s, abs=0.015)


def test_feet_swing_in_turn() -> None:
    sides = [one.side for one in strides(12.0, None, None)]
    assert len(sides) > 15
    assert all(one != next_one for one, next_one in pairwise(sides))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_a_kept_clip_has_the_frames_and_the_words_that_it_says(path: Path) -> None:
    known = json.loads(path.read_text())
    clip = cv2.VideoCapture(str(path.with_suffix(".mp4")))
    assert clip.get(cv2.CAP_PROP_FRAME_COUNT) == known["frames"] == len(known["trunk_deg"])
    assert clip.get(cv2.CAP_PROP_FPS) == pytest.approx(known["fps"])
    assert known["reps"]
    assert all(rep["end_s"] < known["frames"] / known["fps"] for rep in known["reps"])
    assert {fault for rep in known["reps"] for fault in rep["faults"]} <= set(FAULTS[known["exercise"]])


def test_kept_clips_are_small() -> None:
    assert KEPT
    assert sum(path.stat().st_size for path in KEPT[0].parent.iterdir()) < 1.5e6


# --- with a body ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made():
    """The modules that need a body."""
    pytest.importorskip("anny", reason="needs anny, of the synthetic extra")
    from benchmarks.synthetic import clips

    return clips


@pytest.fixture(scope="module")
def faulty(made):
    return made.sample_clip("bird-dog", 5, fault="hips_drop", weaker_side="right", repetitions=4)


@pytest.fixture(scope="module")
def rest(faulty):
    from benchmarks.synthetic.body import rest_body

    return rest_body(faulty.shape)


def test_a_set_alternates_clean_and_faulty_on_both_sides(faulty) -> None:
    shown = [(repetition.side, repetition.faults) for repetition in faulty.repetitions]
    assert [faults for _, faults in shown] == [(), ("hips_drop",), (), ("hips_drop",)]
    assert {side for side, faults in shown if faults} == {"left", "right"}


def test_the_weak_side_has_less_range_and_shorter_holds(faulty) -> None:
    weak = [repetition for repetition in faulty.repetitions if repetition.side == "right"]
    strong = [repetition for repetition in faulty.repetitions if repetition.side == "left"]
    assert max(one.range for one in weak) < min(one.range for one in strong)
    assert max(one.hold_s for one in weak) < min(one.hold_s for one in strong)


def test_the_hips_sink_only_where_the_fault_is(made, faulty) -> None:
    def hip_height(time_s: float) -> float:
        body = made.pose_at(faulty, time_s)
        return float((body.joint("upperleg01.L") + body.joint("upperleg01.R"))[2] / 2)

    clean, sunken = (one.start_s + one.rise_s + 0.1 for one in faulty.repetitions[:2])
    assert hip_height(clean) == pytest.approx(hip_height(0.0), abs=0.005)
    assert hip_height(sunken) < hip_height(clean) - 0.02


def test_the_lifted_leg_is_the_working_side(made, faulty) -> None:
    for repetition in faulty.repetitions:
        body = made.pose_at(faulty, repetition.start_s + repetition.rise_s + 0.1)
        letter, other = ("L", "R") if repetition.side == "left" else ("R", "L")
        assert body.joint(f"foot.{letter}")[2] > body.joint(f"foot.{other}")[2] + 0.15
        assert body.joint(f"wrist.{other}")[2] > body.joint(f"wrist.{letter}")[2] + 0.15


def test_nothing_moves_between_repetitions(made, faulty) -> None:
    for before, after in pairwise(faulty.repetitions):
        move = made.move_at("bird-dog", faulty.repetitions, (before.end_s + after.start_s) / 2)
        assert move.lift == 0


def test_an_unknown_fault_is_refused(made) -> None:
    with pytest.raises(ValueError, match="knows the faults"):
        made.sample_clip("bridge", 1, fault="singing")


def test_a_fault_goes_as_far_as_it_is_asked_to(made) -> None:
    def most(share: float) -> float:
        clip = made.sample_clip("plank", 3, fault="hips_drop", repetitions=2, share=share)
        return max(move.shows("hips_drop") for move in made.moves(clip))

    assert most(0.5) == pytest.approx(0.5 * most(1.0))
    assert "by-0.5" in made.sample_clip("walk", 3, fault="no_push_off", share=0.5).name


def test_feet_stay_on_the_floor_while_the_pelvis_of_a_bridge_rolls(made) -> None:
    clip = made.sample_clip("bridge", 3, fault="pelvis_not_level", repetitions=2)
    level, rolled = (made.pose_at(clip, one.start_s + one.rise_s + 0.2) for one in clip.repetitions)
    for side in "LR":
        assert rolled.joint(f"foot.{side}") == pytest.approx(level.joint(f"foot.{side}"), abs=0.004)
    rise = [abs(body.joint("upperleg01.L")[2] - body.joint("upperleg01.R")[2]) for body in (level, rolled)]
    assert rise[0] < 0.003 < 0.02 < rise[1]


def test_a_step_from_the_front_ends_as_its_foot_bears_alone(made) -> None:
    clip = made.sample_clip("walk-front", 3, fault="toes_out")
    for step in clip.repetitions[2:6]:
        body = made.pose_at(clip, step.end_s + 0.1)
        letter, other = ("L", "R") if step.side == "left" else ("R", "L")
        assert body.joint(f"foot.{letter}")[2] < body.joint(f"foot.{other}")[2] - 0.02
        assert step.faults == (("toes_out",) if step.side == "left" else ())


def test_nobody_is_there_while_somebody_turns_over(made) -> None:
    clip = made.sample_clip("clam", 1, repetitions=2)
    [(start, end)] = absences("clam", clip.repetitions)
    first, second = clip.repetitions
    assert first.end_s < start < end < second.start_s
    assert made.pose_at(clip, (start + end) / 2) is None
    assert made.pose_at(clip, start - 0.1) is not None


# joint of the side that works (W) or the other one (O), which bears and so stays where it is
@pytest.mark.parametrize(
    ("exercise", "bearing"),
    [
        ("bird-dog", ("lowerleg01.O", "wrist.W")),
        ("bridge", ("foot.W", "foot.O", "upperarm01.W")),
        ("clam", ("foot.W", "lowerleg01.O", "upperleg01.O")),
        ("deep-lunge", ("lowerleg01.W", "foot.O")),
        ("pigeon", ("upperarm01.W", "upperleg01.O")),
        ("plank", ("lowerarm01.W", "lowerarm01.O")),
        ("side-plank", ("lowerarm01.W",)),
    ],
)
def test_what_bears_stays_where_it_is(rest, exercise, bearing) -> None:
    from benchmarks.synthetic.exercises import POSES, Move

    for side, letters in (("left", {"W": "L", "O": "R"}), ("right", {"W": "R", "O": "L"})):
        before, after = (POSES[exercise](rest, Move(side=side, lift=lift)) for lift in (0.75, 1.0))
        for name in bearing:
            bone = f"{name[:-1]}{letters[name[-1]]}"
            assert np.linalg.norm(after.joint(bone) - before.joint(bone)) < 0.03, bone


SHOWN = [(exercise, fault) for exercise, faults in FAULTS.items() for fault, far in faults.items() if far]


@pytest.mark.parametrize(("exercise", "fault"), SHOWN, ids=lambda name: str(name))
def test_a_fault_is_to_be_seen(rest, exercise, fault) -> None:
    from benchmarks.synthetic.exercises import POSES, Move

    phase = 0.57 if fault == "no_push_off" else 0.98
    clean = Move(lift=1.0, phase=phase)
    shown = replace(clean, faults=((fault, FAULTS[exercise][fault]),))
    moved = POSES[exercise](rest, shown).joints - POSES[exercise](rest, clean).joints
    assert np.linalg.norm(moved, axis=1).max() > 0.02


@pytest.mark.parametrize("exercise", ["clam", "deep-lunge", "pigeon", "plank", "side-plank", "walk"])
def test_left_and_right_are_mirror_images(rest, exercise) -> None:
    from benchmarks.synthetic.exercises import POSES, Move

    left, right = (
        POSES[exercise](rest, Move(side=side, lift=0.9, phase=phase))
        for side, phase in (("left", 0.2), ("right", 0.7))
    )
    for bone in ("upperleg01", "lowerleg01", "foot", "upperarm01", "wrist"):
        mirrored = right.joint(f"{bone}.R") * [-1, 1, 1]
        assert left.joint(f"{bone}.L") == pytest.approx(mirrored, abs=0.01)


def test_the_coarse_body_has_the_joints_of_the_fine_one(rest) -> None:
    from benchmarks.synthetic.body import coarse_bodies
    from benchmarks.synthetic.exercises import POSES, Move

    fine = POSES["bridge"](rest, Move(lift=1.0))
    with coarse_bodies():
        coarse = POSES["bridge"](rest, Move(lift=1.0))
    assert len(coarse.vertices) < len(fine.vertices) / 3
    assert coarse.joints == pytest.approx(fine.joints, abs=0.005)


def test_a_mirrored_clip_has_the_other_side_everywhere(made) -> None:
    from benchmarks.synthetic.clip_truth import truth

    clip = replace(made.sample_clip("deep-lunge", 4, weaker_side="left", repetitions=2), fps=1.0)
    posed = made.bodies(clip)
    plain, mirror = (truth(one, made.moves(one), posed) for one in (clip, made.in_a_mirror(clip)))
    assert mirror["weaker_side"] == "right"
    assert {plain["view"], mirror["view"]} == {"left", "right"}
    assert [rep["side"] for rep in plain["reps"]] == [
        {"left": "right", "right": "left"}[rep["side"]] for rep in mirror["reps"]
    ]
    (x, y), (x_mirrored, y_mirrored) = plain["joints"][3]["left_knee"], mirror["joints"][3]["right_knee"]
    assert x + x_mirrored == pytest.approx(clip.camera.width)
    assert y == y_mirrored
    assert plain["pelvis_deg"] == [-one for one in mirror["pelvis_deg"]]


def test_a_position_is_held_while_its_angle_is_inside_the_tolerance(made) -> None:
    from benchmarks.synthetic.clip_truth import truth

    clip = made.sample_clip("side-plank", 6, fault="hips_drop", repetitions=2, fps=2.0)
    clean, sunken = truth(clip, made.moves(clip), made.bodies(clip))["reps"]
    assert clip.repetitions[0].still_s < clean["hold_s"] < clip.repetitions[0].end_s
    assert sunken["hold_s"] < 0.25 * clean["hold_s"]


def test_a_written_clip_can_be_read(made, tmp_path) -> None:
    pytest.importorskip("av", reason="needs av, of the synthetic extra")
    pytest.importorskip("numba", reason="needs Numba, of the synthetic extra")
    clip = replace(made.sample_clip("bridge", 2, repetitions=1), fps=1.0, duration_s=4.0)
    for path in made.write(clip, tmp_path, both=True, small=True):
        video = cv2.VideoCapture(str(path))
        seen, picture = video.read()
        assert seen
        assert picture.shape == (clip.camera.height, clip.camera.width, 3)
        assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 4
        assert "joints" not in json.loads(path.with_suffix(".json").read_text())
    assert not list(tmp_path.glob("*.part"))
