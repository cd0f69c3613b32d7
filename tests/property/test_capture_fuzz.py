"""Damaged photo files give a frame or UnreadablePhoto: nothing else, and no noise."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from levelback.capture import Frame, frame_from_array, read_photo
from levelback.errors import UnreadablePhoto, UsageError

KINDS = {
    "jpeg": ("JPEG", {}),
    "progressive": ("JPEG", {"progressive": True}),
    "png": ("PNG", {}),
    "webp": ("WEBP", {}),
    "tiff": ("TIFF", {}),
    "tiff-lzw": ("TIFF", {"compression": "tiff_lzw"}),
    "bmp": ("BMP", {}),
    "gif": ("GIF", {}),
    "avif": ("AVIF", {}),
    "heif": ("HEIF", {}),
}


@cache
def sound_file(kind: str) -> bytes:
    """Return a small, sound file of this kind, with an orientation and a date where it can have them."""
    colours = np.random.default_rng(3).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(np.kron(colours, np.ones((8, 8, 1), np.uint8)))
    tags = Image.Exif()
    tags[0x0112] = 6
    tags.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
    form, options = KINDS[kind]
    if form == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        stream = io.BytesIO()
        pillow_heif.from_pillow(image).save(stream, exif=tags.tobytes())
        return stream.getvalue()
    if form in ("JPEG", "PNG", "WEBP", "AVIF"):
        options = {**options, "exif": tags}
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def outcome(refusal, function, *args, **options) -> Frame | str:
    """Return the frame, or the sentence of the one error that is allowed; any other error passes."""
    try:
        frame = function(*args, **options)
    except refusal as error:
        sentence = str(error)
    else:
        assert isinstance(frame, Frame)
        return frame
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


@st.composite
def damaged_files(draw) -> bytes:
    data = bytearray(sound_file(draw(st.sampled_from(sorted(KINDS)))))
    damage = draw(st.sampled_from(["cut", "flip", "splice", "flip and cut"]))
    if "flip" in damage:
        for _ in range(draw(st.integers(1, 8))):
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    if damage == "splice":
        other = sound_file(draw(st.sampled_from(sorted(KINDS))))
        at, start = draw(st.integers(0, len(data))), draw(st.integers(0, len(other)))
        data[at : at + draw(st.integers(0, 200))] = other[start : start + draw(st.integers(0, 200))]
    if "cut" in damage:
        del data[draw(st.integers(0, len(data))) :]
    return bytes(data)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=damaged_files())
def test_damaged_bytes_give_a_frame_or_one_sentence(tmp_path, data):
    path = tmp_path / "photo.jpg"
    path.write_bytes(data)
    result = outcome(UnreadablePhoto, read_photo, path)
    if isinstance(result, Frame):
        assert max(result.image.shape[:2]) <= max(result.full_width, result.full_height)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_undamaged_files_are_read(tmp_path, kind):
    """Otherwise the fuzz above would prove nothing."""
    path = tmp_path / "photo.bin"
    path.write_bytes(sound_file(kind))
    assert sorted(read_photo(path).image.shape) == [3, 48, 64]


@settings(max_examples=100, deadline=None)
@given(
    shape=st.lists(st.integers(0, 5), max_size=4),
    dtype=st.sampled_from(["u1", "u2", "u4", "i8", "f2", "f4", "f8", "c8", "?", "O", "S3"]),
    mirrored=st.booleans(),
    max_side=st.integers(-1, 4),
)
def test_any_array_gives_a_frame_or_one_sentence(shape, dtype, mirrored, max_side):
    array = np.zeros(shape, dtype)
    result = outcome(UsageError, frame_from_array, array, mirrored=mirrored, max_side=max_side)
    if isinstance(result, Frame):
        assert 1 <= max(result.image.shape[:2]) <= max_side
        assert result.mirrored is mirrored
