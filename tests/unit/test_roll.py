"""Camera roll from drawn rooms."""

import cv2
import numpy as np
import pytest

from levelback.metrics.roll import estimate_roll


def draw_room(roll_deg: float, pitch: float = 0.0, seed: int = 0) -> np.ndarray:
    """Draw a wall with door frames and skirting, turned clockwise by `roll_deg`.

    pitch: how fast verticals fan out, degrees per picture height of offset.
    """
    height, width = 1200, 900
    image = np.full((height, width, 3), 185, np.uint8)
    center = np.array([width / 2, height / 2])
    turn = np.radians(roll_deg)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])

    def line(a, b, grey):
        ends = (np.array([a, b], float) - center) @ spin.T + center
        (x0, y0), (x1, y1) = (ends * 16).round().astype(int)
        cv2.line(image, (int(x0), int(y0)), (int(x1), int(y1)), (grey,) * 3, 4, cv2.LINE_AA, 4)

    for x in (130, 300, 690, 820):
        fan = np.tan(np.radians(pitch * (x - width / 2) / height)) * height / 2
        line((x - fan, -200), (x + fan, height + 200), 70)
    line((-200, 1010), (width + 200, 1010), 90)
    noise = np.random.default_rng(seed).normal(0, 4, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("roll_deg", [-7.0, -2.5, -0.4, 0.0, 1.0, 3.3, 8.0])
@pytest.mark.parametrize("pitch", [0.0, 6.0])
def test_roll_is_read_from_lines(roll_deg, pitch):
    roll = estimate_roll(draw_room(roll_deg, pitch), None)
    assert roll.source == "scene_lines"
    assert roll.estimate.value == pytest.approx(roll_deg, abs=0.25)
    assert roll.estimate.low <= roll_deg + 0.1
    assert roll.estimate.high >= roll_deg - 0.1


def test_a_plain_wall_is_assumed_level_with_a_wide_interval():
    wall = np.random.default_rng(0).normal(180, 5, (800, 600, 3)).clip(0, 255).astype(np.uint8)
    roll = estimate_roll(wall, None)
    assert roll.source == "assumed_level"
    assert roll.estimate.half_width > 2


def test_lines_on_the_subject_do_not_count():
    image = np.full((900, 600, 3), 180, np.uint8)
    for x in range(220, 400, 20):
        cv2.line(image, (x, 200), (x - 60, 800), (40, 40, 40), 3, cv2.LINE_AA)
    subject = np.zeros((900, 600), np.uint8)
    subject[150:850, 120:450] = 255
    assert estimate_roll(image, subject).source == "assumed_level"
