"""The plan as the report words it: phases, doses and how each exercise is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from levelback.advice.catalogue import load_catalogue
from levelback.advice.values import Prescription
from levelback.report.values import Report
from levelback.report.words import load_words

SIDES = {"left": "left", "right": "right", "both": "both sides"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemText:
    """One exercise of the plan, in words. `doses` are (side, dose), the side that comes first first."""

    name: str
    doses: tuple[tuple[str, str], ...]
    because: str
    setup: str
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
    titles, said = load_words()["phases"], set[str]()
    return tuple(
        PhaseText(id=phase.id, **titles[phase.id], items=_items(phase.items, said))
        for phase in report.plan.phases
        if phase.items
    )


def screening_note(report: Report) -> str:
    """Return what the answers to the health questions mean for exercising; empty where the way is clear."""
    if not report.quality.usable:
        return "There is no plan, because this photo cannot be measured."
    screening = report.plan.screening
    return " ".join([load_words()["screening"][screening.status], *screening.reasons]).strip()


def _items(prescriptions: Sequence[Prescription], said: set[str]) -> tuple[ItemText, ...]:
    """Return the exercises in order; both sides of one exercise that follow each other become one item.

    A reason reads like ``Because of this number: so that``. What stands before the colon is said once in a
    plan; `said` holds what was said before, and takes up what is said here.
    """
    groups = groupby(prescriptions, key=lambda item: (item.exercise, item.because))
    items = []
    for (_, because), group in groups:
        cause, _, purpose = because.partition(": ")
        known = bool(purpose) and cause in said
        said.add(cause)
        items.append(_item(tuple(group), purpose[:1].upper() + purpose[1:] if known else because))
    return tuple(items)


def _item(group: tuple[Prescription, ...], because: str) -> ItemText:
    first = group[0]
    exercise = load_catalogue().get(first.exercise)
    return ItemText(
        name=first.name,
        doses=tuple((SIDES[item.side], dose(item)) for item in group),
        because=because,
        setup="" if exercise is None else exercise.setup,
        steps=() if exercise is None else exercise.steps,
    )


def dose(item: Prescription) -> str:
    """Return the dose in words: ``3 × 12``, ``2 × 30 s``, ``3 × 8, hold 5 s``, ``10 min``."""
    hold = "" if item.hold_s is None else _duration(item.hold_s)
    if item.reps is None:
        return f"{item.sets} × {hold}" if item.sets > 1 else hold
    return f"{item.sets} × {item.reps}{f', hold {hold}' if hold else ''}"


def _duration(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds >= 120 and seconds % 60 == 0 else f"{seconds} s"
