"""What a history takes and gives: people, sessions and the documents in them."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from levelback.errors import UsageError

Kind = Literal["report", "set", "plan"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Document = Mapping[str, Any]
MAX_NAME_LENGTH = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing to save.

    person      whose it is; upper and lower case name the same person
    at          when it happened; a time without a zone counts as UTC
    document    plain data that JSON can hold
    identity    what makes it the same thing when it is saved again, and then replaces the older one: the
                photo's checksum; None: the document itself
    pictures    JPEG files by a short name like ``photo``, kept only because somebody asked for it
    """

    person: str
    kind: Kind
    at: datetime
    document: Document
    identity: str | None = None
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def content_id(self) -> str:
        """What tells two entries of one person apart: a SHA-256 of kind and identity."""
        identity = canonical_json(self.document) if self.identity is None else self.identity
        return hashlib.sha256(f"{self.kind}\n{identity}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One occasion of one person, as it was saved; `at` is in UTC. Sessions are ordered by `at`."""

    id: int
    person: str
    kind: Kind
    at: datetime
    content_id: str
    document: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody in the history, with the number of sessions and the time of the first and the last."""

    name: str
    sessions: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasurementRow:
    """One measured value of one photo, with its 95 % interval, in the unit of the measure."""

    person: str
    session: int
    at: datetime
    measure: str
    value: float
    low: float
    high: float


def clean_name(name: str) -> str:
    """Return a person's name in one form (NFC, single spaces). Raises UsageError where it is none."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    if not text or len(text) > MAX_NAME_LENGTH or not text.isprintable():
        raise UsageError(f"A name needs 1 to {MAX_NAME_LENGTH} printable letters.")
    return text


def name_key(name: str) -> str:
    """Return what two spellings of one name share."""
    return clean_name(name).casefold()


def canonical_json(document: Document) -> str:
    """Return a document as compact JSON with sorted keys: the same data always give the same text."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))


def in_utc(at: datetime) -> datetime:
    """Return a time in UTC; one without a zone counts as UTC."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
