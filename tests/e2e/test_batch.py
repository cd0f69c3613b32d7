"""`levelback batch` as people meet it: folders in, tables out; killed, stopped, resumed, run twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from helpers.albums import BAD, GOOD, SAMPLES, make_album
from levelback.batch.store import Store

TOOL = Path(sys.executable).with_name("levelback")
LIMIT_S = 300


def command(album, out, *options):
    return [TOOL, "batch", album, "--out", out, "--fast", "--jobs", "2", *options]


def batch(album, out, *options):
    done = subprocess.run(command(album, out, *options), capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout == ""
    return done


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    return make_album(tmp_path_factory.mktemp("people"))


@pytest.fixture(scope="module")
def undisturbed(album, tmp_path_factory):
    """The results of a run that nobody disturbs."""
    out = tmp_path_factory.mktemp("results") / "out"
    done = batch(album, out)
    assert done.returncode == 4
    assert f"{GOOD} of {GOOD + BAD} photos measured." in done.stderr
    assert "━" not in done.stderr
    return out


def tables(out):
    return [
        (out / name).read_bytes() for name in ("measurements.csv", "measurements.parquet", "failures.csv")
    ]


def check_whole(out):
    """Check that every file is whole, whatever happened before."""
    for path in (path for path in out.rglob("*") if path.is_file()):
        if path.suffix == ".json":
            assert json.loads(path.read_text())["schema"] == "levelback.report/1"
        elif path.suffix == ".jsonl":
            assert all(json.loads(line)["stem"] for line in path.read_text().splitlines())
        elif path.suffix == ".jpg":
            with Image.open(path) as picture:
                picture.load()
        elif path.suffix == ".html":
            assert path.read_text().endswith("</html>")
        elif not path.name.startswith(".levelback-"):
            assert path.name == "lock" or path.stat().st_size


def test_a_folder_becomes_tables_reports_and_an_overview(undisturbed, album):
    table = pl.read_parquet(undisturbed / "measurements.parquet")
    facts = table.group_by("photo", maintain_order=True).first()
    assert facts.select("photo", "who", "who_from", "taken_at", "taken_at_from", "view").rows() == [
        ("anna/2024-05-01/front.jpg", "anna", "folder", datetime(2024, 5, 1), "folder", "front"),
        ("anna/2024-06-02/left.webp", "anna", "folder", datetime(2024, 6, 2), "folder", "left"),
        ("ben/copy.jpg", "ben", "folder", None, None, "front"),
        ("ben/IMG_0001.jpg", "ben", "folder", datetime(2024, 7, 3, 10, 11, 12), "exif", "back"),
        ("cleo_20240801_front.png", "cleo", "file name", datetime(2024, 8, 1), "file name", "front"),
    ]
    assert table.height == table.unique(["photo", "id"]).height
    reports = sorted(undisturbed.glob("reports/**/*.json"))
    assert sorted(str(path.relative_to(undisturbed)) for path in reports) == sorted(set(table["report"]))
    for report, rows in table.group_by("report"):
        document = json.loads((undisturbed / report[0]).read_text())
        assert [row["value"] for row in document["measurements"]] == rows["value"].to_list()
        assert (album / rows["photo"][0]).name == document["photo"]["file"]
    failures = pl.read_csv(undisturbed / "failures.csv")
    assert set(failures["photo"]) == {"ben/broken.jpg", "ben/=wall.png"}
    assert all(failures["reason"])
    check_whole(undisturbed)


def test_a_folder_with_results_is_left_alone_without_resume(undisturbed, album):
    before = tables(undisturbed)
    done = batch(album, undisturbed)
    assert done.returncode == 2
    assert "--resume" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert tables(undisturbed) == before


def test_resume_measures_what_is_new_or_changed_and_nothing_twice(album, undisturbed, tmp_path):
    changing = make_album(tmp_path / "people")
    out = tmp_path / "out"
    (changing / "ben/copy.jpg").unlink()
    batch(changing, out)
    (changing / "anna/2024-05-01/front.jpg").rename(changing / "ben/copy.jpg")
    (changing / "cleo_20240801_front.png").write_bytes((changing / "anna/2024-06-02/left.webp").read_bytes())
    os.utime(changing / "ben/IMG_0001.jpg")
    (changing / "dora_front.jpg").write_bytes(Path(changing, "ben/copy.jpg").read_bytes() + b"\0")
    done = batch(changing, out, "--resume")
    assert "6 were done before" in done.stderr, "only the photo with new bytes is measured"
    table = pl.read_parquet(out / "measurements.parquet")
    values = dict(table.group_by("photo").agg("value").iter_rows())
    assert values["dora_front.jpg"] == values["ben/copy.jpg"]
    assert values["cleo_20240801_front.png"] == values["anna/2024-06-02/left.webp"]
    assert "anna/2024-05-01/front.jpg" not in values
    done = batch(changing, out, "--resume", "--view", "front")
    assert "done before" not in done.stderr, "other settings measure anew"


def test_killed_at_any_moment_and_resumed_is_as_undisturbed(album, undisturbed, tmp_path):
    seed = random.randrange(2**32)
    print("seed", seed)
    moments = random.Random(seed)
    out = tmp_path / "out"
    for _ in range(3):
        seconds = moments.uniform(0.2, 6.0)
        with subprocess.Popen(command(album, out, "--resume"), stderr=subprocess.DEVNULL) as run:
            time.sleep(seconds)
            run.kill()
        if out.exists():
            check_whole(out)
    done = batch(album, out, "--resume")
    assert done.returncode == 4
    assert tables(out) == tables(undisturbed)
    assert (out / "overview.html").read_bytes() == (undisturbed / "overview.html").read_bytes()
    assert not list(out.rglob(".levelback-*"))


def wait_for_report(out):
    """Wait until the journal has a photo that was measured: its report alone is not done yet."""
    journal = out / ".levelback" / "journal.jsonl"
    end = time.monotonic() + LIMIT_S
    while not (journal.exists() and b'"reason": null' in journal.read_bytes()):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def long_album(tmp_path):
    """A folder of so many photos that a batch is not over before it can be stopped."""
    folder = tmp_path / "long"
    folder.mkdir()
    with Image.open(SAMPLES / "front-symmetric.jpg") as picture:
        for quality in range(60, 90):
            picture.save(folder / f"{quality}.jpg", quality=quality)
    return folder


def test_ctrl_c_keeps_what_is_done(long_album, tmp_path):
    out = tmp_path / "out"
    with subprocess.Popen(
        command(long_album, out), stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        wait_for_report(out)
        os.killpg(run.pid, signal.SIGINT)
        said = run.stderr.read()
    assert run.returncode == 130
    assert "--resume" in said
    assert "Traceback" not in said
    assert pl.read_parquet(out / "measurements.parquet").height > 0
    check_whole(out)
    batch(long_album, out, "--resume")
    assert batch(long_album, tmp_path / "undisturbed").returncode == 0
    assert tables(out) == tables(tmp_path / "undisturbed")


def test_two_runs_do_not_write_to_one_folder(album, undisturbed):
    before = tables(undisturbed)
    with Store(undisturbed, resume=True):
        done = batch(album, undisturbed, "--resume")
    assert done.returncode == 2
    assert "Another run is writing" in done.stderr
    assert tables(undisturbed) == before


def test_if_nothing_can_be_measured_it_is_exit_code_3(album, tmp_path):
    done = batch(album / "ben", tmp_path / "out", "--glob", "*wall*")
    assert done.returncode == 3
    assert "0 of 1 photos measured." in done.stderr


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--engine", "abacus"), 2),
        (("--jobs", "0"), 2),
        (("--glob", "*.none"), 2),
        (("--out", "/proc/none"), 2),
        (("--model", "none.task"), 5),
        (("--answers", "none.toml"), 2),
    ],
)
def test_wrong_usage_ends_in_a_sentence(album, tmp_path, options, code):
    done = batch(album, tmp_path / "out", *options)
    assert done.returncode == code
    assert done.stderr


def test_reports_go_into_the_history_under_their_names(album, tmp_path):
    from levelback.history import open_history, people, sessions

    file = tmp_path / "history.db"
    for out in ("a", "b"):
        batch(album, tmp_path / out, "--glob", "anna/**/*", "--history", str(file))
    with open_history(str(file)) as history:
        assert [person.name for person in people(history)] == ["anna"]
        saved = sessions(history, "anna")
    assert [one.at.date().isoformat() for one in saved] == ["2024-05-01", "2024-06-02"]
