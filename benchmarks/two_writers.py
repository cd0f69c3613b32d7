"""Two processes write one history at the same time; none of the writes may be lost.

python -m benchmarks.two_writers [--writes 100000] [--history postgresql://user@host/an_empty_database]
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from levelback.history import open_history, save_plan, sessions

PEOPLE = 100
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def write(url: str, worker: int, count: int) -> None:
    """Save `count` plans, one transaction each."""
    with open_history(url, busy_s=120) as history:
        for number in range(count):
            save_plan(history, f"Person {number % PEOPLE}", {"by": worker, "number": number}, at=NOON)


def lost(url: str, count: int) -> int:
    """Return how many of the writes are not there, each counted once."""
    with open_history(url) as history:
        kept = {
            (session.document["by"], session.document["number"])
            for person in range(min(PEOPLE, count))
            for session in sessions(history, f"Person {person}")
        }
    return len({(worker, number) for worker in range(2) for number in range(count)} - kept)


def integrity(url: str) -> str:
    """Return ``ok``, or what the database finds wrong: SQLite's integrity check, PostgreSQL's ``amcheck``."""
    if not url.startswith("postgresql"):
        with sqlite3.connect(url) as connection:
            return connection.execute("PRAGMA integrity_check").fetchone()[0]
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        indexes = "SELECT indexrelid FROM pg_stat_user_indexes"
        try:
            connection.execute(f"SELECT bt_index_parent_check(indexrelid, true) FROM ({indexes}) AS ours")
            tables = "SELECT v.msg FROM pg_stat_user_tables t, LATERAL verify_heapam(t.relid) v LIMIT 1"
            found = connection.execute(tables).fetchone()
        except psycopg.Error as error:
            return str(error)
    return found[0] if found else "ok"


def main() -> int:
    """Write, count, check the database, and return 1 where anything is lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--writes", type=int, default=100_000, help="by both together")
    parser.add_argument("--history", help="an empty database; default: a SQLite file of this run")
    options = parser.parse_args()
    count = options.writes // 2
    with tempfile.TemporaryDirectory() as folder:
        url = options.history or str(Path(folder) / "history.sqlite3")
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=write, args=(url, number, count)) for number in range(2)]
        start_s = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        missing, verdict = lost(url, count), integrity(url)
        codes = [worker.exitcode for worker in workers]
        print(f"{2 * count:,} writes in {time.perf_counter() - start_s:.0f} s, {missing:,} lost, "
              f"exit codes {codes}, integrity check: {verdict}")  # fmt: skip
    return 0 if codes == [0, 0] and not missing and verdict == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
