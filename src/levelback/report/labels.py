"""Puts labels into the picture where they cover neither the face, nor the body, nor each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from levelback.report.fonts import SEMIBOLD

SHIFTS = (0.0, 0.6, -0.6, 0.9, -0.9, 1.4, -1.4, 2.0, -2.0)
"""Heights to try above and below the place, in heights of the label."""
DISTANCE_COST = 4.0
"""Covered points that a label may cost to stand one height nearer to its line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """Text that belongs to a line through `at`, which reaches `reach` to both sides, all in data units."""

    text: str
    at: tuple[float, float]
    reach: float


def place_labels(axes: Axes, labels: Sequence[Label], keep_clear: NDArray[np.float64]) -> None:
    """Draw each label beside its line, where it covers the fewest of the (N, 2) points `keep_clear`.

    The text is 3.3 % of the picture's width high, so that it can be read on a phone.
    """
    lines = [_line_points(label) for label in labels for _ in range(3)]
    clear = np.concatenate([keep_clear, *lines])
    points = axes.transData.transform(clear[np.isfinite(clear).all(axis=1)])
    taken: list[Bbox] = []
    for label in labels:
        text = _draw(axes, label)
        size = text.get_window_extent()
        boxes = list(_candidates(axes, label, size))
        middle = axes.transData.transform(label.at)[1]
        box = min(boxes, key=lambda box: _cost(box, middle, points, taken))
        x, y = axes.transData.inverted().transform((box.x0, box.y0))
        text.set_position((float(x), float(y)))
        taken.append(box)


def _draw(axes: Axes, label: Label) -> Text:
    size = 0.033 * min(axes.bbox.width, 0.75 * axes.bbox.height) * 72 / axes.figure.dpi
    return axes.text(
        *label.at,
        label.text,
        color="white",
        fontproperties=FontProperties(fname=str(SEMIBOLD), size=size),
        linespacing=1.35,
        va="bottom",
        ha="left",
        bbox={"boxstyle": "round,pad=0.45", "facecolor": "#10202b", "alpha": 0.82, "linewidth": 0},
    )


def _candidates(axes: Axes, label: Label, size: Bbox) -> list[Bbox]:
    """Return boxes for the text, in screen pixels, at both ends of its line and inside the picture."""
    frame, pad = axes.bbox, 0.35 * size.height
    x, y = axes.transData.transform(label.at)
    reach = abs(axes.transData.transform((label.at[0] + label.reach, label.at[1]))[0] - x)
    boxes = []
    for shift, right in product(SHIFTS, (True, False)):
        left = x + reach + pad if right else x - reach - pad - size.width
        left = min(max(left, frame.x0 + pad), frame.x1 - pad - size.width)
        bottom = y + shift * size.height - size.height / 2
        bottom = min(max(bottom, frame.y0 + pad), frame.y1 - pad - size.height)
        boxes.append(Bbox.from_bounds(left, bottom, size.width, size.height))
    return boxes


def _line_points(label: Label) -> NDArray[np.float64]:
    """Return (15, 2) points along the line that the label belongs to."""
    x, y = label.at
    return np.stack([np.linspace(x - label.reach, x + label.reach, 15), np.full(15, y)], axis=1)


def _cost(box: Bbox, middle: float, points: NDArray[np.float64], taken: Sequence[Bbox]) -> float:
    distance = DISTANCE_COST * abs((box.y0 + box.y1) / 2 - middle) / box.height
    room = box.padded(0.15 * box.height)
    (x0, y0), (x1, y1) = room.min, room.max
    inside = (points[:, 0] > x0) & (points[:, 0] < x1) & (points[:, 1] > y0) & (points[:, 1] < y1)
    overlaps = sum(room.overlaps(other.padded(0.2 * box.height)) for other in taken)
    return float(distance + inside.sum() + 1000 * overlaps)
