"""A history in trouble: one clear line with what mends it, and nothing lost. SQLite, where faults can be made."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import threading

import pytest

from helpers import reports, servers
from levelback.errors import ExtraMissing, HistoryError, UsageError
from levelback.history import forget, history_exists, open_history, people, save_plan, save_report, sessions


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "history.sqlite3"


@pytest.fixture
def filled(file):
    """A history with enough in it to fill several pages."""
    with open_history(str(file)) as history:
        for number in range(30):
            save_plan(history, "Anna", {"number": number, "filler": "x" * 2000})
    return file


def sound(file) -> bool:
    connection = sqlite3.connect(file)
    try:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        connection.close()


def test_the_file_is_for_its_owner_alone(file):
    assert not history_exists(str(file))
    open_history(str(file)).close()
    assert history_exists(str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_something_else_than_a_database_is_left_as_it_is(file):
    file.parent.mkdir()
    file.write_text("my diary")
    with pytest.raises(HistoryError, match=r"is no history, or is damaged.*history import FILE"):
        open_history(str(file))
    assert file.read_text() == "my diary"


def test_a_damaged_page_is_called_damaged(filled):
    size = filled.stat().st_size
    with filled.open("r+b") as raw:
        raw.seek(4096)
        raw.write(os.urandom(size - 4096))
    with pytest.raises(HistoryError, match="damaged"), open_history(str(filled)) as history:
        sessions(history, "Anna")


def test_a_file_cut_short_is_called_damaged(filled):
    os.truncate(filled, filled.stat().st_size // 2)
    with pytest.raises(HistoryError, match="damaged"), open_history(str(filled)) as history:
        sessions(history, "Anna")


def test_a_file_whose_disk_is_gone_is_not_called_damaged(filled):
    with open_history(str(filled)) as history:
        with filled.open("r+b") as raw:
            raw.write(os.urandom(filled.stat().st_size))
        for file in filled.parent.iterdir():
            file.unlink()
        with pytest.raises(HistoryError, match=r"cannot be used.*check.*its disk"):
            sessions(history, "Anna")


def test_a_lock_is_waited_for_and_then_named(filled):
    other = sqlite3.connect(filled, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    with open_history(str(filled), busy_s=0.1) as history:
        assert people(history)[0].sessions == 30, "reading goes on"
        with pytest.raises(HistoryError, match="locked by another program"):
            save_plan(history, "Anna", {"number": 30})
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    with open_history(str(filled), busy_s=30) as history:
        save_plan(history, "Anna", {"number": 31})
        assert people(history)[0].sessions == 31
    release.join()
    other.close()


def test_a_process_killed_while_writing_leaves_whole_sessions_only(filled):
    import subprocess

    script = (
        "import sys, os\n"
        "from levelback.history import open_history\n"
        "from levelback.history.schema import people\n"
        "with open_history(sys.argv[1]) as history, history.writing() as connection:\n"
        "    connection.execute(people.insert().values(name='Half', key='half'))\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(filled)], check=False)
    assert killed.returncode == -9
    assert sound(filled)
    with open_history(str(filled)) as history:
        assert [person.name for person in people(history)] == ["Anna"]


@pytest.mark.skipif(os.name != "posix", reason="POSIX file modes")
def test_a_place_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(HistoryError, match=r"cannot be opened.*--history"):
        open_history(str(blocked / "history.sqlite3"))


def test_forgotten_bytes_are_gone_from_every_file(file):
    picture = b"\xff\xd8" + b"a face in pixels " * 500
    with open_history(str(file)) as history:
        save_report(history, "Anna Karenina", reports.left_hip_high(), pictures={"photo": picture})
        save_report(history, "Ben", reports.symmetric())
        forget(history, "Anna Karenina")
        everything = b"".join(path.read_bytes() for path in file.parent.iterdir())
    for trace in (b"Karenina", b"karenina", b"a face in pixels"):
        assert trace not in everything
    assert b"Ben" in everything


def test_a_reader_that_holds_on_is_told_of(file):
    with open_history(str(file)) as history, open_history(str(file)) as other:
        save_report(history, "Anna", reports.symmetric())
        with other.reading() as connection:
            connection.exec_driver_sql("SELECT * FROM people").fetchall()
            with pytest.raises(HistoryError, match=r"traces may remain|locked"):
                forget(history, "Anna")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://host", "://", "sqlite://"])
def test_an_address_that_is_none_is_wrong_usage(url):
    with pytest.raises(UsageError):
        open_history(url)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(HistoryError) as caught:
        open_history("postgresql://me:secret@127.0.0.1:1/nowhere", busy_s=1)
    assert "127.0.0.1:1/nowhere" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
def test_a_server_killed_while_writing_loses_nothing_that_was_acknowledged(tmp_path):
    pytest.importorskip("psycopg")
    tools = servers.postgres_tools()
    if tools is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    with servers.running_postgres(tools, tmp_path) as url, open_history(url) as history:
        kill = threading.Timer(0.5, servers.kill_postgres, [tmp_path])
        kill.start()
        acknowledged = 0
        with pytest.raises(HistoryError, match=r"^The history 'postgresql://tester@127.*cannot be used"):  # noqa: PT012
            while True:
                save_plan(history, "Anna", {"number": acknowledged, "filler": "x" * 2000})
                acknowledged += 1
        kill.join()
        servers.start_postgres(tools, tmp_path, url)
        save_plan(history, "Anna", {"number": "after"})
        found = [session.document["number"] for session in sessions(history, "Anna")]
    assert acknowledged > 0
    assert set(range(acknowledged)) | {"after"} <= set(found) <= set(range(acknowledged + 1)) | {"after"}
    assert len(found) == len(set(found))


def test_a_missing_driver_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ExtraMissing, match=r"pip install 'levelback\[postgres\]'"):
        open_history("postgresql://me@127.0.0.1/x")
