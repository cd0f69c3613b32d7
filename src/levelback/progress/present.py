"""Progress as plain data, as a table, and as a few lines for a terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from levelback import __version__
from levelback.metrics.values import MEASURES, Estimate
from levelback.progress.content import Content, make_content
from levelback.progress.values import Change, Course, Progress

if TYPE_CHECKING:
    import polars as pl

SCHEMA = "levelback.progress/1"
WIDTH = 88


def to_dict(progress: Progress) -> dict[str, Any]:
    """Return progress as plain JSON types, schema ``levelback.progress/1``; numbers rounded to 0.001."""
    return {
        "schema": SCHEMA,
        "version": __version__,
        "name": progress.material.name,
        "views": [_course(course) for course in progress.courses],
        "sides": [
            {"exercise": side.exercise, "aspect": side.aspect, "unit": "%", **_change(side.change)}
            for side in progress.sides
        ],
        "failed": [{"photo": file, "reason": reason} for file, reason in progress.material.failed],
    }


def _course(course: Course) -> dict[str, Any]:
    return {
        "view": course.view.value,
        "mode": course.mode,
        "photos": [{"file": s.report.photo.file, "at": s.at.isoformat()} for s in course.shots],
        "differs": [
            {"id": d.id, "text": d.text, "advice": d.advice, "affects": list(d.affects), "forbids": d.forbids}
            for d in course.differs
        ],
        "unknown": list(course.unknown),
        "changes": [
            {"measure": c.measure, "unit": MEASURES[c.measure].unit, **_change(c)} for c in course.changes
        ],
        "not_compared": [{"measure": id, "reason": reason} for id, reason in course.not_compared],
        "left_out": [{"photo": file, "reason": reason} for file, reason in course.left_out],
    }


def _change(change: Change) -> dict[str, Any]:
    trend = change.trend
    return {
        "first": _estimate(change.points[0].estimate),
        "last": _estimate(change.points[-1].estimate),
        "change": _estimate(change.difference),
        "detectable": round(change.detectable, 3),
        "verdict": change.verdict,
        "chance_above_zero": round(change.chance, 4),
        "trend_per_week": None if trend is None else {**_estimate(trend.per_week), "days": trend.points},
        "scattered": change.scattered,
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {name: round(getattr(estimate, name), 3) for name in ("value", "low", "high")}


def to_json(progress: Progress) -> str:
    """Return `to_dict` as indented JSON text, without a final line break."""
    return json.dumps(to_dict(progress), ensure_ascii=False, allow_nan=False, indent=2)


def to_frame(progress: Progress) -> pl.DataFrame:
    """Return one row for each reading: view, at, measure, unit, value, low, high, photos averaged by day."""
    import polars as pl

    rows = [
        {
            "view": course.view.value,
            "at": point.at.replace(tzinfo=None),
            "measure": change.measure,
            "unit": MEASURES[change.measure].unit,
            "value": point.estimate.value,
            "low": point.estimate.low,
            "high": point.estimate.high,
            "verdict": change.verdict,
        }
        for course in progress.courses
        for change in course.changes
        for point in change.points
    ]
    schema: dict[str, Any] = {
        "view": pl.String,
        "at": pl.Datetime("us"),
        "measure": pl.String,
        "unit": pl.String,
    }
    schema |= {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "verdict": pl.String}
    return pl.DataFrame(rows, schema=schema)


def summarize(progress: Progress) -> str:
    """Return headline, lead, a table for each view and what differs, in lines of at most 88 characters."""
    content = make_content(progress)
    blocks = [content.headline, content.subtitle, *(_wrap(line, "- ") for line in content.lead)]
    for course in content.courses:
        title = f"{course.title}: {course.period}" if course.period else course.title
        cells = [
            (row.name, row.first, row.last, f"{row.change} ({row.interval})", row.label)
            for row in course.rows
        ]
        lines = [title, *_table(cells)] if cells else [title, _wrap(course.alone)]
        lines += [_wrap(f"{text} {advice}", "! ") for text, advice in course.differs]
        lines += [_wrap(f"{names}: {reason}", "not compared: ") for names, reason in course.not_compared]
        lines += [_wrap(f"{file}: {reason}", "left out: ") for file, reason in course.left_out]
        blocks.append("\n".join(lines))
    if content.sides:
        cells = [(row.name, row.first, row.last, row.interval, row.label) for row in content.sides]
        blocks.append("\n".join(["Left against right", *_table(cells)]))
    blocks += _failed(content)
    return "\n\n".join(block for block in blocks if block)


def _failed(content: Content) -> list[str]:
    return ["\n".join(_wrap(f"{file}: {reason}", "- ") for file, reason in content.failed)]


def _table(cells: Sequence[tuple[str, ...]]) -> list[str]:
    rows = [("", "first", "last", "change and 95 % range", ""), *cells]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]


def _wrap(text: str, first: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent="  " if first else "")
