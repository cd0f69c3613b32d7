"""Finer meshes for the fast renderer: one Catmull–Clark step, and large faces cut to screen size."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic.camera import focal_px, to_camera
from benchmarks.synthetic.scene import Camera, Floats

Ints = NDArray[np.int64]
NEAR_M = 0.1
MAX_CUTS = 40
_KNOWN: dict[bytes, _Topology] = {}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Topology:
    """What one step needs to know of the faces, found once per mesh.

    faces (F, n); edges (E, 2) vertices; side (F, n): edge from corner i to i + 1; quads (nF, 4): new faces
    """

    faces: Ints
    edges: Ints
    side: Ints
    inner: NDArray[np.bool_]
    valence: Ints
    rim: NDArray[np.bool_]
    quads: Ints


def catmull_clark(vertices: Floats, faces: Ints) -> tuple[Floats, Ints]:
    """Return vertices (V + E + F, 3) and quads after one Catmull–Clark step over faces (F, 3) or (F, 4).

    The first V vertices are the old ones at their new places. Borders are smoothed along the border.
    """
    known = _topology(faces, len(vertices))
    sides = faces.shape[1]
    face_points = vertices[known.faces].mean(axis=1)
    middles = vertices[known.edges].mean(axis=1)
    beside = _sum(known.side.ravel(), np.repeat(face_points, sides, axis=0), len(middles))
    edge_points = np.where(known.inner[:, None], (2 * middles + beside) / 4, middles)

    count = len(vertices)
    valence = np.maximum(known.valence, 1)[:, None]
    around = _sum(known.faces.ravel(), np.repeat(face_points, sides, axis=0), count)
    edge_ends = known.edges.ravel()
    spokes = _sum(edge_ends, np.repeat(middles, 2, axis=0), count)
    smooth = (around / valence + 2 * spokes / valence + (valence - 3) * vertices) / valence
    border = ~known.inner
    along = _sum(known.edges[border].ravel(), np.repeat(middles[border], 2, axis=0), count)
    moved = np.where(known.rim[:, None], vertices / 2 + along / 4, smooth)
    return np.concatenate([moved, edge_points, face_points]), known.quads


def spread(values: NDArray[np.float32], faces: Ints) -> NDArray[np.float32]:
    """Return values (V, k) on the vertices that `catmull_clark` makes, interpolated linearly."""
    known = _topology(faces, len(values))
    return np.concatenate([values, values[known.edges].mean(axis=1), values[known.faces].mean(axis=1)])


def vertex_normals(vertices: Floats, quads: Ints) -> Floats:
    """Return (V, 3) unit normals, weighted by the area of the faces around."""
    a, b, c, d = (vertices[quads[:, i]] for i in range(4))
    face = np.cross(c - a, d - b)
    total = _sum(quads.ravel(), np.repeat(face, 4, axis=0), len(vertices))
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


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


def _sum(index: Ints, values: Floats, count: int) -> Floats:
    columns = [np.bincount(index, weights=values[:, k], minlength=count) for k in range(values.shape[1])]
    return np.stack(columns, axis=1)


def _topology(faces: Ints, count: int) -> _Topology:
    key = np.ascontiguousarray(faces).tobytes() + count.to_bytes(8, "little")
    if key not in _KNOWN:
        if len(_KNOWN) > 64:
            _KNOWN.clear()
        _KNOWN[key] = _find_topology(faces, count)
    return _KNOWN[key]


def _find_topology(faces: Ints, count: int) -> _Topology:
    sides = faces.shape[1]
    pairs = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2)
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    codes, side = np.unique(low * count + high, return_inverse=True)
    edges = np.stack([codes // count, codes % count], axis=1)
    shared = np.bincount(side, minlength=len(edges))
    inner = shared == 2
    side = side.reshape(-1, sides)
    rim = np.zeros(count, dtype=bool)
    rim[edges[~inner].ravel()] = True
    edge_point, face_point = count + side, count + len(edges) + np.arange(len(faces))
    quads = [
        np.stack([faces[:, i], edge_point[:, i], face_point, edge_point[:, i - 1]], axis=1)
        for i in range(sides)
    ]
    return _Topology(
        faces=faces,
        edges=edges,
        side=side,
        inner=inner,
        valence=np.bincount(edges.ravel(), minlength=count),
        rim=rim,
        quads=np.stack(quads, axis=1).reshape(-1, 4),
    )
