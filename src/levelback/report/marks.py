"""Where the marks on a photo go and what they say: for the picture of a report, thumbnails, and pages."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from levelback.advice.norms import load_norms
from levelback.metrics.values import Estimate
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks, View
from levelback.report import words
from levelback.report.content import read_estimate
from levelback.report.values import Report

Floats = NDArray[np.float64]
MEASURED, LEVEL, PLUMB, DARK = "#ffb000", "#ffffff", "#56b4e9", "#10202b"
"""Amber for what was measured, white for level, sky blue for plumb: told apart by colour-blind people too."""

LEG = (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"), ("ankle", "foot_index"))
ARM = (("shoulder", "elbow"), ("elbow", "wrist"))
FRONTAL_LINES = {"shoulder_tilt": "shoulder", "pelvic_obliquity": "hip"}


@dataclass(frozen=True, kw_only=True, slots=True)
class World:
    """Directions of the true world in the picture (y down), and the size of the body in pixels.

    level    (2,) unit vector along a level line, to the right of the picture
    up       (2,) unit vector straight up
    towards  +1 where a positive tilt or a forward lean rises or points to the picture's right, else −1
    height   of the body's box, px
    """

    level: Floats
    up: Floats
    towards: int
    height: float


def world_of(report: Report) -> World:
    """Return the true directions in the picture of a report."""
    roll = math.radians(report.roll.estimate.value)
    points = report.landmarks.points
    return World(
        level=np.array([math.cos(roll), math.sin(roll)]),
        up=np.array([math.sin(roll), -math.cos(roll)]),
        towards=1 if report.photo.view in (View.FRONT, View.RIGHT) else -1,
        height=float(np.ptp(points[:, 1][np.isfinite(points[:, 1])])),
    )


def crop_box(landmarks: Landmarks) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the part of the picture to show, px: the body and its room."""
    points = landmarks.points[np.isfinite(landmarks.points).all(axis=1)]
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    height = max(y1 - y0, landmarks.height / 8)
    top, bottom = max(0.0, y0 - 0.2 * height), min(float(landmarks.height), y1 + 0.08 * height)
    width = min(float(landmarks.width), max(x1 - x0 + 0.3 * height, 0.75 * (bottom - top)))
    left = min(max(0.0, (x0 + x1 - width) / 2), landmarks.width - width)
    return float(left), float(top), float(left + width), float(bottom)


def bones_of(view: View) -> tuple[tuple[Joint, Joint], ...]:
    """Return the bones to draw as pairs of joints; of a side view the near leg and trunk only."""
    return tuple(
        (Joint[f"{side}_{a.upper()}"], Joint[f"{side}_{b.upper()}"])
        for side in _near_sides(view)
        for a, b in (LEG + ARM if view.frontal else LEG)
    )


def _near_sides(view: View) -> tuple[str, ...]:
    return ("LEFT", "RIGHT") if view.frontal else (view.name,)


def middle_of(landmarks: Landmarks, part: str) -> Floats:
    """Return the middle of both sides of a body part, or its near side in a side view, (2,) px."""
    joints = [Joint[f"{side}_{part.upper()}"] for side in _near_sides(landmarks.view)]
    return np.asarray(landmarks.points[joints].mean(axis=0))


def tilted(world: World, degrees: float) -> Floats:
    """Return the level direction raised by `degrees` at its right end, (2,) unit vector."""
    angle = math.radians(degrees)
    return math.cos(angle) * world.level + math.sin(angle) * world.up


def label_text(id: str, estimate: Estimate) -> str:
    """Return what the picture says at a line, in three lines: ``Hips``, ``left higher``, ``4.2° ± 1.1°``."""
    name = words.measure_words()[id].name
    says = words.direction(id, estimate.value)
    if estimate.sign == 0:
        reading = read_estimate(id, estimate, load_norms()[id])
        says = {"even": "level", "common": "neutral"}.get(reading, "not sure")
    return f"{name}\n{says}\n{words.plus_minus(id, estimate)}"
