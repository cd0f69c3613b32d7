"""Writes a report's outputs into a folder: whole files or none, under names that are safe everywhere."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal, get_args

from levelback.errors import DataFileError, UsageError
from levelback.report.encode import to_json
from levelback.report.values import Report

Format = Literal["html", "pdf", "png", "json"]
FORMATS: tuple[Format, ...] = get_args(Format)
MAX_NAME_LENGTH = 80
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def write_outputs(
    report: Report, folder: str | os.PathLike[str], formats: Sequence[Format] = FORMATS
) -> dict[Format, Path]:
    """Write the report as `formats` into `folder`, which is made where missing, and return the paths.

    All files share a name made from the photo's; where one of them exists already, a number is added and
    nothing is overwritten. Each file appears whole, by renaming. A report without a picture gives no PNG.
    Raises UsageError for an unknown format or a folder that cannot be written.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"There is no output format '{unknown[0]}'. Choose from {', '.join(FORMATS)}.")
    texts = render(report, formats)
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        stem = free_stem(target, safe_stem(report.photo.file), formats)
        paths = {name: target / f"{stem}.{name}" for name in texts}
        for name, path in paths.items():
            write_whole(path, texts[name])
    except OSError as error:
        raise UsageError(f"Cannot write to the folder '{target}': {error.strerror}.") from error
    return paths


def render(report: Report, formats: Sequence[Format]) -> dict[Format, bytes]:
    """Return the wanted outputs as bytes. The picture is drawn once; JSON alone loads no drawing library."""
    picture = None
    if report.picture is not None and set(formats) - {"json"}:
        from levelback.report.picture import render_picture

        picture = render_picture(report)

    def html() -> bytes:
        from levelback.report.html import to_html

        return to_html(report, picture=picture).encode()

    def pdf() -> bytes:
        from levelback.report.pdf import to_pdf

        return to_pdf(report, picture=picture)

    def png() -> bytes | None:
        from levelback.report.encoded import png

        return None if picture is None else png(picture)

    makers: dict[Format, Callable[[], bytes | None]] = {
        "html": html,
        "pdf": pdf,
        "png": png,
        "json": lambda: (to_json(report) + "\n").encode(),
    }
    made = {name: makers[name]() for name in formats}
    return {name: data for name, data in made.items() if data is not None}


def safe_stem(file: str) -> str:
    """Return a file name without its ending that every common system takes, from a hostile `file`.

    No folders, control characters, leading dots or reserved names; letters of any script stay; at most 80
    bytes in UTF-8.
    """
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", file))[-1]
    stem = name.rpartition(".")[0] or name
    stem = "".join(letter if letter.isalnum() or letter in "-_. " else "-" for letter in stem)
    stem = stem.encode("utf-8", "ignore")[:MAX_NAME_LENGTH].decode("utf-8", "ignore").strip(" .")
    if not stem:
        return "photo"
    return f"photo-{stem}" if _RESERVED.match(stem) else stem


def read_report(file: Path) -> Report:
    """Return the report in a JSON file. Raises DataFileError with the path of what is wrong."""
    from levelback.report.decode import from_json

    try:
        return from_json(file.read_text(encoding="utf-8"), file=file.name)
    except OSError as error:
        raise DataFileError(str(file), "", f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise DataFileError(str(file), "", "is not a text file") from None


def free_stem(folder: Path, stem: str, formats: Sequence[Format]) -> str:
    """Return `stem`, or `stem` with the first number for which no file of `formats` is in `folder`."""
    number, name = 1, stem
    while any((folder / f"{name}.{ending}").exists() for ending in formats):
        number += 1
        name = f"{stem}-{number}"
    return name


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write `data`, whole or in pieces, beside `path` and rename it, so that nobody sees half a file.

    Raises UsageError where the folder cannot be written or the disk is full.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".levelback-")
    except OSError as error:
        raise UsageError(f"Cannot write to the folder '{path.parent}': {error.strerror}.") from error
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
        umask = os.umask(0)
        os.umask(umask)
        Path(temporary).chmod(0o666 & ~umask)
        Path(temporary).replace(path)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise UsageError(f"Cannot write '{path}': {error.strerror}.") from error
        raise
