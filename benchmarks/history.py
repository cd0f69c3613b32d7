"""How quick the history is at 100,000 sessions.

    python -m benchmarks.history [--sessions 100000]

Fills a SQLite file in a temporary folder with the reports of 1,000 people, and prints the
median processor time of what people and programs do with it, and its size.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from levelback.history import Entry, History, measurements, open_history, people, save, schema, sessions
from levelback.history.store import person_id
from levelback.history.values import canonical_json, name_key
from levelback.metrics.values import measures_for
from levelback.pose.joints import JOINT_NAMES
from levelback.pose.landmarks import View

PEOPLE = 1000
AT_ONCE = 1000
REPEATS = 5
RATE, SIZE = "sessions saved a processor second", "size"


def document(number: int) -> dict[str, Any]:
    """Return a report document of usual size with its own numbers."""
    value = (number % 97) / 10 - 5
    rows = [
        {
            "id": one.id, "unit": one.unit, "value": value, "low": value - 1, "high": value + 1,
            "higher_side": None, "status": "measured", "reason": None,
        }
        for one in measures_for(View.FRONT)
    ]  # fmt: skip
    landmarks = [
        {"name": name, "x": 1.5 * number, "y": 2.5, "visibility": 0.99, "sd_px": 1.25} for name in JOINT_NAMES
    ]
    return {
        "schema": "levelback.report/1",
        "photo": {"file": f"{number}.jpg", "sha256": f"{number:064x}"},
        "measurements": rows,
        "landmarks": landmarks,
        "plan": {"about": "x" * 3000},
    }


def entries(count: int) -> Iterator[Entry]:
    """Yield sessions of `PEOPLE` people in turn, a day apart."""
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(count):
        yield Entry(
            person=f"Person {number % PEOPLE}",
            kind="report",
            at=start + timedelta(days=number // PEOPLE, seconds=number % PEOPLE),
            document=document(number),
            identity=f"{number:064x}",
        )


def fill(history: History, count: int) -> float:
    """Save `count` sessions and return how many `save` does in a second of the processor.

    The first `AT_ONCE` go through `save`; the others are inserted in bulk, which is only quicker.
    """
    everything = entries(count)
    started = time.process_time()
    save(history, islice(everything, AT_ONCE))
    rate = AT_ONCE / (time.process_time() - started)
    body = canonical_json(document(0))
    with history.writing() as connection:
        names = [f"Person {number}" for number in range(PEOPLE)]
        known = {name: person_id(connection, name, name_key(name)) for name in names}
    while chunk := list(islice(everything, AT_ONCE)):
        with history.writing() as connection:
            first = (connection.scalar(select(func.max(schema.sessions.c.id))) or 0) + 1
            numbered = list(enumerate(chunk, first))
            connection.execute(
                schema.sessions.insert(), [_session(n, known[e.person], e) for n, e in numbered]
            )
            connection.execute(
                schema.documents.insert(), [{"session_id": n, "body": body} for n, _ in numbered]
            )
            connection.execute(schema.measurements.insert(), [r for n, e in numbered for r in _rows(n, e)])
    return rate


def _session(number: int, person: int, entry: Entry) -> dict[str, Any]:
    at = entry.at.replace(tzinfo=None)
    return {"id": number, "person_id": person, "kind": "report", "at": at, "content_id": entry.content_id}


def _rows(number: int, entry: Entry) -> Iterator[dict[str, Any]]:
    for row in entry.document["measurements"]:
        yield {
            "session_id": number,
            "measure": row["id"],
            **{name: row[name] for name in ("value", "low", "high")},
        }


def median_ms(do: Callable[[], object]) -> float:
    """Return the median processor time of doing something, in milliseconds."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        do()
        times.append(1000 * (time.process_time() - started))
    return statistics.median(times)


def measured(count: int) -> dict[str, float]:
    """Return processor milliseconds by task with `count` sessions kept, megabytes, and sessions a second."""
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder, "history.sqlite3"))
        with open_history(url) as history:
            found = {RATE: fill(history, count)}
            extra = iter(range(count, count + 1000))
            one = next(entries(1))
            tasks: dict[str, Callable[[], object]] = {
                "list everybody": lambda: people(history),
                "one person's sessions": lambda: sessions(history, "Person 7"),
                "one person's readings": lambda: measurements(history, "Person 7"),
                "one person's readings of one measure": lambda: measurements(
                    history, "Person 7", "shoulder_tilt"
                ),
                "save one photo": lambda: save(history, [Entry(**_with(one, next(extra)))]),
                "open": lambda: open_history(url).close(),
            }
            found |= {name: median_ms(do) for name, do in tasks.items()}
        return found | {SIZE: sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e6}


def main() -> None:
    """Parse the command line, fill, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sessions", type=int, default=100_000)
    found = measured(parser.parse_args().sessions)
    print(f"{found.pop(RATE):.0f} sessions saved a processor second, {AT_ONCE} in a transaction")
    size = found.pop(SIZE)
    for name, ms in found.items():
        print(f"{name:40s} {ms:8.1f} ms")
    print(f"{SIZE:40s} {size:8.0f} MB")


def _with(entry: Entry, number: int) -> dict[str, Any]:
    fields = {name: getattr(entry, name) for name in ("person", "kind", "at", "document")}
    return fields | {"identity": f"{number:064x}"}


if __name__ == "__main__":
    main()
