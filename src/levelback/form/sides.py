"""What tells the working side of a pose."""

from __future__ import annotations

import math
from collections.abc import Callable

from levelback.form.body import LEFT, Body


def upper(body: Body) -> float:
    """Left above right, of hips and shoulders together."""
    return (
        sum(body.points[LEFT[p] + 1][1] - body.points[LEFT[p]][1] for p in ("hip", "shoulder")) / body.trunk
    )


def lower(body: Body) -> float:
    """Right above left, of hips and shoulders together."""
    return -upper(body)


def rear(body: Body) -> float:
    """Left behind right, of knees and ankles."""
    return -ahead(body)


def ahead(body: Body) -> float:
    """Left ahead of right, of knees and ankles."""
    gap = sum(body.points[LEFT[p]][0] - body.points[LEFT[p] + 1][0] for p in ("knee", "ankle"))
    return gap * (1.0 if body.front >= 0 else -1.0) / body.trunk


def nearer(body: Body) -> float:
    """Left ankle below the right one in the picture."""
    return (body.points[LEFT["ankle"]][1] - body.points[LEFT["ankle"] + 1][1]) / body.trunk


def crossed(body: Body) -> float:
    """Left ankle nearer to the right knee than the right ankle is to the left knee."""
    left = math.dist(body.points[LEFT["ankle"]], body.points[LEFT["knee"] + 1])
    right = math.dist(body.points[LEFT["ankle"] + 1], body.points[LEFT["knee"]])
    return (right - left) / body.trunk


WORKING: dict[str, Callable[[Body], float]] = {
    one.__name__: one for one in (upper, lower, rear, ahead, nearer, crossed)
}
"""What tells the working side of a pose: positive left, negative right, near 0 not clear."""
LYING = {"upper": -1.0, "lower": 1.0}
"""Of those, the sign of somebody who lies on the side, chest to the camera, with the head to the right."""
