"""Where cloth ends, as signed distances in metres, and cloth as a shell around the body.

A field is positive where the cloth is. Most fields are computed on the body at rest, so that they stay on
the skin when the body moves; the waistband lies in a plane that is fixed to the pelvis, and the hem of a
shirt in one that is fixed to the ribs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, grey_closing, map_coordinates

from benchmarks.synthetic.body import SKIN_POINTS, Floats, rig
from benchmarks.synthetic.mesh import smoothed, vertex_normals
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.scene import Layer, Surface

FAR = 1.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """A posed body with what garments need to know, per fine vertex.

    rest, posed   (W, 3);  normals  (W, 3) of the posed skin
    size          stature over 1.7 m: garments grow with the body
    arm, leg      (W,) distance from the shoulder towards the wrist, from the hip towards the ankle, metres
    """

    body: PosedBody
    rest: Floats
    posed: Floats
    normals: Floats
    size: float
    arm: Floats
    leg: Floats
    arm_weight: Floats

    def at(self, bone: str) -> Floats:
        """Return where a bone begins at rest, (3,)."""
        return self.body.rest.head(bone)

    def skin(self, name: str) -> Floats:
        """Return a skin point at rest, (3,)."""
        return self.rest[SKIN_POINTS[name]]

    @property
    def acromion(self) -> Floats:
        """The left shoulder tip at rest, (3,)."""
        return self.skin("acromion_left")


def figure_of(body: PosedBody) -> Figure:
    """Return the figure that garments are cut for."""
    rest = body.rest.fine
    left = rest[:, 0] > 0

    def along(start: str, middle: str, end: str) -> Floats:
        values = np.empty(len(rest))
        for letter, chosen in (("L", left), ("R", ~left)):
            points = [body.rest.head(f"{bone}.{letter}") for bone in (start, middle, end)]
            values[chosen] = _along_limb(rest[chosen], *points)
        return values

    weights = rig().weight_of("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
    return Figure(
        body=body,
        rest=rest,
        posed=body.vertices,
        normals=vertex_normals(body.vertices, rig().fine_faces),
        size=float(np.ptp(body.rest.vertices[:, 2])) / 1.7,
        arm=along("upperarm01", "lowerarm01", "wrist"),
        leg=along("upperleg01", "lowerleg01", "foot"),
        arm_weight=weights,
    )


def _along_limb(points: Floats, start: Floats, middle: Floats, end: Floats) -> Floats:
    """Return (N,) the distance along the bent line from `start` over `middle` to `end`."""
    first, second = middle - start, end - middle
    length = np.linalg.norm(first)
    before = (points - start) @ first / length
    after = length + (points - middle) @ second / np.linalg.norm(second)
    return np.where((points - middle) @ (first / length + second / np.linalg.norm(second)) < 0, before, after)


# --- edges ---------------------------------------------------------------------------------------


def below_waist(figure: Figure, height: float, rise: float = 0.0) -> Floats:
    """Below a plane fixed to the pelvis, `height` above the hip joints; `rise`: slope up to the back."""
    hips = (figure.body.joint("upperleg01.L") + figure.body.joint("upperleg01.R")) / 2
    local = (figure.posed - hips) @ figure.body.rotation("root")
    level = height * figure.size - (local[:, 2] - rise * local[:, 1]) / np.hypot(1.0, rise)
    # A thigh that is drawn up over the waist stays clothed.
    level = np.maximum(level, 4 * (figure.leg - 0.03 * figure.size))
    return np.where(figure.arm_weight > 0.2, -FAR, level)


def above_hem(figure: Figure, height: float) -> Floats:
    """Above a plane fixed to the ribs that passes `height` above the hip joints (negative: below)."""
    ribs = figure.body.rotation("spine02")
    pivot = figure.body.joint("spine02")
    depth = figure.at("spine02")[2] - figure.at("upperleg01.L")[2] - height * figure.size
    local = (figure.posed - pivot) @ ribs
    return local[:, 2] + depth


def above_leg_hem(figure: Figure, length: float, slant: float = 0.0) -> Floats:
    """Above a line around each leg, `length` below the hip joint; `slant` raises its outer side."""
    outward = np.abs(figure.rest[:, 0]) - np.abs(figure.at("upperleg01.L")[0])
    return (length * figure.size - figure.leg - slant * outward) / np.hypot(1.0, slant)


def above_sleeve_hem(figure: Figure, length: float) -> Floats:
    """From the trunk down to a line around each arm, `length` below the shoulder joint."""
    return np.where(figure.arm_weight > 0.3, length * figure.size - figure.arm, 0.3)


def outside_neckline(figure: Figure, width: float, front: float, back: float) -> Floats:
    """Outside a U around the neck, of half-width `width`; its bottom lies `front` and `back` below C7."""
    c7, size = figure.skin("c7"), figure.size
    y = figure.rest[:, 1]
    middle = 0.5 * (figure.acromion[1] + figure.at("neck01")[1])
    share = np.clip((y - middle) / (0.04 * size) + 0.5, 0, 1)
    bottom = c7[2] - size * ((1 - share) * front + share * back) + width * size
    sideways, above = np.abs(figure.rest[:, 0]), figure.rest[:, 2] - bottom
    outside = np.where(above > 0, sideways, np.hypot(sideways, above)) - width * size
    return np.minimum(outside, c7[2] + 0.03 * size - figure.rest[:, 2])


def inside_armholes(figure: Figure, width: float, depth: float) -> Floats:
    """Between the arms: `width` of the shoulder width at the top, all of the chest `depth` below it."""
    x, z = np.abs(figure.rest[:, 0]), figure.rest[:, 2]
    below = np.maximum(0.0, figure.acromion[2] - 0.35 * depth * figure.size - z)
    limit = width * figure.acromion[0] + 0.9 * below + 4.0 * below**2
    return np.minimum((limit - x) / 1.2, 0.10 * (0.55 - figure.arm_weight))


def above_chest_line(figure: Figure, depth: float) -> Floats:
    """Above a line on the skin around the ribs, `depth` below the shoulder tips."""
    return figure.rest[:, 2] - (figure.acromion[2] - depth * figure.size)


# --- shells --------------------------------------------------------------------------------------


def shell(
    figure: Figure,
    name: str,
    layers: tuple[Layer, ...],
    gap: Floats | float,
    smooth: int,
    wrinkles: Floats | float = 0.0,
    seed: int = 0,
    loose: Floats | float = 1.0,
    level: Floats | float = 0.0,
) -> Surface:
    """Return cloth around the body: skin smoothed `smooth` times and then at least `gap` off it (metres).

    `layers` have their fields on the whole fine mesh; the shell keeps only the faces that they need.
    `wrinkles` is the amplitude of long soft folds, metres; `loose` in 0…1 says how far the smoothing goes,
    `level` in 0…1 how far the cloth moves straight away from the trunk's middle, as hanging cloth does.
    """
    field = np.max([layer.field for layer in layers], axis=0)
    faces = rig().fine_faces
    faces = faces[(field[faces] > -0.012).any(axis=1) & ~rig().eyeball[faces].any(axis=1)]
    slack = smoothed(figure.posed, rig().average, smooth) - figure.posed
    soft = figure.posed + np.asarray(loose)[..., None] * slack
    normals = vertex_normals(soft, rig().fine_faces)
    if np.any(level):
        share = np.broadcast_to(level, len(normals))[:, None]
        normals = (1 - share) * normals + share * _radial(figure)
        normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
    distance = np.einsum("ij,ij->i", soft - figure.posed, normals)
    lift = np.maximum(np.asarray(gap) - distance, 0.0)
    lift = np.maximum(smoothed(lift, rig().average, 6), lift) + wrinkles * _folds(figure, seed)
    vertices = soft + normals * lift[:, None]
    return cropped(
        Surface(name=name, vertices=vertices, faces=faces, layers=layers, rest_height=figure.rest[:, 2])
    )


def _trunk(figure: Figure) -> tuple[NDArray[np.bool_], Floats]:
    """Return which vertices are the trunk's, chest to buttocks, and all depths under the shoulder tip."""
    at_rest = figure.acromion[2] - figure.rest[:, 2]
    depth = figure.posed[SKIN_POINTS["acromion_left"], 2] - figure.posed[:, 2]
    trunk = (figure.arm_weight < 0.1) & (at_rest > 0.08) & (figure.leg < 0.2 * figure.size)
    return trunk & (depth > 0.05) & (depth < 0.90), depth


