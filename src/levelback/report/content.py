"""What a report says, in words and in order: the one source of the HTML, the PDF and the summary."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from levelback.advice.norms import Norm, load_norms
from levelback.advice.values import Finding, Habit
from levelback.metrics.values import MEASURES, Estimate, Measurement
from levelback.report import words
from levelback.report.programme import (
    PhaseText,
    open_questions,
    phases_of,
    schedule_of,
    screening_note,
    word_changes,
)
from levelback.report.scale import Scale, make_scale
from levelback.report.values import Report

Reading = Literal["stands_out", "uncommon", "even", "common", "unclear"]
READING_LABELS: dict[Reading, str] = {
    "stands_out": "Stands out",
    "uncommon": "Less common",
    "even": "Level",
    "common": "Common",
    "unclear": "Not sure",
}
SAME_IN_MM = {"shoulder_height_difference": "shoulder_tilt", "hip_height_difference": "pelvic_obliquity"}
"""Measures that say the same as another one in millimetres: told once, they stand out with it."""
MOVED = "The numbers that rest on them are read straight off these marks."
_COUNT_WORDS = ("Nothing", "One thing", "Two things", "Three things", "Four things", "Five things")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One measure as the table of numbers shows it. `value`, `direction` and `interval` are text."""

    id: str
    name: str
    about: str
    value: str
    direction: str
    interval: str
    reading: Reading
    label: str
    scale: Scale

    @property
    def says(self) -> str:
        """The number and its direction: ``4.2° left higher``."""
        return f"{self.value} {self.direction}".strip()

    @property
    def spoken(self) -> str:
        """The scale in one sentence, for people who do not see it."""
        return f"{self.name}: {self.says}, 95 % range {self.interval}. {self.label}."


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One plain sentence about the body, and a quieter one that explains it."""

    reading: Reading
    text: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """A whole report in words. Every output shows these parts, in this order.

    `seen` holds the issues of a picture that cannot be used; `issues` those of one that can. `checks` are
    what the person can do to settle what the photo leaves open; `changes` are (title, (exercise, reason))
    since the last plan; `references` stand behind the plan.
    """

    headline: str
    subtitle: str
    picture_alt: str
    seen: tuple[Seen, ...]
    rows: tuple[Row, ...]
    unmeasured: tuple[tuple[str, str], ...]
    plan_note: str
    schedule: str
    phases: tuple[PhaseText, ...]
    checks: tuple[str, ...]
    changes: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    habits: tuple[Habit, ...]
    issues: tuple[str, ...]
    method: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    references: tuple[str, ...]


def make_content(report: Report, *, questions: str | None = None) -> Content:
    """Return all that is said about `report`. No findings and no plan where the picture is not usable.

    `questions` says how to answer the questions about health that are open, in place of the command.
    """
    norms = load_norms()
    standing = _standing_out(report)
    rows = _rows(report, norms, {finding.measure for finding in standing})
    phases = phases_of(report)
    return Content(
        headline=_headline(report, standing),
        subtitle=_subtitle(report),
        picture_alt=_picture_alt(report),
        seen=_seen(report, standing, rows),
        rows=rows,
        unmeasured=_unmeasured(report.measurements),
        plan_note=_plan_note(report, questions),
        schedule=schedule_of(report.plan) if phases else "",
        phases=phases,
        checks=report.plan.checks if phases else (),
        changes=word_changes(report.plan) if phases else (),
        habits=report.plan.habits if report.quality.usable else (),
        issues=tuple(issue.message for issue in report.quality.issues) if report.quality.usable else (),
        method=_method(report),
        sources=_sources(rows, norms),
        references=report.plan.references if phases else (),
    )


def _plan_note(report: Report, questions: str | None) -> str:
    how = words.load_words()["screening"]["questions"] if questions is None else questions
    note = screening_note(report)
    return f"{note} {how}".rstrip() if open_questions(report) else note


def _standing_out(report: Report) -> tuple[Finding, ...]:
    if not report.quality.usable:
        return ()
    return tuple(finding for finding in report.findings if finding.confidence in ("likely", "possible"))


def read_estimate(id: str, estimate: Estimate, norm: Norm) -> Reading:
    """Return what an interval says next to the common range, where no finding rests on it.

    Only an interval that lies wholly inside or wholly outside of the range says anything; `even` needs
    a sided measure whose interval includes zero.
    """
    if norm.common_low <= estimate.low and estimate.high <= norm.common_high:
        return "even" if MEASURES[id].sided and estimate.sign == 0 else "common"
    if estimate.low > norm.common_high or estimate.high < norm.common_low:
        return "uncommon"
    return "unclear"


def _rows(report: Report, norms: dict[str, Norm], standing: set[str]) -> tuple[Row, ...]:
    """Return the measured rows: what stands out first, then what is less common, then in report order."""
    measured = {m.id: m.estimate for m in report.measurements if m.estimate is not None}
    rows = [
        _row(id, measured[id], norms[id], SAME_IN_MM.get(id, id) in standing)
        for id in MEASURES
        if id in measured
    ]
    return tuple(sorted(rows, key=lambda row: {"stands_out": 0, "uncommon": 1}.get(row.reading, 2)))


def _row(id: str, estimate: Estimate, norm: Norm, stands_out: bool) -> Row:
    text = words.measure_words()[id]
    reading: Reading = "stands_out" if stands_out else read_estimate(id, estimate, norm)
    return Row(
        id=id,
        name=text.name,
        about=text.about,
        value=words.amount(id, estimate.value),
        direction=words.direction(id, estimate.value),
        interval=words.interval(id, estimate),
        reading=reading,
        label=READING_LABELS[reading],
        scale=make_scale(id, estimate, norm),
    )


def _headline(report: Report, standing: tuple[Finding, ...]) -> str:
    if not report.quality.usable:
        return "This photo cannot be measured"
    if not standing:
        return "Nothing stands out"
    estimate = _estimates(report).get(standing[0].measure)
    if len(standing) == 1 and estimate is not None:
        return _statement(standing[0].measure, estimate.value)
    count = len(standing)
    many = _COUNT_WORDS[count] if count < len(_COUNT_WORDS) else f"{count} things"
    return f"{many} {'stands' if count == 1 else 'stand'} out"


def _statement(id: str, value: float) -> str:
    text = words.measure_words()[id]
    return text.plus if value >= 0 else text.minus


def _estimates(report: Report) -> dict[str, Estimate]:
    return {m.id: m.estimate for m in report.measurements if m.estimate is not None}


def _subtitle(report: Report) -> str:
    view = words.load_words()["view"][report.photo.view]
    when = report.photo.taken_at or report.created_at
    verb = "taken" if report.photo.taken_at else "measured"
    who = f"{report.name}: " if report.name else ""
    hand = ", with points moved by hand" if report.moved else ""
    return f"{who}{report.photo.file}, seen {view}, {verb} on {when.day} {when:%B %Y}{hand}"


def _picture_alt(report: Report) -> str:
    view = words.load_words()["view"][report.photo.view]
    if not report.quality.usable:
        return f"The photo, {view}."
    lines = "shoulder and hip lines against level, and a plumb line"
    return f"The photo, {view}, with the joints that were found, {lines}. All numbers are in the table below."


def _seen(report: Report, standing: tuple[Finding, ...], rows: tuple[Row, ...]) -> tuple[Seen, ...]:
    if not report.quality.usable:
        return tuple(Seen(reading="unclear", text=issue.message) for issue in report.quality.issues)
    estimates = _estimates(report)
    alone = len(standing) == 1
    seen = [_seen_finding(item, estimates.get(item.measure), alone=alone) for item in standing]
    seen += [
        Seen(
            reading="uncommon",
            text=f"{_statement(row.id, estimates[row.id].value)}, more than most people: {row.value}.",
            detail=f"95 % range: {row.interval}. On its own this says little; a second photo tells more.",
        )
        for row in rows
        if row.reading == "uncommon" and row.id not in SAME_IN_MM
    ]
    topics = {
        reading: [
            words.measure_words()[row.id].topic
            for row in rows
            if row.reading == reading and row.id not in SAME_IN_MM
        ]
        for reading in READING_LABELS
    }
    if topics["even"]:
        seen.append(
            Seen(reading="even", text=f"Level, which is good news: {words.enumerate_words(topics['even'])}.")
        )
    if topics["common"]:
        common = words.enumerate_words(topics["common"])
        seen.append(Seen(reading="common", text=f"As in most healthy people: {common}."))
    if topics["unclear"]:
        unclear = words.enumerate_words(topics["unclear"])
        seen.append(
            Seen(
                reading="unclear",
                text=f"Not sure: {unclear}.",
                detail="The range is too wide to say whether this is common.",
            )
        )
    return tuple(seen)


def _seen_finding(finding: Finding, estimate: Estimate | None, *, alone: bool) -> Seen:
    """Return the number behind a finding and what it means; the headline names the only finding already."""
    sure = words.load_words()["confidence"][finding.confidence]
    if estimate is None:
        return Seen(reading="stands_out", text=finding.explanation, detail=sure)
    id, value = finding.measure, words.amount(finding.measure, estimate.value)
    first, _, rest = finding.explanation.partition(". ")
    meaning = rest if value in first and rest else finding.explanation  # the number is said once
    between = words.interval(id, estimate).replace(" to ", " and ")
    numbers = f"{value}, most likely between {between}."
    return Seen(
        reading="stands_out",
        text=f"By {numbers}" if alone else f"{_statement(id, estimate.value)}: {numbers}",
        detail=f"{meaning} {sure}",
    )


def _unmeasured(measurements: tuple[Measurement, ...]) -> tuple[tuple[str, str], ...]:
    """Return (names, reason) of what could not be measured, measures with the same reason together."""
    by_reason: dict[str, list[str]] = {}
    for measurement in measurements:
        if measurement.reason is not None:
            by_reason.setdefault(measurement.reason, []).append(words.measure_words()[measurement.id].name)
    return tuple((words.enumerate_words(names), reason) for reason, names in by_reason.items())


def _sources(rows: tuple[Row, ...], norms: dict[str, Norm]) -> tuple[tuple[str, str], ...]:
    """Return (names, source) of the common ranges, measures with the same source together."""
    by_source: dict[str, list[str]] = {}
    for row in rows:
        by_source.setdefault(norms[row.id].source, []).append(row.name)
    return tuple((words.enumerate_words(names), source) for source, names in by_source.items())


def roll_sentence(report: Report) -> str:
    """Return how far the camera was turned and how that is known."""
    estimate = report.roll.estimate
    size = f"{abs(estimate.value):.1f}°"
    if math.isfinite(estimate.half_width):
        size += f" ± {estimate.half_width:.1f}°"
    sentence: str = words.load_words()["roll"][report.roll.source]
    return sentence.format(roll=size)


def _method(report: Report) -> tuple[tuple[str, str], ...]:
    passes = report.landmarks.passes
    looks = "a single look at the photo" if passes == 1 else f"the mean of {passes} looks at the photo"
    facts = [
        ("Body points", f"33 points found by {report.model.name}, {looks}."),
        ("Camera", roll_sentence(report)),
        ("Ranges", "The true value lies in the range given in 95 of 100 such photos."),
        ("Version", f"levelback {report.version}, model {report.model.sha256[:12]}."),
    ]
    if report.photo.people > 1:
        text = f"{report.photo.people} people were found in the photo. This report is about the main one."
        facts.insert(0, ("People", text))
    if report.moved:
        names = words.enumerate_words([joint.name.lower().replace("_", " ") for joint in report.moved])
        facts.insert(1, ("Moved by hand", f"{names[0].upper()}{names[1:]}. {MOVED}"))
    if report.photo.mirrored:
        facts.insert(-2, ("Mirror", "The photo was mirrored, as selfies are. It was turned back first."))
    return tuple(facts)
