"""Bytes of a picture file to an upright, reduced RGB picture, within limits of memory.

The size is checked in the header, before any pixel is decoded. A JPEG is reduced while it is decoded
(libjpeg's scaled inverse transform), every other format after it.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from levelback.capture.colour import to_eight_bits, to_srgb
from levelback.capture.exif import SIDEWAYS_ORIENTATIONS, PhotoFacts, pending_orientation, read_facts
from levelback.capture.formats import describe_other, open_picture, picture_format
from levelback.errors import LevelbackError, UnreadablePhoto

logger = logging.getLogger(__name__)

MAX_PIXELS = 200_000_000
"""Largest picture, in pixels: the largest that a phone takes."""

MAX_WHOLE_PIXELS = 64_000_000
"""Largest picture that has to be decoded whole: everything but a JPEG that is not progressive. At this
size the process peaks at 0.3 to 0.6 GB, for WebP at 1.0 GB."""

_DRAFT_SHARE = 0.75
"""A JPEG may be reduced inside the decoder as long as this share of the wanted size remains."""

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DNG_VERSION_TAG = 0xC612
_SUBFILE_TYPE_TAG = 0x00FE
_THUMBNAIL_BIT = 1
_STDERR = 2

_pillow_lock = threading.Lock()


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A decoded picture: `image` is upright sRGB, perhaps reduced; the size is the full upright one."""

    image: Image.Image
    full_width: int
    full_height: int
    facts: PhotoFacts


def decode(data: bytes, *, name: str, max_side: int) -> Picture:
    """Decode a picture file held in memory; its longer side becomes at most `max_side` pixels.

    `name` is what an error calls the file. Raises UnreadablePhoto if the bytes are no picture, are
    damaged, or hold too many pixels.
    """
    kind = picture_format(data)
    if kind is None:
        raise UnreadablePhoto(
            f"'{name}' is not a photo that can be read: it holds {describe_other(data)}. "
            "Use a JPEG, PNG, HEIC, WebP or TIFF file."
        )
    try:
        with _pillow_unbounded(), _native_silence(kind), open_picture(data, kind) as image:
            _check_header(image, name)
            return _load(image, read_facts(image, data), max_side)
    except LevelbackError:
        raise
    except MemoryError as error:
        raise UnreadablePhoto(f"'{name}' does not fit into memory. Save a smaller copy of it.") from error
    except Exception as error:  # Pillow's readers raise what the damaged bytes happen to trigger
        logger.debug("cannot decode %s: %r", name, error)
        raise UnreadablePhoto(
            f"'{name}' is a damaged, incomplete or unusual {kind} file. "
            "Copy it from the camera again, or save it anew as a JPEG."
        ) from error


@contextmanager
def _pillow_unbounded() -> Iterator[None]:
    """Take over Pillow's size limit and silence its warnings; both are settings of the whole process."""
    with _pillow_lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS = limit


@contextmanager
def _native_silence(kind: str) -> Iterator[None]:
    """Keep libtiff from writing its complaints about a damaged file to standard error by itself."""
    terminal = _duplicate(_STDERR) if kind == "TIFF" else None
    if terminal is None:
        yield
        return
    if sys.stderr is not None:
        sys.stderr.flush()
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), _STDERR)
        try:
            yield
        finally:
            os.dup2(terminal, _STDERR)
            os.close(terminal)


def _duplicate(descriptor: int) -> int | None:
    try:
        return os.dup(descriptor)
    except OSError:  # a program without a terminal: nothing to keep quiet
        return None


def _check_header(image: Image.Image, name: str) -> None:
    width, height = image.size
    reducible = image.format in ("JPEG", "MPO") and not image.info.get("progressive")
    limit = MAX_PIXELS if reducible else MAX_WHOLE_PIXELS
    if width * height > limit:
        raise UnreadablePhoto(
            f"'{name}' is too large: {width:,} × {height:,} pixels, where {limit // 10**6} million "
            "are the most for this kind of file. Save a smaller copy of it."
        )
    if image.format == "TIFF":
        tags = image.getexif()
        if _DNG_VERSION_TAG in tags or int(tags.get(_SUBFILE_TYPE_TAG, 0)) & _THUMBNAIL_BIT:
            raise UnreadablePhoto(f"'{name}' is a raw camera file. Export it as a JPEG and use that.")


def _load(image: Image.Image, facts: PhotoFacts, max_side: int) -> Picture:
    width, height = image.size
    share = _DRAFT_SHARE * max_side / max(width, height)
    if image.format in ("JPEG", "MPO") and share < 1.0:
        image.draft(None, (max(1, int(width * share)), max(1, int(height * share))))
    image.load()
    orientation = pending_orientation(image)
    small = to_srgb(reduce_area(to_eight_bits(image), max_side), image.info.get("icc_profile"))
    if orientation in _UPRIGHT:
        small = small.transpose(_UPRIGHT[orientation])
    if orientation in SIDEWAYS_ORIENTATIONS:
        width, height = height, width
    return Picture(image=small, full_width=width, full_height=height, facts=facts)


def reduce_area(image: Image.Image, max_side: int) -> Image.Image:
    """Average areas of pixels so that the longer side is at most `max_side`."""
    longer = max(image.size)
    if longer <= max_side:
        return image
    width, height = (max(1, round(side * max_side / longer)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX)
