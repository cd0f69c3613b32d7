"""What the calibrated estimators read: numbers that describe one body in one picture.

Frontal features come as *odd* ones, which change sign in a mirror, and *even* ones, which do not. A
measure that changes sign is estimated from odd features alone, so that no left–right bias can be
learnt. All lengths are in body units, all slopes in radians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body
from levelback.metrics.cloth import TRAITS, line_traits
from levelback.metrics.geometry import Floats
from levelback.metrics.hips import HipReading
from levelback.metrics.outline import Outline
from levelback.metrics.waistband import find_cloth_lines, hip_patch
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import View

SIDE_HEIGHTS = np.round(np.arange(-0.36, 0.441, 0.02), 3)
"""Heights at which the outline's sides are read, from the thigh to the armpit."""

SHOULDER_OFFSETS = np.round(np.arange(0.06, 0.181, 0.015), 3)
"""Distances from the middle of the shoulders at which the outline's top is read."""

GAP_OFFSETS = np.array([0.01, 0.02, 0.03, 0.04])
"""Distances from the middle of the hips at which the gap between the legs is read."""

SAGITTAL_LINES = (
    ("head_lean", "acromion_middle", "ear_middle"),
    ("neck_lean", "c7", "ear_middle"),
    ("pelvis_lean", "hip_middle", "pelvis_up"),
)
"""Names of lines in side views, their lower and their upper ends."""

LEAN_OVER_BONES, LEAN_REACH = -3.0, 8.0
"""How much less the pelvis leans than its front and back bones say, mean on the fit split, and how far from
that it is believed (2.5 standard deviations), degrees. An arm may hide the place where `pelvis_up` points."""

