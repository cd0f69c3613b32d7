"""Photos of one person brought to the same size and place: before and after, overlay, timelapse."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from levelback.metrics.body import X_TOWARDS, Body, body_frame, resample
from levelback.pose.joints import Joint
from levelback.progress.values import Shot
from levelback.report.fonts import SEMIBOLD

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 480, 800
STEP = 1.56 / HEIGHT
"""Body units in a pixel: from below the soles to above the head."""

X_REACH, Y_BOTTOM = STEP * WIDTH / 2, -0.78
BEFORE, AFTER = (184, 110, 0), (11, 107, 99)
LINES = ((Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.RIGHT_HIP))
FRAME_MS, LAST_MS = 700, 1800
PAPER = (244, 243, 239)


def can_align(shot: Shot) -> bool:
    """Tell whether a photo's picture is there and shows a standing body."""
    return shot.report.picture is not None and _body(shot) is not None


def align(shot: Shot) -> Picture:
    """Return the photo upright, (HEIGHT, WIDTH, 3) uint8: hips in the middle, shoulders to ankles one size.

    The camera's roll is undone. Left and right are as in the photo; what lies outside of it is paper.
    """
    body = _body(shot)
    assert body is not None
    assert shot.report.picture is not None
    picture = resample(
        shot.report.picture, body, (-X_REACH, X_REACH), (Y_BOTTOM, Y_BOTTOM + STEP * HEIGHT), STEP
    )
    inside = resample(
        np.full_like(shot.report.picture, 255),
        body,
        (-X_REACH, X_REACH),
        (Y_BOTTOM, Y_BOTTOM + STEP * HEIGHT),
        STEP,
    )
    share = inside.astype(np.float32) / 255
    on_paper = (picture + (1 - share) * np.array(PAPER)).clip(0, 255)
    picture = np.asarray(on_paper, dtype=np.uint8)
    flipped = X_TOWARDS[shot.report.photo.view] < 0
    return np.ascontiguousarray(picture[:, ::-1]) if flipped else picture


def overlay(before: Shot, after: Shot) -> Picture:
    """Return both photos half and half, with the lines of shoulders and hips and the middle of each."""
    mixed = cv2.addWeighted(align(before), 0.5, align(after), 0.5, 0)
    image = Image.fromarray(np.asarray(mixed, dtype=np.uint8))
    draw = ImageDraw.Draw(image)
    for shot, color in ((before, BEFORE), (after, AFTER)):
        body = _body(shot)
        assert body is not None
        for pair in LINES:
            _draw_line(draw, [_place(shot, body[joint]) for joint in pair], color)
        middles = [_place(shot, body.middle(joint)) for joint in (Joint.LEFT_SHOULDER, Joint.LEFT_HIP)]
        _draw_line(draw, middles, color)
    return np.asarray(image)


def timelapse(shots: Sequence[Shot]) -> bytes:
    """Return the aligned photos, each with its date, as an animated GIF that repeats."""
    frames = [_dated(align(shot), shot.at) for shot in shots]
    palette = [
        frame.quantize(colors=256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG)
        for frame in frames
    ]
    times = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    buffer = io.BytesIO()
    palette[0].save(
        buffer, "GIF", save_all=True, append_images=palette[1:], duration=times, loop=0, optimize=True
    )
    return buffer.getvalue()


def _dated(picture: Picture, at: datetime) -> Image.Image:
    image = Image.fromarray(picture)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(SEMIBOLD), 22)
    text = f"{at.day} {at:%B %Y}"
    width = draw.textlength(text, font=font)
    draw.rounded_rectangle((12, 12, 36 + width, 52), radius=8, fill=(255, 255, 255))
    draw.text((24, 32), text, font=font, fill=(27, 36, 38), anchor="lm")
    return image


def _draw_line(
    draw: ImageDraw.ImageDraw, points: Sequence[tuple[float, float]], color: tuple[int, int, int]
) -> None:
    draw.line(list(points), fill=(255, 255, 255), width=6)
    draw.line(list(points), fill=color, width=3)


def _place(shot: Shot, point: NDArray[np.float64]) -> tuple[float, float]:
    """Return the pixel of a body point in the aligned picture."""
    x = (point[0] * X_TOWARDS[shot.report.photo.view] + X_REACH) / STEP
    return float(x), float((Y_BOTTOM + STEP * HEIGHT - point[1]) / STEP)


def _body(shot: Shot) -> Body | None:
    """Return the body in the frame of the picture that is there, which may be smaller than the photo."""
    report = shot.report
    if report.picture is None:
        return None
    landmarks = report.landmarks
    height, width = report.picture.shape[:2]
    factor = width / landmarks.width
    scaled = replace(
        landmarks,
        points=landmarks.points * factor,
        covariance=landmarks.covariance * factor**2,
        silhouette=None,
        width=width,
        height=height,
    )
    try:
        return body_frame(scaled, report.roll.estimate.value)
    except ValueError:
        return None
