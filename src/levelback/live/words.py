"""The result of a set in words: left and right side by side, each mean with its 95 % interval."""

from __future__ import annotations

import io
from collections.abc import Mapping

from levelback.form.specification import Specification
from levelback.form.values import Comparison, SetSummary, SideTotals, WorkingSide
from levelback.metrics.values import Estimate
from levelback.report.words import enumerate_words

SIDE_NAMES: dict[WorkingSide, str] = {"left": "left", "right": "right", "both": "both sides"}
UNITS = {"deg": ("°", 0), "trunks": (" × trunk", 2), "parts": ("", 2)}
DID_LESS = {
    "reps": "did {size} fewer repetitions",
    "hold": "held {size} shorter",
    "range": "moved {size} less",
    "steadiness": "was {size} less steady",
    "faults": "made {size} more faults",
}


def summarize_set(specification: Specification, summary: SetSummary) -> str:
    """Return the result as text of several lines."""
    lines = [f"{specification.name}: {_counted(specification, len(summary.reps))}."]
    if summary.by_side:
        lines += ["", _table(specification, summary), ""]
        lines += [result(summary)] if len(summary.by_side) > 1 else []
    if summary.frames:
        percent = 100 * summary.frames_with_pose // summary.frames
        lines.append(f"You were seen in {percent} % of {summary.frames} pictures.")
    return "\n".join(lines)


def result(summary: SetSummary) -> str:
    """Return in one sentence which side did less, and in what; where that is not sure, say so."""
    weaker = summary.weaker_side
    if weaker is None:
        return "No sure difference between left and right."
    reasons = [_reason(one) for one in summary.comparisons if one.weaker_side == weaker]
    return f"The {weaker} side {enumerate_words(reasons)}." if reasons else f"The {weaker} side did less."


def short_result(specification: Specification, summary: SetSummary) -> str:
    """Return the counts, and the weaker side where there is one: for the window, at the end."""
    if not summary.reps:
        return "Nothing was counted."
    if specification.working == "both":
        return f"{_counted(specification, len(summary.reps)).capitalize()}. Well done."
    counts = [f"{SIDE_NAMES[side]} {totals.reps}" for side, totals in summary.by_side.items()]
    said = enumerate_words(counts).capitalize()
    if summary.weaker_side is None:
        return f"{said}. Well done."
    return f"{said}. The {summary.weaker_side} side did less."


def _counted(specification: Specification, count: int) -> str:
    noun = "hold" if specification.kind == "hold" else "repetition"
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _reason(one: Comparison) -> str:
    low, high = sorted((abs(one.difference.low), abs(one.difference.high)))
    size = f"{abs(one.difference.value):.0f} % ({low:.0f} to {high:.0f} %)"
    return DID_LESS[one.aspect].format(size=size)


def _table(specification: Specification, summary: SetSummary) -> str:
    from rich.console import Console
    from rich.table import Table

    console = Console(file=io.StringIO(), width=110, highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("")
    for side in summary.by_side:
        table.add_column(SIDE_NAMES[side], no_wrap=True)
    for name, cells in _rows(specification, summary.unit, summary.by_side).items():
        if any(cells):
            table.add_row(name, *(cell or "–" for cell in cells))
    console.print(table)
    lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return "\n".join(line.rstrip() for line in lines)


def _rows(
    specification: Specification, unit: str, sides: Mapping[WorkingSide, SideTotals]
) -> dict[str, list[str]]:
    totals = sides.values()
    count = "holds" if specification.kind == "hold" else "repetitions"
    return {
        count: [str(one.reps) for one in totals],
        "hold": [_estimate(one.hold_s, " s", 1) for one in totals],
        "range": [_estimate(one.range, *UNITS.get(unit, (f" {unit}", 2))) for one in totals],
        "drift in the hold": [_estimate(one.drift, "°", 1) for one in totals],
        "to put right": [
            ", ".join(f"{id.replace('_', ' ')} {times} ×" for id, times in one.faults.items() if times)
            for one in totals
        ],
    }


def _estimate(one: Estimate | None, unit: str, digits: int) -> str:
    """Return ``2.4 s (2.1 to 2.7)``, no end of it below zero; nothing where there is no estimate."""
    if one is None:
        return ""
    low = max(0.0, one.low)
    return f"{one.value:.{digits}f}{unit} ({low:.{digits}f} to {one.high:.{digits}f})"
