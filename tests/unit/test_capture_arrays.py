"""Arrays in memory become frames, whatever their number type."""

from __future__ import annotations

import numpy as np
import pytest
from capture_pictures import HEIGHT, WIDTH, quarters

from levelback.capture import frame_from_array
from levelback.errors import UsageError


@pytest.mark.parametrize(
    "array",
    [
        quarters(),
        quarters().astype(np.uint16) * 257,
        quarters() / 255.0,
        (quarters() / 255.0).astype(np.float32),
        np.dstack([quarters(), np.full((HEIGHT, WIDTH), 255, np.uint8)]),
        np.asfortranarray(quarters()),
        quarters()[::-1][::-1],
    ],
    ids=["uint8", "uint16", "float64", "float32", "rgba", "fortran", "strided"],
)
def test_the_same_picture_in_any_type(array):
    frame = frame_from_array(array)
    np.testing.assert_array_equal(frame.image, quarters())
    assert (frame.full_width, frame.full_height) == (WIDTH, HEIGHT)
    assert frame.origin == "array"
    assert frame.sha256 is None


@pytest.mark.parametrize("shape", [(30, 40), (30, 40, 1)])
def test_grey_and_bool(shape):
    grey = np.arange(1200, dtype=np.uint16).astype(np.uint8).reshape(shape)
    image = frame_from_array(grey).image
    np.testing.assert_array_equal(image, np.repeat(grey.reshape(30, 40, 1), 3, axis=2))
    assert np.unique(frame_from_array(grey > 99).image).tolist() == [0, 255]


def test_transparent_is_white():
    clear = np.dstack([quarters(), np.zeros((HEIGHT, WIDTH), np.uint8)])
    assert frame_from_array(clear).image.min() == 255


def test_mirrored_is_undone():
    frame = frame_from_array(quarters()[:, ::-1], mirrored=True, origin="webcam", time_s=1.5)
    np.testing.assert_array_equal(frame.image, quarters())
    assert frame.mirrored
    assert (frame.origin, frame.time_s) == ("webcam", 1.5)


def test_later_changes_of_the_array_do_not_reach_the_frame():
    array = quarters()
    frame = frame_from_array(array)
    array[:] = 0
    np.testing.assert_array_equal(frame.image, quarters())


def test_a_large_array_is_reduced():
    frame = frame_from_array(np.tile(quarters(), (20, 20, 1)), max_side=600)
    assert frame.image.shape == (400, 600, 3)
    assert (frame.full_width, frame.full_height) == (2400, 1600)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.zeros(5), "shape"),
        (np.zeros((4, 4, 2)), "shape"),
        (np.zeros((1, 4, 4, 3)), "shape"),
        (np.zeros((0, 4, 3), np.uint8), "pixels"),
        (np.broadcast_to(np.uint8(0), (20_000, 20_000)), "pixels"),
        (np.full((4, 4), 200.0), "0…1"),
        (np.full((4, 4), np.nan), "0…1"),
        (np.zeros((4, 4), np.int64), "int64"),
        (np.array([["a"]]), "not <U1"),
        ("photo.jpg", "shape"),
    ],
)
def test_what_is_no_picture_gives_one_sentence(array, words):
    with pytest.raises(UsageError, match=words) as caught:
        frame_from_array(array)
    assert "\n" not in str(caught.value)
