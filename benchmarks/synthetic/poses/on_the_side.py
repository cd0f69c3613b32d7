"""On the side: the clam and the side plank. The chest faces −y; the left side is up where the head is at −x."""

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
from benchmarks.synthetic.poses.move import BACK, DOWN, ELBOW_M, FRONT, LEFT, SIDE_M, UP, Move
from benchmarks.synthetic.posture import PosedBody, turn

OPENED_DEG = 52.0
HIPS_BENT_DEG = 48.0
SHOULDER_SIDE_M = 0.075
"""Height of the lower shoulder's joint when the arm below lies forward, on a body of 1.7 m."""
STACK_KNEE_M, STACK_ANKLE_M = 0.115, 0.085
"""How much higher the upper knee and ankle lie than the lower ones."""


def clam(rest: RestBody, move: Move) -> PosedBody:
    """Hips and knees bent, legs stacked; the top knee opens about the line from hip to foot.

    hips_roll      degrees by which pelvis and trunk roll back
    feet_apart     degrees by which the top foot leaves the lower one, about its knee
    trunk_turns    degrees by which the upper body turns back against the pelvis
    """
    top, low = move.side, OTHER[move.side]
    up = OUT[top]
    head = -up * LEFT
    scale = size(rest)
    roll, twist = move.shows("hips_roll"), move.shows("trunk_turns")

    def lying(tilt: float) -> tuple[Turned, Floats]:
        body = turn(roll=up * (90.0 - tilt))
        pelvis, thorax = (body @ turn(yaw=up * angle) for angle in (roll, 0.6 * roll + twist))
        turned = spine(pelvis, thorax, turn(roll=up * 12.0) @ thorax @ turn(pitch=8.0))
        return turned, place(rest, turned)

    def uneven(tilt: float) -> float:
        """How much higher the lower shoulder is over the lower hip than it should be."""
        _, placed = lying(tilt)
        apart = joint(placed, f"upperarm01.{LETTER[low]}") - joint(placed, f"upperleg01.{LETTER[low]}")
        return float(apart[2]) - (SHOULDER_SIDE_M - SIDE_M) * scale

    turned, placed = lying(brentq(uneven, -40.0, 40.0))
    root = placed[0] + np.array([0.0, 0.0, SIDE_M * scale - joint(placed, f"upperleg01.{LETTER[low]}")[2]])
    placed = placed + (root - placed[0])
    turned |= _stacked_legs(rest, turned, placed, move)
    turned |= _arms_of_clam(rest, turned, placed, top, head)
    return posed(rest, turned, root)


def _stacked_legs(rest: RestBody, turned: Turned, placed: Floats, move: Move) -> Turned:
    scale, up, low = size(rest), OUT[move.side], OTHER[move.side]
    thigh, shank = lengths(rest, "leg")
    feet = up * LEFT
    bent = np.radians(HIPS_BENT_DEG)
    hip = joint(placed, f"upperleg01.{LETTER[low]}")
    knee = hip + thigh * (np.sin(bent) * FRONT + np.cos(bent) * feet)
    knee[2] = 0.06 * scale
    ankle = knee + shank * (np.cos(bent) * BACK + np.sin(bent) * feet)
    ankle[2] = 0.05 * scale
    first, second = two_links(hip, ankle, thigh, shank, FRONT)
    legs = leg(rest, turned, LETTER[low], first, second, first - second)

    start = joint(placed, f"upperleg01.{LETTER[move.side]}")
    end = ankle + STACK_ANKLE_M * scale * UP

    def raised(swivel: float) -> tuple[Floats, Floats]:
        angle = np.radians(swivel)
        return two_links(start, end, thigh, shank, np.cos(angle) * FRONT + np.sin(angle) * UP)

    def gap(swivel: float) -> float:
        return float((start + thigh * raised(swivel)[0])[2] - knee[2]) - STACK_KNEE_M * scale

    closed = brentq(gap, -80.0, 60.0)
    upper, fore = raised(closed + OPENED_DEG * move.lift)
    apart = np.radians(move.shows("feet_apart"))
    fore_up = np.cos(apart) * fore + np.sin(apart) * UP
    return legs | leg(rest, turned, LETTER[move.side], upper, fore_up, upper - fore)


def _arms_of_clam(rest: RestBody, turned: Turned, placed: Floats, top: str, head: Floats) -> Turned:
    """The head on the lower arm, the upper hand on the top hip."""
    low = OTHER[top]
    arms = arm(rest, turned, LETTER[low], head + 0.45 * FRONT - 0.02 * UP, head + 0.1 * FRONT + 0.02 * UP)
    return arms | _hand_on_hip(rest, turned, placed, top, head)


