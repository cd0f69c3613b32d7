"""From one observation to every measure of its view: an estimate with its interval, or a reason."""

from __future__ import annotations

import math
from collections.abc import Mapping

from levelback.metrics.calibration import Calibration, Prediction, load_calibration
from levelback.metrics.direct import PAIRED
from levelback.metrics.observe import Observation
from levelback.metrics.quality import reason_for, widening
from levelback.metrics.values import Estimate, Measure, Measurement, Quality, Reading, measures_for
from levelback.pose.joints import Joint

NO_HEIGHT = "Millimetres need the body height: give it with --height-cm."
NOT_CALIBRATED = "This view does not show it well enough to give a number."

HEIGHT_DIFFERENCES = {
    "shoulder_height_difference": ("shoulder_tilt", "shoulder_width"),
    "hip_height_difference": ("pelvic_obliquity", "hip_width"),
}
"""The angle and the width, in body heights, that each measure in millimetres is made of."""
_TRUNK = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP)
_LEGS = (Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)
_FEET = (Joint.LEFT_HEEL, Joint.RIGHT_HEEL, Joint.LEFT_FOOT_INDEX, Joint.RIGHT_FOOT_INDEX)
_HIPS, _SHOULDERS = _TRUNK[2:], _TRUNK[:2]
_EARS = (Joint.LEFT_EAR, Joint.RIGHT_EAR)
JOINTS_OF: dict[str, tuple[Joint, ...]] = {
    "shoulder_tilt": _SHOULDERS,
    "shoulder_height_difference": _SHOULDERS,
    "pelvic_obliquity": _HIPS,
    "hip_height_difference": _HIPS,
    "head_tilt": _EARS,
    "trunk_lean": _TRUNK,
    "trunk_shift": _TRUNK,
    "weight_shift": (*_HIPS, *_LEGS[2:]),
    "hip_rotation": (*_HIPS, *_FEET),
    "knee_alignment_left": (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
    "knee_alignment_right": (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    "foot_turnout_left": (Joint.LEFT_HEEL, Joint.LEFT_FOOT_INDEX),
    "foot_turnout_right": (Joint.RIGHT_HEEL, Joint.RIGHT_FOOT_INDEX),
    "pelvic_tilt": _TRUNK,
    "asis_psis_tilt": _HIPS,
    "lumbar_curve": _TRUNK,
    "thoracic_curve": _SHOULDERS,
    "forward_head": (*_EARS, *_SHOULDERS),
    "shoulder_protraction": _TRUNK,
    "trunk_inclination": _TRUNK,
    "knee_flexion": (*_HIPS, *_LEGS),
    "plumb_offsets_ear": (*_EARS, *_LEGS[2:]),
    "plumb_offsets_shoulder": (*_SHOULDERS, *_LEGS[2:]),
    "plumb_offsets_hip": (*_HIPS, *_LEGS[2:]),
    "plumb_offsets_knee": _LEGS,
}
"""The landmarks that each measure rests on, for drawing."""


def measure(
    observation: Observation,
    quality: Quality,
    *,
    height_cm: float | None = None,
    fast: bool = False,
    markers: Reading | None = None,
    calibration: Calibration | None = None,
) -> tuple[Measurement, ...]:
    """Return every measure of the observation's view, in report order.

    height_cm   the subject's height, for the measures in millimetres
    fast        the observation holds landmarks only
    markers     what markers on the skin say, in place of the picture's own estimates; None: no markers
    """
    predictions = (calibration or load_calibration()).predictions(observation, fast=fast)
    worn = markers or Reading(estimates={}, reasons={})
    return tuple(
        _measurement(one, quality, predictions, worn, height_cm=height_cm)
        for one in measures_for(observation.body.view, markers=markers is not None)
    )


def turn_deg(observation: Observation, *, fast: bool) -> float | None:
    """Return how far the body is turned away from square (frontal) or side-on, degrees; None: unknown."""
    turn = load_calibration().predict("turn", observation, fast=fast)
    return None if turn is None else turn.value


def unmeasurable(quality: Quality, measures: tuple[Measure, ...]) -> tuple[Measurement, ...]:
    """Return all of `measures` as forbidden by the picture's gravest issue."""
    message = quality.issues[0].message
    return tuple(_refused(one, reason_for(one.id, quality) or message) for one in measures)


def _measurement(
    one: Measure,
    quality: Quality,
    predictions: Mapping[str, Prediction],
    markers: Reading,
    *,
    height_cm: float | None,
) -> Measurement:
    forbidden = reason_for(one.id, quality) or markers.reasons.get(one.id)
    if forbidden is not None:
        return _refused(one, forbidden)
    if one.id in HEIGHT_DIFFERENCES and height_cm is None:
        return _refused(one, NO_HEIGHT)
    estimate = markers.estimates.get(one.id) or _estimate(
        one.id, predictions, markers, height_cm, widening(one.id, quality)
    )
    if estimate is None:
        return _refused(one, NOT_CALIBRATED)
    return Measurement(id=one.id, unit=one.unit, estimate=estimate, reason=None, joints=JOINTS_OF[one.id])


def _refused(one: Measure, reason: str) -> Measurement:
    return Measurement(id=one.id, unit=one.unit, estimate=None, reason=reason, joints=JOINTS_OF[one.id])


def _estimate(
    measure_id: str,
    predictions: Mapping[str, Prediction],
    markers: Reading,
    height_cm: float | None,
    widen: float,
) -> Estimate | None:
    if measure_id in HEIGHT_DIFFERENCES:
        angle, width = (predictions.get(head) for head in HEIGHT_DIFFERENCES[measure_id])
        if angle is None or width is None or height_cm is None:
            return None
        tilt = markers.estimates.get(HEIGHT_DIFFERENCES[measure_id][0]) or angle.estimate(widen)
        return height_difference(tilt, width.estimate(), 10 * height_cm)
    stem, _, side = measure_id.rpartition("_")
    if stem in PAIRED:
        mean, half = predictions.get(f"{stem}_mean"), predictions.get(f"{stem}_half")
        if mean is None or half is None:
            return None
        sign = 1.0 if side == "left" else -1.0
        reach = math.hypot(mean.factor * mean.sd, half.factor * half.sd) * widen
        return Estimate.around(mean.value + sign * half.value, reach)
    prediction = predictions.get(measure_id)
    return None if prediction is None else prediction.estimate(widen)


def height_difference(angle: Estimate, width: Estimate, height_mm: float) -> Estimate:
    """Return how much higher the left end of a line is, mm, from its tilt and its width in body heights."""
    slope = math.tan(math.radians(angle.value))
    slope_reach = math.tan(math.radians(min(angle.half_width, 89.0)))
    reach = math.hypot(width.value * slope_reach, slope * width.half_width)
    return Estimate.around(height_mm * width.value * slope, height_mm * reach)
