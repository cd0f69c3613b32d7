"""What the advice stage takes and hands on: answers, screening, findings and the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from levelback.metrics.values import Estimate

Severity = Literal["mild", "moderate", "marked"]
Confidence = Literal["likely", "possible", "inconclusive", "contradicted"]
FindingSide = Literal["left", "right", "both"]
PhaseId = Literal["release", "strengthen", "integrate"]
ScreeningStatus = Literal["clear", "not_answered", "see_doctor_first", "no_exercise"]
AnswerValue = bool | int | str

_OTHER = {"left": "right", "right": "left"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Answers to the screening questions, as pairs of question id and value; any may be missing.

    A value is a bool (yes or no), an int, or a string (a side or a choice).
    """

    pairs: tuple[tuple[str, AnswerValue], ...] = ()

    @classmethod
    def of(cls, values: Mapping[str, AnswerValue]) -> Self:
        """Return the answers in `values`, unchecked; see `screening.check_answers`."""
        return cls(pairs=tuple(sorted(values.items())))

    def get(self, id: str) -> AnswerValue | None:
        """Return the answer to one question, None where it was skipped."""
        return dict(self.pairs).get(id)

    def mirrored(self) -> Self:
        """Return the answers of the mirrored person: left and right exchanged."""
        return type(self)(pairs=tuple((id, _OTHER.get(str(value), value)) for id, value in self.pairs))


@dataclass(frozen=True, kw_only=True, slots=True)
class SideComparison:
    """Both sides compared in a live set of one exercise.

    exercise     catalogue id, like ``clam``
    aspect       what was compared: ``hold``, ``range``, ``reps`` or ``steadiness``
    difference   percent of the better side; positive: the subject's left did worse
    """

    exercise: str
    aspect: str
    difference: Estimate

    @property
    def id(self) -> str:
        """The name under which evidence refers to it, like ``clam.range``."""
        return f"{self.exercise}.{self.aspect}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that stands out. `side` is the higher, rotated or affected side; None: no side.

    measure      the measure id it rests on (``clam.range`` and the like for live sets)
    explanation  plain English; `source` cites where the reading comes from
    estimate     of that measure, turned so that positive speaks for the finding; None if there is none
    reasons      sentences: all that speaks for and against it, the photo first
    """

    id: str
    measure: str
    side: FindingSide | None
    severity: Severity
    confidence: Confidence
    explanation: str
    source: str
    estimate: Estimate | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """What the answers say about safety. `reasons` are sentences; empty where the way is clear."""

    status: ScreeningStatus
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prescription:
    """One exercise of a plan. `exercise` is a catalogue id; `because` one sentence with its number.

    `side` is the working side: ``both`` means each side in turn, or the whole body at once.
    """

    exercise: str
    name: str
    side: FindingSide
    sets: int
    reps: int | None
    hold_s: int | None
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """One phase of the plan, its items in the order in which they are done.

    `about` says what it is for, `when` in which weeks; `move_on` is the rule that leads to the next phase.
    `weeks` are its first and last week, counted from 1, where they are known.
    """

    id: PhaseId
    items: tuple[Prescription, ...]
    about: str = ""
    when: str = ""
    move_on: str = ""
    weeks: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """Something to change in daily life."""

    id: str
    text: str
    source: str
    because: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanChange:
    """What becomes of one exercise since the last plan, and why."""

    action: Literal["add", "keep", "drop"]
    exercise: str
    name: str
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The corrective programme. No phases where the screening forbids exercise.

    days_per_week, minutes   how often, and how long each time
    references   in full, of the sources that the plan names
    checks       sentences: what the person can do to settle what the evidence leaves open
    changes      since the last plan, where there is a history
    """

    screening: Screening
    phases: tuple[Phase, ...]
    habits: tuple[Habit, ...]
    days_per_week: int = 3
    minutes: int = 20
    references: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    changes: tuple[PlanChange, ...] = ()
