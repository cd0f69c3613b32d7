"""Which side of the subject the camera sees."""

from __future__ import annotations

import numpy as np

from levelback.pose.crops import Floats
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View

SIDE_WIDTH = 0.3
"""Width of shoulders and hips in parts of the trunk's length below which the body is seen from the side."""


def guess_view(points: Floats, visibility: Floats, world: Floats) -> View:
    """Return the view that the landmarks speak for."""
    left = points[[Joint.LEFT_SHOULDER, Joint.LEFT_HIP]]
    right = points[[Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP]]
    across = left - right
    trunk = (left[0] + right[0] - left[1] - right[1]) / 2
    length = max(float(np.hypot(*trunk)), 1e-6)
    # Across the trunk: positive where the subject's left is on the picture's right (seen from the front).
    side = (across @ np.array([-trunk[1], trunk[0]])) / length**2
    if abs(side.mean()) >= SIDE_WIDTH:
        return View.FRONT if side.mean() > 0 else View.BACK
    depth = (
        world[[Joint.LEFT_SHOULDER, Joint.LEFT_HIP], 2] - world[[Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP], 2]
    )
    return View.LEFT if depth.mean() < 0 else View.RIGHT
