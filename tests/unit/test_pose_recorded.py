"""Recorded landmarks come back bit for bit, and anything else is refused with its line."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from levelback.errors import DataFileError
from levelback.pose.joints import JOINT_COUNT
from levelback.pose.landmarks import Landmarks, View
from levelback.pose.recorded import Recorded, read_landmarks, write_landmarks

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def landmarks(points, root, view=View.BACK, outline=None):
    return Landmarks(
        points=points,
        visibility=np.linspace(0, 1, JOINT_COUNT),
        covariance=root.T @ root,
        silhouette=None,
        width=720,
        height=1280,
        view=view,
        passes=24,
        outline=outline,
    )


@settings(deadline=None)
@given(
    arrays(np.float64, (JOINT_COUNT, 2), elements=FINITE),
    st.integers(0, 2**32),
    st.sampled_from(View),
    FINITE,
)
def test_what_was_written_is_read_bit_for_bit(tmp_path_factory, points, seed, view, time_s):
    root = np.random.default_rng(seed).normal(size=(12, 2 * JOINT_COUNT))
    path = tmp_path_factory.mktemp("recorded") / "marks.jsonl"
    before = [
        Recorded(landmarks=landmarks(points, root, view), picture="a ü.jpg", time_s=time_s),
        Recorded(landmarks=landmarks(points, 0 * root, view), picture="b.jpg"),
        Recorded(landmarks=landmarks(points, 0 * root, view, outline=[np.nan, *root[0, :8]]), picture="c"),
    ]
    write_landmarks(path, before)
    after = list(read_landmarks(path))
    assert [(one.picture, one.time_s) for one in after] == [(one.picture, one.time_s) for one in before]
    for old, new in zip(before, after, strict=True):
        for name in ("points", "visibility", "covariance"):
            assert getattr(new.landmarks, name).tobytes() == getattr(old.landmarks, name).tobytes(), name
        for name in ("width", "height", "view", "passes"):
            assert getattr(new.landmarks, name) == getattr(old.landmarks, name)
    assert [one.landmarks.outline is None for one in after] == [True, True, False]
    assert after[2].landmarks.outline.tobytes() == before[2].landmarks.outline.tobytes()


def test_lines_of_before_there_were_outlines_are_read(tmp_path):
    path = tmp_path / "marks.jsonl"
    write_landmarks(
        path, [Recorded(landmarks=landmarks(np.ones((JOINT_COUNT, 2)), np.zeros((1, 66))), picture="a")]
    )
    old = {key: value for key, value in json.loads(path.read_text()).items() if key != "outline"}
    path.write_text(json.dumps(old) + "\n")
    assert next(iter(read_landmarks(path))).landmarks.outline is None


@pytest.mark.parametrize(
    "line", ["", "{", "[]", '{"schema": "other/1"}', '{"schema": "levelback.landmarks/1"}']
)
def test_other_lines_are_refused_with_their_number(tmp_path, line):
    path = tmp_path / "marks.jsonl"
    good = Recorded(
        landmarks=landmarks(np.ones((JOINT_COUNT, 2)), np.ones((2, 2 * JOINT_COUNT))), picture="a"
    )
    write_landmarks(path, [good])
    path.write_text(path.read_text() + line + "\n")
    lines = read_landmarks(path)
    next(lines)
    with pytest.raises(DataFileError, match="line 2"):
        next(lines)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DataFileError, match="cannot be read"):
        list(read_landmarks(tmp_path / "none.jsonl"))
