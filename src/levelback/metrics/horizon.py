"""Where the camera is: how high and how far away, in the body frame.

The horizon of a picture crosses a standing body at the height of the camera. Upright lines of the scene
that converge give it (with the focal length); otherwise people hold a camera somewhere between hip and
eyes. A turned body looks tilted by as much as the camera looks up or down at it, so this matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body
from levelback.metrics.roll import Segments, find_segments
from levelback.metrics.values import Roll
from levelback.pose.joints import Joint

PRIOR_HEIGHT, PRIOR_HEIGHT_SD = 0.90, 0.25
"""Camera above the soles without lines: 1.2 ± 0.33 m on an adult, in body units. Engineering choice."""

PRIOR_DISTANCE, PRIOR_DISTANCE_SD = 2.4, 0.7
"""Camera from the body without a focal length: 3.2 ± 0.9 m on an adult, in body units. Engineering choice."""

ANKLE_HEIGHT = 0.06
"""Ankle landmarks above the sole, body units."""

_KNOWN_FOCAL_SHARE = 0.04
_CENTER_SD_HEIGHTS = 0.01
"""How far the optical axis may be from the picture's middle (cropping, optics), picture heights."""

_CAUCHY_DEG = 0.35
_MIN_LENGTH = 0.5
"""Total length of agreeing upright lines, in picture heights, below which they do not count."""

_MIN_SHARE = 0.5
"""And the share of all upright lines that has to agree."""

_MAX_SPREAD_DEG = 0.24
"""Edges of things that people built agree better than this; grain and foliage do not. Fit split."""

_SLOPE_FLOOR_DEG = 0.15


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
) -> Horizon:
    """Return where the camera was.

    image     (height, width, 3) uint8 RGB;  subject  (height, width) uint8 silhouette, or None
    roll      the one that `body` was made with
    vertical_fov_deg   of the full picture, from EXIF; None: unknown
    """
    height_px = image.shape[0]
    sole = float(body.middle(Joint.LEFT_ANKLE)[1]) - ANKLE_HEIGHT
    height, height_sd = sole + PRIOR_HEIGHT, PRIOR_HEIGHT_SD
    distance, distance_sd = PRIOR_DISTANCE, PRIOR_DISTANCE_SD
    if vertical_fov_deg is not None:
        focal_px = height_px / 2 / np.tan(np.radians(vertical_fov_deg) / 2)
        distance = float(focal_px / body.scale_px)
        distance_sd = _KNOWN_FOCAL_SHARE * distance
    convergence = _convergence(find_segments(image, subject), roll.estimate.value)
    if convergence is not None:
        seen, seen_sd = _from_lines(convergence, distance, distance_sd, body, image.shape[:2], roll)
        trust = seen_sd**-2 / (seen_sd**-2 + height_sd**-2)
        height, height_sd = height + trust * (seen - height), float((1 - trust) ** 0.5 * height_sd)
    return Horizon(height=height, height_sd=height_sd, distance=distance, distance_sd=distance_sd)


def _convergence(segments: Segments, roll_deg: float) -> tuple[float, float] | None:
    """Return how fast upright lines turn across the picture, and its sd, degrees per picture height."""
    chosen = segments.vertical & (np.abs(segments.angle_deg - roll_deg) < 6)
    angle, offset, length = (
        values[chosen] for values in (segments.angle_deg, segments.offset, segments.length)
    )
    if len(angle) < 4:
        return None
    design = np.column_stack([np.ones_like(offset), offset])
    prior = np.diag([1e-9, 1e-4])
    solution, weights = np.array([roll_deg, 0.0]), length
    for width in (3.0, 1.5, 0.8, *(5 * [_CAUCHY_DEG])):
        weights = length / (1 + ((angle - design @ solution) / width) ** 2)
        normal = design.T @ (weights[:, None] * design) + prior
        solution = np.linalg.solve(normal, design.T @ (weights * angle))
    residual = angle - design @ solution
    agreeing = np.abs(residual) < 3 * _CAUCHY_DEG
    support = float((length * agreeing).sum())
    if support < max(_MIN_LENGTH, _MIN_SHARE * float(length.sum())):
        return None
    spread = (weights * residual**2).sum() / weights.sum()
    if spread > _MAX_SPREAD_DEG**2:
        return None
    effective = weights.sum() ** 2 / (weights**2).sum()
    variance = spread * weights.sum() / max(effective - 2, 1) * np.linalg.inv(normal)[1, 1]
    return float(solution[1]), float(np.sqrt(variance + _SLOPE_FLOOR_DEG**2))


def _from_lines(
    convergence: tuple[float, float],
    distance: float,
    distance_sd: float,
    body: Body,
    size: tuple[int, int],
    roll: Roll,
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
