"""Camera roll from the lines of the scene.

Door frames, skirting and tiles are vertical or level in the world. In the picture the verticals meet
in a vanishing point when the camera looks up or down, and the horizontals of a wall that is not
square meet in another; the direction of both at the centre of the picture is the roll. Line segments
come from OpenCV's LSD (Grompone von Gioi 2010); the fit is a Cauchy M-estimator.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.metrics.geometry import Floats
from levelback.metrics.values import Estimate, Roll

MAX_ROLL_DEG = 15.0
"""Lines further than this from upright or level are taken for something else."""

ASSUMED_LEVEL_SD_DEG = 2.0
"""Without lines: how far people hold a camera from level. Engineering choice."""

ASSUMED_LEVEL = Roll(estimate=Estimate.around(0.0, 1.96 * ASSUMED_LEVEL_SD_DEG), source="assumed_level")
"""The roll of a picture without lines."""

_WORKING_SIDE_PX = 900
"""Lines are looked for at this size. On 99 pictures of the fit split the roll errs by 0.074° (1,100 px:
0.082°; 640 px: 0.11°), and the lines are found in two thirds of the time of 1,100 px."""
_MIN_LENGTH_SHARE = 0.035
_CAUCHY_DEG = 0.35
_FLOOR_SD_DEG = 0.12
_SHARED_ERROR = 1.5
"""Lines of one scene err together: the fit's own standard deviation times this holds on rendered rooms."""
_HORIZON_SD = 0.14
"""How far the horizon may be from the middle of the picture, picture heights: on 133 pictures of the fit
split the intervals held the roll in 90 % without this, in 96 % with it."""
_KNEE_SHARE = 0.72
"""Where the knees are between the top and the bottom of the subject."""
_SLOPE_PRIOR_DEG = 4.0
_MIN_SUPPORT = 0.45
"""Total length of agreeing segments, in picture heights, below which lines are not trusted."""


class Segments(NamedTuple):
    """Line segments: angle off upright or level (degrees, the sign of `Roll`), offset across the
    picture (−0.5…0.5 of its height) that perspective acts along, length in picture heights.
    """

    angle_deg: Floats
    offset: Floats
    length: Floats
    vertical: NDArray[np.bool_]


class Lines(NamedTuple):
    """All long line segments of a picture: `ends` (n, 4) x, y, x, y in pixels of a copy of this size."""

    ends: Floats
    width: int
    height: int


def detect_lines(image: NDArray[np.uint8]) -> Lines:
    """Return the long line segments of (height, width, 3) uint8 RGB `image`."""
    height, width = image.shape[:2]
    scale = min(1.0, _WORKING_SIDE_PX / max(height, width))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    lines = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    ends = np.zeros((0, 4)) if lines is None else lines.reshape(-1, 4).astype(np.float64)
    length = np.hypot(ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1])
    return Lines(ends[length >= _MIN_LENGTH_SHARE * grey.shape[0]], grey.shape[1], grey.shape[0])


def scene_segments(lines: Lines, subject: NDArray[np.uint8] | None) -> Segments:
    """Return the nearly upright and nearly level segments outside the subject.

    subject   (height, width) uint8 silhouette, or None
    """
    ends, width, height = lines
    if subject is not None and len(ends):
        ends = ends[~_touches(ends, subject, (height, width)) & ~_on_floor(ends, subject, height)]
    return _describe(ends, width, height)


