"""How a plan is put together: the phases, the work that no finding asks for, and the habits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from levelback.advice import tables
from levelback.advice.catalogue import load_catalogue
from levelback.advice.hypotheses import Focus, Work, load_hypotheses
from levelback.advice.screening import load_questions
from levelback.advice.sources import cited
from levelback.advice.values import PhaseId
from levelback.errors import DataFileError

FILE = "plan.toml"
HABITS_FILE = "habits.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseRule:
    """One phase; see the head of ``plan.toml``. The texts for even work stand where neither side leads."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    id: PhaseId
    share: float
    weeks: tuple[int, int]
    about: str
    when: str
    move_on: str
    source: str
    about_even: str = ""
    move_on_even: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingWork:
    """Work that comes from no finding: for everybody, for level people, or for an answer."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    audience: Literal["everybody", "level", "answer"]
    phase: PhaseId
    exercises: tuple[str, ...]
    focus: Focus
    why: str
    source: str
    answer: str = ""
    value: bool | str = ""

    def work(self) -> Work:
        """Return it as the work of a hypothesis."""
        return Work(
            phase=self.phase, exercises=self.exercises, focus=self.focus, why=self.why, source=self.source
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class HabitRule:
    """A habit and what chooses it: everybody, an answer that names a side or is yes, or a finding."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    id: str
    text: str
    source: str
    always: bool = False
    answers: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """All of ``plan.toml``."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    phases: tuple[PhaseRule, ...]
    work: tuple[StandingWork, ...]


@cache
def load_programme() -> Programme:
    """Return the phases and the work that no finding asks for. Raises DataFileError."""
    programme = tables.read_document(FILE, Programme)
    for index, rule in enumerate(programme.phases):
        if not 1 <= rule.weeks[0] <= rule.weeks[1]:
            raise DataFileError(FILE, f"phases[{index}].weeks", "must be the first and the last week")
    for index, row in enumerate(programme.work):
        check_work(row.work(), file=FILE, at=f"work[{index}]")
        if (row.audience == "answer") != bool(row.answer) or (
            row.answer and row.answer not in load_questions()
        ):
            raise DataFileError(FILE, f"work[{index}].answer", "names no question, or is not wanted here")
    for hypothesis in load_hypotheses().values():
        for number, work in enumerate(hypothesis.work):
            check_work(work, file="hypotheses.toml", at=f"{hypothesis.id}.work[{number}]")
    return programme


@cache
def load_habits() -> dict[str, HabitRule]:
    """Return the habits by id. Raises DataFileError."""
    rows = tables.read_table(HABITS_FILE, "habits", HabitRule)
    for index, row in enumerate(rows):
        unknown = [id for id in row.answers if id not in load_questions()]
        unknown += [id for id in row.findings if id not in load_hypotheses()]
        if unknown:
            raise DataFileError(HABITS_FILE, f"habits[{index}]", f"there is no '{unknown[0]}'")
        if not (row.always or row.answers or row.findings):
            raise DataFileError(HABITS_FILE, f"habits[{index}]", "nothing ever chooses this habit")
    return tables.keyed(rows, lambda row: row.id, file=HABITS_FILE, table="habits")


def check_work(work: Work, *, file: str, at: str) -> None:
    """Raise DataFileError where a row of work names an exercise or source that is not there."""
    catalogue = load_catalogue()
    for number, id in enumerate(work.exercises):
        if id not in catalogue:
            raise DataFileError(file, f"{at}.exercises[{number}]", f"there is no exercise '{id}'")
        if work.focus != "none" and catalogue[id].sides == "both" and number == 0:
            raise DataFileError(file, f"{at}.focus", f"'{id}' is not done on one side")
    try:
        cited(work.source)
    except KeyError as error:
        raise DataFileError(file, f"{at}.source", f"there is no source {error}") from None
