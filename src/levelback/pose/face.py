"""Whether the head shows a face: the landmark model sometimes takes smooth hair for one.

Front or back decides the sign of every measure. On renders a single pass of the landmark model takes
about one back view in fifteen for another view. A face has eyes, a nose and their shadows; smooth hair
has nothing of the kind.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from levelback.pose.crops import Crop, Floats, Image, Picture
from levelback.pose.joints import Joint

NO_FACE = 0.012
"""Structure below which there is no face. Of 125 front views the least was 0.026, at a quarter of the light
0.019, after a blur by a 24th of the head's width 0.014. Of 74 back views three fifths lie below it, among
them all five that a single pass of the landmark model took for something else."""
_SIDE = 32
_WIDTH = 1.6
_EYES_AND_NOSE = (slice(10, 18), slice(8, 24))


def face_structure(image: Image, points: Floats) -> float:
    """Return the contrast of upright structure where landmarks (33, 2) px put eyes and nose, 0 or more.

    It is the standard deviation of the logarithm of brightness, band-passed by two Gaussians of 1/28
    and 1/10 of the head's width, after each row's mean, which a hairline or a collar would move, is
    taken away.
    """
    centre = points[: Joint.MOUTH_RIGHT + 1].mean(axis=0)
    across = points[Joint.LEFT_EAR] - points[Joint.RIGHT_EAR]
    width = max(float(np.hypot(*across)), 1.0)
    up = (points[Joint.LEFT_SHOULDER] + points[Joint.RIGHT_SHOULDER]) / 2 - centre
    angle = float(np.degrees(np.arctan2(-up[0], up[1])))
    head = Crop(x=float(centre[0]), y=float(centre[1]), size=_WIDTH * width, angle_deg=angle)
    left, top, right, bottom = (
        max(0, int(one)) for one in (*(centre - head.size), *(centre + head.size + 1))
    )
    around = image[top:bottom, left:right]
    if around.size == 0:
        return 0.0
    head = replace(head, x=head.x - left, y=head.y - top)
    patch = Picture.shrunk(around, crop_px=head.size, side=_SIDE).read(head, _SIDE)
    brightness = np.log(cv2.cvtColor(patch, cv2.COLOR_RGB2GRAY).astype(np.float32) + 16)
    band = cv2.GaussianBlur(brightness, (0, 0), 0.7) - cv2.GaussianBlur(brightness, (0, 0), 2)
    window = band[_EYES_AND_NOSE]
    return float((window - window.mean(axis=1, keepdims=True)).std())
