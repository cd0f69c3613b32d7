"""Mesh work that the people share: subdivision, smoothing, edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags

Ints = NDArray[np.int64]


def edges_of(faces: Ints) -> tuple[Ints, Ints]:
    """Return the (E, 2) sorted unique edges of (F, K) polygons, and each polygon's (F, K) edge numbers."""
    pairs = np.stack([faces, np.roll(faces, -1, axis=1)], axis=2).reshape(-1, 2)
    count = pairs.max(initial=0) + 1
    keys, inverse = np.unique(pairs.min(axis=1) * count + pairs.max(axis=1), return_inverse=True)
    return np.stack(np.divmod(keys, count), axis=1), inverse.reshape(faces.shape)


def catmull_clark(faces: Ints, vertex_count: int) -> tuple[csr_matrix, Ints]:
    """Return one step of Catmull–Clark subdivision of quads as (matrix, new faces).

    ``matrix @ vertices`` gives the new vertices: first the old ones, moved, then one per edge, then one
    per face. The matrix depends on the faces alone, so one serves every pose (Catmull and Clark, 1978).
    """
    edges, face_edges = edges_of(faces)
    edge_count, face_count = len(edges), len(faces)
    face_points = (
        _incidence(faces.ravel(), np.repeat(np.arange(face_count), 4), (face_count, vertex_count)) / 4
    )
    faces_per_edge = np.bincount(face_edges.ravel(), minlength=edge_count)
    border = faces_per_edge < 2
    middles = _incidence(edges.ravel(), np.repeat(np.arange(edge_count), 2), (edge_count, vertex_count)) / 2
    edge_faces = _incidence(np.repeat(np.arange(face_count), 4), face_edges.ravel(), (edge_count, face_count))
    beside = diags(1 / faces_per_edge) @ edge_faces @ face_points
    edge_points = diags(np.where(border, 1.0, 0.5)) @ middles + diags(np.where(border, 0.0, 0.5)) @ beside

    ring_edges = _incidence(np.repeat(np.arange(edge_count), 2), edges.ravel(), (vertex_count, edge_count))
    ring_faces = _incidence(np.repeat(np.arange(face_count), 4), faces.ravel(), (vertex_count, face_count))
    valence = np.maximum(np.asarray(ring_edges.sum(axis=1)).ravel(), 1)
    face_valence = np.maximum(np.asarray(ring_faces.sum(axis=1)).ravel(), 1)
    on_border = np.zeros(vertex_count, dtype=bool)
    on_border[edges[border].ravel()] = True
    keep = np.where(on_border | (valence < 3), 1.0, (valence - 3) / valence)
    inside = np.where(on_border | (valence < 3), 0.0, 1.0)
    moved = (
        diags(keep)
        + diags(inside * 2 / valence**2) @ ring_edges @ middles
        + diags(inside / (valence * face_valence)) @ ring_faces @ face_points
    )
    matrix = _stack(moved, edge_points, face_points)
    corner = faces
    before = np.roll(face_edges, 1, axis=1)
    centre = np.broadcast_to(np.arange(face_count)[:, None], faces.shape) + vertex_count + edge_count
    quads = np.stack([corner, face_edges + vertex_count, centre, before + vertex_count], axis=2)
    return matrix, quads.reshape(-1, 4)


def averaging(faces: Ints, vertex_count: int) -> csr_matrix:
    """Return the (V, V) matrix that replaces each vertex by the mean of its neighbours."""
    edges, _ = edges_of(faces)
    both = np.concatenate([edges, edges[:, ::-1]])
    adjacency = _incidence(both[:, 1], both[:, 0], (vertex_count, vertex_count))
    degree = np.asarray(adjacency.sum(axis=1)).ravel()
    lonely = diags((degree == 0).astype(float))
    return csr_matrix(diags(1 / np.maximum(degree, 1)) @ adjacency + lonely)


def smoothed(values: NDArray[np.float64], average: csr_matrix, steps: int) -> NDArray[np.float64]:
    """Return per-vertex `values` after `steps` rounds of half-way averaging with the neighbours."""
    for _ in range(steps):
        values = 0.5 * values + 0.5 * (average @ values)
    return values


def vertex_normals(vertices: NDArray[np.float64], faces: Ints) -> NDArray[np.float64]:
    """Return (V, 3) unit normals of quads, weighted by area."""
    corners = vertices[faces]
    face_normals = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normals = np.zeros_like(vertices)
    for column in faces.T:
        for axis in range(3):
            normals[:, axis] += np.bincount(column, face_normals[:, axis], minlength=len(vertices))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return normals / np.maximum(length, 1e-12)


def _incidence(columns: Ints, rows: Ints, shape: tuple[int, int]) -> csr_matrix:
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=shape)


def _stack(*blocks: csr_matrix) -> csr_matrix:
    from scipy.sparse import vstack

    return csr_matrix(vstack(blocks))
