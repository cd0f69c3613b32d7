"""What every source of frames promises, whichever way the picture came in.

A new source (webcam, video) joins by adding to SOURCES a function that shows it one picture and returns
the frame that it makes of it: ``source(folder, picture, mirrored) -> Frame``.
"""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest
from PIL import Image

from levelback.capture import Frame, frame_from_array, read_photo

RED_LEFT_BLUE_RIGHT = np.zeros((96, 144, 3), np.uint8)
RED_LEFT_BLUE_RIGHT[:, :72] = (220, 30, 30)
RED_LEFT_BLUE_RIGHT[:, 72:] = (30, 30, 220)


def photo_file(suffix, **options):
    """Return a source that writes the picture to a file and reads it."""

    def source(folder, picture, mirrored):
        path = folder / f"photo{suffix}"
        Image.fromarray(picture).save(path, **options)
        return read_photo(path, mirrored=mirrored)

    return source


def sideways_photo_file(folder, picture, mirrored):
    """A photo from a phone: the sensor lies on its side, a tag says so."""
    path = folder / "phone.jpg"
    tags = Image.Exif()
    tags[0x0112] = 6
    Image.fromarray(picture).transpose(Image.Transpose.ROTATE_90).save(path, quality=95, exif=tags)
    return read_photo(path, mirrored=mirrored)


def array(_folder, picture, mirrored):
    return frame_from_array(picture, mirrored=mirrored)


def float_array(_folder, picture, mirrored):
    return frame_from_array(picture / 255.0, mirrored=mirrored)


SOURCES = {
    "jpeg file": photo_file(".jpg", quality=95),
    "png file": photo_file(".png"),
    "webp file": photo_file(".webp", lossless=True),
    "tiff file": photo_file(".tiff"),
    "sideways jpeg file": sideways_photo_file,
    "array": array,
    "float array": float_array,
}


@pytest.fixture(params=SOURCES.values(), ids=SOURCES.keys())
def source(request):
    return request.param


@pytest.fixture
def frame(source, tmp_path) -> Frame:
    return source(tmp_path, RED_LEFT_BLUE_RIGHT, False)


def test_the_image_is_rgb_bytes_of_the_stated_size(frame):
    assert isinstance(frame, Frame)
    assert frame.image.dtype == np.uint8
    assert frame.image.shape == (96, 144, 3)
    assert (frame.full_width, frame.full_height) == (144, 96)


def test_the_image_cannot_be_changed(frame):
    with pytest.raises(ValueError, match="read-only"):
        frame.image[0, 0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame.mirrored = True


def test_colours_are_rgb_and_upright(frame):
    np.testing.assert_allclose(frame.image[48, 36].astype(int), (220, 30, 30), atol=12)
    np.testing.assert_allclose(frame.image[48, 108].astype(int), (30, 30, 220), atol=12)


def test_a_mirror_is_undone_once(source, tmp_path):
    frame = source(tmp_path, RED_LEFT_BLUE_RIGHT[:, ::-1].copy(), True)
    assert frame.mirrored
    np.testing.assert_allclose(frame.image[48, 36].astype(int), (220, 30, 30), atol=12)


def test_the_frame_says_where_and_when(frame):
    assert frame.origin
    assert "\n" not in frame.origin
    assert frame.time_s >= 0.0
    assert not frame.mirrored
    assert frame.taken_at is None
    assert frame.vertical_fov_deg is None


def test_the_same_picture_gives_the_same_pixels(source, tmp_path):
    first = source(tmp_path, RED_LEFT_BLUE_RIGHT, False)
    again = source(tmp_path, copy.deepcopy(RED_LEFT_BLUE_RIGHT), False)
    np.testing.assert_array_equal(first.image, again.image)
    assert first.sha256 == again.sha256
