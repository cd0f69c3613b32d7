"""Draw a scene in about a second on one core: a rasterizer with soft light, for pictures by the thousand.

It follows `cycles` in what matters for measuring: the same camera, the same rounded meshes, layers
thresholded per pixel. Light is found per vertex: every area light and the sky are split into sample
directions, each with a depth map of the subject, and the room reflects once. Needs Numba.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic import illumination, kernels
from benchmarks.synthetic.camera import focal_px, to_camera
from benchmarks.synthetic.mesh import vertex_normals
from benchmarks.synthetic.scene import Camera, Floats, Layer, Scene, Surface
from benchmarks.synthetic.subdivide import (
    LARGEST_FACE_PX,
    cut_to_size,
    diagonals_px,
    rounded,
    shows_corners,
    spread,
    unrounded,
)

# Four points of a pixel, no two in one row or column, so that nearly upright edges come out even.
POINTS_IN_PIXEL = ((-0.125, -0.375), (0.375, -0.125), (-0.375, 0.125), (0.125, 0.375))
Points = tuple[tuple[float, float], ...]
Window = tuple[int, int, int, int]
KEPT_CHAINS = 16
_CHAINS: dict[int, tuple[NDArray[np.float32], list[NDArray[np.float32]]]] = {}
HIDDEN_SLANT = -0.35
"""Cosine to the camera below which a vertex cannot belong to a face that is seen from outside."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mesh:
    """All surfaces of a scene as triangles of the picture's fineness.

    place, normal (N, 3); uv (N, 2); rest (N); fields (N, K): layers in the surface's own order
    triangles (T, 3); owner (T): index of the surface
    """

    place: NDArray[np.float64]
    normal: NDArray[np.float64]
    uv: NDArray[np.float32]
    rest: NDArray[np.float32]
    fields: NDArray[np.float32]
    triangles: NDArray[np.int32]
    owner: NDArray[np.int32]


def render(
    scene: Scene, sky_samples: int = 96, lamp_grid: int = 4, *,
    points: Points = POINTS_IN_PIXEL, window: Window | None = None,
) -> NDArray[np.uint8]:  # fmt: skip
    """Return the (height, width, 3) sRGB picture of `scene`; the same scene gives the same picture.

    The sky is split into `sky_samples` directions, each light into `lamp_grid` squared points: fewer
    are quicker, with rougher shadows. `points` are the places in a pixel that are looked at; of a
    `window` (left, top, right, bottom) only these pixels are drawn and returned.
    """
    radiance = render_linear(scene, sky_samples, lamp_grid, points=points, window=window) * scene.exposure
    clipped = np.clip(radiance, 0.0, 1.0)
    curve = np.where(clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(255 * curve), dtype=np.uint8)


