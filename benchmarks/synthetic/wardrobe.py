"""What people wear: an outfit is a handful of choices, and `dress` turns it into surfaces.

The waistband of every lower garment lies in a plane fixed to the pelvis, so that the belt line shows the
pelvis. The hem of a T-shirt is fixed to the ribs and hides that line. Stickers are discs on the skin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from scipy.ndimage import gaussian_filter1d

from benchmarks.synthetic.body import Floats, rig
from benchmarks.synthetic.face import (
    Color,
    eyes_surface,
    grid_faces,
    hair_surfaces,
    linear,
    mixed,
    skin_surface,
)
from benchmarks.synthetic.garments import (
    FAR,
    Figure,
    above_chest_line,
    above_hem,
    above_leg_hem,
    above_sleeve_hem,
    below_waist,
    figure_of,
    hanging_gap,
    inside_armholes,
    outside_neckline,
    shell,
    under,
)
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.scene import Layer, Surface


class Top(StrEnum):
    """What the trunk wears."""

    BARE = "bare"
    BRA = "sports_bra"
    TANK = "tank_top"
    TSHIRT = "tshirt"


class Bottom(StrEnum):
    """What the hips wear."""

    BRIEFS = "briefs"
    SHORTS = "shorts"
    LEGGINGS = "leggings"
    TROUSERS = "trousers"


class Feet(StrEnum):
    """What the feet wear."""

    BARE = "bare"
    SOCKS = "socks"
    SHOES = "shoes"


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A strip along the waistband: its width in metres, and its colour."""

    width: float
    color: Color


@dataclass(frozen=True, kw_only=True, slots=True)
class Outfit:
    """The looks of one person.

    skin_tone     1…10 on the Monk scale
    waist         height of the waistband over the hip joints, metres on a body of 1.7 m
    band          a contrasting strip or belt at the waistband, or None
    stripe        None, or (period in metres, contrast) of the top's horizontal stripes
    stickers      None, or the colour of dots on ASIS, PSIS, acromia and C7
    seed          of folds and hair
    """

    skin_tone: int
    hair: str
    hair_color: Color
    iris: Color
    top: Top
    top_color: Color
    bottom: Bottom
    bottom_color: Color
    waist: float
    feet: Feet
    feet_color: Color
    band: Band | None = None
    stripe: tuple[float, float] | None = None
    weave: float = 0.12
    stickers: Color | None = None
    sticker_radius: float = 0.008
    seed: int = 0

    @property
    def name(self) -> str:
        """For tables: what the top and the bottom are."""
        return f"{self.top}+{self.bottom}"

    @property
    def waistband_visible(self) -> bool:
        """Whether the line between trunk and lower garment can be seen."""
        return self.top is not Top.TSHIRT


STICKER_POINTS = (
    "acromion_left", "acromion_right", "asis_left", "asis_right", "psis_left", "psis_right", "c7",
)  # fmt: skip


def dress(body: PosedBody, outfit: Outfit) -> tuple[Surface, ...]:
    """Return the body's surfaces, clothed: skin, eyes, hair and garments."""
    figure = figure_of(body)
    stickers = _stickers(figure, outfit)
    garments: list[Surface] = []
    covers: list[Floats] = []
    tops = _top(figure, outfit)
    shirts = tuple(field for _, field in tops if outfit.top is Top.TSHIRT)
    for surface, field in (*_bottom(figure, outfit, shirts), *tops, *_feet(figure, outfit)):
        garments.append(surface)
        covers.append(field)
    brow = mixed(outfit.hair_color, (0.02, 0.014, 0.01), 0.7)
    hair = hair_surfaces(figure, outfit.hair, outfit.hair_color, outfit.seed)
    skin = skin_surface(figure, outfit.skin_tone, brow, tuple(covers), stickers)
    return (skin, eyes_surface(figure, outfit.iris), *hair, *garments)


def _stickers(figure: Figure, outfit: Outfit) -> tuple[Layer, ...]:
    if outfit.stickers is None:
        return ()
    distance = np.min(
        [np.linalg.norm(figure.posed - figure.body.point(name), axis=1) for name in STICKER_POINTS], axis=0
    )
    return (
        Layer(name="sticker", field=outfit.sticker_radius - distance, color=outfit.stickers, roughness=0.5),
    )


