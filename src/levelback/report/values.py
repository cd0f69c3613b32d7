"""The report on one photo: everything that was found, in one value that every output reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from levelback.advice.values import Finding, Plan
from levelback.metrics.values import Measurement, Quality, Roll
from levelback.pose.landmarks import Landmarks, View

SCHEMA = "levelback.report/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelIdentity:
    """Which landmark model was used."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotoFacts:
    """The photo as the person sees it: upright, unmirrored. `sha256` is of the file's bytes, None for
    an array; `width` and `height` are in pixels of the full picture."""

    file: str
    sha256: str | None
    width: int
    height: int
    view: View
    taken_at: datetime | None
    mirrored: bool
    people: int = 1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Report:
    """All that is known about one photo.

    `picture` is the working image (height, width, 3) uint8 RGB that `landmarks` refer to; it may be
    smaller than the photo, by the factor ``picture.shape[1] / photo.width``. JSON gives landmarks
    in pixels of the full photo.
    """

    version: str
    created_at: datetime
    model: ModelIdentity
    photo: PhotoFacts
    roll: Roll
    quality: Quality
    measurements: tuple[Measurement, ...]
    findings: tuple[Finding, ...]
    plan: Plan
    landmarks: Landmarks
    picture: NDArray[np.uint8]
    fast: bool = False
