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
from numpy.lib.stride_tricks import sliding_window_view
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


class Arc(NamedTuple):
    """A flat parabola across the hips.

    slope_deg   at the middle of the trunk, positive: the subject's left is higher
    sag         1/body unit: Y falls by ``sag·X²`` off the middle
    height      Y in body units at the middle
    """

    slope_deg: float
    sag: float
    height: float


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

    def place(self, rows: Floats) -> tuple[Floats, Floats]:
        """Return X and Y in the body frame of a row (n,) in each of `columns`."""
        x: Floats = np.asarray(X_RANGE[0] + (self.columns + 0.5) * STEP, dtype=np.float64)
        return x, Y_RANGE[1] - (rows + 0.5) * STEP


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


def find_cloth_lines(patch: HipPatch, count: int, expected: Arc | None = None) -> list[ClothLine]:
    """Return up to `count` lines across the hips: the one nearest to `expected`, then the clearest first."""
    step = np.zeros_like(patch.smooth)
    step[1:-1] = patch.smooth[2:] - patch.smooth[:-2]  # colour below minus colour above
    contrast, agreement = _score(step, patch)
    peaks = np.array(_peaks(contrast * agreement**2, count, expected), dtype=np.int64).reshape(-1, 3)
    sag, slope, row = peaks.T
    return _fitted(
        step,
        patch,
        np.column_stack([_first_row() + row, np.tan(np.radians(SLOPES_DEG[slope])), SAGS[sag]]),
        contrast[sag, slope, row],
        agreement[sag, slope, row],
    )


def _first_row() -> int:
    return round((Y_RANGE[1] - SEARCHED[1]) / STEP)


def _drop(slope: Floats, sag: Floats, x: Floats) -> Floats:
    """Return how many rows below its middle an arc lies at `x`."""
    return np.asarray((sag * x**2 - slope * x) / STEP)


def _score(step: Floats, patch: HipPatch) -> tuple[Floats, Floats]:
    """Return contrast and agreement of every arc, each (sags, slopes, rows searched)."""
    count = round((SEARCHED[1] - SEARCHED[0]) / STEP)
    columns, x = patch.columns[::2], patch.x[::2]
    slopes = np.tan(np.radians(SLOPES_DEG))
    drops = np.rint(_drop(slopes[:, None], SAGS[:, None, None], x)).astype(int)
    starts = _first_row() + drops  # (sags, slopes, columns): the row of the highest arc
    above, below = max(0, -int(starts.min())), max(0, int(starts.max()) + count - len(step))
    flat = step[:, columns].transpose(2, 1, 0).astype(np.float32)
    # (3, columns, starts, rows searched): all stretches of a column that an arc may ask for, not copied
    stretches = sliding_window_view(
        np.pad(flat, ((0, 0), (0, 0), (above, below)), mode="edge"), count, axis=2
    )
    across = np.arange(len(columns))
    contrast = np.zeros((len(SAGS), len(SLOPES_DEG), count))
    agreement = np.zeros_like(contrast)
    for i, start in enumerate(starts + above):
        along = [color[across, start] for color in stretches]  # (slopes, columns, rows searched) each
        mean = [color.mean(axis=1) for color in along]
        size = np.sqrt(sum(np.square(color) for color in mean))
        known = np.maximum(size, np.float32(1e-6))
        shared = sum(color * (part / known)[:, None] for color, part in zip(along, mean, strict=True))
        contrast[i] = size
        agreement[i] = (shared > 0.5 * size[:, None]).sum(axis=1, dtype=np.uint16) / len(columns)
    return contrast, agreement


def _peaks(score: Floats, count: int, expected: Arc | None) -> list[tuple[int, int, int]]:
    """Return (sag, slope, row) of the best arcs that differ plainly in height or in slope."""
    left = score.copy()
    left[:, :, :6] = left[:, :, -6:] = -1.0
    peaks: list[tuple[int, int, int]] = []
    for rank in range(count):
        i, j, row = (int(one) for one in np.unravel_index(int(np.argmax(left)), left.shape))
        if rank == 0 and expected is not None:
            i, j, row = _nearest(expected, score.shape[2])
        elif left[i, j, row] <= 0:
            break
        peaks.append((i, j, row))
        left[:, max(0, j - 3) : j + 4, max(0, row - 5) : row + 6] = -1.0
        left[:, :, max(0, row - 2) : row + 3] = -1.0
    return peaks


