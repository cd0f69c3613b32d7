"""What was measured when: people and their sessions, in SQLite by default or in PostgreSQL by URL.

    with open_history() as history:
        save_report(history, "Anna", report)
        for session in sessions(history, "Anna"):
            print(session.at, session.document["photo"]["view"])
        forget(history, "Anna")

A session is one occasion: a photo that was measured, a set that was done before the camera, a plan that
was made. Its document is the JSON that the rest of levelback writes (``levelback.report/1``,
``levelback.set/1``), so nothing is lost and no second format is kept. Names load on first use, so that
nothing imports SQLAlchemy before a history is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levelback.lazy import names_of

if TYPE_CHECKING:
    from levelback.history.database import History, default_file, history_exists, open_history
    from levelback.history.exchange import export_history, import_history, read_history_file
    from levelback.history.store import (
        forget,
        measurements,
        people,
        pictures,
        save,
        save_plan,
        save_report,
        save_set,
        sessions,
    )
    from levelback.history.values import Entry, Kind, MeasurementRow, Person, Session

_HOMES = {
    "Entry": "values",
    "History": "database",
    "Kind": "values",
    "MeasurementRow": "values",
    "Person": "values",
    "Session": "values",
    "default_file": "database",
    "export_history": "exchange",
    "forget": "store",
    "history_exists": "database",
    "import_history": "exchange",
    "measurements": "store",
    "open_history": "database",
    "people": "store",
    "pictures": "store",
    "read_history_file": "exchange",
    "save": "store",
    "save_plan": "store",
    "save_report": "store",
    "save_set": "store",
    "sessions": "store",
}

__all__ = [
    "Entry",
    "History",
    "Kind",
    "MeasurementRow",
    "Person",
    "Session",
    "default_file",
    "export_history",
    "forget",
    "history_exists",
    "import_history",
    "measurements",
    "open_history",
    "people",
    "pictures",
    "read_history_file",
    "save",
    "save_plan",
    "save_report",
    "save_set",
    "sessions",
]

__getattr__ = names_of(__name__, _HOMES)
