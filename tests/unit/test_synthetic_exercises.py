"""The bodies in the pictures of the exercises: on the floor, whole, and as the catalogue says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from levelback.advice import load_catalogue

pytest.importorskip("anny", reason="needs anny, of the synthetic extra")

from benchmarks.synthetic.body import rig
from benchmarks.synthetic.camera import project
from benchmarks.synthetic.limbs import LETTER, joint
from benchmarks.synthetic.pictures.pose import SIDES, anchor
from benchmarks.synthetic.pictures.script import LIMBS, POSITIONS, bodies, load_drawings, scenes

IDS = tuple(load_drawings())
FLESH_M = 0.035
"""How far soft flesh gives way where it bears on the floor."""
CAPSULES = {
    "thigh": ("upperleg01", "lowerleg01", 0.055),
    "shank": ("lowerleg01", "foot", 0.035),
    "upper arm": ("upperarm01", "lowerarm01", 0.035),
    "forearm": ("lowerarm01", "wrist", 0.025),
}
TRUNK = (("spine05", "spine02", 0.075), ("spine02", "neck01", 0.07), ("neck03", "head", 0.05))


@cache
def posed(id: str):
    return bodies(load_drawings()[id])


def test_every_exercise_of_the_catalogue_is_posed() -> None:
    assert set(IDS) == set(load_catalogue())


@pytest.mark.parametrize("id", IDS)
def test_a_limb_is_marked_where_one_side_works(id: str) -> None:
    assert bool(load_drawings()[id].working) == (load_catalogue()[id].sides == "each")


@pytest.mark.parametrize("id", IDS)
def test_the_body_bears_on_the_floor_and_nothing_is_below_it(id: str) -> None:
    for position, body in posed(id).items():
        lowest = body.vertices[:, 2].min()
        raised = any(kind == "step" for kind, _ in load_drawings()[id].equipment[position])
        assert -FLESH_M < lowest < (0.25 if raised else 0.02), position


@pytest.mark.parametrize("id", IDS)
def test_hands_and_feet_are_where_the_pose_wants_them(id: str) -> None:
    for position, pose in load_drawings()[id].poses.items():
        joints = posed(id)[position].joints
        for name in LIMBS:
            limb, (part, side) = getattr(pose, name), name.split("_")
            if limb.at is None:
                continue
            wanted = np.array(limb.at) + (anchor(joints, limb.anchor) if limb.anchor else 0.0)
            reached = joint(joints, f"{'foot' if part == 'leg' else 'wrist'}.{LETTER[side]}")
            assert np.linalg.norm(reached - wanted) < 0.04, f"{position}: {name}"


@pytest.mark.parametrize("id", IDS)
def test_joints_stay_within_what_they_can_do(id: str) -> None:
    for position, body in posed(id).items():
        for side in SIDES:
            hip, knee, ankle, shoulder, elbow, wrist = (
                anchor(body.joints, f"{name}_{side}")
                for name in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
            )
            assert bend(hip, knee, ankle) < 155, f"{position}: {side} knee"
            assert bend(shoulder, elbow, wrist) < 155, f"{position}: {side} elbow"
        for upper, lower, most in (("head", "spine01", 65), ("spine01", "root", 75)):
            turned = body.rotation(lower).T @ body.rotation(upper)
            assert np.degrees(np.arccos(np.clip((np.trace(turned) - 1) / 2, -1, 1))) < most, position


@pytest.mark.parametrize("id", IDS)
def test_no_limb_goes_through_the_body(id: str) -> None:
    for position, body in posed(id).items():
        limbs = {
            f"{side} {name}": (
                joint(body.joints, f"{a}.{LETTER[side]}"),
                joint(body.joints, f"{b}.{LETTER[side]}"),
                r,
            )
            for name, (a, b, r) in CAPSULES.items()
            for side in SIDES
        }
        trunk = [(joint(body.joints, a), joint(body.joints, b), r) for a, b, r in TRUNK]
        for name, limb in limbs.items():
            if "thigh" not in name and "upper" not in name:
                assert min(gap(limb, part) for part in trunk) > -0.02, f"{position}: {name} through the trunk"
            for other, second in limbs.items():
                if name < other and not joined(name, other):
                    assert gap(limb, second) > -0.02, f"{position}: {name} through {other}"


@pytest.mark.parametrize("id", IDS)
def test_the_end_is_not_the_start(id: str) -> None:
    first, last = (posed(id)[position] for position in POSITIONS)
    away = np.linalg.norm(first.joints - last.joints, axis=1)
    assert away.max() > 0.03


@pytest.mark.parametrize("id", ["chin-tuck", "bird-dog", "landmine-row"])
def test_all_of_the_body_that_is_meant_is_in_the_picture(id: str) -> None:
    drawing = load_drawings()[id]
    for name, scene in scenes(drawing).items():
        points = posed(id)[name].vertices
        pixels = project(scene.camera, points[points[:, 2] >= drawing.aim.above])
        assert (pixels > 0).all()
        assert (pixels < [scene.camera.width, scene.camera.height]).all()


def test_both_sides_of_the_skeleton_are_alike() -> None:
    joints = posed("plank")["end"].joints
    for bone in rig().bones:
        if bone.endswith(".L") and bone.startswith(("upper", "lower", "foot", "wrist")):
            left, right = joint(joints, bone), joint(joints, bone[:-1] + "R")
            np.testing.assert_allclose(left * [-1, 1, 1], right, atol=0.006)


def bend(first, middle, last) -> float:
    """Angle by which a joint is bent out of straight, degrees."""
    one, two = middle - first, last - middle
    return float(np.degrees(np.arccos(one @ two / np.linalg.norm(one) / np.linalg.norm(two))))


def joined(name: str, other: str) -> bool:
    """Whether two parts of a limb meet at a knee or an elbow, or are the thighs at their hips."""
    pairs = ({"thigh", "shank"}, {"upper arm", "forearm"})
    (side, part), (second, counterpart) = name.split(" ", 1), other.split(" ", 1)
    return (side == second and {part, counterpart} in pairs) or {part, counterpart} == {"thigh"}


def gap(one, other, steps: int = 24) -> float:
    """Room in metres between two capsules, negative where they overlap."""
    share = np.linspace(0, 1, steps)[:, None]
    first, second = (start + share * (end - start) for start, end, _ in (one, other))
    return float(np.linalg.norm(first[:, None] - second[None], axis=2).min() - one[2] - other[2])
