"""The folder of a batch: refusals, the journal, the lock, and what a killed run leaves."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from levelback.batch.store import Store, stem_of
from levelback.batch.values import Outcome, Photo, Record
from levelback.errors import UsageError

MEASURED = ({"id": "shoulder_tilt", "value": 1.0},)


def photo(name, index=0):
    return Photo(location=f"/x/{name}", name=name, folders=("x", *name.split("/")[:-1]), index=index)


def outcome(name, index=0, *, key="k", reason=None):
    record = Record(
        key=key,
        sha256="s",
        taken_at=None,
        view=None,
        reason=reason,
        pictured=reason is None,
        measurements=() if reason else MEASURED,
    )
    report = None if reason else json.dumps({"photo": {"file": name.rpartition("/")[2]}})
    return Outcome(
        photo=photo(name, index), key=key, record=record, report=report, thumbnail=None if reason else b"jpeg"
    )


def journal(folder):
    return folder / ".levelback" / "journal.jsonl"


def test_what_is_added_is_there_in_the_order_of_the_input(tmp_path):
    photos = tuple(photo(f"p/{number}.jpg", number) for number in range(3))
    with Store(tmp_path / "out", resume=False) as store:
        for number in (2, 0):
            store.add(outcome(f"p/{number}.jpg", number, key=f"k{number}"))
        done = list(store.done(photos))
        assert [one.photo.index for one in done] == [0, 2]
        assert store.count == 2
    for one in done:
        assert one.record.measurements == MEASURED
        assert (tmp_path / "out" / one.report).is_file()
        assert (tmp_path / "out" / one.thumb).read_bytes() == b"jpeg"


def test_a_folder_that_is_not_empty_needs_resume(tmp_path):
    out = tmp_path / "out"
    Store(out, resume=False).close()
    with Store(out, resume=False) as store:
        store.add(outcome("a.jpg"))
    with pytest.raises(UsageError, match="--resume"):
        Store(out, resume=False)
    with Store(out, resume=True) as store:
        assert store.known == {"k"}


@pytest.mark.parametrize("resume", [True, False])
def test_a_folder_with_other_files_is_left_alone(tmp_path, resume):
    (tmp_path / "diary.txt").write_text("dear diary")
    with pytest.raises(UsageError, match="other files"):
        Store(tmp_path, resume=resume)
    assert [path.name for path in tmp_path.iterdir()] == ["diary.txt"]
    with pytest.raises(UsageError, match="is a file"):
        Store(tmp_path / "diary.txt", resume=resume)


def test_a_photo_is_known_as_long_as_its_files_are_there(tmp_path):
    with Store(tmp_path, resume=False) as store:
        store.add(outcome("a.jpg", key="a"))
        store.add(outcome("b.jpg", 1, key="b"))
        report = next(store.done((photo("b.jpg", 1),))).report
    (tmp_path / report).unlink()
    with Store(tmp_path, resume=True) as store:
        assert store.known == {"a"}


def test_a_report_that_was_replaced_is_no_longer_known(tmp_path):
    with Store(tmp_path, resume=False) as store:
        store.add(outcome("a.jpg", key="old"))
    with Store(tmp_path, resume=True) as store:
        store.add(outcome("a.jpg", key="new"))
    with Store(tmp_path, resume=True) as store:
        assert store.known == {"new"}


def test_a_known_file_under_another_name_gets_files_of_its_own(tmp_path):
    with Store(tmp_path, resume=False) as store:
        store.add(outcome("anna/a.jpg", key="a"))
    moved = photo("ben/b.jpg", 0)
    with Store(tmp_path, resume=True) as store:
        store.add(Outcome(photo=moved, key="a", record=None))
        (done,) = store.done((moved,))
        assert json.loads((tmp_path / done.report).read_text())["photo"]["file"] == "b.jpg"
        assert (tmp_path / done.thumb).is_file()


def test_copies_of_a_file_stay_as_they_are_when_a_run_goes_on(tmp_path):
    photos = (photo("a.jpg"), photo("b.jpg", 1))
    with Store(tmp_path, resume=False) as store:
        for one in photos:
            store.add(outcome(one.name, one.index))
    before = journal(tmp_path).read_bytes()
    with Store(tmp_path, resume=True) as store:
        for one in photos:
            store.add(Outcome(photo=one, key="k", record=None))
        assert [done.stem for done in store.done(photos)] == [stem_of(one) for one in photos]
    assert journal(tmp_path).read_bytes() == before


def test_a_failure_is_known_of_one_photo_only(tmp_path):
    with Store(tmp_path, resume=False) as store:
        store.add(outcome("a.jpg", key="a", reason="'a.jpg' is empty."))
        store.add(outcome("b.jpg", 1, key=None, reason="'b.jpg' may not be opened."))
    with Store(tmp_path, resume=True) as store:
        assert store.known == {f"a:{photo('a.jpg').digest}"}
        record = store.add(Outcome(photo=photo("a.jpg"), key="a", record=None))
        assert record.reason == "'a.jpg' is empty."


def test_a_line_that_was_cut_off_is_taken_off(tmp_path):
    with Store(tmp_path, resume=False) as store:
        store.add(outcome("a.jpg", key="a"))
        store.add(outcome("b.jpg", 1, key="b"))
    whole = journal(tmp_path).read_bytes()
    journal(tmp_path).write_bytes(whole[:-20])
    (tmp_path / "reports" / ".levelback-x").write_bytes(b"half")
    with Store(tmp_path, resume=True) as store:
        assert store.known == {"a"}
        store.add(outcome("b.jpg", 1, key="b"))
    assert journal(tmp_path).read_bytes() == whole
    assert not list(tmp_path.rglob(".levelback-*"))


def test_a_full_disk_leaves_whole_files(tmp_path):
    """A limit on the size of files cuts writes off in the middle, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Store(tmp_path, resume=False) as store:
        store.add(outcome("a.jpg", key="a"))
        whole = journal(tmp_path).read_bytes()
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(whole) + 50, before[1]))
        try:
            with pytest.raises(OSError, match=r"space|large"):
                store.add(outcome("b.jpg", 1, key="b"))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)
    assert journal(tmp_path).read_bytes() == whole
    with Store(tmp_path, resume=True) as store:
        assert store.known == {"a"}


HOLD = """
import sys, time
from pathlib import Path
from levelback.batch.store import Store, stem_of
with Store(Path(sys.argv[1]), resume=True):
    print("locked", flush=True)
    time.sleep(60)
"""


def test_one_run_at_a_time_and_a_killed_one_does_not_block(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"locked\n"
        with pytest.raises(UsageError, match="Another run"):
            Store(tmp_path, resume=True)
        other.kill()
    Store(tmp_path, resume=True).close()


def test_a_folder_that_cannot_be_written_is_an_error_of_the_system():
    with pytest.raises(OSError, match=r"proc"):
        Store(Path("/proc/levelback"), resume=False)
