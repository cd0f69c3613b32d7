"""Where the waistband runs, and how the pelvis stands, read off a crop of the hips by small networks.

A waistband, a shirt's hem and a fold are all edges across the hips; what tells them apart is everything
around them. The network marks the upper edge of the garment that is fixed to the pelvis in every column of
the crop, says whether cloth hides it there, and places the hip joints and the hip bones. It was trained on
rendered people by benchmarks/accuracy/train_hips.py. A crop is read together with its mirror image. In side
views another one places joints and bones alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats
from levelback.metrics.skin_points import COLUMNS, ROWS, STEP, PointGroup, read_both_ways
from levelback.metrics.unet import Cells, Networks, as_input, places
from levelback.metrics.waistband import Arc

GROUP, SIDE_GROUP = "hips", "side_hips"
POINTS = PointGroup(pairs=("hip", "asis", "psis"), singles=("pelvis_ahead",))
"""Centres of the hip joints; skin over the front and the back hip bones; a point `AHEAD_M` before the middle
of the hips (behind it in back views), straight ahead as the pelvis faces: how far beside the hips it lies
says how far the pelvis is turned."""

_SIDE_PAIRS = ("hip", "asis", "psis")
SIDE_POINTS = PointGroup(pairs=_SIDE_PAIRS, singles=(*(f"{one}_middle" for one in _SIDE_PAIRS), "pelvis_up"))
"""The same in side views, and a point `AHEAD_M` above the middle of the hips along the pelvis: it
leans as far as the pelvis is tilted."""

X_LEFT, Y_TOP = -0.28, 0.26
"""Upper corner of the crop with the smallest X, body units."""

CELL = 2 * STEP
"""Width of a cell of the network's maps, body units."""

_MARGIN = 0.15
"""Share of half the trunk's width at each edge that an arc is not fitted to: there the cloth turns away."""
_STEADY = 1.2 * STEP
"""Distance from the arc at which a column counts half (Cauchy weights), body units."""


class HipReading(NamedTuple):
    """What the network says of one crop.

    points   (2,) body-frame positions by name, see `POINTS`
    edge     (rows, columns) share of each column's cells that the waistband is in, given that it shows
    hidden   (columns,) log odds that cloth hides it
    """

    points: dict[str, Floats]
    edge: Floats
    hidden: Floats

    def arc(self, edges: Floats) -> Arc:
        """Return the parabola through the waistband; `edges` (2,) X of the trunk's sides, body units."""
        rows = (np.arange(len(self.edge)) + 0.5) * CELL
        height = Y_TOP - rows @ self.edge
        doubt = np.square(rows) @ self.edge - np.square(rows @ self.edge)
        inside, x = self._columns(edges)
        design = np.column_stack([np.ones_like(x), x, -(x**2)])
        clear = 1 / (doubt[inside] + 0.5 * STEP**2)
        weight = clear
        for _ in range(6):
            root = np.sqrt(weight)[:, None]
            arc = np.linalg.lstsq(design * root, height[inside] * root[:, 0], rcond=None)[0]
            weight = clear / (1 + ((height[inside] - design @ arc) / _STEADY) ** 2)
        return Arc(slope_deg=float(np.degrees(np.arctan(arc[1]))), sag=float(arc[2]), height=float(arc[0]))

    def hidden_there(self, edges: Floats) -> float:
        """Return the mean log odds between the trunk's sides that cloth hides the waistband."""
        return float(self.hidden[self._columns(edges)[0]].mean())

    def sureness(self, edges: Floats) -> float:
        """Return the mean log share of the likeliest cell in each column between the trunk's sides."""
        return float(np.log(self.edge[:, self._columns(edges)[0]].max(axis=0) + 1e-3).mean())

    def along(self, x: Floats, y: Floats) -> float:
        """Return the mean log share of the cells that a line (n,) through (`x`, `y`) passes."""
        columns = np.clip(np.rint((x - X_LEFT) / CELL - 0.5).astype(int), 0, self.edge.shape[1] - 1)
        row = np.clip((Y_TOP - y) / CELL - 0.5, 0, len(self.edge) - 1.001)
        above = row.astype(int)
        part = row - above
        share = (1 - part) * self.edge[above, columns] + part * self.edge[above + 1, columns]
        return float(np.log(share + 1e-3).mean())

    def _columns(self, edges: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Return the columns well inside the trunk and their X from its middle."""
        x = X_LEFT + (np.arange(self.edge.shape[1]) + 0.5) * CELL - edges.mean()
        inside = np.flatnonzero(np.abs(x) < (1 - _MARGIN) * (edges[1] - edges[0]) / 2)
        return inside, x[inside]


def read_hips(
    image: NDArray[np.uint8], silhouette: NDArray[np.uint8], body: Body, networks: Networks
) -> HipReading:
    """Return what the networks see in a front or back view.

    image, silhouette   (height, width, 3) RGB and (height, width), uint8
    """
    crop = as_input(cut_hips(image, silhouette, body), body.view)
    cells, edge, hidden = _both_ways(networks.maps(GROUP, crop, mirrored=True))
    points = np.array([X_LEFT, Y_TOP]) + cells * [STEP, -STEP]
    names = POINTS.names(frontal=True)
    return HipReading(
        points=dict(zip(names, points, strict=True)), edge=_share(edge), hidden=_log_odds(edge, hidden)
    )


def find_hip_points(
    image: NDArray[np.uint8], silhouette: NDArray[np.uint8], body: Body, networks: Networks
) -> dict[str, Floats]:
    """Return (2,) body-frame positions by name in a side view, see `SIDE_POINTS` and `read_hips`."""
    crop = as_input(cut_hips(image, silhouette, body), body.view)
    cells = places(networks.maps(SIDE_GROUP, crop, mirrored=False))[0]
    points = np.array([X_LEFT, Y_TOP]) + cells * [STEP, -STEP]
    return dict(zip(SIDE_POINTS.names(frontal=False), points, strict=True))


def cut_hips(image: NDArray[np.uint8], silhouette: NDArray[np.uint8], body: Body) -> NDArray[np.uint8]:
    """Return the (rows, columns, 4) crop round the hips: colours and silhouette."""
    window = (X_LEFT, X_LEFT + COLUMNS * STEP), (Y_TOP - ROWS * STEP, Y_TOP), STEP
    return np.dstack([resample(one, body, *window) for one in (image, silhouette)])


def _both_ways(maps: Cells) -> tuple[Floats, Floats, Floats]:
    """Return points (k, 2) in cells, edge (rows, columns) and hidden (columns,) of the network's maps.

    maps   (k + 2, 2, rows, columns), plain and mirrored: heat maps of the points, the waistband, and how
           hidden it is. Plain and mirrored are added first, so that their order leaves no trace.
    """
    count = len(POINTS.names(frontal=True))
    cells = read_both_ways(maps[:count], POINTS)
    both = (maps[count:, 0] + maps[count:, 1, :, ::-1]).astype(np.float64) / 2
    return cells, both[0], both[1].mean(axis=0)


def _share(logits: Floats) -> Floats:
    share = np.exp(logits - logits.max(axis=0))
    return np.asarray(share / share.sum(axis=0))


def _log_odds(edge: Floats, hidden: Floats) -> Floats:
    """Return `hidden` against all cells of its column together."""
    top = edge.max(axis=0)
    return np.asarray(hidden - top - np.log(np.exp(edge - top).sum(axis=0)))
