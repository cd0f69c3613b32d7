"""Lines of cloth across the hips: the waistband that a person sees hanging unevenly.

A waistband is a colour edge that crosses the whole trunk: nearly straight, perhaps bent by
perspective into a flat arc. All arcs over a grid of height, slope and sag are scored by the colour step
that the columns across the trunk share; the clearest ones are then fitted to the step in each column. A
shirt hem or a fold looks much the same but is not fixed to the pelvis. Telling them apart is left to the
calibration, which sees the traits of each line: its height, how clear and how straight it is, and what
lies above and below it (`cloth`).
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats

X_RANGE = (-0.26, 0.26)
Y_RANGE = (-0.34, 0.34)
STEP = 0.0025
SEARCHED = (-0.24, 0.26)
"""Heights of the middle of a line, body units: from the leg openings to the lower ribs."""

SLOPES_DEG: Floats = np.arange(-13.5, 13.6, 0.9)
SAGS = np.array([-0.9, -0.45, 0.0, 0.45, 0.9])
"""Sag in 1/body unit: Y falls by ``sag·X²`` off the middle."""

_SMOOTH = 1.6
_MARGIN = 0.1
"""Share of the trunk's width at each edge that is left out: there shading makes edges of its own."""
_REACH = 6
"""Rows to both sides of a found line in which the step of each column is looked for."""
_STEADY = 1.2
"""Rows off the fitted arc at which a column counts half (Cauchy weights)."""


class ClothLine(NamedTuple):
    """One line across the hips.

    slope_deg   against level at the middle of the trunk, positive: the subject's left is higher
    sag         1/body unit
    height      Y in body units at the middle of the trunk
    contrast    shared colour step, in grey levels
    agreement   0…1: share of the columns across the trunk that show the step
    scatter     mean distance of the columns' steps from the arc, rows of `STEP`
    support     0…1: share of the columns whose step lies on the arc
    reach       0…1: the same at the worse of both ends
    rows        (columns,) row of the arc in the patch, for reading colours beside it
    """

    slope_deg: float
    sag: float
    height: float
    contrast: float
    agreement: float
    scatter: float
    support: float
    reach: float
    rows: Floats


class HipPatch(NamedTuple):
    """The hips in the body frame.

    smooth    (rows, columns, 3) float64, smoothed RGB
    columns   (n,) columns well inside the trunk, a half hundredth of a body unit apart
    x         (n,) their X from the middle of the trunk, body units
    """

    smooth: Floats
    columns: NDArray[np.int64]
    x: Floats


def hip_patch(image: NDArray[np.uint8], body: Body, edges: Floats) -> HipPatch | None:
    """Return the hips of the picture, None where the trunk is too narrow to carry a line.

    image   (height, width, 3) uint8 RGB
    edges   (2,) X of the trunk's right and left edge at the hips, body units
    """
    patch = resample(image, body, X_RANGE, Y_RANGE, STEP).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(patch, (0, 0), _SMOOTH), dtype=np.float64)
    x: Floats = np.asarray(X_RANGE[0] + (np.arange(smooth.shape[1]) + 0.5) * STEP, dtype=np.float64)
    margin = _MARGIN * (edges[1] - edges[0])
    inside = np.flatnonzero((x > edges[0] + margin) & (x < edges[1] - margin))[::2]
    if len(inside) < 16:
        return None
    return HipPatch(smooth, inside, x[inside] - float(edges.mean()))


def find_cloth_lines(patch: HipPatch, count: int) -> list[ClothLine]:
    """Return up to `count` lines across the hips, the clearest first."""
    step = np.zeros_like(patch.smooth)
    step[1:-1] = patch.smooth[2:] - patch.smooth[:-2]  # colour below minus colour above
    contrast, agreement = _score(step, patch)
    return [
        _fitted(step, patch, i, j, row, float(contrast[i, j, row]), float(agreement[i, j, row]))
        for i, j, row in _peaks(contrast * agreement**2, count)
    ]


def _first_row() -> int:
    return round((Y_RANGE[1] - SEARCHED[1]) / STEP)


def _drop(slope: float, sag: float, x: Floats) -> Floats:
    """Return how many rows below its middle an arc lies at `x`."""
    return (sag * x**2 - slope * x) / STEP


