"""The body in its own frame: roll undone, sides named, lengths in units of the body.

Frontal views: X points to the subject's left. Sagittal views: X points forward. Y points up.
The origin is the middle of the hip landmarks; the unit is the height of the shoulders above the
ankles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.metrics.geometry import Floats, rotate
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import Landmarks, View

X_TOWARDS = {View.FRONT: 1.0, View.BACK: -1.0, View.LEFT: -1.0, View.RIGHT: 1.0}
"""Sign of the picture's x axis in body X: a subject seen from the front has the left on our right; one
whose left side we see looks to our left."""

_BESIDE = 2.0
"""Cells beside a patch that are shrunk with it."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Body:
    """Landmarks in the body frame.

    points       (33, 2) body units
    covariance   (66, 66) of ``points.ravel()``
    to_picture   (2, 3) affine: body (X, Y) -> picture pixels (x, y)
    scale_px     pixels per body unit
    """

    points: Floats
    covariance: Floats
    visibility: Floats
    view: View
    to_picture: Floats
    scale_px: float

    def __getitem__(self, joint: Joint) -> Floats:
        return cast(Floats, self.points[joint])

    def middle(self, left: Joint) -> Floats:
        """Return the point half way between a left landmark and its right partner."""
        return cast(Floats, (self.points[left] + self.points[MIRROR[left]]) / 2)


def body_frame(landmarks: Landmarks, roll_deg: float) -> Body:
    """Return the landmarks in the body frame, the camera roll undone.

    Raises ValueError where shoulders and ankles coincide.
    """
    center = np.array([landmarks.width / 2, landmarks.height / 2])
    upright = rotate(landmarks.points, roll_deg, center)
    pair = [Joint.LEFT_HIP, Joint.RIGHT_HIP]
    origin = upright[pair].mean(axis=0)
    shoulders = upright[[Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER]].mean(axis=0)
    ankles = upright[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]].mean(axis=0)
    scale = float(ankles[1] - shoulders[1])
    if scale <= 1.0:
        raise ValueError("the shoulders are not above the ankles")
    flip = np.array([X_TOWARDS[landmarks.view], -1.0])
    # Body -> upright pixels -> picture pixels.
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]) * flip * scale + origin
    corners = rotate(corners, -roll_deg, center)
    to_picture = np.column_stack([corners[1] - corners[0], corners[2] - corners[0], corners[0]])
    to_body = np.linalg.inv(to_picture[:, :2])
    block = np.kron(np.eye(len(Joint)), to_body)
    return Body(
        points=(upright - origin) * flip / scale,
        covariance=block @ landmarks.covariance @ block.T,
        visibility=landmarks.visibility,
        view=landmarks.view,
        to_picture=to_picture,
        scale_px=scale,
    )


def resample(
    image: NDArray[np.uint8],
    body: Body,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    step: float,
) -> NDArray[np.uint8]:
    """Return a patch of the picture in the body frame.

    Row 0 is the top (largest Y), column 0 the smallest X; cell (r, c) is centred on
    ``(x_range[0] + (c + ½)·step, y_range[1] − (r + ½)·step)``. Outside the picture it is 0. The
    picture is averaged where it is finer than `step`.
    """
    columns = round((x_range[1] - x_range[0]) / step)
    rows = round((y_range[1] - y_range[0]) / step)
    # cv2 counts from the centre of the first pixel, the body frame and the pictures from its corner.
    cell_to_body = np.array([[step, 0, x_range[0] + step / 2], [0, -step, y_range[1] - step / 2], [0, 0, 1]])
    cell_to_picture = body.to_picture @ cell_to_body
    cell_to_picture[:, 2] -= 0.5
    ratio = step * body.scale_px
    if ratio > 1.5:
        image, cell_to_picture = _reduced(image, cell_to_picture, (columns, rows), ratio)
    return cast(
        NDArray[np.uint8],
        cv2.warpAffine(
            image, cell_to_picture, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        ),
    )


def _reduced(
    image: NDArray[np.uint8], cell_to_picture: Floats, size: tuple[int, int], ratio: float
) -> tuple[NDArray[np.uint8], Floats]:
    """Shrink the part of the picture that `size` (columns, rows) of cells need, to about a pixel a cell."""
    corners = np.array([[x, y, 1.0] for x in (0, size[0]) for y in (0, size[1])]) @ cell_to_picture.T
    low = np.floor(corners.min(axis=0) - _BESIDE * ratio).astype(int)
    high = np.ceil(corners.max(axis=0) + _BESIDE * ratio).astype(int)
    left, top = np.clip(low, 0, [image.shape[1] - 1, image.shape[0] - 1])
    right, bottom = np.clip(high, [left + 1, top + 1], [image.shape[1], image.shape[0]])
    part = image[top:bottom, left:right]
    height, width = part.shape[:2]
    small = (max(1, round(width / ratio)), max(1, round(height / ratio)))
    factor = np.array([small[0] / width, small[1] / height])
    matrix = cell_to_picture * factor[:, None]
    matrix[:, 2] = (cell_to_picture[:, 2] + 0.5 - [left, top]) * factor - 0.5
    return cv2.resize(part, small, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False), matrix
