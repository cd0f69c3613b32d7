"""What goes wrong around levelback: a full disk, a folder that cannot be written, Ctrl-C, a clock set back.

Each ends in a clear line and the right exit code, and leaves no half file. The table of all faults, with the tests
that try them, stands in docs/reliability.md.
"""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.fuzz import seeds
from helpers import reports
from helpers.clips import standing_picture, write_clip
from levelback.history import measurements, open_history, people, save_plan, save_report
from levelback.report import read_report, write_outputs

SAMPLE = Path(__file__).parents[2] / "sample_images" / "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="faults of POSIX systems")


@pytest.fixture
def report(tmp_path):
    """A report on disk, in a folder of its own."""
    return write_outputs(reports.left_hip_high(), tmp_path / "made", ("json",))["json"]


def one_line(done, code):
    """Check that a run ended with this exit code, and with one sentence as its last words."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.strip().splitlines()[-1].startswith("levelback: ")
    return done.stderr


def run(*arguments, **options):
    command = [str(one) for one in (TOOL, *arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def no_half_file(folder):
    """Check that all that lies in a folder is whole: no temporary file, and JSON that can be read."""
    for path in folder.rglob("*"):
        assert not path.name.startswith(".levelback-"), path
        if path.suffix == ".json":
            read_report(path)


def writers(report, out):
    """Every command that writes files, and where to."""
    return {
        "photo": ("photo", SAMPLE, "--fast", "--out", out),
        "photo --json": ("photo", SAMPLE, "--fast", "--json", out / "report.json"),
        "plan": ("plan", report, "--out", out),
        "plan --ics": ("plan", report, "--ics", out / "plan.ics"),
        "plan --json": ("plan", report, "--json", out / "plan.json"),
        "progress": ("progress", report, "--out", out),
        "batch": ("batch", SAMPLE, "--fast", "--jobs", 1, "--out", out),
        "live": ("live", "bird-dog", "--no-window", "--source", recording(report), "--json", out / "set.json"),
        "live --record": ("live", "bird-dog", "--no-window", "--source", recording(report), "--json", "-",
                          "--record", out / "set.jsonl"),
        "verify": ("verify", table(report), "--fast", "--out", out),
        "history export": ("history", "export", "--out", out / "all.json", "--history", saved(report)),
        "screen": ("screen", "--out", out / "answers.toml"),
    }  # fmt: skip


def recording(report):
    """A short recorded set beside a report."""
    file = report.with_name("set.jsonl")
    file.write_bytes(seeds.recorded()[0])
    return file


def table(report):
    """A table of known values beside a report."""
    file = report.with_name("table.csv")
    file.write_text(f"photo,measure,true_value\n{SAMPLE},shoulder_tilt,0\n")
    return file


def saved(report, sessions=1):
    """A history of somebody beside a report."""
    file = report.with_name("history.sqlite3")
    with open_history(str(file)) as history:
        for number in range(sessions):
            save_plan(history, "Anna", {"phases": [], "number": number}, at=datetime(2026, 1, 1, tzinfo=UTC))
    return file


WRITERS = (
    "batch", "history export", "live", "live --record", "photo", "photo --json", "plan", "plan --ics", "plan --json",
    "progress", "screen", "verify",
)  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_a_folder_that_cannot_be_made_or_written(report, tmp_path, name):
    out = tmp_path / "file"
    out.write_text("mine")
    done = run(*writers(report, out)[name], input="n\n" * 99)
    assert "file" in one_line(done, 2)
    assert out.read_text() == "mine"


@pytest.mark.parametrize("name", [name for name in WRITERS if name != "screen"])
def test_a_disk_that_is_full(report, tmp_path, name):
    """No file may grow beyond 200 bytes: what a write meets on a full disk, wherever tests may run."""
    out = tmp_path / "out"
    out.mkdir()

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (200, 200))

    done = run(*writers(report, out)[name], preexec_fn=full, env=os.environ | {"MPLCONFIGDIR": str(tmp_path)})
    one_line(done, 5 if name == "history export" else 2)  # a history that cannot even be locked is named
    left = [path for path in out.rglob("*") if path.is_file() and ".levelback" not in path.parts]
    assert not any(path.read_bytes() for path in left), "a half file was left"


def mounted(options, folder, *arguments):
    """Run levelback where `folder` is a disk of its own, in a mount namespace of this test alone."""
    namespace = ["unshare", "-rm", "sh", "-c"]
    if shutil.which("unshare") is None or subprocess.run([*namespace, "true"], check=False).returncode:
        pytest.skip("this system gives no mount namespace")
    script = f'mount -t tmpfs -o {options} tmpfs "$0" && exec "$@"'
    command = [str(one) for one in (*namespace, script, folder, TOOL, *arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("options", ["ro", "size=4k"], ids=["read-only", "full"])
@pytest.mark.parametrize("name", ["plan", "plan --ics"])
def test_a_disk_of_its_own_that_is_read_only_or_full(report, tmp_path, options, name):
    out = tmp_path / "disk"
    out.mkdir()
    if name == "plan --ics" and options != "ro":
        options = "size=4k,nr_inodes=1"
    one_line(mounted(options, out, *writers(report, out)[name]), 2)


@pytest.mark.parametrize("options", ["ro", "size=16k"], ids=["read-only", "full"])
def test_a_history_on_a_disk_that_is_read_only_or_full(tmp_path, options):
    disk = tmp_path / "disk"
    disk.mkdir()
    done = mounted(
        options, disk, "history", "import", tmp_path / "kept.json", "--history", disk / "history.sqlite3"
    )
    assert "To mend it:" in one_line(done, 5)


BEGUN = re.compile(r"levelback/(?!__init__|__main__|lazy)")
"""A file of ours in a traceback. Before these three are loaded Python itself answers Ctrl-C."""


def interrupted(command, after_s, *, environment=None):
    """Press Ctrl-C `after_s` into a command; check how it ends, and return what it said."""
    with subprocess.Popen(
        [TOOL, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True, env=os.environ | (environment or {}),
    ) as process:  # fmt: skip
        time.sleep(after_s)
        os.killpg(process.pid, signal.SIGINT)
        out, said = process.communicate(timeout=120)
    assert process.returncode in (0, 130, -signal.SIGINT), said
    assert not BEGUN.search(said), f"a traceback through our own files: {said}"
    return out, said


def whole_history(file):
    """Return how many sessions each person has, after SQLite's own check of the file."""
    if not file.exists():
        return []
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with open_history(str(file)) as history:
        return [one.sessions for one in people(history)]


