"""What a person's history does to a new report: sets count as evidence, and the plan says what changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from levelback.advice import Answers, SideComparison
from levelback.advice.revision import revise
from levelback.errors import UsageError
from levelback.history.values import clean_name, in_utc
from levelback.metrics.values import Estimate
from levelback.progress.assessment import assess
from levelback.progress.collect import from_history
from levelback.progress.content import day
from levelback.progress.values import LiveSet, Material, Shot
from levelback.report.planning import replan
from levelback.report.values import Report
from levelback.report.words import measure_words

if TYPE_CHECKING:
    from levelback.history.database import History

FRESH = timedelta(days=60)
"""A set older than this at the time of the photo is no evidence any more. Engineering choice."""


def with_history(report: Report, history: History, person: str, answers: Answers | None = None) -> Report:
    """Return `report` with findings and plan made anew in the light of what is known of the person.

    The newest set of each exercise counts as evidence. Where there is an earlier photo from the same view,
    the plan says what it adds, keeps and drops, and why. Without a history the report stays as it is.
    """
    clean_name(person)
    try:
        material = from_history(history, person)
    except UsageError:  # nobody of that name yet
        return report
    return revised(report, material, answers)


def revised(report: Report, material: Material, answers: Answers | None = None) -> Report:
    """Do what `with_history` does, with what is known already."""
    at = in_utc(report.photo.taken_at or report.created_at)
    comparisons = side_comparisons(material.sets, before=at)
    if comparisons:
        report = replan(report, answers, comparisons)
    earlier = [shot for shot in material.shots if _is_earlier(shot, report, at)]
    if not earlier:
        return report
    together = Material(name=None, shots=(*earlier, Shot(at=at, report=report)), sets=material.sets)
    progress = assess(together)
    verdicts = {change.measure: change.verdict for course in progress.courses for change in course.changes}
    verdicts |= {side.change.measure: side.change.verdict for side in progress.sides}
    last = max(earlier, key=lambda shot: shot.at).report
    plan = revise(
        report.plan,
        report.findings,
        last.plan,
        last.findings,
        verdicts,
        since=day(min(shot.at for shot in earlier)),
        topics={id: words.topic for id, words in measure_words().items()},
        answers=answers,
    )
    return replace(report, plan=plan)


def side_comparisons(sets: tuple[LiveSet, ...], *, before: datetime) -> tuple[SideComparison, ...]:
    """Return the newest comparison of each exercise and aspect, at most `FRESH` older than `before`."""
    newest: dict[tuple[str, str], SideComparison] = {}
    for one in sorted(sets, key=lambda item: item.at):
        if before - FRESH <= one.at <= before + timedelta(days=1):
            for row in one.document["symmetry"].get("comparisons", ()):
                estimate = Estimate(value=row["value"], low=row["low"], high=row["high"])
                exercise, aspect = one.document["exercise"], row["aspect"]
                newest[exercise, aspect] = SideComparison(
                    exercise=exercise, aspect=aspect, difference=estimate
                )
    return tuple(newest.values())


def _is_earlier(shot: Shot, report: Report, at: datetime) -> bool:
    """Tell whether a shot is another, earlier photo from the same view that could be measured."""
    other = shot.report
    same = other.photo.sha256 is not None and other.photo.sha256 == report.photo.sha256
    return other.quality.usable and other.photo.view is report.photo.view and shot.at < at and not same
