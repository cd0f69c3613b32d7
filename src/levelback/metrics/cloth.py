"""What tells a waistband from other lines across the hips: the traits of each line of cloth.

Between skin and cloth a line is the edge of a garment; between two colours of cloth it may be a waistband or
a hem, and its height and the colours of chest and thighs say which. A fold has one cloth on both sides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body
from levelback.metrics.geometry import Floats
from levelback.metrics.hips import HipReading
from levelback.metrics.waistband import ClothLine, HipPatch
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View

TRAITS = (
    "contrast",
    "agreement",
    "height",
    "height_squared",
    "sag",
    "sag_size",
    "scatter",
    "support",
    "reach",
    "beside_clearest",
    "skin_above",
    "skin_below",
    "chest_above",
    "chest_below",
    "thigh_above",
    "thigh_below",
    "uneven_above",
    "uneven_below",
    "change_above",
    "change_below",
    "lighter_above",
    "trunk_width",
    "parallel",
    "clearer_below",
    "clearer_above",
    "read",
    "hidden",
    "by_network",
)
"""All even in a mirror. Colour traits are distances of log colours; `parallel` and `clearer_…` compare a line
with the others of the picture. `read` says how sure the network of `hips` is that the waistband runs here,
`hidden` that cloth hides it, `by_network` is 1 where the line is the network's own arc and 0 elsewhere."""

_NEAR, _FAR = (3, 9), (12, 24)
"""Rows beside a line that are read as near and far."""
_SPOT = 0.012
_PARALLEL_DEG, _BAND = 1.0, 0.05
"""Lines within this slope and height of each other may be the two edges of one band."""


def line_traits(
    lines: list[ClothLine],
    image: NDArray[np.uint8],
    body: Body,
    patch: HipPatch,
    edges: Floats,
    reading: HipReading | None = None,
) -> Floats:
    """Return (lines, traits) of the lines found in `patch`; NaN for what a missing `reading` would say.

    edges   (2,) X of the trunk's right and left edge at the hips, body units
    """
    if not lines:
        return np.zeros((0, len(TRAITS)))
    skin, chest, thighs = _reference_colors(image, body)
    logs = _log(patch.smooth)
    arcs = np.rint(np.stack([line.rows for line in lines])).astype(int)
    above, uneven_above = _strips(logs, patch, arcs, -_NEAR[1], -_NEAR[0])
    below, uneven_below = _strips(logs, patch, arcs, _NEAR[0] + 1, _NEAR[1] + 1)
    far_above, _ = _strips(logs, patch, arcs, -_FAR[1], -_FAR[0])
    far_below, _ = _strips(logs, patch, arcs, _FAR[0] + 1, _FAR[1] + 1)
    contrast, agreement, slope, sag, height = np.array(
        [(line.contrast, line.agreement, line.slope_deg, line.sag, line.height) for line in lines]
    ).T
    raised = 10.0 * (height - 0.05)
    return np.column_stack(
        [
            np.log1p(contrast) - 3.0,
            10.0 * (agreement - 0.9),
            raised,
            raised**2,
            sag,
            np.abs(sag),
            [line.scatter for line in lines],
            [line.support for line in lines],
            [line.reach for line in lines],
            np.log((contrast + 1) / (contrast.max() + 1)),
            _apart(above, skin),
            _apart(below, skin),
            _apart(above, chest),
            _apart(below, chest),
            _apart(above, thighs),
            _apart(below, thighs),
            uneven_above,
            uneven_below,
            _apart(above, far_above[:, None]),
            _apart(below, far_below[:, None]),
            above.mean(axis=1) - below.mean(axis=1),
            np.full(len(lines), edges[1] - edges[0]),
            *_beside(contrast * agreement**2, slope, height),
            [np.nan if reading is None else reading.along(*patch.place(line.rows)) for line in lines],
            np.full(len(lines), np.nan if reading is None else reading.hidden_there(edges)),
            np.zeros(len(lines)),
        ]
    )


