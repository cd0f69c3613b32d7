"""Skin, face and hair."""

from __future__ import annotations

import numpy as np

from benchmarks.synthetic.body import Floats, rig
from benchmarks.synthetic.garments import FAR, Figure, cropped, shell, under
from benchmarks.synthetic.scene import Layer, Surface

Color = tuple[float, float, float]

SKIN_TONES: tuple[Color, ...] = (
    (0.70, 0.50, 0.42), (0.66, 0.46, 0.37), (0.62, 0.42, 0.32), (0.56, 0.37, 0.27), (0.46, 0.29, 0.20),
    (0.34, 0.20, 0.125), (0.23, 0.125, 0.075), (0.14, 0.072, 0.042), (0.085, 0.046, 0.030),
    (0.052, 0.030, 0.021),
)  # fmt: skip
"""Linear reflectances, light to dark, as light as the ten Monk tones (E. Monk, Google, 2022)."""


def linear(code: str, factor: float = 1.0) -> Color:
    """Return the linear-light colour of an sRGB hex code, times `factor`."""
    srgb = np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)]) / 255
    values = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4) * factor
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def mixed(first: Color, second: Color, share: float) -> Color:
    """Return `share` of the second colour in the first."""
    red, green, blue = ((1 - share) * a + share * b for a, b in zip(first, second, strict=True))
    return red, green, blue


def skin_surface(
    figure: Figure, tone: int, brow_color: Color, covers: tuple[Floats, ...], marks: tuple[Layer, ...]
) -> Surface:
    """Return the skin with brows and lips, left away under the `covers`."""
    skin = SKIN_TONES[tone - 1]
    lips = mixed(skin, (0.42, 0.10, 0.10), 0.28 if tone < 7 else 0.16)
    there = under(np.full(len(figure.rest), FAR), *covers)
    layers = (
        Layer(name="skin", field=there, color=skin, roughness=0.55, pattern=0.04),
        Layer(name="skin lips", field=_lips(figure), color=lips, roughness=0.4),
        Layer(name="brows", field=_brows(figure), color=mixed(skin, brow_color, 0.8), roughness=0.8),
        *marks,
    )
    faces = rig().fine_faces
    faces = faces[~rig().eyeball[faces].any(axis=1) & (there[faces] > -0.02).any(axis=1)]
    return cropped(Surface(name="skin", vertices=figure.posed, faces=faces, layers=layers))


def eyes_surface(figure: Figure, iris: Color) -> Surface:
    """Return both eyeballs with iris and pupil."""
    faces = rig().fine_faces
    faces = faces[rig().eyeball[faces].all(axis=1)]
    radius = np.full(len(figure.rest), FAR)
    for left in (True, False):
        ball = rig().eyeball & ((figure.rest[:, 0] > 0) == left)
        points = figure.rest[ball]
        centre = points.mean(axis=0)
        off_axis = np.hypot(points[:, 0] - centre[0], points[:, 2] - centre[2])
        radius[ball] = np.where(points[:, 1] < centre[1], off_axis, FAR)
    size = figure.size
    layers = (
        Layer(name="white", field=np.full(len(radius), FAR), color=(0.50, 0.48, 0.45), roughness=0.15),
        Layer(name="iris", field=0.0066 * size - radius, color=iris, roughness=0.15),
        Layer(name="pupil", field=0.0028 * size - radius, color=(0.006, 0.006, 0.006), roughness=0.1),
    )
    return cropped(Surface(name="eyes", vertices=figure.posed, faces=faces, layers=layers))


def hair_surfaces(figure: Figure, style: str, color: Color, seed: int) -> tuple[Surface, ...]:
    """Return the hair: ``bald``, ``buzz``, ``short``, ``bun``, ``ponytail`` or ``long``."""
    if style == "bald":
        return ()
    field = _scalp(figure)
    layer = Layer(name="hair", field=field, color=color, roughness=0.6, pattern=0.35)
    fullness = {"buzz": 0.003, "short": 0.016, "bun": 0.008, "ponytail": 0.008, "long": 0.014}[style]
    gap = fullness * np.clip(field / 0.03 + 0.25, 0.1, 1.0) * figure.size
    cap = shell(figure, "hair", (layer,), gap, 4, wrinkles=0.0 if style == "buzz" else 0.003, seed=seed)
    extra = {"bun": _bun, "ponytail": _ponytail, "long": _curtain}.get(style)
    return (cap,) if extra is None else (cap, extra(figure, color))


