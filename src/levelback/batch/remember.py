"""The reports of a batch in the history, each under the name of the person in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from levelback.batch.tables import Entry
from levelback.history.database import open_history
from levelback.history.store import report_entry, save
from levelback.history.values import Entry as Session
from levelback.report import read_report

_AT_ONCE = 200


def remember(folder: Path, entries: Iterable[Entry], url: str | None) -> int:
    """Save what was measured to the history at `url` (None: the user's own); return how many have no name.

    Photos of nobody in particular are not saved. Saving a photo again changes nothing. The time is that of
    the tables; a photo without one counts as taken when it was measured. Raises HistoryError, and
    DataFileError for a report that was changed.
    """
    nameless = 0

    def sessions() -> Iterator[Session]:
        nonlocal nameless
        for entry in entries:
            done, origin = entry.done, entry.origin
            if done.record.reason is not None or done.report is None:
                continue
            if origin.who is None:
                nameless += 1
                continue
            session = report_entry(origin.who, read_report(folder / done.report))
            yield session if origin.taken_at is None else replace(session, at=origin.taken_at)

    waiting = sessions()
    with open_history(url) as history:
        while chunk := list(islice(waiting, _AT_ONCE)):
            save(history, chunk)
    return nameless
