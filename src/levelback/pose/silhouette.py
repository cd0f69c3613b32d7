"""The subject's silhouette at the picture's resolution, from the landmark model's coarse masks."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.pose.crops import Picture, centre_based
from levelback.pose.models import LANDMARK_SIDE, Reading


def coarse_mask(readings: Sequence[Reading], picture: Picture) -> NDArray[np.float32]:
    """Return the mean of the crops' masks in the shrunken picture's pixels, 0…1."""
    height, width = picture.image.shape[:2]
    total = np.zeros((height, width), np.float32)
    for reading in readings:
        matrix = np.diag(1 / np.array(picture.scale)) @ reading.crop.matrix(LANDMARK_SIDE)
        total += cv2.warpAffine(reading.mask, centre_based(matrix), (width, height), flags=cv2.INTER_LINEAR)
    return total / np.float32(len(readings))


def silhouette_of(readings: Sequence[Reading], image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the (height, width) silhouette, 0…255."""
    height, width = image.shape[:2]
    size = min(reading.crop.size for reading in readings)
    mask = coarse_mask(readings, Picture.shrunk(image, crop_px=size, side=LANDMARK_SIDE))
    full = cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.clip(full * 255 + 0.5, 0, 255), dtype=np.uint8)