def _head(figure: Figure) -> tuple[Floats, Floats, float]:
    """Return the middle between the eyes, between the ears, and the height of the crown, at rest."""
    eyes = figure.rest[rig().eyeball].mean(axis=0)
    ears = (figure.skin("ear_left") + figure.skin("ear_right")) / 2
    return eyes, ears, float(figure.rest[:, 2].max())


def _brows(figure: Figure) -> Floats:
    eyes, _, _ = _head(figure)
    s = figure.size
    x = np.abs(figure.rest[:, 0]) / s
    up = (figure.rest[:, 2] - eyes[2]) / s
    arch = 0.0215 + 0.004 * (1 - ((x - 0.036) / 0.02) ** 2)
    thick = 0.0042 - 0.0022 * np.clip((x - 0.03) / 0.025, 0, 1)
    field = np.minimum(thick - np.abs(up - arch), 0.0215 - np.abs(x - 0.034)) * s
    return np.where(figure.rest[:, 1] < eyes[1], field, -FAR)


def _lips(figure: Figure) -> Floats:
    return (rig().weight_of("oris") - 0.62) * 0.02


def _scalp(figure: Figure) -> Floats:
    eyes, ears, crown = _head(figure)
    s = figure.size
    x, y, z = np.abs(figure.rest[:, 0]), figure.rest[:, 1], figure.rest[:, 2]
    face = float(figure.rest[rig().eyeball][:, 1].min())
    hairline = eyes[2] + 0.56 * (crown - eyes[2])
    temple = ears[2] + 0.060 * s
    slope = (hairline - temple) / (ears[1] - face)
    top = (z - (hairline - slope * (y - face)) - 0.12 * x) / np.hypot(1.0, slope)
    side = np.minimum(y - (ears[1] - 0.026 * s), z - (ears[2] + 0.004 * s))
    back = np.minimum(y - (ears[1] + 0.008 * s), z - (ears[2] - 0.050 * s))
    auricle = figure.skin("ear_left")
    ear = np.linalg.norm((figure.rest - auricle)[:, 1:], axis=1) - 0.031 * s
    ear = np.where(x > 0.7 * auricle[0], ear, FAR)
    ear = np.where(z < auricle[2] + 0.045 * s, np.minimum(ear, 0.97 * auricle[0] - x), ear)
    field = np.maximum(top, np.minimum(np.maximum(side, back), ear))
    return np.where(rig().weight_of("neck", "spine") > 0.9, -FAR, field)


def _to_world(figure: Figure, points: Floats) -> Floats:
    """Carry points given at rest along with the head."""
    head = figure.body.rotation("head")
    return (points - figure.at("head")) @ head.T + figure.body.joint("head")


def _ball(centre: Floats, radii: Floats, rows: int = 20, columns: int = 32) -> tuple[Floats, np.ndarray]:
    theta = np.linspace(0.02, np.pi - 0.02, rows)[:, None]
    phi = np.linspace(0, 2 * np.pi, columns, endpoint=False)[None, :]
    unit = np.stack(
        np.broadcast_arrays(np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)), -1
    )
    return centre + unit.reshape(-1, 3) * radii, grid_faces(rows, columns, closed=True)


def grid_faces(rows: int, columns: int, closed: bool) -> np.ndarray:
    """Return the quads of a grid of points, counted row by row, seen from outside."""
    last = columns if closed else columns - 1
    r, c = (index.ravel() for index in np.meshgrid(np.arange(rows - 1), np.arange(last), indexing="ij"))
    following = (c + 1) % columns
    return np.stack(
        [r * columns + c, (r + 1) * columns + c, (r + 1) * columns + following, r * columns + following], 1
    )


def _lump(figure: Figure, name: str, vertices: Floats, faces: np.ndarray, color: Color) -> Surface:
    layer = Layer(name=name, field=np.full(len(vertices), FAR), color=color, roughness=0.6, pattern=0.35)
    return Surface(name=name, vertices=vertices, faces=faces, layers=(layer,))


