"""A picture as the rest of the package sees it: upright, unmirrored RGB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

MAX_SIDE = 2048
"""Default for the longer side of a working image, in pixels. The landmark model sees crops of 256, the
outline of the body needs about 1,500; more only costs time."""

FAST_SIDE = 800
"""The same where outline and cloth are not read: a body that fills a third of the height still has more
pixels than the landmark model sees. On 91 rendered people `--fast` errs as it does with 1,280 pixels, and
lines of the scene give the roll as well as at 1,100, in half the time. A photo of 12 megapixels is decoded
at a quarter of its width."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Frame:
    """One picture, upright and with left and right as the world has them.

    image       (height, width, 3) uint8 RGB, read-only; possibly reduced from the full picture
    full_width, full_height   size of the full picture in pixels, after turning it upright
    time_s      time since the source began, in seconds (0 for a photo)
    origin      file name or camera, for people
    sha256      of the file's bytes; None where there is no file
    mirrored    whether the source was mirrored (already undone in `image`)
    taken_at    when the picture was taken, from EXIF; None if unknown
    vertical_fov_deg   vertical angle of view of the full upright picture from the EXIF focal length
                (35 mm equivalent); None if unknown
    sides_in_doubt   the tags leave open whether left and right are swapped (a selfie that may have been
                saved mirrored), and nobody has said so: people should be asked to check
    """

    image: NDArray[np.uint8]
    full_width: int
    full_height: int
    time_s: float
    origin: str
    sha256: str | None
    mirrored: bool
    taken_at: datetime | None
    vertical_fov_deg: float | None = None
    sides_in_doubt: bool = False

    def __post_init__(self) -> None:
        image = np.asarray(self.image).view()
        if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
            raise ValueError(f"image must be (height, width, 3) uint8, got {image.shape} {image.dtype}")
        image.setflags(write=False)
        object.__setattr__(self, "image", image)
