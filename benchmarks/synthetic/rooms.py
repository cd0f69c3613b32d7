"""Rooms that a standing photo is taken in: a wall behind the subject, a floor, furniture and light.

Rooms with `lines` show upright and level edges (door frames, bricks, skirting, a wardrobe ...), all
of them exactly vertical or horizontal in the world. Rooms without have a plain or mottled wall that
curves into the floor, so that a picture offers nothing to read the camera's roll from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, pi, radians, sin

import numpy as np

from benchmarks.synthetic import furniture, textures
from benchmarks.synthetic.furniture import Color, panel
from benchmarks.synthetic.scene import Floats, Light, Surface

LINED_WALLS = ("paint", "mottled", "plaster", "brick", "tiles", "panels", "stripes")
BARE_WALLS = ("paint", "mottled", "plaster")
FLOORS = ("boards", "tiles", "carpet", "concrete")
LIGHTS = ("soft", "side", "dim")
HALF_WIDTH_M = 5.0
FRONT_M = -6.0
CHEST = (0.0, 0.0, 1.2)
AMBIENT_LEFT = 0.65
LIGHT_LEFT = 0.75
"""Rough share of the light that walls and slant leave of what would reach a sheet face on."""

WALL_COLORS: tuple[Color, ...] = (
    (0.72, 0.71, 0.68), (0.66, 0.60, 0.50), (0.42, 0.50, 0.55), (0.45, 0.52, 0.42), (0.55, 0.36, 0.30),
    (0.30, 0.32, 0.36), (0.62, 0.55, 0.30), (0.10, 0.16, 0.22), (0.50, 0.50, 0.50), (0.60, 0.45, 0.45),
)  # fmt: skip
BRICK_COLORS: tuple[Color, ...] = ((0.33, 0.12, 0.07), (0.42, 0.25, 0.16), (0.60, 0.57, 0.52))
WOOD_COLORS: tuple[Color, ...] = (
    (0.34, 0.19, 0.09),
    (0.48, 0.33, 0.18),
    (0.20, 0.10, 0.05),
    (0.45, 0.42, 0.38),
)
STONE_COLORS: tuple[Color, ...] = (
    (0.55, 0.53, 0.50),
    (0.25, 0.25, 0.26),
    (0.62, 0.58, 0.50),
    (0.70, 0.71, 0.72),
)
TRIM_COLORS: tuple[Color, ...] = (
    (0.75, 0.74, 0.72),
    (0.36, 0.22, 0.12),
    (0.12, 0.12, 0.12),
    (0.55, 0.52, 0.47),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RoomSpec:
    """All that was drawn by chance about a room.

    lines        whether upright and level edges are to be seen
    wall, floor  names of the coverings (`LINED_WALLS` or `BARE_WALLS`, `FLOORS`)
    pieces       what stands or hangs at the wall, from left to right (names in `furniture.PIECES`)
    skirting, ceiling, corner   edges of the room itself that are in sight
    wall_distance_m   from the subject back to the wall
    light        ``soft``, ``side`` (hard, from one side) or ``dim``
    brightness   picture value of a white sheet at the subject, about 1 in a well exposed photo
    ambient_share   part of that light that comes from all sides
    seed         decides all details: shades, places, sizes
    """

    lines: bool
    wall: str
    floor: str
    wall_color: Color
    pieces: tuple[str, ...]
    skirting: bool
    ceiling: bool
    corner: bool
    wall_distance_m: float
    light: str
    brightness: float
    ambient_share: float
    seed: int


def sample_room(rng: np.random.Generator, lines: bool | None = None) -> RoomSpec:
    """Draw a room; two in three have lines unless `lines` says which kind it is to be."""
    if lines is None:
        lines = bool(rng.random() < 2 / 3)
    light = str(rng.choice(LIGHTS, p=(0.6, 0.25, 0.15)))
    brightness = {"soft": (0.75, 1.15), "side": (0.7, 1.05), "dim": (0.22, 0.45)}[light]
    share = {"soft": (0.4, 0.7), "side": (0.2, 0.35), "dim": (0.3, 0.6)}[light]
    count = int(rng.integers(1, 4)) if lines else 0
    wall = str(rng.choice(LINED_WALLS if lines else BARE_WALLS))
    colors = BRICK_COLORS if wall == "brick" else WALL_COLORS
    return RoomSpec(
        lines=lines,
        wall=wall,
        floor=str(rng.choice(FLOORS)) if lines else wall,
        wall_color=colors[rng.integers(len(colors))],
        pieces=tuple(str(name) for name in rng.choice(list(furniture.PIECES), count, replace=False)),
        skirting=lines and bool(rng.random() < 0.75),
        ceiling=lines and bool(rng.random() < 0.3),
        corner=lines and bool(rng.random() < 0.25),
        wall_distance_m=float(rng.uniform(0.5, 2.0)),
        light=light,
        brightness=float(rng.uniform(*brightness)),
        ambient_share=float(rng.uniform(*share)),
        seed=int(rng.integers(2**31)),
    )


def build_room(
    spec: RoomSpec, heading_deg: float = 0.0
) -> tuple[tuple[Surface, ...], tuple[Light, ...], float]:
    """Return surfaces, lights and ambient radiance of the room, for `Scene`.

    The wall stands `wall_distance_m` behind the origin as seen by a camera of yaw `heading_deg`
    (0: from the front, 90: from the subject's left, 180: from behind), square to it.
    """
    rng = np.random.default_rng(spec.seed)
    shell = _lined_shell(spec, rng) if spec.lines else _bare_shell(spec, rng)
    corner_x = float(rng.choice((-1, 1)) * rng.uniform(1.3, 2.3)) if spec.corner else None
    if corner_x is not None:
        shell += _side_wall(spec, rng, corner_x)
    surfaces = (*shell, *furniture.arrange(spec.pieces, spec.wall_distance_m, rng))
    lights = _lights(spec, rng, corner_x)
    turn = _turn(heading_deg)
    return (
        tuple(furniture.moved(surface, turn) for surface in surfaces),
        tuple(_turned_light(light, turn) for light in lights),
        spec.ambient_share * spec.brightness / AMBIENT_LEFT,
    )


def _turn(heading_deg: float) -> Floats:
    c, s = cos(radians(heading_deg)), sin(radians(heading_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _covering(name: str, color: Color, rng: np.random.Generator) -> textures.Texture:
    match name:
        case "paint" | "concrete":
            return textures.paint(rng, color, mottle=0.0 if name == "paint" else 0.10)
        case "mottled":
            return textures.paint(rng, color, mottle=0.12)
        case "plaster":
            return textures.plaster(rng, color)
        case "carpet":
            return textures.carpet(rng, color)
        case "brick":
            return textures.brick(rng, color, mortar=(0.45, 0.43, 0.40))
        case "tiles":
            return textures.tiles(rng, color, (0.35, 0.35, 0.35), float(rng.choice((0.1, 0.15, 0.3))), 0.03)
        case "panels":
            return textures.boards(rng, color, float(rng.uniform(0.08, 0.2)))
        case "boards":
            return textures.boards(rng, color, float(rng.uniform(0.08, 0.2)), length_m=2.0)
        case "stripes":
            second = tuple(float(np.clip(c * rng.uniform(0.55, 0.85), 0, 1)) for c in color)
            return textures.stripes(
                rng, color, (second[0], second[1], second[2]), float(rng.uniform(0.06, 0.3))
            )
    raise ValueError(f"no covering is called {name}")


def _height(spec: RoomSpec) -> float:
    return 2.5 + 0.4 * (spec.seed % 100) / 100 if spec.ceiling else 5.0


def _lined_shell(spec: RoomSpec, rng: np.random.Generator) -> list[Surface]:
    """Wall, floor and, where they are in sight, skirting and ceiling."""
    back, top = spec.wall_distance_m, _height(spec)
    floor_colors = {"boards": WOOD_COLORS, "carpet": WALL_COLORS}.get(spec.floor, STONE_COLORS)
    floor = _covering(spec.floor, floor_colors[rng.integers(len(floor_colors))], rng)
    wall = _covering(spec.wall, spec.wall_color, rng)
    trim = TRIM_COLORS[rng.integers(len(TRIM_COLORS))]
    left, right = -HALF_WIDTH_M, HALF_WIDTH_M
    shell = [
        panel("wall", (left, back, 0), (right, back, 0), (left, back, top), wall),
        panel("floor", (left, FRONT_M, 0), (right, FRONT_M, 0), (left, back, 0), floor, roughness=0.45),
    ]
    if spec.skirting:
        height = float(rng.uniform(0.05, 0.14))
        shell.append(furniture.boxes("skirting", [((left, back - 0.018, 0), (right, back, height))], trim))
    if spec.ceiling:
        white = textures.paint(rng, (0.75, 0.75, 0.74))
        shell.append(panel("ceiling", (left, back, top), (right, back, top), (left, FRONT_M, top), white))
        if rng.random() < 0.5:
            cornice = ((left, back - 0.05, top - 0.07), (right, back, top))
            shell.append(furniture.boxes("cornice", [cornice], trim))
    return shell


def _side_wall(spec: RoomSpec, rng: np.random.Generator, x: float) -> list[Surface]:
    back, top = spec.wall_distance_m, _height(spec)
    near, far = (x, FRONT_M, 0.0), (x, back, 0.0)
    start, end = (near, far) if x < 0 else (far, near)
    covering = _covering(spec.wall, spec.wall_color, rng)
    return [panel("side_wall", start, end, (start[0], start[1], top), covering)]


def _bare_shell(spec: RoomSpec, rng: np.random.Generator) -> list[Surface]:
    """One sheet that comes down as the wall and curves into the floor, without an edge."""
    radius = min(0.45, spec.wall_distance_m - 0.05)
    back, top = spec.wall_distance_m, 5.0
    angles = np.linspace(0, pi / 2, 12)[1:-1]
    step_m = radius * pi / 2 / 11
    floor_y = np.linspace(FRONT_M, back - radius, round((back - radius - FRONT_M) / step_m))
    wall_z = np.linspace(radius, top, round((top - radius) / step_m))
    # Even steps: rounding the mesh then moves no vertex along the sheet.
    y = np.concatenate([floor_y, back - radius + radius * np.sin(angles), np.full(len(wall_z), back)])
    z = np.concatenate([np.zeros(len(floor_y)), radius - radius * np.cos(angles), wall_z])
    length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(y), np.diff(z)))])
    return [furniture.sheet("wall", HALF_WIDTH_M, y, z, length, _covering(spec.wall, spec.wall_color, rng))]


def _lights(spec: RoomSpec, rng: np.random.Generator, corner_x: float | None) -> tuple[Light, ...]:
    """Area lights whose sum at the subject's chest makes up what the ambient leaves of `brightness`.

    A square light of power P, seen face on from r metres, makes a white sheet as bright as P / (π r)².
    """
    side = -np.sign(corner_x) if corner_x is not None else rng.choice((-1.0, 1.0))
    color: Color = (1.0, 0.93, 0.85) if rng.random() < 0.5 else (0.96, 0.98, 1.0)
    # (x towards `side`, y, z, size, share): lowest and highest
    kinds = {
        "soft": (
            ((0.8, -3.0, 2.0, 1.0, 0.65), (2.2, -1.5, 2.4, 2.0, 0.65)),
            ((-1.2, -3.0, 1.8, 1.0, 0.35), (-0.3, -1.5, 2.4, 2.0, 0.35)),
        ),
        "side": (((1.6, -2.0, 1.5, 0.25, 1.0), (2.4, -0.6, 2.4, 0.7, 1.0)),),
        "dim": (((0.2, -2.5, 2.1, 0.3, 1.0), (1.5, -1.0, 2.4, 1.0, 1.0)),),
    }
    lights = []
    for low, high in kinds[spec.light]:
        x, y, z, size, share = (float(value) for value in rng.uniform(low, high))
        position = (float(side) * x, y, z)
        bright = share * (1 - spec.ambient_share) * spec.brightness / LIGHT_LEFT
        power = bright * pi**2 * float(np.sum((np.array(position) - CHEST) ** 2))
        lights.append(Light(position=position, target=CHEST, size_m=size, power_w=power, color=color))
    return tuple(lights)


def _turned_light(light: Light, turn: Floats) -> Light:
    x, y, z = turn @ np.array(light.position)
    return replace(light, position=(float(x), float(y), float(z)))
