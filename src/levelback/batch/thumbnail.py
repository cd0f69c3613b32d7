"""A small picture of a report for the overview: the photo with the lines that were measured."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from levelback.pose.crops import Floats
from levelback.report.marks import FRONTAL_LINES, MEASURED, PLUMB, crop_box, middle_of, tilted, world_of
from levelback.report.values import Report

HEIGHT = 440
WIDTH = 440
_QUALITY = 80
_STROKE = 4
_SAGITTAL = ("ankle", "knee", "hip", "shoulder", "ear")


def thumbnail(report: Report) -> bytes:
    """Return a JPEG of at most 440 × 440 pixels of a report with a picture, cut to the body.

    From the front and the back it shows the measured tilts, from the side the plumb line through the ankle
    and the line from ankle to ear.
    """
    assert report.picture is not None
    box = crop_box(report.landmarks)
    factor = min(HEIGHT / (box[3] - box[1]), WIDTH / (box[2] - box[0]))
    size = (max(1, round((box[2] - box[0]) * factor)), max(1, round((box[3] - box[1]) * factor)))
    picture = Image.fromarray(report.picture)
    small = picture.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=2.0)
    if report.quality.usable:
        draw = ImageDraw.Draw(small)
        for color, points in _lines(report):
            places = (points - box[:2]) * factor
            draw.line([(float(x), float(y)) for x, y in places], fill=color, width=_STROKE, joint="curve")
    return _jpeg(small)


def plain_thumbnail(picture: NDArray[np.uint8]) -> bytes:
    """Return a JPEG of at most 440 × 440 pixels of a whole (height, width, 3) RGB picture."""
    small = Image.fromarray(picture)
    small.thumbnail((WIDTH, HEIGHT))
    return _jpeg(small)


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _lines(report: Report) -> list[tuple[str, Floats]]:
    """Return colours and (N, 2) points, px of the working picture, as the report's own picture has them."""
    landmarks, world = report.landmarks, world_of(report)
    if not report.photo.view.frontal:
        places = np.array([middle_of(landmarks, part) for part in _SAGITTAL])
        rise = float((places[-1] - places[0]) @ world.up)
        return [(PLUMB, np.array([places[0], places[0] + rise * world.up])), (MEASURED, places)]
    lines = []
    for one in report.measurements:
        if one.estimate is not None and one.id in FRONTAL_LINES:
            centre = middle_of(landmarks, FRONTAL_LINES[one.id])
            reach = 0.18 * world.height * tilted(world, world.towards * one.estimate.value)
            lines.append((MEASURED, np.array([centre - reach, centre + reach])))
    return lines