def _radial(figure: Figure) -> Floats:
    """Return (W, 3) level unit vectors away from the trunk's middle."""
    trunk, _ = _trunk(figure)
    flat = (figure.posed - figure.posed[trunk].mean(axis=0)) * [1.0, 1.0, 0.0]
    return np.asarray(flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-9))


def hanging_gap(figure: Figure, ease: float) -> Floats:
    """Return (W,) how far cloth that hangs from chest, back and belly keeps off the skin, metres.

    Around the trunk, cloth cannot fall inwards faster than 12 cm a metre below what it hangs from.
    """
    trunk, depth = _trunk(figure)
    row = depth / 0.01
    flat = figure.posed[:, :2] - figure.posed[trunk, :2].mean(axis=0)
    radius, angle = np.hypot(*flat.T), np.arctan2(flat[:, 1], flat[:, 0])
    column = (angle + np.pi) / (2 * np.pi) * 72
    reach = np.zeros((90, 72))
    np.maximum.at(reach, (row[trunk].astype(int), column[trunk].astype(int) % 72), radius[trunk])
    for level in range(1, 90):
        reach[level] = np.maximum(reach[level], reach[level - 1] - 0.0012)
    reach = grey_closing(reach, size=(1, 15), mode="wrap")
    reach = gaussian_filter(reach, (3, 2.5), mode=("nearest", "wrap"))
    place = np.stack([np.clip(row, 0, 89), column % 72])
    outward = map_coordinates(reach, place, order=1, mode="grid-wrap") - radius
    below_chest = np.clip((row - 10) / 14, 0, 1)
    gap = np.where(figure.arm_weight < 0.1, below_chest * np.clip(outward, 0.0, 0.08), 0.0)
    return ease + smoothed(gap, rig().average, 30)


