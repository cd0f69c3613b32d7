"""An open history: the connection, its transactions, and what is said when the database is in trouble."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from levelback.errors import ExtraMissing, HistoryError, LevelbackError, UsageError
from levelback.history.schema import is_current, migrate

BUSY_S = 15.0
"""How long a writer waits for another one before it gives up."""

ENVIRONMENT = "LEVELBACK_HISTORY"
"""Names the address of the history where a caller does not."""

POSTGRES_DRIVER = "postgresql+psycopg"
_LOCK_NUMBER = 0x6C62  # any number: levelback's own advisory lock in PostgreSQL
_DAMAGED = "is damaged"
_SQLITE_HEADER = b"SQLite format 3\0"


def default_file() -> Path:
    """Return where the history is kept if nothing else is said: the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("levelback", appauthor=False) / "history.sqlite3"


def open_history(url: str | None = None, *, busy_s: float = BUSY_S, new: bool = True) -> History:
    """Open the history at `url`, and make or bring up to date its tables.

    url       a path of a SQLite file; ``sqlite:///PATH``; ``postgresql://user:password@host/database`` (needs
              the extra ``postgres``); None: what ``LEVELBACK_HISTORY`` says, or the file in the user's
              data folder
    busy_s    how long to wait for another writer
    new       make the file where there is none; without it, that is a UsageError
    Raises HistoryError where the database is locked, damaged, newer, read-only or out of reach,
    ExtraMissing without the driver, UsageError for a URL that is none.
    """
    where = _parse(url)
    if not new and not history_exists(url):
        raise UsageError(
            f"The history is empty: there is no {where.database} yet. "
            "Measure a photo with a name first: levelback photo me.jpg --name NAME"
        )
    history = History(
        _sqlite(where, busy_s) if where.get_backend_name() == "sqlite" else _postgres(where, busy_s)
    )
    try:
        history.prepare()
    except BaseException:
        history.close()
        raise
    return history


def history_exists(url: str | None = None) -> bool:
    """Tell whether there is a history to open: a file that is there, or any server. Nothing is made."""
    where = _parse(url)
    return where.get_backend_name() != "sqlite" or Path(where.database or "").exists()


class History:
    """An open history; close it, or use it in a ``with``. Threads may share it; processes may not."""

    def __init__(self, engine: Engine) -> None:
        """Wrap a prepared engine; use `open_history`."""
        self._engine = engine

    @property
    def backend(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    @property
    def where(self) -> str:
        """The address for people, without a password."""
        return (
            self._engine.url.database or ""
            if self.backend == "sqlite"
            else self._engine.url.set(drivername="postgresql").render_as_string()
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one moment of the database."""
        with self._translated(), self._engine.connect() as connection:
            if self.backend == "postgresql":  # SQLite always shows a transaction one moment
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept whole at the end, or not at all where an error comes."""
        with (
            self._translated(),
            self._engine.connect().execution_options(writes=True) as connection,
            connection.begin(),
        ):
            yield connection

    def prepare(self) -> None:
        """Make the tables or bring them up to date."""
        with self.reading() as connection:
            if is_current(connection):
                return
        with self.writing() as connection:
            if self.backend == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})"))
            migrate(connection)

    def compact(self) -> None:
        """Take what was deleted out of the files too: rewrite them, and empty the write-ahead log."""
        with self._translated(), self._engine.connect() as connection:
            free = connection.execution_options(isolation_level="AUTOCOMMIT")
            free.exec_driver_sql("VACUUM")
            if self.backend == "sqlite":
                busy = free.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
                if busy:
                    raise HistoryError(
                        "It was deleted, but another program holds the history open, so that traces may "
                        "remain in its file.",
                        remedy="close the other program, and run this again",
                    )

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _trouble(self.where, error) from error


def _parse(url: str | None) -> URL:
    url = url or os.environ.get(ENVIRONMENT)
    if not url:
        return URL.create("sqlite", database=str(default_file()))
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    try:
        where = make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError("The history's address is no URL; write postgresql://user@host/database.") from None
    if where.get_backend_name() not in ("sqlite", "postgresql") or not where.database:
        raise UsageError("A history is a SQLite file or a postgresql:// URL that names a database.")
    return where


def _sqlite(url: URL, busy_s: float) -> Engine:
    file = Path(url.database or "")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            file.touch(mode=0o600)
        with file.open("rb") as head:
            start = head.read(len(_SQLITE_HEADER))
    except OSError as error:
        raise HistoryError(
            f"The history '{file}' cannot be opened: {error.strerror}.",
            remedy="name another file with --history",
        ) from None
    if start not in (b"", _SQLITE_HEADER):
        raise HistoryError(f"'{file}' is no history, or is damaged.", remedy=_restore(str(file)))
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(file)), connect_args={"timeout": busy_s}
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # transactions begin below, and not when sqlite3 thinks so
        _use_wal(connection, busy_s)
        for pragma in ("foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its place in the queue at once: one that reads first would fail instead of wait.
        options = connection.get_execution_options()
        if options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes") else "BEGIN")

    return engine


def _use_wal(connection: sqlite3.Connection, busy_s: float) -> None:
    """Switch to the write-ahead log, which stays on in the file.

    SQLite does not wait for another process that switches at the same moment, whatever its timeout; so we do.
    """
    give_up = time.monotonic() + busy_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)
        else:
            return


def _postgres(url: URL, busy_s: float) -> Engine:
    options = f"-c lock_timeout={round(1000 * busy_s)}"
    try:
        return create_engine(
            url.set(drivername=POSTGRES_DRIVER),
            connect_args={"connect_timeout": max(2, round(busy_s)), "options": options},
        )
    except (ImportError, NoSuchModuleError):
        raise ExtraMissing(
            "PostgreSQL needs a driver that is not installed.", remedy="pip install 'levelback[postgres]'"
        ) from None


def _is_gone(file: Path) -> bool:
    """Tell whether a file cannot be read at all: SQLite calls it malformed when its disk was taken away."""
    try:
        with file.open("rb") as content:
            content.read(1)
    except OSError:
        return True
    return False


def _restore(where: str) -> str:
    return f"move '{where}' away, and import your last export: levelback history import FILE"


def _trouble(where: str, error: DBAPIError) -> LevelbackError:
    """Return what happened in one sentence, and what to do."""
    said = str(error.orig).strip().splitlines()[0] if str(error.orig).strip() else type(error.orig).__name__
    known = (
        (
            ("locked", "lock timeout"),
            "is locked by another program",
            "close the other program, and run this again",
        ),
        (("malformed", "not a database", "corrupt"), _DAMAGED, _restore(where)),
        (
            ("readonly", "read-only"),
            "cannot be written",
            "make it writable, or name another one with --history",
        ),
        (("disk is full", "No space left"), "has no room on its disk", "free some room, and run this again"),
    )
    for signs, what, remedy in known:
        if any(sign in said for sign in signs) and not (what == _DAMAGED and _is_gone(Path(where))):
            return HistoryError(f"The history '{where}' {what}.", remedy=remedy)
    return HistoryError(
        f"The history '{where}' cannot be used: {said.rstrip('.')}.",
        remedy="check its address and that its disk or server is there",
    )
