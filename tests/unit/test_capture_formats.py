"""Every file format and colour mode that people have comes out as the same upright RGB picture."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys

import numpy as np
import pytest
from capture_pictures import HEIGHT, STORED_AS, WIDTH, corners, exif, quarters
from PIL import Image, ImageCms

from levelback.capture import read_photo

LOSSLESS, LOSSY = 1, 14

FORMATS = [
    pytest.param("jpg", {"quality": 95, "subsampling": 0}, LOSSY, id="jpeg"),
    pytest.param("jpg", {"quality": 95, "subsampling": 0, "progressive": True}, LOSSY, id="progressive"),
    pytest.param("png", {}, LOSSLESS, id="png"),
    pytest.param("webp", {"lossless": True}, LOSSLESS, id="webp-lossless"),
    pytest.param("webp", {"quality": 95}, LOSSY, id="webp"),
    pytest.param("tiff", {}, LOSSLESS, id="tiff"),
    pytest.param("tiff", {"compression": "tiff_lzw"}, LOSSLESS, id="tiff-lzw"),
    pytest.param("tiff", {"compression": "tiff_adobe_deflate"}, LOSSLESS, id="tiff-deflate"),
    pytest.param("bmp", {}, LOSSLESS, id="bmp"),
    pytest.param("gif", {}, 6, id="gif"),
    pytest.param("avif", {"quality": 95}, LOSSY, id="avif"),
    pytest.param("heic", {"quality": 95}, LOSSY, id="heic"),
]


def save(image, path, **options):
    """Write a picture; HEIC through its own library, so that Pillow's table stays as users have it."""
    if path.suffix == ".heic":
        pillow_heif = pytest.importorskip("pillow_heif")
        tags = options.pop("exif", None)
        pillow_heif.from_pillow(image).save(path, exif=tags.tobytes() if tags else None, **options)
    else:
        image.save(path, **options)