def _hand_on_hip(rest: RestBody, turned: Turned, placed: Floats, side: str, head: Floats) -> Turned:
    """The upper arm and hand along the upper side of the body; `head` points from hips to head."""
    letter = LETTER[side]
    upper, fore = lengths(rest, "arm")
    shoulder, hip = (joint(placed, f"{bone}.{letter}") for bone in ("upperarm01", "upperleg01"))
    outward = hip - joint(placed, f"upperleg01.{LETTER[OTHER[side]]}")
    outward = outward / np.linalg.norm(outward)
    wrist = hip + 0.05 * head + (0.095 * outward + 0.03 * FRONT) * size(rest)
    first, second = two_links(shoulder, wrist, upper, fore, outward + 0.9 * BACK)
    bones = arm(rest, turned, letter, first, second)
    palm = hand(rest, bones[f"lowerarm01.{letter}"], letter, FRONT - 0.9 * head - 0.1 * outward, FRONT + head)
    return bones | {f"wrist.{letter}": palm}


def side_plank(rest: RestBody, move: Move) -> PosedBody:
    """On the lower forearm and foot; the hips rise from the floor until the body is one line.

    hips_drop    degrees by which the line from shoulders over hips to ankles sags
    trunk_turns  degrees by which the whole body turns its chest to the floor
    """
    scale, low = size(rest), move.side
    up = OUT[OTHER[low]]
    feet = up * LEFT
    trunk_m, leg_m = _long_links(rest)
    upper, _ = lengths(rest, "arm")
    elbow = np.array([0.0, 0.0, ELBOW_M * scale])
    ankle_z = 0.5 * STACK_ANKLE_M * scale + 0.045 * scale
    half = _half_shoulder(rest)
    high = elbow[2] + upper + half
    reach = np.sqrt((trunk_m + leg_m) ** 2 - (high - ankle_z) ** 2)
    ankle = np.array([0.0, 0.0, ankle_z]) + reach * feet

    def sunk(drop: float) -> tuple[Floats, Floats]:
        """Return hip and shoulder middle when the line bends by `drop` degrees at the hips."""
        bend = np.radians(drop)
        chord = np.sqrt(trunk_m**2 + leg_m**2 + 2 * trunk_m * leg_m * np.cos(bend))
        arm_m = upper + half
        # The shoulders stay over the elbow, as far from the feet as the bent body reaches.
        along, _ = two_links(elbow, ankle, arm_m, chord, UP)
        shoulder = elbow + arm_m * along
        first, _ = two_links(shoulder, ankle, trunk_m, leg_m, DOWN)
        return shoulder + trunk_m * first, shoulder

    rest_hip = (SIDE_M + 0.09) * scale
    lowest = brentq(lambda drop: float(sunk(drop)[0][2]) - rest_hip, 0.5, 70.0)
    hip, shoulder = sunk(lowest * (1 - move.lift) + move.shows("hips_drop"))
    return _propped(rest, move, hip, shoulder, ankle, elbow, feet)


def _propped(
    rest: RestBody, move: Move, hip: Floats, shoulder: Floats, ankle: Floats, elbow: Floats, feet: Floats
) -> PosedBody:
    low, top = move.side, OTHER[move.side]
    up = OUT[top]

    def along(line: Floats) -> float:
        """Roll of a part of the trunk whose length, towards the head, is `line`."""
        return up * (90.0 - float(np.degrees(np.arctan2(line[2], -feet @ line))))

    facing = turn(yaw=-up * move.shows("trunk_turns"))
    thorax = along(shoulder - hip)
    pelvis = 0.5 * thorax + 0.5 * along(hip - ankle)
    body, head = (turn(roll=roll) @ facing for roll in (thorax, 0.5 * thorax + 0.5 * up * 78.0))
    turned = spine(turn(roll=pelvis) @ facing, body, head)
    placed = place(rest, turned)
    root = placed[0] + hip - middle(placed, "upperleg01")
    placed = placed + (root - placed[0])
    thigh, shank = lengths(rest, "leg")
    for side, sign in ((low, -0.5), (top, 0.5)):
        start = joint(placed, f"upperleg01.{LETTER[side]}")
        end = ankle + sign * STACK_ANKLE_M * size(rest) * UP
        front = turned["root"] @ FRONT
        first, second = two_links(start, end, thigh, shank, front)
        turned |= leg(rest, turned, LETTER[side], first, second, front)
    start = joint(placed, f"upperarm01.{LETTER[low]}")
    turned |= arm(rest, turned, LETTER[low], elbow - start, FRONT - 0.03 * UP, elbow=-feet)
    line = (shoulder - hip) / np.linalg.norm(shoulder - hip)
    turned |= _hand_on_hip(rest, turned, placed, top, line)
    return posed(rest, turned, root)


def _long_links(rest: RestBody) -> tuple[float, float]:
    """Return the distance from the shoulders to the hips, and from there to the ankles of straight legs."""
    line = middle(rest.heads, "upperarm01") - middle(rest.heads, "upperleg01")
    return float(np.linalg.norm(line)), 0.999 * sum(lengths(rest, "leg"))


def _half_shoulder(rest: RestBody) -> float:
    return float(joint(rest.heads, "upperarm01.L")[0])
