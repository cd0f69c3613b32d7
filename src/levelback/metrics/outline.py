"""The body's outline from the silhouette, to a fraction of a pixel, in the body frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats

STEP = 0.002
"""Grid of the resampled silhouette, body units (about 2.6 mm on an adult)."""

_HALF = 127.5


def _first_exit(cells: NDArray[np.uint8], start: NDArray[np.int64]) -> Floats:
    """Return how many cells each row of `cells` (n, m) stays at or above one half from cell `start` (n,).

    Linear interpolation gives the fraction of the last cell. NaN where the first cell is already
    outside; up to the last cell where the row never leaves.
    """
    rows, end = np.arange(len(cells)), cells.shape[1]
    below = (cells < _HALF) & (np.arange(end) >= start[:, None])
    index = np.where(below.any(axis=1), below.argmax(axis=1), end)
    safe = np.clip(index, start + 1, end - 1)
    last, first = cells[rows, safe - 1] / 255, cells[rows, safe] / 255
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = (last - 0.5) / (last - first)
    exits = safe - start - 0.5 + np.where(index < end, fraction, 0.5)
    return np.where(index == start, np.nan, exits)


class Outline:
    """Reads edges of one silhouette in the body frame.

    The window is X −0.6…0.6, Y −1.2…0.8 body units.
    """

    X_RANGE = (-0.6, 0.6)
    Y_RANGE = (-1.2, 0.8)

    def __init__(self, silhouette: NDArray[np.uint8], body: Body) -> None:
        self._cells = resample(silhouette, body, self.X_RANGE, self.Y_RANGE, STEP)

    def _row(self, y: Floats) -> NDArray[np.int64]:
        rows = np.floor((self.Y_RANGE[1] - y) / STEP)
        return np.clip(rows, 0, len(self._cells) - 1).astype(np.int64)

    def _column(self, x: Floats) -> NDArray[np.int64]:
        columns = np.floor((x - self.X_RANGE[0]) / STEP)
        return np.clip(columns, 0, self._cells.shape[1] - 1).astype(np.int64)

    def side_edges(self, y: Floats, start_x: Floats) -> Floats:
        """Return where the outline is left, going from `start_x` towards +X and towards −X.

        y, start_x   (n,) body units.  Returns (n, 2) X positions; NaN where the start is outside.
        """
        cells, columns = self._cells[self._row(y)], self._column(start_x)
        start = self.X_RANGE[0] + (columns + 0.5) * STEP
        back = cells.shape[1] - 1 - columns
        plus = start + (_first_exit(cells, columns) - 0.5) * STEP
        minus = start - (_first_exit(cells[:, ::-1], back) - 0.5) * STEP
        return np.column_stack([plus, minus])

    def top_edges(self, x: Floats, start_y: float) -> Floats:
        """Return where the outline is left, going up from `start_y`, at each of (n,) `x`.

        Returns (n,) Y positions; NaN where the start is outside.
        """
        return self._up(x, start_y, self._cells)

    def gap_edges(self, x: Floats, start_y: float) -> Floats:
        """Return where the background between the legs ends, going up from `start_y`.

        Returns (n,) Y positions; NaN where the start is inside the body.
        """
        return self._up(x, start_y, ~self._cells)

    def _up(self, x: Floats, start_y: float, cells: NDArray[np.uint8]) -> Floats:
        row = int(self._row(np.array([start_y]))[0])
        columns = cells[row::-1, self._column(x)].T
        start = self.Y_RANGE[1] - (row + 0.5) * STEP
        return np.asarray(start + (_first_exit(columns, np.zeros(len(x), np.int64)) - 0.5) * STEP)