_Piece = tuple[Surface, Floats]


def waist_of(figure: Figure, outfit: Outfit) -> Floats:
    """Return how far below the upper edge of the lower garment each vertex lies, metres."""
    return below_waist(figure, outfit.waist, rise=0.10)


def _bottom(figure: Figure, outfit: Outfit, shirts: tuple[Floats, ...]) -> tuple[_Piece, ...]:
    """Return the lower garment, away under `shirts`: its shell, and its field on the body."""
    waist = waist_of(figure, outfit)
    size = figure.size
    down = np.clip(figure.leg / (0.75 * size), 0, 1.2)
    ankles = 0.80 * size
    kinds = {
        Bottom.BRIEFS: (above_leg_hem(figure, 0.045, slant=0.55), 0.0028, 10, 0.0005),
        Bottom.SHORTS: (above_leg_hem(figure, 0.24), 0.006 + 0.035 * np.minimum(down, 0.5), 40, 0.004),
        Bottom.LEGGINGS: (above_leg_hem(figure, ankles / size - 0.06), 0.0028, 16, 0.0),
        Bottom.TROUSERS: (
            above_leg_hem(figure, ankles / size),
            0.006 + 0.026 * np.minimum(down, 0.8),
            60,
            0.006,
        ),
    }
    hem, gap, smooth, folds = kinds[outfit.bottom]
    field = under(np.minimum(waist, hem), *shirts)
    folds_fade = folds * np.clip(waist / 0.08, 0.0, 1.0)
    cloth = Layer(name="bottom", field=field, color=outfit.bottom_color, roughness=0.85, pattern=outfit.weave)
    layers: tuple[Layer, ...] = (cloth,)
    if outfit.band is not None:
        strip = np.minimum(field, outfit.band.width - waist)
        layers += (replace(cloth, name="waistband", field=strip, color=outfit.band.color, pattern=0.05),)
    gap = np.broadcast_to(gap, waist.shape) + 0.0
    gap = 0.0028 + (gap - 0.0028) * np.clip(waist / 0.06, 0.0, 1.0)
    loose = np.clip(waist / 0.07, 0.0, 1.0)
    return ((shell(figure, "bottom", layers, gap, smooth, folds_fade, outfit.seed, loose), field),)


def _top(figure: Figure, outfit: Outfit) -> tuple[_Piece, ...]:
    if outfit.top is Top.BARE:
        return ()
    if outfit.top is Top.TSHIRT:
        hem = above_hem(figure, -0.045)
        field = np.minimum.reduce(
            [hem, above_sleeve_hem(figure, 0.17), outside_neckline(figure, 0.078, 0.075, 0.012)]
        )
        trunk = np.clip((figure.acromion[2] - figure.rest[:, 2]) / (0.5 * figure.size), 0, 1)
        gap, smooth, folds = hanging_gap(figure, 0.008), 60, 0.005 * trunk
        level = np.clip(3 * trunk - 0.6, 0, 1)
        legs = rig().weight_of("lowerleg", "foot")
        field = np.where(
            (legs > 0.1) | (figure.arm_weight * (figure.arm > 0.3 * figure.size) > 0.5), -FAR, field
        )
    else:
        neck = outside_neckline(figure, 0.078, 0.135, 0.09)
        field = np.minimum(neck, inside_armholes(figure, 0.74, 0.13))
        if outfit.top is Top.BRA:
            field = np.minimum(field, above_chest_line(figure, 0.225))
        else:
            # Tucked in: the tank top ends just under the waistband.
            field = np.minimum(field, 0.03 - waist_of(figure, outfit))
        gap, smooth, folds, level = 0.0025, 10, 0.0, 0.0
    layer = Layer(
        name="top",
        field=field,
        color=outfit.top_color,
        roughness=0.85,
        pattern=outfit.weave,
        stripe=outfit.stripe,
    )
    return ((shell(figure, "top", (layer,), gap, smooth, folds, outfit.seed + 1, level=level), field),)


