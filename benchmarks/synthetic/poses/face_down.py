"""Face down: the plank on forearms and toes. The head is at −y."""

from __future__ import annotations

import numpy as np

from benchmarks.synthetic.body import Floats, RestBody
from benchmarks.synthetic.limbs import (
    LETTER,
    OUT,
    Turned,
    aim,
    arm,
    hand,
    joint,
    leg,
    lengths,
    middle,
    place,
    posed,
    size,
    spine,
    two_links,
)
from benchmarks.synthetic.poses.move import BACK, DOWN, ELBOW_M, FRONT, KNEE_M, LEFT, UP, Move, ramp
from benchmarks.synthetic.posture import PosedBody, turn

TOE_ANKLE_M = 0.165
"""Height of the ankle over the floor on tiptoe, on a body of 1.7 m."""


def plank(rest: RestBody, move: Move) -> PosedBody:
    """From forearms and knees one foot after the other steps back, until the body is one line.

    hips_drop   degrees by which the line from shoulders over hips to ankles sags
    hips_high   degrees by which it is bent upwards
    head_hangs  degrees by which the head hangs
    """
    scale = size(rest)
    thigh, shank = lengths(rest, "leg")
    trunk_m = float(np.linalg.norm(middle(rest.heads, "upperarm01") - middle(rest.heads, "upperleg01")))
    upper, _ = lengths(rest, "arm")
    shoulder = np.array([0.0, 0.0, ELBOW_M * scale + 0.99 * upper])
    legs = 0.999 * (thigh + shank)
    toe_z = TOE_ANKLE_M * scale
    behind = np.sqrt((trunk_m + legs) ** 2 - (shoulder[2] - toe_z) ** 2)
    ankle = np.array([0.0, behind, toe_z])
    bent = move.shows("hips_high") - move.shows("hips_drop")
    if bent:
        ankle = ankle + _shorter(trunk_m, legs, abs(bent)) * FRONT
    along, _ = two_links(shoulder, ankle, trunk_m, legs, UP if bent > 0 else DOWN)
    line = shoulder + trunk_m * along
    kneeling = _kneeling_hip(rest, shoulder, trunk_m)
    back = ramp(move.lift, 0.05, 1.0)
    hip = (1 - back) * kneeling + back * line + np.sin(np.pi * back) * 0.05 * UP
    hip = shoulder + trunk_m * (hip - shoulder) / np.linalg.norm(hip - shoulder)

    pitch = 90.0 - float(np.degrees(np.arctan2((shoulder - hip)[2], -(shoulder - hip)[1])))
    head = pitch - 6.0 + move.shows("head_hangs")
    turned = spine(turn(pitch=pitch), turn(pitch=pitch), turn(pitch=head))
    placed = place(rest, turned)
    root = placed[0] + hip - middle(placed, "upperleg01")
    placed = placed + (root - placed[0])
    for side, letter in LETTER.items():
        step = ramp(move.lift, 0.0, 0.6) if side == move.side else ramp(move.lift, 0.4, 1.0)
        turned |= _stepping_leg(rest, turned, placed, letter, hip, kneeling, ankle, step)
        start = joint(placed, f"upperarm01.{letter}")
        elbow = np.array([start[0], 0.0, ELBOW_M * scale])
        fore = FRONT - OUT[side] * 0.25 * LEFT - 0.02 * UP
        turned |= arm(rest, turned, letter, elbow - start, fore, elbow=BACK)
        palm = hand(rest, turned[f"lowerarm01.{letter}"], letter, FRONT - 0.1 * UP, -OUT[side] * LEFT)
        turned |= {f"wrist.{letter}": palm}
    return posed(rest, turned, root)


def _shorter(first: float, second: float, bend_deg: float) -> float:
    """Return how much shorter two links reach when they bend by so many degrees."""
    bend = np.radians(bend_deg)
    return first + second - float(np.sqrt(first**2 + second**2 + 2 * first * second * np.cos(bend)))


def _kneeling_hip(rest: RestBody, shoulder: Floats, trunk_m: float) -> Floats:
    """Return where the hips are over knees that stand upright."""
    thigh, _ = lengths(rest, "leg")
    high = KNEE_M * size(rest) + 0.995 * thigh
    back = np.sqrt(trunk_m**2 - (high - shoulder[2]) ** 2)
    return np.array([0.0, shoulder[1] + back, high])


def _stepping_leg(
    rest: RestBody, turned: Turned, placed: Floats, letter: str, hip: Floats, kneeling: Floats,
    ankle: Floats, step: float,
) -> Turned:  # fmt: skip
    """A leg between kneeling (`step` 0) and standing on its toes far behind (1)."""
    thigh, shank = lengths(rest, "leg")
    start = joint(placed, f"upperleg01.{letter}")
    aside = np.array([start[0], 0.0, 0.0])
    kneel_ankle = kneeling + (shank * 0.97) * BACK
    kneel_ankle[2] = 0.11 * size(rest)
    target = (1 - step) * kneel_ankle + step * ankle + np.sin(np.pi * step) * 0.06 * UP + aside
    first, second = two_links(start, target, thigh, shank, DOWN + 0.6 * FRONT)
    bones = leg(rest, turned, letter, first, second)
    # On tiptoe the foot stands almost upright whatever the shank does.
    ankle_at, ball, tip = (rest.head(f"{bone}.{letter}") for bone in ("foot", "toe1-1", "toe1-2"))
    foot = aim(bones[f"lowerleg01.{letter}"], ball - ankle_at, DOWN + 0.25 * FRONT)
    toes = aim(foot, tip - ball, FRONT)
    return bones | {f"foot.{letter}": foot} | {f"toe{toe}-1.{letter}": toes for toe in range(1, 6)}
