"""`levelback live` as a person meets it: events, result, recordings, exit codes, and no traceback."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.clips import shifted, standing_picture, wall, write_clip
from helpers.figures import filmed, planned, played
from levelback.capture import read_photo
from levelback.form.values import SetSummary
from levelback.pose.recorded import LandmarkWriter, Recorded

SAMPLES = Path(__file__).parents[2] / "sample_images"
TILTED = "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")
SET = filmed("bird-dog", planned("LLRR"), rate=15)


def live(*arguments, **options):
    done = subprocess.run([TOOL, "live", *arguments], capture_output=True, text=True, check=False, **options)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    path = tmp_path_factory.mktemp("recorded") / "set.jsonl"
    with LandmarkWriter(path) as file:
        for sample in SET:
            file.write(Recorded(landmarks=sample.landmarks, picture="figure", time_s=sample.time_s))
    return path


@pytest.fixture(scope="module")
def still_clip(tmp_path_factory):
    """Somebody who stands still, with the left hip plainly higher, for four seconds."""
    picture = read_photo(SAMPLES / TILTED, max_side=960).image
    picture = picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2]
    return write_clip(tmp_path_factory.mktemp("clip") / "still.mp4", [picture] * 40)


def test_events_are_json_lines_and_the_result_is_for_people(recording, tmp_path):
    done = live("bird-dog", "--source", recording, "--no-window", cwd=tmp_path)
    assert done.returncode == 0
    events = [json.loads(line) for line in done.stdout.splitlines()]
    _, expected = played("bird-dog", SET)
    assert events == [event.to_dict() for event in expected]
    assert [one["side"] for one in events if one["kind"] == "rep_ended"] == ["left"] * 2 + ["right"] * 2
    assert "4 repetitions" in done.stderr
    assert "left" in done.stderr
    assert "No sure difference between left and right." in done.stderr
    assert not list(tmp_path.iterdir())


def test_json_alone_on_standard_output(recording):
    done = live("bird-dog", "--source", recording, "--no-window", "--json", "-")
    assert done.returncode == 0
    summary, _ = played("bird-dog", SET)
    assert SetSummary.from_dict(json.loads(done.stdout)) == SetSummary.from_dict(
        json.loads(json.dumps(summary.to_dict()))
    )


def test_a_recording_is_replayed_bit_for_bit(still_clip, tmp_path):
    first = live("plank", "--source", still_clip, "--no-window", "--record", tmp_path / "marks.jsonl")
    again = live("plank", "--source", tmp_path / "marks.jsonl", "--no-window")
    assert first.returncode == again.returncode == 0
    assert first.stdout
    assert first.stdout == again.stdout


def test_a_guided_standing_photo_is_measured(still_clip, samples, tmp_path):
    done = live("standing", "--source", still_clip, "--no-window", "--json", "-", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["schema"] == "levelback.set/1"
    report = document["report"]
    assert report["schema"] == "levelback.report/1"
    values = {one["id"]: one for one in report["measurements"]}
    truth = samples["pictures"][TILTED]["truth"]["pelvic_obliquity"]
    assert values["pelvic_obliquity"]["higher_side"] == "left"
    assert values["pelvic_obliquity"]["low"] <= truth <= values["pelvic_obliquity"]["high"]


def test_who_does_not_stand_still_is_told_so_and_the_set_is_kept(tmp_path):
    pictures = [shifted(standing_picture(), 14 * (-1) ** k, 0) for k in range(12)]
    clip = write_clip(tmp_path / "restless.mp4", pictures)
    done = live("standing", "--source", clip, "--no-window", "--json", tmp_path / "set.json")
    assert done.returncode == 3
    assert "nobody stood still long enough" in done.stderr
    assert "report" not in json.loads((tmp_path / "set.json").read_text())


def test_a_set_is_saved_to_the_history(recording, tmp_path):
    url = str(tmp_path / "history.sqlite3")
    done = live("bird-dog", "--source", recording, "--no-window", "--name", "Anna", "--history", url)
    assert done.returncode == 0, done.stderr
    assert "Saved to the history of Anna." in done.stderr
    from levelback.history import open_history, sessions

    with open_history(url) as history:
        [session] = sessions(history, "Anna")
    assert session.document["exercise"] == "bird-dog"
    assert len(session.document["reps"]) == 4


def test_a_reader_who_goes_away_loses_no_result(recording, tmp_path):
    out = tmp_path / "set.json"
    command = [TOOL, "live", "bird-dog", "--source", recording, "--no-window", "--json", out]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        run.stdout.close()
        said = run.stderr.read()
    assert run.returncode == 0, said
    assert "4 repetitions" in said
    assert len(json.loads(out.read_text())["reps"]) == 4


def test_ctrl_c_ends_the_set_and_keeps_the_result(tmp_path):
    """A long clip is broken off as soon as its first event is printed."""
    clip = write_clip(tmp_path / "long.mp4", [standing_picture()] * 600)
    command = [TOOL, "live", "bird-dog", "--source", clip, "--no-window"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        first = run.stdout.readline()
        start = time.monotonic()
        os.kill(run.pid, signal.SIGINT)
        rest, said = run.communicate(timeout=60)
        assert time.monotonic() - start < 30
    assert json.loads(first)["kind"] == "placement"
    assert json.loads(rest.splitlines()[-1])["kind"] == "set_ended"
    assert run.returncode == 0, said
    assert "0 repetitions" in said
    assert "Turn your side to the camera." in said


def test_nobody_seen_is_exit_code_3(tmp_path):
    clip = write_clip(tmp_path / "wall.mp4", [wall()] * 4)
    done = live("plank", "--source", clip, "--no-window")
    assert done.returncode == 3
    assert "Nobody was seen" in done.stderr


@pytest.mark.parametrize("name", ["text.mp4", "empty.mp4"])
def test_a_clip_that_cannot_be_read_is_exit_code_3(tmp_path, name):
    (tmp_path / name).write_bytes(b"" if name == "empty.mp4" else b"no video")
    done = live("plank", "--source", tmp_path / name, "--no-window")
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["bird"],
        ["bird-dog", "--side", "up"],
        ["bridge", "--source", "no-such.jsonl", "--side", "left"],
        ["bird-dog", "--source", "no-such.mp4"],
        ["bird-dog", "--source", "no-such.jsonl"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    done = live(*arguments, "--no-window")
    assert done.returncode == 2
    assert done.stderr


def test_an_unknown_exercise_names_those_there_are():
    assert "bird-dog, bridge, clam" in live("sit-up", "--no-window").stderr


def test_no_camera_is_exit_code_5_with_what_to_try():
    done = live("bird-dog", "--source", "63", "--no-window")
    assert done.returncode == 5
    assert "--source" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_no_screen_is_exit_code_5_with_what_to_do(recording):
    done = live("bird-dog", "--source", recording, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 5
    assert "--no-window" in done.stderr


def test_a_file_that_cannot_be_written_is_said_before_the_set(recording, tmp_path):
    for option in ("--record", "--json"):
        done = live("bird-dog", "--source", recording, "--no-window", option, tmp_path / "no" / "file")
        assert done.returncode == 2, option
        assert not done.stdout, option
