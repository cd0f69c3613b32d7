"""What the advice stage hands on: screening, findings and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["mild", "moderate", "marked"]
Confidence = Literal["likely", "possible", "inconclusive", "contradicted"]
FindingSide = Literal["left", "right", "both"]
PhaseId = Literal["release", "strengthen", "integrate"]
ScreeningStatus = Literal["clear", "not_answered", "see_doctor_first", "no_exercise"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something that stands out. `side` is the higher, rotated or affected side; None: no side.

    `measure` is the measure id it rests on. `explanation` is plain English; `source` cites where the
    reading comes from.
    """

    id: str
    measure: str
    side: FindingSide | None
    severity: Severity
    confidence: Confidence
    explanation: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """What the answers say about safety. `reasons` are sentences; empty where the way is clear."""

    status: ScreeningStatus
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Prescription:
    """One exercise of a plan. `exercise` is a catalogue id; `because` one sentence with its number."""

    exercise: str
    name: str
    side: FindingSide
    sets: int
    reps: int | None
    hold_s: int | None
    because: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Phase:
    """One phase of the plan, its items in the order in which they are done."""

    id: PhaseId
    items: tuple[Prescription, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """Something to change in daily life."""

    id: str
    text: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The corrective programme. No phases where the screening forbids exercise."""

    screening: Screening
    phases: tuple[Phase, ...]
    habits: tuple[Habit, ...]
