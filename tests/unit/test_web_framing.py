"""The framing guide: whole body, square, still, and a camera that is held level."""

from __future__ import annotations

import struct

import cv2
import pytest

from helpers.clips import SAMPLES
from levelback.capture import read_photo
from levelback.web.live import LiveSet

SIDE = 480
"""The longer side of the pictures that the camera page sends, pixels."""


@pytest.fixture
def look():
    """Follow somebody who stands still before a camera that is turned, for one second; return the last answer."""
    guide = LiveSet("standing")
    number = 0

    def follow(picture, roll_deg=0.0, pictures=12):
        nonlocal number
        height, width = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), -roll_deg, 1)
        turned = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REFLECT)
        scale = SIDE / max(height, width)
        small = cv2.resize(turned, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        data = cv2.imencode(".jpg", small[..., ::-1])[1].tobytes()
        for _ in range(pictures):
            number += 1
            answer = guide.look(struct.pack("<d", number / 10) + data)
        return answer

    yield follow
    guide.close()


@pytest.mark.parametrize("name", ["front-symmetric.jpg", "back-symmetric.jpg", "left-neutral.jpg"])
@pytest.mark.parametrize("roll_deg", [-6.0, 0.0, 6.0])
def test_a_tilted_camera_is_seen(look, name, roll_deg):
    answer = look(read_photo(SAMPLES / name).image, roll_deg)
    assert answer["checks"]["level"] == (roll_deg == 0)
    assert answer["tilt_deg"] == (None if roll_deg == 0 else pytest.approx(roll_deg, abs=1.0))
    assert answer["checks"]["whole"]


def test_a_body_that_is_cut_off_or_turned_away_is_told(look):
    picture = read_photo(SAMPLES / "front-symmetric.jpg").image
    assert look(picture)["checks"] == {"whole": True, "square": True, "still": True, "level": True}
    assert not look(picture[: int(0.7 * len(picture))])["checks"]["whole"]
    assert not look(read_photo(SAMPLES / "left-neutral.jpg").image)["checks"]["square"]


def test_of_nobody_nothing_is_told(look):
    checks = look(read_photo(SAMPLES / "front-symmetric.jpg").image[:200, :200] * 0 + 128)["checks"]
    assert set(checks.values()) == {None}
