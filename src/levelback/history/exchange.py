"""The history as one JSON file, ``levelback.history/1``: out, and in again without doubles.

    {"schema": "levelback.history/1", "people": [{"name", "sessions": [
        {"kind", "at", "content_id", "document": {...}, "pictures": {"name": "base64 JPEG"}}]}]}

Exporting, importing into an empty history and exporting again gives the same bytes. Importing what is
there already changes nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection, select

from levelback.errors import DataFileError, UsageError
from levelback.history import schema
from levelback.history.database import History
from levelback.history.store import find_person, insert_missing, session_pictures, stream
from levelback.history.values import Entry, Kind, Session, canonical_json, clean_name

SCHEMA = "levelback.history/1"


class _Part(BaseModel):
    model_config = ConfigDict(allow_inf_nan=False, extra="forbid", frozen=True, strict=True)


class _Value(BaseModel):
    """What a saved report must say of each measure."""

    model_config = ConfigDict(allow_inf_nan=False, frozen=True, strict=True)

    id: str
    status: Literal["measured", "unmeasurable"]
    value: float | None
    low: float | None
    high: float | None


class _Session(_Part):
    kind: Kind
    at: str
    content_id: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    document: dict[str, Any]
    pictures: dict[str, str] = {}


class _Person(_Part):
    name: str
    sessions: tuple[_Session, ...]


class _File(_Part):
    schema_id: Literal["levelback.history/1"] = Field(alias="schema")
    people: tuple[_Person, ...]


def export_history(history: History, person: str | None = None) -> Iterator[bytes]:
    """Yield the history, or one person of it, as UTF-8 JSON in pieces, as it stands at one moment.

    Raises UsageError where the history does not know the person.
    """
    with history.reading() as connection:
        query = select(schema.people.c.id, schema.people.c.name).order_by(schema.people.c.key)
        if person is not None:
            query = query.where(schema.people.c.id == find_person(connection, person))
        yield f'{{"schema": "{SCHEMA}", "people": ['.encode()
        for index, (number, name) in enumerate(connection.execute(query).all()):
            written = json.dumps(name, ensure_ascii=False)
            yield f'{"," if index else ""}\n {{"name": {written}, "sessions": ['.encode()
            yield from _sessions(connection, number)
            yield b"]}"
        yield b"\n]}\n"


def _sessions(connection: Connection, person: int) -> Iterator[bytes]:
    for index, session in enumerate(stream(connection, person)):
        text = canonical_json(_session_dict(session, session_pictures(connection, session.id)))
        yield f"{',' if index else ''}\n  {text}".encode()


def _session_dict(session: Session, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "kind": session.kind,
        "at": session.at.isoformat(),
        "content_id": session.content_id,
        "document": session.document,
    }
    if pictures:
        row["pictures"] = {name: base64.b64encode(jpeg).decode("ascii") for name, jpeg in pictures.items()}
    return row


def read_history_file(file: Path) -> tuple[tuple[str, tuple[_Session, ...]], ...]:
    """Return (name, sessions) of an exported file. Raises DataFileError with the path of what is wrong."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        checked = _File.model_validate(document, strict=False)
    except OSError as error:
        raise DataFileError(str(file), "", f"cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise DataFileError(file.name, _path(first["loc"]), first["msg"]) from None
    except (ValueError, RecursionError):
        raise DataFileError(file.name, "", "is not a JSON file") from None
    return tuple((person.name, person.sessions) for person in checked.people)


def import_history(history: History, file: Path) -> tuple[int, int]:
    """Add what an exported file holds and the history does not; return how many sessions were new and known.

    All of the file comes in, or nothing where it is wrong. Raises DataFileError with the path in the file.
    """
    entries = [
        (_entry(name, session, file.name, f"people[{i}].sessions[{j}]"), session.content_id)
        for i, (name, sessions) in enumerate(read_history_file(file))
        for j, session in enumerate(sessions)
    ]
    with history.writing() as connection:
        new = sum(insert_missing(connection, entry, content_id) for entry, content_id in entries)
    return new, len(entries) - new


def _entry(name: str, session: _Session, file: str, path: str) -> Entry:
    try:
        clean_name(name)
    except UsageError as error:
        raise DataFileError(file, f"{path.split('.')[0]}.name", str(error)) from None
    try:
        at = datetime.fromisoformat(session.at)
    except ValueError:
        raise DataFileError(file, f"{path}.at", "is no date and time") from None
    try:
        pictures = {k: base64.b64decode(v, validate=True) for k, v in session.pictures.items()}
    except (binascii.Error, ValueError):
        raise DataFileError(file, f"{path}.pictures", "is not base64") from None
    _check_document(session, file, f"{path}.document")
    return Entry(person=name, kind=session.kind, at=at, document=session.document, pictures=pictures)


def _check_document(session: _Session, file: str, path: str) -> None:
    """Raise DataFileError where a document lacks what the tables need of its kind."""
    document = session.document
    try:
        canonical_json(document).encode()
    except ValueError:
        raise DataFileError(file, path, "holds a number or a text that cannot be kept") from None
    if session.kind == "set" and not isinstance(document.get("exercise"), str):
        raise DataFileError(file, f"{path}.exercise", "must name the exercise")
    if session.kind != "report":
        return
    rows = document.get("measurements")
    if not isinstance(rows, list) or not isinstance(document.get("photo"), dict):
        raise DataFileError(file, path, "is no levelback.report/1 document")
    seen: set[str] = set()
    for index, row in enumerate(rows):
        at = f"{path}.measurements[{index}]"
        try:
            value = _Value.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            raise DataFileError(file, f"{at}.{_path(first['loc'])}", first["msg"]) from None
        if value.id in seen or (value.status == "measured" and None in (value.value, value.low, value.high)):
            raise DataFileError(file, at, "is there twice, or is measured without a value")
        seen.add(value.id)


def _path(place: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")
