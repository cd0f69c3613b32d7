"""Whatever is no readable photo gives one clear sentence and takes neither long nor much memory."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from capture_pictures import quarters
from PIL import Image

from levelback.capture import photo as photo_module
from levelback.capture import read_photo
from levelback.errors import UnreadablePhoto, UsageError


def message_for(path) -> str:
    """Return the one line that reading this file gives."""
    with pytest.raises(UnreadablePhoto) as caught:
        read_photo(path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    assert len(message) < 300
    return message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"Dear diary, today I stood straight.\n", "it holds text"),
        ("größer als nötig".encode(), "it holds text"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "a video"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a web page or drawing"),
        (b"\xff\x0a\xfa\x7f", "a JPEG XL picture"),
        (bytes(range(256)) * 4, "no picture"),
        (b"\xff\xd8\xff", "damaged, incomplete or unusual JPEG"),
        (b"\x89PNG\r\n\x1a\n", "damaged, incomplete or unusual PNG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "damaged, incomplete or unusual HEIF"),
    ],
)
def test_what_the_file_holds_instead_is_named(tmp_path, content, words):
    path = tmp_path / "notes.jpg"
    path.write_bytes(content)
    message = message_for(path)
    assert words in message
    assert "notes.jpg" in message


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "bmp", "gif", "avif", "heic"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_photo_is_refused_quietly(tmp_path, suffix, share, capfd):
    rng = np.random.default_rng(1)
    noise = Image.fromarray(rng.integers(0, 256, (120, 160, 3), dtype=np.uint8))
    path = tmp_path / f"cut.{suffix}"
    if suffix == "heic":
        pytest.importorskip("pillow_heif").from_pillow(noise).save(path)
    else:
        noise.save(path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    capfd.readouterr()
    assert "damaged, incomplete" in message_for(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "jpeg"])
def test_a_damaged_tiff_is_refused_quietly(tmp_path, compression, capfd):
    path = tmp_path / "damaged.tiff"
    noise = np.random.default_rng(1).integers(0, 256, (120, 160, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, compression=compression)
    with Image.open(path) as image:
        strip = image.tag_v2[273][0]
    data = bytearray(path.read_bytes())
    data[strip + 2 : strip + 400] = bytes(398)
    path.write_bytes(data)
    capfd.readouterr()
    assert "damaged, incomplete" in message_for(path)
    print("standard error works again", file=sys.stderr)
    assert capfd.readouterr() == ("", "standard error works again\n")


def test_a_missing_file_is_wrong_usage(tmp_path):
    with pytest.raises(UsageError, match="There is no file"):
        read_photo(tmp_path / "nobody.jpg")


def test_folder_device_and_pipe(tmp_path):
    assert "is a folder" in message_for(tmp_path)
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    assert "a device or a pipe" in message_for(pipe)
    assert "a device or a pipe" in message_for(os.devnull)


def test_permission_denied(tmp_path, monkeypatch):
    path = tmp_path / "locked.jpg"
    path.write_bytes(b"x")

    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be opened" in message_for(path)


def test_names_that_no_file_can_have():
    assert "its name is too long" in message_for("x" * 5000 + ".jpg")
    assert "cannot be opened" in message_for("a\0b.jpg")


def test_a_hostile_file_name_stays_one_line(tmp_path):
    path = tmp_path / "two\nlines\x1b[31m.jpg"
    path.write_bytes(b"no picture at all")
    assert "\x1b" not in message_for(path)


def test_an_oversized_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(photo_module, "MAX_FILE_BYTES", 2**20)
    path = tmp_path / "huge.jpg"
    with path.open("wb") as stream:
        stream.truncate(2**20 + 1)
    assert "larger than 1 MiB" in message_for(path)


def test_raw_camera_files_are_named(tmp_path):
    path = tmp_path / "raw.dng"
    Image.fromarray(quarters()).save(path, format="TIFF", tiffinfo={0xC612: b"\x01\x04\0\0"})
    assert "raw camera file" in message_for(path)


@pytest.mark.parametrize("bad", [np.float32(7.0), np.float32(np.nan), np.int32(-1), np.int32(2**20)])
def test_numbers_that_are_no_brightness_are_refused(tmp_path, bad):
    path = tmp_path / "height_map.tiff"
    Image.fromarray(np.full((20, 20), bad)).save(path)
    assert "unusual TIFF" in message_for(path)


@pytest.mark.parametrize("side", [0, -5])
def test_max_side_must_be_positive(tmp_path, side):
    with pytest.raises(UsageError, match="max_side"):
        read_photo(tmp_path / "any.jpg", max_side=side)


def png_bomb(side: int) -> bytes:
    """Return a true one-bit PNG of `side`² black pixels, made without ever holding them."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(1)
    rows = bytes((side // 8 + 1) * 100)
    pixels = b"".join(packer.compress(rows) for _ in range(side // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


PEAK = """
import sys
from pathlib import Path
from levelback.capture import read_photo
from levelback.errors import UnreadablePhoto
try:
    print(read_photo(sys.argv[1]).image.shape)
except UnreadablePhoto as error:
    print(error)
status = Path('/proc/self/status').read_text()
print(next(line for line in status.splitlines() if line.startswith('VmHWM')).split()[1])
"""


def peak_mb(path) -> tuple[str, float]:
    """Read a photo in a process of its own; return what it prints and its peak memory in megabytes.

    Not from getrusage: after fork and exec it still counts the peak of the parent.
    """
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")
    done = subprocess.run([sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True)
    said, kilobytes = done.stdout.strip().splitlines()
    return said, int(kilobytes) / 1024


def test_a_48_megapixel_jpeg_stays_small_in_memory(tmp_path):
    """Decoded whole, it would take 280 MB."""
    path = tmp_path / "phone.jpg"
    tile = np.random.default_rng(2).integers(0, 256, (504, 756, 3), dtype=np.uint8)
    Image.fromarray(np.tile(tile, (16, 8, 1))).save(path, quality=80)
    said, peak = peak_mb(path)
    assert said == "(2016, 1512, 3)"
    assert peak < 200


def test_a_pixel_bomb_is_refused_by_its_header(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(png_bomb(60_000))
    said, peak = peak_mb(path)
    assert "too large: 60,000 × 60,000 pixels" in said
    assert peak < 150


def jpeg_that_claims(path, *, height, width, progressive=False):
    """Write a small JPEG whose header claims another size, and return its path."""
    Image.new("RGB", (64, 64)).save(path, progressive=progressive)
    data = bytearray(path.read_bytes())
    frame_header = data.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    data[frame_header + 5 : frame_header + 9] = struct.pack(">HH", height, width)
    path.write_bytes(data)
    return path


def test_the_size_that_a_jpeg_claims_is_checked_first(tmp_path):
    huge = jpeg_that_claims(tmp_path / "a.jpg", height=65_535, width=65_535)
    assert "too large: 65,535 × 65,535 pixels, where 200 million" in message_for(huge)


def test_a_progressive_jpeg_has_the_lower_limit(tmp_path):
    """It cannot be reduced while it is decoded: libjpeg keeps all its coefficients."""
    claim = {"height": 8_000, "width": 10_000}
    progressive = jpeg_that_claims(tmp_path / "a.jpg", **claim, progressive=True)
    assert "too large: 10,000 × 8,000 pixels, where 64 million" in message_for(progressive)
    assert read_photo(jpeg_that_claims(tmp_path / "b.jpg", **claim)).full_width == 10_000


def test_a_tiff_is_read_without_a_standard_error(tmp_path):
    path = tmp_path / "photo.tiff"
    Image.fromarray(quarters()).save(path)
    code = "import os, sys; os.close(2); from levelback.capture import read_photo; "
    code += "print(read_photo(sys.argv[1]).image.shape)"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "(80, 120, 3)"
