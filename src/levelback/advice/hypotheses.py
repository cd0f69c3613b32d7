"""What levelback can suspect, what speaks for and against it, and which exercises follow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from levelback.advice import tables
from levelback.advice.norms import load_norms
from levelback.advice.screening import load_questions
from levelback.advice.values import PhaseId
from levelback.errors import DataFileError
from levelback.metrics.values import MEASURES

FILE = "hypotheses.toml"
Focus = Literal["same", "opposite", "none"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One thing that can speak for or against a hypothesis; see the head of ``hypotheses.toml``.

    weight   the most that it adds to or takes from the score, where a score of 2 makes a finding
    key      must be notable before there is a finding
    says     half a sentence with {side}, {other} and {value}; `topic` names what was measured
    notable  of a set, in percent; measures have theirs in ``norms.toml``
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    kind: Literal["measure", "answer", "set"]
    id: str
    weight: float
    source: str
    says: str
    key: bool = False
    topic: str = ""
    notable: float = 0.0

    def scale(self) -> tuple[float, float, float]:
        """Return what is usual, notable and marked, in the unit and sign of the measure or set."""
        if self.kind == "set":
            return 0.0, self.notable, 2.5 * self.notable
        norm = load_norms()[self.id]
        usual = 0.0 if MEASURES[self.id].sided else (norm.common_low + norm.common_high) / 2
        return usual, norm.notable, norm.marked


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One exercise that follows: the first of `exercises` that the person may and can do."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    phase: PhaseId
    exercises: tuple[str, ...]
    focus: Focus
    why: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hypothesis:
    """Something that levelback can suspect; see the head of ``hypotheses.toml``.

    about    what the finding means, with {notable}; `denied`: the sentence where it is contradicted
    check    the form check that would settle it; `settle` says what a person can do without it
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    id: str
    name: str
    sided: bool
    about: str
    denied: str
    check: str
    settle: str
    source: str
    evidence: tuple[Evidence, ...]
    work: tuple[Work, ...]


@cache
def load_hypotheses() -> dict[str, Hypothesis]:
    """Return the hypotheses by id, in report order. Raises DataFileError."""
    rows = tables.read_table(FILE, "hypotheses", Hypothesis)
    for index, hypothesis in enumerate(rows):
        at = f"hypotheses[{index}].evidence"
        if not any(item.key for item in hypothesis.evidence):
            raise DataFileError(FILE, at, "none of it is the key")
        for number, item in enumerate(hypothesis.evidence):
            _check(item, f"{at}[{number}]")
    return tables.keyed(rows, lambda row: row.id, file=FILE, table="hypotheses")


def _check(item: Evidence, at: str) -> None:
    if item.kind == "answer" and item.id not in load_questions():
        raise DataFileError(FILE, f"{at}.id", f"there is no question '{item.id}'")
    if item.kind == "measure" and item.id not in MEASURES:
        raise DataFileError(FILE, f"{at}.id", f"there is no measure '{item.id}'")
    if item.weight <= 0:
        raise DataFileError(FILE, f"{at}.weight", "must be above zero")
    if (item.kind == "set") != (item.notable > 0):
        raise DataFileError(FILE, f"{at}.notable", "belongs to sets, and only to them")
    if (item.kind != "answer") != bool(item.topic) or (item.key and item.kind == "answer"):
        raise DataFileError(FILE, at, "a measure or set needs a topic; an answer has none and is no key")
