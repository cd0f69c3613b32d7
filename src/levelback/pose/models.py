"""The two models of a bundle, run directly in LiteRT: the person detector and the landmark model."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from levelback.errors import ModelError
from levelback.pose.crops import Crop, Floats, Image, Picture, transform
from levelback.pose.joints import JOINT_COUNT, MIRROR

DETECTOR_SIDE = 224
LANDMARK_SIDE = 256
_AUXILIARY = 2  # points 33 and 34: middle of the hips, and a point on the circle round the body
_HEATMAP_SIDE = 64
_HEATMAP_REACH = 3
_HEATMAP_TRUST = 0.5
ROI_SCALE = 1.25
OVERLAP = 0.3


@contextmanager
def quiet_natives() -> Iterator[None]:
    """Keep what native libraries write to standard error from the user; Python's own is unaffected
    unless it is written inside the block.
    """
    try:
        sys.stderr.flush()
        kept = os.dup(2)
    except (OSError, ValueError, AttributeError):
        yield
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(sink)
        os.close(kept)


def _interpreter(model: bytes, threads: int) -> Any:  # noqa: ANN401  (the library has no types)
    from ai_edge_litert.interpreter import Interpreter

    try:
        with quiet_natives():
            interpreter = Interpreter(model_content=model, num_threads=threads)
            interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelError(
            "The pose model cannot be loaded: it is no LiteRT model.",
            remedy="give another pose_landmarker .task file, or leave --model out.",
        ) from error
    return interpreter


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Detection:
    """A person that the detector found: `score` in 0…1, `roi` the square round the whole body,
    `face` the detector's own box (x0, y0, x1, y1) round the head, in picture pixels.
    """

    roi: Crop
    face: tuple[float, float, float, float]
    score: float


class PersonDetector:
    """BlazePose's detector: a single-shot detector on the whole picture, letterboxed to 224 × 224."""

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        self._interpreter = _interpreter(model, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {tuple(o["shape"])[-1]: o["index"] for o in self._interpreter.get_output_details()}
        if set(outputs) != {1, 12} or self._interpreter.get_input_details()[0]["shape"][1] != DETECTOR_SIDE:
            raise ModelError(
                "The bundle's detector is not the BlazePose detector.",
                remedy="give a pose_landmarker .task file, or leave --model out.",
            )
        self._boxes, self._scores = outputs[12], outputs[1]
        self._anchors = _anchors()

    def detect(
        self,
        image: Image,
        *,
        within: Crop | None = None,
        shrunk: Picture | None = None,
        min_score: float = 0.5,
    ) -> list[Detection]:
        """Return the people in (height, width, 3) RGB `image`, or in one square of it, best first.

        `shrunk` is the image reduced for squares of this size, where many squares share it.
        """
        height, width = image.shape[:2]
        square = within or Crop(x=width / 2, y=height / 2, size=max(width, height))
        picture = shrunk or Picture.shrunk(image, crop_px=square.size, side=DETECTOR_SIDE)
        pixels = picture.read(square, DETECTOR_SIDE).astype(np.float32)
        self._interpreter.set_tensor(self._input, (pixels / 127.5 - 1)[None])
        self._interpreter.invoke()
        scores = _sigmoid(self._interpreter.get_tensor(self._scores)[0, :, 0].astype(np.float64))
        raw = self._interpreter.get_tensor(self._boxes)[0].astype(np.float64)
        chosen = np.flatnonzero(scores >= min_score)
        shapes = raw[chosen].reshape(-1, 6, 2) / DETECTOR_SIDE
        shapes[:, [0, 2, 3, 4, 5]] += self._anchors[chosen, None]
        return _suppress(shapes, scores[chosen], square.matrix(1))


def _sigmoid(x: NDArray[np.floating[Any]]) -> NDArray[Any]:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -80, 80))))  # beyond, float32 overflows


def _anchors() -> Floats:
    """Return the (2254, 2) anchor centres: strides 8, 16 and three times 32, two anchors a layer."""
    grids = []
    for stride, per_cell in ((8, 2), (16, 2), (32, 6)):
        cells = DETECTOR_SIDE // stride
        y, x = np.mgrid[:cells, :cells]
        centres = (np.stack([x, y], axis=-1).reshape(-1, 1, 2) + 0.5) / cells
        grids.append(np.repeat(centres, per_cell, axis=1).reshape(-1, 2))
    return np.concatenate(grids)


def _suppress(shapes: Floats, scores: Floats, matrix: Floats) -> list[Detection]:
    """Merge detections of one person by their score (weighted non-maximum suppression).

    shapes (n, 6, 2): box centre, box size, then four key points: middle of the hips, a point on the
    circle round the body, and the same two for the upper body; in parts of the square.
    """
    found: list[Detection] = []
    order = np.argsort(-scores, kind="stable")
    half = shapes[:, 1] / 2
    boxes = np.hstack([shapes[:, 0] - half, shapes[:, 0] + half])
    while order.size:
        near = _iou(boxes[order[0]], boxes[order]) > OVERLAP
        near[0] = True
        group, order = order[near], order[~near]
        weights = scores[group] / scores[group].sum()
        box = transform(matrix, (weights @ boxes[group]).reshape(2, 2)).ravel()
        hip, rim = transform(matrix, np.einsum("n,nij->ij", weights, shapes[group])[2:4])
        found.append(
            Detection(
                roi=roi_from(hip, rim), face=(box[0], box[1], box[2], box[3]), score=float(scores[group[0]])
            )
        )
    return found


def _iou(box: Floats, boxes: Floats) -> Floats:
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return shared / (areas + np.prod(box[2:] - box[:2]) - shared)  # type: ignore[no-any-return]


