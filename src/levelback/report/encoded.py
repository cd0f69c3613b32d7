"""Pictures as bytes, without EXIF."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

JPEG_QUALITY = 86


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture as JPEG, without EXIF."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()


@cache
def small_jpeg(file: Path, side_px: int, *, mirrored: bool) -> bytes:
    """Return a square picture file as a JPEG of that width, for paper; `mirrored` swaps left and right."""
    with Image.open(file) as picture:
        small = picture.convert("RGB").resize((side_px, side_px), Image.Resampling.LANCZOS)
    return jpeg(np.asarray(ImageOps.mirror(small) if mirrored else small))


def png(picture: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture as PNG, without EXIF."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()
