"""Landmarks from many crops of one person: their robust mean, and how sure the mean is.

One pass of the landmark model changes when its crop is turned or shifted a little, and it has a
left–right bias. Here each crop is read together with its mirror image, which cancels that bias, and
many such pairs are averaged, which quietens the rest (REFERENCE.md, section 3): as many as still narrow the
mean.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from levelback.pose.crops import Crop, Floats, Image, Picture
from levelback.pose.joints import JOINT_COUNT, MIRROR, Joint
from levelback.pose.models import LANDMARK_SIDE, LandmarkModel, Reading

PASSES = 24
"""The most crops that are read."""

STOPS = (10, 12, 16)
"""Numbers of crops after which the reading may end."""

SETTLED = 0.00065
"""The rest of the crops are not read where they could narrow shoulders and hips by less than this, in trunk
lengths: a third of a millimetre on an adult. On 300 pictures of the validation split measures err by 0.3 %
more than where twelve crops are read at least and the limit is 0.0005."""

TURN_DEG = 8.0
SCALE = 0.07
SHIFT = 0.03
MIN_PAIRS = 4
SHARED_ERROR = 0.2
"""Part of the crops' spread (as variance) that all crops have in common, and averaging cannot remove.

Averaging 24 crops cut the scatter of the hip line from 1.19° to 0.56°, that is to 22 % of the
variance, where 24 independent crops would have cut it to 4 % (REFERENCE.md, section 3).
"""
_HUBER = 2.0
_TORSO = [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP]
_BODY = [*_TORSO, Joint.LEFT_KNEE, Joint.RIGHT_KNEE, Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]
_APART = 0.2
"""A crop disagrees if one of its main joints is farther than this from the median, in trunk lengths.

