"""Bodies in the poses of an exercise: how far a movement has come, and what is wrong with it.

A body on all fours looks towards −y, a body on its back has its head towards +y; both lie along y with
the middle near the origin. Angles in degrees. Hands, knees, feet and shoulders stay where they bear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from benchmarks.synthetic.body import Floats, RestBody, place_bones, rig, skin
from benchmarks.synthetic.posture import PosedBody, Posture, between, pose_body, turn

KNEE_M, WRIST_M, ANKLE_M, BACK_M = 0.055, 0.045, 0.075, 0.105
"""Height of a joint over the floor when the limb or the upper back bears on it, on a body of 1.7 m."""
SLACK = 0.985
HEAD_UP_DEG = -25.0
LETTER = {"left": "L", "right": "R"}
OTHER = {"left": "right", "right": "left"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Where in a repetition a body is.

    side        the working side: the lifted leg of a bird-dog; no matter in a bridge or standing
    lift        0 at rest, 1 in the full position; a repetition of less range stops below 1
    hip_drop    degrees by which the thigh that bears leans back, so that the hips sink
    sag         degrees of arch in the lower back, of a trunk that is to be flat
    pelvis_roll degrees by which the pelvis turns about the spine, the working side upwards
    sway        degrees of slow leaning while standing
    """

    side: str = "left"
    lift: float = 0.0
    hip_drop: float = 0.0
    sag: float = 0.0
    pelvis_roll: float = 0.0
    sway: float = 0.0


def bird_dog(rest: RestBody, move: Move) -> PosedBody:
    """On all fours; one leg and the opposite arm rise to the height of the trunk."""
    scale = _size(rest)
    thigh, _ = _lengths(rest, "leg")
    reach = SLACK * sum(_lengths(rest, "arm"))
    lean = np.radians(move.hip_drop)
    hip = np.array([0.0, thigh * np.sin(lean), KNEE_M * scale + thigh * np.cos(lean)])

    def trunk(pitch: float) -> tuple[dict[str, Floats], Floats]:
        return _trunk(
            rest, pelvis=pitch + move.sag, thorax=pitch - 0.4 * move.sag, roll=_roll(move), head=HEAD_UP_DEG
        )

    def shoulder(pitch: float) -> Floats:
        _, placed = trunk(pitch)
        return hip + _middle(placed, "upperarm01") - _middle(placed, "upperleg01")

    hand = np.array([_hand_y(rest, reach), WRIST_M * scale])
    pitch = brentq(lambda angle: float(np.linalg.norm(shoulder(angle)[1:] - hand)) - reach, 40.0, 130.0)
    turned, placed = trunk(pitch)
    root = placed[0] + hip - _middle(placed, "upperleg01")
    for side in LETTER:
        lifted_leg = move.lift if side == move.side else 0.0
        lifted_arm = move.lift if side == OTHER[move.side] else 0.0
        turned |= _bearing_or_lifted_leg(rest, turned, move, side, lifted_leg)
        turned |= _bearing_or_lifted_arm(rest, turned, shoulder(pitch), hand, side, lifted_arm)
    return _posed(rest, turned, root)


def bridge(rest: RestBody, move: Move) -> PosedBody:
    """On the back, feet flat; the hips rise until shoulders, hips and knees are in one line."""
    scale = _size(rest)
    thigh, shank = _lengths(rest, "leg")

    def at(angle: float) -> tuple[dict[str, Floats], Floats, Floats]:
        turned, placed = _trunk(
            rest,
            pelvis=-90.0 - angle + move.sag,
            thorax=-90.0 - 0.75 * angle,
            roll=_roll(move),
            head=14.0 + 0.6 * angle,
        )
        root = placed[0] + np.array([0.0, 0.45, BACK_M * scale]) - _middle(placed, "upperarm01")
        return turned, root, root + _middle(placed, "upperleg01") - placed[0]

    _, _, low_hip = at(0.0)
    ankle = np.array([low_hip[1] - 0.82 * thigh, ANKLE_M * scale])

    def bend(angle: float) -> float:
        """How far the knee still is over the line from shoulder to hip, in radians."""
        _, _, hip = at(angle)
        along, _ = _two_links(hip[1:], ankle, thigh, shank, upwards=True)
        return float(np.arctan2(along[1], -along[0]) - np.arctan2(hip[2] - BACK_M * scale, 0.45 - hip[1]))

    full = brentq(bend, 2.0, 45.0)
    turned, root, hip = at(full * move.lift)
    for side, letter in LETTER.items():
        along, down = _two_links(hip[1:], ankle, thigh, shank, upwards=True)
        turned |= _leg(rest, turned, letter, np.array([0.0, *along]), np.array([0.0, *down]))
        turned |= {f"foot.{letter}": np.eye(3)}
        out = 1.0 if side == "left" else -1.0
        turned |= _arm(
            rest, turned, letter, np.array([out * 0.30, -0.93, -0.10]), np.array([out * 0.05, -1.0, -0.03])
        )
    return _posed(rest, turned, root)


