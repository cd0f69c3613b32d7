"""On hands and knees: the bird-dog. The body looks towards −y and lies along y."""

from __future__ import annotations

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
from benchmarks.synthetic.poses.move import BACK, KNEE_M, LEFT, WRIST_M, Move
from benchmarks.synthetic.posture import PosedBody, turn

SLACK = 0.985
HEAD_UP_DEG = -25.0


def bird_dog(rest: RestBody, move: Move) -> PosedBody:
    """One leg and the opposite arm rise to the height of the trunk.

    hips_drop        degrees by which the thigh that bears leans back, so that the hips sink
    spine_not_level  degrees of arch in the lower back
    back_rounds      degrees by which the back is rounded upwards instead
    hips_turn        degrees by which the pelvis turns about the spine, the working side upwards
    """
    thigh, _ = lengths(rest, "leg")
    reach = SLACK * sum(lengths(rest, "arm"))
    lean = np.radians(move.shows("hips_drop"))
    sag = move.shows("spine_not_level") - move.shows("back_rounds")
    hip = np.array([0.0, thigh * np.sin(lean), KNEE_M * size(rest) + thigh * np.cos(lean)])

    def flat(pitch: float) -> tuple[Turned, Floats]:
        roll = OUT[move.side] * move.shows("hips_turn")
        return trunk(rest, pelvis=pitch + sag, thorax=pitch - 0.4 * sag, roll=roll, head=HEAD_UP_DEG)

    def shoulder(pitch: float) -> Floats:
        _, placed = flat(pitch)
        return hip + middle(placed, "upperarm01") - middle(placed, "upperleg01")

    wrist = np.array([0.0, _hand_y(rest, reach), WRIST_M * size(rest)])
    pitch = brentq(lambda angle: float(np.linalg.norm(shoulder(angle) - wrist)) - reach, 40.0, 130.0)
    turned, placed = flat(pitch)
    root = placed[0] + hip - middle(placed, "upperleg01")
    for side in LETTER:
        lifted_leg = move.lift if side == move.side else 0.0
        lifted_arm = move.lift if side == OTHER[move.side] else 0.0
        turned |= _bearing_or_lifted_leg(rest, turned, lean, side, lifted_leg)
        turned |= _bearing_or_lifted_arm(rest, turned, shoulder(pitch), wrist, side, lifted_arm)
    return posed(rest, turned, root)


def _hand_y(rest: RestBody, reach: float) -> float:
    """Return where the hands stand: under the shoulders while the thighs are upright and the trunk flat."""
    thigh, _ = lengths(rest, "leg")
    above = reach + (WRIST_M - KNEE_M) * size(rest) - thigh

    def ahead(pitch: float) -> Floats:
        _, placed = trunk(rest, pelvis=pitch, thorax=pitch, roll=0.0, head=HEAD_UP_DEG)
        return middle(placed, "upperarm01") - middle(placed, "upperleg01")

    return float(ahead(brentq(lambda pitch: float(ahead(pitch)[2]) - above, 40.0, 130.0))[1])


def _bearing_or_lifted_leg(rest: RestBody, turned: Turned, lean: float, side: str, lift: float) -> Turned:
    """A thigh that stands on its knee, or swings back until the leg is straight behind."""
    raised = -lean + lift * (np.pi / 2 + lean)
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
    fingers = (1 - lift) * flat + lift * lifted
    return swung | {f"wrist.{letter}": hand(rest, forearm, letter, fingers, -OUT[side] * LEFT)}


def _fingers(rest: RestBody, letter: str) -> Floats:
    """Return the unit direction of the fingers at rest."""
    along = rest.head(f"finger3-2.{letter}") - rest.head(f"wrist.{letter}")
    return np.asarray(along / np.linalg.norm(along))
