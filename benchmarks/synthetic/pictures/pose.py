"""A pose said in a few numbers: where the hips are, how the trunk is turned, where hands and feet go.

Axes are those of `scene`: metres, z up, a body that stands upright faces −y, its left is +x. A turn is
(pitch, roll, yaw) in degrees from upright, as in `posture.turn`: pitch 90 lies face down with the head
towards −y, −90 lies on the back, roll 90 lies on the right side. A fourth number turns the body to its
left about its own long axis first. Inverse kinematics places the limbs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from benchmarks.synthetic.body import Floats, RestBody
from benchmarks.synthetic.limbs import (
    LETTER,
    Turned,
    joint,
    lengths,
    middle,
    place,
    posed,
    spine,
    two_links,
)
from benchmarks.synthetic.posture import PosedBody, between, turn

Vector = tuple[float, float, float]
Turn = tuple[float, ...]
SIDES = ("right", "left")
"""In the order in which limbs are placed: the left one, which works, may rest on or hold the right one."""
STRAIGHT = 0.992
"""Share of a limb's whole length up to which it stretches: never quite straight, so that it bends on."""
SHOULDER_SHARE = 0.28
"""Part of a raised arm's turn that collarbone and shoulder blade make; about a third in a living body."""
ANCHORS = {
    "hip": "upperleg01", "knee": "lowerleg01", "ankle": "foot", "shoulder": "upperarm01", "elbow": "lowerarm01",
    "wrist": "wrist", "palm": "finger3-1",
}  # fmt: skip
"""Joint names that end in ``_left`` or ``_right``; also ``head``, ``chest`` and ``pelvis``."""
MIDDLE = {"head": "head", "chest": "spine01", "pelvis": "root"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Limb:
    """Where one arm or leg goes: to a place (`at`), or straight out (`along`).

    at        of the wrist or ankle, metres; counted from the joint `anchor` where there is one
    along     direction in which the limb is stretched, `reach` of its whole length
    bend      direction to which the elbow or knee points
    end       direction of fingers or toes; toes that lie level mean a flat foot. None: on from the limb
    face      direction to which the palm or the sole looks; None: as comes naturally
    grip      the fingers close
    toes      degrees by which the toes bend up, where the ball of the foot bears
    shrug     degrees by which the shoulder is drawn up
    """

    at: Vector | None = None
    anchor: str = ""
    along: Vector | None = None
    reach: float = STRAIGHT
    bend: Vector
    end: Vector | None = None
    face: Vector | None = None
    grip: bool = False
    toes: float = 0.0
    shrug: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Pose:
    """One position of the whole body.

    hips      middle of the hip joints, metres
    pelvis, chest, head   turns; the spine and the neck go evenly from one to the next
    poke      degrees by which the neck leans forward under a head that stays as it is
    """

    hips: Vector
    pelvis: Turn
    chest: Turn
    head: Turn
    leg_left: Limb
    leg_right: Limb
    arm_left: Limb
    arm_right: Limb
    poke: float = 0.0


def solve(rest: RestBody, pose: Pose) -> PosedBody:
    """Return the body in a pose. Places out of reach are approached as far as the limb goes."""
    pelvis, chest, head = (_turn(*angles) for angles in (pose.pelvis, pose.chest, pose.head))
    turned = spine(pelvis, chest, head)
    for bone, share in (("neck01", 1.0), ("neck02", 1.0), ("neck03", 0.7)):
        turned[bone] = chest @ turn(pitch=share * pose.poke) @ chest.T @ turned[bone]
    root = rest.heads[0] + np.array(pose.hips) - middle(place(rest, turned), "upperleg01")
    for side in SIDES:
        turned |= _leg(rest, turned, root, getattr(pose, f"leg_{side}"), side)
    for side in SIDES:
        turned |= _arm(rest, turned, root, getattr(pose, f"arm_{side}"), side)
    return posed(rest, turned, root, on_floor=False)


def anchor(joints: Floats, name: str) -> Floats:
    """Return where an anchor of `ANCHORS` or `MIDDLE` is, (3,), among placed bone heads (B, 3)."""
    part, _, side = name.partition("_")
    return joint(joints, f"{ANCHORS[part]}.{LETTER[side]}" if side else MIDDLE[part])


def _turn(pitch: float, roll: float, yaw: float, spin: float = 0.0) -> Floats:
    return turn(pitch=pitch, roll=roll, yaw=yaw) @ turn(yaw=spin)


# --- limbs ---------------------------------------------------------------------------------------


def _leg(rest: RestBody, turned: Turned, root: Floats, limb: Limb, side: str) -> Turned:
    letter = side[0].upper()
    found = _stretch(
        rest, turned, root, limb, [f"{bone}.{letter}" for bone in ("upperleg01", "lowerleg01", "foot")]
    )
    shin = found[f"lowerleg01.{letter}"]
    down = shin @ (rest.head(f"foot.{letter}") - rest.head(f"lowerleg01.{letter}"))
    toes = shin @ turn(pitch=25.0) @ [0.0, -1.0, 0.0] if limb.end is None else np.array(limb.end)
    up = np.array([0.0, 0.0, 1.0]) if limb.end is not None and limb.end[2] == 0 else -down
    if limb.face is not None:
        up = -np.array(limb.face)
    foot = _frame(toes, up) @ _frame([0.0, -1.0, 0.0], [0.0, 0.0, 1.0]).T
    bent = foot @ turn(pitch=-limb.toes)
    return found | {f"foot.{letter}": foot} | {f"toe{number}-1.{letter}": bent for number in range(1, 6)}


def _arm(rest: RestBody, turned: Turned, root: Floats, limb: Limb, side: str) -> Turned:
    letter = side[0].upper()
    bones = [f"{bone}.{letter}" for bone in ("upperarm01", "lowerarm01", "wrist")]
    chest = turned["spine01"]
    found = _stretch(rest, turned, root, limb, bones)
    for _ in range(2):
        blade = _shoulder_blade(rest, chest, found[bones[0]], limb, letter)
        found = _stretch(rest, turned | blade, root, limb, bones) | blade
    return found | _hand(rest, found[bones[1]], limb, letter)


def _stretch(rest: RestBody, turned: Turned, root: Floats, limb: Limb, bones: list[str]) -> Turned:
    """Turn the two links of a limb so that its end comes to where it belongs."""
    start, elbow, end = (rest.head(bone) for bone in bones)
    hinge = np.cross(elbow - start, end - elbow)
    first_m, second_m = lengths(rest, "arm" if "arm" in bones[0] else "leg")
    placed, bend = _placed(rest, turned, root), np.array(limb.bend)
    origin = joint(placed, bones[0])
    if limb.at is not None:
        aim = np.array(limb.at) + (anchor(placed, limb.anchor) if limb.anchor else 0.0)
    else:
        aim = origin + limb.reach * (first_m + second_m) * _unit(limb.along)
    wanted = aim
    parent = turned.get(f"clavicle.{bones[0][-1]}") if "arm" in bones[0] else turned["root"]
    parent = turned["spine01"] if parent is None else parent
    for _ in range(3):
        upper, lower = two_links(
            origin, _within_reach(aim, origin, first_m, second_m), first_m, second_m, bend
        )
        axis = np.cross(bend, aim - origin)
        first = _frame(upper, axis) @ _frame(elbow - start, hinge).T
        second = _frame(lower, axis) @ _frame(end - elbow, hinge).T
        swung = between(parent @ (elbow - start), upper) @ parent
        half = Rotation.from_matrix([swung, first]).mean().as_matrix()
        found = {bones[0]: half, bones[0].replace("01", "02"): first, bones[1]: second}
        aim = aim + wanted - joint(_placed(rest, turned | found, root), bones[2])
    return found


def _within_reach(aim: Floats, origin: Floats, first: float, second: float) -> Floats:
    line = aim - origin
    distance = np.linalg.norm(line)
    return origin + line * float(
        np.clip(distance, 1.02 * abs(first - second), STRAIGHT * (first + second)) / distance
    )


def _shoulder_blade(rest: RestBody, chest: Floats, upper: Floats, limb: Limb, letter: str) -> Turned:
    """Turn collarbone and shoulder blade along with an arm that is raised over the horizontal."""
    bone = rest.head(f"lowerarm01.{letter}") - rest.head(f"upperarm01.{letter}")
    direction = chest.T @ upper @ bone
    raised = np.degrees(np.arccos(np.clip(-_unit(direction)[2], -1, 1)))
    share = SHOULDER_SHARE * float(np.clip((raised - 60) / 80, 0, 1))
    swing = Rotation.from_matrix(between(bone, direction)).as_rotvec() * share
    lift = turn(roll=limb.shrug if letter == "L" else -limb.shrug)
    blade = chest @ lift @ Rotation.from_rotvec(swing).as_matrix()
    return {f"clavicle.{letter}": blade, f"shoulder01.{letter}": blade}


def _hand(rest: RestBody, fore: Floats, limb: Limb, letter: str) -> Turned:
    """Turn the hand; half of its twist against the forearm goes into the forearm's far end."""
    wrist, fingers, first, last = (
        rest.head(f"{bone}.{letter}") for bone in ("wrist", "finger3-1", "finger2-1", "finger5-1")
    )
    along, out = fingers - wrist, 1.0 if letter == "L" else -1.0
    palm = out * np.cross(along, first - last)
    forearm = fore @ (wrist - rest.head(f"lowerarm01.{letter}"))
    ahead = forearm if limb.end is None else np.array(limb.end)
    if limb.face is None:
        hand = fore if limb.end is None else between(fore @ along, ahead) @ fore
    else:
        hand = _frame(ahead, np.array(limb.face)) @ _frame(along, palm).T
    twist = _twist_deg(hand @ fore.T, forearm)
    half = Rotation.from_rotvec(np.radians(0.5 * twist) * _unit(forearm)).as_matrix() @ fore
    found = {f"lowerarm02.{letter}": half, f"wrist.{letter}": hand}
    if limb.grip:
        found |= _fist(hand, np.cross(along, palm), letter)
    return found


def _fist(hand: Floats, axis: Floats, letter: str) -> Turned:
    """Curl the fingers about `axis`, which lies across the palm at rest."""
    found = {}
    for finger in (2, 3, 4, 5):
        for part, angle in ((1, 45.0), (2, 125.0), (3, 165.0)):
            curl = Rotation.from_rotvec(np.radians(angle) * _unit(axis)).as_matrix()
            found[f"finger{finger}-{part}.{letter}"] = hand @ curl
    for part, angle in ((1, 10.0), (2, 30.0), (3, 55.0)):
        curl = Rotation.from_rotvec(np.radians(angle) * _unit(axis)).as_matrix()
        found[f"finger1-{part}.{letter}"] = hand @ curl
    return found


def _twist_deg(rotation: Floats, axis: Floats) -> float:
    """Return how far a rotation turns about `axis`, degrees in (−180, 180]."""
    x, y, z, w = Rotation.from_matrix(rotation).as_quat()
    angle = 2 * np.degrees(np.arctan2(np.array([x, y, z]) @ _unit(axis), w))
    return float((angle + 180) % 360 - 180)


def _frame(along: object, across: object) -> Floats:
    """Return the rotation whose columns are `along`, and what is left of `across` beside it."""
    first = _unit(along)
    second = np.asarray(across, dtype=np.float64)
    second = _unit(second - first * (first @ second))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def _unit(vector: object) -> Floats:
    array = np.asarray(vector, dtype=np.float64)
    return array / np.linalg.norm(array)


def _placed(rest: RestBody, turned: Turned, root: Floats) -> Floats:
    placed = place(rest, turned)
    return placed + (root - placed[0])
