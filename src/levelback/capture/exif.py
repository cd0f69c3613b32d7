"""What the tags of a photo say: which way is up, when, which lens, and whether the sides are swapped.

**Mirrored selfies.** No EXIF tag says "mirrored", so two tags are read together. A camera sees the
world with its true sides. When a person asks for a selfie that looks like the preview, iPhones keep the
true pixels and write a *flipping* orientation (2, 4, 5 or 7) next to a lens that is named a front camera
(Apple's documentation of ``AVCaptureConnection.isVideoMirrored``: a photo output "applies the mirror
effect with EXIF tags"). Such a photo is shown mirrored everywhere, so `shown_mirrored` says yes.

- A front camera without a flip on an Apple device: not mirrored.
- A front camera without a flip elsewhere: taken as not mirrored, but in doubt, since some phones mirror
  the pixels themselves and leave no trace.
- A flip without a named front camera: the tag is obeyed as the standard says, but in doubt. Android's
  CameraX writes such a flip to mirror a selfie; picture editors write one to undo a mirrored scan.

Messengers and editors remove all these tags: a picture without any says nothing about its sides.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from PIL import ExifTags, Image

logger = logging.getLogger(__name__)

FLIPPING_ORIENTATIONS = frozenset({2, 4, 5, 7})
SIDEWAYS_ORIENTATIONS = frozenset({5, 6, 7, 8})

_FULL_FRAME_DIAGONAL_MM = math.hypot(36.0, 24.0)
_FOCAL_35MM_RANGE = (8.0, 400.0)
_WIDEST_ASPECT = 2.4
_HEIF_HEADER_BYTES = 2**16


@dataclass(frozen=True, kw_only=True, slots=True)
class PhotoFacts:
    """What the tags say; the defaults stand for a picture without tags.

    flipped            the orientation asks viewers to mirror the picture
    front_camera       the lens is named a front camera
    apple              made by an Apple device
    taken_at           when the picture was taken; with a time zone only if the tags name one
    focal_length_35mm  focal length that gives the same angle of view on 35 mm film, in mm
    """

    flipped: bool = False
    front_camera: bool = False
    apple: bool = False
    taken_at: datetime | None = None
    focal_length_35mm: float | None = None

    @property
    def shown_mirrored(self) -> bool:
        """Whether the picture, as every viewer shows it, swaps left and right."""
        return self.flipped and self.front_camera

    @property
    def sides_in_doubt(self) -> bool:
        """Whether the tags leave open if left and right are swapped."""
        if self.flipped:
            return not self.front_camera
        return self.front_camera and not self.apple


def read_facts(image: Image.Image, data: bytes) -> PhotoFacts:
    """Read the tags of an opened picture from its file's bytes; damaged tags count as missing.

    A HEIC file turns and mirrors by properties of its own (`irot`, `imir`), and the decoder obeys them;
    the standard calls its EXIF orientation informative only.
    """
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
    except Exception as error:  # Pillow's readers raise what the damaged bytes happen to trigger
        logger.debug("unreadable EXIF: %r", error)
        return PhotoFacts()
    if image.format == "HEIF":
        flipped = b"imir" in data[:_HEIF_HEADER_BYTES]
    else:
        flipped = _orientation(exif.get(ExifTags.Base.Orientation)) in FLIPPING_ORIENTATIONS
    return PhotoFacts(
        flipped=flipped,
        front_camera=bool(
            re.search(r"\bfront\b", _text(details.get(ExifTags.Base.LensModel)), re.IGNORECASE)
        ),
        apple=_text(exif.get(ExifTags.Base.Make)).casefold() == "apple",
        taken_at=_taken_at(details),
        focal_length_35mm=_focal_length_35mm(details.get(ExifTags.Base.FocalLengthIn35mmFilm)),
    )


def pending_orientation(image: Image.Image) -> int:
    """Return the orientation, 1…8, that a loaded picture still needs (TIFF and HEIC need none)."""
    try:
        return _orientation(image.getexif().get(ExifTags.Base.Orientation))
    except Exception as error:  # as in `read_facts`
        logger.debug("unreadable EXIF: %r", error)
        return 1


def vertical_fov_deg(focal_length_35mm: float | None, width: int, height: int) -> float | None:
    """Return the vertical angle of view in degrees of an upright picture of this size, or None.

    The 35 mm equivalent compares diagonals (CIPA DCG-001), so the aspect ratio of the picture decides
    how the angle divides. None without a focal length, and for panoramas, where it means nothing. A photo
    that was cropped later keeps its tag and then gives too large an angle.
    """
    if focal_length_35mm is None or max(width, height) > _WIDEST_ASPECT * min(width, height):
        return None
    film_height_mm = _FULL_FRAME_DIAGONAL_MM * height / math.hypot(width, height)
    return math.degrees(2.0 * math.atan2(film_height_mm, 2.0 * focal_length_35mm))


def _orientation(value: object) -> int:
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _text(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return value.strip("\0 ") if isinstance(value, str) else ""


def _taken_at(details: Mapping[int, object]) -> datetime | None:
    for stamp, offset in (
        (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
        (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    ):
        text, zone = _text(details.get(stamp)), _text(details.get(offset))
        for value, pattern in ((text + zone, "%Y:%m:%d %H:%M:%S%z"), (text, "%Y:%m:%d %H:%M:%S")):
            try:
                return datetime.strptime(value, pattern)
            except ValueError:
                continue
    return None


def _focal_length_35mm(value: object) -> float | None:
    try:
        focal = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    low, high = _FOCAL_35MM_RANGE
    return focal if low <= focal <= high else None
