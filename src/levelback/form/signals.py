"""What is measured of a moving body: named quantities, each a function of a body and its working side.

Every function takes a `Body` and the working side (0 left, 1 right) and returns a number, NaN where a
joint it needs is hidden. Angles in degrees; lengths in parts of the trunk (hips to shoulders). *Up* is up
in the picture. None of them changes when the picture is shifted or scaled, and in a mirror they stay as
they are while the working side changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from levelback.form.body import NAN, SEEN, Body, Point
from levelback.pose.joints import Joint

LEAST_GAP = 0.06
"""How much higher, in trunks, one shoulder must be, for feet to be seen from above."""
STRAIGHT_DEG, DOWNWARDS = 20.0, 0.07
"""How far a straight foot points down from ankle to toes, and what each degree more counts beside toes that
are apart: the sum that best tells 28 rendered sets of feet that are out from 116 others."""
SWINGS_DEG = 80.0
"""Thighs so far apart are not both pulled in: one swings across or back."""
Signal = Callable[[Body, int], float]
Unit = Literal["deg", "trunks", "parts"]


def thigh_lift(body: Body, side: int) -> float:
    """Working thigh against straight down, positive away from the head: 90 is level behind the body."""
    return _swing(body.at("hip", side), body.at("knee", side), -body.head)


def thighs_apart(body: Body, side: int) -> float:
    """Angle between the thighs, positive where the working one is lifted further back."""
    return thigh_lift(body, side) - thigh_lift(body, 1 - side)


def bearing_thigh_lean(body: Body, side: int) -> float:
    """The other thigh against straight down, positive towards the head: hips behind the knee that bears."""
    return _swing(body.at("hip", 1 - side), body.at("knee", 1 - side), body.head)


def hips_back(body: Body, side: int) -> float:
    """How far the hips are towards the feet from the picture's middle; the camera stands still.

    The middle of the hips hardly suffers where landmarks mix up the legs, as the angle of a thigh does.
    """
    return (body.width / 2 - body.hip[0]) * body.head / body.scale


def trunk_elevation(body: Body, side: int) -> float:
    """Line from hips to shoulders over the horizontal, positive with the shoulders higher."""
    rise, run = body.hip[1] - body.shoulder[1], abs(body.shoulder[0] - body.hip[0])
    return math.degrees(math.atan2(rise, run))


def hip_over_head(body: Body, side: int) -> float:
    """How high the near hip is over the head, of a person on the back before a camera that looks down.

    The head, the middle of nose and ears, lies still; shoulders move with arms that reach for a leg. The near
    hip is not hidden; its shoulder is lower in the picture.
    """
    near = 0 if _shoulder_gap(body) > 0 else 1
    head = body.points[Joint.NOSE][1] + body.points[Joint.LEFT_EAR][1] + body.points[Joint.RIGHT_EAR][1]
    return (head / 3 - body.at("hip", near)[1]) / body.scale


def trunk_lean(body: Body, side: int) -> float:
    """Line from hips to shoulders against the vertical, positive towards where the person faces."""
    forward = (body.shoulder[0] - body.hip[0]) * (1.0 if body.front >= 0 else -1.0)
    return math.degrees(math.atan2(forward, body.hip[1] - body.shoulder[1]))


def hip_extension(body: Body, side: int) -> float:
    """How straight shoulders, hips and knees are, on both sides together: 0 is one line, negative bent.

    Positive would be hips pushed beyond the line, on the side of the belly.
    """
    knee = body.either("knee")
    return _beyond_line(body.shoulder, body.hip, knee)


def line_bend(body: Body, side: int) -> float:
    """How far the hips are off the line from shoulders to ankles, as an angle: positive hips too high."""
    return _beyond_line(body.shoulder, body.hip, body.either("ankle"))


def back_sag(body: Body, side: int) -> float:
    """How far the outline of the lower back lies below that of its ends: grows where it sags."""
    if body.outline is None:
        return NAN
    _, upper, _, _, *lower, _, end = body.outline
    return (upper + end) / 2 - sum(lower) / len(lower)


def pelvis_rim(body: Body, side: int) -> float:
    """Top of the outline over the pelvis, up in the picture: rises with the side of a pelvis that turns.

    The camera stands still. Landmarks would do worse: where one hip or knee hides the other, they guess.
    """
    return _rim(body, (7, 8))


def shoulder_rim(body: Body, side: int) -> float:
    """Top of the outline over the shoulders, up in the picture: falls as a person on the side turns."""
    return _rim(body, (0, 1))


def knee_gap(body: Body, side: int) -> float:
    """Working knee above the other one, of a person on the side.

    In a clam it grows in step with the angle of the hip, and hardly changes with the camera's place, as
    the angle between the shanks does.
    """
    return (body.at("knee", 1 - side)[1] - body.at("knee", side)[1]) / body.scale


def knee_opening(body: Body, side: int) -> float:
    """The same in lengths of the leg that lies below: how high a knee opens goes with how long legs are.

    That length is short where legs point at the camera, and there landmarks open too little, too. It differs
    with the side that lies on top, so that sides are compared by `knee_gap`.
    """
    hip, knee, ankle = (body.at(part, 1 - side) for part in ("hip", "knee", "ankle"))
    return (knee[1] - body.at("knee", side)[1]) / (math.dist(hip, knee) + math.dist(knee, ankle))


def feet_apart(body: Body, side: int) -> float:
    """Distance between the ankles."""
    return math.dist(body.at("ankle", 0), body.at("ankle", 1)) / body.scale


def feet_out(body: Body, side: int) -> float:
    """How far the feet are from hip-width and straight, of a person who lies side on, in shoulder widths.

    Two signs of it: toes that are apart in depth, since what is further away is higher in the picture, in
    toes as in shoulders, however high the camera stands; and a near foot that points down, to the camera.
    Feet that stand apart and feet that turn out give both. NaN where the camera stands too low.
    """
    gap = _shoulder_gap(body)
    if abs(gap) < LEAST_GAP * body.scale:
        return NAN
    near = 0 if gap > 0 else 1
    apart = (body.at("foot_index", 0)[1] - body.at("foot_index", 1)[1]) / gap
    (x, y), (toe_x, toe_y) = body.at("ankle", near), body.at("foot_index", near)
    return apart + DOWNWARDS * (math.degrees(math.atan2(toe_y - y, abs(toe_x - x))) - STRAIGHT_DEG)


def trunk_breadth(body: Body, side: int) -> float:
    """Distance between the shoulders and between the hips, their mean: shrinks as a chest turns away."""
    return sum(math.dist(body.at(part, 0), body.at(part, 1)) for part in ("shoulder", "hip")) / 2 / body.scale


def top_elbow_lift(body: Body, side: int) -> float:
    """Working elbow above its shoulder, of a person on the side with that hand on the hip.

    The elbow stands off the back, so that a trunk that rolls back lowers it.
    """
    return (body.at("shoulder", side)[1] - body.at("elbow", side)[1]) / body.scale


def knee_over_ankle(body: Body, side: int) -> float:
    """How far the knee of the other leg (the front one) is ahead of its ankle: the shank's forward lean."""
    return _lean(body.at("ankle", 1 - side), body.at("knee", 1 - side), body.front)


