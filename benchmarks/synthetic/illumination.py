"""Irradiance at the vertices of a scene, for the fast renderer.

The subject casts shadows through one depth map per sample direction; the room is large and casts none,
but reflects what falls on it once, so that a red floor reddens the legs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from benchmarks.synthetic import kernels
from benchmarks.synthetic.scene import Floats, Light, Scene, Surface
from benchmarks.synthetic.subdivide import rounded

SKY_DISTANCE_M = 50.0
SKY_TEXELS = 160
LAMP_TEXELS = 224
LARGEST_CASTER_M = 2.6
ROOM_AMBIENT = 0.55
SUBJECT_GLOW = 0.35
"""Guesses: the share of the sky that a wall sees; how bright a body part is that shades another."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Casters:
    """What casts shadows: vertices (V, 3), quads (Q, 4), and the ball around them."""

    place: Floats
    quads: NDArray[np.int64]
    centre: Floats
    radius: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Receivers:
    """What is lit: places and unit normals (N, 3), metres to the subject (N), irradiance so far (N, 3)."""

    place: Floats
    normal: Floats
    reach: Floats
    total: Floats


def casts_shadow(surface: Surface) -> bool:
    """Whether the surface is small enough to stand in a room, and not the room itself."""
    return bool(np.ptp(surface.vertices, axis=0).max() <= LARGEST_CASTER_M)


def irradiance(
    scene: Scene, place: Floats, normal: Floats, casting: NDArray[np.bool_], sky_samples: int, lamp_grid: int
) -> tuple[Floats, Floats]:
    """Return (N, 3) irradiance at N places, and (N, lights) which share of each light they see.

    `casting` tells the places that lie on a surface which casts shadows itself. The sky is split into
    `sky_samples` directions, each lamp into `lamp_grid` squared points.
    """
    casters = _casters(scene.surfaces)
    reach = np.zeros(len(place))
    if len(casters.place):
        reach[~casting] = KDTree(casters.place[::50]).query(place[~casting], eps=0.2)[0] + 1e-6
    lit = _Receivers(place=place, normal=normal, reach=reach, total=np.zeros((len(place), 3)))
    _add_sky(scene, casters, lit, sky_samples)
    free = [_add_lamp(light, casters, lit, lamp_grid) for light in scene.lights]
    return lit.total, np.stack(free, axis=1) if free else np.zeros((len(place), 0))


def _casters(surfaces: tuple[Surface, ...]) -> _Casters:
    """Join all surfaces that cast shadows, without faces that no layer covers."""
    places, quads, count = [np.zeros((0, 3))], [np.zeros((0, 4), dtype=np.int64)], 0
    for surface in filter(casts_shadow, surfaces):
        covered = np.max([layer.field for layer in surface.layers], axis=0)
        faces = surface.faces[covered[surface.faces].max(axis=1) > 0]
        quads.append((faces if faces.shape[1] == 4 else faces[:, [0, 1, 2, 2]]) + count)
        places.append(rounded(surface)[0][: len(surface.vertices)] if surface.smooth else surface.vertices)
        count += len(surface.vertices)
    joined = np.concatenate(places)
    low, high = (joined.min(axis=0), joined.max(axis=0)) if count else (np.zeros(3), np.ones(3))
    centre = (low + high) / 2
    return _Casters(
        place=joined,
        quads=np.concatenate(quads),
        centre=centre,
        radius=float(np.linalg.norm(joined - centre, axis=1).max(initial=0.1)),
    )


def _add_sky(scene: Scene, casters: _Casters, lit: _Receivers, samples: int) -> None:
    directions = _even_directions(samples)
    share = 4 * np.pi / samples
    radiance = _seen_from(scene, casters.centre, directions) * share
    glow = SUBJECT_GLOW * np.mean(radiance, axis=0) * _mean_color(scene)
    width = SKY_DISTANCE_M * share**0.5
    ignored = np.zeros(len(lit.place))
    for direction, color in zip(directions, radiance, strict=True):
        point = casters.centre + SKY_DISTANCE_M * direction
        _add_sample(casters, lit, point, width, np.zeros(3), color, glow, SKY_TEXELS, ignored)


def _add_lamp(light: Light, casters: _Casters, lit: _Receivers, count: int) -> Floats:
    """Add a square light, and return (N) the share of it that each place sees."""
    free = np.zeros(len(lit.place))
    axis = np.subtract(light.target, light.position)
    axis /= np.linalg.norm(axis)
    steps = (np.arange(count) + 0.5) / count - 0.5
    grid = np.array([[a, b] for a in steps for b in steps]) * light.size_m
    color = np.multiply(light.color, light.power_w / np.pi / len(grid))
    width = light.size_m / count
    for point in np.array(light.position) + grid @ _across(axis):
        _add_sample(casters, lit, point, width, axis, color, np.zeros(3), LAMP_TEXELS, free)
    return free / len(grid)


