"""The subject's silhouette at the picture's resolution, sharpened to the edges of the picture itself.

The landmark model's mask has 256 cells over the whole body: a cell is about 9 px in a photo of 2000 px
height. The mean over the crops says where the outline is to within a cell or two; the colours on both
sides of it say the rest. In two rounds, coarse and fine, the colour of body and background is learnt
beside each stretch of the outline, the pixels between are decided by it, and a guided filter (He, Sun,
Tang 2013) lets the result follow the picture's edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.pose.crops import Image, Picture, centre_based
from levelback.pose.models import LANDMARK_SIDE, Reading

Mask = NDArray[np.floating[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Round:
    """One round of sharpening. Lengths are in pixels of its own scale.

    side     pixels along the landmark model's crop
    band     half width of the strip round the outline that is decided anew
    reach    half width of the window in which the colours are learnt
    prior    weight of the mask that the round starts from
    """

    side: int
    band: float
    reach: int
    prior: float
    smooth: int


ROUNDS = (
    _Round(side=512, band=5, reach=24, prior=1.0, smooth=2),
    _Round(side=1024, band=6, reach=28, prior=0.5, smooth=2),
)
_MARGIN = 10
_LLR_LIMIT = 6.0
_CONTRAST = 1.0
_MIN_SHARE = 0.01
_NOISE = 2.5
_GUIDED_EPS = 100.0


def silhouette_of(readings: Sequence[Reading], image: Image, *, sharpen: bool = True) -> NDArray[np.uint8]:
    """Return the (height, width) chance, 0…255, that a pixel of `image` is the subject's.

    The same readings and image give the same bytes. Empty outside of the crops. Without `sharpen` it is
    the model's own, smooth outline, good for leaving the subject out of something and for no measure.
    """
    height, width = image.shape[:2]
    size = float(np.mean([reading.crop.size for reading in readings]))
    coarse = _mean_mask(readings, width, height, size)
    left, top, right, bottom = _bounds(coarse, width, height)
    whole = np.zeros((height, width), np.uint8)
    if right <= left or bottom <= top:
        return whole
    patch = np.ascontiguousarray(image[top:bottom, left:right])
    scale = coarse.shape[1] / width, coarse.shape[0] / height
    mask = _window(coarse, (left * scale[0], top * scale[1]), (right * scale[0], bottom * scale[1]))
    for step in ROUNDS if sharpen else ():
        picture = Picture.shrunk(patch, crop_px=size, side=step.side).image
        mask = _sharpened(_resized(mask, picture.shape[1], picture.shape[0]), picture, step)
        if picture.shape == patch.shape:
            break
    mask = _resized(mask, patch.shape[1], patch.shape[0])
    whole[top:bottom, left:right] = np.clip(mask * 255 + 0.5, 0, 255).astype(np.uint8)
    return whole


def _bounds(mask: Mask, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the part of the (height, width) picture that the mask touches, with a margin, on cells of
    the mask: left, top, right, bottom.
    """
    rows, columns = np.flatnonzero(mask.max(axis=1) > 0.1), np.flatnonzero(mask.max(axis=0) > 0.1)
    if not rows.size:
        return 0, 0, 0, 0
    across, down = width / mask.shape[1], height / mask.shape[0]
    return (
        max(0, int((columns[0] - _MARGIN) * across)),
        max(0, int((rows[0] - _MARGIN) * down)),
        min(width, int((columns[-1] + _MARGIN) * across)),
        min(height, int((rows[-1] + _MARGIN) * down)),
    )


def _window(mask: Mask, low: tuple[float, float], high: tuple[float, float]) -> Mask:
    """Return the window `low`…`high` (mask pixels from the outer corner) of `mask`, by interpolation."""
    size = max(1, round(high[0] - low[0])), max(1, round(high[1] - low[1]))
    matrix = np.array(
        [[(high[0] - low[0]) / size[0], 0, low[0]], [0, (high[1] - low[1]) / size[1], low[1]]], np.float64
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(mask, centre_based(matrix), size, flags=flags), np.float32)


