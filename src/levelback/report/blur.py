"""A face that nobody knows again, for sharing."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks
from levelback.report.values import Report

CELLS = 5
"""Cells across the face that remain: too few to know anybody by."""
_FACE = range(Joint.NOSE, Joint.MOUTH_RIGHT + 1)


def blurred(picture: NDArray[np.uint8], landmarks: Landmarks) -> NDArray[np.uint8]:
    """Return (height, width, 3) `picture` with the head of the body in `landmarks` blurred beyond recovery.

    What stays are `CELLS` × `CELLS` coarse means across the head, smoothed, within a circle that takes in
    hair, ears and chin from every side.
    """
    centre, radius = head_of(landmarks)
    height, width = picture.shape[:2]
    left, right = _within(centre[0], radius, width)
    top, bottom = _within(centre[1], radius, height)
    if right <= left or bottom <= top:
        return picture
    head = picture[top:bottom, left:right]
    coarse = cv2.resize(head, (CELLS, CELLS), interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(coarse, (head.shape[1], head.shape[0]), interpolation=cv2.INTER_CUBIC)
    rows, columns = np.mgrid[top:bottom, left:right]
    distance = np.hypot(columns + 0.5 - centre[0], rows + 0.5 - centre[1]) / radius
    share = np.clip((1.0 - distance) / 0.12, 0.0, 1.0)[..., None]
    out = picture.copy()
    out[top:bottom, left:right] = np.round(share * smooth + (1 - share) * head).astype(np.uint8)
    return out


def without_face(report: Report) -> Report:
    """Return the report with the face in its picture blurred; that may be a smaller copy of the photo."""
    if report.picture is None:
        return report
    landmarks = report.landmarks
    shrunk = report.picture.shape[1] / landmarks.width
    there = replace(landmarks, points=landmarks.points * shrunk)
    return replace(report, picture=blurred(report.picture, there))


def head_of(landmarks: Landmarks) -> tuple[NDArray[np.float64], float]:
    """Return centre (2,) and radius, px, of a circle around the whole head.

    From the side and from behind the face's landmarks lie close together, so the trunk gives the size: a
    head is about 0.46 of the way from shoulders to hips high.
    """
    face = landmarks.points[list(_FACE)]
    shoulders = landmarks.points[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
    hips = landmarks.points[[Joint.LEFT_HIP, Joint.RIGHT_HIP]].mean(axis=0)
    ears = landmarks.points[[Joint.LEFT_EAR, Joint.RIGHT_EAR]].mean(axis=0)
    trunk = float(np.linalg.norm(shoulders - hips))
    centre = (face.mean(axis=0) + ears) / 2
    reach = float(np.linalg.norm(face - centre, axis=1).max())
    return centre, max(0.30 * trunk, 1.6 * reach)


def _within(centre: float, radius: float, size: int) -> tuple[int, int]:
    return max(0, int(centre - radius)), min(size, int(np.ceil(centre + radius)))
