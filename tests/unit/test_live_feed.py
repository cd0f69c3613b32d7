"""Capture in a thread of its own: a file loses no frame, a camera shows its newest, a stall is told."""

import threading
import time

import numpy as np
import pytest

from helpers.clips import UNPLUGGED, Frames
from levelback.errors import CameraError
from levelback.live import feed as feeds
from levelback.live.feed import AHEAD, Feed

BLACK = np.zeros((8, 8, 3), np.uint8)


def until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)


def test_a_file_is_read_frame_by_frame_and_only_a_little_ahead():
    source = Frames([BLACK] * 20)
    feed = Feed(source)
    frames = iter(feed)
    first = next(frames)
    time.sleep(0.1)
    assert source.read <= 1 + AHEAD + 1
    assert [first.time_s, *(frame.time_s for frame in frames)] == [k / 10 for k in range(20)]
    feed.close()
    assert source.closed


def test_of_a_camera_the_newest_frame_is_seen_and_it_never_waits():
    finished = threading.Event()

    def wait(number):
        if number == 7:
            finished.set()
        if number == 8:
            time.sleep(0.3)

    source = Frames([BLACK] * 9, live=True, wait=wait)
    feed = Feed(source)
    frames = iter(feed)
    assert finished.wait(5)
    until(lambda: source.read >= 7)
    time.sleep(0.05)
    assert next(frames).time_s == pytest.approx(0.7)
    assert next(frames).time_s == pytest.approx(0.8)
    assert next(frames, None) is None
    feed.close()


def test_a_stall_is_told_once_and_so_is_its_end(monkeypatch):
    monkeypatch.setattr(feeds, "STALL_S", 0.2)
    monkeypatch.setattr(feeds, "_POLL_S", 0.05)
    told = []
    source = Frames([BLACK] * 2, live=True, wait=lambda number: time.sleep(0.5 * number))
    feed = Feed(source, notice=told.append)
    assert len(list(feed)) == 2
    assert told == ["The camera has stopped sending pictures. Check its cable.", "The camera is back."]
    feed.close()


def test_a_camera_that_stays_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(feeds, "GONE_S", 0.3)
    monkeypatch.setattr(feeds, "_POLL_S", 0.05)
    forever = threading.Event()
    feed = Feed(Frames([BLACK], live=True, wait=lambda number: forever.wait(20)))
    with pytest.raises(CameraError, match="no picture for") as raised:
        next(iter(feed))
    assert raised.value.exit_code == 5
    forever.set()
    feed.close()


def test_a_slow_file_is_waited_for(monkeypatch):
    monkeypatch.setattr(feeds, "GONE_S", 0.05)
    monkeypatch.setattr(feeds, "_POLL_S", 0.02)
    feed = Feed(Frames([BLACK], wait=lambda number: time.sleep(0.3)))
    assert len(list(feed)) == 1
    feed.close()


def test_what_the_source_raises_comes_after_its_frames():
    feed = Feed(Frames([BLACK] * 3, error=UNPLUGGED))
    frames = iter(feed)
    assert [next(frames).time_s for _ in range(3)] == [0.0, 0.1, 0.2]
    with pytest.raises(CameraError, match="gone"):
        next(frames)
    feed.close()


def test_stop_ends_a_wait_from_another_thread():
    forever = threading.Event()
    feed = Feed(Frames([BLACK], live=True, wait=lambda number: forever.wait(20)))
    threading.Timer(0.1, feed.stop).start()
    start = time.monotonic()
    assert list(feed) == []
    assert time.monotonic() - start < 5
    forever.set()
    feed.close()
