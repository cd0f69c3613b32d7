"""The plan of a finished report, made again with a person's answers."""

from __future__ import annotations

from dataclasses import replace

from levelback.advice import Answers, find, make_plan, screen
from levelback.report.values import Report


def replan(report: Report, answers: Answers) -> Report:
    """Return the report with findings and plan made anew from its measurements and these answers."""
    findings = find(report.measurements, report.quality, answers)
    return replace(report, findings=findings, plan=make_plan(findings, screen(answers), answers))