def _bun(figure: Figure, color: Color) -> Surface:
    _, ears, crown = _head(figure)
    scalp = figure.rest[_scalp(figure) > 0]
    centre = np.array([0.0, scalp[:, 1].max() + 0.012 * figure.size, 0.55 * crown + 0.45 * ears[2]])
    vertices, faces = _ball(centre, np.array([0.040, 0.030, 0.038]) * figure.size)
    return _lump(figure, "bun", _to_world(figure, vertices), faces, color)


def _ponytail(figure: Figure, color: Color) -> Surface:
    _, ears, crown = _head(figure)
    scalp = figure.rest[_scalp(figure) > 0]
    s = figure.size
    start = np.array([0.0, scalp[:, 1].max() - 0.012 * s, 0.5 * crown + 0.5 * ears[2]])
    path = (
        np.array(
            [
                [0, 0, 0],
                [0, 0.035, 0.012],
                [0, 0.060, -0.015],
                [0, 0.066, -0.07],
                [0, 0.058, -0.13],
                [0, 0.045, -0.19],
                [0, 0.036, -0.23],
            ]
        )
        * s
    )
    widths = np.array([0.012, 0.017, 0.024, 0.028, 0.026, 0.017, 0.003]) * s
    fine = np.linspace(0, len(path) - 1, 40)
    line = np.stack([np.interp(fine, np.arange(len(path)), path[:, i]) for i in range(3)], 1)
    for _ in range(12):
        line[1:-1] = 0.5 * line[1:-1] + 0.25 * (line[:-2] + line[2:])
    radius = np.interp(fine, np.arange(len(path)), widths)
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.cross([1.0, 0.0, 0.0], along)
    phi = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = (
        np.cos(phi)[None, :, None] * np.array([1.0, 0, 0])
        + 0.8 * np.sin(phi)[None, :, None] * across[:, None]
    )
    vertices = (start + line)[:, None] + radius[:, None, None] * ring
    return _lump(
        figure, "ponytail", _to_world(figure, vertices.reshape(-1, 3)), grid_faces(40, 24, closed=True), color
    )


def _curtain(figure: Figure, color: Color) -> Surface:
    """Hair that falls behind the ears to the shoulder blades."""
    _, ears, crown = _head(figure)
    s = figure.size
    scalp = figure.rest[_scalp(figure) > 0]
    behind, half = scalp[:, 1].max(), 0.5 * np.ptp(scalp[:, 0])
    back = figure.skin("c7")[1]
    levels = np.array(
        [
            0.5 * crown + 0.5 * ears[2],
            ears[2],
            ears[2] - 0.07 * s,
            ears[2] - 0.14 * s,
            ears[2] - 0.21 * s,
            ears[2] - 0.27 * s,
        ]
    )
    depth = np.array(
        [
            behind - 0.012 * s,
            behind + 0.014 * s,
            behind + 0.004 * s,
            max(behind - 0.02 * s, back + 0.03 * s),
            back + 0.038 * s,
            back + 0.036 * s,
        ]
    )
    width = np.array(
        [half - 0.016 * s, half + 0.006 * s, half + 0.010 * s, half + 0.004 * s, half, half - 0.012 * s]
    )
    front = np.array(
        [
            ears[1] + 0.02 * s,
            ears[1] + 0.022 * s,
            ears[1] + 0.03 * s,
            ears[1] + 0.04 * s,
            back + 0.012 * s,
            back + 0.016 * s,
        ]
    )
    fine = np.linspace(0, len(levels) - 1, 44)
    level, deep, wide, ahead = (
        np.interp(fine, np.arange(len(levels)), v) for v in (levels, depth, width, front)
    )
    angle = np.linspace(0, np.pi, 40)
    x = wide[:, None] * np.cos(angle)
    y = ahead[:, None] + (deep - ahead)[:, None] * np.sin(angle) ** 0.7
    z = np.broadcast_to(level[:, None], x.shape)
    vertices = np.stack([x, y, z], -1)
    for _ in range(6):
        vertices[1:-1] = 0.5 * vertices[1:-1] + 0.25 * (vertices[:-2] + vertices[2:])
    return _lump(
        figure,
        "long hair",
        _to_world(figure, vertices.reshape(-1, 3)),
        grid_faces(44, 40, closed=False),
        color,
    )
