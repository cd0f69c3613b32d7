"""What markers measure: tilts of the lines between them, with the intervals that geometry leaves.

A line between two markers looks tilted by more than its own tilt: by the camera's roll, and by
``elevation · tan(turn)`` where the body is turned away from square while the camera looks up or down at
it. Both are undone as far as they are known; what is left, and the error of the centres, makes the
interval. It is the interval of the line between the markers: a marker that is stuck on beside the bone,
and bones that differ between left and right, are not in it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body
from levelback.metrics.geometry import Floats, line_tilt_deg
from levelback.metrics.horizon import Horizon, estimate_horizon
from levelback.metrics.markers import WORN, Marker, Markers, find_markers, marker_data
from levelback.metrics.values import Estimate, Reading, Roll
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import Landmarks, View

HOW_TO_PLACE = (
    "Stick on round markers of 10 to 20 mm, all of one strong colour that is nowhere else on the body: flat "
    "dots where the skin faces the camera, small balls on the shoulder tips and, from the side, everywhere."
)
"""A flat dot on the front of a shoulder, not a ball on its tip, is off by 1° (rms, rendered people)."""

_LINES = {
    View.FRONT: {"shoulder_tilt": "acromion", "pelvic_obliquity": "asis"},
    View.BACK: {"shoulder_tilt": "acromion", "pelvic_obliquity": "psis"},
}
_NEEDED: dict[bool, dict[str, tuple[str, ...]]] = {
    True: {
        "shoulder_tilt": ("acromion",),
        "shoulder_height_difference": ("acromion",),
        "pelvic_obliquity": ("asis", "psis"),
        "hip_height_difference": ("asis", "psis"),
    },
    False: {"pelvic_tilt": ("asis", "psis"), "asis_psis_tilt": ("asis", "psis")},
}
_Z95 = 1.96
_TURN_JOINTS = ("KNEE", "ANKLE", "HEEL", "FOOT_INDEX", "EAR", "SHOULDER")


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """How far a pair of markers is turned towards the subject's left, seen from the camera, degrees."""

    value: float
    sd: float


def read_markers(
    image: NDArray[np.uint8], landmarks: Landmarks, body: Body, roll: Roll, vertical_fov_deg: float | None
) -> Reading:
    """Return what the markers in a picture say.

    image   (height, width, 3) uint8 RGB that `landmarks` refer to
    body    their body frame, in which the camera roll `roll` is undone
    vertical_fov_deg   of the full picture, from EXIF; None: unknown
    """
    markers = find_markers(image, body)
    horizon = estimate_horizon(image, landmarks.silhouette, body, roll, vertical_fov_deg)
    return Reading(estimates=measure_markers(markers, body, roll, horizon), reasons=missing_reasons(markers))


def measure_markers(markers: Markers, body: Body, roll: Roll, horizon: Horizon) -> dict[str, Estimate]:
    """Return the measures that the markers give, by id; see `missing_reasons` for the others.

    body   the frame that the camera roll `roll` was undone in
    ``shoulder_tilt`` is the line of the acromia, ``pelvic_obliquity`` that of the ASIS (front) or PSIS
    (back). From the side, ``asis_psis_tilt`` is the line from PSIS to ASIS, and ``pelvic_tilt`` the same
    against its mean in neutral standing.
    """
    if not markers.view.frontal:
        tilt = asis_psis_tilt(markers, body, roll, horizon)
        return {} if tilt is None else {"asis_psis_tilt": tilt, "pelvic_tilt": _against_neutral(tilt)}
    estimates = {
        id: _line_tilt(markers, stem, body, roll, horizon) for id, stem in _LINES[markers.view].items()
    }
    return {id: one for id, one in estimates.items() if one is not None}


