"""The tables of a batch: one row for each photo and measure, and one for each photo that failed."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from levelback.batch.origin import Origin
from levelback.batch.store import Done

_WHO_AND_WHEN = {
    "photo": pl.String,
    "who": pl.String,
    "who_from": pl.String,
    "taken_at": pl.Datetime("us"),
    "taken_at_from": pl.String,
}
MEASUREMENTS = _WHO_AND_WHEN | {
    "view": pl.String,
    "id": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "higher_side": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "sha256": pl.String,
    "report": pl.String,
}
"""Columns of measurements.csv and .parquet; numbers as in the JSON report, `taken_at` in local time."""

FAILURES = _WHO_AND_WHEN | {"reason": pl.String, "sha256": pl.String, "report": pl.String}
"""Columns of failures.csv."""

_PHOTOS_AT_ONCE = 500
_ROWS_AT_ONCE = 32_768
_TIME = "%Y-%m-%dT%H:%M:%S"
_FORMULA = r"^[\s\u{feff}]*[=+\-@\t\r\n＝＋－＠]"
"""Beginnings that make a spreadsheet take a cell for a formula (OWASP, "CSV Injection")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A photo that is done, and who is in it and when it was taken."""

    done: Done
    origin: Origin


Entries = Callable[[], Iterable[Entry]]
"""Gives the photos of a batch in the order of the input, each time anew: there may be millions."""


def write_tables(folder: Path, entries: Entries) -> list[Path]:
    """Write measurements.csv, measurements.parquet and failures.csv into `folder`; return their paths.

    In CSV a text that a spreadsheet would take for a formula gets an apostrophe before it. Raises OSError.
    """
    rows = _scan(entries, MEASUREMENTS, _measurement_rows)
    failures = _scan(entries, FAILURES, _failure_rows)
    with _whole(folder / "measurements.csv") as path:
        _harmless(rows).sink_csv(path, datetime_format=_TIME)
    with _whole(folder / "measurements.parquet") as path:
        rows.sink_parquet(path, row_group_size=_ROWS_AT_ONCE)
    with _whole(folder / "failures.csv") as path:
        _harmless(failures).sink_csv(path, datetime_format=_TIME)
    return [folder / name for name in ("measurements.csv", "measurements.parquet", "failures.csv")]


def _measurement_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    record = entry.done.record
    for row in record.measurements:
        yield _photo_cells(entry) | {"view": record.view} | row


def _failure_rows(entry: Entry) -> Iterator[dict[str, Any]]:
    if entry.done.record.reason is not None:
        yield _photo_cells(entry) | {"reason": entry.done.record.reason}


def _photo_cells(entry: Entry) -> dict[str, Any]:
    done, origin = entry.done, entry.origin
    return {
        "photo": done.photo.name,
        "who": origin.who,
        "who_from": origin.who_from,
        "taken_at": origin.taken_at,
        "taken_at_from": origin.taken_at_from,
        "sha256": done.record.sha256,
        "report": done.report,
    }


def _scan(
    entries: Entries, schema: dict[str, Any], rows_of: Callable[[Entry], Iterable[dict[str, Any]]]
) -> pl.LazyFrame:
    """Return a table that is made while it is written, a thousand photos at a time."""

    def frames(
        columns: list[str] | None, predicate: pl.Expr | None, limit: int | None, size: int | None
    ) -> Iterator[pl.DataFrame]:
        waiting = iter(entries())
        while chunk := list(islice(waiting, _PHOTOS_AT_ONCE)):
            yield pl.DataFrame([row for entry in chunk for row in rows_of(entry)], schema=schema)

    return register_io_source(frames, schema=schema)


def _harmless(table: pl.LazyFrame) -> pl.LazyFrame:
    texts = [pl.col(name) for name, kind in table.collect_schema().items() if kind == pl.String]
    return table.with_columns(
        pl.when(text.str.contains(_FORMULA)).then(pl.lit("'") + text).otherwise(text).name.keep()
        for text in texts
    )


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give the path of a temporary file that takes the place of `path` once it is written.

    Raises OSError where it cannot be written.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".levelback-") as folder:
        temporary = Path(folder) / path.name
        try:
            yield temporary
        except pl.exceptions.PolarsError as error:
            raise OSError(0, str(error).splitlines()[0]) from error
        temporary.replace(path)
