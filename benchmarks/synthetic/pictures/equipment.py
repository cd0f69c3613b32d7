"""What an exercise needs: mats, chairs, weights, bands, walls, as plain clean meshes.

A place is (x, y, z) in metres, or the name of an anchor of `pose`, or a table with ``anchor`` and ``plus``:
what a hand holds moves with it. Every maker takes the placed joints (B, 3) and its settings in the data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.synthetic.body import Floats
from benchmarks.synthetic.face import grid_faces, linear
from benchmarks.synthetic.furniture import Color, boxes, moved
from benchmarks.synthetic.limbs import LETTER, joint
from benchmarks.synthetic.pictures.pose import anchor
from benchmarks.synthetic.posture import turn
from benchmarks.synthetic.scene import Layer, Surface

MAT_M = 0.008
SEAT_M = 0.45
"""Height of a chair's seat over the floor."""
MAT, WOOD, FRAME, METAL, RUBBER, CLOTH, WALL, BAND = (
    linear(code) for code in ("7f9d98", "c9a77c", "8d8f92", "5b6166", "33383d", "f3efe6", "cfcabf", "8e5aa8")
)


def make(kind: str, joints: Floats, settings: dict[str, Any]) -> tuple[Surface, ...]:
    """Return the surfaces of one piece of equipment of a kind in `KINDS`."""
    return KINDS[kind](joints, **settings)


def place(joints: Floats, value: Any) -> Floats:
    """Return the (3,) place that `value` names."""
    if isinstance(value, str):
        return anchor(joints, value)
    if isinstance(value, dict):
        return anchor(joints, value["anchor"]) + np.array(value.get("plus", (0.0, 0.0, 0.0)))
    return np.array(value, dtype=np.float64)


# --- meshes --------------------------------------------------------------------------------------


def tube(
    name: str, path: Floats, radius: float, color: Color, *, closed: bool = False, roughness: float = 0.5
) -> Surface:
    """Return a round tube along the points (N, 3) of `path`, with flat ends or `closed` to a ring."""
    ahead = np.roll(path, -1, axis=0) - np.roll(path, 1, axis=0)
    if not closed:
        ahead[0], ahead[-1] = path[1] - path[0], path[-1] - path[-2]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    aside = np.cross(ahead, np.eye(3)[np.argmin(np.abs(ahead).max(axis=0))])
    aside /= np.linalg.norm(aside, axis=1, keepdims=True)
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    ring = np.cos(angle)[:, None, None] * aside - np.sin(angle)[:, None, None] * np.cross(ahead, aside)
    rows = path + radius * ring  # (28, N, 3)
    rows = rows.transpose(1, 0, 2)
    if closed:
        rows = np.concatenate([rows, rows[:1]])
    else:
        flat = [path[:1, None] + share * (rows[:1] - path[:1, None]) for share in (0.01, 0.96)]
        end = [path[-1:, None] + share * (rows[-1:] - path[-1:, None]) for share in (0.96, 0.01)]
        rows = np.concatenate([*flat, rows, *end])
    vertices = rows.reshape(-1, 3)
    return _surface(name, vertices, grid_faces(len(rows), 28, closed=True), color, roughness)


def bar(
    name: str, start: Floats, end: Floats, radius: float, color: Color, roughness: float = 0.5
) -> Surface:
    """Return a straight round bar."""
    steps = np.linspace(0, 1, max(3, int(np.linalg.norm(end - start) / 0.05)))[:, None]
    return tube(name, start + steps * (end - start), radius, color, roughness=roughness)


def _surface(name: str, vertices: Floats, faces: Any, color: Color, roughness: float) -> Surface:
    paint = Layer(name="paint", field=np.ones(len(vertices)), color=color, roughness=roughness)
    return Surface(name=name, vertices=vertices, faces=faces, layers=(paint,))


def _turned(surface: Surface, at: Any, yaw: float) -> Surface:
    spun = moved(surface, turn(yaw=yaw))
    return Surface(
        name=spun.name, vertices=spun.vertices + np.array([at[0], at[1], 0.0]), faces=spun.faces, layers=spun.layers,
        smooth=spun.smooth,
    )  # fmt: skip


def _legs(half: float, height: float) -> list[Surface]:
    return [
        bar("leg", np.array([x, y, 0.0]), np.array([0.93 * x, 0.93 * y, height]), 0.014, FRAME)
        for x in (-half, half)
        for y in (-half, half)
    ]


# --- kinds ---------------------------------------------------------------------------------------


