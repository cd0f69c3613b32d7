"""What people see of a verification: the accuracy table as text, JSON, and one figure per measure."""

from __future__ import annotations

import io
import itertools
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from levelback import __version__
from levelback.errors import UsageError
from levelback.metrics.accuracy import AccuracyRow
from levelback.metrics.values import MEASURES
from levelback.report import write_whole
from levelback.verify.values import Comparison, Verification

SCHEMA = "levelback.verify/1"


def to_dict(verification: Verification) -> dict[str, Any]:
    """Return the verification as plain JSON types."""
    accuracy = [
        {"measure": id, "unit": MEASURES[id].unit} | asdict(row) for id, row in verification.rows.items()
    ]
    return {
        "schema": SCHEMA,
        "version": __version__,
        "values": len(verification.comparisons),
        "failed": len(verification.failed),
        "accuracy": accuracy,
        "comparisons": [_comparison_dict(one) for one in verification.comparisons],
    }


def _comparison_dict(one: Comparison) -> dict[str, Any]:
    estimate = one.estimate
    return {
        "photo": one.known.photo.name,
        "subject": one.known.subject,
        "measure": one.known.measure,
        "true_value": one.known.true_value,
        "value": estimate.value if estimate else None,
        "low": estimate.low if estimate else None,
        "high": estimate.high if estimate else None,
        "reason": one.reason,
    }


def to_json(verification: Verification) -> str:
    """Return the verification as JSON text."""
    return json.dumps(to_dict(verification), indent=2, allow_nan=False)


def write_outputs(verification: Verification, folder: Path) -> list[Path]:
    """Write ``verify.json`` and ``<measure>.png`` for each measure into `folder`; return their paths.

    Raises UsageError where the folder cannot be written.
    """
    from levelback.verify.figure import agreement_png

    files = {"verify.json": (to_json(verification) + "\n").encode()}
    files |= {f"{id}.png": agreement_png(verification, id) for id in verification.rows}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise UsageError(f"Cannot write to the folder '{folder}': {error.strerror}.") from error
    return [folder / name for name in files]


def to_text(verification: Verification, width: int = 120) -> str:
    """Return the accuracy table as text, and below it what could not be measured."""
    from rich.console import Console
    from rich.table import Table

    console = Console(file=io.StringIO(), width=width, highlight=False)
    columns = (
        "measure",
        "values",
        "people",
        "mean error",
        "bias (limits)",
        "slope",
        "95 % holds",
        "width",
        "wrong side",
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for id, row in verification.rows.items():
        table.add_row(*_cells(id, row))
    console.print(table)
    console.print(_NOTES)
    failed = verification.failed
    if failed:
        console.print(f"\n{len(failed)} of {len(verification.comparisons)} values could not be measured:")
        for photo, group in itertools.groupby(failed, key=lambda one: one.known.photo):
            for one in group:
                console.print(f"  {photo.name}, {one.known.measure}: {one.reason}", soft_wrap=True)
    return console.file.getvalue().rstrip()  # type: ignore[attr-defined, no-any-return]


_NOTES = """
mean error   without its sign
bias         mean error with its sign, and the limits between which 95 % of the errors lie
slope        of the estimate over the true value, with its 95 % interval
95 % holds   share of the 95 % intervals that hold the true value; width: how wide they are
wrong side   a side is named, and it is the other one"""


def _cells(id: str, row: AccuracyRow) -> tuple[str, ...]:
    unit = {"deg": "°", "mm": " mm", "%": " %"}[MEASURES[id].unit]

    def share(value: float | None) -> str:
        return "–" if value is None else f"{100 * value:.1f} %"

    limits = "" if row.limits_low is None else f" ({row.limits_low:+.1f} … {row.limits_high:+.1f})"
    slope = "–" if row.slope is None else f"{row.slope:.2f} ({row.slope_low:.2f} … {row.slope_high:.2f})"
    return (
        id,
        str(row.n),
        str(row.subjects),
        f"{row.mae:.2f}{unit}",
        f"{row.bias:+.2f}{limits}",
        slope,
        share(row.coverage),
        f"{row.mean_width:.1f}{unit}",
        share(row.wrong_side_rate),
    )
