"""Lines of cloth across the hips: the waistband that a person sees hanging unevenly.

A waistband is a colour edge that crosses the whole trunk: nearly straight, perhaps bent by
perspective into a flat arc. All arcs over a grid of height, slope and sag are scored by the colour step
that the columns across the trunk share. A shirt hem looks the same but is not fixed to the pelvis;
telling them apart is left to the calibration, which sees height, contrast and agreement.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats

X_RANGE = (-0.2, 0.2)
Y_RANGE = (-0.14, 0.24)
STEP = 0.0025
SLOPES_DEG: Floats = np.arange(-12.0, 12.01, 0.75)
SAGS = np.array([-0.9, -0.45, 0.0, 0.45, 0.9])
"""Sag in 1/body unit: Y falls by ``sag·X²`` off the middle."""

_COLUMN_STEP = 4
_SMOOTH = 1.6


class ClothLine(NamedTuple):
    """One line across the hips.

    slope_deg   against level, positive: the subject's left is higher
    height      Y in body units at the middle of the trunk
    contrast    shared colour step, in grey levels
    agreement   0…1: share of the columns across the trunk that show the step
    sag         1/body unit
    """

    slope_deg: float
    height: float
    contrast: float
    agreement: float
    sag: float


def find_cloth_lines(image: NDArray[np.uint8], body: Body, edges: Floats, count: int = 3) -> list[ClothLine]:
    """Return up to `count` lines across the hips, the clearest first.

    image   (height, width, 3) uint8 RGB
    edges   (2,) X of the trunk's right and left edge at the hips, body units
    """
    patch = resample(image, body, X_RANGE, Y_RANGE, STEP)
    smooth = np.asarray(cv2.GaussianBlur(patch.astype(np.float32), (0, 0), _SMOOTH), dtype=np.float64)
    step = smooth[2:] - smooth[:-2]  # row r: colour above minus colour below, turned round
    x: Floats = np.asarray(X_RANGE[0] + (np.arange(step.shape[1]) + 0.5) * STEP, dtype=np.float64)
    margin = 0.12 * (edges[1] - edges[0])
    inside = np.flatnonzero((x > edges[0] + margin) & (x < edges[1] - margin))[::_COLUMN_STEP]
    if len(inside) < 8:
        return []
    x, step = x[inside], step[:, inside]
    middle = float(edges.mean())
    scores, agreements = _score(step, x - middle)
    return _peaks(scores, agreements, step.shape[0], count)


def _score(step: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Return contrast and agreement, each (sags, slopes, rows)."""
    rows, columns = step.shape[:2]
    slopes = np.tan(np.radians(SLOPES_DEG))
    drop = -(slopes[None, :, None] * x - SAGS[:, None, None] * x**2) / STEP  # in rows, downwards
    contrast = np.zeros((len(SAGS), len(SLOPES_DEG), rows))
    agreement = np.zeros_like(contrast)
    flat = step.transpose(1, 0, 2)
    base = np.arange(rows)
    for i in range(len(SAGS)):
        for j in range(len(SLOPES_DEG)):
            index = np.clip(base[None, :] + np.rint(drop[i, j]).astype(int)[:, None], 0, rows - 1)
            along = flat[np.arange(columns)[:, None], index]  # (columns, rows, 3)
            mean = along.mean(axis=0)
            size = np.linalg.norm(mean, axis=1)
            shared = np.einsum("crk,rk->cr", along, mean / np.maximum(size, 1e-6)[:, None])
            contrast[i, j] = size
            agreement[i, j] = (shared > 0.5 * size).mean(axis=0)
    return contrast, agreement


def _peaks(contrast: Floats, agreement: Floats, rows: int, count: int) -> list[ClothLine]:
    """Return the best arcs whose heights are apart from each other."""
    score = contrast * agreement**2
    blocked = np.zeros(rows, dtype=bool)
    blocked[:8] = blocked[-8:] = True
    lines: list[ClothLine] = []
    for _ in range(count):
        masked = np.where(blocked, -1.0, score)
        i, j, row = np.unravel_index(int(np.argmax(masked)), score.shape)
        if masked[i, j, row] <= 0:
            break
        lines.append(_refined(contrast, agreement, score, int(i), int(j), int(row)))
        blocked[max(0, row - 12) : row + 13] = True
    return lines


def _refined(contrast: Floats, agreement: Floats, score: Floats, i: int, j: int, row: int) -> ClothLine:
    """Refine the slope of a peak by a parabola through the scores of its neighbours."""
    shift = 0.0
    if 0 < j < len(SLOPES_DEG) - 1:
        # The neighbouring slope may score best a row further up or down.
        near = [score[i, k, max(0, row - 2) : row + 3].max() for k in (j - 1, j, j + 1)]
        bend = near[0] - 2 * near[1] + near[2]
        shift = float(np.clip(0.5 * (near[0] - near[2]) / bend, -0.5, 0.5)) if bend < 0 else 0.0
    return ClothLine(
        slope_deg=float(SLOPES_DEG[j] + shift * (SLOPES_DEG[1] - SLOPES_DEG[0])),
        height=float(Y_RANGE[1] - (row + 1.5) * STEP),
        contrast=float(contrast[i, j, row]),
        agreement=float(agreement[i, j, row]),
        sag=float(SAGS[i]),
    )
