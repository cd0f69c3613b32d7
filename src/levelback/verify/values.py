"""What a verification holds: known values, the estimates beside them, and the accuracy that follows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from levelback.metrics.accuracy import AccuracyRow, accuracy_row
from levelback.metrics.values import MEASURES, Estimate


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """One line of the table: what is known about one photo."""

    photo: Path
    measure: str
    true_value: float
    view: str | None = None
    mirrored: bool | None = None
    height_cm: float | None = None
    subject: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A known value beside the estimate, or the reason why there is none."""

    known: Known
    estimate: Estimate | None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Verification:
    """All comparisons of a table, and what they say about each measure."""

    comparisons: tuple[Comparison, ...]

    @property
    def failed(self) -> tuple[Comparison, ...]:
        """The known values for which no estimate was given."""
        return tuple(one for one in self.comparisons if one.estimate is None)

    def of(self, measure: str) -> list[tuple[Known, Estimate]]:
        """Return the known values and estimates of one measure."""
        ours = (one for one in self.comparisons if one.known.measure == measure)
        return [(one.known, one.estimate) for one in ours if one.estimate is not None]

    @cached_property
    def rows(self) -> dict[str, AccuracyRow]:
        """The accuracy per measure that has estimates, in report order."""
        pairs = {id: self.of(id) for id in MEASURES}
        return {
            id: accuracy_row(
                [estimate for _, estimate in ours],
                [known.true_value for known, _ in ours],
                sided=MEASURES[id].sided,
                subjects=[known.subject for known, _ in ours],
            )
            for id, ours in pairs.items()
            if ours
        }
