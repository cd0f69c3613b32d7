"""Standing postures: from a few angles to a posed body whose feet are on the floor.

Angles are in degrees with the signs of DESIGN.md. They are aims: a small Newton iteration brings the trunk,
the shoulders and the head to them. What the body then really shows is measured by `truth`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from benchmarks.synthetic.body import SKIN_POINTS, BodyShape, RestBody, place_bones, rest_body, rig, skin

Floats = NDArray[np.float64]


class Arms(StrEnum):
    """What the arms do."""

    HANGING = "hanging"
    AWAY = "away"
    ON_LEFT_HIP = "on_left_hip"
    ON_RIGHT_HIP = "on_right_hip"
    CROSSED = "crossed"


class Support(StrEnum):
    """How the legs make up for a pelvis that is not level."""

    KNEE = "knee"
    BOARD = "board"


@dataclass(frozen=True, kw_only=True, slots=True)
class Posture:
    """How a body stands. Sagittal angles (pelvic_tilt to forward_head) count from the body at rest.

    trunk_shift, weight_shift   % of the distance between the hip joints
    leg_lean        forward lean of the line from ankles to hips
    knee_flexion    of the straighter leg; negative: hyperextended
    stance          distance between the ankles over the distance between the hip joints
    arm_spread      of the hanging arms from the vertical
    """

    shoulder_tilt: float = 0.0
    pelvic_obliquity: float = 0.0
    trunk_lean: float = 0.0
    trunk_shift: float = 0.0
    weight_shift: float = 0.0
    head_tilt: float = 0.0
    head_turn: float = 0.0
    hip_rotation: float = 0.0
    knee_valgus_left: float = 0.0
    knee_valgus_right: float = 0.0
    foot_turnout_left: float = 8.0
    foot_turnout_right: float = 8.0
    pelvic_tilt: float = 0.0
    thoracic_rounding: float = 0.0
    trunk_inclination: float = 0.0
    forward_head: float = 0.0
    head_nod: float = 0.0
    shoulder_protraction: float = 0.0
    leg_lean: float = 2.0
    knee_flexion: float = 3.0
    stance: float = 1.1
    arms: Arms = Arms.HANGING
    arm_spread: float = 9.0
    elbow_flexion: float = 12.0
    support: Support = Support.KNEE


@dataclass(frozen=True, kw_only=True, eq=False)
class PosedBody:
    """A body standing on the floor at the origin, its heading (`heading_deg`, about z) applied.

    vertices    (W, 3) of the fine mesh; faces in ``rig().fine_faces``
    rotations   (B, 3, 3) total rotation of each bone from rest;  joints  (B, 3) bone heads
    boards      per foot ("left", "right"), the thickness in metres of a board under it, or 0
    """

    rest: RestBody
    posture: Posture
    heading_deg: float
    vertices: Floats
    rotations: Floats
    joints: Floats
    boards: dict[str, float]

    def joint(self, bone: str) -> Floats:
        """Return where `bone` begins, (3,)."""
        return self.joints[rig().bones[bone]]

    def point(self, name: str) -> Floats:
        """Return a skin point of `SKIN_POINTS`, (3,)."""
        return self.vertices[SKIN_POINTS[name]]

    def rotation(self, bone: str) -> Floats:
        """Return the total rotation of `bone` from rest, (3, 3)."""
        return self.rotations[rig().bones[bone]]


def turn(*, roll: float = 0.0, pitch: float = 0.0, yaw: float = 0.0) -> Floats:
    """Return a rotation matrix: pitch forward, then roll left side up, then yaw to the left (degrees)."""
    r, p, y = np.radians([-roll, pitch, yaw])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_y = np.array([[np.cos(r), 0, np.sin(r)], [0, 1, 0], [-np.sin(r), 0, np.cos(r)]])
    about_z = np.array([[np.cos(y), -np.sin(y), 0], [np.sin(y), np.cos(y), 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


def pose_body(shape: BodyShape | RestBody, posture: Posture, heading_deg: float = 0.0) -> PosedBody:
    """Return the body of `shape` standing in `posture`, turned by `heading_deg` towards its left."""
    rest = rest_body(shape) if isinstance(shape, BodyShape) else shape
    knobs = _solve_upper_body(rest, posture)
    rotations = _bone_rotations(rest, posture, knobs)
    hips = {side: _hip_offset(rest, rotations, side) for side in ("left", "right")}
    root, boards = _stand(rest, posture, rotations, hips)
    placed = place_bones(rest, rotations)
    placed = placed + (root - placed[0])
    vertices = skin(rest, rotations, placed)
    heading = turn(yaw=heading_deg)
    return PosedBody(
        rest=rest,
        posture=posture,
        heading_deg=heading_deg,
        vertices=np.asarray(rig().subdivide @ vertices) @ heading.T,
        rotations=heading @ rotations,
        joints=placed @ heading.T,
        boards=boards,
    )


# --- pelvis, spine, head, arms -------------------------------------------------------------------

_SPINE = (("spine05", 0.0), ("spine04", 0.3), ("spine03", 0.7), ("spine02", 1.0))
_LUMBAR_SHIFT = {"spine04": 1.0, "spine03": 1.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Knobs:
    """Unknown angles that the Newton iteration turns until the aims are met."""

    thorax_pitch: float
    thorax_roll: float
    clavicle_roll: float
    neck_pitch: float
    head_roll: float

    def array(self) -> Floats:
        return np.array([getattr(self, name) for name in self.__slots__])


def _bone_rotations(rest: RestBody, posture: Posture, knobs: _Knobs) -> Floats:
    turned: dict[str, Floats] = {}
    pelvis = {"roll": posture.pelvic_obliquity, "pitch": posture.pelvic_tilt, "yaw": posture.hip_rotation}
    turned["root"] = turn(**pelvis)
    thorax = {"roll": knobs.thorax_roll, "pitch": knobs.thorax_pitch, "yaw": 0.25 * posture.hip_rotation}
    round_half = 0.5 * posture.thoracic_rounding
    for bone, share in _SPINE:
        angles = {axis: (1 - share) * pelvis[axis] + share * thorax[axis] for axis in pelvis}
        angles["roll"] -= 0.25 * posture.trunk_shift * _LUMBAR_SHIFT.get(bone, 0.0)
        angles["pitch"] -= round_half * share**3
        turned[bone] = turn(**angles)
    upper_pitch = knobs.thorax_pitch + round_half
    turned["spine01"] = turn(roll=thorax["roll"], pitch=upper_pitch, yaw=thorax["yaw"])
    for side, sign in (("L", 1.0), ("R", -1.0)):
        clavicle = turn(
            roll=thorax["roll"] + knobs.clavicle_roll,
            pitch=upper_pitch,
            yaw=thorax["yaw"] - sign * posture.shoulder_protraction,
        )
        turned[f"clavicle.{side}"] = turned[f"shoulder01.{side}"] = clavicle
    for bone, share in (("neck01", 0.25), ("neck02", 0.5), ("neck03", 0.75), ("head", 1.0)):
        bend = {"neck01": 1.0, "neck02": 1.0, "neck03": 0.7, "head": 0.0}[bone]
        turned[bone] = turn(
            roll=(1 - share) * thorax["roll"] + share * knobs.head_roll,
            pitch=(1 - share) * upper_pitch + share * posture.head_nod + bend * knobs.neck_pitch,
            yaw=(1 - share) * thorax["yaw"] + share * posture.head_turn,
        )
    for side in ("left", "right"):
        turned |= _arm(rest, posture, side)
    return _inherit(turned)


def _inherit(turned: dict[str, Floats]) -> Floats:
    """Give each bone its own rotation or its parent's."""
    bones = rig()
    rotations = np.empty((len(bones.parents), 3, 3))
    for name, number in bones.bones.items():
        parent = bones.parents[number]
        inherited = rotations[parent] if parent >= 0 else np.eye(3)
        rotations[number] = turned.get(name, inherited)
    return rotations


