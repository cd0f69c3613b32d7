"""What kind of file this is, by its first bytes; the name's ending is not asked."""

from __future__ import annotations

import importlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from PIL import Image

from levelback.errors import MissingPart

PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".webp", ".tif", ".tiff"}
    | {".heic", ".heif", ".hif", ".avif", ".bmp", ".gif"}
)
"""Endings by which a folder's pictures are told from its other files."""

_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Prefix:
    magic: bytes
    meaning: str


_PICTURES = (
    _Prefix(magic=b"\xff\xd8\xff", meaning="JPEG"),
    _Prefix(magic=b"\x89PNG\r\n\x1a\n", meaning="PNG"),
    _Prefix(magic=b"GIF87a", meaning="GIF"),
    _Prefix(magic=b"GIF89a", meaning="GIF"),
    _Prefix(magic=b"II*\0", meaning="TIFF"),
    _Prefix(magic=b"MM\0*", meaning="TIFF"),
    _Prefix(magic=b"II+\0", meaning="TIFF"),
    _Prefix(magic=b"MM\0+", meaning="TIFF"),
    _Prefix(magic=b"BM", meaning="BMP"),
)

_OTHERS = (
    _Prefix(magic=b"%PDF", meaning="a PDF document"),
    _Prefix(magic=b"PK\x03\x04", meaning="a ZIP archive or office document"),
    _Prefix(magic=b"\x1aE\xdf\xa3", meaning="a video"),
    _Prefix(magic=b"RIFF", meaning="a sound or video"),
    _Prefix(magic=b"8BPS", meaning="a Photoshop document"),
    _Prefix(magic=b"\xff\x0a", meaning="a JPEG XL picture"),
    _Prefix(magic=b"\0\0\0\x0cJXL ", meaning="a JPEG XL picture"),
    _Prefix(magic=b"\0\0\0\x0cjP  ", meaning="a JPEG 2000 picture"),
    _Prefix(magic=b"FUJIFILMCCD-RAW", meaning="a raw camera file"),
    _Prefix(magic=b"IIU\0", meaning="a raw camera file"),
    _Prefix(magic=b"\x7fELF", meaning="a program"),
    _Prefix(magic=b"MZ", meaning="a program"),
)


def picture_format(data: bytes) -> str | None:
    """Return JPEG, PNG, GIF, TIFF, BMP, WEBP, HEIF or AVIF; None if it is none of these."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        box_size = int.from_bytes(data[:4], "big")
        brands = {data[at : at + 4] for at in range(8, min(box_size, 64), 4)}
        if brands & _AVIF_BRANDS:
            return "AVIF"
        return "HEIF" if brands & _HEIF_BRANDS else None
    return next((prefix.meaning for prefix in _PICTURES if data.startswith(prefix.magic)), None)


def describe_other(data: bytes) -> str:
    """Say what a file holds that is no picture we read, as the end of a sentence: *a PDF document*."""
    for prefix in _OTHERS:
        if data.startswith(prefix.magic):
            return prefix.meaning
    if data[4:8] == b"ftyp":
        return "a video"
    head = data[:512]
    if head.lstrip().startswith((b"<svg", b"<?xml", b"<!DOCTYPE", b"<html")):
        return "a web page or drawing"
    printable = sum(byte >= 32 or byte in b"\t\r\n\f" for byte in head)
    return "text" if printable == len(head) else "no picture"


def open_picture(data: bytes, kind: str) -> Image.Image:
    """Open a picture of a known format from memory; only its header is read.

    Raises whatever Pillow raises for damaged bytes, and MissingPart if the decoder is not installed.
    """
    if kind == "HEIF":
        return _heif_opener()(io.BytesIO(data))
    if kind == "JPEG":  # Image.open would import the plugins of four more formats
        from PIL.JpegImagePlugin import jpeg_factory

        return jpeg_factory(io.BytesIO(data))
    if kind in ("TIFF", "WEBP", "AVIF"):
        plugin = {"TIFF": "TiffImagePlugin", "WEBP": "WebPImagePlugin", "AVIF": "AvifImagePlugin"}[kind]
        _import_decoder(f"PIL.{plugin}", "pip install --upgrade pillow")
    return Image.open(io.BytesIO(data), formats=[kind])


def _heif_opener() -> Callable[[io.BytesIO], Image.Image]:
    """Import the HEIC decoder only when one is needed, and leave Pillow's own table as it is."""
    plugin = _import_decoder("pillow_heif.as_plugin", "pip install pillow-heif")
    return plugin.HeifImageFile  # type: ignore[no-any-return]


def _import_decoder(module: str, remedy: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPart(
            "The part that reads this kind of picture is not installed.", remedy=remedy
        ) from error
