"""What `levelback live` does around a set, with a camera that is not there."""

import json
import threading

import cv2
import pytest

from helpers.clips import UNPLUGGED, FakeCapture, standing_picture, wall
from helpers.figures import filmed, planned
from levelback.errors import CameraError, HistoryError, LevelbackError, NoPersonFound, UsageError
from levelback.form.values import Sample
from levelback.live import command
from levelback.live.command import LiveSettings, run_live
from levelback.live.sources import Seen

SAMPLES = filmed("bird-dog", planned("LR"), rate=15)


class Camera:
    """A camera before which somebody does a set, and which is unplugged then."""

    origin, live = "camera 0", True

    def __init__(self, samples=SAMPLES, *, notices=None, error=UNPLUGGED):
        self._samples, self._notices, self._error = samples, notices or {}, error
        self.closed = False

    def samples(self):
        for number, sample in enumerate(self._samples):
            yield Seen(sample=sample, frame=None, notice=self._notices.get(number, ""))
        if self._error is not None:
            raise self._error

    def stop(self):
        pass

    def close(self):
        self.closed = True


@pytest.fixture
def camera(monkeypatch):
    one = Camera()
    monkeypatch.setattr(command, "open_source", lambda name, **_: one)
    return one


def settings(**changes):
    return LiveSettings(**({"exercise": "bird-dog", "window": False, "quiet": True} | changes))


def test_what_was_done_before_the_camera_went_is_said_written_recorded_and_saved(camera, tmp_path):
    said, out, record = [], tmp_path / "set.json", tmp_path / "marks.jsonl"
    url = str(tmp_path / "history.sqlite3")
    with pytest.raises(CameraError, match="gone"):
        run_live(settings(json_to=str(out), record=record, name="Anna", history=url), said.append)
    assert camera.closed
    assert any("2 repetitions" in text for text in said)
    assert [rep["side"] for rep in json.loads(out.read_text())["reps"]] == ["left", "right"]
    assert len(record.read_text().splitlines()) == len(SAMPLES)
    from levelback.history import open_history, sessions

    with open_history(url) as history:
        assert len(sessions(history, "Anna")) == 1


def test_a_history_that_cannot_be_used_is_said_before_the_set(camera, tmp_path):
    path = tmp_path / "history.sqlite3"
    path.write_text("no database, and rather long, so that nobody takes it for an empty one")
    said = []
    with pytest.raises(LevelbackError) as raised:
        run_live(settings(name="Anna", history=str(path)), said.append)
    assert isinstance(raised.value, (HistoryError, UsageError))
    assert not said


def test_a_notice_is_told_once_each_time(monkeypatch):
    nobody = [Sample(time_s=k / 10, landmarks=None) for k in range(9)]
    dark = {1: "dark", 2: "dark", 3: "dark", 6: "dark"}
    monkeypatch.setattr(command, "open_source", lambda name, **_: Camera(nobody, notices=dark, error=None))
    said = []
    with pytest.raises(NoPersonFound):
        run_live(settings(), said.append)
    assert said.count("dark") == 2


def test_the_placement_is_said_first(camera):
    said = []
    with pytest.raises(CameraError):
        run_live(settings(), said.append)
    assert said[0].startswith("Put the camera")


def test_the_interrupt_is_given_back(camera):
    import signal

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(CameraError):
        run_live(settings(), lambda text: None)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_camera_from_end_to_end(monkeypatch, capsys):
    """OpenCV's capture, the thread, the tracker and the loop: pictures until the camera is unplugged."""
    capture = FakeCapture([standing_picture()] * 40 + [wall()] * 3)
    monkeypatch.setattr(cv2, "VideoCapture", lambda number: capture)
    monkeypatch.setattr("levelback.capture.video._GIVE_UP_S", 0.1)
    capture.waiting = lambda: threading.Event().wait(0.02)
    said = []
    with pytest.raises(CameraError, match="camera 0 gives no picture any more"):
        run_live(settings(exercise="plank"), said.append)
    assert capture.released
    assert "set_ended" in capsys.readouterr().out
    assert any(text.startswith("Counting did not begin") for text in said)
