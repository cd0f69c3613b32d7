"""The plan as the report words it: phases, doses and how each exercise is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from levelback.advice.catalogue import load_catalogue
from levelback.advice.pictures import Picture, pictures_of
from levelback.advice.values import Habit, Plan, Prescription
from levelback.report.values import Report
from levelback.report.words import enumerate_words, load_words

SIDES = {"left": "left", "right": "right"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemText:
    """One exercise of the plan, in words.

    `doses` are (side, dose), the side that comes first first; the side is empty where the whole body works.
    `pictures` show that first side at work, from start to end; an exercise may have none. `shown` says which
    side that is, where the sides take turns.
    """

    id: str
    name: str
    doses: tuple[tuple[str, str], ...]
    because: str
    setup: str
    steps: tuple[str, ...]
    pictures: tuple[Picture, ...] = ()
    shown: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseText:
    """One phase of the plan, in words.

    lead      one sentence; `about` says more, and why
    when      in which weeks; `move_on` until when
    weeks     the first and the last, where they are known
    """

    id: str
    title: str
    lead: str
    items: tuple[ItemText, ...]
    about: str = ""
    when: str = ""
    move_on: str = ""
    weeks: tuple[int, int] | None = None


def phases_of(report: Report) -> tuple[PhaseText, ...]:
    """Return the phases with their exercises; none where the picture or the screening forbids a plan."""
    return word_phases(report.plan) if report.quality.usable else ()


def word_phases(plan: Plan) -> tuple[PhaseText, ...]:
    """Return the phases of a plan with their exercises, in words; none where the screening forbids them."""
    if plan.screening.status == "no_exercise":
        return ()
    titles, said = load_words()["phases"], set[str]()
    return tuple(
        PhaseText(
            id=phase.id,
            **titles[phase.id],
            items=_items(phase.items, said),
            about=phase.about,
            when=phase.when,
            move_on=phase.move_on,
            weeks=phase.weeks,
        )
        for phase in plan.phases
        if phase.items
    )


def word_changes(plan: Plan) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return what changes since the last plan as (title, (exercises, reason)): new, dropped, kept.

    Exercises with the same reason stand together.
    """
    found: dict[str, dict[str, list[str]]] = {"add": {}, "drop": {}, "keep": {}}
    for change in plan.changes:
        found[change.action].setdefault(change.because, []).append(change.name)
    titles = load_words()["changes"]
    return tuple(
        (titles[action], tuple((enumerate_words(names), because) for because, names in reasons.items()))
        for action, reasons in found.items()
        if reasons
    )


def schedule_of(plan: Plan) -> str:
    """Return how often and how long: ``3 days a week, about 20 minutes each time.``"""
    days = "Every day" if plan.days_per_week == 7 else _count(plan.days_per_week, "day") + " a week"
    return f"{days}, about {_count(plan.minutes, 'minute')} each time."


def spoken_because(habit: Habit) -> str:
    """Return why a habit was chosen; nothing for those that are for everybody."""
    return "" if habit.because.startswith("For everybody") else habit.because


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def screening_note(report: Report) -> str:
    """Return what the answers to the health questions mean for exercising; empty where the way is clear.

    How to answer those that are open is not said here; see `open_questions`.
    """
    if not report.quality.usable:
        return "There is no plan, because this photo cannot be measured."
    screening = report.plan.screening
    word: str = load_words()["screening"][screening.status]
    if screening.status == "no_exercise":
        return " ".join([*screening.reasons, word])
    return " ".join(screening.reasons) or word


def open_questions(report: Report) -> bool:
    """Tell whether the plan waits for answers to the health questions."""
    return report.quality.usable and report.plan.screening.status == "not_answered"


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
    alike = "each side" if exercise is not None and exercise.sides == "each" else ""
    return ItemText(
        id=first.exercise,
        name=first.name,
        doses=tuple((SIDES.get(item.side, alike), dose(item, sets=len(group) > 1)) for item in group),
        because=because,
        setup="" if exercise is None else exercise.setup,
        steps=() if exercise is None else exercise.steps,
        pictures=pictures_of(first.exercise, first.side),
        shown=f"Shown: {SIDES.get(first.side, 'left')} side" if alike else "",
    )


def dose(item: Prescription, *, sets: bool = False) -> str:
    """Return the dose in words: ``3 × 12``, ``2 × 30 s``, ``3 × 8, hold 5 s``, ``10 min``.

    A single hold says its one set only where `sets` asks for it, for comparison with the other side.
    """
    hold = "" if item.hold_s is None else _duration(item.hold_s)
    if item.reps is None:
        return f"{item.sets} × {hold}" if sets or item.sets > 1 else hold
    return f"{item.sets} × {item.reps}{f', hold {hold}' if hold else ''}"


def _duration(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds >= 120 and seconds % 60 == 0 else f"{seconds} s"
