"""A naked body of a given shape, and how its skin follows its bones.

The body comes from anny (a MakeHuman rig; Apache-2.0, data CC0). anny gives the shape at rest; posing is
linear blend skinning in NumPy, so that every joint is known exactly. Axes are those of `scene`: metres,
z up, the body faces −y, its left is +x.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, identity
from scipy.sparse.csgraph import connected_components

from benchmarks.synthetic.mesh import Ints, averaging, catmull_clark, edges_of

Floats = NDArray[np.float64]

SKIN_POINTS = {
    "acromion_left": 8209,
    "acromion_right": 1546,
    "ear_left": 11970,
    "ear_right": 5387,
    "asis_left": 10915,
    "asis_right": 4302,
    "psis_left": 10978,
    "psis_right": 4376,
    "c7": 1496,
}
"""Vertices of anny's default topology over anatomical points; the same in every shape and pose."""

# fmt: off
BACK_MIDLINE = (
    4199, 4189, 4371, 4179, 4172, 4165, 4044, 4132, 4029, 4014, 4000, 3986, 3972, 3958, 3944,
    3930, 3916, 1600, 1599, 1598, 3827, 3764, 1597, 1596, 1595, 1550, 1539, 1467, 1491, 1496,
)
# fmt: on
"""Vertices down the middle of the back, from the sacrum up to C7."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyShape:
    """anny's phenotype; each number in 0…1, 0.5 is average.

    female      0 male, 1 female
    age         0.6 a young adult, 1 old
    """

    female: float
    age: float
    muscle: float
    weight: float
    height: float
    proportions: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Rig:
    """What does not depend on the shape: bones, weights, faces.

    bones       name -> number;  parents  (B,) number of the parent, −1 for the root
    weights     (V, B) sparse skinning weights
    faces       (F, 4) skin and eyeballs, before subdivision
    subdivide   (W, V) matrix to the fine mesh;  fine_faces  (G, 4)
    eyeball     (W,) bool: fine vertices of the eyes;  average  (W, W) neighbour means on the fine mesh
    """

    bones: dict[str, int]
    parents: tuple[int, ...]
    weights: csr_matrix
    faces: Ints
    subdivide: csr_matrix
    fine_faces: Ints
    fine_weights: csr_matrix
    eyeball: NDArray[np.bool_]
    average: csr_matrix

    def weight_of(self, *prefixes: str) -> Floats:
        """Return (W,) the total weight of the bones whose names start so, on the fine mesh."""
        chosen = [number for name, number in self.bones.items() if name.startswith(prefixes)]
        return np.asarray(self.fine_weights[:, chosen].sum(axis=1)).ravel()


@dataclass(frozen=True, kw_only=True, eq=False)
class RestBody:
    """One shape in the rest pose (arms half raised): (V, 3) vertices and (B, 3) bone heads."""

    shape: BodyShape
    vertices: Floats
    heads: Floats

    def head(self, bone: str) -> Floats:
        """Return where `bone` begins, (3,)."""
        return self.heads[rig().bones[bone]]

    @property
    def fine(self) -> Floats:
        """(W, 3) vertices of the subdivided mesh at rest."""
        return np.asarray(rig().subdivide @ self.vertices)


@lru_cache(maxsize=1)
def _anny() -> Any:
    import torch

    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import anny

        model = anny.create_fullbody_model(rig="default", topology="default")
        return model.to(dtype=torch.float32)


_COARSE: ContextVar[bool] = ContextVar("coarse", default=False)


@contextmanager
def coarse_bodies() -> Iterator[None]:
    """Pose and dress bodies on anny's own mesh: a quarter of the work, for pictures of few pixels."""
    before = _COARSE.set(True)
    try:
        yield
    finally:
        _COARSE.reset(before)


def rig() -> Rig:
    """Return the rig; the first call takes about four seconds."""
    return _coarse_rig() if _COARSE.get() else _fine_rig()


@lru_cache(maxsize=1)
def _coarse_rig() -> Rig:
    fine = _fine_rig()
    count = fine.weights.shape[0]
    return replace(
        fine,
        subdivide=csr_matrix(identity(count)),
        fine_faces=fine.faces,
        fine_weights=fine.weights,
        eyeball=fine.eyeball[:count],
        average=averaging(fine.faces, count),
    )