def _mat(_: Floats, *, at: Any = (0.0, 0.0), size: Any = (0.66, 1.85)) -> tuple[Surface, ...]:
    (x, y), (wide, long) = at, (size[0] / 2, size[1] / 2)
    return (boxes("mat", [((x - wide, y - long, -MAT_M), (x + wide, y + long, 0.0))], MAT, roughness=0.9),)


def _chair(_: Floats, *, at: Any, yaw: float = 0.0) -> tuple[Surface, ...]:
    """A chair; the one who sits on it looks towards −y before it is turned by `yaw`."""
    half, top = 0.21, SEAT_M
    parts = [boxes("seat", [((-half, -half, top - 0.03), (half, half, top))], WOOD), *_legs(0.19, top - 0.03)]
    posts = [
        bar("post", np.array([x, 0.195, top - 0.03]), np.array([x, 0.235, 0.86]), 0.013, FRAME)
        for x in (-0.18, 0.18)
    ]
    back = boxes("back", [((-half, 0.21, 0.66), (half, 0.24, 0.88))], WOOD)
    return tuple(_turned(part, at, yaw) for part in [*parts, *posts, back])


def _step(_: Floats, *, at: Any, size: Any = (0.7, 0.32), height: float = 0.16) -> tuple[Surface, ...]:
    (x, y), (wide, deep) = at, (size[0] / 2, size[1] / 2)
    return (
        boxes("step", [((x - wide, y - deep, 0.0), (x + wide, y + deep, height - 0.02))], FRAME),
        boxes("tread", [((x - wide, y - deep, height - 0.02), (x + wide, y + deep, height))], MAT, 0.9),
    )


def _wall(_: Floats, *, at: Any, size: Any, height: float = 2.1) -> tuple[Surface, ...]:
    (x, y), (wide, deep) = at, (size[0] / 2, size[1] / 2)
    return (boxes("wall", [((x - wide, y - deep, 0.0), (x + wide, y + deep, height))], WALL, 0.9),)


def _door(_: Floats, *, y: float, half: float) -> tuple[Surface, ...]:
    frame = [
        ((-half - 0.09, y - 0.05, 0.0), (-half, y + 0.05, 2.05)),
        ((half, y - 0.05, 0.0), (half + 0.09, y + 0.05, 2.05)),
        ((-half - 0.09, y - 0.05, 2.05), (half + 0.09, y + 0.05, 2.14)),
    ]
    return (boxes("door frame", frame, WOOD),)


def _dumbbell(joints: Floats, *, hand: str, size: float = 1.0) -> tuple[Surface, ...]:
    middle, along = _grip(joints, hand)
    parts = [bar("handle", middle - 0.07 * along, middle + 0.07 * along, 0.014, METAL, 0.3)]
    for out in (-1, 1):
        inner, outer = middle + out * 0.06 * along, middle + out * (0.06 + 0.075 * size) * along
        parts.append(bar("weight", inner, outer, 0.045 * size, RUBBER))
    return tuple(parts)


def _grip(joints: Floats, side: str) -> tuple[Floats, Floats]:
    """Return the middle of a closed hand, and the direction across it."""
    letter = LETTER[side]
    first, last, tip = (joint(joints, f"finger{bone}.{letter}") for bone in ("2-1", "5-1", "3-3"))
    along = first - last
    return (first + last + 2 * tip) / 4, along / np.linalg.norm(along)


def _handle(joints: Floats, *, hand: str, pulley: Any) -> tuple[Surface, ...]:
    """A single handle on a cable that runs to a pulley."""
    middle, along = _grip(joints, hand)
    up = place(joints, pulley) - middle
    ring = middle + 0.11 * up / np.linalg.norm(up)
    ends = [middle + out * 0.06 * along for out in (-1, 1)]
    return (
        bar("grip", ends[0], ends[1], 0.014, RUBBER),
        *(bar("strap", end, ring, 0.005, METAL) for end in ends),
        bar("cable", ring, place(joints, pulley), 0.005, RUBBER),
    )


def _tower(_: Floats, *, at: Any, height: float = 2.15, reach: float = 0.5) -> tuple[Surface, ...]:
    """The post of a cable machine, with an arm that carries the pulley towards −y."""
    x, y = at
    pulley = np.array([x, y - reach, height - 0.06])
    post = [
        ((x - 0.05, y, 0.0), (x + 0.05, y + 0.10, height)),
        ((x - 0.3, y - 0.1, 0.0), (x + 0.3, y + 0.3, 0.04)),
    ]
    arm = [((x - 0.03, y - reach - 0.03, height - 0.04), (x + 0.03, y + 0.05, height + 0.03))]
    weights = [((x - 0.12, y - 0.06, 0.06), (x + 0.12, y, 0.55))]
    side = np.array([0.02, 0.0, 0.0])
    return (
        boxes("post", post + arm, FRAME), boxes("stack", weights, RUBBER),
        bar("wheel", pulley - side, pulley + side, 0.05, RUBBER),
    )  # fmt: skip


