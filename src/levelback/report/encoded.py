"""Pictures as bytes, without EXIF."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

JPEG_QUALITY = 86


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture as JPEG, without EXIF."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return buffer.getvalue()


def png(picture: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture as PNG, without EXIF."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()
