"""From photos to progress as a person does it: a name, a few weeks, a verdict, and forgetting it all."""

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from levelback.progress.aligned import HEIGHT, WIDTH

SAMPLES = Path(__file__).parents[2] / "sample_images"
TOOL = Path(sys.executable).with_name("levelback")


def levelback(*arguments, history=None, code=0):
    known = dict(os.environ) | ({"LEVELBACK_HISTORY": str(history)} if history else {})
    done = subprocess.run(
        [TOOL, *map(str, arguments)], capture_output=True, text=True, env=known, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="module")
def weeks(tmp_path_factory):
    """Two sample photos as one person, seven weeks apart: the right shoulder 5° higher, then level."""
    folder = tmp_path_factory.mktemp("weeks")
    shutil.copy(SAMPLES / "front-right-shoulder-high.jpg", folder / "2026-03-02.jpg")
    shutil.copy(SAMPLES / "front-symmetric.jpg", folder / "2026-04-20.jpg")
    return folder


@pytest.fixture(scope="module")
def kept(weeks, tmp_path_factory):
    """A history with both photos and their pictures, and the folder of the reports.

    The name of the first photo says when it was taken; the tags of the second contradict its name, and win.
    """
    folder = tmp_path_factory.mktemp("kept")
    first, second = sorted(weeks.iterdir())
    shutil.copy(first, folder)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2026:04:02 09:00:00"
    with Image.open(second) as image:
        image.save(folder / second.name, quality=95, exif=exif)
    for dated in (folder / first.name, folder / second.name):
        done = levelback(
            "photo",
            dated,
            "--name",
            "Anna",
            "--keep-picture",
            "--out",
            folder / "out",
            history=folder / "h.sqlite3",
        )
        assert "Saved in the history of Anna" in done.stderr
    return folder


def verdicts(document):
    (view,) = document["views"]
    return {change["measure"]: change["verdict"] for change in view["changes"]}


def test_a_folder_of_photos_becomes_a_verdict(weeks, tmp_path):
    done = levelback("progress", weeks, "--out", tmp_path, "--json", tmp_path / "progress.json")
    found = verdicts(json.loads((tmp_path / "progress.json").read_text()))
    assert found["shoulder_tilt"] == "better"
    assert found["pelvic_obliquity"] == "no_change"
    assert "worse" not in found.values()
    assert "Shoulders" in done.stdout
    assert {path.suffix for path in tmp_path.iterdir()} == {
        ".html",
        ".pdf",
        ".json",
        ".csv",
        ".png",
        ".gif",
        ".jpg",
    }


def test_a_history_gives_the_same_verdict_with_its_pictures(kept):
    out = kept / "progress"
    done = levelback("progress", "--out", out, "--json", "-", history=kept / "h.sqlite3")
    assert verdicts(json.loads(done.stdout))["shoulder_tilt"] == "better"
    with Image.open(out / "progress-Anna-front-before-after.jpg") as strip:
        assert strip.size == (3 * WIDTH + 2 * 12, HEIGHT), "before, after, and both in one"
    with Image.open(out / "progress-Anna-front-timelapse.gif") as gif:
        assert gif.n_frames == 2


def test_the_newer_report_says_what_changes_in_the_plan(kept):
    report = json.loads((kept / "out" / "2026-04-20.json").read_text())
    changes = {change["exercise"]: change["action"] for change in report["plan"]["changes"]}
    assert "drop" in changes.values(), "what was for the shoulders is no longer needed"
    assert "What changes since your last plan" in (kept / "out" / "2026-04-20.html").read_text()


def test_export_import_and_forget(kept, tmp_path):
    first, second = kept / "h.sqlite3", tmp_path / "other.sqlite3"
    shutil.copy(first, tmp_path / "copy.sqlite3")
    levelback("history", "export", "--out", tmp_path / "all.json", history=first)
    said = levelback("history", "import", tmp_path / "all.json", history=second)
    assert "2 sessions imported" in said.stderr
    assert (
        levelback("history", "export", "anna", history=second).stdout == (tmp_path / "all.json").read_text()
    )
    assert "Anna: 2 sessions" in levelback("history", "list", history=second).stdout
    for wrong in (("progress", "Nobody"), ("history", "forget", "Nobody")):
        assert "nobody called 'Nobody'" in levelback(*wrong, history=second, code=2).stderr
    levelback("history", "forget", "Anna", history=second)
    assert levelback("history", "list", history=second).stdout == ""
    assert b"Anna" not in b"".join(file.read_bytes() for file in tmp_path.glob("other.sqlite3*"))


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("progress",), 2, "The history is empty"),
        (("progress", "a", "b"), 2, "no file or folder 'a'"),
        (("progress", "Nobody"), 2, "The history is empty"),
        (("history", "forget", "Nobody"), 2, "The history is empty"),
        (("history", "export"), 2, "The history is empty"),
        (("history", "list"), 0, "The history is empty"),
        (("history", "import", "missing.json"), 2, "cannot be read"),
        (("photo", SAMPLES / "front-symmetric.jpg", "--keep-picture"), 2, "--name NAME"),
        (("history", "list", "--history", "mysql://x/y"), 2, "SQLite file or a postgresql:// URL"),
    ],
)
def test_wrong_requests_get_one_clear_line(arguments, code, says, tmp_path):
    done = levelback(*arguments, history=tmp_path / "empty.sqlite3", code=code)
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "import" in arguments or not (tmp_path / "empty.sqlite3").exists(), "asking makes nothing"


def test_a_history_in_trouble_loses_no_report(tmp_path):
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("my diary")
    done = levelback(
        "photo", SAMPLES / "front-symmetric.jpg", "--fast", "--name", "Anna", "--out", tmp_path / "out",
        history=broken, code=5,
    )  # fmt: skip
    assert (tmp_path / "out" / "front-symmetric.json").exists()
    assert "is no history, or is damaged" in done.stderr
    assert broken.read_text() == "my diary"


def test_no_history_keeps_nothing(tmp_path):
    levelback(
        "photo", SAMPLES / "front-symmetric.jpg", "--fast", "--name", "Anna", "--no-history", "--json", "-",
        history=tmp_path / "none.sqlite3",
    )  # fmt: skip
    assert not (tmp_path / "none.sqlite3").exists()


def test_the_picture_is_kept_only_where_that_was_asked(kept):
    from levelback.history import open_history, pictures, sessions

    with open_history(str(kept / "h.sqlite3")) as history:
        days = [str(session.at.date()) for session in sessions(history, "Anna")]
        assert days == ["2026-03-02", "2026-04-02"], "from the name of the file, and from its tags"
        for session in sessions(history, "Anna"):
            (jpeg,) = pictures(history, session.id).values()
            with Image.open(io.BytesIO(jpeg)) as image:
                assert max(image.size) <= 1280
                assert dict(image.getexif()) == {}