def _add_sample(
    casters: _Casters, lit: _Receivers, point: Floats, width: float, axis: Floats, color: Floats,
    glow: Floats, texels: int, free: Floats,
) -> None:  # fmt: skip
    """Look at the subject from `point`, keep how deep it is seen, and light all places by that."""
    towards = casters.centre - point
    distance = float(np.linalg.norm(towards))
    forward = towards / distance
    frame = np.concatenate([_across(forward), forward[None]])
    wide = casters.radius / np.sqrt(max(distance**2 - casters.radius**2, 0.2 * distance**2))
    focal = (texels - 4) / 2 / wide
    seen = np.empty_like(casters.place)
    depths = np.empty((texels, texels), dtype=np.float32)
    sums = np.empty((texels + 1, texels + 1), dtype=np.int32)
    kernels.look_from(casters.place, point, frame, focal, texels / 2, seen)
    kernels.depth_map(seen, casters.quads, depths)
    kernels.summed(depths, sums)
    kernels.add_light(
        lit.place, lit.normal, lit.reach, point, frame, focal, depths, sums, width, axis, color, glow,
        lit.total, free,
    )  # fmt: skip


def _seen_from(scene: Scene, eye: Floats, directions: Floats) -> Floats:
    """Return the (D, 3) radiance that comes from the room, or the sky, out of each direction."""
    nearest = np.full(len(directions), np.inf)
    result = np.full((len(directions), 3), scene.ambient)
    for surface in scene.surfaces:
        if casts_shadow(surface):
            continue
        corners = surface.vertices[surface.faces]
        fans = [corners[:, [0, i, i + 1]] for i in range(1, surface.faces.shape[1] - 1)]
        texture = surface.texture
        tint = np.ones(3) if texture is None else texture[::8, ::8].mean(axis=(0, 1))
        distance, normal = _hits(eye, directions, np.concatenate(fans))
        for index in np.flatnonzero(distance < nearest):
            nearest[index] = distance[index]
            light = _unshadowed(scene, eye + distance[index] * directions[index], normal[index])
            result[index] = tint * surface.layers[-1].color * light
    return result


def _hits(eye: Floats, directions: Floats, triangles: Floats) -> tuple[Floats, Floats]:
    """Return (D) distances to the first of (T, 3, 3) triangles on each ray, or infinity, and its normal."""
    a, b, c = (triangles[:, i] for i in range(3))
    normal = np.cross(b - a, c - a)
    slant = directions @ normal.T
    slant = np.where(np.abs(slant) < 1e-12, 1e-12, slant)
    distance = np.einsum("tk,tk->t", normal, a - eye) / slant
    place = eye + distance[..., None] * directions[:, None]
    met = distance > 1e-6
    for p, q in ((a, b), (b, c), (c, a)):
        inward = np.cross(normal, q - p)
        met &= np.einsum("dtk,tk->dt", place, inward) >= np.einsum("tk,tk->t", p, inward)
    distance = np.asarray(np.where(met, distance, np.inf))
    first = distance.argmin(axis=1)
    unit = normal[first] / np.maximum(np.linalg.norm(normal[first], axis=1, keepdims=True), 1e-12)
    towards = np.einsum("dk,dk->d", unit, directions)
    return distance.min(axis=1), -unit * np.sign(towards)[:, None]


def _unshadowed(scene: Scene, place: Floats, normal: Floats) -> Floats:
    """Return (3,) irradiance over pi at a place of the room, with nobody in the way."""
    total = np.full(3, ROOM_AMBIENT * scene.ambient)
    for light in scene.lights:
        towards = np.array(light.position) - place
        distance = float(np.linalg.norm(towards))
        axis = np.array(light.target) - light.position
        leaving = -float(towards @ axis) / distance / float(np.linalg.norm(axis))
        arriving = float(towards @ normal) / distance
        strength = max(leaving, 0.0) * max(arriving, 0.0) * light.power_w / (np.pi * distance) ** 2
        total += strength * np.array(light.color)
    return total


def _mean_color(scene: Scene) -> Floats:
    """Return the mean of the colours on casters, as a rough tint of light between body parts."""
    colors = [layer.color for surface in scene.surfaces if casts_shadow(surface) for layer in surface.layers]
    return np.mean(colors, axis=0) if colors else np.full(3, 0.5)


def _even_directions(count: int) -> Floats:
    """Return (count, 3) unit vectors spread evenly over the sphere (a Fibonacci spiral)."""
    index = np.arange(count) + 0.5
    z = 1 - 2 * index / count
    turn = np.pi * (1 + 5**0.5) * index
    across = np.sqrt(1 - z * z)
    return np.stack([across * np.cos(turn), across * np.sin(turn), z], axis=1)


def _across(direction: Floats) -> Floats:
    """Return (2, 3) unit vectors that stand square to `direction` and to each other."""
    other = np.array([0.0, 0.0, 1.0]) if abs(direction[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    right = np.cross(direction, other)
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(right, direction)])
