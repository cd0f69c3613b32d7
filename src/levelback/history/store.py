"""Saving, reading and forgetting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row, Select, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from levelback.errors import UsageError
from levelback.history import schema
from levelback.history.database import History
from levelback.history.values import (
    Document,
    Entry,
    Kind,
    MeasurementRow,
    Person,
    Session,
    canonical_json,
    clean_name,
    in_utc,
    name_key,
)

_BATCH = 500
"""Sessions that are read together."""


class HasDocument(Protocol):
    """A value that knows its JSON form, like a `Report` or a `SetSummary`."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold."""
        ...


def save_report(
    history: History,
    person: str,
    report: HasDocument | Document,
    *,
    pictures: Mapping[str, bytes] | None = None,
) -> str:
    """Save a measured photo and return its content id; saving the same photo again replaces it.

    report     a `Report`, or its ``levelback.report/1`` dictionary
    pictures   JPEG files by name, kept until `forget`; None keeps none
    """
    entry = report_entry(person, report, pictures=pictures)
    save(history, [entry])
    return entry.content_id


def report_entry(
    person: str, report: HasDocument | Document, *, pictures: Mapping[str, bytes] | None = None
) -> Entry:
    """Return the entry of a measured photo, dated by when it was taken, or else measured."""
    document = _document(report, "levelback.report/1")
    photo = document["photo"]
    return Entry(
        person=person,
        kind="report",
        at=datetime.fromisoformat(photo["taken_at"] or document["created_at"]),
        document=document,
        identity=photo["sha256"],
        pictures=pictures or {},
    )


def save_set(
    history: History, person: str, summary: HasDocument | Document, *, at: datetime | None = None
) -> str:
    """Save a live set (``levelback.set/1``) that ended at `at`, now by default; return its content id."""
    document = _document(summary, "levelback.set/1")
    moment = in_utc(at or datetime.now(UTC))
    identity = f"{moment.isoformat()}\n{canonical_json(document)}"  # two equal sets are two sets
    entry = Entry(person=person, kind="set", at=moment, document=document, identity=identity)
    save(history, [entry])
    return entry.content_id


def save_plan(history: History, person: str, plan: Document, *, at: datetime | None = None) -> str:
    """Save a plan, the ``plan`` part of a report, as the one in force from `at` (now by default)."""
    entry = Entry(person=person, kind="plan", at=at or datetime.now(UTC), document=plan)
    save(history, [entry])
    return entry.content_id


def save(history: History, entries: Iterable[Entry]) -> None:
    """Save entries in one transaction: all of them, or none where one fails."""
    with history.writing() as connection:
        keys: dict[str, int] = {}
        for entry in entries:
            key = name_key(entry.person)
            if key not in keys:
                keys[key] = person_id(connection, clean_name(entry.person), key)
            _save(connection, keys[key], entry)


def insert_missing(connection: Connection, entry: Entry, content_id: str) -> bool:
    """Save an entry under its known content id unless it is there; tell whether it was new."""
    person = person_id(connection, clean_name(entry.person), name_key(entry.person))
    there = select(schema.sessions.c.id).where(
        schema.sessions.c.person_id == person, schema.sessions.c.content_id == content_id
    )
    if connection.scalar(there) is not None:
        return False
    _save(connection, person, entry, content_id)
    return True


def people(history: History) -> tuple[Person, ...]:
    """Return everybody in the history, by name."""
    who, when = schema.people.c, schema.sessions.c
    counted = (
        select(
            when.person_id,
            func.count().label("count"),
            func.min(when.at).label("first"),
            func.max(when.at).label("last"),
        )
        .group_by(when.person_id)
        .subquery()
    )
    rows = (
        select(who.name, func.coalesce(counted.c.count, 0), counted.c.first, counted.c.last)
        .outerjoin(counted, counted.c.person_id == who.id)
        .order_by(who.key)
    )
    with history.reading() as connection:
        return tuple(
            Person(name=name, sessions=count, first=_aware(first), last=_aware(last))
            for name, count, first, last in connection.execute(rows)
        )


def sessions(
    history: History, person: str, kind: Kind | None = None, *, since: datetime | None = None
) -> tuple[Session, ...]:
    """Return a person's sessions, the oldest first; of one kind or from a time on where that is asked.

    Raises UsageError where the history does not know the person.
    """
    with history.reading() as connection:
        query = _sessions().where(schema.people.c.id == find_person(connection, person))
        if kind is not None:
            query = query.where(schema.sessions.c.kind == kind)
        if since is not None:
            query = query.where(schema.sessions.c.at >= _naive(since))
        return tuple(_session(row) for row in connection.execute(query))


def stream(connection: Connection, person_id: int) -> Iterator[Session]:
    """Yield a person's sessions, the oldest first, without holding all of them."""
    query = _sessions().where(schema.people.c.id == person_id)
    for row in connection.execute(query, execution_options={"yield_per": _BATCH}):
        yield _session(row)


