"""Measures read straight off the landmarks, before any calibration.

These are what every pose app shows. They start the calibrated estimate, and they are the stated
value for measures that no calibration covers.
"""

from __future__ import annotations

import numpy as np

from levelback.metrics.body import Body
from levelback.metrics.geometry import Floats, bend_deg, lean_deg, line_tilt_deg
from levelback.pose.joints import Joint

STATURE_PER_UNIT = 1.0 / 0.78
"""Body height over the height of the shoulders above the ankles; a mean, refined by calibration."""

FOOT_LENGTH = 0.15
"""Heel to big toe joint in body units; a mean, refined by calibration."""


PAIRED = ("knee_alignment", "foot_turnout")
"""Measures with a left and a right version. They are estimated as the mean of both sides (`_mean`, even)
and half their difference (`_half`, odd), so that a mirror exchanges them exactly."""


def _down(point: Floats) -> Floats:
    """Return a body-frame point with y downwards, as the angle functions expect."""
    return np.asarray(point * np.array([1.0, -1.0]))


def _tilt(body: Body, left: Joint, right: Joint) -> float:
    return float(line_tilt_deg(_down(body[left]), _down(body[right])))


def _lean(bottom: Floats, top: Floats) -> float:
    return float(lean_deg(_down(bottom), _down(top)))


def _bend(upper: Floats, middle: Floats, lower: Floats) -> float:
    return float(bend_deg(_down(upper), _down(middle), _down(lower)))


def hip_width(body: Body) -> float:
    """Return the distance between the hip landmarks, body units."""
    return float(np.linalg.norm(body[Joint.LEFT_HIP] - body[Joint.RIGHT_HIP]))


def frontal(body: Body) -> dict[str, float]:
    """Return the frontal measures by id, degrees or percent; NaN where the landmarks do not show it.

    Also the mean and half difference of paired measures, and the widths of shoulders and hips in
    body heights.
    """
    hips, shoulders = body.middle(Joint.LEFT_HIP), body.middle(Joint.LEFT_SHOULDER)
    ankles = body.middle(Joint.LEFT_ANKLE)
    width = max(hip_width(body), 1e-6)
    measures = {
        "shoulder_tilt": _tilt(body, Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER),
        "pelvic_obliquity": _tilt(body, Joint.LEFT_HIP, Joint.RIGHT_HIP),
        "head_tilt": _tilt(body, Joint.LEFT_EAR, Joint.RIGHT_EAR),
        "trunk_lean": _lean(hips, shoulders),
        "trunk_shift": 100 * float(shoulders[0] - hips[0]) / width,
        "weight_shift": 100 * float(hips[0] - ankles[0]) / width,
        "hip_rotation": float("nan"),
    }
    for side, outward in (("left", 1.0), ("right", -1.0)):
        hip, knee, ankle, heel, toe = (
            body[Joint[f"{side.upper()}_{part}"]] for part in ("HIP", "KNEE", "ANKLE", "HEEL", "FOOT_INDEX")
        )
        # A knee that lies outwards of the line from hip to ankle is bow-legged: negative.
        measures[f"knee_alignment_{side}"] = -outward * _bend(hip, knee, ankle)
        reach = np.clip(outward * float(toe[0] - heel[0]) / FOOT_LENGTH, -1, 1)
        measures[f"foot_turnout_{side}"] = float(np.degrees(np.arcsin(reach)))
    for stem in PAIRED:
        left, right = measures[f"{stem}_left"], measures[f"{stem}_right"]
        measures[f"{stem}_mean"], measures[f"{stem}_half"] = (left + right) / 2, (left - right) / 2
    measures["shoulder_width"] = (
        abs(body[Joint.LEFT_SHOULDER][0] - body[Joint.RIGHT_SHOULDER][0]) / STATURE_PER_UNIT
    )
    measures["hip_width"] = width / STATURE_PER_UNIT
    return measures


def sagittal(body: Body) -> dict[str, float]:
    """Return the sagittal measures by id; NaN where landmarks alone do not show it."""
    side = "LEFT" if body.view == "left" else "RIGHT"
    ear, shoulder, hip, knee, ankle = (
        body[Joint[f"{side}_{part}"]] for part in ("EAR", "SHOULDER", "HIP", "KNEE", "ANKLE")
    )
    measures = {
        "pelvic_tilt": float("nan"),
        "lumbar_curve": float("nan"),
        "thoracic_curve": float("nan"),
        "forward_head": _lean(shoulder, ear),
        "shoulder_protraction": float("nan"),
        "trunk_inclination": _lean(hip, shoulder),
        "knee_flexion": _bend(hip, knee, ankle),
    }
    for name, point in (("ear", ear), ("shoulder", shoulder), ("hip", hip), ("knee", knee)):
        measures[f"plumb_offsets_{name}"] = 100 * float(point[0] - ankle[0]) / STATURE_PER_UNIT
    return measures
