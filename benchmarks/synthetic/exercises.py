"""Bodies in the poses of an exercise: how far a movement has come, and what is wrong with it.

A body on all fours looks towards −y, a body on its back has its head towards +y; both lie along y with
the middle near the origin. Angles in degrees. Hands, knees, feet and shoulders stay where they bear.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from benchmarks.synthetic.body import Floats, RestBody
from benchmarks.synthetic.limbs import (
    LETTER,
    OTHER,
    OUT,
    Turned,
    arm,
    hand,
    leg,
    lengths,
    middle,
    posed,
    size,
    trunk,
    two_links,
)
from benchmarks.synthetic.posture import PosedBody, Posture, pose_body, turn

KNEE_M, WRIST_M, ANKLE_M, BACK_M = 0.055, 0.045, 0.075, 0.105
"""Height of a joint over the floor when the limb or the upper back bears on it, on a body of 1.7 m."""
SLACK = 0.985
HEAD_UP_DEG = -25.0
UP, BACK = np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.0])


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
    scale = size(rest)
    thigh, _ = lengths(rest, "leg")
    reach = SLACK * sum(lengths(rest, "arm"))
    lean = np.radians(move.hip_drop)
    hip = np.array([0.0, thigh * np.sin(lean), KNEE_M * scale + thigh * np.cos(lean)])

    def flat(pitch: float) -> tuple[Turned, Floats]:
        return trunk(
            rest, pelvis=pitch + move.sag, thorax=pitch - 0.4 * move.sag, roll=_roll(move), head=HEAD_UP_DEG
        )

    def shoulder(pitch: float) -> Floats:
        _, placed = flat(pitch)
        return hip + middle(placed, "upperarm01") - middle(placed, "upperleg01")

    wrist = np.array([0.0, _hand_y(rest, reach), WRIST_M * scale])
    pitch = brentq(lambda angle: float(np.linalg.norm(shoulder(angle) - wrist)) - reach, 40.0, 130.0)
    turned, placed = flat(pitch)
    root = placed[0] + hip - middle(placed, "upperleg01")
    for side in LETTER:
        lifted_leg = move.lift if side == move.side else 0.0
        lifted_arm = move.lift if side == OTHER[move.side] else 0.0
        turned |= _bearing_or_lifted_leg(rest, turned, move, side, lifted_leg)
        turned |= _bearing_or_lifted_arm(rest, turned, shoulder(pitch), wrist, side, lifted_arm)
    return posed(rest, turned, root)


def bridge(rest: RestBody, move: Move) -> PosedBody:
    """On the back, feet flat; the hips rise until shoulders, hips and knees are in one line."""
    scale = size(rest)
    thigh, shank = lengths(rest, "leg")

    def at(angle: float) -> tuple[Turned, Floats, Floats]:
        turned, placed = trunk(
            rest,
            pelvis=-90.0 - angle + move.sag,
            thorax=-90.0 - 0.75 * angle,
            roll=_roll(move),
            head=14.0 + 0.6 * angle,
        )
        root = placed[0] + np.array([0.0, 0.45, BACK_M * scale]) - middle(placed, "upperarm01")
        return turned, root, root + middle(placed, "upperleg01") - placed[0]

    _, _, low_hip = at(0.0)
    ankle = np.array([0.0, low_hip[1] - 0.82 * thigh, ANKLE_M * scale])

    def bend(angle: float) -> float:
        """How far the knee still is over the line from shoulder to hip, in radians."""
        _, _, hip = at(angle)
        along, _ = two_links(hip, ankle, thigh, shank, UP)
        return float(np.arctan2(along[2], -along[1]) - np.arctan2(hip[2] - BACK_M * scale, 0.45 - hip[1]))

    full = brentq(bend, 2.0, 45.0)
    turned, root, hip = at(full * move.lift)
    for side, letter in LETTER.items():
        along, down = two_links(hip, ankle, thigh, shank, UP)
        turned |= leg(rest, turned, letter, along, down)
        turned |= {f"foot.{letter}": np.eye(3)}
        out = 1.0 if side == "left" else -1.0
        turned |= arm(
            rest, turned, letter, np.array([out * 0.30, -0.93, -0.10]), np.array([out * 0.05, -1.0, -0.03])
        )
    return posed(rest, turned, root)


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
    hips, shoulders = middle(body.joints, "upperleg01"), middle(body.joints, "upperarm01")
    line = shoulders - hips
    return float(np.degrees(np.arctan2(line[2], np.hypot(line[0], line[1]))))


def pelvis_deg(body: PosedBody) -> float:
    """Return how much higher the left hip joint is than the right one, as an angle in degrees."""
    line = body.joint("upperleg01.L") - body.joint("upperleg01.R")
    return float(np.degrees(np.arctan2(line[2], np.hypot(line[0], line[1]))))


# --- parts of a pose -----------------------------------------------------------------------------


def _roll(move: Move) -> float:
    return move.pelvis_roll if move.side == "left" else -move.pelvis_roll


def _hand_y(rest: RestBody, reach: float) -> float:
    """Return where the hands stand: under the shoulders while the thighs are upright and the trunk flat."""
    thigh, _ = lengths(rest, "leg")
    above = reach + (WRIST_M - KNEE_M) * size(rest) - thigh

    def ahead(pitch: float) -> Floats:
        _, placed = trunk(rest, pelvis=pitch, thorax=pitch, roll=0.0, head=HEAD_UP_DEG)
        return middle(placed, "upperarm01") - middle(placed, "upperleg01")

    return float(ahead(brentq(lambda pitch: float(ahead(pitch)[2]) - above, 40.0, 130.0))[1])


def _bearing_or_lifted_leg(rest: RestBody, turned: Turned, move: Move, side: str, lift: float) -> Turned:
    """A thigh that stands on its knee, or swings back until the leg is straight behind."""
    raised = np.radians(-move.hip_drop + lift * (90.0 + move.hip_drop))
    behind = np.radians(90.0 + 12.0 * np.sin(np.pi * lift))
    thigh = np.array([0.0, np.sin(raised), -np.cos(raised)])
    shank = np.array([0.0, np.sin(behind), -np.cos(behind)])
    swung = leg(rest, turned, LETTER[side], thigh, shank)
    foot = turn(pitch=65.0 - 25.0 * lift) @ swung[f"lowerleg01.{LETTER[side]}"]
    return swung | {f"foot.{LETTER[side]}": foot}


def _bearing_or_lifted_arm(
    rest: RestBody, turned: Turned, shoulder: Floats, wrist: Floats, side: str, lift: float
) -> Turned:
    """An arm that stands on its hand, or swings forward until it is in line with the trunk."""
    upper, fore = lengths(rest, "arm")
    first, second = two_links(shoulder, wrist, upper, fore, BACK)
    bearing = np.arctan2(-first[1], -first[2])
    forward = bearing + lift * (np.radians(92.0) - bearing)
    raised = np.array([0.0, -np.sin(forward), -np.cos(forward)])
    letter = LETTER[side]
    swung = arm(rest, turned, letter, raised, (1 - lift) * second + lift * raised)
    forearm = swung[f"lowerarm01.{letter}"]
    flat, lifted = np.array([0.0, -1.0, -0.12]), forearm @ _fingers(rest, letter)
    inward = np.array([-OUT[side], 0.0, 0.0])
    return swung | {f"wrist.{letter}": hand(rest, forearm, letter, (1 - lift) * flat + lift * lifted, inward)}


def _fingers(rest: RestBody, letter: str) -> Floats:
    """Return the unit direction of the fingers at rest."""
    along = rest.head(f"finger3-2.{letter}") - rest.head(f"wrist.{letter}")
    return np.asarray(along / np.linalg.norm(along))
