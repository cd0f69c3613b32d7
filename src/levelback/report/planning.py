"""The plan of a finished report, made again with a person's answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from levelback.advice import Answers, find, make_plan, screen
from levelback.errors import UsageError
from levelback.metrics.values import MEASURES, Measurement
from levelback.report.values import Report


def replan(report: Report, answers: Answers) -> Report:
    """Return the report with findings and plan made anew from its measurements and these answers."""
    findings = find(report.measurements, report.quality, answers)
    return replace(report, findings=findings, plan=make_plan(findings, screen(answers), answers))


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
