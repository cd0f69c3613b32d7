"""One line of a batch's journal, and what it takes for a line that lies in a folder to be believed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated, cast

from typing_extensions import TypedDict

from levelback.batch.values import Photo, Record

if TYPE_CHECKING:
    from pydantic import TypeAdapter


class Line(TypedDict):
    """A photo that is done: its name and digest, the name of its files, and what the tables say."""

    photo: str
    digest: str
    stem: str
    record: Record


class _Measurement(TypedDict, total=False):
    id: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    higher_side: str | None
    status: str
    reason: str | None


def write_line(photo: Photo, record: Record, stem: str) -> bytes:
    """Return the line of a photo whose files are called `stem`."""
    line = {"photo": photo.name, "digest": photo.digest, "stem": stem, "record": asdict(record)}
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def read_line(data: bytes) -> Line:
    """Return a line. Raises ValueError where it was cut off or changed, or names files elsewhere."""
    return cast(Line, _adapter().validate_json(data))


@cache
def _adapter() -> TypeAdapter[Line]:
    from pydantic import AfterValidator, ConfigDict, TypeAdapter

    def below(stem: str) -> str:
        path = PurePosixPath(stem)
        if path.is_absolute() or ".." in path.parts or not path.name or set(stem) & set("\\:\0"):
            raise ValueError("names a file elsewhere")
        return stem

    def moment(text: str | None) -> str | None:
        if text is not None:
            datetime.fromisoformat(text)
        return text

    rows = TypeAdapter(
        tuple[Annotated[_Measurement, ConfigDict(extra="forbid")], ...], config=ConfigDict(allow_inf_nan=False)
    )