def _nearest(arc: Arc, rows: int) -> tuple[int, int, int]:
    """Return (sag, slope, row) of the searched arc nearest to `arc`."""
    row = round((Y_RANGE[1] - arc.height) / STEP - 0.5) - _first_row()
    return (
        int(np.argmin(np.abs(SAGS - arc.sag))),
        int(np.argmin(np.abs(SLOPES_DEG - arc.slope_deg))),
        int(np.clip(row, 0, rows - 1)),
    )


def _fitted(
    step: Floats, patch: HipPatch, found: Floats, contrast: Floats, agreement: Floats
) -> list[ClothLine]:
    """Fit each arc to the row of the step in each column, by a parabola with Cauchy weights.

    found   (lines, 3) middle row, slope and sag of the arcs that the search found
    """
    start = found[:, :1] + _drop(found[:, 1:2], found[:, 2:], patch.x)
    rows, shown = _step_rows(step, patch.columns, start)
    design = np.column_stack([np.ones_like(patch.x), -patch.x / STEP, patch.x**2 / STEP])
    # A whiff of what the search found keeps an arc with few columns from running away.
    hold = np.diag([1e-6, 1e-6 / STEP**2, 1e-7 / STEP**2]) * len(patch.x)
    arcs = found
    for _ in range(6):
        weight = shown / (1 + ((rows - arcs @ design.T) / _STEADY) ** 2)
        normal = design.T @ (weight[..., None] * design) + hold
        arcs = np.linalg.solve(normal, ((weight * rows) @ design + found @ hold)[..., None])[..., 0]
    fitted = arcs @ design.T
    off = np.abs(rows - fitted)
    good = shown & (off < 2)
    end = max(1, len(patch.x) // 5)
    scatter = np.where(good, off, 0.0).sum(axis=1) / np.maximum(good.sum(axis=1), 1)
    return [
        ClothLine(
            slope_deg=float(np.degrees(np.arctan(slope))),
            sag=float(sag),
            height=float(Y_RANGE[1] - (middle + 0.5) * STEP),
            contrast=float(contrast[line]),
            agreement=float(agreement[line]),
            scatter=float(scatter[line]) if good[line].any() else 2.0,
            support=float(good[line].mean()),
            reach=float(min(good[line, :end].mean(), good[line, -end:].mean())),
            rows=fitted[line],
        )
        for line, (middle, slope, sag) in enumerate(arcs)
    ]


def _step_rows(step: Floats, columns: NDArray[np.int64], start: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the row of the step nearest to `start` (lines, n) in each column, and where there is one."""
    middle = np.rint(start).astype(int)
    last = len(step) - 1
    shared = step[np.clip(middle, 0, last), columns].mean(axis=1)
    size = np.linalg.norm(shared, axis=1)[:, None]
    window = np.arange(-_REACH, _REACH + 1)
    beside = step[np.clip(middle[..., None] + window, 0, last), columns[:, None]]
    profile = np.einsum("lnwk,lk->lnw", beside, shared / np.maximum(size, 1e-6))
    nearest = profile - 0.02 * size[..., None] * np.abs(window)
    best = 1 + np.argmax(nearest[..., 1:-1], axis=2)
    above, at, below = (np.take_along_axis(profile, best[..., None] + k, axis=2)[..., 0] for k in (-1, 0, 1))
    bend = above - 2 * at + below
    peaked = bend < -1e-6
    part = np.where(peaked, np.clip(0.5 * (above - below) / np.where(peaked, bend, -1.0), -0.5, 0.5), 0.0)
    return middle + window[best] + part, at > 0.4 * size
