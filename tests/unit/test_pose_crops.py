"""Crops: where their pixels come from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelback.pose.crops import Crop, Picture, transform

CROPS = st.builds(
    Crop,
    x=st.floats(-50, 300),
    y=st.floats(-50, 300),
    size=st.floats(20, 400),
    angle_deg=st.floats(-180, 180),
    mirrored=st.booleans(),
)


@given(CROPS)
def test_the_middle_of_a_crop_is_its_centre(crop):
    middle = transform(crop.matrix(64), np.array([[32.0, 32.0]]))
    np.testing.assert_allclose(middle, [[crop.x, crop.y]], atol=1e-9)


@given(CROPS, st.floats(0, 64), st.floats(0, 64))
def test_a_mirrored_crop_reads_the_same_square_from_the_other_side(crop, u, v):
    here = transform(crop.matrix(64), np.array([[u, v]]))
    there = transform(crop.mirror().matrix(64), np.array([[64 - u, v]]))
    np.testing.assert_allclose(here, there, atol=1e-9)


def ramp(height, width):
    """A picture whose red grows with x and whose green with y, by one per pixel."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y, np.zeros_like(x)], axis=-1).astype(np.uint8)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("size", [64.0, 150.0, 200.0])
def test_pixels_come_from_where_the_matrix_says(mirrored, size):
    crop = Crop(x=100, y=120, size=size, angle_deg=20, mirrored=mirrored)
    rising = ramp(240, 220)
    rise, fall = (
        Picture.shrunk(one, crop_px=size, side=64).read(crop, 64).astype(float)
        for one in (rising, 255 - rising)
    )
    pixels = (rise - fall + 255) / 2  # what is rounded up in one is rounded down in the other
    v, u = np.mgrid[20:44:4, 20:44:4]
    centres = np.column_stack([u.ravel() + 0.5, v.ravel() + 0.5])
    expected = transform(crop.matrix(64), centres) - 0.5  # a pixel's centre has the value of its index
    error = pixels[v.ravel(), u.ravel(), :2] - expected
    np.testing.assert_allclose(error.mean(axis=0), 0, atol=0.2)  # half a crop pixel would be 0.5 to 1.6
    assert np.abs(error).max() < 1.2


def test_small_pictures_are_not_enlarged():
    image = ramp(50, 40)
    assert Picture.shrunk(image, crop_px=30, side=256).image is image
