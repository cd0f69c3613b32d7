"""What the tags of a photo say about time, lens and mirroring."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone

import numpy as np
import pytest
from capture_pictures import STORED_AS, corners, exif, quarters
from PIL import Image

from levelback.capture import read_photo

FRONT, BACK = (
    "iPhone 13 Pro Max front camera 2.71mm f/2.2",
    "iPhone 13 Pro Max back triple camera 5.7mm f/1.5",
)


def photo(path, orientation=1, image=None, **tags):
    """Write a photo that every viewer shows as `image`, and return its path."""
    upright = Image.fromarray(quarters() if image is None else image)
    turn = STORED_AS[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    stored.save(path, quality=95, subsampling=0, exif=exif(orientation, **tags))
    return path


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"DateTimeOriginal": "2024:05:06 07:08:09"}, datetime(2024, 5, 6, 7, 8, 9)),
        (
            {"DateTimeOriginal": "2024:05:06 07:08:09", "OffsetTimeOriginal": "+02:00"},
            datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone(timedelta(hours=2))),
        ),
        (
            {"DateTimeOriginal": "2024:05:06 07:08:09", "OffsetTimeOriginal": "nowhere"},
            datetime(2024, 5, 6, 7, 8, 9),
        ),
        ({"DateTimeDigitized": "2023:01:01 00:00:00"}, datetime(2023, 1, 1)),
        ({"DateTimeOriginal": "0000:00:00 00:00:00"}, None),
        ({"DateTimeOriginal": "yesterday"}, None),
        ({}, None),
    ],
)
def test_date(tmp_path, tags, expected):
    taken_at = read_photo(photo(tmp_path / "a.jpg", **tags)).taken_at
    assert taken_at == expected
    if expected is not None:
        assert taken_at.utcoffset() == expected.utcoffset()


def test_the_date_of_editing_is_not_the_date_of_the_photo(tmp_path):
    path = tmp_path / "a.jpg"
    tags = exif()
    tags[0x0132] = "2024:05:06 07:08:09"
    Image.fromarray(quarters()).save(path, exif=tags)
    assert read_photo(path).taken_at is None


def test_vertical_angle_follows_the_upright_picture(tmp_path):
    """A 4 : 3 picture on a diagonal of 43.27 mm is 34.61 × 25.96 mm large."""
    landscape = np.zeros((90, 120, 3), np.uint8)
    wide = read_photo(photo(tmp_path / "w.jpg", image=landscape, FocalLengthIn35mmFilm=26))
    tall = read_photo(photo(tmp_path / "t.jpg", 6, landscape.transpose(1, 0, 2), FocalLengthIn35mmFilm=26))
    assert wide.vertical_fov_deg == pytest.approx(2 * math.degrees(math.atan(25.96 / 52)), abs=0.01)
    assert tall.vertical_fov_deg == pytest.approx(2 * math.degrees(math.atan(34.61 / 52)), abs=0.01)
    assert (tall.full_width, tall.full_height) == (90, 120)


@pytest.mark.parametrize("focal", [0, 3, 9999])
def test_an_impossible_focal_length_gives_no_angle(tmp_path, focal):
    assert read_photo(photo(tmp_path / "a.jpg", FocalLengthIn35mmFilm=focal)).vertical_fov_deg is None


def test_a_panorama_has_no_angle(tmp_path):
    strip = np.zeros((40, 120, 3), np.uint8)
    frame = read_photo(photo(tmp_path / "a.jpg", image=strip, FocalLengthIn35mmFilm=26))
    assert frame.vertical_fov_deg is None


@pytest.mark.parametrize("orientation", [2, 4, 5, 7])
def test_a_flipped_front_camera_photo_is_unmirrored(tmp_path, orientation):
    shown = quarters()[:, ::-1].copy()
    path = photo(tmp_path / "a.jpg", orientation, shown, Make="Apple", LensModel=FRONT)
    frame = read_photo(path)
    assert frame.mirrored
    assert not frame.sides_in_doubt
    np.testing.assert_allclose(corners(frame.image), corners(quarters()), atol=14)


def test_the_same_in_heic(tmp_path):
    pillow_heif = pytest.importorskip("pillow_heif")
    path = tmp_path / "a.heic"
    tags = exif(5, Make="Apple", LensModel=FRONT).tobytes()
    shown = Image.fromarray(quarters()[:, ::-1].copy())
    pillow_heif.from_pillow(shown.transpose(STORED_AS[5])).save(path, exif=tags, quality=95)
    frame = read_photo(path)
    assert frame.mirrored
    np.testing.assert_allclose(corners(frame.image), corners(quarters()), atol=14)


@pytest.mark.parametrize(
    ("orientation", "tags", "in_doubt"),
    [
        (6, {"Make": "Apple", "LensModel": FRONT}, False),
        (1, {"Make": "Apple", "LensModel": BACK}, False),
        (1, {"Make": "Google", "LensModel": "Pixel 7 front camera 2.74mm f/2.2"}, True),
        (2, {"Make": "Google", "LensModel": "Pixel 7 back camera 6.81mm f/1.85"}, True),
        (2, {}, True),
        (1, {"LensModel": "Frontier 50mm"}, False),
        (1, {}, False),
    ],
)
def test_without_both_tags_nothing_is_mirrored(tmp_path, orientation, tags, in_doubt):
    frame = read_photo(photo(tmp_path / "a.jpg", orientation, **tags))
    assert not frame.mirrored
    assert frame.sides_in_doubt is in_doubt
    np.testing.assert_allclose(corners(frame.image), corners(quarters()), atol=14)


@pytest.mark.parametrize("mirrored", [True, False])
@pytest.mark.parametrize("orientation", [1, 2, 6])
@pytest.mark.parametrize("maker", ["Apple", "Google"])
@pytest.mark.parametrize("lens", [FRONT, BACK])
def test_the_person_overrules_the_tags(tmp_path, mirrored, orientation, maker, lens):
    path = photo(tmp_path / "a.jpg", orientation, Make=maker, LensModel=lens)
    frame = read_photo(path, mirrored=mirrored)
    assert frame.mirrored is mirrored
    assert not frame.sides_in_doubt
    expected = quarters()[:, ::-1] if mirrored else quarters()
    np.testing.assert_allclose(corners(frame.image), corners(expected), atol=14)


@pytest.mark.parametrize("block", [b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0nonsense" * 9])
def test_damaged_tags_do_not_spoil_the_picture(tmp_path, block):
    path = tmp_path / "a.jpg"
    Image.fromarray(quarters()).save(path, quality=95, subsampling=0, exif=block)
    frame = read_photo(path)
    assert frame.taken_at is None
    np.testing.assert_allclose(corners(frame.image), corners(quarters()), atol=14)