def _arm(rest: RestBody, posture: Posture, side: str) -> dict[str, Floats]:
    letter, out = ("L", 1.0) if side == "left" else ("R", -1.0)
    upper_rest = rest.head(f"lowerarm01.{letter}") - rest.head(f"upperarm01.{letter}")
    fore_rest = rest.head(f"wrist.{letter}") - rest.head(f"lowerarm01.{letter}")
    on_hip = (posture.arms is Arms.ON_LEFT_HIP and side == "left") or (
        posture.arms is Arms.ON_RIGHT_HIP and side == "right"
    )
    spread = np.radians(posture.arm_spread + (16.0 if posture.arms is Arms.AWAY else 0.0))
    bend = np.radians(posture.elbow_flexion)
    upper = np.array([out * np.sin(spread), 0.06, -np.cos(spread)])
    fore = np.array([out * np.sin(0.55 * spread), -np.sin(bend), -np.cos(bend)])
    twist = out * 20.0
    if on_hip:
        upper = np.array([out * 0.72, 0.28, -0.72])
        fore = np.array([-out * 0.72, -0.52, -0.45])
        twist = -out * 30.0
    elif posture.arms is Arms.CROSSED:
        upper = np.array([out * 0.16, -0.12, -0.98])
        fore = np.array([-out * 0.62, -0.58, -0.62])
        twist = out * 10.0
    upper_turn = between(upper_rest, upper)
    fore_turn = between(upper_turn @ fore_rest, fore) @ upper_turn
    half, full = (_about(fore, angle) @ fore_turn for angle in (0.5 * twist, twist))
    return {
        f"upperarm01.{letter}": upper_turn,
        f"lowerarm01.{letter}": half,
        f"lowerarm02.{letter}": full,
        f"wrist.{letter}": full,
    }


