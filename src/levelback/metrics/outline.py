"""The body's outline from the silhouette, to a fraction of a pixel, in the body frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats

STEP = 0.002
"""Grid of the resampled silhouette, body units (about 2.6 mm on an adult)."""


def _first_exit(inside: Floats) -> Floats:
    """Return how many cells each row of `inside` (n, m) stays at or above one half from its start.

    Linear interpolation gives the fraction of the last cell. NaN where the first cell is already
    outside; m where the row never leaves.
    """
    below = inside < 0.5
    index = np.where(below.any(axis=1), below.argmax(axis=1), inside.shape[1])
    rows = np.arange(len(inside))
    safe = np.clip(index, 1, inside.shape[1] - 1)
    last, first = inside[rows, safe - 1], inside[rows, safe]
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = (last - 0.5) / (last - first)
    exits = safe - 0.5 + np.where(index < inside.shape[1], fraction, 0.5)
    return np.where(index == 0, np.nan, exits)


class Outline:
    """Reads edges of one silhouette in the body frame.

    The window is X −0.6…0.6, Y −1.2…0.8 body units.
    """

    X_RANGE = (-0.6, 0.6)
    Y_RANGE = (-1.2, 0.8)

    def __init__(self, silhouette: NDArray[np.uint8], body: Body) -> None:
        patch = resample(silhouette, body, self.X_RANGE, self.Y_RANGE, STEP)
        self._inside: Floats = patch.astype(np.float64) / 255

    def _row(self, y: Floats) -> NDArray[np.int64]:
        rows = np.floor((self.Y_RANGE[1] - y) / STEP)
        return np.clip(rows, 0, len(self._inside) - 1).astype(np.int64)

    def _column(self, x: Floats) -> NDArray[np.int64]:
        columns = np.floor((x - self.X_RANGE[0]) / STEP)
        return np.clip(columns, 0, self._inside.shape[1] - 1).astype(np.int64)

    def side_edges(self, y: Floats, start_x: Floats) -> Floats:
        """Return where the outline is left, going from `start_x` towards +X and towards −X.

        y, start_x   (n,) body units.  Returns (n, 2) X positions; NaN where the start is outside.
        """
        rows, columns = self._row(y), self._column(start_x)
        edges = np.empty((len(y), 2))
        for i, (row, column) in enumerate(zip(self._inside[rows], columns, strict=True)):
            start = self.X_RANGE[0] + (column + 0.5) * STEP
            edges[i, 0] = start + (_first_exit(row[None, column:])[0] - 0.5) * STEP
            edges[i, 1] = start - (_first_exit(row[None, column::-1])[0] - 0.5) * STEP
        return edges

    def top_edges(self, x: Floats, start_y: float) -> Floats:
        """Return where the outline is left, going up from `start_y`, at each of (n,) `x`.

        Returns (n,) Y positions; NaN where the start is outside.
        """
        row = int(self._row(np.array([start_y]))[0])
        columns = self._inside[row::-1, self._column(x)].T
        start = self.Y_RANGE[1] - (row + 0.5) * STEP
        return start + (_first_exit(columns) - 0.5) * STEP

    def gap_edges(self, x: Floats, start_y: float) -> Floats:
        """Return where the background between the legs ends, going up from `start_y`.

        Returns (n,) Y positions; NaN where the start is inside the body.
        """
        row = int(self._row(np.array([start_y]))[0])
        columns = 1 - self._inside[row::-1, self._column(x)].T
        start = self.Y_RANGE[1] - (row + 0.5) * STEP
        return start + (_first_exit(columns) - 0.5) * STEP
