"""A folder of photos of two people: several formats and views, a copy, and two that cannot be measured."""

from __future__ import annotations

import shutil
from pathlib import Path

from PIL import ExifTags, Image

SAMPLES = Path(__file__).parents[2] / "sample_images"
GOOD, BAD = 5, 2


def make_album(folder: Path) -> Path:
    """Fill `folder` with five photos that can be measured and two that cannot, and return it."""
    for name in ("anna/2024-05-01", "anna/2024-06-02", "ben"):
        (folder / name).mkdir(parents=True)
    shutil.copy(SAMPLES / "front-left-hip-high.jpg", folder / "anna/2024-05-01/front.jpg")
    shutil.copy(SAMPLES / "front-left-hip-high.jpg", folder / "ben/copy.jpg")
    with Image.open(SAMPLES / "left-neutral.jpg") as picture:
        picture.save(folder / "anna/2024-06-02/left.webp", quality=90)
    with Image.open(SAMPLES / "back-symmetric.jpg") as picture:
        exif = Image.Exif()
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:07:03 10:11:12"
        picture.save(folder / "ben/IMG_0001.jpg", exif=exif, quality=95)
    with Image.open(SAMPLES / "front-symmetric.jpg") as picture:
        picture.resize((270, 480)).save(folder / "cleo_20240801_front.png")
    Image.new("RGB", (300, 400), (170, 170, 170)).save(folder / "ben/=wall.png")
    (folder / "ben/broken.jpg").write_text("hello")
    return folder
