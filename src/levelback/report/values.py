"""The report on one photo: everything that was found, in one value that every output reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from levelback.advice.values import Finding, Plan
from levelback.metrics.conditions import Conditions
from levelback.metrics.values import Measurement, Quality, Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks, View

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

SCHEMA = "levelback.report/1"


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelIdentity:
    """Which landmark model was used."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotoFacts:
    """The photo as the person sees it: upright, unmirrored. `sha256` is of the file's bytes, None for
    an array; `width` and `height` are in pixels of the full picture.
    """

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
    in pixels of the full photo. It is None in a report that was read back from JSON.

    `moved` are the landmarks that a hand has put where they are. `conditions` say how the photo was taken,
    for comparing it with another one; None where nobody stands in it.

    The methods import what they need when they are called.
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
    picture: NDArray[np.uint8] | None
    fast: bool = False
    name: str | None = None
    moved: tuple[Joint, ...] = ()
    conditions: Conditions | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain data, schema ``levelback.report/1``."""
        from levelback.report.encode import to_dict

        return to_dict(self)

    def to_json(self) -> str:
        """Return the report as JSON text, schema ``levelback.report/1``."""
        from levelback.report.encode import to_json

        return to_json(self)

    def to_html(self) -> str:
        """Return the report as one self-contained HTML page."""
        from levelback.report.html import to_html

        return to_html(self)

    def to_pdf(self) -> bytes:
        """Return the report as an A4 PDF."""
        from levelback.report.pdf import to_pdf

        return to_pdf(self)

    def plot(self) -> Figure:
        """Return a Matplotlib figure: the annotated picture beside every number on its scale."""
        from levelback.report.figure import plot

        return plot(self)

    def to_frame(self) -> pl.DataFrame:
        """Return a polars table with one row for each measure."""
        from levelback.report.table import to_frame

        return to_frame(self)