def missing_reasons(markers: Markers) -> dict[str, str]:
    """Return for each measure that markers would give and do not: which are missing and what to do."""
    reasons = {}
    for id, stems in _NEEDED[markers.view.frontal].items():
        needed = [name for name in WORN[markers.view] if name.startswith(stems)]
        missing = [_in_words(name) for name in needed if name not in markers.found]
        if missing:
            reasons[id] = f"No marker was found on the {' and the '.join(missing)}. {HOW_TO_PLACE}"
    return reasons


def _in_words(name: str) -> str:
    stem, _, side = name.partition("_")
    return f"{side} {marker_data()['words'][stem]}".strip()


# --- frontal -------------------------------------------------------------------------------------


def _line_tilt(markers: Markers, stem: str, body: Body, roll: Roll, horizon: Horizon) -> Estimate | None:
    """Return the tilt of the line between the left and the right marker `stem`; None: one is missing."""
    pair = _pair(markers, stem)
    if pair is None:
        return None
    roll_sd = roll.estimate.half_width / _Z95
    value, turn_sd = _squared_tilt(markers, pair, stem, body, horizon)
    more, less = (
        _squared_tilt(markers, pair, stem, _turned(body, sign * roll_sd), horizon)[0] for sign in (1, -1)
    )
    length_px = float(np.linalg.norm(pair[0].point - pair[1].point))
    across = _across(body, pair[0].point - pair[1].point)
    center_sd = np.degrees(np.sqrt(across @ (pair[0].covariance + pair[1].covariance) @ across) / length_px)
    sd = float(np.sqrt(center_sd**2 + turn_sd**2 + ((more - less) / 2) ** 2))
    return Estimate.around(value, _Z95 * sd)


def _squared_tilt(
    markers: Markers, pair: tuple[Marker, Marker], stem: str, body: Body, horizon: Horizon
) -> tuple[float, float]:
    """Return the tilt of a line with the body's turn undone, and what the turn leaves in doubt, degrees."""
    left, right = (_in_body(body, one.point) for one in pair)
    seen = float(line_tilt_deg(left * [1, -1], right * [1, -1]))
    turn = estimate_turn(markers, body, stem)
    elevation, elevation_sd = horizon.elevation(float(left[1] + right[1]) / 2)
    towards = 1.0 if markers.view is View.FRONT else -1.0
    slope, slope_sd = np.tan(np.radians(turn.value)), np.radians(turn.sd)
    value = seen + towards * float(np.degrees(np.arctan(elevation * slope)))
    turn_sd = np.degrees(
        np.sqrt((elevation * slope_sd) ** 2 + (slope * elevation_sd) ** 2 + (slope_sd * elevation_sd) ** 2)
    )
    return value, float(turn_sd)


def _turned(body: Body, angle_deg: float) -> Body:
    """Return the body frame turned by an angle, as it is where the camera roll was mistaken by that much."""
    angle = np.radians(angle_deg)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    to_picture = np.column_stack([body.to_picture[:, :2] @ turn.T, body.to_picture[:, 2]])
    return replace(body, points=body.points @ turn.T, to_picture=to_picture)


def _pair(markers: Markers, stem: str) -> tuple[Marker, Marker] | None:
    left, right = (markers.found.get(f"{stem}_{side}") for side in ("left", "right"))
    return None if left is None or right is None else (left, right)


def _in_body(body: Body, point: Floats) -> Floats:
    return np.asarray(np.linalg.solve(body.to_picture[:, :2], point - body.to_picture[:, 2]))


def _across(body: Body, span: Floats) -> Floats:
    """Return the unit vector across a line, in which its tilt changes."""
    return cast(Floats, np.array([-span[1], span[0]]) / np.linalg.norm(span))


