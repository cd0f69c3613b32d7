"""What stands or hangs at the wall of a room, as surfaces with exactly upright and level edges.

Everything is built for a wall at y = `back` that is seen from −y; `moved` turns it elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.synthetic import textures
from benchmarks.synthetic.scene import Floats, Layer, Surface
from benchmarks.synthetic.textures import Texture

Color = tuple[float, float, float]
Point = tuple[float, float, float]
Box = tuple[Point, Point]
WHITE: Color = (1.0, 1.0, 1.0)
LEFT_M = -2.4
RIGHT_M = 2.4

_BOX_CORNERS = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
_BOX_FACES = np.array([[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]])


def moved(surface: Surface, turn: Floats) -> Surface:
    """Return `surface` turned about the origin by the (3, 3) matrix `turn`."""
    return replace(surface, vertices=surface.vertices @ turn.T)


def boxes(name: str, corners: Sequence[Box], color: Color, roughness: float = 0.6) -> Surface:
    """Return boxes of one colour, each given by its lowest and its highest corner."""
    ends = np.array(corners, dtype=np.float64)
    vertices = ends[:, _BOX_CORNERS, [0, 1, 2]].reshape(-1, 3)
    faces = np.concatenate([_BOX_FACES + 8 * i for i in range(len(corners))])
    return Surface(
        name=name,
        vertices=vertices,
        faces=faces,
        layers=_paint(len(vertices), color, roughness),
        smooth=False,
    )


def panel(
    name: str,
    corner: Point,
    right: Point,
    up: Point,
    texture: Texture,
    roughness: float = 0.8,
    fit: bool = False,
) -> Surface:
    """Return the rectangle from `corner` to `right` and `up`, covered with `texture`.

    The texture keeps its size in metres and repeats; with `fit` it is stretched to fill.
    """
    start, along, across = np.array(corner), np.array(right) - corner, np.array(up) - corner
    vertices = np.array([start, start + along, start + along + across, start + across])
    wide = 1.0 if fit else float(np.linalg.norm(along)) / texture.width_m
    high = 1.0 if fit else float(np.linalg.norm(across)) / texture.height_m
    uv = np.array([[0, 0], [wide, 0], [wide, high], [0, high]])
    return Surface(
        name=name, vertices=vertices, faces=np.array([[0, 1, 2, 3]]), layers=_paint(4, WHITE, roughness),
        smooth=False, uv=uv, texture=texture.picture,
    )  # fmt: skip


def sheet(name: str, half_width_m: float, y: Floats, z: Floats, length: Floats, texture: Texture) -> Surface:
    """Return a sheet that runs along the profile (y, z) and is `half_width_m` wide to both sides."""
    count = len(y)
    vertices = np.concatenate(
        [np.stack([np.full(count, x), y, z], axis=1) for x in (-half_width_m, half_width_m)]
    )
    i = np.arange(count - 1)
    faces = np.stack([i, i + count, i + count + 1, i + 1], axis=1)
    u = np.repeat([0.0, 2 * half_width_m / texture.width_m], count)
    return Surface(
        name=name, vertices=vertices, faces=faces, layers=_paint(2 * count, WHITE, 0.9),
        uv=np.stack([u, np.tile(length / texture.height_m, 2)], axis=1), texture=texture.picture,
    )  # fmt: skip


def arrange(pieces: Sequence[str], back: float, rng: np.random.Generator) -> tuple[Surface, ...]:
    """Place the named `pieces` along the wall from left to right, without overlap."""
    surfaces: list[Surface] = []
    x = LEFT_M + float(rng.uniform(0.0, 0.8))
    for name in pieces:
        build, narrow, wide = PIECES[name]
        width = float(rng.uniform(narrow, wide))
        if x + width > RIGHT_M:
            break
        surfaces += build(x, width, back, rng)
        x += width + float(rng.uniform(0.15, 0.9))
    return tuple(surfaces)


def _paint(count: int, color: Color, roughness: float) -> tuple[Layer, ...]:
    return (Layer(name="paint", field=np.ones(count), color=color, roughness=roughness),)


def _any(rng: np.random.Generator, low: float = 0.05, high: float = 0.75) -> Color:
    """Return a colour of little saturation."""
    value, tint = rng.uniform(low, high), rng.uniform(0.75, 1.0, 3)
    return float(value * tint[0]), float(value * tint[1]), float(value * tint[2])


def _frame(
    x: float, width: float, low: float, high: float, back: float, wide: float, deep: float
) -> list[Box]:
    """Return the four bars around an opening, outside of it."""
    near, left, right = back - deep, x - wide, x + width + wide
    return [
        ((left, near, low), (x, back, high)),
        ((x + width, near, low), (right, back, high)),
        ((left, near, high), (right, back, high + wide)),
        ((left, near, low - wide), (right, back, low)),
    ]


def _door(x: float, width: float, back: float, rng: np.random.Generator) -> list[Surface]:
    height, leaf, trim = float(rng.uniform(1.95, 2.1)), _any(rng), _any(rng)
    bars = _frame(x, width, 0.0, height, back, float(rng.uniform(0.06, 0.11)), 0.035)[:3]
    panels = [
        ((x + 0.12 * width, back - 0.031, low * height), (x + 0.88 * width, back, high * height))
        for low, high in ((0.07, 0.40), (0.46, 0.93))
    ]
    handle = ((x + 0.04, back - 0.08, 1.02), (x + 0.15, back - 0.05, 1.04))
    lighter = tuple(min(0.8, 1.25 * c) for c in leaf)
    return [
        boxes("door", [((x, back - 0.025, 0.0), (x + width, back, height))], leaf),
        boxes("door_panels", panels, (lighter[0], lighter[1], lighter[2])),
        boxes("door_frame", bars, trim),
        boxes("handle", [handle], (0.4, 0.4, 0.4), roughness=0.3),
    ]


def _window(x: float, width: float, back: float, rng: np.random.Generator) -> list[Surface]:
    low, high = float(rng.uniform(0.6, 1.0)), float(rng.uniform(1.9, 2.3))
    trim, wide = _any(rng, 0.4), float(rng.uniform(0.05, 0.09))
    middle = x + width / 2
    bars = [
        *_frame(x, width, low, high, back, wide, 0.03),
        ((middle - wide / 2, back - 0.03, low), (middle + wide / 2, back, high)),
    ]
    sill = ((x - 0.1, back - 0.14, low - wide - 0.03), (x + width + 0.1, back, low - wide))
    glass = panel(
        "glass", (x, back - 0.01, low), (x + width, back - 0.01, low), (x, back - 0.01, high),
        textures.view_outside(rng), roughness=0.3, fit=True,
    )  # fmt: skip
    return [glass, boxes("window_frame", [*bars, sill], trim)]


def _curtain(x: float, width: float, back: float, rng: np.random.Generator) -> list[Surface]:
    """Cloth in upright folds, under a rod."""
    low, high = float(rng.uniform(0.02, 0.15)), float(rng.uniform(2.1, 2.45))
    folds, depth = width / rng.uniform(0.10, 0.16), float(rng.uniform(0.02, 0.035))
    across = np.linspace(0, 1, max(24, int(12 * folds)))
    y = back - 0.06 + depth * np.sin(2 * np.pi * folds * across + 0.8 * np.sin(5 * across))
    count = len(across)
    lower = np.stack([x + width * across, y, np.full(count, low)], axis=1)
    upper = lower + np.array([0.0, 0.0, high - low])
    i = np.arange(count - 1)
    faces = np.stack([i, i + 1, i + 1 + count, i + count], axis=1)
    cloth = Surface(
        name="curtain",
        vertices=np.concatenate([lower, upper]),
        faces=faces,
        layers=_paint(2 * count, _any(rng, 0.15), 0.95),
    )
    rod = ((x - 0.1, back - 0.075, high - 0.01), (x + width + 0.1, back - 0.045, high + 0.02))
    return [cloth, boxes("rod", [rod], _any(rng, 0.02, 0.3))]


def _wardrobe(x: float, width: float, back: float, rng: np.random.Generator) -> list[Surface]:
    """A cupboard with doors; never nearer to the subject than 0.35 m."""
    height = float(rng.uniform(1.7, 2.3))
    near = back - min(float(rng.uniform(0.3, 0.5)), max(0.12, back - 0.45))
    doors = max(2, round(width / 0.5))
    wood = textures.boards(rng, _any(rng, 0.15), width / doors)
    seams = [
        ((x + width * i / doors - 0.004, near - 0.003, 0.06), (x + width * i / doors + 0.004, near, height))
        for i in range(doors + 1)
    ]
    knob_x = [x + width * i / doors + side * 0.05 for i in range(1, doors) for side in (-1, 1)]
    knobs = [((at - 0.01, near - 0.03, 1.0), (at + 0.01, near, 1.12)) for at in knob_x]
    body = boxes("wardrobe", [((x, near + 0.001, 0.0), (x + width, back, height))], _any(rng, 0.1, 0.4))
    front = panel("wardrobe_front", (x, near, 0.06), (x + width, near, 0.06), (x, near, height), wood)
    return [body, front, boxes("seams", seams, (0.03, 0.03, 0.03)), boxes("knobs", knobs, (0.3, 0.3, 0.3))]


def _pictures(x: float, width: float, back: float, rng: np.random.Generator) -> list[Surface]:
    """One to three framed pictures beside each other."""
    count = int(rng.integers(1, 4))
    each = width / count
    trim, surfaces, bars = _any(rng), [], []
    for i in range(count):
        wide, high = each * float(rng.uniform(0.6, 0.8)), float(rng.uniform(0.35, 0.7))
        left, low = x + i * each, 1.6 - high / 2 + float(rng.uniform(-0.1, 0.1))
        bars += _frame(left, wide, low, low + high, back, 0.025, 0.025)
        surfaces.append(
            panel(f"picture_{i}", (left, back - 0.012, low), (left + wide, back - 0.012, low),
                  (left, back - 0.012, low + high), textures.painting(rng), fit=True)
        )  # fmt: skip
    return [*surfaces, boxes("picture_frames", bars, trim)]


def _shelf(x: float, width: float, back: float, rng: np.random.Generator) -> list[Surface]:
    """Two boards with upright books."""
    surfaces: list[Surface] = []
    shelves: list[Box] = []
    for low in (1.15, 1.6):
        shelves.append(((x, back - 0.22, low), (x + width, back, low + 0.025)))
        at = x + 0.05
        books: list[Box] = []
        while at < x + width - 0.15 and len(books) < 12:
            thick, tall = float(rng.uniform(0.02, 0.06)), float(rng.uniform(0.18, 0.30))
            books.append(((at, back - 0.18, low + 0.025), (at + thick, back - 0.02, low + 0.025 + tall)))
            at += thick + float(rng.choice((0.001, 0.001, 0.08)))
        for i in range(3):
            surfaces.append(boxes(f"books_{low}_{i}", books[i::3], _any(rng)))
    return [boxes("shelf", shelves, _any(rng)), *surfaces]


Builder = Callable[[float, float, float, np.random.Generator], list[Surface]]
PIECES: dict[str, tuple[Builder, float, float]] = {
    "door": (_door, 0.75, 0.95),
    "window": (_window, 0.8, 1.6),
    "curtain": (_curtain, 0.6, 1.5),
    "wardrobe": (_wardrobe, 0.9, 1.8),
    "pictures": (_pictures, 0.5, 1.6),
    "shelf": (_shelf, 0.7, 1.4),
}
"""Each piece's builder and its narrowest and widest width in metres."""
