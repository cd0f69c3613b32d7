"""The exact truth of a posed body, read from its bones and skin, never from what was asked for.

Frontal measures lie in the subject's own frontal plane, sagittal ones in its sagittal plane. Both planes
are vertical and turn with the subject's heading, which is the perpendicular to the line of its ankles.
Signs are those of DESIGN.md: positive is left higher, towards the subject's left, forward, anterior,
flexed, valgus, outward.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.ndimage import gaussian_filter1d

from benchmarks.synthetic.body import BACK_MIDLINE, SKIN_POINTS
from benchmarks.synthetic.camera import project
from benchmarks.synthetic.posture import PosedBody, turn
from benchmarks.synthetic.scene import Camera

Floats = NDArray[np.float64]

JOINT_BONES = {
    f"{name}_{side}": f"{bone}.{side[0].upper()}"
    for side in ("left", "right")
    for name, bone in {
        "shoulder": "upperarm01",
        "elbow": "lowerarm01",
        "wrist": "wrist",
        "hip": "upperleg01",
        "knee": "lowerleg01",
        "ankle": "foot",
        "toe": "toe2-1",
    }.items()
}
"""Joint centres that the truth uses, and the bones that begin there."""


def points_of(body: PosedBody) -> dict[str, Floats]:
    """Return joint centres and skin points by name, (3,) metres in the world."""
    joints = {name: body.joint(bone) for name, bone in JOINT_BONES.items()}
    return joints | {name: body.point(name) for name in SKIN_POINTS}


def image_truth(body: PosedBody, camera: Camera) -> dict[str, tuple[float, float]]:
    """Return where the joint centres and skin points are in the picture, pixels."""
    points = points_of(body)
    pixels = project(camera, np.stack(list(points.values())))
    return {name: (float(x), float(y)) for name, (x, y) in zip(points, pixels, strict=True)}


def truth_of(body: PosedBody) -> dict[str, float]:
    """Return the true value of every measure id of DESIGN.md, whatever the view."""
    own = turn(yaw=-body.heading_deg)
    p = {name: _forward_left_up(own @ point) for name, point in points_of(body).items()}
    values = _frontal(p) | _sagittal(p, stature_m(body))
    pelvis = own @ body.rotation("root")
    feet = [_heading(p[f"toe_{side}"] - p[f"ankle_{side}"]) for side in ("left", "right")]
    values["hip_rotation"] = _heading(_forward_left_up(pelvis @ [0.0, -1.0, 0.0])) - (feet[0] + feet[1]) / 2
    values["foot_turnout_left"], values["foot_turnout_right"] = feet[0], -feet[1]
    up = _forward_left_up(pelvis @ [0.0, 0.0, 1.0])
    values["pelvic_tilt"] = _degrees(up[0], up[2])
    values["lumbar_curve"], values["thoracic_curve"] = back_curves(back_profile(body))
    return {name: float(value) for name, value in values.items()}


def marker_truth(body: PosedBody) -> dict[str, float]:
    """Return what stickers on the skin show: lines of ASIS, PSIS and acromia, and the ASIS–PSIS tilt.

    ``asis_line``, ``psis_line``, ``acromion_line``: frontal, left higher is positive.
    ``asis_psis_tilt_left``/``_right``: sagittal, positive where the ASIS is lower than the PSIS.
    """
    own = turn(yaw=-body.heading_deg)
    p = {name: _forward_left_up(own @ point) for name, point in points_of(body).items()}
    lines = {f"{name}_line": _line(p, name) for name in ("asis", "psis", "acromion")}
    for side in ("left", "right"):
        span = p[f"asis_{side}"] - p[f"psis_{side}"]
        lines[f"asis_psis_tilt_{side}"] = _degrees(-span[2], span[0])
    return {name: float(value) for name, value in lines.items()}


def stature_m(body: PosedBody) -> float:
    """Return the body's height standing straight, metres."""
    return float(np.ptp(body.rest.vertices[:, 2]))


def back_profile(body: PosedBody) -> Floats:
    """Return the (N, 2) outline of the middle of the naked back, sacrum to C7: forward and up, metres."""
    own = turn(yaw=-body.heading_deg)
    middle = body.vertices[list(BACK_MIDLINE)] @ own.T
    return np.stack([-middle[:, 1], middle[:, 2]], axis=1)


