"""What every source of samples promises: a camera, a video file, recorded landmarks.

A new source joins by adding to SOURCES a function that shows it pictures, one every tenth of a second, and
returns it: ``source(folder, pictures, monkeypatch) -> SampleSource``.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from helpers.clips import FakeCapture, standing_picture, walking, wall, write_clip
from levelback.capture.video import VideoFile
from levelback.errors import CameraError, DataFileError, UnreadableVideo, UsageError
from levelback.form.values import Sample
from levelback.live.sources import Replay, open_source
from levelback.pose.landmarks import Landmarks
from levelback.pose.recorded import LandmarkWriter, Recorded

DATA = Path(__file__).parents[1] / "data"
FPS = 10.0
PICTURES = [wall(), *walking(5)]


def video_file(folder, pictures, monkeypatch):
    return open_source(str(write_clip(folder / "clip.mp4", pictures, FPS)))


def recorded(folder, pictures, monkeypatch):
    clip, path = video_file(folder, pictures, monkeypatch), folder / "marks.jsonl"
    with LandmarkWriter(path) as file:
        for seen in clip.samples():
            file.write(
                Recorded(landmarks=seen.sample.landmarks, picture=clip.origin, time_s=seen.sample.time_s)
            )
    clip.close()
    return open_source(str(path))


def camera(folder, pictures, monkeypatch):
    """A camera whose pictures wait for whoever looks, so that each is seen."""
    capture = FakeCapture([pictures[0], *pictures], hurried=False)
    patch_camera(monkeypatch, capture)
    source = open_source("0")
    capture.waiting = lambda: bool(source._feed._waiting)
    return source


def patch_camera(monkeypatch, capture):
    monkeypatch.setattr(cv2, "VideoCapture", lambda number: capture)
    monkeypatch.setattr("levelback.capture.video._GIVE_UP_S", 0.1)


SOURCES = {"video file": video_file, "recorded landmarks": recorded, "camera": camera}


@pytest.fixture(params=SOURCES.values(), ids=SOURCES.keys())
def source(request, tmp_path, monkeypatch):
    one = request.param(tmp_path, PICTURES, monkeypatch)
    yield one
    one.close()


def look(source):
    """All that a source shows; a camera ends by being unplugged."""
    seen = []
    try:
        for one in source.samples():
            seen.append(one)
    except CameraError:
        assert source.live
    return seen


def test_every_picture_becomes_a_sample_whose_time_grows(source):
    seen = look(source)
    assert len(seen) == len(PICTURES)
    times = [one.sample.time_s for one in seen]
    assert times[0] >= 0
    assert all(later > sooner for sooner, later in pairwise(times))
    if not source.live:
        assert times == pytest.approx([k / FPS for k in range(len(PICTURES))], abs=1e-3)


def test_landmarks_where_somebody_is_and_none_where_nobody_is(source):
    samples = [one.sample for one in look(source)]
    assert all(isinstance(sample, Sample) for sample in samples)
    assert samples[0].landmarks is None
    assert all(isinstance(sample.landmarks, Landmarks) for sample in samples[1:])
    assert (samples[1].landmarks.width, samples[1].landmarks.height) == standing_picture().shape[1::-1]


def test_frames_are_upright_rgb_and_not_mirrored(source):
    for seen, picture in zip(look(source), PICTURES, strict=True):
        if seen.frame is not None:
            assert not seen.frame.mirrored
            assert seen.frame.time_s == seen.sample.time_s
            difference = np.abs(seen.frame.image.astype(int) - picture).mean()
            assert difference < 6


def test_it_says_where_it_comes_from(source):
    assert source.origin
    assert "\n" not in source.origin
    assert isinstance(source.live, bool)


def test_it_ends_when_asked(source):
    count = 0
    for _ in source.samples():
        count += 1
        source.stop()
    assert count == 1


def test_closing_twice_is_no_trouble(source):
    source.close()


@pytest.mark.parametrize("make", [video_file, recorded])
def test_what_is_stored_gives_the_same_samples_again(make, tmp_path, monkeypatch):
    runs = []
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        source = make(tmp_path / run, PICTURES, monkeypatch)
        runs.append([one.sample for one in source.samples()])
        source.close()
    for one, again in zip(*runs, strict=True):
        assert one.time_s == again.time_s
        if one.landmarks is not None:
            assert one.landmarks.points.tobytes() == again.landmarks.points.tobytes()


def test_a_recording_is_what_was_seen_bit_for_bit(tmp_path, monkeypatch):
    replay = recorded(tmp_path, PICTURES, monkeypatch)
    clip = open_source(str(tmp_path / "clip.mp4"))
    for again, seen in zip(replay.samples(), clip.samples(), strict=True):
        one, other = again.sample.landmarks, seen.sample.landmarks
        assert again.sample.time_s == seen.sample.time_s
        assert (one is None) == (other is None)
        if one is not None:
            assert one.points.tobytes() == other.points.tobytes()
            assert one.visibility.tobytes() == other.visibility.tobytes()
            assert (one.view, one.width, one.height) == (other.view, other.width, other.height)
    clip.close()


def test_a_file_keeps_its_own_times():
    """Of pictures that came at 20 a second, most are left out, unevenly."""
    clip = VideoFile(DATA / "variable-rate.mp4")
    kept = [k / 20 for k in range(40) if k % 3 == 0 or k % 7 == 0]
    assert [frame.time_s for frame in clip.frames()] == pytest.approx(kept, abs=1e-3)
    clip.close()


def test_a_turned_file_is_turned_upright():
    """Red on the left and blue on the right, filmed with the camera turned: blue comes to the top."""
    clip = VideoFile(DATA / "turned.mp4")
    image = next(clip.frames()).image
    assert image.shape == (160, 96, 3)
    np.testing.assert_allclose(image[40, 48].astype(int), (0, 0, 254), atol=8)
    np.testing.assert_allclose(image[120, 48].astype(int), (254, 0, 0), atol=8)
    clip.close()


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("none.mp4", None, UsageError),
        ("text.mp4", b"hello", UnreadableVideo),
        ("empty.mp4", b"", UnreadableVideo),
        ("none.jsonl", None, UsageError),
    ],
)
def test_what_is_no_source_is_refused_in_one_sentence(tmp_path, name, content, error):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error) as raised:
        open_source(str(path))
    assert "\n" not in str(raised.value)


def test_a_folder_is_no_video(tmp_path):
    with pytest.raises(UnreadableVideo):
        open_source(str(tmp_path))


def test_a_clip_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path):
    whole = (DATA / "variable-rate.mp4").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableVideo):
        list(VideoFile(cut).frames())


def test_other_lines_are_no_recording(tmp_path):
    path = tmp_path / "other.jsonl"
    path.write_text('{"time_s": 1}\n')
    with pytest.raises(DataFileError, match="line 1"):
        list(Replay(path).samples())


def test_no_camera_says_what_to_try(monkeypatch):
    patch_camera(monkeypatch, FakeCapture([]))
    with pytest.raises(CameraError, match="privacy settings") as raised:
        open_source("7")
    assert raised.value.exit_code == 5
    assert "Camera 7" in str(raised.value)


def test_a_dark_picture_is_said_to_be_dark_where_nobody_is_seen(tmp_path):
    dark = np.full_like(wall(), 9)
    clip = open_source(str(write_clip(tmp_path / "night.mp4", [standing_picture(), dark, dark, wall()], FPS)))
    notices = [seen.notice for seen in clip.samples()]
    clip.close()
    assert [bool(notice) for notice in notices] == [False, True, True, False]
    assert "dark" in notices[1]


def test_a_camera_shows_its_newest_picture(monkeypatch):
    capture = FakeCapture([PICTURES[1]] * 60)
    patch_camera(monkeypatch, capture)
    source = open_source("0")
    seen = look(source)
    assert 1 <= len(seen) < 59
    source.close()
    assert capture.released
