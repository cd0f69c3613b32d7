"""Reads the TOML tables of this package and checks them against the values that they become.

A table that fits, as the packaged ones do, is read without pydantic, which takes longer to import than
everything here takes to run. Where something does not fit, pydantic says what and where.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

from levelback.advice.plain import MisfitError, fit
from levelback.errors import DataFileError

Row = TypeVar("Row")
Value = TypeVar("Value")

STRICT: dict[str, Any] = {"extra": "forbid", "str_strip_whitespace": True, "str_min_length": 1}
"""Set as ``__pydantic_config__`` of a row: unknown keys and empty texts are errors."""


def read_table(name: str, key: str, row: type[Row]) -> tuple[Row, ...]:
    """Return the rows ``[[key]]`` of the packaged file `name`, each checked against the dataclass `row`.

    Raises DataFileError with the path of the first thing that is wrong, like ``exercises[3].dose.reps``.
    """
    return parse_table(packaged_text(name), key, row, file=name)


def read_document(name: str, form: type[Value]) -> Value:
    """Return the whole packaged file `name`, checked against the dataclass `form`. See `read_table`."""
    return validate(parse_toml(packaged_text(name), file=name), form, file=name)


def packaged_text(name: str) -> str:
    """Return the text of the packaged file `name`."""
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")


def parse_table(text: str, key: str, row: type[Row], *, file: str) -> tuple[Row, ...]:
    """Return the rows ``[[key]]`` of a TOML text; `file` names it in errors. See `read_table`."""
    document = parse_toml(text, file=file)
    unknown = [name for name in document if name != key]
    if unknown:
        raise DataFileError(file, unknown[0], f"unknown table; this file holds [[{key}]] only")
    return validate(document.get(key, ()), tuple[row, ...], file=file, at=(key,))  # type: ignore[valid-type]


def parse_toml(text: str, *, file: str) -> dict[str, Any]:
    """Return a TOML text as a dictionary. Raises DataFileError where it is not TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataFileError(file, "", f"not valid TOML: {error}") from None


def read_toml(file: Path) -> dict[str, Any]:
    """Return a TOML file of the user's as a dictionary. Raises DataFileError where that fails."""
    try:
        return parse_toml(file.read_text(encoding="utf-8"), file=file.name)
    except OSError as error:
        raise DataFileError(str(file), "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataFileError(str(file), "", "is not a text file") from None


def validate(raw: object, form: type[Value], *, file: str, at: Sequence[str | int] = ()) -> Value:
    """Return `raw` checked against and turned into `form`, which stands at path `at` in its file."""
    try:
        return fit(raw, form)
    except MisfitError:
        return check(raw, form, file=file, at=at)


def check(raw: object, form: type[Value], *, file: str, at: Sequence[str | int] = ()) -> Value:
    """Do what `validate` does, by pydantic alone, whose verdict is the last word."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(form).validate_python(raw)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataFileError(file, _path((*at, *first["loc"])), first["msg"]) from None


def keyed(rows: Iterable[Row], key: Callable[[Row], str], *, file: str, table: str) -> dict[str, Row]:
    """Return the rows by key, in file order. Raises DataFileError where two rows share a key."""
    out: dict[str, Row] = {}
    for index, row in enumerate(rows):
        if key(row) in out:
            raise DataFileError(file, f"{table}[{index}]", f"'{key(row)}' is there twice")
        out[key(row)] = row
    return out


def _path(parts: Sequence[str | int]) -> str:
    out = ""
    for part in parts:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else part
    return out