def rear_thigh_back(body: Body, side: int) -> float:
    """Working thigh against straight down, positive to behind the person."""
    return _swing(body.at("hip", side), body.at("knee", side), -1.0 if body.front >= 0 else 1.0)


def front_leg_ahead(body: Body, side: int) -> float:
    """Working leg, from the hip to half-way between knee and ankle, ahead of straight down.

    Two landmarks share the error of either, which matters where legs are compared.
    """
    (x, y), (knee_x, knee_y), (ankle_x, ankle_y) = (body.at(part, side) for part in ("hip", "knee", "ankle"))
    shank = (knee_x + ankle_x) / 2, (knee_y + ankle_y) / 2
    return _swing((x, y), shank, 1.0 if body.front >= 0 else -1.0)


def other_leg_back(body: Body, side: int) -> float:
    """The other leg, likewise, behind straight down."""
    return -front_leg_ahead(body, 1 - side)


def knees_pulled_in(body: Body, side: int) -> float:
    """Line from hips to the middle of the knees over the horizontal, towards the head: 90 upright.

    Of a person on the back. It does not matter which knee is which: landmarks mix up legs that are crossed.
    While a leg swings across, far from the other one, the lesser of both lines counts.
    """
    left, right = (_pulled_in(body, body.at("knee", one)) for one in (0, 1))
    if abs(left - right) > SWINGS_DEG:
        return min(left, right)
    return _pulled_in(body, body.either("knee"))