def _solve_upper_body(rest: RestBody, posture: Posture) -> _Knobs:
    names = ("acromion_left", "acromion_right", "ear_left", "ear_right", "c7")
    chosen = np.array([SKIN_POINTS[name] for name in names])
    hips = [rig().bones["upperleg01.L"], rig().bones["upperleg01.R"]]

    def angles(rotations: Floats, placed: Floats, points: Floats) -> Floats:
        left, right, ear_left, ear_right, c7 = points
        hip = placed[hips].mean(axis=0)
        trunk, shoulders, ears = (left + right) / 2 - hip, left - right, ear_left - ear_right
        neck = (ear_left + ear_right) / 2 - (left + right) / 2
        return np.degrees(
            [
                np.arctan2(-(c7 - hip)[1], (c7 - hip)[2]),
                np.arctan2(trunk[0], trunk[2]),
                np.arctan2(shoulders[2], shoulders[0]),
                np.arctan2(-neck[1], neck[2]),
                np.arctan2(ears[2], ears[0]),
            ]
        )

    still = np.broadcast_to(np.eye(3), (len(rig().parents), 3, 3))
    neutral = angles(still, rest.heads, rest.vertices[chosen])
    hip_width = np.linalg.norm(rest.heads[hips[0]] - rest.heads[hips[1]])
    trunk_length = rest.vertices[chosen[:2], 2].mean() - rest.heads[hips, 2].mean()
    shift = np.degrees(np.arctan(posture.trunk_shift / 100 * hip_width / trunk_length))
    aim = np.array(
        [
            neutral[0] + posture.trunk_inclination,
            posture.trunk_lean + shift,
            posture.shoulder_tilt,
            neutral[3] + posture.forward_head,
            posture.head_tilt,
        ]
    )

    def miss(knobs: Floats) -> Floats:
        rotations = _bone_rotations(rest, posture, _Knobs(**dict(zip(_Knobs.__slots__, knobs, strict=True))))
        placed = place_bones(rest, rotations)
        return angles(rotations, placed, skin(rest, rotations, placed, chosen)) - aim

    solved = _newton(miss, np.zeros(5))
    return _Knobs(**dict(zip(_Knobs.__slots__, solved, strict=True)))


# --- legs ----------------------------------------------------------------------------------------


def _hip_offset(rest: RestBody, rotations: Floats, side: str) -> Floats:
    """Return the hip joint relative to the root, (3,)."""
    letter = "L" if side == "left" else "R"
    return rotations[0] @ (rest.head(f"upperleg01.{letter}") - rest.heads[0])


