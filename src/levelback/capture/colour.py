"""Any colour mode that a picture file may have, to plain 8-bit sRGB."""

from __future__ import annotations

import io
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

logger = logging.getLogger(__name__)

_PROFILE_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}
_WHITE = (255, 255, 255, 255)


def to_eight_bits(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be resized: L, LA, RGB, RGBA, CMYK or LAB.

    16-bit grey keeps its upper eight bits. Raises ValueError for numbers that are no brightness
    (32-bit values outside 0…65535, floating point outside 0…1).
    """
    if image.mode in ("I", "F") or image.mode.startswith("I;"):
        return Image.fromarray(_grey_bytes(np.asarray(image)))
    if "transparency" in image.info and image.mode in ("1", "L", "RGB", "P"):
        return image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "PA":
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB"):
        return image
    return image.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return an RGB picture in sRGB from an 8-bit one: alpha over white, the ICC profile applied.

    A profile that is damaged, or that describes another kind of colour, is ignored.
    """
    if image.mode in ("LA", "RGBA"):
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, _WHITE), image).convert("RGB")
    transform = _transform(profile, image.mode) if profile else None
    if transform is None and image.mode == "LAB":
        transform = _lab_transform()
    if transform is not None:
        return transform.apply(image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _grey_bytes(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "f":
        if not (np.isfinite(values).all() and values.min() >= 0.0 and values.max() <= 1.0):
            raise ValueError("floating-point brightness outside 0…1")
        return np.rint(values * 255.0).astype(np.uint8)
    if values.itemsize > 2 and not (values.min() >= 0 and values.max() <= 65535):
        raise ValueError("integer brightness outside 0…65535")
    return (values >> 8).astype(np.uint8)


@lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Return the transform from a profile to sRGB; None if there is nothing to do or it is unusable."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _PROFILE_SPACES.get(mode):
            return None
        if "srgb" in ImageCms.getProfileDescription(source).casefold():
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        logger.debug("unusable colour profile: %r", error)
        return None


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCmsTransform:
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )
