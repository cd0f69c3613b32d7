"""What progress says, in words and in order: the one source of the page, the PDF and the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from levelback.advice.catalogue import load_catalogue
from levelback.metrics.values import MEASURES, Estimate
from levelback.progress.assessment import verdicts
from levelback.progress.values import Change, Course, Progress, SideCourse, Trend, Verdict
from levelback.report import words
from levelback.report.content import SAME_IN_MM

LABELS: dict[Verdict, str] = {"better": "Better", "worse": "Worse", "no_change": "No change seen"}
ORDER: tuple[Verdict, ...] = ("better", "worse", "no_change")
NOTHING = "No change that we could see"
CHANCE = (
    "Of {count} things compared, about one in twenty shows a change by chance alone. Trust what two photos "
    "on different days both show."
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One change in words: the first and the last reading, the change, and how sure it is."""

    id: str
    name: str
    verdict: Verdict
    label: str
    first: str
    last: str
    change: str
    interval: str
    sure: str
    trend: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CourseText:
    """One view in words; `figures` name the measures that are drawn, in the order of the rows."""

    key: str
    title: str
    period: str
    rows: tuple[Row, ...]
    differs: tuple[tuple[str, str], ...]
    unknown: str
    not_compared: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]
    alone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """All of a progress report in words."""

    headline: str
    subtitle: str
    lead: tuple[str, ...]
    courses: tuple[CourseText, ...]
    sides: tuple[Row, ...]
    failed: tuple[tuple[str, str], ...]
    method: tuple[tuple[str, str], ...]


def make_content(progress: Progress) -> Content:
    """Return all that is said about `progress`."""
    courses = tuple(_course(course) for course in progress.courses)
    return Content(
        headline=_headline(progress),
        subtitle=_subtitle(progress),
        lead=tuple(_lead(progress, courses)),
        courses=courses,
        sides=tuple(_side_row(side) for side in progress.sides),
        failed=progress.material.failed,
        method=_METHOD,
    )


_METHOD = (
    (
        "Change",
        "The last reading minus the first; photos of one day count as one. The range in brackets holds the "
        "true change in 95 of 100 such comparisons.",
    ),
    (
        "Better, worse",
        "Nearer to, or further from, level; for what has no sides, the middle of what is common in healthy "
        "people. Only a change too large for chance (95 %) counts.",
    ),
    (
        "Error",
        "How far two photos of one unchanged person differ was measured on rendered people in other clothes, "
        "rooms and postures. How you stand from day to day comes on top; five photos or more show it.",
    ),
    (
        "Line",
        "With five days or more, the Theil–Sen line: the middle of the slopes between all pairs of days.",
    ),
)


def course_key(course: Course) -> str:
    """Return a name for the files of a course: its view."""
    return course.view.value


def day(at: datetime) -> str:
    """Return a date in words: ``3 March 2026``."""
    return f"{at.day} {at:%B %Y}"


def _headline(progress: Progress) -> str:
    """Return what stands above everything: the one thing that changed, or how many did."""
    changed = [
        change
        for course in progress.courses
        for change in course.changes
        if change.verdict != "no_change" and change.measure not in SAME_IN_MM
    ]
    if len(changed) == 1:
        (change,) = changed
        return f"{words.measure_words()[change.measure].name}: {LABELS[change.verdict].lower()}"
    if changed:
        counts = verdicts(progress)
        return ", ".join(f"{counts[one]} {LABELS[one].lower()}" for one in ("better", "worse") if counts[one])
    if any(course.changes for course in progress.courses):
        return NOTHING
    return "Nothing to compare yet"


def _subtitle(progress: Progress) -> str:
    who = f"{progress.material.name}: " if progress.material.name else ""
    shots, sets = progress.material.shots, progress.material.sets
    parts = [_count(len(shots), "photo")] + ([_count(len(sets), "set")] if sets else [])
    times = sorted([one.at for one in shots] + [one.at for one in sets])
    if not times:
        return f"{who}nothing yet"
    period = day(times[0]) if times[0].date() == times[-1].date() else f"{day(times[0])} to {day(times[-1])}"
    return f"{who}{words.enumerate_words(parts)}, {period}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _lead(progress: Progress, courses: Sequence[CourseText]) -> list[str]:
    counts = verdicts(progress)
    rows = [row for course in courses for row in course.rows if row.id not in SAME_IN_MM]
    said = [
        f"{row.name}: {row.first} then, {row.last} now. {row.label}."
        for row in rows
        if row.label != LABELS["no_change"]
    ]
    quiet = [words.measure_words()[row.id].topic for row in rows if row.label == LABELS["no_change"]]
    if quiet:
        said.append(f"{NOTHING}: {words.enumerate_words(quiet)}.")
    if counts.total() > 1 and (counts["better"] or counts["worse"]):
        said.append(CHANCE.format(count=counts.total()))
    return said


def _course(course: Course) -> CourseText:
    times = [shot.at for shot in course.shots]
    view = words.load_words()["view"][course.view]
    rows = sorted((_row(change) for change in course.changes), key=lambda row: ORDER.index(row.verdict))
    days = len({at.date() for at in times})
    return CourseText(
        key=course_key(course),
        title=view[0].upper() + view[1:],
        period=f"{_count(len(times), 'photo')}, {day(times[0])} to {day(times[-1])}" if days > 1 else "",
        rows=tuple(rows),
        differs=tuple((one.text, one.advice) for one in course.differs),
        unknown=f"Not known, so not compared: {words.enumerate_words(course.unknown)}."
        if course.unknown
        else "",
        not_compared=_by_reason(course.not_compared) if course.changes else (),
        left_out=course.left_out,
        alone="" if days > 1 else "A change needs photos of two different days. There is only one so far.",
    )


def _by_reason(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return (names, reason), measures with the same reason together."""
    found: dict[str, list[str]] = {}
    for id, reason in pairs:
        found.setdefault(reason, []).append(words.measure_words()[id].name)
    return tuple((words.enumerate_words(names), reason) for reason, names in found.items())


def _row(change: Change) -> Row:
    id = change.measure
    first, last = change.points[0].estimate, change.points[-1].estimate
    return Row(
        id=id,
        name=words.measure_words()[id].name,
        verdict=change.verdict,
        label=label_of(change),
        first=reading(id, first.value),
        last=reading(id, last.value),
        change=moved(change, change.difference.value),
        interval=moved_between(change, change.difference),
        sure=_sure(change, words.amount(id, change.detectable)),
        trend="" if change.trend is None else _trend(change, change.trend),
    )


def label_of(change: Change) -> str:
    """Return the verdict in words; what moved for certain, but no nearer to its best, is not called still."""
    if change.verdict == "no_change" and change.difference.sign:
        return "Changed sides" if _crossed(change) else "Moved, no better"
    return LABELS[change.verdict]


def _crossed(change: Change) -> bool:
    return change.points[0].estimate.value * change.points[-1].estimate.value < 0


def reading(id: str, value: float) -> str:
    """Return a reading in words: ``4.2° left higher``."""
    return f"{words.amount(id, value)} {words.direction(id, value)}".strip()


def moved(change: Change, amount: float) -> str:
    """Return an amount of change in words: ``2.5° towards the right``, ``3.1° less``, ``5.8° inwards``."""
    id = change.measure
    if not round(amount, words.measure_words()[id].digits):
        return words.amount(id, 0.0)
    back, on = _ways(change)
    towards = "towards the " if MEASURES[id].sided else ""
    return f"{words.amount(id, amount)} {towards}{on if amount > 0 else back}"


def moved_between(change: Change, estimate: Estimate) -> str:
    """Return an interval of change: ``0.9° to 4.1°``, or with the ways where it includes zero."""
    id, low, high = change.measure, estimate.low, estimate.high
    if low < 0 < high:
        back, on = _ways(change)
        return f"{words.amount(id, low)} {back} to {words.amount(id, high)} {on}"
    near, far = sorted((abs(low), abs(high)))
    return f"{words.amount(id, near)} to {words.amount(id, far)}"


def _ways(change: Change) -> tuple[str, str]:
    """Return what changes to minus and to plus are called, for readings on one side of zero or across it."""
    if MEASURES[change.measure].sided:
        return "right", "left"
    values = [change.points[at].estimate.value for at in (0, -1)]
    if min(values) >= 0:
        return "less", "more"
    if max(values) <= 0:
        return "more", "less"
    known = words.measure_words()[change.measure]
    return known.minus_short, known.plus_short


def _sure(change: Change, detectable: str) -> str:
    """Return how sure the verdict is, in a sentence."""
    chance = max(change.chance, 1 - change.chance)
    scattered = (
        " You stood differently from day to day, which made this less sure." if change.scattered else ""
    )
    if change.verdict == "no_change":
        if change.difference.sign:
            best = "level" if _crossed(change) else "the middle of what is common"
            return f"It is about as far from {best} as before.{scattered}"
        return f"A change of less than {detectable} would not show.{scattered}"
    percent = "more than 99 %" if chance > 0.99 else f"{100 * chance:.0f} %"
    return f"Chance that it really moved this way: {percent}.{scattered}"


def _trend(change: Change, trend: Trend) -> str:
    if not trend.sign:
        return f"No steady line over {trend.points} days."
    size = moved_between(change, trend.per_week)
    return f"{moved(change, trend.per_week.value)} a week over {trend.points} days ({size})."


_ASPECTS = {
    "hold": "hold",
    "range": "range",
    "drift": "steadiness",
    "reps": "repetitions",
    "faults": "faults",
}


def _side_row(side: SideCourse) -> Row:
    known = load_catalogue().get(side.exercise)
    change = side.change
    first, last = change.points[0].estimate, change.points[-1].estimate
    return Row(
        id=change.measure,
        name=f"{known.name if known else side.exercise}, {_ASPECTS.get(side.aspect, side.aspect)}",
        verdict=change.verdict,
        label=label_of(change),
        first=_behind(first),
        last=_behind(last),
        change=f"{abs(change.difference.value):.0f} %",
        interval=f"{change.difference.low:+.0f} % to {change.difference.high:+.0f} %".replace("-", "−"),
        sure=_sure(change, f"{change.detectable:.0f} %"),
        trend="",
    )


def _behind(difference: Estimate) -> str:
    """Return which side did worse, and by how much."""
    if abs(difference.value) < 0.5:
        return "both alike"
    return f"{'left' if difference.value > 0 else 'right'} {abs(difference.value):.0f} % behind"
