"""Where bones lie under skin and cloth, read by small convolutional networks.

The landmark model sees the whole body in 256 cells and answers for a raised shoulder almost as for a level
one. These networks read an upright crop of shoulders and head in cells of 0.005 body units (7 mm on an
adult), with the silhouette as a fourth colour, and say where the points of `GROUPS` lie: the mean over a heat
map (soft argmax; Nibali 2018, "Numerical coordinate regression"). A point that is hidden is placed where such
bodies have it.

They were trained on rendered people by benchmarks/accuracy/train_points.py, in two halves of the bodies; the
answer is the mean of both. A crop from the front or the back is read together with its mirror image, so that
a mirrored photo gives mirrored points.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from levelback.metrics.body import Body, resample
from levelback.metrics.geometry import Floats
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View

Cells = NDArray[np.float32]

STEP = 0.005
"""Width of a cell, body units."""

ROWS, COLUMNS = 96, 112
"""Size of a crop in cells."""

_TOP = 0.32
"""Upper edge of the crop above the shoulders, body units."""


class Half(StrEnum):
    """The half of the fitted bodies, by the parity of their number, that a network was trained on."""

    EVEN = "even"
    ODD = "odd"


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


_PAIRS = ("acromion", "ear", "shoulder")
GROUPS = {
    "frontal": PointGroup(pairs=_PAIRS, singles=("c7",)),
    "side": PointGroup(pairs=_PAIRS, singles=(*(f"{one}_middle" for one in _PAIRS), "c7")),
}
"""Skin over the acromia, the ears and C7; centres of the shoulder joints."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Networks:
    """The fitted networks: group -> half -> layer -> (weights (out, in, k, k), bias (out,))."""

    layers: dict[str, dict[Half, dict[str, tuple[Cells, Cells]]]]

    def without(self, half: Half) -> Networks:
        """Return the networks that have not seen the bodies of `half`."""
        kept = {
            group: {key: net for key, net in nets.items() if key is not half}
            for group, nets in self.layers.items()
        }
        return Networks(layers=kept)


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


def as_input(patch: NDArray[np.uint8], view: View) -> Cells:
    """Return (5, rows, columns) of a (rows, columns, 4) crop: colours, silhouette, whether it is a back."""
    scaled = patch.astype(np.float32).transpose(2, 0, 1)
    back = np.full((1, *patch.shape[:2]), 1.0 if view is View.BACK else -1.0, np.float32)
    return np.concatenate([scaled[:3] / 64 - 2, scaled[3:] / 127.5 - 1, back])


def _read(crop: Cells, group: str, networks: Networks) -> Floats:
    """Return (k, 2) columns and rows of a group's points, the mean over halves and mirror images."""
    frontal = group == "frontal"
    batch = np.stack([crop, crop[..., ::-1]] if frontal else [crop], axis=1)
    answers = []
    for layers in networks.layers[group].values():
        cells = _places(_maps(batch, layers))
        answer = cells[0]
        if frontal:
            pairs = np.arange(2 * len(GROUPS[group].pairs)).reshape(-1, 2)[:, ::-1].ravel()
            order = [*pairs, *range(len(pairs), cells.shape[1])]
            # Plain and mirrored are added first, so that their order leaves no trace in the last digit.
            answer = (answer + (cells[1, order] * [-1, 1] + [COLUMNS, 0])) / 2
        answers.append(answer)
    return np.asarray(np.mean(answers, axis=0), dtype=np.float64)


def _maps(x: Cells, layers: dict[str, tuple[Cells, Cells]]) -> Cells:
    """Return (k, n, rows / 2, columns / 2) heat maps of (channels, n, rows, columns): a small U-Net."""
    a = _convolved(x, *layers["c1"], stride=2)
    b = _convolved(a, *layers["c2"], stride=2)
    c = _convolved(b, *layers["c3"], stride=2)
    d = _convolved(_convolved(c, *layers["c4"], stride=2), *layers["c5"])
    for name, skip in (("u3", c), ("u2", b), ("u1", a)):
        d = _convolved(np.concatenate([d.repeat(2, axis=2).repeat(2, axis=3), skip]), *layers[name])
    weights, bias = layers["m"]
    return np.asarray(np.tensordot(weights[:, :, 0, 0], d, axes=1) + bias[:, None, None, None])


def _convolved(x: Cells, weights: Cells, bias: Cells, stride: int = 1) -> Cells:
    """Return the 3 × 3 convolution of (channels, n, rows, columns), rectified."""
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = sliding_window_view(padded, (3, 3), axis=(2, 3))[:, :, ::stride, ::stride]
    product = np.tensordot(weights, windows, axes=([1, 2, 3], [0, 4, 5]))
    return np.asarray(np.maximum(product + bias[:, None, None, None], 0))


def _places(maps: Cells) -> Floats:
    """Return (n, k, 2) columns and rows, in cells of the crop, of the mean over each heat map."""
    share = np.exp(maps.astype(np.float64) - maps.max(axis=(2, 3), keepdims=True))
    share /= share.sum(axis=(2, 3), keepdims=True)
    across, down = (2 * np.arange(size) + 1.0 for size in (maps.shape[3], maps.shape[2]))
    columns, rows = (share.sum(axis=2) * across).sum(axis=-1), (share.sum(axis=3) * down).sum(axis=-1)
    return np.stack([columns, rows], axis=-1).transpose(1, 0, 2)


@cache
def load_networks() -> Networks:
    """Return the networks that come with this version; weights are stored as bytes with a scale."""
    with (files("levelback.metrics") / "data" / "skin_points.npz").open("rb") as file:
        return read_networks(file)


def read_networks(file: IO[bytes] | Path) -> Networks:
    """Return the networks of a file that benchmarks/accuracy/train_points.py wrote."""
    layers: dict[str, dict[Half, dict[str, tuple[Cells, Cells]]]] = {}
    with np.load(file) as parts:
        for key in parts.files:
            stem, _, part = key.rpartition(":")
            if part == "weights":
                group, half, layer = stem.split(":")
                weights = parts[key].astype(np.float32) * parts[f"{stem}:scale"][:, None, None, None]
                layers.setdefault(group, {}).setdefault(Half(half), {})[layer] = (
                    weights,
                    parts[f"{stem}:bias"],
                )
    return Networks(layers=layers)
