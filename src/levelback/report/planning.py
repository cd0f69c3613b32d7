"""The plan of a finished report, made again with a person's answers and live sets."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from levelback.advice import Answers, SideComparison, find, make_plan, screen
from levelback.errors import DataFileError, UsageError
from levelback.form.encode import from_dict as set_from_dict
from levelback.metrics.values import MEASURES, Measurement
from levelback.report.values import Report


def replan(
    report: Report, answers: Answers | None = None, comparisons: Iterable[SideComparison] = ()
) -> Report:
    """Return the report with findings and plan made anew from its measurements and what else is known.

    Without answers, the result of the screening stays. `comparisons` are those of live sets.
    """
    findings = find(report.measurements, report.quality, answers, comparisons)
    screening = report.plan.screening if answers is None else screen(answers)
    return replace(report, findings=findings, plan=make_plan(findings, screening, answers))


def replan_with_sets(report: Report, files: Sequence[Path], answers: Answers | None) -> Report:
    """Do what `replan` does, with the live sets in `files` (``levelback.set/1``) as evidence.

    Raises DataFileError for a file that is wrong. Raises UsageError where the answers are missing with
    which the plan was made: a new plan could bring back what they forbid.
    """
    comparisons = [one for file in files for one in read_comparisons(file)]
    if answers is None and report.plan.screening != screen(Answers()):
        raise UsageError("This plan was made with your answers. Give them again: --answers FILE.")
    return replan(report, answers, comparisons)


def read_comparisons(file: Path) -> tuple[SideComparison, ...]:
    """Return what a live set in a JSON file compares. Raises DataFileError where the file is wrong."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(str(file), "", f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise DataFileError(file.name, "", "is not a JSON file") from None
    found = set_from_dict(document, file=file.name).comparisons
    if not found:
        raise DataFileError(
            file.name, "symmetry.comparisons", "is empty: train both sides in one set, each at least twice"
        )
    return tuple(
        SideComparison(exercise=one.exercise, aspect=one.aspect, difference=one.difference) for one in found
    )


def together(reports: Sequence[Report], answers: Answers | None) -> Report:
    """Return one report of several photos of one person: all measures, and one plan from all of them.

    The first usable photo, a frontal one before the others, lends its picture and facts. A measure that
    several photos show comes from the one that shows it most narrowly. Raises UsageError where no photo is
    usable.
    """
    usable = [report for report in reports if report.quality.usable]
    if not usable:
        raise UsageError("None of these photos can be measured. Take them again.")
    base = min(usable, key=lambda report: not report.photo.view.frontal)
    best: dict[str, Measurement] = {}
    for one in (one for report in usable for one in report.measurements):
        if one.id not in best or _width(one) < _width(best[one.id]):
            best[one.id] = one
    measurements = tuple(best[id] for id in MEASURES if id in best)
    findings = find(measurements, base.quality, answers)
    return replace(
        base,
        measurements=measurements,
        findings=findings,
        plan=make_plan(findings, screen(answers), answers),
    )


def _width(one: Measurement) -> float:
    return math.inf if one.estimate is None else one.estimate.half_width