def _resized(mask: Mask, width: int, height: int) -> Mask:
    if mask.shape == (height, width):
        return mask
    return np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _mean_mask(readings: Sequence[Reading], width: int, height: int, size: float) -> Mask:
    """Return the mean of the crops' masks over the whole picture, shrunk to about the crops' scale."""
    factor = max(1.0, size / LANDMARK_SIDE)
    small = max(1, round(width / factor)), max(1, round(height / factor))
    scale = np.diag([small[0] / width, small[1] / height])
    total = np.zeros((small[1], small[0]), np.float32)
    for reading in readings:
        matrix = centre_based(scale @ reading.crop.matrix(LANDMARK_SIDE))
        total += cv2.warpAffine(reading.mask, matrix, small, flags=cv2.INTER_LINEAR)
    return total / np.float32(len(readings))


def _sharpened(mask: Mask, picture: Image, step: _Round) -> Mask:
    """Return `mask` with the strip round its outline decided by the colours beside it."""
    planes = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb))
    inside = (mask > 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    strip = np.flatnonzero(np.abs(depth) <= step.band)
    sides = depth > step.band / 2, depth < -step.band / 2
    with ThreadPoolExecutor(2) as pool:
        body, ground = pool.map(lambda side: _local_colors(planes, side, strip, step.reach), sides)
    prior = np.clip(mask.ravel()[strip], 0.02, 0.98)
    colors = np.stack([plane.ravel()[strip] for plane in planes]).astype(np.float32)
    score = step.prior * np.log(prior / (1 - prior)) + _log_ratio(colors, body, ground)
    decided = inside.astype(np.float32)
    decided.ravel()[strip] = 1 / (1 + np.exp(-score))
    return np.clip(_guided(decided, planes[0].astype(np.float32), step.smooth), 0, 1)


def _box(values: NDArray[Any], reach: int) -> Mask:
    """Return the means (float32) over the windows round each pixel; of whole numbers twice as fast."""
    window = 2 * reach + 1, 2 * reach + 1
    return np.asarray(cv2.boxFilter(values, cv2.CV_32F, window), np.float32)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Colors:
    """Mean and variance (3, n) of some pixels' colours in the windows round n pixels, and the part (n,)
    of each window that these pixels are.
    """

    mean: Mask
    variance: Mask
    share: Mask


def _local_colors(
    planes: Sequence[NDArray[Any]], chosen: NDArray[np.bool_], at: NDArray[np.intp], reach: int
) -> _Colors:
    """Return the colours of the `chosen` pixels in the windows round the pixels `at`.

    planes   three (height, width) uint8 colours; one by one, since arrays of three are slow to go through
    chosen   (height, width);  at  (n,) places in the flattened picture
    """
    weight = chosen.astype(np.uint8)
    share = _box(weight, reach).ravel()[at]
    known = np.maximum(share, np.float32(1e-6))
    weighted = [plane * weight for plane in planes]
    squares = [cv2.multiply(plane, plane, dtype=cv2.CV_16U) for plane in weighted]
    mean, square = (
        np.stack([_box(plane, reach).ravel()[at] for plane in each]) / known for each in (weighted, squares)
    )
    variance = np.maximum(square - mean**2, 0) + np.float32(_NOISE**2)
    return _Colors(mean=mean, variance=variance, share=share)


def _log_ratio(colors: Mask, body: _Colors, ground: _Colors) -> Mask:
    """Return the log ratio (n,) of colours (3, n) under body and background, as normal distributions.

    It counts little where the two hardly differ, since there shading says more than colour, and nothing
    where one of them has no pixel nearby.
    """
    ratio = (colors - ground.mean) ** 2 / ground.variance - (colors - body.mean) ** 2 / body.variance
    ratio += np.log(ground.variance / body.variance)
    contrast = ((body.mean - ground.mean) ** 2 / (body.variance + ground.variance)).sum(axis=0)
    trust = contrast / (contrast + np.float32(_CONTRAST))
    trust *= np.minimum(body.share, ground.share) > _MIN_SHARE
    return np.asarray(0.5 * np.clip(ratio.sum(axis=0), -2 * _LLR_LIMIT, 2 * _LLR_LIMIT) * trust, np.float32)


def _guided(values: Mask, guide: Mask, reach: int) -> Mask:
    """Return `values` smoothed along the edges of `guide` (guided filter)."""
    mean_guide, mean_values = _box(guide, reach), _box(values, reach)
    slope = (_box(guide * values, reach) - mean_guide * mean_values) / (
        _box(guide * guide, reach) - mean_guide**2 + np.float32(_GUIDED_EPS)
    )
    offset = mean_values - slope * mean_guide
    return np.asarray(_box(slope, reach) * guide + _box(offset, reach), np.float32)