def roi_from(hip: Floats, rim: Floats) -> Crop:
    """Return the square round a body: its middle, and a point above it on the circle round it."""
    along = rim - hip
    angle = float(np.degrees(np.arctan2(along[0], -along[1])))
    return Crop(
        x=float(hip[0]), y=float(hip[1]), size=2 * ROI_SCALE * float(np.hypot(*along)), angle_deg=angle
    )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Reading:
    """What the landmark model says about one crop, with mirroring undone.

    points (33, 2) picture pixels; visibility (33,) 0…1; score 0…1 that there is a person;
    roi the square round the body; world (33, 3) metres round the hips (x to the picture's right);
    mask (256, 256) float32 0…1 in the crop's own pixels (still mirrored, if the crop is)
    """

    crop: Crop
    points: Floats
    visibility: Floats
    score: float
    roi: Crop
    world: Floats
    mask: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Look:
    """What the landmark model says about 256 × 256 pixels, in these pixels and as it is named there.

    points (35, 2): the 33 landmarks, the middle of the hips, a point on the circle round the body;
    visibility (33,) 0…1; score 0…1 that there is a person; world (33, 3) metres round the hips
    """

    points: Floats
    visibility: Floats
    score: float
    world: Floats


class LandmarkModel:
    """BlazePose's landmark model on one crop at a time. Not for use by two threads at once."""

    def __init__(self, model: bytes, *, threads: int = 1) -> None:
        self._interpreter = _interpreter(model, threads)
        self._input = self._interpreter.get_input_details()[0]["index"]
        outputs = {tuple(o["shape"])[1:]: o["index"] for o in self._interpreter.get_output_details()}
        try:
            self._landmarks, self._flag, self._world = outputs[195,], outputs[1,], outputs[117,]
            self._mask, self._heatmap = outputs[256, 256, 1], outputs[64, 64, 39]
        except KeyError as error:
            raise ModelError(
                "The bundle's landmark model is not a BlazePose model.",
                remedy="give a pose_landmarker .task file, or leave --model out.",
            ) from error

    def look(self, pixels: Image) -> Look:
        """Return the landmarks that the model sees in (256, 256, 3) uint8 RGB `pixels`."""
        self._interpreter.set_tensor(self._input, (pixels / np.float32(255))[None])
        self._interpreter.invoke()
        get = self._interpreter.get_tensor
        raw = get(self._landmarks).reshape(39, 5).astype(np.float64)
        return Look(
            points=_heatmap_refined(raw[: JOINT_COUNT + _AUXILIARY, :2], get(self._heatmap)[0]),
            visibility=_sigmoid(raw[:JOINT_COUNT, 3:5]).min(axis=1),
            score=float(get(self._flag).reshape(-1)[0]),
            world=get(self._world).reshape(39, 3)[:JOINT_COUNT].astype(np.float64),
        )

    def read(self, picture: Picture, crop: Crop) -> Reading:
        """Return the landmarks that the model sees in `crop`, and the body's mask."""
        look = self.look(picture.read(crop, LANDMARK_SIDE))
        points = transform(crop.matrix(LANDMARK_SIDE), look.points)
        body, hip, rim = points[:JOINT_COUNT], points[JOINT_COUNT], points[JOINT_COUNT + 1]
        visibility, world = look.visibility, look.world
        if crop.mirrored:
            body, visibility, world = body[MIRROR], visibility[MIRROR], world[MIRROR] * [-1, 1, 1]
        return Reading(
            crop=crop,
            points=body,
            visibility=visibility,
            score=look.score,
            roi=roi_from(hip, rim),
            world=world,
            mask=_sigmoid(self.mask()),
        )

    def mask(self) -> NDArray[np.float32]:
        """Return the (256, 256) log odds, in the last look, that a pixel is the body's."""
        return self._interpreter.get_tensor(self._mask)[0, :, :, 0]  # type: ignore[no-any-return]


def _heatmap_refined(points: Floats, heatmap: NDArray[np.float32]) -> Floats:
    """Return `points`, in crop pixels, moved to the centre of mass of their peak in the heat map.

    As MediaPipe does it: a window of 7 × 7 cells, only where the peak is above one half.
    """
    cell = LANDMARK_SIDE / _HEATMAP_SIDE
    reach = np.arange(-_HEATMAP_REACH, _HEATMAP_REACH + 1)
    places = np.trunc(points / cell).astype(np.int64)
    columns, rows = places[:, :1] + reach, places[:, 1:] + reach
    outside = (columns < 0) | (columns >= _HEATMAP_SIDE), (rows < 0) | (rows >= _HEATMAP_SIDE)
    columns, rows = columns.clip(0, _HEATMAP_SIDE - 1), rows.clip(0, _HEATMAP_SIDE - 1)
    which = np.arange(len(points))[:, None, None]
    weights = _sigmoid(heatmap[rows[:, :, None], columns[:, None, :], which].astype(np.float64))
    weights[outside[1][:, :, None] | outside[0][:, None, :]] = 0
    inside = ((places >= 0) & (places < _HEATMAP_SIDE)).all(axis=1)
    sure = inside & (weights.max(axis=(1, 2)) >= _HEATMAP_TRUST)
    weights = weights[sure]
    centre = np.stack(
        [(weights.sum(axis=1) * columns[sure]).sum(axis=1), (weights.sum(axis=2) * rows[sure]).sum(axis=1)],
        axis=1,
    )
    refined = points.copy()
    refined[sure] = centre / weights.sum(axis=(1, 2))[:, None] * cell
    return refined