def render_linear(
    scene: Scene, sky_samples: int = 96, lamp_grid: int = 4, *,
    points: Points = POINTS_IN_PIXEL, window: Window | None = None,
) -> NDArray[np.float32]:  # fmt: skip
    """Return the (height, width, 3) radiance of `scene` before exposure; see `render`."""
    camera = scene.camera
    left, top, right, bottom = window or (0, 0, camera.width, camera.height)
    meshes = [
        (_fine if illumination.casts_shadow(surface) else _fine_room)(surface, camera)
        for surface in scene.surfaces
    ]
    mesh = _join(meshes)
    casting = np.repeat(
        [illumination.casts_shadow(surface) for surface in scene.surfaces],
        [len(part.place) for part in meshes],
    )
    local = to_camera(camera, mesh.place)
    inverse = np.where(local[:, 2] > 0.01, 1 / np.maximum(local[:, 2], 0.01), 0.0)
    flat = focal_px(camera) * local[:, :2] * inverse[:, None]
    flat += [camera.width / 2 - left, camera.height / 2 - top]
    size = (bottom - top, right - left)
    towards = camera.position - mesh.place
    slant = np.einsum("nk,nk->n", towards, mesh.normal) / np.linalg.norm(towards, axis=1)
    near = (np.abs(2 * flat - size[::-1]) < np.add(size[::-1], 4 * LARGEST_FACE_PX)).all(axis=1)
    shown = np.flatnonzero((slant > HIDDEN_SLANT) & near)
    irradiance, free = np.zeros((len(slant), 3)), np.zeros((len(slant), len(scene.lights)))
    irradiance[shown], free[shown] = illumination.irradiance(
        scene, mesh.place[shown], mesh.normal[shown], casting[shown], sky_samples, lamp_grid
    )
    paint = _paint(scene.surfaces)
    level = _texture_level(mesh, flat, paint)

    depth, seen = np.empty(size), np.empty(size, dtype=np.int32)
    total = np.zeros((*size, 3), dtype=np.float32)
    lamps = np.array([light.position for light in scene.lights]).reshape(-1, 3)
    flux = np.array([np.multiply(light.color, light.power_w / np.pi) for light in scene.lights]).reshape(
        -1, 3
    )
    for shift_x, shift_y in points:
        kernels.visible(
            flat, inverse, mesh.triangles, mesh.owner, paint.cut, paint.first_layer, mesh.fields,
            shift_x, shift_y, depth, seen,
        )  # fmt: skip
        kernels.shade(
            seen, depth, flat, inverse, mesh.triangles, mesh.owner, level, mesh.place, mesh.normal,
            irradiance, free, mesh.uv, mesh.rest, mesh.fields, paint.first_layer, paint.color,
            paint.roughness, paint.pattern, paint.stripe, paint.levels, paint.first_level, paint.pixels,
            np.array(camera.position, dtype=np.float64), lamps, flux, scene.ambient, shift_x, shift_y, total,
        )  # fmt: skip
    return total / np.float32(len(points))


def _fine(surface: Surface, camera: Camera) -> Mesh:
    """Round a smooth surface as Cycles does, and cut faces that are large in the picture."""
    fields = np.stack([layer.field for layer in surface.layers], axis=1)
    rest = surface.vertices[:, 2] if surface.rest_height is None else surface.rest_height
    uv = np.zeros((len(rest), 2)) if surface.uv is None else surface.uv
    extra = np.concatenate([uv, rest[:, None], fields], axis=1).astype(np.float32)
    if surface.smooth:
        place, quads, edges = rounded(surface) if shows_corners(surface, camera) else unrounded(surface)
        extra = spread(extra, surface.faces, edges)
        normal = vertex_normals(place, quads)
        if diagonals_px(place, quads, camera).max() < 2 * LARGEST_FACE_PX:
            return _mesh(place, normal, extra, quads)
        corner_normal = normal[quads]
    else:
        place = np.asarray(surface.vertices, dtype=np.float64)
        quads = surface.faces if surface.faces.shape[1] == 4 else surface.faces[:, [0, 1, 2, 2]]
        corner_normal = np.repeat(_facing(place[quads], camera)[:, None], 4, axis=1)
    corners = np.concatenate([place[quads], corner_normal, extra[quads]], axis=2)
    cut = cut_to_size(camera, corners, LARGEST_FACE_PX).reshape(-1, corners.shape[2])
    return _mesh(cut[:, :3], cut[:, 3:6], cut[:, 6:].astype(np.float32), np.arange(len(cut)).reshape(-1, 4))


@lru_cache(maxsize=32)
def _fine_room(surface: Surface, camera: Camera) -> Mesh:
    """Return the same for a part of the room, which a clip draws again and again."""
    return _fine(surface, camera)


def _facing(corners: Floats, camera: Camera) -> Floats:
    """Return (Q, 3) unit normals of flat quads, on the side of the camera."""
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    towards = np.einsum("qk,qk->q", normal, camera.position - corners.mean(axis=1))
    return np.asarray(np.where(towards[:, None] < 0, -normal, normal))


def _mesh(place: Floats, normal: Floats, extra: NDArray[np.float32], quads: NDArray[np.int64]) -> Mesh:
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)
    return Mesh(
        place=place, normal=normal, uv=extra[:, :2], rest=extra[:, 2], fields=extra[:, 3:],
        triangles=triangles, owner=np.zeros(len(triangles), dtype=np.int32),
    )  # fmt: skip


