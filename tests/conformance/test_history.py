"""One suite for both databases: SQLite in a file, and a real PostgreSQL server."""

from __future__ import annotations

import json
import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, text

from benchmarks import two_writers
from helpers import reports, servers
from levelback.errors import DataFileError, HistoryError, UsageError
from levelback.history import (
    Entry,
    export_history,
    forget,
    import_history,
    measurements,
    open_history,
    people,
    pictures,
    save,
    save_plan,
    save_report,
    save_set,
    sessions,
)
from levelback.history.database import POSTGRES_DRIVER
from levelback.history.schema import MIGRATIONS, Migration, metadata, migrate

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SET = {
    "schema": "levelback.set/1",
    "exercise": "clam",
    "reps": [],
    "by_side": {"left": {"reps": 12}, "right": {"reps": 15}},
    "symmetry": {"weaker_side": "left"},
    "frames": 300,
    "frames_with_pose": 299,
}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    tools = servers.postgres_tools()
    if tools is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    pytest.importorskip("psycopg")
    with servers.running_postgres(tools, tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty history of each kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "history.sqlite3")
        return
    address = request.getfixturevalue("postgres")
    yield address
    engine = create_engine(address.replace("postgresql", POSTGRES_DRIVER))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


@pytest.fixture
def history(url):
    with open_history(url) as one:
        yield one


def photo(name: str, day: int, **changes):
    """A report on a photo of its own, taken on a day of March 2026."""
    report = reports.left_hip_high(**changes)
    taken = datetime(2026, 3, day, 8, 30)
    return replace(report, photo=replace(report.photo, file=name, sha256=f"{day:064x}", taken_at=taken))


def exported(history, person=None) -> bytes:
    return b"".join(export_history(history, person))


def test_what_is_saved_comes_back_in_order_of_time(history):
    for day in (9, 2, 5):
        save_report(history, "Anna", photo(f"{day}.jpg", day))
    saved = sessions(history, "Anna")
    assert [session.at.day for session in saved] == [2, 5, 9]
    assert [session.document for session in saved] == [photo(f"{d}.jpg", d).to_dict() for d in (2, 5, 9)]
    assert {session.kind for session in saved} == {"report"}
    assert [s.at.day for s in sessions(history, "Anna", since=datetime(2026, 3, 5, tzinfo=UTC))] == [5, 9]


def test_sets_and_plans_stand_beside_photos(history):
    save_report(history, "Anna", photo("a.jpg", 2))
    save_set(history, "Anna", SET, at=NOON)
    save_set(history, "Anna", SET, at=NOON + timedelta(minutes=5))
    save_plan(history, "Anna", {"phases": []}, at=NOON)
    assert [s.document["exercise"] for s in sessions(history, "Anna", "set")] == ["clam", "clam"]
    assert sessions(history, "Anna", "plan")[0].document == {"phases": []}
    assert len(sessions(history, "Anna")) == 4


def test_measurements_are_numbers_in_a_table(history):
    save_report(history, "Anna", photo("a.jpg", 2))
    save_report(history, "Ben", photo("b.jpg", 3))
    rows = measurements(history, "Anna")
    assert {row.measure for row in rows} == {
        row["id"] for row in photo("a.jpg", 2).to_dict()["measurements"] if row["status"] == "measured"
    }
    hips = measurements(history, measure="pelvic_obliquity")
    assert [(row.person, row.value, row.low, row.high) for row in hips] == [
        ("Anna", 4.2, 3.1, 5.3),
        ("Ben", 4.2, 3.1, 5.3),
    ]


def test_the_same_photo_is_kept_once_and_the_newer_reading_wins(history):
    first = photo("a.jpg", 2)
    save_report(history, "Anna", first, pictures={"photo": b"old"})
    save_report(history, "Anna", replace(first, measurements=(reports.measured("shoulder_tilt", 1.0, 0.5),)))
    (session,) = sessions(history, "Anna")
    assert [row.measure for row in measurements(history, "Anna")] == ["shoulder_tilt"]
    assert pictures(history, session.id) == {}
    save_report(history, "Ben", first)
    assert len(sessions(history, "Ben")) == 1, "another person may have the same photo"


def test_names_are_one_person_in_any_case_and_spacing(history):
    save_report(history, "Anna  Müller", photo("a.jpg", 2))
    save_report(history, " anna mu\u0308ller ", photo("b.jpg", 3))
    (person,) = people(history)
    assert (person.name, person.sessions) == ("Anna Müller", 2)
    assert (person.first.day, person.last.day) == (2, 3)
    with pytest.raises(UsageError, match="nobody called 'Ben'"):
        sessions(history, "Ben")
    for bad in ("", "  ", "a\x00b", "x" * 201, "a\u202eb"):
        with pytest.raises(UsageError, match="printable"):
            save_report(history, bad, photo("a.jpg", 2))


def test_entries_are_saved_all_or_none(history):
    good = Entry(person="Anna", kind="plan", at=NOON, document={"phases": []})
    with pytest.raises(ValueError, match="JSON"):
        save(history, [good, replace(good, document={"x": float("nan")}, identity="x")])
    assert people(history) == ()


