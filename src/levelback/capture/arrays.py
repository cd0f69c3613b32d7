"""An array that is already in memory to a Frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from levelback.capture.colour import to_srgb
from levelback.capture.decode import MAX_PIXELS, reduce_area
from levelback.capture.frame import MAX_SIDE, Frame
from levelback.errors import UsageError


def frame_from_array(
    array: NDArray[Any],
    *,
    mirrored: bool = False,
    origin: str = "array",
    time_s: float = 0.0,
    max_side: int = MAX_SIDE,
) -> Frame:
    """Make a Frame of an upright picture in memory; the array is copied.

    array     (height, width) or (height, width, 1) grey, (height, width, 3) RGB, or (height, width, 4)
              RGBA with alpha over white; uint8, uint16 (0…65535), bool, or floating point in 0…1.
              OpenCV's BGR has to be turned round first: ``array[..., ::-1]``.
    mirrored  whether the picture swaps left and right; it is then flipped back
    origin    name for people
    time_s    time since the source began, in seconds
    max_side  as in `read_photo`

    Raises UsageError for any other shape, type or range, and for more than 200 million pixels.
    """
    if max_side < 1:
        raise UsageError(f"max_side must be at least 1 pixel, not {max_side}.")
    values = np.asarray(array)
    _check_shape(values)
    height, width = values.shape[:2]
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    image = _rgb(_eight_bits(values), max_side)
    return Frame(
        image=image[:, ::-1] if mirrored else image,
        full_width=width,
        full_height=height,
        time_s=time_s,
        origin=origin,
        sha256=None,
        mirrored=mirrored,
        taken_at=None,
    )


def _check_shape(values: NDArray[Any]) -> None:
    if values.ndim not in (2, 3) or (values.ndim == 3 and values.shape[2] not in (1, 3, 4)):
        raise UsageError(
            f"A picture has the shape (height, width), or (height, width, 3 or 4), not {values.shape}."
        )
    if not 0 < values.shape[0] * values.shape[1] <= MAX_PIXELS:
        raise UsageError(f"A picture has 1 to {MAX_PIXELS // 10**6} million pixels, not {values.shape}.")


def _rgb(values: NDArray[np.uint8], max_side: int) -> NDArray[np.uint8]:
    if values.ndim == 3 and values.shape[2] == 3 and max(values.shape) <= max_side:
        return values.copy()
    picture = reduce_area(Image.fromarray(values), max_side)
    return np.asarray(to_srgb(picture, None))


def _eight_bits(values: NDArray[Any]) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint16:
        return (values >> 8).astype(np.uint8)
    if values.dtype.kind != "f":
        raise UsageError(f"A picture is uint8, uint16, bool or floating point in 0…1, not {values.dtype}.")
    if not (np.isfinite(values).all() and values.min() >= 0.0 and values.max() <= 1.0):
        raise UsageError("A floating-point picture holds numbers in 0…1; divide it by its largest value.")
    return np.rint(values * 255.0).astype(np.uint8)
