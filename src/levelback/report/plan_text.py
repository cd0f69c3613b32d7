"""The plan as plain text, for a terminal and for a calendar."""

from __future__ import annotations

import re
import textwrap

from levelback.report.content import Content, make_content
from levelback.report.programme import ItemText, PhaseText, spoken_because
from levelback.report.values import Report

WIDTH = 88


def describe_plan(report: Report) -> str:
    """Return the plan of a report in full: phases with their exercises, checks, habits and references.

    Lines are at most 88 characters wide, without colour; the last one has no line break.
    """
    content = make_content(report)
    blocks = [f"Your plan\n{content.headline}. {content.schedule}".strip(), _wrap(content.plan_note)]
    blocks += [_phase(number, phase) for number, phase in enumerate(content.phases, 1)]
    blocks += [_list(title, [f"{name}: {why}" for name, why in items]) for title, items in content.changes]
    blocks += [_list("Check it yourself", content.checks), _list("Every day", _habits(content))]
    blocks += [_list("Where this comes from", content.references)]
    if content.phases:
        ids = dict.fromkeys(item.id for phase in content.phases for item in phase.items)
        blocks.append(
            _wrap(f"How to do one, step by step: levelback exercises ID. ID is {' or '.join(ids)}.")
        )
    return "\n\n".join(block for block in blocks if block)


def dose_line(item: ItemText) -> str:
    """Return all doses of an exercise: ``left 2 × 30 s, right 1 × 30 s``."""
    return ", ".join(f"{side} {dose}".strip() for side, dose in item.doses)


def _phase(number: int, phase: PhaseText) -> str:
    lines = [f"{number}. {phase.title}"]
    lines += [_wrap(text, "   ") for text in (phase.when, phase.about or phase.lead) if text]
    lines.append("")
    for item in phase.items:
        lines.append(_wrap(f"{item.name}: {dose_line(item)}", "   - ", "     "))
        lines.append(_wrap(item.because, "     "))
    if phase.move_on:
        lines += ["", _wrap(phase.move_on, "   ")]
    return "\n".join(lines)


def _habits(content: Content) -> list[str]:
    return [f"{habit.text} {spoken_because(habit)}".strip() for habit in content.habits]


def _list(title: str, items: tuple[str, ...] | list[str]) -> str:
    return "\n".join([title, *(_wrap(item, "- ", "  ") for item in items)]) if items else ""


def _wrap(text: str, first: str = "", rest: str | None = None) -> str:
    """Return the text in lines that never part a number from its unit."""
    glued = re.sub(r"\d (%|mm|s|min)(?!\w)", lambda match: match[0].replace(" ", "\xa0"), text)
    rest = first if rest is None else rest
    lines = textwrap.fill(glued, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return lines.replace("\xa0", " ")
