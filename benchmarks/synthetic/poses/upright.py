"""Upright: standing, the kneeling deep lunge, and walking. The body faces −y."""

from __future__ import annotations

import numpy as np

from benchmarks.synthetic.body import Floats, RestBody
from benchmarks.synthetic.limbs import (
    LETTER,
    OTHER,
    OUT,
    Turned,
    aim,
    arm,
    blend,
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
from benchmarks.synthetic.poses.gait import gait
from benchmarks.synthetic.poses.move import ANKLE_M, BACK, DOWN, FRONT, KNEE_M, LEFT, UP, Move, ramp
from benchmarks.synthetic.posture import PosedBody, Posture, pose_body, turn

EXTENDED_DEG = 42.0
"""How far the rear thigh of a full lunge leans from the vertical."""


def standing(rest: RestBody, move: Move) -> PosedBody:
    """Upright and still but for a slow sway and, before it is square, a turn."""
    posture = Posture(trunk_lean=move.sway, trunk_inclination=0.5 * move.sway)
    return pose_body(rest, posture, heading_deg=move.turn)


def deep_lunge(rest: RestBody, move: Move) -> PosedBody:
    """From both knees one foot steps forward; then the pelvis sinks ahead of the rear knee.

    knee_past_foot    degrees by which the front shank leans forward
    torso_leans       degrees by which the trunk leans forward
    back_arches       degrees by which the lower back arches
    """
    scale = size(rest)
    thigh, shank = lengths(rest, "leg")
    rear, front = LETTER[move.side], LETTER[OTHER[move.side]]
    lean, arch = move.shows("torso_leans"), move.shows("back_arches")
    sunk = np.radians(EXTENDED_DEG * ramp(move.lift, 0.15, 1.0))
    hip = KNEE_M * scale * UP + thigh * (np.sin(sunk) * FRONT + np.cos(sunk) * UP)

    pelvis = turn(pitch=lean + 0.12 * float(np.degrees(sunk)) + arch)
    turned = spine(pelvis, turn(pitch=lean - 0.3 * arch), turn(pitch=0.5 * lean))
    placed = place(rest, turned)
    root = placed[0] + hip - middle(placed, "upperleg01")
    placed = placed + (root - placed[0])

    start = joint(placed, f"upperleg01.{rear}")
    knee = np.array([start[0], 0.0, KNEE_M * scale])
    flat = BACK + 0.03 * UP
    turned |= leg(rest, turned, rear, knee - start, flat, FRONT + 0.3 * DOWN)
    turned |= {f"foot.{rear}": _pointed_foot(rest, turned, rear)}

    start = joint(placed, f"upperleg01.{front}")
    planted = _front_ankle(rest, float(start[0]))
    kneeling = np.array([start[0], shank, 0.06 * scale])
    stepped = ramp(move.lift, 0.0, 0.6)
    ankle = (1 - stepped) * kneeling + stepped * planted + np.sin(np.pi * stepped) * 0.16 * UP
    lean_in = np.sin(np.radians(move.shows("knee_past_foot"))) * shank
    ankle = ankle + lean_in * BACK
    first, second = two_links(start, ankle, thigh, shank, FRONT + 0.2 * UP)
    turned |= leg(rest, turned, front, first, second, first - second)
    turned |= {f"foot.{front}": blend(_pointed_foot(rest, turned, front), np.eye(3), stepped)}
    return posed(rest, turned | _hands_on_hips(rest, turned), root)


def _front_ankle(rest: RestBody, x: float) -> Floats:
    """Return where the front foot stands, right below its knee in the full lunge."""
    thigh, shank = lengths(rest, "leg")
    full = np.radians(EXTENDED_DEG)
    hip_z = KNEE_M * size(rest) + thigh * np.cos(full)
    over = ANKLE_M * size(rest) + shank - hip_z
    ahead = np.sqrt((0.97 * thigh) ** 2 - over**2)
    return np.array([x, -thigh * np.sin(full) - ahead, ANKLE_M * size(rest)])


def _pointed_foot(rest: RestBody, turned: Turned, letter: str) -> Floats:
    """Return the rotation of a foot that lies on its back, the sole up."""
    along = rest.head(f"toe1-1.{letter}") - rest.head(f"foot.{letter}")
    return aim(turn(pitch=90.0), along, BACK + 0.32 * DOWN)


def _hands_on_hips(rest: RestBody, turned: Turned) -> Turned:
    arms: Turned = {}
    for side, letter in LETTER.items():
        out = OUT[side] * LEFT
        body = turned["spine01"]
        upper, fore = (
            body @ (0.72 * out + 0.28 * BACK - 0.72 * UP),
            body @ (-0.72 * out + 0.52 * FRONT - 0.45 * UP),
        )
        arms |= arm(rest, turned, letter, upper, fore)
    return arms


def walk(rest: RestBody, move: Move) -> PosedBody:
    """One moment of walking on the spot, as on a treadmill; see `gait` for the faults."""
    return posed(rest, *gait(rest, move))
