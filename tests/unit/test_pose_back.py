"""The outline of the back is where the mask ends, whichever way the body lies."""

import numpy as np
import pytest

from levelback.pose.back import OUTLINE_AT, outline_above

SHOULDER, HIP = np.array([60.0, 130.0]), np.array([180.0, 130.0])
TRUNK = 120.0
UP = np.array([0.0, -1.0])


def mask(above_px, below_px=30.0):
    """Log odds of a body that reaches `above_px(x)` pixels above the row of its trunk."""
    y, x = np.mgrid[:256, :256] + 0.5
    inside = np.minimum(above_px(x) - (130 - y), below_px + (130 - y))
    return np.clip(inside, -8, 8).astype(np.float32)


def test_a_flat_back_is_flat_and_a_sagging_one_sags():
    flat = outline_above(mask(lambda x: 24 + 0 * x), SHOULDER, HIP, UP)
    assert flat == pytest.approx(24 / TRUNK, abs=0.003)
    sagging = outline_above(mask(lambda x: 24 - 10 * np.sin(np.pi * (x - 60) / 120)), SHOULDER, HIP, UP)
    assert sagging == pytest.approx((24 - 10 * np.sin(np.pi * OUTLINE_AT)) / TRUNK, abs=0.003)


def test_a_mirror_changes_nothing_and_up_chooses_the_side():
    body = mask(lambda x: 20 + x / 20)
    plain = outline_above(body, SHOULDER, HIP, UP)
    flipped = [np.array([256 - point[0], point[1]]) for point in (SHOULDER, HIP)]
    assert outline_above(np.ascontiguousarray(body[:, ::-1]), *flipped, UP) == pytest.approx(plain, abs=1e-5)
    assert outline_above(body, SHOULDER, HIP, -UP) == pytest.approx(30 / TRUNK, abs=0.003)


def test_a_trunk_outside_of_the_body_or_without_an_edge_is_unknown():
    nobody = np.full((256, 256), -8.0, np.float32)
    assert np.isnan(outline_above(nobody, SHOULDER, HIP, UP)).all()
    assert np.isnan(outline_above(-nobody, SHOULDER, HIP, UP)).all()