def standing(rest: RestBody, move: Move) -> PosedBody:
    """Upright and still but for a slow sway."""
    return pose_body(rest, Posture(trunk_lean=move.sway, trunk_inclination=0.5 * move.sway))


POSES: dict[str, Callable[[RestBody, Move], PosedBody]] = {
    "bird-dog": bird_dog,
    "bridge": bridge,
    "standing": standing,
}


def trunk_deg(body: PosedBody) -> float:
    """Return the angle of the line from hips to shoulders over the horizontal, degrees."""
    hips, shoulders = _middle(body.joints, "upperleg01"), _middle(body.joints, "upperarm01")
    line = shoulders - hips
    return float(np.degrees(np.arctan2(line[2], np.hypot(line[0], line[1]))))


def pelvis_deg(body: PosedBody) -> float:
    """Return how much higher the left hip joint is than the right one, as an angle in degrees."""
    line = body.joint("upperleg01.L") - body.joint("upperleg01.R")
    return float(np.degrees(np.arctan2(line[2], np.hypot(line[0], line[1]))))


# --- parts of a pose -----------------------------------------------------------------------------


def _trunk(
    rest: RestBody, *, pelvis: float, thorax: float, roll: float, head: float
) -> tuple[dict[str, Floats], Floats]:
    """Return rotations of pelvis, spine, shoulders and head, and (B, 3) bone heads with the root at rest.

    `head`: pitch of the head against the thorax.
    """
    turned = {"root": turn(pitch=pelvis, roll=roll)}
    for bone, share in (
        ("spine05", 0.1),
        ("spine04", 0.4),
        ("spine03", 0.75),
        ("spine02", 1.0),
        ("spine01", 1.0),
    ):
        turned[bone] = turn(pitch=(1 - share) * pelvis + share * thorax, roll=(1 - share) * roll)
    for bone, share in (("neck01", 0.4), ("neck02", 0.6), ("neck03", 0.8), ("head", 1.0)):
        turned[bone] = turn(pitch=thorax + share * head)
    return turned, place_bones(rest, _inherit(turned))


def _roll(move: Move) -> float:
    return move.pelvis_roll if move.side == "left" else -move.pelvis_roll


def _hand_y(rest: RestBody, reach: float) -> float:
    """Return where the hands stand: under the shoulders while the thighs are upright and the trunk flat."""
    thigh, _ = _lengths(rest, "leg")
    above = reach + (WRIST_M - KNEE_M) * _size(rest) - thigh

    def ahead(pitch: float) -> Floats:
        _, placed = _trunk(rest, pelvis=pitch, thorax=pitch, roll=0.0, head=HEAD_UP_DEG)
        return _middle(placed, "upperarm01") - _middle(placed, "upperleg01")

    return float(ahead(brentq(lambda pitch: float(ahead(pitch)[2]) - above, 40.0, 130.0))[1])


def _bearing_or_lifted_leg(
    rest: RestBody, turned: dict[str, Floats], move: Move, side: str, lift: float
) -> dict[str, Floats]:
    """A thigh that stands on its knee, or swings back until the leg is straight behind."""
    raised = np.radians(-move.hip_drop + lift * (90.0 + move.hip_drop))
    behind = np.radians(90.0 + 12.0 * np.sin(np.pi * lift))
    thigh = np.array([0.0, np.sin(raised), -np.cos(raised)])
    shank = np.array([0.0, np.sin(behind), -np.cos(behind)])
    leg = _leg(rest, turned, LETTER[side], thigh, shank)
    foot = turn(pitch=65.0 - 25.0 * lift) @ leg[f"lowerleg01.{LETTER[side]}"]
    return leg | {f"foot.{LETTER[side]}": foot}


def _bearing_or_lifted_arm(
    rest: RestBody, turned: dict[str, Floats], shoulder: Floats, hand: Floats, side: str, lift: float
) -> dict[str, Floats]:
    """An arm that stands on its hand, or swings forward until it is in line with the trunk."""
    upper, fore = _lengths(rest, "arm")
    first, second = _two_links(shoulder[1:], hand, upper, fore, upwards=False)
    bearing = np.arctan2(-first[0], -first[1])
    forward = bearing + lift * (np.radians(92.0) - bearing)
    raised = np.array([0.0, -np.sin(forward), -np.cos(forward)])
    lower = (1 - lift) * np.array([0.0, *second]) + lift * raised
    letter = LETTER[side]
    arm = _arm(rest, turned, letter, raised, lower / np.linalg.norm(lower))
    return arm | {f"wrist.{letter}": _flat_hand(rest, arm[f"lowerarm01.{letter}"], letter, lift)}


