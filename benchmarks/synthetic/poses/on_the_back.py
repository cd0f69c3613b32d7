"""On the back: the bridge and the lying pigeon. The head is at +y, the face up, the left side at +x."""

from __future__ import annotations

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
    joint,
    leg,
    lengths,
    middle,
    posed,
    size,
    trunk,
    two_links,
)
from benchmarks.synthetic.poses.move import ANKLE_M, BACK_M, DOWN, FRONT, LEFT, UP, Move, ramp
from benchmarks.synthetic.posture import PosedBody, turn

SHOULDER_Y_M = 0.45
SHIN_OVER_THIGH_M = 0.105
"""Distance from the line of the lower thigh to the ankle that lies across it, on a body of 1.7 m."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lying:
    """A trunk with the shoulders on the floor: its rotations, its root, and the (B, 3) joints in place."""

    turned: Turned
    root: Floats
    placed: Floats

    @property
    def hip(self) -> Floats:
        return middle(self.placed, "upperleg01")


def _lie(rest: RestBody, *, raised: float, arch: float = 0.0, roll: float = 0.0) -> _Lying:
    """Lie on the back, the pelvis `raised` by degrees about the shoulders."""
    turned, placed = trunk(
        rest,
        pelvis=-90.0 - raised + arch,
        thorax=-90.0 - 0.75 * raised,
        roll=roll,
        head=14.0 + 0.6 * raised,
    )
    shift = np.array([0.0, SHOULDER_Y_M, BACK_M * size(rest)]) - middle(placed, "upperarm01")
    return _Lying(turned=turned, root=placed[0] + shift, placed=placed + shift)


def _ankle(rest: RestBody) -> Floats:
    """Return where the ankles stand, the knees bent to about a right angle."""
    thigh, _ = lengths(rest, "leg")
    return np.array([0.0, _lie(rest, raised=0.0).hip[1] - 0.82 * thigh, ANKLE_M * size(rest)])


def _arms_at_rest(rest: RestBody, turned: Turned) -> Turned:
    """Arms on the floor beside the body."""
    arms: Turned = {}
    for side, letter in LETTER.items():
        upper, fore = np.array([OUT[side] * 0.30, -0.93, -0.12]), np.array([OUT[side] * 0.05, -1.0, -0.10])
        arms |= arm(rest, turned, letter, upper, fore)
        palm = hand(rest, arms[f"lowerarm01.{letter}"], letter, FRONT + 0.05 * DOWN, -OUT[side] * LEFT)
        arms |= {f"wrist.{letter}": palm}
    return arms


def bridge(rest: RestBody, move: Move) -> PosedBody:
    """Feet flat; the hips rise until shoulders, hips and knees are in one line.

    pelvis_not_level  degrees by which the pelvis turns about the spine, the working side upwards
    back_arches       degrees of arch in the lower back
    knees_apart       degrees by which each thigh falls outwards
    feet_apart        centimetres by which each foot stands further out than its hip, on a body of 1.7 m
    toes_out          degrees by which each foot turns out, with half of it in the knee above
    """
    thigh, shank = lengths(rest, "leg")
    ankle, floor = _ankle(rest), BACK_M * size(rest)
    wide = 0.01 * move.shows("feet_apart") * size(rest)
    arch, roll = move.shows("back_arches"), OUT[move.side] * move.shows("pelvis_not_level")

    def bend(raised: float) -> float:
        """How far the knee still is over the line from shoulder to hip, in radians."""
        hip = _lie(rest, raised=raised, arch=arch, roll=roll).hip
        along, _ = two_links(hip, ankle, thigh, shank, UP)
        return float(np.arctan2(along[2], -along[1]) - np.arctan2(hip[2] - floor, SHOULDER_Y_M - hip[1]))

    full = brentq(bend, 2.0, 45.0)
    lying = _lie(rest, raised=full * move.lift, arch=arch, roll=roll)
    turned = lying.turned | _arms_at_rest(rest, lying.turned)
    for side, letter in LETTER.items():
        fallen = np.radians(move.shows("knees_apart") + 0.5 * move.shows("toes_out"))
        pole = np.cos(fallen) * UP + OUT[side] * np.sin(fallen) * LEFT
        # The foot stays below its hip of a level pelvis; a rolled one moves the hip, and not the foot.
        stand = ankle + (joint(rest.heads, f"upperleg01.{letter}")[0] + OUT[side] * wide) * LEFT
        start = joint(lying.placed, f"upperleg01.{letter}")
        along, down = two_links(start, stand, thigh, shank, pole)
        foot = turn(yaw=OUT[side] * move.shows("toes_out"))
        turned |= leg(rest, turned, letter, along, down) | {f"foot.{letter}": foot}
    return posed(rest, turned, lying.root)


def pigeon(rest: RestBody, move: Move) -> PosedBody:
    """One ankle goes across the other thigh; then both hands pull that thigh in.

    tailbone_lifts  degrees by which the pelvis curls off the floor
    head_lifts      degrees by which the head comes off the floor
    """
    letter, other = LETTER[move.side], LETTER[OTHER[move.side]]
    thigh, shank = lengths(rest, "leg")
    crossed, pulled = ramp(move.lift, 0.0, 0.55), ramp(move.lift, 0.45, 1.0)
    lying = _lie(rest, raised=0.0, arch=-move.shows("tailbone_lifts"))
    turned, placed = lying.turned, lying.placed
    if move.shows("head_lifts"):
        turned |= {bone: turn(pitch=move.shows("head_lifts")) @ turned[bone] for bone in ("neck03", "head")}

    stand = _ankle(rest) + OUT[OTHER[move.side]] * 0.09 * size(rest) * LEFT
    hip = joint(placed, f"upperleg01.{other}")
    held = hip + 0.30 * shank * UP + 0.62 * shank * FRONT + thigh * UP * 0.85
    below, down = two_links(hip, (1 - pulled) * stand + pulled * held, thigh, shank, UP + 0.4 * FRONT)
    turned |= leg(rest, turned, other, below, down, below - down)
    turned |= {f"foot.{other}": turn(pitch=-55.0 * pulled)}

    hip = joint(placed, f"upperleg01.{letter}")
    across = below - down - below * (below @ (below - down))
    across = across / np.linalg.norm(across)
    over = (
        joint(placed, f"upperleg01.{other}") + 0.80 * thigh * below + SHIN_OVER_THIGH_M * size(rest) * across
    )
    over = over + OUT[OTHER[move.side]] * 0.03 * size(rest) * LEFT
    start = _ankle(rest) + OUT[move.side] * 0.09 * size(rest) * LEFT
    target = (
        (1 - crossed) * start + crossed * over + np.sin(np.pi * crossed) * 0.12 * (UP + OUT[move.side] * LEFT)
    )
    pole = (1 - crossed) * UP + crossed * (OUT[move.side] * LEFT + 0.25 * FRONT - 0.1 * UP)
    along, fore = two_links(hip, target, thigh, shank, pole)
    turned |= leg(rest, turned, letter, along, fore, along - fore)
    return posed(rest, turned | _pulling_arms(rest, turned, placed, below, pulled, other), lying.root)


def _pulling_arms(
    rest: RestBody, turned: Turned, placed: Floats, below: Floats, pulled: float, other: str
) -> Turned:
    """Arms that come from the floor to behind the lower thigh."""
    upper, fore = lengths(rest, "arm")
    thigh, _ = lengths(rest, "leg")
    grip = joint(placed, f"upperleg01.{other}") + 0.62 * thigh * below + 0.085 * size(rest) * FRONT
    arms: Turned = {}
    for side, letter in LETTER.items():
        shoulder = joint(placed, f"upperarm01.{letter}")
        lying = shoulder + (upper + fore) * np.array([OUT[side] * 0.17, -0.96, -0.06])
        wrist = (1 - pulled) * lying + pulled * (grip + OUT[side] * 0.07 * size(rest) * LEFT)
        wrist = wrist + np.sin(np.pi * pulled) * 0.12 * UP
        first, second = two_links(shoulder, wrist, upper, fore, OUT[side] * LEFT + 0.6 * DOWN)
        arms |= arm(rest, turned, letter, first, second)
    return arms
