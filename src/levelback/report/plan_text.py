"""The plan as plain text, for a terminal and for a calendar."""

from __future__ import annotations

import textwrap

from levelback.report.content import Content, make_content
from levelback.report.programme import ItemText, PhaseText
from levelback.report.values import Report

WIDTH = 88


def describe_plan(report: Report) -> str:
    """Return the plan of a report in full: phases with their exercises, checks, habits and references.

    Lines are at most 88 characters wide, without colour; the last one has no line break.
    """
    content = make_content(report)
    blocks = [f"{content.headline}: your plan\n{content.schedule}".strip(), _wrap(content.plan_note)]
    blocks += [_phase(number, phase) for number, phase in enumerate(content.phases, 1)]
    blocks += [_list("Check it yourself", content.checks), _list("Every day", _habits(content))]
    blocks += [_list("Where this comes from", content.references)]
    if content.phases:
        blocks.append("One exercise in full, step by step: levelback exercises ID")
    return "\n\n".join(block for block in blocks if block)


def dose_line(item: ItemText) -> str:
    """Return all doses of an exercise: ``left 2 × 30 s, right 1 × 30 s``."""
    return ", ".join(f"{side} {dose}" for side, dose in item.doses)


def _phase(number: int, phase: PhaseText) -> str:
    lines = [f"{number}. {phase.title}" + (f"   {phase.when}" if phase.when else "")]
    lines += [_wrap(phase.about or phase.lead, "   "), ""]
    for item in phase.items:
        lines.append(_wrap(f"{item.name} ({item.id}): {dose_line(item)}", "   - ", "     "))
        lines.append(_wrap(item.because, "     "))
    if phase.move_on:
        lines += ["", _wrap(phase.move_on, "   ")]
    return "\n".join(line for line in lines)


def _habits(content: Content) -> list[str]:
    return [f"{habit.text} {habit.because}".strip() for habit in content.habits]


def _list(title: str, items: tuple[str, ...] | list[str]) -> str:
    return "\n".join([title, *(_wrap(item, "- ", "  ") for item in items)]) if items else ""


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest)