def test_forget_deletes_one_person_and_nobody_else(history):
    save_report(history, "Anna", photo("a.jpg", 2), pictures={"photo": b"\xff\xd8picture"})
    save_set(history, "Anna", SET, at=NOON)
    save_report(history, "Ben", photo("b.jpg", 3))
    before = exported(history, "Ben")
    assert forget(history, "anna") == 2
    assert [person.name for person in people(history)] == ["Ben"]
    assert exported(history) == before
    with history.reading() as connection:
        left = {
            t.name: connection.scalar(text(f"SELECT count(*) FROM {t.name}")) for t in metadata.sorted_tables
        }
    assert left["pictures"] == left["sets"] == 0
    assert left["sessions"] == left["documents"] == left["people"] == 1
    with pytest.raises(UsageError, match="nobody"):
        forget(history, "Anna")


def test_export_and_import_give_the_same_bytes_and_nothing_twice(history, tmp_path):
    save_report(history, "Ünal", photo("a.jpg", 2), pictures={"photo": bytes(range(256))})
    save_report(history, "Ben", photo("b,\"'<&\u2028.jpg", 3))
    save_set(history, "Ben", SET, at=NOON + timedelta(microseconds=123457))
    whole = exported(history)
    file = tmp_path / "history.json"
    file.write_bytes(whole)
    assert json.loads(whole)["schema"] == "levelback.history/1"
    assert import_history(history, file) == (0, 3)
    with open_history(str(tmp_path / "other.sqlite3")) as other:
        assert import_history(other, file) == (3, 0)
        assert import_history(other, file) == (0, 3)
        assert exported(other) == whole
        assert measurements(other) == tuple(
            replace(row, session=new.session)
            for row, new in zip(measurements(history), measurements(other), strict=True)
        )
    forget(history, "Ben")
    assert import_history(history, file) == (2, 1)
    assert exported(history) == whole


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.update(schema="levelback.history/9"), "schema"),
        (lambda d: d["people"][0].update(name="\x07"), "people[0].name"),
        (lambda d: d["people"][0]["sessions"][0].update(at="yesterday"), "people[0].sessions[0].at"),
        (lambda d: d["people"][0]["sessions"][0].update(content_id="x"), "people[0].sessions[0].content_id"),
        (
            lambda d: d["people"][0]["sessions"][0].update(pictures={"p": "?"}),
            "people[0].sessions[0].pictures",
        ),
        (lambda d: d["people"][0]["sessions"][0].update(document={}), "people[0].sessions[0].document"),
        (
            lambda d: d["people"][0]["sessions"][0]["document"]["measurements"][0].update(value="4"),
            "people[0].sessions[0].document.measurements[0].value",
        ),
        (lambda d: d.pop("people"), "people"),
    ],
)
def test_a_wrong_file_is_named_by_place_and_changes_nothing(history, tmp_path, change, path):
    save_report(history, "Anna", photo("a.jpg", 2))
    before = exported(history)
    document = json.loads(before)
    document["people"].append(document["people"][0] | {"name": "Zoe"})
    document["people"].reverse()
    change(document)
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        import_history(history, file)
    assert caught.value.path == path
    assert exported(history) == before


def test_opening_again_finds_everything(url):
    with open_history(url) as one:
        save_report(one, "Anna", photo("a.jpg", 2))
    with open_history(url) as two:
        assert len(sessions(two, "Anna")) == 1


def test_a_newer_database_is_refused_with_a_clear_line(url):
    later = Migration(name="9999_from_the_future", apply=lambda connection: None)
    with open_history(url) as one, one.writing() as connection:
        migrate(connection, (*MIGRATIONS, later))
    with pytest.raises(HistoryError, match=r"newer levelback.*9999_from_the_future.*pip install --upgrade"):
        open_history(url)


def test_a_later_migration_changes_tables_and_keeps_data(history):
    save_report(history, "Anna", photo("a.jpg", 2))
    before = exported(history)

    def add_note(connection):
        connection.execute(text("ALTER TABLE sessions ADD COLUMN note VARCHAR"))

    with history.writing() as connection:
        migrate(connection, (*MIGRATIONS, Migration(name="0999_note", apply=add_note)))
        migrate(connection, (*MIGRATIONS, Migration(name="0999_note", apply=add_note)))
    with history.writing() as connection:
        connection.execute(text("UPDATE sessions SET note = 'kept'"))
    assert exported(history) == before


def test_a_migration_that_fails_leaves_the_database_as_it_was(history):
    save_report(history, "Anna", photo("a.jpg", 2))

    def breaks(connection):
        connection.execute(text("DELETE FROM people"))
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="middle"), history.writing() as connection:
        migrate(connection, (*MIGRATIONS, Migration(name="0999_breaks", apply=breaks)))
    assert len(sessions(history, "Anna")) == 1


def test_a_database_of_another_program_is_left_alone(url):
    with open_history(url) as one, one.writing() as connection:
        metadata.drop_all(connection)
        connection.execute(text("CREATE TABLE people (id INTEGER)"))
    with pytest.raises(HistoryError, match="another program"):
        open_history(url)


def test_two_processes_make_a_history_and_write_at_once_and_lose_nothing(url):
    count = 150
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=two_writers.write, args=(url, number, count)) for number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    assert two_writers.lost(url, count) == 0
    assert two_writers.integrity(url) == "ok"
