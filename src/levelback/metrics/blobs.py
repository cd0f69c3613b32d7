"""Small round spots of one colour that differ from all around them: candidates for markers.

A spot is salient where the mean colour of a core differs from the ring around it by much more than the
ring's own colours differ from each other (Mahalanobis distance, Lab colours), so that an edge between
skin and wall does not count. Fisher's discriminant between core and ring then tells how much of each
pixel is spot, and the moments of that share give centre and shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label, maximum_filter

from levelback.metrics.geometry import Floats

NOISE_LAB = 2.0
"""Colour differences below this are noise (Lab units)."""

_SCALES = (0.6, 1.0, 1.6)
_RING = (2.0, 3.3)
_MIN_SALIENCY = 3.0
_REFINEMENTS = 3


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Blob:
    """One spot.

    center      (2,) pixels, and its covariance (2, 2), px²
    moments     (2, 2) second moments of its area, px²
    axes        semi-axes of the ellipse with the same second moments, the longer first, pixels
    color       (3,) Lab of the spot's middle
    surround    (3,) mean Lab of the ring around it
    saliency    distance between both in standard deviations of the ring
    compactness area over that of the ellipse with the same moments: 1 for any ellipse, less for others
    """

    center: Floats
    covariance: Floats
    moments: Floats
    axes: tuple[float, float]
    color: Floats
    surround: Floats
    saliency: float
    compactness: float

    def moved(self, offset: Floats) -> Blob:
        """Return the spot `offset` (2,) pixels further on."""
        return replace(self, center=self.center + offset)

    @property
    def roundness(self) -> float:
        """Shorter over longer axis, 0…1."""
        return self.axes[1] / self.axes[0]

    @property
    def chroma_step(self) -> float:
        """How far the spot's hue and saturation differ from its surround's, Lab units."""
        return float(np.hypot(*(self.color - self.surround)[1:]))


def to_lab(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the (h, w, 3) Lab colours (L 0…100) of an RGB picture."""
    return cast(NDArray[np.float32], cv2.cvtColor(image.astype(np.float32) / 255, cv2.COLOR_RGB2LAB))


def find_blobs(image: NDArray[np.uint8], radius: float, count: int = 6) -> list[Blob]:
    """Return up to `count` spots of about `radius` pixels, the most salient first.

    image    (height, width, 3) uint8 RGB, a window of the picture
    radius   typical radius, pixels; spots of half to twice of it are found
    """
    lab = to_lab(image)
    blobs: list[Blob] = []
    for row, column, reach in _salient_places(lab, radius, 2 * count):
        blob = _refine(lab, np.array([column + 0.5, row + 0.5]), reach)
        if blob is not None and all(np.linalg.norm(blob.center - b.center) > radius for b in blobs):
            blobs.append(blob)
    return sorted(blobs, key=lambda blob: -blob.saliency)[:count]


def _salient_places(lab: NDArray[np.float32], radius: float, count: int) -> list[tuple[int, int, float]]:
    """Return (row, column, radius) of the strongest local maxima of saliency over the scales."""
    found: list[tuple[float, int, int, float]] = []
    for scale in _SCALES:
        reach = scale * radius
        saliency = _saliency(lab, reach)
        size = 2 * max(1, round(reach)) + 1
        peaks = (saliency == maximum_filter(saliency, size)) & (saliency > _MIN_SALIENCY)
        found += [(float(saliency[r, c]), int(r), int(c), reach) for r, c in np.argwhere(peaks)]
    found.sort(reverse=True)
    return [(row, column, reach) for _, row, column, reach in found[:count]]


