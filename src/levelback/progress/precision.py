"""How much of a reading's error is new in each photo of one person, by measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Literal

from levelback.advice import tables
from levelback.errors import DataFileError
from levelback.metrics.conditions import Mode
from levelback.metrics.values import MEASURES

FILE = "precision.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Precision:
    """What two photos of one person share in one measure.

    slope      of the reading over the truth: below 1, a change is read as smaller than it is
    share      part of the stated standard deviation that is new in each photo; the rest cancels
    pictures   on how many rendered pictures it was measured
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    mode: Literal["full", "fast"]
    measure: str
    slope: float
    share: float
    pictures: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Table:
    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    source: str
    precision: tuple[Precision, ...]


def precision_of(measure: str, mode: Mode) -> Precision:
    """Return the precision of a measure; where it is not known, nothing cancels.

    Markers measure the line itself: their change is followed fully, and nothing is known to cancel.
    """
    known = load_precision().get(("full" if mode == "markers" else mode, measure))
    slope = 1.0 if known is None else known.slope
    if known is not None and mode != "markers":
        return known
    return Precision(mode="full", measure=measure, slope=slope, share=1.0, pictures=0)


@cache
def load_precision() -> dict[tuple[str, str], Precision]:
    """Return the table by mode and measure. Raises DataFileError."""
    text = (resources.files(__package__) / "data" / FILE).read_text(encoding="utf-8")
    table = tables.validate(tables.parse_toml(text, file=FILE), _Table, file=FILE)
    for index, row in enumerate(table.precision):
        at = f"precision[{index}]"
        if row.measure not in MEASURES:
            raise DataFileError(FILE, f"{at}.measure", f"no measure is called '{row.measure}'")
        if not 0 < row.share <= 1:
            raise DataFileError(FILE, f"{at}.share", "must be above 0 and at most 1")
    return {(row.mode, row.measure): row for row in table.precision}