def _feet(figure: Figure, outfit: Outfit) -> tuple[_Piece, ...]:
    if outfit.feet is Feet.BARE:
        return ()
    if outfit.feet is Feet.SHOES:
        return tuple(_shoe(figure, letter, outfit) for letter in "LR")
    foot = rig().weight_of("foot", "toe", "lowerleg")
    top = figure.at("foot.L")[2] + 0.055 * figure.size
    field = np.where(foot > 0.3, top - figure.rest[:, 2], -FAR)
    layer = Layer(name="sock", field=field, color=outfit.feet_color, roughness=0.85, pattern=0.1)
    surface = shell(figure, "socks", (layer,), 0.0025, 16)
    vertices = surface.vertices.copy()
    vertices[:, 2] = np.maximum(vertices[:, 2], _ground(figure, surface))
    return ((replace(surface, vertices=vertices), field),)


def _shoe(figure: Figure, letter: str, outfit: Outfit) -> _Piece:
    """Return a trainer: rounded cross-sections from heel to toe around the foot."""
    own = (figure.rest[:, 0] > 0) == (letter == "L")
    ankle = figure.at(f"foot.{letter}")
    foot = figure.rest[own & (figure.rest[:, 2] < ankle[2])]
    heel, toe = foot[np.argmax(foot[:, 1])], foot[np.argmin(foot[:, 1])]
    low = foot[foot[:, 2] < 0.4 * ankle[2]]
    share = np.clip((heel[1] - low[:, 1]) / (heel[1] - toe[1]), 0, 1)
    t = np.linspace(0.0, 1.0, 36)
    s = figure.size
    half, middle = np.empty_like(t), np.empty_like(t)
    for row, at in enumerate(t):
        near = low[np.abs(share - at) < 0.09, 0]
        half[row], middle[row] = np.ptp(near) / 2, (near.max() + near.min()) / 2
    half, middle = (gaussian_filter1d(values, 2.0, mode="nearest") for values in (half, middle))
    ends = np.sqrt(np.clip(1 - np.abs(2 * t - 1) ** 5, 0.0, 1.0))
    half = (half + 0.009 * s) * ends
    top = np.interp(t, [0, 0.12, 0.30, 0.55, 0.8, 1.0], [0.080, 0.088, 0.087, 0.072, 0.058, 0.048]) * s
    top = gaussian_filter1d(top, 1.5, mode="nearest") * np.maximum(ends, 0.05) ** 0.5
    y = heel[1] + 0.010 * s - t * (heel[1] - toe[1] + 0.022 * s)
    phi = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    side, up = (np.sign(f(phi)) * np.abs(f(phi)) ** 0.62 for f in (np.sin, np.cos))
    x = middle[:, None] + half[:, None] * side * np.where(up > 0.3, 1 - 0.30 * (up - 0.3), 1.0)
    z = np.maximum(0.5 * top[:, None] * (1 + up), 0.0)
    rest = np.stack([x, np.broadcast_to(y[:, None], x.shape), z], -1).reshape(-1, 3)
    vertices = (rest - ankle) @ figure.body.rotation(f"foot.{letter}").T + figure.body.joint(f"foot.{letter}")
    everywhere = np.full(len(rest), FAR)
    shoe = Layer(name="shoe", field=everywhere, color=outfit.feet_color, roughness=0.6, pattern=0.08)
    sole = Layer(name="sole", field=0.022 * s - rest[:, 2], color=linear("dedbd2"), roughness=0.6)
    surface = Surface(
        name=f"shoe {letter}",
        vertices=vertices,
        faces=grid_faces(len(t), len(phi), closed=True),
        layers=(shoe, sole),
    )
    return surface, np.where(own, 0.075 * s - figure.rest[:, 2], -FAR)


def _ground(figure: Figure, surface: Surface) -> Floats:
    """Return what each vertex stands on: the floor, or the board under its foot."""
    body = figure.body
    left, right = body.joint("foot.L"), body.joint("foot.R")
    nearer_left = np.linalg.norm(surface.vertices - left, axis=1) < np.linalg.norm(
        surface.vertices - right, axis=1
    )
    return np.where(nearer_left, body.boards["left"], body.boards["right"])
