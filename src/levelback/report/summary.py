"""The report in a few plain lines, for a terminal."""

from __future__ import annotations

import textwrap

from levelback.report.content import Content, Row, make_content
from levelback.report.values import Report

WIDTH = 88


def summarize(report: Report) -> str:
    """Return headline, what was seen, a table of the numbers, issues and a word on the plan.

    Lines are at most 88 characters wide, without colour; the last one has no line break.
    """
    content = make_content(report)
    blocks = [content.headline, "\n".join(_wrap(seen.text, "- ") for seen in content.seen)]
    if content.rows:
        blocks.append(_table(content.rows))
    if content.issues:
        blocks.append("About this picture:\n" + "\n".join(_wrap(issue, "- ") for issue in content.issues))
    blocks.append(_plan(content))
    return "\n\n".join(block for block in blocks if block)


def _wrap(text: str, bullet: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _table(rows: tuple[Row, ...]) -> str:
    """Return name, number, 95 % range and reading in aligned columns."""
    cells = [("", "measured", "95 % range", "")]
    cells += [(row.name, row.says, row.interval, row.label.lower()) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    )


def _plan(content: Content) -> str:
    count = sum(len(phase.items) for phase in content.phases)
    exercises = f"The plan has {count} exercise{'' if count == 1 else 's'}." if count else ""
    return _wrap(" ".join(text for text in (exercises, content.plan_note) if text))
