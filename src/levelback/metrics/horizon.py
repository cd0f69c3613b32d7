"""Where the camera is: how high and how far away, in the body frame.

The horizon of a picture crosses a standing body at the height of the camera. Upright lines of the scene
that converge give it (with the focal length). So does the body, more coarsely: a camera that looks down at
it sees the toes far below the heels, the ears high and the upper body long. A turned body looks tilted by
as much as the camera looks up or down at it, so this matters.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body
from levelback.metrics.geometry import Floats
from levelback.metrics.roll import Segments, detect_lines, scene_segments
from levelback.metrics.values import Roll
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import View

PRIOR_DISTANCE, PRIOR_DISTANCE_SD = 2.6, 0.8
"""Camera from the body without a focal length: 3.5 ± 1.1 m on an adult, in body units. Engineering choice."""

_KNOWN_FOCAL_SHARE = 0.04
_CENTER_SD_HEIGHTS = 0.01
"""How far the optical axis may be from the picture's middle (cropping, optics), picture heights."""

_CAUCHY_DEG = 0.35
_LINE_SD_DEG, _LINE_LENGTH, _MOST_LENGTHS = 0.2, 0.1, 4.0
"""What one upright line of a length in picture heights is off by; of longer ones less, up to so many lengths
counted. Fit split, where the slope is then off by 1.0 of its standard deviations (rms)."""

_FEW_LINES = 6.0
"""A line may be something that only looks upright, and few lines cannot tell: the variance from n lines is
1 + 6/n times larger. Fit split: one or two lines were off by 2.4 of their standard deviations."""

_SLOPE_PRIOR_DEG = 8.0
"""How fast upright lines turn in pictures of people, degrees per picture height."""

_MAX_LEAN_DEG = 12.0
"""Lines further than this off upright are not followed."""

_MIN_SHARE = 0.5
"""The share of all upright lines that has to agree."""

_MAX_SPREAD_DEG = 0.24
"""Edges of things that people built agree better than this; grain and foliage do not. Fit split."""

_SLOPE_FLOOR_DEG = 0.15
_SLOPE_FLOOR_SHARE = 0.05
"""A steep camera bends the law that angles grow evenly across the picture."""

_DISAGREE_SD = 2.0
"""Lines and body further apart than so many standard deviations: the doubt grows by what is more."""

_MIDDLES = ("EAR", "SHOULDER", "KNEE", "ANKLE", "HEEL", "FOOT_INDEX")
_WIDTHS = ("SHOULDER", "HIP", "ANKLE", "HEEL", "FOOT_INDEX")


@dataclass(frozen=True, kw_only=True, slots=True)
class Horizon:
    """Height and distance of the camera in the body frame with their standard deviations, body units.

    height     body Y at which the horizon crosses the body
    distance   from the camera to the body
    """

    height: float
    height_sd: float
    distance: float
    distance_sd: float

    def elevation(self, y: float) -> tuple[float, float]:
        """Return the tangent of the angle at which the camera looks up at body height `y`, and its sd."""
        value = (y - self.height) / self.distance
        sd = float(np.hypot(self.height_sd, value * self.distance_sd) / self.distance)
        return value, sd


def estimate_horizon(
    image: NDArray[np.uint8],
    subject: NDArray[np.uint8] | None,
    body: Body,
    roll: Roll,
    vertical_fov_deg: float | None = None,
    *,
    segments: Segments | None = None,
) -> Horizon:
    """Return where the camera was.

    image     (height, width, 3) uint8 RGB;  subject  (height, width) uint8 silhouette, or None
    roll      the one that `body` was made with
    vertical_fov_deg   of the full picture, from EXIF; None: unknown
    segments  of the scene, where they are known; None: find them
    """
    height_px = image.shape[0]
    distance, distance_sd = PRIOR_DISTANCE, PRIOR_DISTANCE_SD
    if vertical_fov_deg is not None:
        focal_px = height_px / 2 / np.tan(np.radians(vertical_fov_deg) / 2)
        distance = float(focal_px / body.scale_px)
        distance_sd = _KNOWN_FOCAL_SHARE * distance
    elevation, elevation_sd = _from_body(body)
    seen = -elevation * distance, elevation_sd * distance
    convergence = _convergence(segments or scene_segments(detect_lines(image), subject), roll)
    if convergence is not None:
        seen = _together(seen, _from_lines(convergence, distance, distance_sd, body, image.shape[:2]))
    return Horizon(height=seen[0], height_sd=seen[1], distance=distance, distance_sd=distance_sd)