def head_lift(body: Body, side: int) -> float:
    """Ear above the line of the trunk, as an angle at the shoulders; positive up or forward."""
    ear = body.either("ear")
    return -_beyond_line(body.hip, body.shoulder, ear)


def nose_lift(body: Body, side: int) -> float:
    """Line from the shoulders to the nose over the floor, of a person on the back: grows as the head lifts.

    Against the floor: the trunk's line tips when the tailbone lifts, and a head that curls up moves the nose
    towards the chest, away from which it lies.
    """
    nose = body.points[Joint.NOSE]
    rise, run = body.shoulder[1] - nose[1], (nose[0] - body.shoulder[0]) * body.head
    return math.degrees(math.atan2(rise, run))


def upper_arm_upright(body: Body, side: int) -> float:
    """The steeper upper arm that bears, against straight down, without sign."""
    lean = [abs(_swing(body.at("shoulder", s), body.at("elbow", s), 1.0)) for s in (0, 1)]
    return min((one for one in lean if one == one), default=NAN)


def step_length(body: Body, side: int) -> float:
    """Ankle of the working leg ahead of the other one, in parts of a leg's length."""
    ahead, behind = body.at("ankle", side), body.at("ankle", 1 - side)
    leg = math.dist(body.hip, body.either("ankle"))
    return (ahead[0] - behind[0]) * (1.0 if body.front >= 0 else -1.0) / leg


def foot_pitch(body: Body, side: int) -> float:
    """Toes of the working foot above its heel, as an angle against the floor."""
    return _pitch(body, side)


def push_off(body: Body, side: int) -> float:
    """Heel of the other foot, the one behind, above its toes, as an angle against the floor."""
    return -_pitch(body, 1 - side)


def foot_length(body: Body, side: int) -> float:
    """Length of the working foot in the picture, in parts of its shank: short where the toes turn out."""
    foot = math.dist(body.at("heel", side), body.at("foot_index", side))
    return foot / math.dist(body.at("knee", side), body.at("ankle", side))


def foot_outwards(body: Body, side: int) -> float:
    """How far the toes of the working foot are outside of its ankle and heel, facing the camera.

    In lengths of its shank: 0 straight to the camera, about half the sine of the angle otherwise.
    """
    ankle, heel, toe = (body.at(part, side)[0] for part in ("ankle", "heel", "foot_index"))
    out = (toe - (ankle + heel) / 2) * (1.0 if side == 0 else -1.0)
    return out / math.dist(body.at("knee", side), body.at("ankle", side))


def step_nearer(body: Body, side: int) -> float:
    """Ankle of the working leg below the other one in the picture, of a person who walks towards the camera.

    In parts of a leg's length. The foot that stands is nearer than the one that swings, and lower.
    """
    leg = math.dist(body.hip, body.either("ankle"))
    return (body.at("ankle", side)[1] - body.at("ankle", 1 - side)[1]) / leg


def shoulders_facing(body: Body, side: int) -> float:
    """Left shoulder to the right of the right one in the picture: negative for a back to the camera."""
    return (body.at("shoulder", 0)[0] - body.at("shoulder", 1)[0]) / body.trunk


def shoulder_width(body: Body, side: int) -> float:
    """Distance between the shoulders along the picture's horizontal: small where a person stands side on."""
    return abs(body.at("shoulder", 0)[0] - body.at("shoulder", 1)[0]) / body.trunk


def face_turn(body: Body, side: int) -> float:
    """Nose off the middle between the ears, in parts of their distance: near 0 looking at the camera."""
    nose, (left, right) = body.points[Joint.NOSE], (body.at("ear", 0), body.at("ear", 1))
    return (nose[0] - (left[0] + right[0]) / 2) / max(abs(left[0] - right[0]), 1e-9)


def speed(body: Body, side: int) -> float:
    """How fast the body moves, in trunk lengths a second."""
    return body.speed


def size(body: Body, side: int) -> float:
    """Share of the picture's width or height, the greater, that the seen body fills."""
    xs, ys = _seen(body)
    return max((max(xs) - min(xs)) / body.width, (max(ys) - min(ys)) / body.height)


