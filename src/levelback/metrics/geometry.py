"""Angles and turns in the picture plane: pure functions on pixel coordinates (x right, y down)."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def line_tilt_deg(left: Floats, right: Floats) -> Floats:
    """Return how much higher the subject's left end of a line is, as an angle against level.

    left, right   (..., 2) pixels. The order of the two in the picture does not matter, so front and
    back views share it. Degrees in −90…90, positive: left higher. NaN where both ends coincide.
    """
    dx = np.abs(left[..., 0] - right[..., 0])
    dy = right[..., 1] - left[..., 1]
    tilt = np.degrees(np.arctan2(dy, dx))
    return np.where((dx == 0) & (dy == 0), np.nan, tilt)


def lean_deg(bottom: Floats, top: Floats) -> Floats:
    """Return the angle of the line from `bottom` up to `top` against the vertical.

    Degrees in (−180, 180], positive towards the right of the picture.
    """
    offset = top - bottom
    return cast(Floats, np.degrees(np.arctan2(offset[..., 0], -offset[..., 1])))


def bend_deg(upper: Floats, middle: Floats, lower: Floats) -> Floats:
    """Return the bend of the chain upper–middle–lower against straight.

    Degrees in (−180, 180], positive where `middle` lies to the right of the straight line in the
    picture.
    """
    return wrap_deg(lean_deg(lower, middle) - lean_deg(middle, upper))


def wrap_deg(angle: Floats) -> Floats:
    """Return `angle` within (−180, 180]."""
    return cast(Floats, 180.0 - np.mod(180.0 - np.asarray(angle), 360.0))


def rotate(points: Floats, degrees: float, center: Floats) -> Floats:
    """Turn (..., 2) pixel points about `center`; positive is counter-clockwise as one sees it."""
    angle = np.radians(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    # With y pointing down, this matrix turns counter-clockwise on the screen.
    matrix = np.array([[cos, sin], [-sin, cos]])
    return cast(Floats, (points - center) @ matrix.T + center)


def percentile(values: NDArray[Any], percent: float) -> float:
    """Return a percentile of any number of values, linear between the two nearest.

    As np.percentile gives it, which loads numpy.ma on first use: 15 ms of a start.
    """
    place = (values.size - 1) * percent / 100
    low, high = math.floor(place), math.ceil(place)
    nearest = np.partition(values, (low, high), axis=None)[[low, high]].astype(np.float64)
    return float(nearest[0] + (place - low) * (nearest[1] - nearest[0]))