def body_cues(points: Floats, view: View) -> dict[str, float]:
    """Return what shows from how high a body is seen, by name, body units.

    points   (33, 2) in the body frame
    The heights of the nose and of pairs; the widths of pairs from front and back, and from the side how much
    higher the near one is. None of them changes in a mirror.
    """
    cues = {"NOSE": float(points[Joint.NOSE][1])}
    for part in {*_MIDDLES, *_WIDTHS}:
        left = Joint[f"LEFT_{part}"]
        one, two = points[left], points[MIRROR[left]]
        if part in _MIDDLES:
            cues[part] = float(one[1] + two[1]) / 2
        if view.frontal:
            cues[f"{part}_width"] = float(one[0] - two[0])
        else:
            cues[f"{part}_near"] = float(one[1] - two[1]) * (1.0 if view is View.LEFT else -1.0)
    return cues


@cache
def _horizon_data() -> dict[str, Any]:
    return tomllib.loads((files("levelback.metrics") / "data" / "horizon.toml").read_text(encoding="utf-8"))


def _from_body(body: Body) -> tuple[float, float]:
    """Return the tangent of the angle at which the camera looks up at the hips, and its sd."""
    fit = _horizon_data()[body.view.value if body.view.frontal else "side"]
    cues = body_cues(body.points, body.view)
    low, high = fit["range"]
    value = fit["mean"] + sum(
        weight * (cues[name] - fit["usual"][name]) for name, weight in fit["weights"].items()
    )
    return float(np.clip(value, low, high)), float(fit["sd"])


def _together(one: tuple[float, float], two: tuple[float, float]) -> tuple[float, float]:
    """Return the mean of two values with their standard deviations; in more doubt where they disagree."""
    variances = one[1] ** 2, two[1] ** 2
    trust = variances[0] / sum(variances)
    apart = abs(two[0] - one[0]) / (_DISAGREE_SD * sum(variances) ** 0.5)
    sd = (trust * variances[1]) ** 0.5 * max(1.0, apart)
    return one[0] + trust * (two[0] - one[0]), float(sd)


def _convergence(segments: Segments, roll: Roll) -> tuple[float, float] | None:
    """Return how fast upright lines turn across the picture, and its sd, degrees per picture height.

    The roll is known, so that a single line off the middle says something.
    """
    roll_deg, roll_sd = roll.estimate.value, roll.estimate.half_width / 1.96
    chosen = segments.vertical & (np.abs(segments.angle_deg - roll_deg) < _MAX_LEAN_DEG)
    angle, offset, length = (
        values[chosen] for values in (segments.angle_deg, segments.offset, segments.length)
    )
    if not len(angle):
        return None
    design = np.column_stack([np.ones_like(offset), offset])
    prior = np.diag([max(roll_sd, 1e-3) ** -2, _SLOPE_PRIOR_DEG**-2])
    trust = np.minimum(length / _LINE_LENGTH, _MOST_LENGTHS) / _LINE_SD_DEG**2
    solution, weights = np.array([roll_deg, 0.0]), trust
    for width in (3.0, 1.5, 0.8, *(5 * [_CAUCHY_DEG])):
        weights = trust / (1 + ((angle - design @ solution) / width) ** 2)
        normal = design.T @ (weights[:, None] * design) + prior
        solution = np.linalg.solve(normal, design.T @ (weights * angle) + prior @ [roll_deg, 0.0])
    residual = angle - design @ solution
    agreeing = np.abs(residual) < 3 * _CAUCHY_DEG
    if not agreeing.any() or float(length[agreeing].sum()) < _MIN_SHARE * float(length.sum()):
        return None
    if (weights * residual**2).sum() / weights.sum() > _MAX_SPREAD_DEG**2:
        return None
    excess = max(1.0, float((trust * residual**2)[agreeing].mean()))
    excess *= 1 + _FEW_LINES * float((weights**2).sum() / weights.sum() ** 2)
    floor = np.hypot(_SLOPE_FLOOR_DEG, _SLOPE_FLOOR_SHARE * solution[1])
    return float(solution[1]), float(np.sqrt(excess * np.linalg.inv(normal)[1, 1] + floor**2))


def _from_lines(
    convergence: tuple[float, float],
    distance: float,
    distance_sd: float,
    body: Body,
    size: tuple[int, int],
) -> tuple[float, float]:
    """Return the height of the horizon in the body frame, and its sd, from converging upright lines.

    A line at x off the middle leans by ``x·tan(pitch)/focal``; the horizon lies ``focal·tan(pitch)`` under
    the middle of the picture.
    """
    height_px, width_px = size
    focal = distance * body.scale_px / height_px
    slope, slope_sd = (np.radians(value) for value in convergence)
    drop = -slope * focal**2
    drop_sd = np.sqrt(
        (slope_sd * focal**2) ** 2 + (2 * drop * distance_sd / distance) ** 2 + _CENTER_SD_HEIGHTS**2
    )
    # the middle of the picture, brought into the body frame (which has the roll undone)
    middle = np.linalg.solve(
        body.to_picture[:, :2], np.array([width_px, height_px]) / 2 - body.to_picture[:, 2]
    )
    share = height_px / body.scale_px
    return float(middle[1] - drop * share), float(drop_sd * share)