Crops of one body differ by about 0.03. Where the model takes a back for a front, or only its legs, knees
and ankles change places.
"""


def jitter_table(count: int) -> Floats:
    """Return (count, 4) numbers of −1…1, evenly spread: each odd row the negative of the one before it.

    So the first 2n rows have the mean 0, and what answers to a jitter in proportion cancels. The others are
    the additive sequence on four roots, a fixed low-discrepancy sequence (R. Roberts, "The unreasonable
    effectiveness of quasirandom sequences", 2018): the same picture always gives the same landmarks.
    """
    root = 1.0
    for _ in range(60):
        root = (1 + root) ** (1 / 5)
    steps = root ** -np.arange(1.0, 5.0)
    half = 2 * np.mod(0.5 + np.outer(np.arange(1, (count + 1) // 2 + 1), steps), 1) - 1
    return np.asarray(np.stack([half, -half], axis=1).reshape(-1, 4)[:count], dtype=np.float64)


def jittered_crops(roi: Crop, passes: int = PASSES) -> list[Crop]:
    """Return `passes` crops near `roi` (an even number): each one followed by its mirror image."""
    crops = []
    for turn, scale, shift_x, shift_y in jitter_table(passes // 2):
        crop = roi.jittered(
            turn_deg=TURN_DEG * turn,
            scale=1 + SCALE * scale,
            shift_x=SHIFT * shift_x,
            shift_y=SHIFT * shift_y,
        )
        crops += [crop, crop.mirror()]
    return crops


def read_crops(models: Sequence[LandmarkModel], picture: Picture, crops: Sequence[Crop]) -> list[Reading]:
    """Return the readings of `crops` in their order; each model works in a thread of its own."""
    if len(models) == 1:
        return [models[0].read(picture, crop) for crop in crops]
    readings: list[Reading | None] = [None] * len(crops)

    def work(worker: int) -> None:
        for index in range(worker, len(crops), len(models)):
            readings[index] = models[worker].read(picture, crops[index])

    with ThreadPoolExecutor(len(models)) as pool:
        list(pool.map(work, range(len(models))))
    return [reading for reading in readings if reading is not None]


def worker_count() -> int:
    """Return how many crops to read at once: one a core, at most four."""
    return max(1, min(4, os.cpu_count() or 1))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Averaged:
    """The mean over crops: points (33, 2) px, their covariance (66, 66) px², visibility (33,),
    world (33, 3) m, score, and the number of crops in it; `swapped` is the part of all crops that saw
    left and right the other way round, in the whole body or in a part of it.
    """

    points: Floats
    covariance: Floats
    visibility: Floats
    world: Floats
    score: float
    passes: int
    swapped: float

    def exchanged(self) -> Self:
        """Return the same body with the names of left and right exchanged."""
        order = np.stack([2 * MIRROR, 2 * MIRROR + 1], axis=1).ravel()
        return replace(
            self,
            points=self.points[MIRROR],
            covariance=self.covariance[np.ix_(order, order)],
            visibility=self.visibility[MIRROR],
            world=self.world[MIRROR],
        )


def refine(models: Sequence[LandmarkModel], image: Image, roi: Crop) -> tuple[Averaged, list[Reading]]:
    """Return the mean over crops near `roi` and their readings: so many that the mean is settled."""
    crops = jittered_crops(roi)
    picture = Picture.shrunk(image, crop_px=min(crop.size for crop in crops), side=LANDMARK_SIDE)
    readings: list[Reading] = []
    for count in (*STOPS, PASSES):
        readings += read_crops(models, picture, crops[len(readings) : count])
        mean = average(readings)
        if is_settled(mean):
            break
    return mean, readings


def is_settled(mean: Averaged) -> bool:
    """Tell whether all crops agree and the rest of `PASSES` would narrow shoulders and hips no further.

    What the rest would bring follows from the covariance so far and from the error that all crops share.
    """
    if mean.swapped:
        return False
    variance = np.diag(mean.covariance).reshape(JOINT_COUNT, 2)[_TORSO].mean()
    narrowed = 1 - np.sqrt(_share_left(PASSES // 2) / _share_left(mean.passes // 2))
    return bool(np.sqrt(variance) * narrowed < SETTLED * _trunk(mean.points))


def average(readings: Sequence[Reading]) -> Averaged:
    """Return the robust mean of readings of one person, and its covariance.

    Readings come in pairs of a crop and its mirror image. Where they disagree about left and right, the
    majority decides, and pairs with a crop that disagrees are left out as long as enough remain. Each
    landmark is a Huber mean over the crops: weights fall beyond two robust standard deviations. The
    covariance is that of pairs, so that the left–right bias that they cancel is not counted. It is
    divided by the effective number of pairs, n / (1 + (n − 1) ρ) with ρ = `SHARED_ERROR`.
    """
    swaps = np.array([_is_swapped(reading.points, readings[0].points) for reading in readings])
    if swaps.mean() > 0.5:
        swaps = ~swaps
    names = [MIRROR if swapped else np.arange(JOINT_COUNT) for swapped in swaps]
    points = np.stack([reading.points[order] for reading, order in zip(readings, names, strict=True)])
    agree = ~swaps & _agrees(points)
    used = _agreeing_pairs(agree)
    kept = [(readings[index], names[index]) for index in used]
    points = points[used]
    weights = _huber_weights(points)
    mean = np.einsum("kj,kjc->jc", weights, points) / weights.sum(axis=0)[:, None]
    return Averaged(
        points=mean,
        covariance=_covariance(points - mean, weights),
        visibility=np.mean([reading.visibility[order] for reading, order in kept], axis=0),
        world=np.mean([reading.world[order] for reading, order in kept], axis=0),
        score=float(np.mean([reading.score for reading, _ in kept])),
        passes=len(kept),
        swapped=float(1 - agree.mean()),
    )


def _agrees(points: Floats) -> NDArray[np.bool_]:
    """Return which of the readings (k, 33, 2) have all main joints near the median."""
    median = np.median(points, axis=0)
    apart = np.linalg.norm(points - median, axis=2)[:, _BODY].max(axis=1)
    return np.asarray(apart <= _APART * _trunk(median))


def _trunk(points: Floats) -> float:
    """Return the distance of the middles of shoulders and hips."""
    return float(np.linalg.norm(points[_TORSO[:2]].mean(axis=0) - points[_TORSO[2:]].mean(axis=0)))


def _agreeing_pairs(agree: NDArray[np.bool_]) -> list[int]:
    """Return the indices of the pairs that agree, or all of them if fewer than `MIN_PAIRS` do."""
    pairs: list[int] = np.flatnonzero(agree.reshape(-1, 2).all(axis=1)).tolist()
    agreeing = [2 * pair + side for pair in pairs for side in (0, 1)]
    return agreeing if len(pairs) >= MIN_PAIRS else list(range(len(agree)))


def _is_swapped(points: Floats, reference: Floats) -> bool:
    """Return whether `points` fit `reference` plainly better with left and right exchanged."""
    kept = np.linalg.norm(points[_TORSO] - reference[_TORSO], axis=1).sum()
    exchanged = np.linalg.norm(points[MIRROR][_TORSO] - reference[_TORSO], axis=1).sum()
    return bool(exchanged < 0.5 * kept)


def _huber_weights(points: Floats) -> Floats:
    """Return (k, 33) weights of (k, 33, 2) points: 1 near the median, falling beyond it."""
    distance = np.linalg.norm(points - np.median(points, axis=0), axis=2)
    spread = np.maximum(np.median(distance, axis=0) / 1.1774, 1e-6)  # median of a Rayleigh variable
    return np.minimum(1.0, _HUBER * spread / np.maximum(distance, 1e-9))  # type: ignore[no-any-return]


def _covariance(residuals: Floats, weights: Floats) -> Floats:
    weighted = residuals * weights[:, :, None]
    pairs = weighted.reshape(len(weighted) // 2, 2, -1).mean(axis=1)
    count = len(pairs)
    pairs = pairs - pairs.mean(axis=0)
    spread = pairs.T @ pairs / max(1, count - 1)
    return np.asarray(spread * _share_left(count))


def _share_left(pairs: int) -> float:
    """Return the part of one pair's variance that the mean of so many pairs has."""
    return (1 + (pairs - 1) * SHARED_ERROR) / pairs