def _touches(ends: Floats, subject: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Tell which segments lie on the subject or along its outline."""
    mask = cv2.resize(subject, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
    reach = max(3, shape[0] // 80) | 1
    mask = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    steps = np.linspace(0.05, 0.95, 9)[:, None]
    x = np.clip(ends[:, 0] + steps * (ends[:, 2] - ends[:, 0]), 0, shape[1] - 1).astype(int)
    y = np.clip(ends[:, 1] + steps * (ends[:, 3] - ends[:, 1]), 0, shape[0] - 1).astype(int)
    return np.asarray((mask[y, x] > 127).mean(axis=0) > 0.2)


def _on_floor(ends: Floats, subject: NDArray[np.uint8], height: int) -> NDArray[np.bool_]:
    """Tell which segments at the height of the shanks are floor boards that run away, not uprights."""
    rows = np.flatnonzero((subject > 127).any(axis=1))
    if not len(rows):
        return np.zeros(len(ends), dtype=bool)
    knees = (rows[0] + _KNEE_SHARE * (rows[-1] - rows[0])) * height / len(subject)
    steep = np.abs(ends[:, 3] - ends[:, 1]) > np.abs(ends[:, 2] - ends[:, 0])
    return np.asarray(steep & ((ends[:, 1] + ends[:, 3]) / 2 > knees))


def _describe(ends: Floats, width: int, height: int) -> Segments:
    dx, dy = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    middle_x = (ends[:, 0] + ends[:, 2]) / 2 - width / 2
    middle_y = (ends[:, 1] + ends[:, 3]) / 2 - height / 2
    direction = np.degrees(np.arctan2(dy, dx))
    level = (direction + 90) % 180 - 90
    upright = direction % 180 - 90
    vertical = np.abs(upright) < np.abs(level)
    angle = np.where(vertical, upright, level)
    offset = np.where(vertical, middle_x, middle_y) / height
    keep = np.abs(angle) <= MAX_ROLL_DEG
    length = np.hypot(dx, dy) / height
    return Segments(angle[keep], offset[keep], length[keep], vertical[keep])


def estimate_roll(image: NDArray[np.uint8], subject: NDArray[np.uint8] | None) -> Roll:
    """Return the camera roll with its 95 % interval, see `roll_from_segments`.

    image     (height, width, 3) uint8 RGB
    subject   (height, width) uint8 silhouette, or None
    """
    return roll_from_segments(scene_segments(detect_lines(image), subject))


def roll_from_segments(segments: Segments) -> Roll:
    """Return the camera roll with its 95 % interval.

    Without enough agreeing lines the camera is assumed level, with the interval that hand-held
    pictures have.
    """
    fit = _fit(segments)
    if fit is None:
        return ASSUMED_LEVEL
    return Roll(estimate=Estimate.around(fit[0], 1.96 * fit[1]), source="scene_lines")


def _fit(segments: Segments) -> tuple[float, float] | None:
    """Return roll and its standard deviation in degrees, None where the lines do not carry it.

    Model: angle = roll + slope·offset, one slope for the verticals (camera pitch) and one for the
    horizontals (turn of the wall). The horizontals count for less, since the height of the horizon in the
    picture is not known: the roll that they show is off by their slope times that height.
    """
    angle, offset, length, vertical = segments
    if not len(angle):
        return None
    design = np.column_stack([np.ones_like(angle), offset * vertical, offset * ~vertical])
    trust = length * np.where(vertical, 1.0, 0.5)
    prior = np.diag([0.0, 1 / (10 * _SLOPE_PRIOR_DEG) ** 2, 1 / (10 * _SLOPE_PRIOR_DEG) ** 2])
    solution = np.array([_densest(angle, trust), 0.0, 0.0])
    weights = trust
    for width in (3.0, 1.5, 0.8, *(5 * [_CAUCHY_DEG])):
        residual = angle - design @ solution
        weights = trust / (1 + (residual / width) ** 2)
        normal = design.T @ (weights[:, None] * design) + prior
        solution = np.linalg.solve(normal, design.T @ (weights * angle))
    residual = angle - design @ solution
    agreeing = np.abs(residual) < 3 * _CAUCHY_DEG
    support = float((trust * agreeing).sum())
    if support < _MIN_SUPPORT or support < 0.25 * float(trust.sum()):
        return None
    spread = float(np.sqrt((weights * residual**2).sum() / weights.sum()))
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    covariance = np.linalg.inv(normal)
    slope_doubt = covariance[0, 0] * weights.sum()
    fitted = _SHARED_ERROR * spread * np.sqrt(max(slope_doubt, 1.0) / max(effective, 1.0))
    level_share = float((covariance @ (design.T * weights))[0, ~vertical].sum())
    horizon = _HORIZON_SD * level_share * solution[2]
    return float(solution[0]), float(np.linalg.norm([_FLOOR_SD_DEG, fitted, horizon]))


def _densest(angle: Floats, weight: Floats) -> float:
    """Return the angle around which most segment length lies, in windows of 1.5°."""
    centers = np.arange(-MAX_ROLL_DEG, MAX_ROLL_DEG + 0.01, 0.25)
    density = (weight * np.exp(-0.5 * ((angle - centers[:, None]) / 0.75) ** 2)).sum(axis=1)
    return float(centers[np.argmax(density)])
