"""Measures when a hand has put landmarks where they belong.

A person sees a hip bone under cloth that no model sees. What a hand has marked is taken at its word: a
measure that rests on a moved landmark is read straight off the marks, and its interval comes from how
steady a hand is, how far off the other landmarks are, and the camera's roll.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from levelback.metrics import direct
from levelback.metrics.body import body_frame
from levelback.metrics.measure import HEIGHT_DIFFERENCES, JOINTS_OF, height_difference
from levelback.metrics.values import Estimate, Measurement, Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks

HAND_SD = 0.004
"""Standard deviation of a mark set by hand, per axis, in body units (5 mm on a body of 1.7 m). Engineering
choice: trained people come to 1.8 mm on a test object (SAPO); bones under cloth are harder to see."""

MODEL_SD = 0.0075
"""The same of a landmark that the model has put: 10 mm. It is what makes the bare hip line's mean error of
2.9° (docs/accuracy-table.md) out of two landmarks 19 cm apart."""

_STEP = 1e-3


def move(landmarks: Landmarks, places: Mapping[Joint, tuple[float, float]]) -> Landmarks:
    """Return the landmarks with some put elsewhere, (x, y) in pixels of their picture.

    A moved landmark counts as seen, and its covariance is that of a hand. Raises ValueError for a place
    outside the picture.
    """
    points, visibility = landmarks.points.copy(), landmarks.visibility.copy()
    covariance = landmarks.covariance.copy()
    spread = (HAND_SD * _size_px(landmarks)) ** 2
    for joint, place in places.items():
        x, y = place
        if not (0 <= x <= landmarks.width and 0 <= y <= landmarks.height):
            raise ValueError(f"{joint.name.lower()} would be outside the picture")
        points[joint], visibility[joint] = place, 1.0
        mine = [2 * joint, 2 * joint + 1]
        covariance[mine, :] = covariance[:, mine] = 0.0
        covariance[mine, mine] = spread
    return replace(landmarks, points=points, visibility=visibility, covariance=covariance)


def measure_by_hand(
    measurements: tuple[Measurement, ...],
    landmarks: Landmarks,
    roll: Roll,
    moved: Collection[Joint],
    *,
    height_cm: float | None = None,
) -> tuple[Measurement, ...]:
    """Return the measurements with those that rest on a moved landmark read straight off the marks.

    What landmarks alone cannot show (the turn of the pelvis, the curve of the back) and what the picture
    forbids stays as it was. Raises ValueError where the shoulders are not above the ankles.
    """
    values = _read(landmarks, roll.estimate.value)
    spread = _spread(landmarks, roll, moved)

    def read(one: Measurement) -> Estimate | None:
        if one.id not in HEIGHT_DIFFERENCES:
            value = values.get(one.id, math.nan)
            return Estimate.around(value, 1.96 * spread[one.id]) if math.isfinite(value) else None
        if height_cm is None:
            return None
        angle, width = HEIGHT_DIFFERENCES[one.id]
        return height_difference(
            Estimate.around(values[angle], 1.96 * spread[angle]),
            Estimate.around(values[width], 1.96 * spread[width]),
            10 * height_cm,
        )

    def renewed(one: Measurement) -> Measurement:
        if one.estimate is None or not set(moved) & set(JOINTS_OF[one.id]):
            return one
        return replace(one, estimate=read(one) or one.estimate)

    return tuple(renewed(one) for one in measurements)


def _read(landmarks: Landmarks, roll_deg: float) -> dict[str, float]:
    body = body_frame(landmarks, roll_deg)
    return direct.frontal(body) if landmarks.view.frontal else direct.sagittal(body)


def _spread(landmarks: Landmarks, roll: Roll, moved: Collection[Joint]) -> dict[str, float]:
    """Return the standard deviation of each direct measure, by linear propagation."""
    size = _size_px(landmarks)
    centre = _read(landmarks, roll.estimate.value)
    tilted = _read(landmarks, roll.estimate.value + _STEP)
    roll_sd = roll.estimate.half_width / 1.96
    variance = {id: ((tilted[id] - centre[id]) / _STEP * roll_sd) ** 2 for id in centre}
    for joint in {joint for joints in JOINTS_OF.values() for joint in joints}:
        sd = HAND_SD if joint in moved else MODEL_SD
        for axis in (0, 1):
            points = landmarks.points.copy()
            points[joint, axis] += _STEP * size
            shifted = _read(replace(landmarks, points=points), roll.estimate.value)
            for id in centre:
                variance[id] += ((shifted[id] - centre[id]) / _STEP * sd) ** 2
    return {id: math.sqrt(value) for id, value in variance.items()}


def _size_px(landmarks: Landmarks) -> float:
    """Return the height of the shoulders above the ankles, px."""
    shoulders = landmarks.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER], 1].mean()
    ankles = landmarks.points[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE], 1].mean()
    return float(ankles - shoulders)
