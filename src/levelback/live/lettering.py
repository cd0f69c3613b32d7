"""Text for the live window: drawn once by Pillow on its ground, then copied."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from levelback.pose.crops import Image as Pixels
from levelback.report.fonts import REGULAR, SEMIBOLD

Colour = tuple[int, int, int]
SIZES = (60, 50, 42, 34, 26)
"""Of sentences, in pixels: the largest that fits is taken."""
LEADING = 1.2
"""From line to line, in parts of the size."""


@lru_cache(maxsize=64)
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(SEMIBOLD if bold else REGULAR), size)


@lru_cache(maxsize=128)
def lettering(text: str, size: int, colour: Colour, ground: Colour, *, bold: bool = True) -> Pixels:
    """Return one line of text as (height, width, 3) uint8 on a plain ground; `size` in pixels.

    The height is that of the typeface, so that lines of one size stand alike. Colours are in the order of
    the picture into which it is put. The array is shared: copy from it, do not change it.
    """
    font = _font(size, bold)
    ascent, descent = font.getmetrics()
    patch = Image.new("RGB", (max(1, round(font.getlength(text))), ascent + descent), ground)
    ImageDraw.Draw(patch).text((0, 0), text, font=font, fill=colour)
    return np.asarray(patch)


def wrapped(text: str, size: int, width: int, *, bold: bool = True) -> tuple[str, ...]:
    """Return `text` broken at spaces into lines of at most `width` pixels, as few and as even as can be."""
    lines = _broken(text, size, width, bold)
    narrower = width
    while narrower > width / 2 and len(even := _broken(text, size, narrower, bold)) == len(lines):
        lines, narrower = even, narrower - size
    return lines


def _broken(text: str, size: int, width: int, bold: bool) -> tuple[str, ...]:
    font = _font(size, bold)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)


@lru_cache(maxsize=256)
def fitting(text: str, width: int, height: int) -> tuple[int, tuple[str, ...]]:
    """Return the largest of `SIZES` at which `text` fits into `width` × `height` pixels, and its lines."""
    for size in SIZES:
        lines = wrapped(text, size, width)
        fits = all(_font(size, True).getlength(line) <= width for line in lines)
        if fits and len(lines) * LEADING * size <= height:
            return size, lines
    return SIZES[-1], wrapped(text, SIZES[-1], width)[: int(height / LEADING / SIZES[-1])]


def put(canvas: Pixels, patch: Pixels, x: float, y: float, *, anchor: float = 0.0) -> None:
    """Copy `patch` into `canvas`, its top at `y`; `x` is its left (`anchor` 0), middle (½) or right (1)."""
    height, width = patch.shape[:2]
    left, top = round(x - anchor * width), round(y)
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + width, canvas.shape[1]), min(top + height, canvas.shape[0])
    if x0 < x1 and y0 < y1:
        canvas[y0:y1, x0:x1] = patch[y0 - top : y1 - top, x0 - left : x1 - left]
