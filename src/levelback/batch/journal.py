"""One line of a batch's journal, and what it takes for a line that lies in a folder to be believed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from pydantic import FiniteFloat, TypeAdapter
from typing_extensions import TypedDict

from levelback.batch.values import Photo, Record


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A photo that is done: its digest, the name of its files, and what the tables say."""

    digest: str
    stem: str
    record: Record


class _Measurement(TypedDict, total=False):
    id: str
    unit: str
    value: FiniteFloat | None
    low: FiniteFloat | None
    high: FiniteFloat | None
    higher_side: str | None
    status: str
    reason: str | None


class _Record(TypedDict):
    key: str | None
    sha256: str | None
    taken_at: str | None
    view: str | None
    reason: str | None
    pictured: bool
    headline: str
    lines: tuple[tuple[str, str, str], ...]
    measurements: tuple[_Measurement, ...]


class _Line(TypedDict):
    photo: str
    digest: str
    stem: str
    record: _Record


def write_line(photo: Photo, record: Record, stem: str) -> bytes:
    """Return the line of a photo whose files are called `stem`."""
    line = {"photo": photo.name, "digest": photo.digest, "stem": stem, "record": asdict(record)}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def read_line(data: bytes) -> Line:
    """Return a line. Raises ValueError where it was cut off or changed, or names files elsewhere."""
    if not data.endswith(b"\n"):
        raise ValueError("was cut off")
    line = _adapter().validate_json(data, strict=True)
    row: dict[str, Any] = dict(line["record"])
    stem = PurePosixPath(line["stem"])
    if stem.is_absolute() or ".." in stem.parts or not stem.name or set(str(stem)) & set("\\:\0"):
        raise ValueError("names a file elsewhere")
    if row["taken_at"] is not None:
        datetime.fromisoformat(row["taken_at"])
    return Line(digest=line["digest"], stem=line["stem"], record=Record(**row))


@cache
def _adapter() -> TypeAdapter[_Line]:
    return TypeAdapter(_Line)