def _barbell(joints: Floats, *, hand: str, pivot: Any) -> tuple[Surface, ...]:
    """A bar that stands on the floor at `pivot`, its other end in a hand, with a plate below the hand."""
    middle, _ = _grip(joints, hand)
    low = place(joints, pivot)
    along = (middle - low) / np.linalg.norm(middle - low)
    disc = middle - 0.24 * along
    return (
        bar("bar", low, middle + 0.05 * along, 0.014, METAL, 0.3),
        bar("sleeve", middle - 0.26 * along, middle + 0.08 * along, 0.019, METAL, 0.3),
        bar("plate", disc, disc + 0.045 * along, 0.13, RUBBER),
        boxes(
            "anchor", [((low[0] - 0.08, low[1] - 0.08, 0.0), (low[0] + 0.08, low[1] + 0.08, 0.04))], RUBBER
        ),
    )


def _ball(joints: Floats, *, at: Any, radius: float = 0.035) -> tuple[Surface, ...]:
    up, around = np.linspace(0.02, np.pi - 0.02, 24), np.linspace(0, 2 * np.pi, 32, endpoint=False)
    flat = np.sin(up)[:, None]
    points = [flat * np.cos(around), flat * np.sin(around), np.broadcast_to(np.cos(up)[:, None], (24, 32))]
    vertices = place(joints, at) + radius * np.stack(points, -1).reshape(-1, 3)
    return (_surface("ball", vertices, grid_faces(24, 32, closed=True), BAND, 0.7),)


def _roll(joints: Floats, *, start: Any, end: Any, radius: float, cloth: bool = False) -> tuple[Surface, ...]:
    """A foam roller, or a rolled towel."""
    color = CLOTH if cloth else BAND
    return (bar("roll", place(joints, start), place(joints, end), radius, color, 0.9),)


def _stick(joints: Floats, *, start: Any, end: Any) -> tuple[Surface, ...]:
    return (bar("stick", place(joints, start), place(joints, end), 0.013, WOOD),)


def _towel(_: Floats, *, at: Any, size: Any = (0.5, 0.3), thick: float = 0.008) -> tuple[Surface, ...]:
    (x, y), (wide, deep) = at, (size[0] / 2, size[1] / 2)
    return (boxes("towel", [((x - wide, y - deep, 0.0), (x + wide, y + deep, thick))], CLOTH, 0.95),)


def _band(joints: Floats, *, start: Any, end: Any) -> tuple[Surface, ...]:
    """A band that is stretched between two places."""
    return (bar("band", place(joints, start), place(joints, end), 0.008, BAND, 0.8),)


def _loop(
    joints: Floats, *, around: str, plus: Any = (0.0, 0.0, 0.06), radius: float = 0.055
) -> tuple[Surface, ...]:
    """A loop band around both legs."""
    left, right = (anchor(joints, f"{around}_{side}") + np.array(plus) for side in ("left", "right"))
    across = (left - right) / np.linalg.norm(left - right)
    ahead = np.cross([0.0, 0.0, 1.0], across)
    angle = np.linspace(-np.pi / 2, np.pi / 2, 16)[:, None]
    caps = [
        middle + radius * sign * (np.cos(angle) * across + np.sin(angle) * ahead)
        for middle, sign in ((left, 1.0), (right, -1.0))
    ]
    path = np.concatenate(caps)[::-1]
    rows = np.stack([path + np.array([0.0, 0.0, up]) for up in (-0.022, 0.0, 0.022)])
    return (_surface("loop", rows.reshape(-1, 3), grid_faces(3, len(path), closed=True), BAND, 0.8),)


KINDS: dict[str, Callable[..., tuple[Surface, ...]]] = {
    "mat": _mat, "chair": _chair, "step": _step, "wall": _wall, "door": _door, "dumbbell": _dumbbell,
    "handle": _handle, "tower": _tower, "barbell": _barbell, "ball": _ball, "roll": _roll, "stick": _stick,
    "towel": _towel, "band": _band, "loop": _loop,
}  # fmt: skip