def back_curves(profile: Floats) -> tuple[float, float]:
    """Return lumbar and thoracic curve (degrees, not negative) of a back outline.

    The outline is resampled by arc length (2 mm) with a cubic spline, and the forward inclination of its
    tangent against the vertical is smoothed (Gaussian, 12 mm). Between 25 % and 75 % of its length lies the
    most backward inclination: the thoracolumbar turn. The lumbar curve is the greatest inclination below
    that turn minus the one at it; the thoracic curve is the greatest above it minus the one at it.
    """
    steps = np.linalg.norm(np.diff(profile, axis=0), axis=1)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.arange(0.0, length[-1], 0.002)
    forward, up = CubicSpline(length, profile)(at, 1).T
    inclination = gaussian_filter1d(np.degrees(np.arctan2(forward, up)), 6.0, mode="nearest")
    low, high = int(0.25 * len(at)), int(0.75 * len(at))
    turn_at = low + int(np.argmin(inclination[low:high]))
    return (
        float(inclination[:turn_at].max() - inclination[turn_at]),
        float(inclination[turn_at:].max() - inclination[turn_at]),
    )


def _frontal(p: dict[str, Floats]) -> dict[str, float]:
    shoulder, hip, ankle = (_middle(p, name) for name in ("acromion", "hip", "ankle"))
    hip_width = np.linalg.norm(p["hip_left"] - p["hip_right"])
    values = {
        "shoulder_tilt": _line(p, "acromion"),
        "pelvic_obliquity": _line(p, "hip"),
        "head_tilt": _line(p, "ear"),
        "trunk_lean": _degrees((shoulder - hip)[1], (shoulder - hip)[2]),
        "trunk_shift": 100 * (shoulder - hip)[1] / hip_width,
        "weight_shift": 100 * (hip - ankle)[1] / hip_width,
        "shoulder_height_difference": 1000 * (p["acromion_left"] - p["acromion_right"])[2],
        "hip_height_difference": 1000 * (p["hip_left"] - p["hip_right"])[2],
    }
    for side, outward in (("left", 1.0), ("right", -1.0)):
        thigh = p[f"knee_{side}"] - p[f"hip_{side}"]
        shank = p[f"ankle_{side}"] - p[f"knee_{side}"]
        bend = _degrees(shank[1], -shank[2]) - _degrees(thigh[1], -thigh[2])
        values[f"knee_alignment_{side}"] = outward * bend
    return values


def _sagittal(p: dict[str, Floats], stature: float) -> dict[str, float]:
    ear, shoulder, hip = (_middle(p, name) for name in ("ear", "acromion", "hip"))
    knee, ankle = _middle(p, "knee"), _middle(p, "ankle")
    flexion = []
    for side in ("left", "right"):
        thigh = p[f"knee_{side}"] - p[f"hip_{side}"]
        shank = p[f"ankle_{side}"] - p[f"knee_{side}"]
        flexion.append(_degrees(thigh[0], -thigh[2]) - _degrees(shank[0], -shank[2]))
    trunk = _degrees((p["c7"] - hip)[0], (p["c7"] - hip)[2])
    values = {
        "forward_head": _degrees((ear - shoulder)[0], (ear - shoulder)[2]),
        "trunk_inclination": trunk,
        "shoulder_protraction": _degrees((shoulder - hip)[0], (shoulder - hip)[2]) - trunk,
        "knee_flexion": (flexion[0] + flexion[1]) / 2,
    }
    for name, point in {"ear": ear, "shoulder": shoulder, "hip": hip, "knee": knee}.items():
        values[f"plumb_offsets_{name}"] = 100 * (point - ankle)[0] / stature
    return values


def _forward_left_up(point: Floats) -> Floats:
    return np.array([-point[1], point[0], point[2]])


def _middle(p: dict[str, Floats], name: str) -> Floats:
    return (p[f"{name}_left"] + p[f"{name}_right"]) / 2


def _line(p: dict[str, Floats], name: str) -> float:
    span = p[f"{name}_left"] - p[f"{name}_right"]
    return _degrees(span[2], span[1])


def _heading(direction: Floats) -> float:
    """Return the horizontal heading against straight ahead, positive to the left."""
    return _degrees(direction[1], direction[0])


def _degrees(opposite: float, adjacent: float) -> float:
    return float(np.degrees(np.arctan2(opposite, adjacent)))
