"""What the window shows, that it can be read from afar, and what its keys do."""

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from helpers.clips import numbered, standing_picture
from helpers.figures import bird_dog
from levelback.errors import MissingPart
from levelback.form import EXERCISES, load_specification, start
from levelback.form.values import FormEvent, Sample, SetSummary
from levelback.live import window as windows
from levelback.live.drawing import CUE_Y, HEIGHT, PANEL_X, PHASES, WIDTH, Scene, cue_of, draw
from levelback.live.lettering import SIZES, fitting, lettering, put, wrapped
from levelback.live.session import Controls, LiveResult, Moment
from levelback.live.sources import Seen
from levelback.live.window import Window, real_time

SPEC = load_specification("bird-dog")
BEGUN = start(SPEC)
READY = replace(BEGUN, phase="ready", memory=replace(BEGUN.memory, ready=True))
CUE = FormEvent(time_s=1, kind="cue", id="hips_drop", text="Hips up.")


def scene(state=READY, **changes):
    return Scene(**({"specification": SPEC, "state": state, "image": None, "landmarks": None} | changes))


def test_a_picture_for_opencv():
    picture = draw(scene())
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8


def test_a_mirrored_picture_and_its_skeleton_are_mirrored_together():
    image = np.zeros((640, 900, 3), np.uint8)
    image[:, :450] = (200, 40, 40)
    marks = bird_dog(1.0, "left")
    plain = draw(scene(image=image, landmarks=marks))[:CUE_Y, :PANEL_X].astype(int)
    mirrored = draw(scene(image=image, landmarks=marks, mirrored=True))[:CUE_Y, :PANEL_X].astype(int)
    assert np.abs(plain - mirrored).mean() > 20
    assert np.abs(plain[:, ::-1] - mirrored).mean() < 2


def test_the_skeleton_lies_on_the_body():
    """White joints stand where the landmarks are, and nothing is drawn for a hidden one."""
    marks = bird_dog(1.0, "left")
    picture = draw(scene(image=np.zeros((640, 900, 3), np.uint8), landmarks=marks))
    zoom = min(PANEL_X / 900, CUE_Y / 640)
    offset = np.array([(PANEL_X - 900 * zoom) / 2, (CUE_Y - 640 * zoom) / 2])
    for point, seen in zip(marks.points[11:33], marks.visibility[11:33], strict=True):
        x, y = np.round(point * zoom + offset).astype(int)
        near = picture[y - 3 : y + 4, x - 3 : x + 4]
        if seen > 0.5 and not 17 <= np.flatnonzero((marks.points == point).all(axis=1))[0] <= 22:
            assert near.max() == 255
    hidden = replace(marks, visibility=np.zeros(33))
    assert not draw(scene(image=np.zeros((640, 900, 3), np.uint8), landmarks=hidden))[100:400, 200:700].any()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": BEGUN}, (SPEC.placement.text, False)),
        ({"state": replace(BEGUN, placement="Turn round.")}, ("Turn round.", True)),
        ({}, ("", False)),
        ({"state": replace(READY, cue=CUE)}, ("Hips up.", True)),
        ({"state": replace(READY, phase="lost", cue=CUE)}, ("I cannot see you.", True)),
        ({"state": replace(READY, cue=CUE), "paused": True}, ("Paused. Press Space to go on.", False)),
        ({"paused": True, "notice": "No picture."}, ("No picture.", True)),
        ({"farewell": "Left 3."}, ("Left 3.", False)),
    ],
)
def test_one_sentence_at_a_time_the_most_important_first(changes, expected):
    assert cue_of(scene(**changes)) == expected


@pytest.mark.parametrize("exercise", EXERCISES)
def test_everything_that_is_said_can_be_read(exercise):
    """Cues from three metres (42 px of 720), checks of the placement nearly so; nothing is cut off."""
    spec = load_specification(exercise)
    room = PANEL_X - 48, HEIGHT - CUE_Y - 4
    checks = [text for check in spec.placement.checks for text in (check.too_low, check.too_high)]
    for least, texts in (
        (42, [fault.cue for fault in spec.faults]),
        (34, checks),
        (26, [spec.placement.text]),
    ):
        for text in texts:
            size, lines = fitting(text, *room)
            assert size >= least, text
            assert " ".join(lines) == text
    assert fitting(spec.name, WIDTH - PANEL_X - 24, 64)[1] == (spec.name,)
    for word in PHASES.values():
        assert lettering(word, 50, (0, 0, 0), (1, 1, 1)).shape[1] <= WIDTH - PANEL_X - 8


def test_lines_are_even_and_as_few_as_can_be():
    lines = wrapped("one two three four five six seven eight nine", 34, 500)
    assert len(lines) == 2
    assert abs(len(lines[0]) - len(lines[1])) < 10


def test_a_sentence_that_is_too_long_is_cut_and_no_error():
    size, lines = fitting("word " * 300, 800, 120)
    assert size == SIZES[-1]
    assert len(lines) * size <= 120


@pytest.mark.parametrize(("x", "y"), [(-30, 5), (90, 5), (5, -9), (5, 95), (-500, 5)])
def test_text_over_the_edge_is_cut(x, y):
    canvas = np.zeros((100, 100, 3), np.uint8)
    put(canvas, lettering("Edge", 30, (255, 255, 255), (9, 9, 9)), x, y)
    assert canvas.any() == (x > -500)