def measurements(
    history: History, person: str | None = None, measure: str | None = None
) -> tuple[MeasurementRow, ...]:
    """Return measured values by time: of one person or all, of one measure or all."""
    s, m = schema.sessions.c, schema.measurements.c
    query = (
        select(schema.people.c.name, s.id, s.at, m.measure, m.value, m.low, m.high)
        .join(schema.sessions, s.person_id == schema.people.c.id)
        .join(schema.measurements, m.session_id == s.id)
        .order_by(s.at, s.id, m.measure)
    )
    if measure is not None:
        query = query.where(m.measure == measure)
    with history.reading() as connection:
        if person is not None:
            query = query.where(schema.people.c.id == find_person(connection, person))
        names = ("person", "session", "at", "measure", "value", "low", "high")
        rows = (dict(zip(names, row, strict=True)) for row in connection.execute(query))
        return tuple(MeasurementRow(**row | {"at": _aware(row["at"])}) for row in rows)


def pictures(history: History, session: int) -> dict[str, bytes]:
    """Return the JPEG files that were kept of a session, by name; empty where none was asked for."""
    with history.reading() as connection:
        return session_pictures(connection, session)


def session_pictures(connection: Connection, session: int) -> dict[str, bytes]:
    """Return what `pictures` returns, on an open connection."""
    kept = schema.pictures.c
    query = select(kept.name, kept.jpeg).where(kept.session_id == session).order_by(kept.name)
    return {name: bytes(jpeg) for name, jpeg in connection.execute(query)}


def forget(history: History, person: str) -> int:
    """Delete a person with all that was saved, from the files too; return how many sessions there were.

    Raises UsageError where the history does not know the person.
    """
    with history.writing() as connection:
        who = find_person(connection, person)
        count = connection.scalar(select(func.count()).where(schema.sessions.c.person_id == who)) or 0
        connection.execute(delete(schema.people).where(schema.people.c.id == who))
    history.compact()
    return count


def find_person(connection: Connection, person: str) -> int:
    """Return a person's number. Raises UsageError where the history does not know the name."""
    found = connection.scalar(select(schema.people.c.id).where(schema.people.c.key == name_key(person)))
    if found is None:
        raise UsageError(f"The history knows nobody called '{clean_name(person)}'.")
    return int(found)


def _sessions() -> Select[Any]:
    s = schema.sessions.c
    return (
        select(s.id, schema.people.c.name, s.kind, s.at, s.content_id, schema.documents.c.body)
        .join(schema.people, s.person_id == schema.people.c.id)
        .join(schema.documents, schema.documents.c.session_id == s.id)
        .order_by(s.at, s.id)
    )


def _session(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        person=row.name,
        kind=row.kind,
        at=row.at.replace(tzinfo=UTC),
        content_id=row.content_id,
        document=json.loads(row.body),
    )


def _save(connection: Connection, person: int, entry: Entry, content_id: str | None = None) -> None:
    """Insert an entry, or put it in the place of the one with the same content id."""
    values = {"kind": entry.kind, "at": _naive(entry.at)}
    session = _upsert(
        connection,
        schema.sessions,
        keys={"person_id": person, "content_id": content_id or entry.content_id},
        values=values,
    )
    for table in (schema.documents, schema.measurements, schema.sets, schema.pictures):
        connection.execute(delete(table).where(table.c.session_id == session))
    connection.execute(
        schema.documents.insert().values(session_id=session, body=canonical_json(entry.document))
    )
    rows = [{"session_id": session, **row} for row in _measured(entry)]
    if rows:
        connection.execute(schema.measurements.insert(), rows)
    if entry.kind == "set":
        weaker = (entry.document.get("symmetry") or {}).get("weaker_side")
        row = {"session_id": session, "exercise": entry.document["exercise"], "weaker_side": weaker}
        connection.execute(schema.sets.insert().values(row))
    kept = [{"session_id": session, "name": name, "jpeg": jpeg} for name, jpeg in entry.pictures.items()]
    if kept:
        connection.execute(schema.pictures.insert(), kept)


def _measured(entry: Entry) -> Iterator[dict[str, Any]]:
    if entry.kind == "report":
        for row in entry.document["measurements"]:
            if row["status"] == "measured":
                yield {"measure": row["id"], **{name: row[name] for name in ("value", "low", "high")}}


def person_id(connection: Connection, name: str, key: str) -> int:
    """Return a person's number, making the person where the name is new; the first spelling stays."""
    found = connection.scalar(select(schema.people.c.id).where(schema.people.c.key == key))
    if found is not None:
        return int(found)
    return _upsert(connection, schema.people, keys={"key": key}, values={"name": name})


def _upsert(connection: Connection, table: Table, *, keys: dict[str, Any], values: dict[str, Any]) -> int:
    """Insert a row or change the one with these keys, whatever other processes do; return its id."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table).values(**keys, **values)
    statement = statement.on_conflict_do_update(index_elements=list(keys), set_=values)
    return int(connection.scalar(statement.returning(table.c.id)))


def _document(value: HasDocument | Document, expected: str) -> Document:
    document = value if isinstance(value, Mapping) else value.to_dict()
    if document.get("schema", expected) != expected:
        raise UsageError(f"This is no {expected} document: its schema is '{document['schema']}'.")
    return document


def _naive(at: datetime) -> datetime:
    return in_utc(at).replace(tzinfo=None)


def _aware(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)