LEFT_JOINTS = tuple(joint for joint in Joint if MIRROR[joint] > joint)
FOUND_LINES = 14
"""Lines across the hips that are looked at. On rendered people the best of three errs by 0.6–0.9°, the
best of fourteen by 0.25°; which it is, the calibration weighs."""
CLOTH_LINES = FOUND_LINES + 1
"""The last one is the arc that the network of the hips reads itself."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Features:
    """Named numbers, with NaN where the picture does not give them."""

    odd: dict[str, float]
    even: dict[str, float]


def landmark_features(body: Body) -> Features:
    """Return what the landmarks alone say: differences and middles of each pair, and the nose."""
    odd: dict[str, float] = {"nose_x": float(body[Joint.NOSE][0])}
    even: dict[str, float] = {"nose_y": float(body[Joint.NOSE][1])}
    for left in LEFT_JOINTS:
        stem = left.name.lower().replace("left_", "").replace("_left", "")
        a, b = body.points[left], body.points[MIRROR[left]]
        odd[f"{stem}_dy"] = float(a[1] - b[1])
        odd[f"{stem}_x"] = float(a[0] + b[0]) / 2
        even[f"{stem}_dx"] = float(a[0] - b[0])
        even[f"{stem}_y"] = float(a[1] + b[1]) / 2
    return Features(odd=odd, even=even)


def _both_ways(values: Floats, names: list[str], odd: dict[str, float], even: dict[str, float]) -> None:
    """Add the half difference (odd) and half sum (even) of (n, 2) values, +X side first."""
    for name, (plus, minus) in zip(names, values, strict=True):
        odd[name] = float(plus - minus) / 2
        even[name] = float(plus + minus) / 2


def _outline_features(body: Body, outline: Outline) -> Features:
    odd: dict[str, float] = {}
    even: dict[str, float] = {}
    shoulders, hips = body.middle(Joint.LEFT_SHOULDER), body.middle(Joint.LEFT_HIP)
    share = np.clip((SIDE_HEIGHTS - hips[1]) / max(shoulders[1] - hips[1], 1e-6), 0, 1)
    above = SIDE_HEIGHTS >= -0.02
    # Between the legs there may be background: start each side inside its own thigh.
    axis = hips[0] + share * (shoulders[0] - hips[0])
    thighs = [np.interp(-SIDE_HEIGHTS, [-hip[1], -knee[1]], [hip[0], knee[0]]) for hip, knee in _legs(body)]
    plus = outline.side_edges(SIDE_HEIGHTS, np.where(above, axis, thighs[0]))[:, 0]
    minus = outline.side_edges(SIDE_HEIGHTS, np.where(above, axis, thighs[1]))[:, 1]
    # Negated right edge: distances outwards on both sides, so that their difference is odd.
    _both_ways(np.column_stack([plus, -minus]), [f"side_{y:+.2f}" for y in SIDE_HEIGHTS], odd, even)
    start = float(shoulders[1]) - 0.03
    tops = np.column_stack(
        [outline.top_edges(shoulders[0] + sign * SHOULDER_OFFSETS, start) for sign in (1, -1)]
    )
    _both_ways(tops, [f"top_{x:.3f}" for x in SHOULDER_OFFSETS], odd, even)
    knees = body.middle(Joint.LEFT_KNEE)
    middle = float(hips[0] + 0.3 * (knees[0] - hips[0]))
    gaps = np.column_stack([outline.gap_edges(middle + sign * GAP_OFFSETS, -0.3) for sign in (1, -1)])
    _both_ways(gaps, [f"gap_{x:.2f}" for x in GAP_OFFSETS], odd, even)
    return Features(odd=odd, even=even)


def _legs(body: Body) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    left = (body[Joint.LEFT_HIP], body[Joint.LEFT_KNEE])
    right = (body[Joint.RIGHT_HIP], body[Joint.RIGHT_KNEE])
    return left, right


def _cloth_features(
    image: NDArray[np.uint8], body: Body, outline: Outline, reading: HipReading | None
) -> Features:
    odd: dict[str, float] = {}
    even: dict[str, float] = {}
    hip_x = float(body.middle(Joint.LEFT_HIP)[0])
    edges = outline.side_edges(np.array([0.06]), np.array([hip_x]))[0][::-1]
    if not np.isfinite(edges).all():
        half = abs(body[Joint.LEFT_HIP][0] - body[Joint.RIGHT_HIP][0])
        edges = np.array([hip_x - half, hip_x + half])
    patch = hip_patch(image, body, edges)
    if patch is None:
        return Features(odd=odd, even=even)
    arc = None if reading is None else reading.arc(edges)
    lines = find_cloth_lines(patch, FOUND_LINES, arc)
    traits = line_traits(lines, image, body, patch, edges, reading)
    for rank, (line, row) in enumerate(zip(lines, traits, strict=True)):
        odd[f"cloth{rank}_slope"] = line.slope_deg
        even |= {f"cloth{rank}_{name}": float(value) for name, value in zip(TRAITS, row, strict=True)}
    if reading is not None and arc is not None:
        own = f"cloth{FOUND_LINES}"
        odd[f"{own}_slope"] = arc.slope_deg
        even |= {f"{own}_sag": arc.sag, f"{own}_read": reading.sureness(edges)}
        even |= {f"{own}_hidden": reading.hidden_there(edges), f"{own}_by_network": 1.0}
    return Features(odd=odd, even=even)


def frontal_features(
    image: NDArray[np.uint8],
    silhouette: NDArray[np.uint8] | None,
    body: Body,
    reading: HipReading | None = None,
) -> Features:
    """Return the features of a front or back view.

    image, silhouette   (height, width[, 3]) uint8; without a silhouette only the landmarks are read
    reading             what the network saw of the hips, None: nothing
    """
    parts = [landmark_features(body)]
    if silhouette is not None:
        outline = Outline(silhouette, body)
        parts += [_outline_features(body, outline), _cloth_features(image, body, outline, reading)]
    return Features(
        odd={name: value for part in parts for name, value in part.odd.items()},
        even={name: value for part in parts for name, value in part.even.items()},
    )


def skin_point_features(points: dict[str, Floats], *, frontal: bool) -> Features:
    """Return features of points that the networks found, see `skin_points`.

    Frontal: odd the slope of each pair (radians, left higher) and its middle's X, even its width and height;
    X of single points is odd. Side views: every position, and how each middle lies over the next; all even.
    """
    if not frontal:
        return Features(odd={}, even=_sagittal_points(points))
    odd: dict[str, float] = {}
    even: dict[str, float] = {}
    for name, point in points.items():
        stem, _, side = name.rpartition("_")
        if side == "left":
            other = points[f"{stem}_right"]
            across, up = point - other
            odd[f"skin_{stem}_slope"] = float(np.arctan2(up, max(abs(across), 0.02)))
            odd[f"skin_{stem}_x"] = float(point[0] + other[0]) / 2
            even[f"skin_{stem}_dx"] = float(across)
            even[f"skin_{stem}_y"] = float(point[1] + other[1]) / 2
        elif side != "right":
            odd[f"skin_{name}_x"], even[f"skin_{name}_y"] = float(point[0]), float(point[1])
    return Features(odd=odd, even=even)


def _sagittal_points(points: dict[str, Floats]) -> dict[str, float]:
    even: dict[str, float] = {}
    for name, (x, y) in points.items():
        if name != "pelvis_up":
            even[f"skin_{name}_x"], even[f"skin_{name}_y"] = float(x), float(y)
    for name, low, high in SAGITTAL_LINES:
        across, up = points[high] - points[low]
        even[f"skin_{name}"] = float(np.arctan2(across, max(abs(up), 0.02)))
    ahead, down = (points["asis_middle"] - points["psis_middle"]) * [1, -1]
    even["skin_bones"] = float(np.arctan2(down, max(abs(ahead), 0.02)))
    low, high = even["skin_bones"] + np.radians(LEAN_OVER_BONES + np.array([-LEAN_REACH, LEAN_REACH]))
    even["skin_pelvis_lean"] = float(np.clip(even["skin_pelvis_lean"], low, high))
    return even


def turn_features(turn_deg: float, body: Body) -> dict[str, float]:
    """Return odd features of a turned body seen from above or below, which makes a false tilt.

    How far the toes show below the heels tells how far the camera looks down.
    """
    turn = turn_deg / 10
    drop = float(body.middle(Joint.LEFT_HEEL)[1] - body.middle(Joint.LEFT_FOOT_INDEX)[1])
    nose = float(body[Joint.NOSE][0] - body.middle(Joint.LEFT_SHOULDER)[0])
    return {"turn": turn, "turn_from_above": 10 * turn * drop, "nose_from_above": 100 * nose * drop}


def sagittal_features(silhouette: NDArray[np.uint8] | None, body: Body) -> Features:
    """Return the features of a side view; all of them even, X pointing forward.

    Landmarks are named by the side that is nearer to the camera, so that both side views read alike.
    """
    near, far = ("left", "right") if body.view is View.LEFT else ("right", "left")
    even: dict[str, float] = {}
    for joint in Joint:
        name = joint.name.lower().replace(near, "near").replace(far, "far")
        even[f"{name}_x"] = float(body[joint][0])
        even[f"{name}_y"] = float(body[joint][1])
    if silhouette is not None:
        outline = Outline(silhouette, body)
        shoulders, hips = body.middle(Joint.LEFT_SHOULDER), body.middle(Joint.LEFT_HIP)
        knees = body.middle(Joint.LEFT_KNEE)
        heights = np.round(np.arange(-0.36, 0.561, 0.02), 3)
        axis = np.interp(heights, [knees[1], hips[1], shoulders[1]], [knees[0], hips[0], shoulders[0]])
        edges = outline.side_edges(heights, axis)
        for y, (front, back) in zip(heights, edges, strict=True):
            even[f"front_{y:+.2f}"] = float(front)
            even[f"back_{y:+.2f}"] = float(back)
    return Features(odd={}, even=even)
