"""Finer meshes for the fast renderer: one Catmull–Clark step, and large faces cut to screen size."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.synthetic.camera import focal_px, to_camera
from benchmarks.synthetic.mesh import Ints, catmull_clark, edges_of
from benchmarks.synthetic.scene import Camera, Floats, Surface

NEAR_M = 0.1
LARGEST_FACE_PX = 14.0
MAX_CUTS = 40


def shows_corners(surface: Surface, camera: Camera) -> bool:
    """Whether faces of the surface are so large in the picture that it has to be rounded."""
    return bool(np.mean(diagonals_px(surface.vertices, surface.faces, camera) < LARGEST_FACE_PX) < 0.95)


def diagonals_px(place: Floats, faces: Ints, camera: Camera) -> Floats:
    """Return (F) the length from each face's first to its third corner, infinite behind the camera."""
    local = to_camera(camera, place)
    flat = focal_px(camera) * local[:, :2] / np.maximum(local[:, 2:], NEAR_M)
    long = np.linalg.norm(flat[faces[:, 0]] - flat[faces[:, 2]], axis=1)
    return np.asarray(np.where(local[faces, 2].min(axis=1) < 2 * NEAR_M, np.inf, long))


def unrounded(surface: Surface) -> tuple[Floats, Ints, Ints]:
    """Return the surface as `rounded` would, but as it is: vertices, quads and no edges."""
    faces = surface.faces
    quads = faces if faces.shape[1] == 4 else faces[:, [0, 1, 2, 2]]
    return np.asarray(surface.vertices, dtype=np.float64), quads, np.zeros((0, 2), dtype=np.int64)


def rounded(surface: Surface) -> tuple[Floats, Ints, Ints]:
    """Return the surface after one Catmull–Clark step: vertices, quads, and the (E, 2) edges it had.

    The vertices are the old ones at their new places, one per old edge, one per old face. Triangles
    are left as they are.
    """
    if surface.faces.shape[1] == 3:
        return unrounded(surface)
    faces = np.ascontiguousarray(surface.faces, dtype=np.int64)
    matrix, quads, edges = _step(faces.tobytes(), len(surface.vertices))
    return np.asarray(matrix @ surface.vertices), quads, edges


@lru_cache(maxsize=64)
def _step(faces: bytes, count: int) -> tuple[csr_matrix, Ints, Ints]:
    quads = np.frombuffer(faces, dtype=np.int64).reshape(-1, 4)
    matrix, finer = catmull_clark(quads, count)
    return matrix, finer, edges_of(quads)[0]


def spread(values: NDArray[np.float32], faces: Ints, edges: Ints) -> NDArray[np.float32]:
    """Return values (V, k) on the vertices that `rounded` makes, interpolated linearly."""
    if len(edges) == 0:
        return values
    return np.concatenate([values, values[edges].mean(axis=1), values[faces].mean(axis=1)])


def cut_to_size(camera: Camera, corners: Floats, limit_px: float) -> Floats:
    """Cut quads (Q, 4, 3 + k) in halves until no edge is longer than `limit_px` in the picture.

    The first three numbers of a corner are its place; the rest is interpolated. What lies outside of
    the picture is left out.
    """
    finished = []
    for _ in range(MAX_CUTS):
        local = to_camera(camera, corners[..., :3].reshape(-1, 3)).reshape(-1, 4, 3)
        seen = _in_sight(camera, local)
        corners, local = corners[seen], local[seen]
        if len(corners) == 0:
            break
        across, along = _edges_px(camera, local)
        large = np.maximum(across, along) > limit_px
        finished.append(corners[~large])
        corners = _halves(corners[large], (across >= along)[large])
    return np.concatenate(finished) if finished else corners


def _in_sight(camera: Camera, local: Floats) -> NDArray[np.bool_]:
    focal = focal_px(camera)
    x, y, z = focal * local[..., 0], focal * local[..., 1], local[..., 2]
    wide, high = (camera.width / 2 + 4) * z, (camera.height / 2 + 4) * z
    outside = [x > wide, x < -wide, y > high, y < -high, z < NEAR_M]
    return np.asarray(~np.any([side.all(axis=1) for side in outside], axis=0))


def _edges_px(camera: Camera, local: Floats) -> tuple[Floats, Floats]:
    """Return the longer of the edges 0–1, 3–2 and of 1–2, 0–3; huge where the quad is too near."""
    flat = focal_px(camera) * local[..., :2] / np.maximum(local[..., 2:], NEAR_M)
    near = local[..., 2].min(axis=1) < NEAR_M
    flat = np.where(near[:, None, None], 1e5 * local[..., :2], flat)
    step = np.linalg.norm(np.roll(flat, -1, axis=1) - flat, axis=2)
    deep = np.abs(np.roll(local[..., 2], -1, axis=1) - local[..., 2])
    step += np.where(near[:, None], 1e5 * deep, 0.0)
    return np.maximum(step[:, 0], step[:, 2]), np.maximum(step[:, 1], step[:, 3])


def _halves(quads: Floats, across: NDArray[np.bool_]) -> Floats:
    turned = np.where(across[:, None, None], quads, np.roll(quads, -1, axis=1))
    a, b, c, d = (turned[:, i] for i in range(4))
    ab, dc = (a + b) / 2, (d + c) / 2
    return np.concatenate([np.stack([a, ab, dc, d], axis=1), np.stack([ab, b, c, dc], axis=1)])