@pytest.mark.parametrize("after_s", [0.05, 0.3, 1.0, 2.0, 4.0])
def test_ctrl_c_at_any_stage_of_a_photo(tmp_path, after_s):
    out = tmp_path / "out"
    history = tmp_path / "h.sqlite3"
    interrupted(("photo", SAMPLE, "--out", out, "--name", "Anna", "--history", history), after_s)
    no_half_file(out)
    assert whole_history(history) in ([], [1])


@pytest.mark.parametrize("after_s", [0.3, 1.0, 2.0, 4.0])
def test_ctrl_c_at_any_stage_of_a_batch_and_it_goes_on(tmp_path, after_s):
    album, out = tmp_path / "anna", tmp_path / "out"
    album.mkdir()
    for number in range(3):
        shutil.copy(SAMPLE, album / f"{number}.jpg")
    command = ("batch", album, "--fast", "--jobs", 2, "--out", out)
    interrupted(command, after_s)
    no_half_file(out)
    done = run(*command, "--resume")
    assert done.returncode == 0, done.stderr
    assert len(list((out / "reports").rglob("*.json"))) == 3


@pytest.mark.parametrize("after_s", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("name", ["progress", "verify", "live", "web"])
def test_ctrl_c_at_any_stage_of_the_other_long_commands(report, tmp_path, name, after_s):
    out = tmp_path / "out"
    out.mkdir()
    commands = {
        "progress": ("progress", SAMPLE, "--out", out),
        "verify": ("verify", table(report), "--out", out),
        "live": ("live", "plank", "--no-window", "--source", clip(tmp_path), "--json", out / "set.json"),
        "web": ("web", "--port", 0, "--no-browser"),
    }
    interrupted(commands[name], after_s)
    for path in out.rglob("*"):
        assert not path.name.startswith(".levelback-"), path
        if path.suffix == ".json":
            json.loads(path.read_text())


def clip(folder):
    """Half a minute of somebody who stands still."""
    return write_clip(folder / "still.mp4", [standing_picture()] * 300)


@pytest.mark.parametrize("after_s", [0.3, 0.8, 1.5])
def test_ctrl_c_while_a_history_comes_in(report, tmp_path, after_s):
    """All of a file comes in, or nothing."""
    file, new = tmp_path / "all.json", tmp_path / "new.sqlite3"
    done = run("history", "export", "--out", file, "--history", saved(report, sessions=2000))
    assert done.returncode == 0, done.stderr
    interrupted(("history", "import", file, "--history", new), after_s)
    assert whole_history(new) in ([], [2000])
    assert run("history", "import", file, "--history", new).returncode == 0
    assert whole_history(new) == [2000]


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed: apt-get install strace")
@pytest.mark.parametrize("fault", ["pwrite64:error=EIO:when=1+", "pwrite64:error=EIO:when=6+",
                                   "fdatasync:error=EIO:when=1+", "pread64:error=EIO:when=4+"])  # fmt: skip
def test_a_disk_that_vanishes_under_the_history(report, tmp_path, fault):
    """From some call on, every write (or read) of the database's files fails as on a disk that was pulled out."""
    file, kept = tmp_path / "all.json", tmp_path / "kept.sqlite3"
    assert run("history", "export", "--out", file, "--history", saved(report, sessions=300)).returncode == 0
    with open_history(str(kept)) as history:
        save_plan(history, "Anna", {"phases": []}, at=datetime(2026, 1, 2, tzinfo=UTC))
    paths = [f"-P{kept}{end}" for end in ("", "-wal", "-journal")]
    command = ["strace", "-f", "-qq", "-o", tmp_path / "trace", *paths, "-e", f"inject={fault}", TOOL,
               "history", "import", file, "--history", kept]  # fmt: skip
    done = subprocess.run([str(one) for one in command], capture_output=True, text=True, check=False)
    assert "INJECTED" in (tmp_path / "trace").read_text(), "the fault was never met"
    assert "To mend it:" in one_line(done, 5)
    assert whole_history(kept) == [1]


def test_a_clock_set_back_loses_nothing_and_mixes_nothing_up(tmp_path):
    url = str(tmp_path / "history.sqlite3")
    with open_history(url) as history:
        for number, year in enumerate((2030, 2024, 2027)):
            made = reports.left_hip_high().to_dict()
            when = datetime(year, 5, 1, tzinfo=UTC).isoformat()
            made["created_at"], made["photo"] = (
                when,
                made["photo"] | {"taken_at": None, "sha256": f"{number:064x}"},
            )
            save_report(history, "Anna", made)
        years = [row.at.year for row in measurements(history, "Anna") if row.measure == "pelvic_obliquity"]
    assert years == [2024, 2027, 2030]
    done = run("progress", "Anna", "--history", url, "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
