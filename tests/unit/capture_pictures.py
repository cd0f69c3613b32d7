"""Pictures that the capture tests write: four flat quarters, so that any turn or flip shows."""

from __future__ import annotations

import numpy as np
from PIL import Image

RED, GREEN, BLUE, WHITE = (220, 40, 30), (40, 180, 60), (30, 60, 200), (250, 250, 250)
HEIGHT, WIDTH = 80, 120

STORED_AS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the upright picture lies in the file for each EXIF orientation."""


def quarters() -> np.ndarray:
    """Return (80, 120, 3) uint8: red, green above blue, white."""
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    picture[: HEIGHT // 2, : WIDTH // 2] = RED
    picture[: HEIGHT // 2, WIDTH // 2 :] = GREEN
    picture[HEIGHT // 2 :, : WIDTH // 2] = BLUE
    picture[HEIGHT // 2 :, WIDTH // 2 :] = WHITE
    return picture


def corners(image: np.ndarray) -> np.ndarray:
    """Return (2, 2, 3) int: the colours in the middle of the four quarters."""
    height, width = image.shape[:2]
    return image[np.ix_([height // 4, 3 * height // 4], [width // 4, 3 * width // 4])].astype(int)


def exif(orientation: int = 1, **details: object) -> Image.Exif:
    """Return tags; `details` names tags of the Exif block (``LensModel``), `Make` is the maker."""
    from PIL import ExifTags

    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    if "Make" in details:
        tags[ExifTags.Base.Make] = details.pop("Make")
    block = tags.get_ifd(ExifTags.IFD.Exif)
    for name, value in details.items():
        block[ExifTags.Base[name]] = value
    return tags