def cropped(surface: Surface) -> Surface:
    """Return the surface without vertices that no face uses."""
    used, faces = np.unique(surface.faces, return_inverse=True)
    return replace(
        surface,
        vertices=surface.vertices[used],
        faces=faces.reshape(surface.faces.shape),
        layers=tuple(replace(layer, field=layer.field[used]) for layer in surface.layers),
        rest_height=None if surface.rest_height is None else surface.rest_height[used],
    )


def _folds(figure: Figure, seed: int) -> Floats:
    """Return (W,) soft noise in 0…1 with wavelengths of 9 to 26 cm, longer along the limbs."""
    rng = np.random.default_rng(seed)
    total = np.zeros(len(figure.rest))
    for _ in range(10):
        direction = rng.normal(size=3) * [1.0, 1.0, 0.4]
        direction /= np.linalg.norm(direction)
        wavelength = rng.uniform(0.09, 0.26)
        total += np.sin(2 * np.pi * (figure.rest @ direction) / wavelength + rng.uniform(0, 6.28))
    return np.asarray(np.clip(0.5 + total / 9, 0, 1))


def under(field: NDArray[np.float64], *covers: Floats) -> Floats:
    """Return `field` cut away where a cover lies more than 2 cm inside its own edge: nothing pokes out."""
    for cover in covers:
        field = np.minimum(field, 0.02 - cover)
    return field