def margin(body: Body, side: int) -> float:
    """Distance of the seen body from the picture's nearest edge, in parts of that side; negative: outside."""
    xs, ys = _seen(body)
    return min(
        min(xs) / body.width, 1 - max(xs) / body.width, min(ys) / body.height, 1 - max(ys) / body.height
    )


_BY_UNIT: dict[Unit, tuple[Signal, ...]] = {
    "deg": (
        thigh_lift, thighs_apart, bearing_thigh_lean, trunk_elevation, trunk_lean,
        hip_extension, line_bend, knee_over_ankle, rear_thigh_back, front_leg_ahead, other_leg_back,
        knees_pulled_in, head_lift, nose_lift, upper_arm_upright, foot_pitch, push_off,
    ),
    "trunks": (
        hips_back, hip_over_head, back_sag, pelvis_rim, shoulder_rim, knee_gap, feet_apart, trunk_breadth,
        top_elbow_lift, shoulder_width, shoulders_facing, speed,
    ),
    "parts": (
        feet_out, knee_opening, step_length, step_nearer, face_turn, foot_length, foot_outwards, size, margin,
    ),
}  # fmt: skip
SIGNALS = {one.__name__: (one, unit) for unit, these in _BY_UNIT.items() for one in these}
"""Every signal by name, and its unit."""


def _swing(start: Point, end: Point, forward: float) -> float:
    """Angle of the line from `start` to `end` against straight down, positive to `forward` (±1)."""
    return math.degrees(math.atan2((end[0] - start[0]) * forward, end[1] - start[1]))


def _pulled_in(body: Body, knee: Point) -> float:
    """Line from the hips to a knee over the horizontal, towards the head: −90…270."""
    angle = math.degrees(math.atan2(body.hip[1] - knee[1], (body.hip[0] - knee[0]) * body.head))
    return angle if not angle < -90.0 else angle + 360.0


def _lean(foot: Point, top: Point, front: float) -> float:
    return math.degrees(math.atan2((top[0] - foot[0]) * (1.0 if front >= 0 else -1.0), foot[1] - top[1]))


def _between(corner: Point, one: Point, other: Point) -> float:
    """Angle at `corner` between two points, 0…180."""
    ax, ay, bx, by = one[0] - corner[0], one[1] - corner[1], other[0] - corner[0], other[1] - corner[1]
    return math.degrees(abs(math.atan2(ax * by - ay * bx, ax * bx + ay * by)))


def _bend(first: Point, corner: Point, last: Point) -> float:
    return 180.0 - _between(corner, first, last)


def _rim(body: Body, points: tuple[int, ...]) -> float:
    """Height over the picture's middle of some points of the outline, counted from the shoulders on."""
    if body.outline is None:
        return NAN
    (x, y), (hip_x, hip_y) = body.shoulder, body.hip
    share = [(point + 1) / (len(body.outline) + 1) for point in points]
    line = [y + part * (hip_y - y) for part in share]
    above = sum(body.outline[point] for point in points) * abs(hip_x - x)
    return ((above - sum(line)) / len(points) + body.height / 2) / body.scale


def _beyond_line(start: Point, middle: Point, end: Point) -> float:
    """Bend of the chain at `middle` against straight, positive where `middle` is above the line."""
    bend = _bend(start, middle, end)
    span = end[0] - start[0]
    level = start[1] + (end[1] - start[1]) * ((middle[0] - start[0]) / span if span else 0.5)
    return bend if middle[1] < level else -bend


def _shoulder_gap(body: Body) -> float:
    """How much lower in the picture the left shoulder is, pixels."""
    return body.at("shoulder", 0)[1] - body.at("shoulder", 1)[1]


def _pitch(body: Body, side: int) -> float:
    heel, toe = body.at("heel", side), body.at("foot_index", side)
    return math.degrees(math.atan2(heel[1] - toe[1], abs(toe[0] - heel[0])))


def _seen(body: Body) -> tuple[list[float], list[float]]:
    pairs = [point for point, visible in zip(body.points, body.visible, strict=True) if visible >= SEEN]
    return [x for x, _ in pairs], [y for _, y in pairs]
