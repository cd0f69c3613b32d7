"""One photo file to a Frame: the file is read once, and decoded from memory."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import stat
from pathlib import Path

import numpy as np
from PIL import Image

from levelback.capture.decode import decode
from levelback.capture.exif import vertical_fov_deg
from levelback.capture.frame import MAX_SIDE, Frame
from levelback.errors import UnreadablePhoto, UsageError

logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 256 * 2**20
"""Largest photo file, in bytes."""

_LONGEST_NAME = 120


def read_photo(
    path: str | os.PathLike[str], *, mirrored: bool | None = None, max_side: int = MAX_SIDE
) -> Frame:
    """Read one photo, turned upright and with left and right as the world has them.

    path      JPEG (also MPO), PNG, WebP, TIFF, HEIC, AVIF, BMP, or a GIF's first frame. The content
              decides, not the name's ending.
    mirrored  whether the photo, as a viewer shows it, swaps left and right, as in a mirror. None asks
              the tags, which know it for some selfies only: see `levelback.capture.exif`.
    max_side  the longer side of the returned image is at most this many pixels (area averages)

    Transparency becomes white, an ICC profile is converted to sRGB, grey becomes RGB. At most 200
    million pixels in a JPEG and 64 million in a progressive JPEG or another format, in at most 256 MiB.

    Raises UsageError if there is no such file, and UnreadablePhoto if it cannot be read or is no photo.
    """
    if max_side < 1:
        raise UsageError(f"max_side must be at least 1 pixel, not {max_side}.")
    file = Path(path)
    data = read_bytes(file, printable(str(file)))
    return frame_from_bytes(data, name=str(file), mirrored=mirrored, max_side=max_side)


def frame_from_bytes(
    data: bytes, *, name: str, mirrored: bool | None = None, max_side: int = MAX_SIDE
) -> Frame:
    """Return the photo in `data`, the bytes of a file that was called `name`; see `read_photo`."""
    shown = printable(name)
    picture = decode(data, name=shown, max_side=max_side)
    facts = picture.facts
    if mirrored is None:
        mirrored, in_doubt = facts.shown_mirrored, facts.sides_in_doubt
    else:
        in_doubt = False
    image = picture.image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else picture.image
    logger.debug("read %s: %d × %d pixels", shown, picture.full_width, picture.full_height)
    return Frame(
        image=np.asarray(image),
        full_width=picture.full_width,
        full_height=picture.full_height,
        time_s=0.0,
        origin=printable(Path(name).name),
        sha256=hashlib.sha256(data).hexdigest(),
        mirrored=mirrored,
        taken_at=facts.taken_at,
        vertical_fov_deg=vertical_fov_deg(facts.focal_length_35mm, picture.full_width, picture.full_height),
        sides_in_doubt=in_doubt,
    )


def printable(name: str) -> str:
    """Return a file name as one line that any terminal can show; a very long one loses its middle."""
    clean = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    half = _LONGEST_NAME // 2
    return clean if len(clean) <= _LONGEST_NAME else f"{clean[:half]}…{clean[-half:]}"


def read_bytes(file: Path, name: str) -> bytes:
    """Return the bytes of a photo file; errors call it `name`. See `read_photo` for limits and errors."""
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            raise UnreadablePhoto(f"'{name}' is a folder, not a photo.")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadablePhoto(f"'{name}' is a device or a pipe, not a photo file.")
        with file.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file '{name}'. Check the spelling and the folder.") from error
    except PermissionError as error:
        raise UnreadablePhoto(f"'{name}' may not be opened. Give yourself permission to read it.") from error
    except (OSError, ValueError) as error:
        raise UnreadablePhoto(f"'{name}' cannot be opened: {_reason(error)}.") from error
    if not data:
        raise UnreadablePhoto(f"'{name}' is empty. Copy it from the camera again.")
    if len(data) > MAX_FILE_BYTES:
        raise UnreadablePhoto(
            f"'{name}' is larger than {MAX_FILE_BYTES // 2**20} MiB, the most for a photo file. "
            "Save a smaller copy of it."
        )
    return data


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, OSError):
        if error.errno == errno.ENAMETOOLONG:
            return "its name is too long"
        return (error.strerror or "the system refuses").lower()
    return "its name has characters that no file name can have"
