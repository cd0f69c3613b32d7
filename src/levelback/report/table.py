"""A report as a tidy table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levelback.report.encode import to_dict
from levelback.report.values import Report

if TYPE_CHECKING:
    import polars as pl


def to_frame(report: Report) -> pl.DataFrame:
    """Return one row for each measure: photo, view, id, unit, value, low, high, higher_side, status, reason.

    Numbers are rounded as in the JSON report. Rows of several reports stack with ``polars.concat``.
    """
    import polars as pl

    document = to_dict(report)
    photo = {"photo": document["photo"]["file"], "view": document["photo"]["view"]}
    schema = {
        "photo": pl.String,
        "view": pl.String,
        "id": pl.String,
        "unit": pl.String,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "higher_side": pl.String,
        "status": pl.String,
        "reason": pl.String,
    }
    return pl.DataFrame([photo | row for row in document["measurements"]], schema=schema)