@pytest.mark.parametrize(("suffix", "options", "tolerance"), FORMATS)
def test_a_format_keeps_its_colours(tmp_path, suffix, options, tolerance):
    path = tmp_path / f"photo.{suffix}"
    save(Image.fromarray(quarters()), path, **options)
    frame = read_photo(path)
    assert frame.image.shape == (HEIGHT, WIDTH, 3)
    assert (frame.full_width, frame.full_height) == (WIDTH, HEIGHT)
    np.testing.assert_allclose(corners(frame.image), corners(quarters()), atol=tolerance)
    assert frame.origin == path.name
    assert frame.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert not frame.image.flags.writeable


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "avif", "heic"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_come_out_upright(tmp_path, suffix, orientation):
    upright = Image.fromarray(quarters())
    turn = STORED_AS[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    path = tmp_path / f"photo.{suffix}"
    if suffix == "heic":  # its encoder turns by itself and wants what a camera's sensor saw
        save(stored, path, exif=exif(orientation), quality=95)
    else:
        save(stored, path, exif=exif(orientation))
    frame = read_photo(path)
    assert (frame.full_width, frame.full_height) == (WIDTH, HEIGHT)
    np.testing.assert_allclose(corners(frame.image), corners(quarters()), atol=20)


def test_compressed_tiff_is_turned_once(tmp_path):
    path = tmp_path / "photo.tiff"
    stored = Image.fromarray(quarters()).transpose(STORED_AS[6])
    stored.save(path, compression="tiff_lzw", exif=exif(6))
    frame = read_photo(path)
    np.testing.assert_array_equal(frame.image, quarters())


def test_the_content_decides_not_the_suffix(tmp_path):
    path = tmp_path / "photo.jpg"
    Image.fromarray(quarters()).save(path, format="PNG")
    np.testing.assert_array_equal(read_photo(path).image, quarters())


def test_mpo_and_gif_give_their_first_picture(tmp_path):
    first, second = Image.fromarray(quarters()), Image.new("RGB", (WIDTH, HEIGHT))
    for name in ("stereo.mpo", "moving.gif"):
        path = tmp_path / name
        first.save(path, save_all=True, append_images=[second])
        np.testing.assert_allclose(corners(read_photo(path).image), corners(quarters()), atol=20)


GREY = np.round(quarters() @ [0.299, 0.587, 0.114]).astype(np.uint8)


@pytest.mark.parametrize(
    ("mode", "suffix", "tolerance"),
    [("L", "png", 1), ("L", "jpg", 4), ("LA", "png", 1), ("F", "tiff", 1), ("I", "tiff", 1)],
)
def test_grey_becomes_three_equal_channels(tmp_path, mode, suffix, tolerance):
    path = tmp_path / f"grey.{suffix}"
    if mode == "F":
        image = Image.fromarray(GREY.astype(np.float32) / 255.0)
    elif mode == "I":
        image = Image.fromarray(GREY.astype(np.int32) * 257)
    else:
        image = Image.fromarray(GREY).convert(mode)
    image.save(path)
    expected = np.repeat(GREY[..., None], 3, axis=2)
    np.testing.assert_allclose(read_photo(path).image.astype(int), expected, atol=tolerance)


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_sixteen_bit_grey_keeps_the_upper_byte(tmp_path, suffix):
    path = tmp_path / f"deep.{suffix}"
    Image.fromarray(GREY.astype(np.uint16) * 256 + 17).save(path)
    np.testing.assert_array_equal(read_photo(path).image[..., 0], GREY)


def test_sixteen_bit_colour(tmp_path):
    cv2 = pytest.importorskip("cv2")
    deep = quarters()[..., ::-1].astype(np.uint16) * 257
    for suffix in ("png", "tiff"):
        path = tmp_path / f"deep.{suffix}"
        path.write_bytes(cv2.imencode(f".{suffix}", deep)[1].tobytes())
        np.testing.assert_array_equal(read_photo(path).image, quarters())


def test_one_bit_and_palette(tmp_path):
    bits, palette = tmp_path / "bits.png", tmp_path / "palette.png"
    Image.fromarray(GREY > 128).save(bits)
    np.testing.assert_array_equal(read_photo(bits).image[..., 1], np.where(GREY > 128, 255, 0))
    Image.fromarray(quarters()).quantize(8).save(palette)
    np.testing.assert_allclose(corners(read_photo(palette).image), corners(quarters()), atol=2)


def test_cmyk_without_a_profile(tmp_path):
    for suffix in ("jpg", "tiff"):
        path = tmp_path / f"print.{suffix}"
        Image.fromarray(quarters()).convert("CMYK").save(path)
        np.testing.assert_allclose(corners(read_photo(path).image), corners(quarters()), atol=6)


def test_lab_is_converted(tmp_path):
    """In pale colours, where a step of 8-bit LAB is at most two steps of RGB."""
    path = tmp_path / "lab.tiff"
    to_lab = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    pale = 128 + quarters() // 2
    ImageCms.applyTransform(Image.fromarray(pale), to_lab).save(path)
    np.testing.assert_allclose(corners(read_photo(path).image), corners(pale), atol=2)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "tRNS"])
def test_transparency_becomes_white(tmp_path, mode):
    path = tmp_path / "clear.png"
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    alpha[: HEIGHT // 2] = 0
    image = Image.fromarray(np.dstack([quarters(), alpha]))
    if mode == "tRNS":
        image.convert("RGB").save(path, transparency=(30, 60, 200))
        seen = corners(read_photo(path).image)
        assert seen[1, 0].tolist() == [255, 255, 255]
        assert seen[0, 0].tolist() == corners(quarters())[0, 0].tolist()
        return
    image = image.quantize(16) if mode == "P" else image.convert(mode)
    image.save(path)
    seen = corners(read_photo(path).image)
    assert seen[0].min() == 255
    assert seen[1, 0].max() < 220


def test_half_transparent_is_a_blend_with_white(tmp_path):
    path = tmp_path / "veil.png"
    Image.new("RGBA", (40, 40), (0, 100, 200, 51)).save(path)
    np.testing.assert_allclose(read_photo(path).image[20, 20].astype(int), (204, 224, 244), atol=1)


P3_TO_XYZ = np.array([[0.5151, 0.2919, 0.1572], [0.2412, 0.6922, 0.0666], [-0.0011, 0.0419, 0.7841]])
SRGB_TO_XYZ = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])
GAMMA = 563 / 256