@lru_cache(maxsize=1)
def _fine_rig() -> Rig:
    model = _anny()
    count, bones = len(model.template_vertices), len(model.bone_labels)
    weights = np.asarray(model.vertex_bone_weights, dtype=np.float64)
    rows = np.repeat(np.arange(count), weights.shape[1])
    indices = np.asarray(model.vertex_bone_indices).ravel()
    skinning = csr_matrix((weights.ravel(), (rows, indices)), shape=(count, bones))
    all_faces = np.asarray(model.faces, dtype=np.int64)
    skinning = _stiff_pelvis(skinning, model)
    part = _parts(all_faces, count)
    sizes = np.bincount(part)
    tongue = np.flatnonzero((sizes > 100) & (sizes < 1000))
    faces = all_faces[~np.isin(part[all_faces[:, 0]], tongue)]
    subdivide, fine_faces = catmull_clark(faces, count)
    eyeball = (subdivide @ (sizes[part] <= 100).astype(float)) > 0.5
    return Rig(
        bones={name: number for number, name in enumerate(model.bone_labels)},
        parents=tuple(int(parent) for parent in model.bone_parents),
        weights=skinning,
        faces=faces,
        subdivide=subdivide,
        fine_faces=fine_faces,
        fine_weights=csr_matrix(subdivide @ skinning),
        eyeball=np.asarray(eyeball),
        average=averaging(fine_faces, subdivide.shape[0]),
    )


@lru_cache(maxsize=16)
def rest_body(shape: BodyShape) -> RestBody:
    """Return the body of `shape` at rest, its soles at z = 0."""
    vertices, heads = _rest_of(_anny(), shape)
    floor = np.array([0.0, 0.0, vertices[:, 2].min()])
    return RestBody(shape=shape, vertices=vertices - floor, heads=heads - floor)


def _rest_of(model: Any, shape: BodyShape) -> tuple[Floats, Floats]:
    import torch

    traits = {name: getattr(shape, name) for name in BodyShape.__slots__}
    traits["gender"] = traits.pop("female")
    with torch.no_grad():
        out = model(
            pose_parameters=torch.eye(4).repeat(1, len(model.bone_labels), 1, 1),
            phenotype_kwargs={name: torch.tensor([float(value)]) for name, value in traits.items()},
        )
    return (
        out["rest_vertices"][0].numpy().astype(np.float64),
        out["rest_bone_heads"][0].numpy().astype(np.float64),
    )


def place_bones(rest: RestBody, rotations: Floats) -> Floats:
    """Return (B, 3) bone heads when each bone is turned from rest by its total rotation (B, 3, 3)."""
    heads = rest.heads
    placed = np.empty_like(heads)
    for bone, parent in enumerate(rig().parents):
        if parent < 0:
            placed[bone] = heads[bone]
        else:
            placed[bone] = placed[parent] + rotations[parent] @ (heads[bone] - heads[parent])
    return placed


def skin(rest: RestBody, rotations: Floats, placed: Floats, chosen: Ints | None = None) -> Floats:
    """Return the posed vertices, all or the `chosen` ones: linear blend skinning."""
    weights = rig().weights if chosen is None else rig().weights[chosen]
    vertices = rest.vertices if chosen is None else rest.vertices[chosen]
    offsets = placed - np.einsum("bij,bj->bi", rotations, rest.heads)
    blended = (weights @ rotations.reshape(-1, 9)).reshape(-1, 3, 3)
    return np.einsum("vij,vj->vi", blended, vertices) + weights @ offsets


def _stiff_pelvis(skinning: csr_matrix, model: Any) -> csr_matrix:
    """Tie the skin over the iliac crests to the pelvis.

    anny shares that skin between thigh, pelvis and lowest spine, so that it would show only half of a
    pelvic tilt; on a living body it lies on the bone. Full from a third to two thirds of the way from the
    hip joint up to the middle lumbar joint, fading below and above.
    """
    vertices, heads = _rest_of(model, BodyShape(**dict.fromkeys(BodyShape.__slots__, 0.6)))
    bones = list(model.bone_labels)
    hip, lumbar = heads[bones.index("upperleg01.L"), 2], heads[bones.index("spine03"), 2]
    way = (vertices[:, 2] - hip) / (lumbar - hip)
    tied = _smoothstep(way, -0.15, 0.35) * (1 - _smoothstep(way, 0.7, 1.25))
    arms = [number for number, name in enumerate(bones) if name.startswith(_ARM_BONES)]
    tied *= 1 - np.asarray(skinning[:, arms].sum(axis=1)).ravel()
    to_root = csr_matrix((tied, (np.arange(len(tied)), np.zeros(len(tied), dtype=int))), shape=skinning.shape)
    return csr_matrix(diags(1 - tied) @ skinning + to_root)


_ARM_BONES = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")


def _smoothstep(x: Floats, start: float, end: float) -> Floats:
    t = np.clip((x - start) / (end - start), 0.0, 1.0)
    return t * t * (3 - 2 * t)


def _parts(faces: Ints, count: int) -> Ints:
    edges, _ = edges_of(faces)
    graph = csr_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1])
