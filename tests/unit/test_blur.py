"""A face that nobody knows again; the numbers stay."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.reports import body, paint
from levelback import analyze_photo
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View
from levelback.report.blur import CELLS, blurred


@pytest.mark.parametrize("view", list(View))
def test_the_face_keeps_a_few_coarse_means(view):
    landmarks = body(view)
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (landmarks.height, landmarks.width, 3), dtype=np.uint8)
    out = blurred(picture, landmarks)
    x, y = landmarks[Joint.NOSE].astype(int)
    spread = out[y - 20 : y + 20, x - 20 : x + 20].std(axis=(0, 1)).max()
    assert spread < 12, "the noise of the face is gone"
    hip = landmarks[Joint.LEFT_HIP].astype(int)
    rows, columns = slice(hip[1] - 20, hip[1] + 20), slice(hip[0] - 20, hip[0] + 20)
    assert np.array_equal(out[rows, columns], picture[rows, columns])
    assert CELLS <= 6


def test_a_face_at_the_edge_of_the_picture():
    landmarks = body()
    cut = paint(landmarks)[150:]
    from dataclasses import replace

    moved = replace(landmarks, points=landmarks.points - [0, 150], height=cut.shape[0])
    assert blurred(cut, moved).shape == cut.shape


def test_the_numbers_are_those_of_the_face_unblurred(samples):
    from conftest import SAMPLES

    photo = SAMPLES / "front-left-hip-high.jpg"
    plain, hidden = (analyze_photo(photo, fast=True, blur_face=blur) for blur in (False, True))
    assert hidden.measurements == plain.measurements
    nose = plain.landmarks[Joint.NOSE].astype(int)
    patch = slice(nose[1] - 8, nose[1] + 8), slice(nose[0] - 8, nose[0] + 8)
    assert not np.array_equal(plain.picture[patch], hidden.picture[patch])
    steps = [np.abs(np.diff(one.picture[patch].astype(int), axis=0)).max() for one in (plain, hidden)]
    assert steps[1] < steps[0]
