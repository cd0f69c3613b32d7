"""What is common in healthy people, and which size stands out, for each measure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from levelback.advice import tables
from levelback.errors import DataFileError
from levelback.metrics.values import MEASURES

FILE = "norms.toml"
Direction = Literal["either", "positive", "negative"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Norm:
    """What is common, and what stands out, in one measure; in the measure's own unit and sign.

    common_low, common_high   where most healthy adults are (about 95 in 100, unless `note` says otherwise)
    notable, marked   sizes from which a value stands out, and stands out plainly; both above zero
    direction   in which direction: `either` sign, only `positive` or only `negative` values
    source      publication, or the words "engineering choice"
    note        how the numbers follow from the source
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    measure: str
    common_low: float
    common_high: float
    notable: float
    marked: float
    direction: Direction
    source: str
    note: str

    def size(self, value: float) -> float:
        """Return how far `value` lies in the direction that counts; compare with `notable`."""
        return {"either": abs(value), "positive": value, "negative": -value}[self.direction]


@cache
def load_norms() -> dict[str, Norm]:
    """Return the norm of every measure, by measure id, in report order.

    Raises DataFileError where the table is wrong or does not match the measures.
    """
    rows = tables.read_table(FILE, "norms", Norm)
    norms = tables.keyed(rows, lambda norm: norm.measure, file=FILE, table="norms")
    for index, norm in enumerate(rows):
        if norm.measure not in MEASURES:
            raise DataFileError(FILE, f"norms[{index}].measure", f"no measure is called '{norm.measure}'")
        if not norm.common_low < norm.common_high:
            raise DataFileError(FILE, f"norms[{index}].common_low", "must be below common_high")
        if not 0 < norm.notable < norm.marked:
            raise DataFileError(FILE, f"norms[{index}].notable", "must be above zero and below marked")
    missing = [id for id in MEASURES if id not in norms]
    if missing:
        raise DataFileError(FILE, "norms", f"no norm for {', '.join(missing)}")
    return {id: norms[id] for id in MEASURES}
