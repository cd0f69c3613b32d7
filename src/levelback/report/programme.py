"""The plan as the report words it: phases, doses and how each exercise is done."""

from __future__ import annotations

from dataclasses import dataclass

from levelback.advice.catalogue import load_catalogue
from levelback.advice.values import Prescription
from levelback.report.values import Report
from levelback.report.words import load_words

SIDES = {"left": "left side", "right": "right side", "both": "both sides"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemText:
    """One exercise of the plan, in words."""

    name: str
    side: str
    dose: str
    because: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseText:
    """One phase of the plan, in words."""

    id: str
    title: str
    lead: str
    items: tuple[ItemText, ...]


def phases_of(report: Report) -> tuple[PhaseText, ...]:
    """Return the phases with their exercises; none where the picture or the screening forbids a plan."""
    if not report.quality.usable or report.plan.screening.status == "no_exercise":
        return ()
    titles = load_words()["phases"]
    return tuple(
        PhaseText(id=phase.id, **titles[phase.id], items=tuple(_item(item) for item in phase.items))
        for phase in report.plan.phases
        if phase.items
    )


def screening_note(report: Report) -> str:
    """Return what the answers to the health questions mean for exercising; empty where the way is clear."""
    if not report.quality.usable:
        return "There is no plan, because this photo cannot be measured."
    screening = report.plan.screening
    return " ".join([load_words()["screening"][screening.status], *screening.reasons]).strip()


def _item(item: Prescription) -> ItemText:
    exercise = load_catalogue().get(item.exercise)
    return ItemText(
        name=item.name,
        side=SIDES[item.side],
        dose=dose(item),
        because=item.because,
        steps=() if exercise is None else tuple(exercise.steps),
    )


def dose(item: Prescription) -> str:
    """Return the dose in words: ``3 × 12``, ``2 × 30 s``, ``3 × 8, hold 5 s``."""
    if item.reps is None:
        return f"{item.sets} × {item.hold_s} s" if item.hold_s else f"{item.sets} ×"
    hold = f", hold {item.hold_s} s" if item.hold_s else ""
    return f"{item.sets} × {item.reps}{hold}"