def _flat_hand(rest: RestBody, fore: Floats, letter: str, lift: float) -> Floats:
    """Turn a hand so that the palm is on the floor with the fingers forward; lifted, it follows the arm."""
    wrist, finger, thumb = (rest.head(f"{bone}.{letter}") for bone in ("wrist", "finger3-2", "finger1-2"))
    along = finger - wrist
    forward = (1 - lift) * np.array([0.0, -1.0, -0.12]) + lift * (fore @ along / np.linalg.norm(along))
    hand = _aim(fore, along, forward)
    inward = np.array([-1.0 if letter == "L" else 1.0, 0.0, 0.0])
    axis = forward / np.linalg.norm(forward)
    across = hand @ (thumb - wrist)
    across = across - axis * (across @ axis)
    inward = inward - axis * (inward @ axis)
    return between(across, inward) @ hand


def _leg(
    rest: RestBody, turned: dict[str, Floats], letter: str, thigh: Floats, shank: Floats
) -> dict[str, Floats]:
    hip, knee, ankle = (rest.head(f"{bone}.{letter}") for bone in ("upperleg01", "lowerleg01", "foot"))
    upper = _aim(turned["root"], knee - hip, thigh)
    return {f"upperleg01.{letter}": upper, f"lowerleg01.{letter}": _aim(upper, ankle - knee, shank)}


def _arm(
    rest: RestBody, turned: dict[str, Floats], letter: str, upper: Floats, fore: Floats
) -> dict[str, Floats]:
    shoulder, elbow, wrist = (rest.head(f"{bone}.{letter}") for bone in ("upperarm01", "lowerarm01", "wrist"))
    first = _aim(turned["spine01"], elbow - shoulder, upper)
    return {f"upperarm01.{letter}": first, f"lowerarm01.{letter}": _aim(first, wrist - elbow, fore)}


def _aim(start: Floats, bone: Floats, direction: Floats) -> Floats:
    """Turn on from rotation `start` so that the rest direction `bone` points along `direction`."""
    return between(start @ bone, direction) @ start


def _two_links(
    start: Floats, end: Floats, first: float, second: float, upwards: bool
) -> tuple[Floats, Floats]:
    """Return the unit directions (2,) of two links in the plane from `start` to `end`, bent up or down."""
    line = end - start
    distance = min(float(np.linalg.norm(line)), 0.999 * (first + second))
    line = line / np.linalg.norm(line)
    cosine = (first**2 + distance**2 - second**2) / (2 * first * distance)
    across = np.array([-line[1], line[0]])
    across = across if (across[1] > 0) == upwards else -across
    one = cosine * line + np.sqrt(max(0.0, 1 - cosine**2)) * across
    two = distance * line - first * one
    return one, two / np.linalg.norm(two)


def _lengths(rest: RestBody, limb: str) -> tuple[float, float]:
    names = (
        ("upperleg01.L", "lowerleg01.L", "foot.L")
        if limb == "leg"
        else ("upperarm01.L", "lowerarm01.L", "wrist.L")
    )
    a, b, c = (rest.head(name) for name in names)
    return float(np.linalg.norm(b - a)), float(np.linalg.norm(c - b))


def _middle(joints: Floats, bone: str) -> Floats:
    return np.asarray((joints[rig().bones[f"{bone}.L"]] + joints[rig().bones[f"{bone}.R"]]) / 2)


def _size(rest: RestBody) -> float:
    return float(np.ptp(rest.vertices[:, 2])) / 1.7


def _inherit(turned: dict[str, Floats]) -> Floats:
    """Give each bone its own rotation or its parent's."""
    rotations = np.empty((len(rig().parents), 3, 3))
    for name, number in rig().bones.items():
        parent = rig().parents[number]
        rotations[number] = turned.get(name, rotations[parent] if parent >= 0 else np.eye(3))
    return rotations


def _posed(rest: RestBody, turned: dict[str, Floats], root: Floats) -> PosedBody:
    """Put the body together, its lowest point on the floor."""
    rotations = _inherit(turned)
    placed = place_bones(rest, rotations)
    placed = placed + (root - placed[0])
    vertices = np.asarray(rig().subdivide @ skin(rest, rotations, placed))
    floor = np.array([0.0, 0.0, vertices[:, 2].min()])
    return PosedBody(
        rest=rest, posture=Posture(), heading_deg=0.0, vertices=vertices - floor, rotations=rotations,
        joints=placed - floor, boards={"left": 0.0, "right": 0.0},
    )  # fmt: skip
