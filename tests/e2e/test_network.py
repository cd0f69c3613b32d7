"""Nothing leaves this machine: every command runs with its network calls watched."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from helpers.clips import standing_picture, write_clip

SAMPLE = Path(__file__).parents[2] / "sample_images" / "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")
REACHING_OUT = re.compile(r"\bAF_INET|sin6?_addr|AF_NETLINK")
"""Any internet socket or look-up of a name or a network: none is needed but for the page."""
ELSEWHERE = re.compile(r'sin_addr=inet_addr\("(?!127\.)|inet_pton\(AF_INET6, "(?!::1")|AF_NETLINK')
"""An address that is not this machine."""

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is not installed: apt-get install strace"
)


def watched(trace, *command):
    """The command line that writes all network calls of a command and its children to `trace`."""
    return ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", trace, *command]


def calls(trace, pattern):
    return [line for line in trace.read_text(errors="replace").splitlines() if pattern.search(line)]


@pytest.fixture
def silent(tmp_path):
    """Run levelback with these arguments in `tmp_path`; it must open no internet socket."""

    def run(*arguments, code=0, stdin=""):
        trace = tmp_path / "trace"
        done = subprocess.run(
            watched(trace, TOOL, *map(str, arguments)),
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        assert not calls(trace, REACHING_OUT), arguments
        return done

    return run


def test_a_photo_its_plan_and_its_history(silent, tmp_path):
    url = tmp_path / "history.sqlite3"
    silent("photo", SAMPLE, "--out", "out", "--name", "Anna", "--history", url, "--blur-face", "--markers")
    report = next((tmp_path / "out").glob("*.json"))
    assert list((tmp_path / "out").glob("*.html"))
    silent("plan", report, "--ics", "plan.ics", "--out", "out")
    silent("progress", "Anna", "--history", url, "--out", "progress")
    silent("history", "list", "--history", url)
    silent("history", "export", "--out", "all.json", "--history", url)
    silent("history", "import", "all.json", "--history", url)
    silent("history", "forget", "Anna", "--yes", "--history", url)


def test_a_fast_photo(silent, tmp_path):
    silent("photo", SAMPLE, "--out", "out", "--fast")
    assert list((tmp_path / "out").glob("*.html"))


def test_a_batch_with_its_processes(silent, tmp_path):
    (tmp_path / "anna").mkdir()
    shutil.copy(SAMPLE, tmp_path / "anna" / "front.jpg")
    silent("batch", "anna", "--out", "out", "--fast", "--jobs", 2, "--history", tmp_path / "h.sqlite3")
    assert list((tmp_path / "out").rglob("*.html"))


def test_a_live_set_from_a_clip(silent, tmp_path):
    clip = write_clip(tmp_path / "still.mp4", [standing_picture()] * 8)
    silent("live", "plank", "--source", clip, "--no-window", "--json", "set.json", "--record", "set.jsonl",
           "--name", "Anna", "--history", tmp_path / "h.sqlite3")  # fmt: skip
    silent("live", "plank", "--source", "set.jsonl", "--no-window", "--json", "-")


def test_progress_of_photos(silent, tmp_path):
    for day in ("2026-01-05", "2026-02-05"):
        (tmp_path / day).mkdir()
        shutil.copy(SAMPLE, tmp_path / day / f"{day}.jpg")
    silent("progress", "2026-01-05", "2026-02-05", "--fast", "--blur-face", "--out", "progress")
    assert list((tmp_path / "progress").glob("*.html"))


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["exercises"], 0),
        (["exercises", "clam"], 0),
        (["screen"], 0),
        (["doctor"], 0),
        (["--help"], 0),
        (["live", "plank", "--source", "63", "--no-window"], 5),
    ],
)
def test_the_other_commands(silent, arguments, code):
    silent(*arguments, code=code, stdin="n\n" * 3)


def test_a_table_of_known_values(silent, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(f"photo,measure,true_value\n{SAMPLE},shoulder_tilt,0\n")
    silent("verify", table, "--fast", "--out", "out")


def wait_for(address):
    """Wait until something listens there."""
    where = urllib.parse.urlsplit(address)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((where.hostname, where.port), timeout=1):
            return
        time.sleep(0.1)


def test_the_page_talks_to_this_machine_only(tmp_path):
    trace = tmp_path / "trace"
    command = watched(trace, TOOL, "web", "--port", "0", "--no-browser")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as run:
        try:
            said = run.stdout.readline()
            address = re.search(r"http://\S+", said)
            assert address, said + run.stdout.read()
            wait_for(address[0])
            opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            page = opener.open(address[0], timeout=60).read().decode()
            root = address[0].split("/?")[0]
            for path in [
                *re.findall(r'(?:src|href)="(/static/[^"]+)"', page),
                "/api/questions",
                "/api/exercises",
            ]:
                assert opener.open(root + path, timeout=60).status == 200
        finally:
            os.killpg(run.pid, signal.SIGINT)
        assert run.wait(timeout=60) == 0
    assert calls(trace, REACHING_OUT), "the page itself was not seen"
    assert not calls(trace, ELSEWHERE)


def test_the_watch_sees_a_socket_when_there_is_one(tmp_path):
    trace = tmp_path / "trace"
    code = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run(watched(trace, sys.executable, "-c", code), check=False, capture_output=True)
    assert calls(trace, REACHING_OUT)
    assert calls(trace, ELSEWHERE)
