"""What a page draws over the photo, as plain data: outline, bones, plumb line, measured lines."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.metrics.values import Estimate
from levelback.pose.joints import JOINT_NAMES, Joint
from levelback.pose.landmarks import Landmarks
from levelback.report.marks import (
    FRONTAL_LINES,
    World,
    bones_of,
    crop_box,
    label_text,
    middle_of,
    tilted,
    world_of,
)
from levelback.report.values import Report

Floats = NDArray[np.float64]
_OUTLINE_DETAIL = 0.0015
"""How far the drawn outline may be off, in heights of the picture."""
_PARTS = ("EAR", "SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE", "HEEL", "FOOT_INDEX")
MOVABLE = (Joint.NOSE, *(Joint[f"{side}_{part}"] for part in _PARTS for side in ("LEFT", "RIGHT")))
"""Landmarks that a hand may move: those that a measure rests on, or that hold the drawing together."""


def make_overlay(report: Report) -> dict[str, Any]:
    """Return the marks on the photo, all in pixels of ``report.picture``.

    size      [width, height] of the picture; `box` the part with the body: left, top, right, bottom
    factor    pixels of the full photo per pixel of the picture
    outline   closed polygons around the body
    joints    the landmarks that a hand may move: name, x, y, sd (px), visibility, whether a hand moved it
    bones     pairs of landmark names
    plumb     the true vertical through the ankles, two points
    lines     measured lines with their interval: measure id, text, centre, ends of the level line, ends of
              the measured line, corners of the interval's fan
    rests_on  by measure id, the landmarks that it rests on
    """
    landmarks = report.landmarks
    usable = report.quality.usable
    world = world_of(report)
    return {
        "size": [landmarks.width, landmarks.height],
        "box": [round(side, 1) for side in crop_box(landmarks)],
        "factor": report.photo.width / landmarks.width,
        "outline": _outline(landmarks),
        "joints": _joints(report),
        "bones": [[JOINT_NAMES[a], JOINT_NAMES[b]] for a, b in bones_of(landmarks.view)],
        "plumb": _plumb(landmarks, world) if usable else [],
        "lines": _lines(report, world) if usable else [],
        "rests_on": {one.id: [JOINT_NAMES[joint] for joint in one.joints] for one in report.measurements},
    }


def _outline(landmarks: Landmarks) -> list[Any]:
    if landmarks.silhouette is None:
        return []
    mask = (np.asarray(landmarks.silhouette) > 127).astype(np.uint8)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    large = [contour for contour in contours if cv2.contourArea(contour) > 1e-3 * mask.size]
    off = _OUTLINE_DETAIL * landmarks.height
    return [cv2.approxPolyDP(contour, off, True).reshape(-1, 2).tolist() for contour in large]


def _joints(report: Report) -> list[dict[str, Any]]:
    landmarks = report.landmarks
    spread = landmarks.sd_px()
    return [
        {
            "name": JOINT_NAMES[joint],
            "x": round(float(landmarks.points[joint, 0]), 2),
            "y": round(float(landmarks.points[joint, 1]), 2),
            "sd": round(float(spread[joint]), 2),
            "visibility": round(float(landmarks.visibility[joint]), 2),
            "moved": joint in report.moved,
        }
        for joint in sorted(MOVABLE)
        if landmarks.view.frontal or joint.name.startswith((landmarks.view.name, "NOSE"))
    ]


def _plumb(landmarks: Landmarks, world: World) -> list[list[float]]:
    ankle = middle_of(landmarks, "ankle")
    top = middle_of(landmarks, "shoulder" if landmarks.view.frontal else "ear")
    rise = float((top - ankle) @ world.up)
    return _ends(ankle, -0.03 * world.height, rise, world.up)


def _lines(report: Report, world: World) -> list[dict[str, Any]]:
    estimates = {one.id: one.estimate for one in report.measurements if one.estimate is not None}
    landmarks, lines = report.landmarks, []
    if landmarks.view.frontal:
        for id, part in FRONTAL_LINES.items():
            if id in estimates:
                centre = middle_of(landmarks, part)
                lines.append(_tilt(id, estimates[id], centre, 0.18 * world.height, world.towards, world))
        return lines
    if "pelvic_tilt" in estimates:
        hip = middle_of(landmarks, "hip")
        # Forward tilt lowers the front of the pelvis, so the end of the line that looks forward falls.
        lines.append(
            _tilt("pelvic_tilt", estimates["pelvic_tilt"], hip, 0.11 * world.height, -world.towards, world)
        )
    if "forward_head" in estimates:
        lines.append(_head(estimates["forward_head"], landmarks, world))
    return lines


def _tilt(
    id: str, estimate: Estimate, centre: Floats, reach: float, sign: int, world: World
) -> dict[str, Any]:
    low, value, high = (
        tilted(world, sign * degrees) for degrees in (estimate.low, estimate.value, estimate.high)
    )
    return {
        "id": id,
        "text": label_text(id, estimate).split("\n"),
        "centre": _point(centre),
        "level": _ends(centre, -reach, reach, world.level),
        "measured": _ends(centre, -reach, reach, value),
        "fan": [
            [_point(centre), _point(centre + way * low), _point(centre + way * high)]
            for way in (-reach, reach)
        ],
    }


def _head(estimate: Estimate, landmarks: Landmarks, world: World) -> dict[str, Any]:
    shoulder, ear = middle_of(landmarks, "shoulder"), middle_of(landmarks, "ear")
    reach = float(np.linalg.norm(ear - shoulder))
    low, value, high = (
        tilted(world, 90 - world.towards * degrees)
        for degrees in (estimate.low, estimate.value, estimate.high)
    )
    return {
        "id": "forward_head",
        "text": label_text("forward_head", estimate).split("\n"),
        "centre": _point(shoulder),
        "level": _ends(shoulder, 0.0, reach, world.up),
        "measured": _ends(shoulder, 0.0, reach, value),
        "fan": [[_point(shoulder), _point(shoulder + reach * low), _point(shoulder + reach * high)]],
    }


def _ends(through: Floats, start: float, end: float, direction: Floats) -> list[list[float]]:
    return [_point(through + start * direction), _point(through + end * direction)]


def _point(place: Floats) -> list[float]:
    return [round(float(place[0]), 1), round(float(place[1]), 1)]