def turn_cues(markers: Markers, body: Body) -> dict[str, float]:
    """Return sideways places that move against each other when a body turns, by name, body units.

    Bones at the front of the body go one way, those at its back the other. A trunk that leans moves them,
    too, which the rise of each pair to the left tells apart; feet stand level on the floor, so that theirs
    shows which one is nearer to a camera that looks down. All of them change sign in a mirror. X is relative
    to the middle of the hip landmarks.
    """
    cues = {"NOSE": float(body[Joint.NOSE][0])}
    for part in _TURN_JOINTS:
        left = Joint[f"LEFT_{part}"]
        one, two = body[left], body[Joint(int(MIRROR[left]))]
        cues[part] = float(one[0] + two[0]) / 2
        cues[f"{part}_rise"] = float(one[1] - two[1])
    for stem in ("acromion", "asis", "psis"):
        pair = _pair(markers, stem)
        if pair is not None:
            ends = [_in_body(body, one.point) for one in pair]
            cues[stem] = float(ends[0][0] + ends[1][0]) / 2
            cues[f"{stem}_rise"] = float(ends[0][1] - ends[1][1])
    if "c7" in markers.found:
        cues["c7"] = float(_in_body(body, markers.found["c7"].point)[0])
    return cues


@cache
def _turn_data() -> dict[str, Any]:
    file = files("levelback.metrics") / "data" / "marker_turn.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def estimate_turn(markers: Markers, body: Body, stem: str) -> Turn:
    """Return the turn of the line `stem` from a shrunken linear map of `turn_cues` (data/marker_turn.toml).

    Where a marker that the map needs is missing, the turn is taken as zero with the spread of people
    who try to stand square.
    """
    fit = _turn_data()[markers.view.value][stem]
    cues = turn_cues(markers, body)
    weights: dict[str, float] = fit["weights"]
    if not weights.keys() <= cues.keys():
        return Turn(value=0.0, sd=marker_data()["unknown_turn_sd_deg"])
    return Turn(value=sum(weight * cues[name] for name, weight in weights.items()), sd=fit["sd_deg"])


# --- side ----------------------------------------------------------------------------------------


def asis_psis_tilt(markers: Markers, body: Body, roll: Roll, horizon: Horizon) -> Estimate | None:
    """Return how much lower the ASIS is than the PSIS of the near side, degrees; None: one is missing.

    The ASIS lies further out to the side, nearer to the camera, than the PSIS, so that a camera which
    looks up or down at them tilts the line; that is undone with the mean of people.
    """
    side = markers.view.value
    asis, psis = markers.found.get(f"asis_{side}"), markers.found.get(f"psis_{side}")
    if asis is None or psis is None:
        return None
    front, back = _in_body(body, asis.point), _in_body(body, psis.point)
    span = front - back
    length = float(np.linalg.norm(span))
    seen = float(np.degrees(np.arctan2(-span[1], span[0])))
    data = marker_data()["side"]
    elevation, elevation_sd = horizon.elevation(float(front[1] + back[1]) / 2)
    depth = data["asis_nearer"] / length
    depth_sd = np.hypot(data["asis_nearer_sd"] / length, np.radians(data["turn_sd_deg"]))
    value = seen + float(np.degrees(np.arctan(elevation * depth)))
    geometry_sd = np.degrees(np.hypot(elevation * depth_sd, elevation_sd * np.hypot(depth, depth_sd)))
    across = _across(body, asis.point - psis.point)
    center = np.sqrt(across @ (asis.covariance + psis.covariance) @ across) / (length * body.scale_px)
    hidden = np.degrees(data["half_hidden_radii"] * psis.radius / (length * body.scale_px))
    parts = (geometry_sd, np.degrees(center), hidden, roll.estimate.half_width / _Z95)
    return Estimate.around(value, _Z95 * float(np.sqrt(sum(part**2 for part in parts))))


def _against_neutral(tilt: Estimate) -> Estimate:
    """Return the pelvic tilt: the ASIS-PSIS tilt less its mean in neutral standing.

    The interval carries how much that neutral differs between people, most of it the shape of the bones:
    one picture cannot tell a tilted pelvis from a differently shaped one.
    """
    data = marker_data()["side"]
    reach = float(np.hypot(tilt.half_width, _Z95 * data["neutral_sd_deg"]))
    return Estimate.around(tilt.value - data["neutral_deg"], reach)
