"""The exercise catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from levelback.advice import tables
from levelback.advice.screening import load_questions
from levelback.advice.values import PhaseId
from levelback.errors import DataFileError

FILE = "exercises.toml"
Needs = Literal["none", "home", "gym"]
FORM_CHECKS = (
    "bird-dog",
    "bridge",
    "clam",
    "deep-lunge",
    "pigeon",
    "plank",
    "side-plank",
    "standing",
    "walk",
)
"""Exercises that `levelback live` checks, by their own id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dose:
    """How much: `sets` of `reps`, of a hold of `hold_s` seconds, or of `reps` holds of `hold_s` each."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    sets: int
    reps: int | None = None
    hold_s: int | None = None

    def seconds(self, sides: int) -> int:
        """Return about how long it takes on that many sides, with 15 s of rest after each set."""
        once = (self.reps or 1) * (self.hold_s or 4)
        return self.sets * sides * (once + 15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exercise:
    """One exercise; the head of ``exercises.toml`` says what each field holds."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    id: str
    name: str
    phase: PhaseId
    purpose: str
    muscles: tuple[str, ...]
    sides: Literal["each", "both"]
    equipment: tuple[str, ...]
    needs: Needs
    setup: str
    steps: tuple[str, ...]
    feel: str
    faults: tuple[str, ...]
    easier: str
    harder: str
    dose: Dose
    contraindications: tuple[str, ...]
    source: str
    working_side: str = ""
    form_check: str | None = None


@cache
def load_catalogue() -> dict[str, Exercise]:
    """Return the exercises by id, in the order of the phases. Raises DataFileError."""
    return parse_catalogue(tables.packaged_text(FILE), file=FILE)


def parse_catalogue(text: str, *, file: str) -> dict[str, Exercise]:
    """Return the exercises of a TOML text by id; `file` names it in errors.

    Raises DataFileError with a path like ``exercises[3].dose.reps`` where the table is wrong, where an
    exercise contradicts itself, or where it names something that is not there.
    """
    rows = tables.parse_table(text, "exercises", Exercise, file=file)
    for index, exercise in enumerate(rows):
        _check(exercise, file=file, at=f"exercises[{index}]")
    return tables.keyed(rows, lambda exercise: exercise.id, file=file, table="exercises")


def _check(exercise: Exercise, *, file: str, at: str) -> None:
    limits = {question.id for question in load_questions().values() if question.group == "limit"}
    dose = exercise.dose
    for number, limit in enumerate(exercise.contraindications):
        if limit not in limits:
            problem = f"there is no question '{limit}' about limits"
            raise DataFileError(file, f"{at}.contraindications[{number}]", problem)
    if dose.reps is None and dose.hold_s is None:
        raise DataFileError(file, f"{at}.dose", "needs reps or hold_s")
    for name in ("sets", "reps", "hold_s"):
        amount = getattr(dose, name)
        if amount is not None and amount < 1:
            raise DataFileError(file, f"{at}.dose.{name}", "must be at least 1")
    if (exercise.sides == "each") != bool(exercise.working_side):
        raise DataFileError(file, f"{at}.working_side", "belongs to exercises on each side")
    if exercise.form_check not in (None, *FORM_CHECKS):
        problem = f"there is no form check '{exercise.form_check}'"
        raise DataFileError(file, f"{at}.form_check", problem)
    if len(exercise.steps) < 2 or not exercise.faults or not exercise.muscles:
        raise DataFileError(file, at, "needs two steps, a fault and a muscle at least")