def _stand(
    rest: RestBody, posture: Posture, rotations: Floats, hips: dict[str, Floats]
) -> tuple[Floats, dict[str, float]]:
    """Turn the legs (in place, in `rotations`) so that both feet rest; return the root and the boards."""
    middle = (hips["left"] + hips["right"]) / 2
    hip_width = np.linalg.norm(hips["left"] - hips["right"])
    leg = rest.head("upperleg01.L")[2] - rest.head("foot.L")[2]
    wanted = np.array([posture.weight_shift / 100 * hip_width, -np.sin(np.radians(posture.leg_lean)) * leg])
    root_xy = wanted - middle[:2]

    def depth(side: str, flexion: float) -> float:
        """Bend one leg; return how far its ankle is under the root."""
        out = 1.0 if side == "left" else -1.0
        ankle_xy = np.array([out * posture.stance * hip_width / 2, 0.0])
        reach = ankle_xy - (root_xy + hips[side][:2])
        return _bend_leg(rest, posture, rotations, side, reach, flexion) - float(hips[side][2])

    depths = {side: depth(side, posture.knee_flexion) for side in hips}
    low = max(depths, key=lambda side: depths[side])
    high = "left" if low == "right" else "right"
    boards = {"left": 0.0, "right": 0.0}
    root_z = rest.head("foot.L")[2] + depths[high]
    if posture.support is Support.BOARD:
        boards[high] = depths[low] - depths[high]
        root_z += boards[high]
    else:
        depth(low, _zero(lambda flexion: depths[high] - depth(low, flexion), posture.knee_flexion, 70.0))
    return np.array([*root_xy, root_z]), boards


def _bend_leg(
    rest: RestBody, posture: Posture, rotations: Floats, side: str, reach: Floats, flexion: float
) -> float:
    """Turn one leg so that its ankle is `reach` (2,) beside the hip; return its depth below the hip.

    The knee bends in the leg's own plane, half-way between the pelvis and the foot.
    """
    letter, out = ("L", 1.0) if side == "left" else ("R", -1.0)
    hip, knee, ankle = (rest.head(f"{bone}.{letter}") for bone in ("upperleg01", "lowerleg01", "foot"))
    thigh, shank = np.linalg.norm(knee - hip), np.linalg.norm(ankle - knee)
    turnout = posture.foot_turnout_left if side == "left" else posture.foot_turnout_right
    valgus = posture.knee_valgus_left if side == "left" else posture.knee_valgus_right
    yaw = 0.5 * (posture.hip_rotation + out * turnout)
    plane = turn(yaw=yaw)

    def directions(unknown: Floats) -> tuple[Floats, Floats]:
        """Unknown: outward and forward inclination of the thigh, degrees."""
        outward, forward = unknown
        thigh_line = _down(out * outward, forward)
        shank_line = _down(out * (outward + valgus), forward - flexion)
        return plane @ thigh_line, plane @ shank_line

    def miss(unknown: Floats) -> Floats:
        thigh_line, shank_line = directions(unknown)
        return (thigh * thigh_line + shank * shank_line)[:2] - reach

    thigh_line, shank_line = directions(_newton(miss, np.array([0.0, flexion / 2])))
    bones = rig().bones
    for name in rig().bones:
        if not name.endswith(f".{letter}"):
            continue
        if name.startswith("upperleg"):
            rotations[bones[name]] = between(plane @ (knee - hip), thigh_line) @ plane
        elif name.startswith("lowerleg"):
            rotations[bones[name]] = between(plane @ (ankle - knee), shank_line) @ plane
        elif name.startswith(("foot", "toe")):
            rotations[bones[name]] = turn(yaw=out * turnout)
    return -float((thigh * thigh_line + shank * shank_line)[2])


def _down(sideways: float, forward: float) -> Floats:
    """Return the unit vector downwards, inclined by degrees to the left and forward."""
    vector = np.array([np.tan(np.radians(sideways)), -np.tan(np.radians(forward)), -1.0])
    return vector / np.linalg.norm(vector)


# --- small numerics ------------------------------------------------------------------------------


def between(start: Floats, end: Floats) -> Floats:
    """Return the smallest rotation, (3, 3), that turns direction `start` into `end`."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis, cosine = np.cross(a, b), float(a @ b)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1 + cosine)


def _about(axis: Floats, degrees: float) -> Floats:
    """Return the rotation by `degrees` about `axis` (Rodrigues)."""
    x, y, z = axis / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def _newton(miss: Callable[[Floats], Floats], start: Floats, steps: int = 4) -> Floats:
    """Return where `miss` is zero, by Newton's method with finite differences (degrees)."""
    point = start.astype(np.float64)
    for _ in range(steps):
        value = miss(point)
        columns = [(miss(point + step) - value) / 0.1 for step in 0.1 * np.eye(len(point))]
        point = point - np.linalg.solve(np.stack(columns, axis=1), value)
    return point


def _zero(miss: Callable[[float], float], low: float, high: float) -> float:
    """Return where `miss`, which grows, is zero between `low` and `high`."""
    return low if miss(low) >= 0 else float(brentq(miss, low, high, xtol=1e-7))