def _beside(clearness: Floats, slope_deg: Floats, height: Floats) -> tuple[Floats, Floats, Floats]:
    """Return how clear the parallel neighbours, the lines below and the lines above are beside each line."""
    higher = height - height[:, None]  # (line, other)
    band = (np.abs(slope_deg - slope_deg[:, None]) < _PARALLEL_DEG) & (np.abs(higher) < _BAND)
    parallel = np.where(band & ~np.eye(len(height), dtype=bool), clearness, 0.0).sum(axis=1)
    below = np.where(higher < -0.004, clearness, 0.0).max(axis=1)
    above = np.where(higher > 0.004, clearness, 0.0).max(axis=1)
    own = clearness + 1
    return np.log1p(parallel / own), np.log1p(below / own), np.log1p(above / own)


def _log(color: Floats) -> Floats:
    return np.log(color + 12.0)


def _apart(colors: Floats, references: Floats) -> Floats:
    """Return the distances of log colours (lines, 3) to the nearest of ([lines,] n, 3) references.

    Lightness counts less than hue.
    """
    difference = references - colors[:, None]
    grey = difference.mean(axis=-1)
    hue = np.square(difference - grey[..., None]).sum(axis=-1)
    return np.asarray(np.sqrt(hue + 0.15 * grey**2).min(axis=-1))


def _strips(
    logs: Floats, patch: HipPatch, arcs: NDArray[np.int64], low: int, high: int
) -> tuple[Floats, Floats]:
    """Return the mean log colour (lines, 3) of rows `low`…`high` below each arc, and how uneven it is.

    arcs   (lines, columns) nearest row of each line in the patch
    """
    rows = np.clip(arcs[..., None] + np.arange(low, high), 0, len(logs) - 1)
    along = logs[rows, patch.columns[:, None]].mean(axis=2)
    mean = along.mean(axis=1)
    return mean, np.sqrt(np.square(along - mean[:, None]).sum(axis=2).mean(axis=1))


def _reference_colors(image: NDArray[np.uint8], body: Body) -> tuple[Floats, Floats, Floats]:
    """Return log colours (n, 3) of the skin (face and forearms), the chest and the thighs."""

    def between(a: Joint, b: Joint, share: float) -> Floats:
        return _spot(image, body, (1 - share) * body[a] + share * body[b])

    skin = [
        between(Joint.LEFT_ELBOW, Joint.LEFT_WRIST, 0.6),
        between(Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST, 0.6),
    ]
    if body.view is View.FRONT:
        skin += [
            between(Joint.NOSE, Joint.MOUTH_LEFT, 0.3),
            between(Joint.NOSE, Joint.MOUTH_RIGHT, 0.3),
        ]
    middle = 0.65 * body.middle(Joint.LEFT_SHOULDER) + 0.35 * body.middle(Joint.LEFT_HIP)
    thighs = [
        between(Joint.LEFT_HIP, Joint.LEFT_KNEE, 0.35),
        between(Joint.RIGHT_HIP, Joint.RIGHT_KNEE, 0.35),
    ]
    return _log(np.array(skin)), _log(_spot(image, body, middle))[None], _log(np.array(thighs))


def _spot(image: NDArray[np.uint8], body: Body, point: Floats) -> Floats:
    """Return the median colour (3,) of the picture around a point of the body frame."""
    x, y = body.to_picture[:, :2] @ point + body.to_picture[:, 2]
    reach = max(1.0, _SPOT * body.scale_px)
    height, width = image.shape[:2]
    left, top = int(np.clip(x - reach, 0, width - 1)), int(np.clip(y - reach, 0, height - 1))
    right, bottom = int(np.clip(x + reach, left, width - 1)), int(np.clip(y + reach, top, height - 1))
    return np.asarray(np.median(image[top : bottom + 1, left : right + 1].reshape(-1, 3), axis=0))
