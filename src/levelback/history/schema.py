"""The tables, and the named migrations that make and change them.

A migration is applied once, in the order of `MIGRATIONS`, inside one transaction with its name; a database
that names a migration which this version does not know was made by a newer one and is refused. A
migration is never changed after a release: what comes later is a new one at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    inspect,
    select,
)

from levelback.errors import HistoryError

metadata = MetaData()
_ID = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only in an INTEGER key


def _session_key() -> Column[int]:
    reference = ForeignKey("sessions.id", ondelete="CASCADE")
    return Column("session_id", _ID, reference, primary_key=True, autoincrement=False)


people = Table(
    "people",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("name", String, nullable=False),
    Column("key", String, nullable=False, unique=True),
)
sessions = Table(
    "sessions",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("person_id", _ID, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),
    Column("at", DateTime, nullable=False),  # UTC
    Column("content_id", String(64), nullable=False),
    UniqueConstraint("person_id", "content_id", name="one_of_each"),
    Index("sessions_by_person", "person_id", "at", "id"),
)
documents = Table("documents", metadata, _session_key(), Column("body", Text, nullable=False))
measurements = Table(
    "measurements",
    metadata,
    _session_key(),
    Column("measure", String, primary_key=True),
    *(Column(name, Float(53), nullable=False) for name in ("value", "low", "high")),
)
sets = Table(
    "sets",
    metadata,
    _session_key(),
    Column("exercise", String, nullable=False),
    Column("weaker_side", String),
)
pictures = Table(
    "pictures",
    metadata,
    _session_key(),
    Column("name", String, primary_key=True),
    Column("jpeg", LargeBinary, nullable=False),
)
applied = Table(
    "levelback_migrations",
    metadata,
    Column("name", String, primary_key=True),
    Column("applied_at", DateTime, nullable=False),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """One named step from an older form of the database to a newer one."""

    name: str
    apply: Callable[[Connection], None]


def _first_tables(connection: Connection) -> None:
    tables = [people, sessions, documents, measurements, sets, pictures]
    metadata.create_all(connection, tables=tables)


MIGRATIONS: tuple[Migration, ...] = (Migration(name="0001_first_tables", apply=_first_tables),)


def is_current(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> bool:
    """Tell whether every migration was applied. Raises HistoryError for a newer database or another's."""
    done = _done(connection)
    unknown = sorted(done - {step.name for step in migrations})
    if unknown:
        raise HistoryError(
            f"The history was written by a newer levelback (it knows '{unknown[-1]}').",
            remedy="pip install --upgrade levelback",
        )
    return len(done) == len(migrations)


def migrate(connection: Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply what is missing; the caller holds the only write transaction."""
    if is_current(connection, migrations):
        return
    metadata.create_all(connection, tables=[applied])
    done = _done(connection)
    for step in migrations:
        if step.name not in done:
            step.apply(connection)
            now = datetime.now(UTC).replace(tzinfo=None)
            connection.execute(applied.insert().values(name=step.name, applied_at=now))


def _done(connection: Connection) -> set[str]:
    names = set(inspect(connection).get_table_names())
    if applied.name in names:
        return set(connection.scalars(select(applied.c.name)))
    if names & set(metadata.tables):
        raise HistoryError(
            "This database belongs to another program, since it has tables of the same names.",
            remedy="name a database of its own with --history",
        )
    return set()
