"""Where bones lie under skin and cloth, read by small convolutional networks.

The landmark model sees the whole body in 256 cells and answers for a raised shoulder almost as for a level
one. These networks read an upright crop of shoulders and head in cells of 0.005 body units (7 mm on an
adult), with the silhouette as a fourth colour, and say where the points of `GROUPS` lie: the mean over a heat
map (soft argmax; Nibali 2018, "Numerical coordinate regression"). A point that is hidden is placed where such
bodies have it.

They were trained on rendered people by benchmarks/accuracy/train_points.py. A crop from the front or the
back is read together with its mirror image, so that a mirrored photo gives mirrored points.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats
from levelback.metrics.unet import Cells, Networks, as_input, places
from levelback.pose.joints import Joint

STEP = 0.005
"""Width of a cell, body units."""

ROWS, COLUMNS = 96, 112
"""Size of a crop in cells."""

_TOP = 0.32
"""Upper edge of the crop above the shoulders, body units."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PointGroup:
    """What one network finds.

    pairs     stems of points with a left and a right one (side views: a near and a far one)
    singles   points in the middle; ``x_middle`` is half way between both x in space
    """

    pairs: tuple[str, ...]
    singles: tuple[str, ...] = ()

    def names(self, *, frontal: bool) -> tuple[str, ...]:
        """Return the names in the order of the network's maps."""
        first, second = ("left", "right") if frontal else ("near", "far")
        return (*chain.from_iterable((f"{p}_{first}", f"{p}_{second}") for p in self.pairs), *self.singles)

    def mirrored(self) -> tuple[int, ...]:
        """Return which point of a mirrored crop each one is."""
        paired = 2 * len(self.pairs)
        return (*(i ^ 1 for i in range(paired)), *range(paired, paired + len(self.singles)))


AHEAD_M = 0.25
"""How far ahead of a body the points lie that tell how far it is turned, metres."""

_PAIRS = ("acromion", "ear", "shoulder")
GROUPS = {
    "frontal": PointGroup(pairs=_PAIRS, singles=("c7", "shoulder_ahead")),
    "side": PointGroup(pairs=_PAIRS, singles=(*(f"{one}_middle" for one in _PAIRS), "c7")),
}
"""Skin over the acromia, the ears and C7; centres of the shoulder joints; and a point `AHEAD_M` before the
middle of the shoulders (behind it in back views), straight ahead as the subject stands."""


def find_skin_points(
    image: NDArray[np.uint8], silhouette: NDArray[np.uint8], body: Body, networks: Networks
) -> dict[str, Floats]:
    """Return (2,) body-frame positions by name, see `GROUPS`.

    image, silhouette   (height, width, 3) RGB and (height, width), uint8
    """
    group = "frontal" if body.view.frontal else "side"
    x, y = crop_corner(body)
    cells = _read(as_input(cut(image, silhouette, body), body.view), group, networks)
    points = np.array([x, y]) + cells * [STEP, -STEP]
    return dict(zip(GROUPS[group].names(frontal=body.view.frontal), points, strict=True))


def cut(image: NDArray[np.uint8], silhouette: NDArray[np.uint8], body: Body) -> NDArray[np.uint8]:
    """Return the (rows, columns, 4) crop round shoulders and head: colours and silhouette."""
    x, y = crop_corner(body)
    window = (x, x + COLUMNS * STEP), (y - ROWS * STEP, y), STEP
    return np.dstack([resample(one, body, *window) for one in (image, silhouette)])


def crop_corner(body: Body) -> tuple[float, float]:
    """Return the crop's upper corner with the smallest X, body units."""
    x, y = body.middle(Joint.LEFT_SHOULDER)
    return float(x) - COLUMNS * STEP / 2, float(y) + _TOP


def _read(crop: Cells, group: str, networks: Networks) -> Floats:
    """Return (k, 2) columns and rows of a group's points; frontal: the mean over both mirror images."""
    if group != "frontal":
        return np.asarray(places(networks.maps(group, crop, mirrored=False))[0])
    return read_both_ways(networks.maps(group, crop, mirrored=True), GROUPS[group])


def read_both_ways(maps: Cells, group: PointGroup) -> Floats:
    """Return (k, 2) columns and rows of a group's points, the mean over a crop and its mirror image.

    maps   (k, 2, rows, columns): plain and mirrored
    """
    plain, mirrored = places(maps)
    return np.asarray((plain + (mirrored[list(group.mirrored())] * [-1, 1] + [COLUMNS, 0])) / 2)
