"""The outline of the back, from the mask that the landmark model gives with every look.

No landmark lies on the spine: a back that sags between shoulders and hips shows in its outline alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.pose.crops import Floats
from levelback.pose.landmarks import OUTLINE_POINTS

OUTLINE_AT = np.arange(1, OUTLINE_POINTS + 1) / (OUTLINE_POINTS + 1)
"""Where the outline is read, in parts of the line from the shoulders to the hips."""
_REACH = 0.6
_STEPS = 64
_OFF = _REACH / _STEPS * np.arange(_STEPS)
_CENTRE = 0.5
_NOBODY = -10.0


def outline_above(log_odds: NDArray[np.float32], shoulder: Floats, hip: Floats, up: Floats) -> Floats:
    """Return how far the body reaches above its trunk's line at `OUTLINE_AT`, in parts of that line.

    log_odds     (height, width) that a pixel is the body's: positive inside
    shoulder, hip  (2,) middles in pixels of the mask, from the outer corner of the first one
    up           (2,) direction in the mask that counts as up; only its sign across the line matters

    NaN where the line is outside of the body, or the body's edge is further off than 0.6 of it.
    """
    line = hip - shoulder
    across = np.array([line[1], -line[0]])
    if across @ up < 0:
        across = -across
    points = shoulder + OUTLINE_AT[:, None, None] * line + _OFF[:, None] * across - _CENTRE
    x, y = points.astype(np.float32).transpose(2, 0, 1)
    seen = cv2.remap(log_odds, x, y, cv2.INTER_LINEAR, borderValue=_NOBODY)
    outside = np.argmax(seen < 0, axis=1)
    rows = np.arange(len(seen))
    last, first = seen[rows, outside - 1].astype(np.float64), seen[rows, outside]
    beyond = np.divide(last, last - first, out=np.full(len(seen), np.nan), where=outside > 0)
    return _REACH / _STEPS * (outside - 1 + beyond)  # type: ignore[no-any-return]
