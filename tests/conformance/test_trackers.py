"""What every tracker promises. A new one joins by its name in ENGINES."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from helpers.clips import STEP_PX, shifted, standing_picture, walking, wall
from levelback.capture.video import VideoFile
from levelback.errors import ModelError
from levelback.pose.bundle import open_bundle
from levelback.pose.joints import JOINT_COUNT, Joint
from levelback.pose.landmarks import View
from levelback.pose.smoothing import OneEuro
from levelback.pose.tracker import Engine, open_tracker

CLIPS = Path(__file__).parents[1] / "clips"
ENGINES = get_args(Engine)
MAIN = [joint for joint in Joint if joint.name.split("_")[-1] in ("SHOULDER", "HIP", "KNEE", "ANKLE")]
FPS = 10.0


@pytest.fixture(params=ENGINES)
def engine(request):
    return request.param


@pytest.fixture
def tracker(engine):
    with open_tracker(engine) as one:
        yield one


def follow(tracker, pictures, *, start_s=0.0):
    return [tracker.track(picture, start_s + k / FPS) for k, picture in enumerate(pictures)]


def percent(one, other):
    """The main joints' distance in percent of the body's height."""
    return 100 * np.linalg.norm(one - other, axis=1)[MAIN] / np.ptp(one, axis=0).max()


def test_landmarks_as_from_a_photo_but_without_spread_and_outline(tracker):
    picture = standing_picture()
    marks = tracker.track(picture, 0.0)
    assert (marks.height, marks.width) == picture.shape[:2]
    assert marks.points.shape == (JOINT_COUNT, 2)
    assert not marks.points.flags.writeable
    assert 0 <= marks.visibility.min() <= marks.visibility.max() <= 1
    assert not marks.covariance.any()
    assert marks.silhouette is None
    assert marks.view is View.FRONT
    across = [marks[left][0] - marks[right][0] for left, right in zip(MAIN[::2], MAIN[1::2], strict=True)]
    assert min(across) > 0


def test_the_back_s_outline_follows_ours_and_a_mirror_changes_nothing():
    pictures = list(filmed(CLIPS / "bird-dog-001.mp4"))[:6]
    outlines = []
    for shown in (pictures, [np.ascontiguousarray(picture[:, ::-1]) for picture in pictures]):
        with open_tracker("litert") as tracker:
            outlines.append(follow(tracker, shown)[-1].outline)
    assert np.isfinite(outlines[0]).all()
    assert 0.05 < outlines[0].min() < outlines[0].max() < 0.5
    assert outlines[1] == pytest.approx(outlines[0], abs=0.05)


def test_a_person_who_moves_is_followed(tracker):
    marks = follow(tracker, walking(12))
    moved = marks[-1].points - marks[0].points
    assert np.median(moved, axis=0) == pytest.approx(11 * np.array(STEP_PX), abs=3)
    assert np.median(percent(marks[-1].points - moved, marks[0].points)) < 1.5


def test_nobody_is_nobody_and_whoever_comes_back_is_found(tracker):
    away = shifted(standing_picture(), -40, 0)
    marks = follow(tracker, [wall(), standing_picture(), wall(), wall(), away])
    assert [one is None for one in marks] == [True, False, True, True, False]
    assert np.median(marks[4].points - marks[1].points, axis=0) == pytest.approx([-40, 0], abs=3)


def test_the_same_pictures_at_the_same_times_give_the_same_numbers(engine):
    runs = []
    for _ in range(2):
        with open_tracker(engine) as tracker:
            runs.append(follow(tracker, walking(4)))
    for one, again in zip(*runs, strict=True):
        assert one.points.tobytes() == again.points.tobytes()
        assert one.visibility.tobytes() == again.visibility.tobytes()


def test_uneven_times_are_no_trouble(tracker):
    picture = standing_picture()
    for time_s in (0.0, 0.016, 0.016, 0.9, 30.0):
        assert tracker.track(picture, time_s) is not None


def test_grain_is_smoothed_while_the_person_rests(engine):
    """Landmarks of grainy pictures of a person at rest move less from one to the next than each on its own."""
    rng = np.random.default_rng(1)
    plain = standing_picture().astype(np.float64)
    pictures = [np.clip(plain + rng.normal(0, 14, plain.shape), 0, 255).astype(np.uint8) for _ in range(16)]

    def restless(marks):
        points = np.array([one.points for one in marks])[6:, MAIN]
        return np.sqrt((np.diff(points, axis=0) ** 2).mean())

    with open_tracker(engine) as tracker:
        followed = restless([tracker.track(picture, k / 30) for k, picture in enumerate(pictures)])
    with open_tracker(engine) as tracker:  # an hour apart, nothing is left to smooth with
        alone = restless([tracker.track(picture, 3600.0 * k) for k, picture in enumerate(pictures)])
    assert followed < 0.8 * alone


def test_a_damaged_model_is_refused(engine, tmp_path):
    path = tmp_path / "cut.task"
    path.write_bytes(b"no model")
    with pytest.raises(ModelError):
        open_tracker(engine, bundle=open_bundle(path))


def test_closing_twice_is_no_trouble(engine):
    tracker = open_tracker(engine)
    tracker.close()
    tracker.close()


def turned_and_shrunk():
    """A person who moves, while the camera turns and goes away."""
    height, width = standing_picture().shape[:2]
    for k in range(14):
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), 0.5 * k, 1 - 0.012 * k)
        turn[:, 2] += [2.5 * k, k]
        yield cv2.warpAffine(standing_picture(), turn, (width, height), borderMode=cv2.BORDER_REPLICATE)


def filmed(path):
    clip = VideoFile(path)
    yield from (frame.image for frame in islice(clip.frames(), 30))
    clip.close()


MOVING = {path.stem: lambda path=path: filmed(path) for path in sorted(CLIPS.glob("*.mp4"))[:3]}
MOVING["turned and shrunk"] = turned_and_shrunk


@pytest.mark.parametrize("pictures", MOVING.values(), ids=MOVING.keys())
def test_ours_is_where_mediapipe_s_is(pictures):
    """Within 0.5 % of the body's height (issue 8); what is hidden is a guess for either, and left out."""
    pictures = list(pictures())
    with open_tracker("litert") as ours, open_tracker("mediapipe") as theirs:
        pairs = zip(follow(ours, pictures), follow(theirs, pictures), strict=True)
        distances = [percent(one.points, other.points)[other.visibility[MAIN] > 0.5] for one, other in pairs]
    assert np.median(np.concatenate(distances)) < 0.35
    assert np.percentile([np.median(one) for one in distances], 95) < 0.5


def test_the_filter_is_still_at_rest_and_quick_in_motion():
    def after(step, seconds=0.2, rate=30):
        smooth = OneEuro()
        for k in range(30):
            smooth(k / rate, np.zeros(1), size=300.0)
        for k in range(round(seconds * rate)):
            value = smooth(1 + k / rate, np.full(1, float(step)), size=300.0)
        return value[0] / step

    assert after(0.3) < 0.5
    assert after(60.0) > 0.9


def test_the_filter_does_not_care_how_time_is_cut():
    """Twice the frames of the same motion end in the same place, within a pixel."""
    ends = []
    for rate in (15, 30, 60):
        smooth = OneEuro()
        for k in range(2 * rate + 1):
            value = smooth(k / rate, np.array([200 * np.sin(np.pi * k / rate / 2)]), size=300.0)
        ends.append(value[0])
    assert np.ptp(ends) < 1.5