def _saliency(lab: NDArray[np.float32], radius: float) -> Floats:
    """Return per pixel how far the hue and saturation of a core lie off the ring's, in the ring's spread."""
    core = _disc(0.6 * radius)
    ring = _disc(_RING[1] * radius, _RING[0] * radius)

    def mean(values: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
        filtered = cv2.filter2D(values, cv2.CV_32F, kernel, borderType=cv2.BORDER_REFLECT)
        return cast(NDArray[np.float32], filtered)

    a, b = np.ascontiguousarray(lab[..., 1]), np.ascontiguousarray(lab[..., 2])
    mean_a, mean_b = mean(a, ring), mean(b, ring)
    variance_a = mean(a * a, ring) - mean_a**2 + NOISE_LAB**2
    variance_b = mean(b * b, ring) - mean_b**2 + NOISE_LAB**2
    shared = mean(a * b, ring) - mean_a * mean_b
    step_a, step_b = mean(a, core) - mean_a, mean(b, core) - mean_b
    square = variance_b * step_a**2 - 2 * shared * step_a * step_b + variance_a * step_b**2
    determinant = np.maximum(variance_a * variance_b - shared**2, NOISE_LAB**4)
    return np.asarray(np.sqrt(np.maximum(square / determinant, 0.0)), dtype=np.float64)


def _disc(outer: float, inner: float = 0.0) -> NDArray[np.float32]:
    """Return a kernel that averages over a disc or ring."""
    reach = int(np.ceil(outer))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    distance = np.hypot(x, y)
    kernel = ((distance <= max(outer, 0.7)) & (distance >= inner)).astype(np.float32)
    return cast(NDArray[np.float32], kernel / kernel.sum())


def _refine(lab: NDArray[np.float32], center: Floats, radius: float) -> Blob | None:
    """Return the spot around `center`; None where nothing round stands out there."""
    shape = np.eye(2) * (radius / 2) ** 2
    blob = None
    for _ in range(_REFINEMENTS):
        reach = 2 * float(np.sqrt(np.linalg.eigvalsh(shape)[1]))
        low = np.maximum(np.floor(center - 4 * reach - 3), 0).astype(int)
        high = np.minimum(np.ceil(center + 4 * reach + 3), lab.shape[1::-1]).astype(int)
        window = lab[low[1] : high[1], low[0] : high[0]].astype(np.float64)
        blob = _segment(window, center - low, shape)
        if blob is None or not 0.3 * radius < blob.axes[0] < 3.0 * radius:
            return None
        center, shape = blob.center + low, blob.moments
    return None if blob is None else replace(blob, center=center)


def _segment(lab: Floats, center: Floats, shape: Floats) -> Blob | None:
    """Return what Fisher's discriminant between core and ring makes of the spot."""
    y, x = np.mgrid[: lab.shape[0], : lab.shape[1]] + 0.5
    offset = np.stack([x, y], axis=-1) - center
    # in semi-axes: 1 on the rim of the ellipse with these moments
    distance = np.sqrt(np.einsum("...i,ij,...j->...", offset, np.linalg.inv(4 * shape), offset))
    reach = np.hypot(offset[..., 0], offset[..., 1]) / (2 * np.sqrt(np.linalg.eigvalsh(shape)[1]))
    core, ring = lab[distance < 0.7], lab[(reach > 1.7) & (reach < 3.0)]
    if len(core) < 3 or len(ring) < 12:
        return None
    inside, around = core.mean(axis=0), ring.mean(axis=0)
    spread = np.cov(ring.T) + NOISE_LAB**2 * np.eye(3)
    within = spread + np.cov(core.T)
    axis = np.linalg.solve(within, inside - around)
    step = float(axis @ (inside - around))
    if step <= 0:
        return None
    share = (lab - around) @ axis / step
    component, _ = label(share > 0.5)
    own = component[int(center[1]), int(center[0])]
    if own == 0:
        return None
    near = cv2.dilate((component == own).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    alpha = np.where(near, np.clip((share - 0.25) / 0.5, 0.0, 1.0), 0.0)
    alpha[alpha < 0.15] = 0.0
    area = float(alpha.sum())
    middle = np.array([(alpha * x).sum(), (alpha * y).sum()]) / area
    offset = np.stack([x, y], axis=-1) - middle
    moments = np.einsum("hw,hwi,hwj->ij", alpha, offset, offset) / area
    minor, major = 2 * np.sqrt(np.maximum(np.linalg.eigvalsh(moments), 1e-3))
    noise = float(np.sqrt(axis @ spread @ axis)) / step
    return Blob(
        center=middle,
        moments=moments,
        axes=(float(major), float(minor)),
        covariance=_center_covariance(noise, alpha, offset, area),
        color=inside,
        surround=around,
        saliency=float(np.sqrt((inside - around) @ np.linalg.solve(spread, inside - around))),
        compactness=float(area / (np.pi * major * minor)),
    )


def _center_covariance(noise: float, alpha: Floats, offset: Floats, area: float) -> Floats:
    """Return the covariance of a centroid whose pixels have shares wrong by `noise`, px²."""
    used = offset[alpha > 0]
    return np.asarray(noise**2 * (used.T @ used) / area**2)