def _join(meshes: list[Mesh]) -> Mesh:
    widest = max(mesh.fields.shape[1] for mesh in meshes)
    starts = np.cumsum([0, *(len(mesh.place) for mesh in meshes)])
    fields = [np.pad(mesh.fields, ((0, 0), (0, widest - mesh.fields.shape[1]))) for mesh in meshes]
    return Mesh(
        place=np.concatenate([mesh.place for mesh in meshes]),
        normal=np.concatenate([mesh.normal for mesh in meshes]),
        uv=np.concatenate([mesh.uv for mesh in meshes]),
        rest=np.concatenate([mesh.rest for mesh in meshes]),
        fields=np.concatenate(fields),
        triangles=np.concatenate(
            [mesh.triangles + np.int32(start) for mesh, start in zip(meshes, starts, strict=False)]
        ),
        owner=np.repeat(np.arange(len(meshes), dtype=np.int32), [len(mesh.triangles) for mesh in meshes]),
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Paint:
    """Layers and textures of all surfaces, laid end to end as the kernels want them."""

    first_layer: NDArray[np.int64]
    cut: NDArray[np.bool_]
    color: Floats
    roughness: Floats
    pattern: Floats
    stripe: Floats
    first_level: NDArray[np.int64]
    levels: NDArray[np.int64]
    pixels: NDArray[np.float32]


def _paint(surfaces: tuple[Surface, ...]) -> _Paint:
    layers: list[Layer] = [layer for surface in surfaces for layer in surface.layers]
    chains = [[] if surface.texture is None else _levels(surface.texture) for surface in surfaces]
    pictures = [picture for chain in chains for picture in chain]
    starts = np.cumsum([0, *(picture.shape[0] * picture.shape[1] for picture in pictures)])
    levels = [(start, *picture.shape[:2]) for start, picture in zip(starts, pictures, strict=False)]
    pixels = [picture.reshape(-1, 3) for picture in pictures] or [np.zeros((1, 3), dtype=np.float32)]
    return _Paint(
        first_layer=np.cumsum([0, *(len(surface.layers) for surface in surfaces)]),
        cut=np.array([not any(layer.field.min() > 0 for layer in surface.layers) for surface in surfaces]),
        color=np.array([layer.color for layer in layers]),
        roughness=np.array([layer.roughness for layer in layers]),
        pattern=np.array([layer.pattern for layer in layers]),
        stripe=np.array([layer.stripe or (0.0, 0.0) for layer in layers]),
        first_level=np.cumsum([0, *map(len, chains)]),
        levels=np.array(levels, dtype=np.int64).reshape(-1, 3),
        pixels=np.concatenate(pixels),
    )


def _levels(texture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    """Return the texture and its halvings; those of the last few textures are kept."""
    known = _CHAINS.get(id(texture))
    if known is not None and known[0] is texture:
        return known[1]
    chain = [np.asarray(texture, dtype=np.float32)]
    while min(chain[-1].shape[:2]) >= 4:
        last = chain[-1][: chain[-1].shape[0] // 2 * 2, : chain[-1].shape[1] // 2 * 2]
        chain.append((last[::2, ::2] + last[1::2, ::2] + last[::2, 1::2] + last[1::2, 1::2]) / np.float32(4))
    while len(_CHAINS) >= KEPT_CHAINS:
        _CHAINS.pop(next(iter(_CHAINS)))
    _CHAINS[id(texture)] = (texture, chain)
    return chain


def _texture_level(mesh: Mesh, flat: Floats, paint: _Paint) -> NDArray[np.float32]:
    """Return (T) how many halvings of the texture make one texel about as large as a pixel."""
    first = paint.first_level[mesh.owner]
    textured = paint.first_level[mesh.owner + 1] > first
    result = np.zeros(len(mesh.triangles), dtype=np.float32)
    if textured.any():
        corners = mesh.triangles[textured]
        _, height, width = paint.levels[first[textured]].T
        texels = np.abs(_area(mesh.uv[corners])) * height * width
        ratio = texels / np.maximum(np.abs(_area(flat[corners])), 1e-9)
        result[textured] = 0.5 * np.log2(np.maximum(ratio, 1e-6))
    return result


def _area(corners: NDArray[np.floating]) -> Floats:
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], dtype=np.float64)
