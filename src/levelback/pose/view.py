"""Which side of the subject the camera sees, and how far the subject is turned."""

from __future__ import annotations

from math import copysign

import numpy as np

from levelback.pose.crops import Floats
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View

SIDE_DEG = 55.0
"""A turn beyond this, from the front or the back, is a side view."""
_SHOULDER_WIDTH = 0.67
_HIP_WIDTH = 0.41
_SHOULDER_DEPTH = 0.35
_HIP_DEPTH = 0.21
"""Widths of square bodies in parts of the trunk's length, and depths (m) of bodies seen from the side:
means over 16 renders of four bodies; only their ratio matters here."""


def turn_deg(points: Floats, world: Floats) -> float:
    """Return how far the subject is turned, in (−180, 180] degrees.

    0: square to the camera, front; positive: turned to the subject's left, so that the right side is
    nearer; ±180: square, seen from the back. The width across the trunk comes from points (33, 2) px,
    the depth from world landmarks (33, 3) m: a rough value, good to some 10°, never for asymmetry.
    """
    shoulders = points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER]
    hips = points[Joint.LEFT_HIP] - points[Joint.RIGHT_HIP]
    trunk = (
        points[Joint.LEFT_SHOULDER]
        + points[Joint.RIGHT_SHOULDER]
        - points[Joint.LEFT_HIP]
        - points[Joint.RIGHT_HIP]
    ) / 2
    length = max(float(np.hypot(*trunk)), 1e-6)
    across = np.array([-trunk[1], trunk[0]]) / length**2
    depth = world[:, 2]
    width = float(shoulders @ across / _SHOULDER_WIDTH + hips @ across / _HIP_WIDTH)
    behind = float(
        (depth[Joint.LEFT_SHOULDER] - depth[Joint.RIGHT_SHOULDER]) / _SHOULDER_DEPTH
        + (depth[Joint.LEFT_HIP] - depth[Joint.RIGHT_HIP]) / _HIP_DEPTH
    )
    return float(np.degrees(np.arctan2(behind, width)))


def view_of(turn: float) -> View:
    """Return the view for a turn in degrees."""
    if abs(turn) <= SIDE_DEG:
        return View.FRONT
    if abs(turn) >= 180 - SIDE_DEG:
        return View.BACK
    return View.RIGHT if turn > 0 else View.LEFT


def off_view_deg(turn: float, view: View) -> float:
    """Return how far a body turned by `turn` (see `turn_deg`) is off its view, in −90…90 degrees.

    Front and back: off square, positive towards the subject's left. Side: off side-on, positive towards the
    camera.
    """
    off = {View.FRONT: turn, View.BACK: turn - 180, View.LEFT: turn + 90, View.RIGHT: 90 - turn}[view]
    off = (off + 180) % 360 - 180
    return off if abs(off) <= 90 else copysign(180, off) - off