def display_p3_profile() -> bytes:
    """Return an ICC profile (version 2, matrix and gamma 2.2) with the primaries of Display P3."""

    def s15(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(column):
        return b"XYZ \0\0\0\0" + b"".join(s15(value) for value in column)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, 563) + b"\0\0"
    text = b"Display P3\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + b"\0" * (79 + -len(text) % 4)
    tags = {
        b"desc": description,
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(P3_TO_XYZ[:, 0]),
        b"gXYZ": xyz(P3_TO_XYZ[:, 1]),
        b"bXYZ": xyz(P3_TO_XYZ[:, 2]),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    table, body, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data
    header = bytearray(128)
    header[0:4] = struct.pack(">I", start + len(body))
    header[8:12], header[12:24] = bytes([2, 0x20, 0, 0]), b"mntrRGB XYZ "
    header[36:40], header[68:80] = b"acsp", s15(0.9642) + s15(1.0) + s15(0.8249)
    return bytes(header) + table + body


def p3_to_srgb(rgb) -> np.ndarray:
    linear = np.linalg.solve(SRGB_TO_XYZ, P3_TO_XYZ @ (np.array(rgb) / 255.0) ** GAMMA)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.abs(linear) ** (1 / 2.4) - 0.055)
    return np.clip(encoded, 0, 1) * 255


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "heic"])
def test_a_colour_profile_is_converted(tmp_path, suffix):
    colour = (200, 110, 70)
    path = tmp_path / f"wide.{suffix}"
    image = Image.new("RGB", (64, 64), colour)
    options = {} if suffix in ("png", "tiff") else {"quality": 95}
    if suffix == "heic":
        image.info["icc_profile"] = display_p3_profile()
    else:
        options["icc_profile"] = display_p3_profile()
    save(image, path, **options)
    expected = p3_to_srgb(colour)
    assert np.abs(expected - colour).max() > 8
    np.testing.assert_allclose(read_photo(path).image[32, 32], expected, atol=3)


@pytest.mark.parametrize("profile", [b"not a profile", display_p3_profile()[:200]])
def test_a_damaged_profile_is_ignored(tmp_path, profile):
    path = tmp_path / "odd.png"
    Image.fromarray(quarters()).save(path, icc_profile=profile)
    np.testing.assert_array_equal(read_photo(path).image, quarters())


def test_a_profile_for_another_kind_of_colour_is_ignored(tmp_path):
    path = tmp_path / "odd.tiff"
    Image.fromarray(quarters()).convert("CMYK").save(path, icc_profile=display_p3_profile())
    np.testing.assert_allclose(corners(read_photo(path).image), corners(quarters()), atol=1)


@pytest.mark.parametrize("suffix", ["jpg", "png"])
@pytest.mark.parametrize("size", [(4032, 3024), (2500, 1200), (300, 4000)])
def test_a_large_picture_is_reduced_by_averaging(tmp_path, suffix, size):
    path = tmp_path / f"large.{suffix}"
    checks = (np.indices((size[1], size[0])).sum(axis=0) % 2 * 255).astype(np.uint8)
    Image.fromarray(checks).save(path, **({"quality": 95} if suffix == "jpg" else {"compress_level": 1}))
    frame = read_photo(path, max_side=1000)
    assert (frame.full_width, frame.full_height) == size
    height, width = frame.image.shape[:2]
    assert 750 <= max(height, width) <= 1000
    assert width / height == pytest.approx(size[0] / size[1], rel=0.02)
    assert frame.image.mean() == pytest.approx(127.5, abs=2)
    assert frame.image.std() < 45


def test_a_small_picture_is_not_enlarged(tmp_path):
    path = tmp_path / "small.png"
    Image.new("RGB", (1, 1), (1, 2, 3)).save(path)
    assert read_photo(path).image.tolist() == [[[1, 2, 3]]]


def test_importing_capture_is_light():
    code = (
        "import sys, levelback.capture; "
        "print([m for m in ('cv2', 'scipy', 'mediapipe', 'pillow_heif', 'PIL.ImageCms') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_pillow_is_left_as_it_was(tmp_path):
    before = Image.MAX_IMAGE_PIXELS
    path = tmp_path / "photo.png"
    Image.fromarray(quarters()).save(path)
    read_photo(path)
    assert before == Image.MAX_IMAGE_PIXELS
