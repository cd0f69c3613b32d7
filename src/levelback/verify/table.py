"""Reading the table of known values.

The table is a CSV file with a header. Each line is one known value of one photo:

photo        path, relative to the table
measure      a measure id
true_value   from motion capture, a goniometer, an inclinometer ..., with the measure's unit and sign
unit         optional: must be the measure's unit
view, mirrored, height_cm   optional: as the options of ``levelback photo``; mirrored is yes or no
subject      optional: who it is; pictures of one person count as dependent

Columns may be separated by commas, semicolons (then with decimal commas, too) or tabs.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

from levelback.errors import DataFileError
from levelback.metrics.values import MEASURES
from levelback.pose.landmarks import View
from levelback.verify.values import Known

NEEDED = ("photo", "measure", "true_value")
OPTIONAL = ("unit", "view", "mirrored", "height_cm", "subject")
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_table(table: Path) -> tuple[Known, ...]:
    """Return the lines of a table. Raises DataFileError with row and column of the first mistake."""
    try:
        text = table.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        what = (
            "there is no such file" if isinstance(error, FileNotFoundError) else "it is no CSV text in UTF-8"
        )
        raise DataFileError(str(table), "", what) from None
    try:
        return _rows(table, text)
    except csv.Error as error:
        raise DataFileError(table.name, "", f"it is no CSV table: {error}") from None


def _rows(table: Path, text: str) -> tuple[Known, ...]:
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    columns = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    _check_columns(table, columns)
    rows = [
        _parse(_Line(table=table, number=reader.line_num, cells=row, comma=delimiter == ";"))
        for row in reader
        if any(isinstance(cell, str) and cell.strip() for cell in row.values())
    ]
    if not rows:
        raise DataFileError(table.name, "row 2", "there is no line below the header")
    return tuple(rows)


def _check_columns(table: Path, columns: list[str]) -> None:
    for name in NEEDED:
        if name not in columns:
            raise DataFileError(table.name, "row 1", f"the column '{name}' is missing")
    for name in columns:
        if name not in (*NEEDED, *OPTIONAL):
            known = ", ".join((*NEEDED, *OPTIONAL))
            raise DataFileError(table.name, "row 1", f"there is no column '{name}'; the columns are {known}")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One line of the file; `comma`: numbers may have a decimal comma."""

    table: Path
    number: int
    cells: dict[str, str | None]
    comma: bool

    def text(self, column: str) -> str | None:
        cell = (self.cells.get(column) or "").strip()
        return cell or None

    def needed(self, column: str) -> str:
        cell = self.text(column)
        if cell is None:
            raise self.wrong(column, "it is empty")
        return cell

    def parsed(self, column: str) -> float:
        cell = self.needed(column)
        try:
            value = float(cell.replace(",", ".") if self.comma else cell)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.wrong(column, f"'{cell}' is no number")
        return value

    def wrong(self, column: str, problem: str) -> DataFileError:
        return DataFileError(self.table.name, f"row {self.number}, column {column}", problem)


def _photo(line: _Line) -> Path:
    photo = line.table.parent / line.needed("photo")
    try:
        there = photo.is_file()
    except OSError:  # a name that is too long
        there = False
    if not there:
        raise line.wrong("photo", f"there is no file '{photo}'")
    return photo


def _parse(line: _Line) -> Known:
    if None in line.cells:
        raise DataFileError(line.table.name, f"row {line.number}", "there are more cells than columns")
    photo = _photo(line)
    measure = line.needed("measure")
    if measure not in MEASURES:
        raise line.wrong("measure", f"there is no measure '{measure}'; one is shoulder_tilt")
    unit = line.text("unit")
    if unit not in (None, MEASURES[measure].unit):
        raise line.wrong("unit", f"{measure} is in {MEASURES[measure].unit}, not {unit}")
    view = line.text("view")
    if view is not None and view not in [one.value for one in View]:
        raise line.wrong("view", f"'{view}' is none of front, back, left, right")
    if view is not None and View(view) not in MEASURES[measure].views:
        raise line.wrong("measure", f"the view '{view}' does not show {measure}")
    mirrored = line.text("mirrored")
    if mirrored is not None and mirrored.lower() not in _YES_NO:
        raise line.wrong("mirrored", f"'{mirrored}' is neither yes nor no")
    height = line.parsed("height_cm") if line.text("height_cm") else None
    if height is not None and not 50 <= height <= 260:
        raise line.wrong("height_cm", f"{height:g} cm is no body height")
    if height is None and MEASURES[measure].unit == "mm":
        raise line.wrong("height_cm", f"{measure} needs the body height")
    return Known(
        photo=photo,
        measure=measure,
        true_value=line.parsed("true_value"),
        view=view,
        mirrored=None if mirrored is None else _YES_NO[mirrored.lower()],
        height_cm=height,
        subject=line.text("subject") or photo.name,
    )