def ring_pixels(state):
    """How much of the ring is lit."""
    return int((draw(scene(state))[300:540, PANEL_X:].min(axis=2) > 180).sum())


def test_the_ring_fills_as_the_hold_grows():
    held = [replace(READY, phase="holding", hold_s=s, target_s=10.0) for s in (1.0, 4.0, 8.0)]
    lit = [ring_pixels(state) for state in held]
    assert lit == sorted(lit)
    assert lit[2] > 1.5 * lit[0]


def test_counts_of_both_sides_or_of_one():
    two = draw(scene(replace(READY, counts={"left": 3, "right": 2})))
    one = draw(scene(replace(READY, counts={"both": 2})))
    middle = slice(1060, 1140)
    assert one[150:230, middle].max() == 255
    assert two[150:230, middle].max() < 255


class FakeWindows:
    """OpenCV's windows: keys are pressed in turn, after the first picture has been shown."""

    def __init__(self, monkeypatch, keys=()):
        self.shown, self.keys, self.visible, self.closed = [], list(keys), 1.0, False
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setattr(cv2, "namedWindow", lambda *_: None)
        monkeypatch.setattr(cv2, "resizeWindow", lambda *_: None)
        monkeypatch.setattr(cv2, "imshow", lambda title, picture: self.shown.append(picture))
        monkeypatch.setattr(cv2, "waitKey", self.key)
        monkeypatch.setattr(cv2, "getWindowProperty", lambda *_: self.visible)
        monkeypatch.setattr(cv2, "destroyAllWindows", lambda: setattr(self, "closed", True))

    def key(self, milliseconds):
        time.sleep(0.005)
        return ord(self.keys.pop(0)) if self.shown and self.keys else -1


SUMMARY = SetSummary(exercise="bird-dog", reps=(), unit="deg", by_side={})


def run(window, controls, *, seconds=0.4):
    ends = []

    def work():
        for k in range(int(seconds * 50)):
            seen = Seen(sample=Sample(time_s=k / 50, landmarks=None), frame=numbered(standing_picture(), 0.0))
            window.watch(Moment(seen=seen, state=READY, events=()))
            time.sleep(0.02)
            if ends:
                break
        return LiveResult(summary=SUMMARY)

    return window.run(work, lambda: ends.append(True)), ends


def test_the_newest_moment_is_shown_and_the_result_handed_on(monkeypatch):
    fake = FakeWindows(monkeypatch)
    window = Window(SPEC, Controls(), live=False)
    result, ends = run(window, Controls())
    assert result.summary is SUMMARY
    assert not ends
    assert 3 < len(fake.shown) < 60
    window.farewell("Left 3.")
    window.close()
    assert fake.closed


@pytest.mark.parametrize("key", ["q", "Q", "\x1b"])
def test_keys_that_end(monkeypatch, key):
    FakeWindows(monkeypatch, key)
    controls = Controls()
    assert run(Window(SPEC, controls, live=False), controls)[1]


def test_closing_the_window_ends(monkeypatch):
    fake = FakeWindows(monkeypatch)
    fake.visible = 0.0
    controls = Controls()
    assert run(Window(SPEC, controls, live=False), controls)[1]


def test_keys_that_pause_and_switch(monkeypatch):
    FakeWindows(monkeypatch, " s")
    controls = Controls()
    run(Window(SPEC, controls, live=False), controls)
    assert controls.paused
    assert controls.take_switch()


def test_what_the_set_raises_comes_out(monkeypatch):
    FakeWindows(monkeypatch)

    def work():
        raise MissingPart("Gone.", remedy="look.")

    with pytest.raises(MissingPart, match="Gone"):
        Window(SPEC, Controls(), live=False).run(work, lambda: None)


def test_a_camera_that_stays_away_is_said(monkeypatch):
    monkeypatch.setattr(windows, "STALL_S", 0.05)
    FakeWindows(monkeypatch)
    window = Window(SPEC, Controls(), live=True)
    time.sleep(0.1)
    assert "cable" in window._notice(window._scene)
    window.watch(Moment(seen=None, state=READY, events=()))
    assert window._notice(window._scene) == ""


def test_no_screen_is_said_with_what_to_do(monkeypatch):
    monkeypatch.setattr(windows.sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(MissingPart, match="--no-window"):
        Window(SPEC, Controls(), live=False)


def test_an_opencv_without_windows_is_said_with_what_to_do(monkeypatch):
    FakeWindows(monkeypatch)

    def refuse(*_):
        raise cv2.error("not implemented")

    monkeypatch.setattr(cv2, "namedWindow", refuse)
    with pytest.raises(MissingPart, match="opencv-python"):
        Window(SPEC, Controls(), live=False)


def test_a_file_is_held_back_to_its_own_pace():
    wait = real_time()
    start_s = time.monotonic()
    for k in range(6):
        seen = Seen(sample=Sample(time_s=k / 10, landmarks=None), frame=None)
        wait(Moment(seen=seen, state=replace(READY, time_s=k / 10), events=()))
    assert 0.45 < time.monotonic() - start_s < 1.5
