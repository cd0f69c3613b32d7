"""The studio: one woman in one outfit, the working limb in another colour, soft light, a plain ground."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import pi, radians, tan

import numpy as np

from benchmarks.synthetic.body import Floats
from benchmarks.synthetic.camera import axes, project
from benchmarks.synthetic.face import linear
from benchmarks.synthetic.furniture import moved, sheet
from benchmarks.synthetic.garments import FAR, Figure, figure_of, shell
from benchmarks.synthetic.pictures.equipment import MAT_M
from benchmarks.synthetic.posture import PosedBody, turn
from benchmarks.synthetic.samples import person, wear
from benchmarks.synthetic.scene import Camera, Layer, Light, Scene, Surface
from benchmarks.synthetic.textures import Texture
from benchmarks.synthetic.wardrobe import Band, Bottom, Outfit, Top, dress

WIDTH, HEIGHT = 540, 540
FOV_DEG = 20.0
MARGIN = 0.06
WORKING = linear("e8912d")
GROUND = linear("e4e1da")
AMBIENT, KEY, FILL = 0.58, 0.52, 0.22
"""Picture value of a white sheet by the light from all sides, by the main lamp, by the second one."""
BODY = person(woman=True, height=1.67)


def outfit() -> Outfit:
    """Return what the woman of the sample pictures wears, with leggings light enough to show their form."""
    teal = linear("2a6f72")
    return wear(
        hair="bun", top=Top.BRA, top_color=teal, bottom=Bottom.LEGGINGS, bottom_color=linear("39424e"),
        waist=0.115, skin_tone=3, band=Band(width=0.03, color=teal),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """Where the camera looks from, and at what.

    yaw, down   degrees around the body (0: in front, 90: on its left) and downwards
    above       the picture shows what is higher than this, metres
    """

    yaw: float
    down: float = 8.0
    above: float = 0.0


def people(body: PosedBody, working: str) -> tuple[Surface, ...]:
    """Return the clothed body; `working` names the limb of the left side that works, ``leg``, ``arm`` or none."""
    figure = figure_of(body)
    surfaces = list(dress(body, outfit()))
    if working:
        surfaces.append(_highlight(figure, working))
    return tuple(replace(surface, vertices=_on_floor(surface)) for surface in surfaces)


def _highlight(figure: Figure, working: str) -> Surface:
    """Return a sleeve or a legging in the colour of work, over what is worn already."""
    left = figure.rest[:, 0] > 0
    if working == "leg":
        field = np.minimum(figure.leg - 0.13, 0.74 * figure.size - figure.leg)
        field = np.where((figure.arm_weight > 0.2) | ~left, -FAR, field)
    else:
        field = np.minimum(figure.arm - 0.09, 0.45 * figure.size - figure.arm)
        field = np.where((figure.arm_weight < 0.5) | ~left, -FAR, field)
    layer = Layer(name="working", field=field, color=WORKING, roughness=0.85, pattern=0.1)
    return shell(figure, "working", (layer,), 0.0042, 16)


def _on_floor(surface: Surface) -> Floats:
    """Flatten what would sink into the floor; skin stays above the cloth that covers it."""
    vertices = surface.vertices.copy()
    vertices[:, 2] = np.maximum(
        vertices[:, 2], 0.0 if surface.name in ("bottom", "top", "working") else 0.002
    )
    return vertices


def frame_all(aim: Aim, points: Floats) -> Camera:
    """Return the camera that looks as `aim` says and just has all of the (N, 3) points in its picture."""
    camera = Camera(
        position=(0.0, 0.0, 0.0), yaw_deg=aim.yaw, pitch_deg=-aim.down, roll_deg=0.0,
        vertical_fov_deg=FOV_DEG, width=WIDTH, height=HEIGHT,
    )  # fmt: skip
    right, down, forward = axes(camera)
    points = points[points[:, 2] >= aim.above]
    centre, distance = points.mean(axis=0), 6.0
    size = np.array([WIDTH, HEIGHT])
    for _ in range(8):
        place = centre - distance * forward
        camera = replace(camera, position=(float(place[0]), float(place[1]), float(place[2])))
        pixels = project(camera, points)
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        scale = distance * 2 * tan(radians(FOV_DEG / 2)) / HEIGHT
        offset = ((low + high) / 2 - size / 2) * scale
        centre = centre + offset[0] * right + offset[1] * down
        distance *= float(np.max((high - low) / ((1 - 2 * MARGIN) * size)))
    return camera


def build(surfaces: tuple[Surface, ...], camera: Camera, on_mat: bool) -> Scene:
    """Return the scene: the surfaces before a ground that curves up into a backdrop, in soft light."""
    heading = turn(yaw=camera.yaw_deg)
    floor = -MAT_M if on_mat else 0.0
    lamps = []
    for x, y, z, size, share in ((-2.2, -2.6, 3.4, 1.6, KEY), (2.8, -2.2, 2.0, 1.6, FILL)):
        place = heading @ np.array([x, y, z])
        power = share * pi**2 * float(np.sum((place - [0.0, 0.0, 0.6]) ** 2))
        position = (float(place[0]), float(place[1]), float(place[2]))
        lamps.append(Light(position=position, target=(0.0, 0.0, 0.6), size_m=size, power_w=power))
    ground = moved(_ground(floor), heading)
    return Scene(surfaces=(ground, *surfaces), lights=tuple(lamps), ambient=AMBIENT, camera=camera)


def _ground(floor: float) -> Surface:
    radius, back, front, top = 1.5, 4.0, -14.0, 6.0
    angle = np.linspace(0, pi / 2, 24)[1:-1]
    flat, upright = np.arange(front, back - radius, 0.1), np.arange(radius, top, 0.1)
    y = np.concatenate([flat, back - radius + radius * np.sin(angle), np.full(len(upright), back)])
    z = np.concatenate([np.zeros(len(flat)), radius - radius * np.cos(angle), upright]) + floor
    plain = Texture(picture=np.full((4, 4, 3), GROUND, dtype=np.float32), width_m=1.0, height_m=1.0)
    return sheet("ground", 12.0, y, z, np.arange(len(y), dtype=np.float64), plain)
