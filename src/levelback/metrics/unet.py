"""Small convolutional networks (U-Nets; Ronneberger 2015) that read crops of the body, in plain NumPy.

They were trained by benchmarks/accuracy on rendered people that no other part of the calibration has seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from levelback.metrics.geometry import Floats
from levelback.pose.landmarks import View

Cells = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Networks:
    """The fitted networks: group -> layer -> (weights (out, in, k, k), bias (out,))."""

    layers: dict[str, dict[str, tuple[Cells, Cells]]]

    def maps(self, group: str, crop: Cells, *, mirrored: bool) -> Cells:
        """Return the maps (k, n, rows / 2, columns / 2) of one group's network.

        crop       (5, rows, columns), see `as_input`
        mirrored   read the mirror image as well: then n is 2, else 1
        """
        batch = np.stack([crop, crop[..., ::-1]] if mirrored else [crop], axis=1)
        return _maps(batch, self.layers[group])


def as_input(patch: NDArray[np.uint8], view: View) -> Cells:
    """Return (5, rows, columns) of a (rows, columns, 4) crop: colours, silhouette, whether it is a back."""
    scaled = patch.astype(np.float32).transpose(2, 0, 1)
    back = np.full((1, *patch.shape[:2]), 1.0 if view is View.BACK else -1.0, np.float32)
    return np.concatenate([scaled[:3] / 64 - 2, scaled[3:] / 127.5 - 1, back])


def places(maps: Cells) -> Floats:
    """Return (n, k, 2) columns and rows, in cells of the crop, of the mean over each heat map."""
    share = np.exp(maps.astype(np.float64) - maps.max(axis=(2, 3), keepdims=True))
    share /= share.sum(axis=(2, 3), keepdims=True)
    across, down = (2 * np.arange(size) + 1.0 for size in (maps.shape[3], maps.shape[2]))
    columns, rows = (share.sum(axis=2) * across).sum(axis=-1), (share.sum(axis=3) * down).sum(axis=-1)
    return np.stack([columns, rows], axis=-1).transpose(1, 0, 2)


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


@cache
def load_networks() -> Networks:
    """Return the networks that come with this version; weights are stored as bytes with a scale."""
    with (files("levelback.metrics") / "data" / "networks.npz").open("rb") as file:
        return read_networks(file)


def read_networks(file: IO[bytes] | Path) -> Networks:
    """Return the networks of a file that benchmarks/accuracy/train_points.py wrote."""
    layers: dict[str, dict[str, tuple[Cells, Cells]]] = {}
    with np.load(file) as parts:
        for key in parts.files:
            stem, _, part = key.rpartition(":")
            if part == "weights":
                group, layer = stem.split(":")
                weights = parts[key].astype(np.float32) * parts[f"{stem}:scale"][:, None, None, None]
                layers.setdefault(group, {})[layer] = weights, parts[f"{stem}:bias"]
    return Networks(layers=layers)