def _score(step: Floats, patch: HipPatch) -> tuple[Floats, Floats]:
    """Return contrast and agreement of every arc, each (sags, slopes, rows searched)."""
    first = _first_row()
    base = first + np.arange(round((SEARCHED[1] - SEARCHED[0]) / STEP))
    columns, x = patch.columns[::2], patch.x[::2]
    flat = step[:, columns].transpose(1, 0, 2).astype(np.float32)
    across = np.arange(len(columns))[:, None]
    contrast = np.zeros((len(SAGS), len(SLOPES_DEG), len(base)))
    agreement = np.zeros_like(contrast)
    for i, sag in enumerate(SAGS):
        for j, slope in enumerate(np.tan(np.radians(SLOPES_DEG))):
            drop = np.rint(_drop(slope, sag, x)).astype(int)
            along = flat[across, np.clip(base + drop[:, None], 0, len(step) - 1)]  # (columns, rows, 3)
            mean = along.mean(axis=0)
            size = np.sqrt(np.square(mean).sum(axis=1))
            shared = np.einsum("crk,rk->cr", along, mean / np.maximum(size, 1e-6)[:, None])
            contrast[i, j] = size
            agreement[i, j] = (shared > 0.5 * size).mean(axis=0)
    return contrast, agreement


def _peaks(score: Floats, count: int) -> list[tuple[int, int, int]]:
    """Return (sag, slope, row) of the best arcs that differ plainly in height or in slope."""
    left = score.copy()
    left[:, :, :6] = left[:, :, -6:] = -1.0
    peaks: list[tuple[int, int, int]] = []
    for _ in range(count):
        i, j, row = (int(one) for one in np.unravel_index(int(np.argmax(left)), left.shape))
        if left[i, j, row] <= 0:
            break
        peaks.append((i, j, row))
        left[:, max(0, j - 3) : j + 4, max(0, row - 5) : row + 6] = -1.0
        left[:, :, max(0, row - 2) : row + 3] = -1.0
    return peaks


def _fitted(
    step: Floats, patch: HipPatch, i: int, j: int, row: int, contrast: float, agreement: float
) -> ClothLine:
    """Fit the arc to the row of the step in each column, by a parabola with Cauchy weights."""
    slope = float(np.tan(np.radians(SLOPES_DEG[j])))
    start = _first_row() + row + _drop(slope, SAGS[i], patch.x)
    rows, shown = _step_rows(step, patch.columns, start)
    design = np.column_stack([np.ones_like(patch.x), -patch.x / STEP, patch.x**2 / STEP])
    # A whiff of what the search found keeps an arc with few columns from running away.
    hold = np.diag([1e-6, 1e-6 / STEP**2, 1e-7 / STEP**2]) * len(rows)
    found = np.array([_first_row() + row, slope, SAGS[i]])
    arc = found
    for _ in range(6):
        weight = shown / (1 + ((rows - design @ arc) / _STEADY) ** 2)
        arc = np.linalg.solve(
            design.T @ (weight[:, None] * design) + hold, design.T @ (weight * rows) + hold @ found
        )
    off = np.abs(rows - design @ arc)
    good = shown & (off < 2)
    end = max(1, len(good) // 5)
    return ClothLine(
        slope_deg=float(np.degrees(np.arctan(arc[1]))),
        sag=float(arc[2]),
        height=float(Y_RANGE[1] - (arc[0] + 0.5) * STEP),
        contrast=contrast,
        agreement=agreement,
        scatter=float(off[good].mean()) if good.any() else 2.0,
        support=float(good.mean()),
        reach=float(min(good[:end].mean(), good[-end:].mean())),
        rows=design @ arc,
    )


def _step_rows(step: Floats, columns: NDArray[np.int64], start: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the row (n,) of the step nearest to `start` in each column, and where there is one."""
    middle = np.rint(start).astype(int)
    last = len(step) - 1
    shared = step[np.clip(middle, 0, last), columns].mean(axis=0)
    size = float(np.linalg.norm(shared))
    window = np.arange(-_REACH, _REACH + 1)
    beside = step[np.clip(middle[:, None] + window, 0, last), columns[:, None]]
    profile = beside @ (shared / max(size, 1e-6))
    nearest = profile - 0.02 * size * np.abs(window)
    best = 1 + np.argmax(nearest[:, 1:-1], axis=1)
    each = np.arange(len(columns))
    above, at, below = (profile[each, best + k] for k in (-1, 0, 1))
    bend = above - 2 * at + below
    peaked = bend < -1e-6
    part = np.where(peaked, np.clip(0.5 * (above - below) / np.where(peaked, bend, -1.0), -0.5, 0.5), 0.0)
    return middle + window[best] + part, at > 0.4 * size
