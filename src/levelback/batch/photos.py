"""The photos of a batch: in folders and globs on this machine, or in folders on object storage."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from levelback.batch.values import Photo
from levelback.capture import list_photos
from levelback.capture.formats import PHOTO_SUFFIXES
from levelback.capture.photo import MAX_FILE_BYTES, read_bytes
from levelback.capture.sources import natural_key
from levelback.errors import ExtraMissing, UnreadablePhoto, UsageError

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

EVERYWHERE = "**/*"
"""Pattern for the photos in a folder and in all folders in it."""

_IN_ADDRESSES = "%:/?&=@[]!$'()*+,;~"
"""What an address may hold as it is; spaces and other letters are escaped, so that people need not."""


def find_photos(sources: Sequence[str], *, within: str = EVERYWHERE, out: Path) -> tuple[Photo, ...]:
    """Return the photos that the sources stand for, each once, in the order of the sources.

    A source is a photo, a folder, a glob, or the address of a folder or a photo that pyarrow can read
    (``s3://``, ``gs://``, ``file://``). Folders give the photos that match `within`, also from the folders in
    them; what lies in the folder `out` is left out. Raises UsageError where a source holds no photo, and
    ExtraMissing where an address needs the extra ``ray``.
    """
    if not sources:
        raise UsageError("Name a folder of photos, or a quoted pattern such as 'photos/*.jpg'.")
    found: dict[str, tuple[str, ...]] = {}
    for source in sources:
        pairs = _stored(source, within) if "://" in source else _local(source, within, out.resolve())
        for location, parts in pairs:
            found.setdefault(location, parts)
    if not found:
        raise UsageError(f"There is no photo besides the results in '{out}'.")
    several = len({parts[0] for parts in found.values()}) > 1
    return tuple(
        Photo(
            location=location,
            name=_readable("/".join(parts if several else parts[1:])),
            folders=parts[:-1],
            index=index,
        )
        for index, (location, parts) in enumerate(found.items())
    )


def _local(source: str, within: str, out: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the absolute path of each photo, and its parts from the source's own folder down."""
    root = _absolute(_root(source))
    for path in list_photos([source], within=within):
        if not path.resolve().is_relative_to(out):
            where = _absolute(path)
            yield str(where), (root.name, *where.relative_to(root).parts)


def _absolute(path: Path) -> Path:
    """Return the path without ``..``; links stay."""
    return Path(os.path.abspath(path))  # noqa: PTH100  (Path.absolute keeps the dots)


def _root(source: str) -> Path:
    """Return the folder that a source begins with: itself, a photo's, or a glob's part without magic."""
    path = Path(source).expanduser()
    if path.is_dir():
        return path
    if path.exists():
        return path.parent
    plain = []
    for part in path.parts[:-1]:
        if glob.has_magic(part):
            break
        plain.append(part)
    return Path(*plain)


def _stored(source: str, within: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the address and the parts of each photo on a file system of pyarrow, as `_local` does."""
    head, mark, query = quote(source, safe=_IN_ADDRESSES).partition("?")
    fs, base = _file_system(head + mark + query)
    from pyarrow.fs import FileSelector, FileType

    try:
        at = fs.get_file_info(base)
        inside = fs.get_file_info(FileSelector(base, recursive=True)) if at.type != FileType.File else []
        files = [PurePosixPath(one.path) for one in inside if one.type == FileType.File]
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"'{_readable(source)}' cannot be listed: {_one_line(error)}") from error
    root, head = PurePosixPath(base), head.rstrip("/")
    if at.type == FileType.File:
        root, head, wanted = root.parent, head.rpartition("/")[0], [PurePosixPath(root.name)]
    else:
        below, pattern = (file.relative_to(root) for file in files), tuple(within.split("/"))
        wanted = [path for path in below if _is_photo(path) and _matches(path.parts, pattern)]
    if not wanted:
        matching = "" if within == EVERYWHERE else f" that matches '{_readable(within)}'"
        raise UsageError(f"'{_readable(source)}' holds no photo (JPEG, PNG, HEIC, …){matching}.")
    for path in sorted(wanted, key=natural_key):
        yield f"{head}/{quote(str(path))}{mark}{query}", (root.name, *path.parts)


def _is_photo(path: PurePosixPath) -> bool:
    return path.suffix.lower() in PHOTO_SUFFIXES and not any(part.startswith(".") for part in path.parts)


def _matches(parts: tuple[str, ...], pattern: tuple[str, ...]) -> bool:
    """Tell whether a whole path matches a glob, as in `Path.glob`; ``**`` is any number of folders."""
    if not pattern or not parts:
        return not pattern and not parts
    if pattern[0] == "**":
        return _matches(parts, pattern[1:]) or _matches(parts[1:], pattern)
    return fnmatchcase(parts[0], pattern[0]) and _matches(parts[1:], pattern[1:])


def read_location(photo: Photo) -> bytes:
    """Return the bytes of a photo, wherever it lies. Raises UnreadablePhoto, UsageError or ExtraMissing."""
    if "://" not in photo.location:
        return read_bytes(Path(photo.location), photo.name)
    try:
        fs, path = _file_system(photo.location)
        with fs.open_input_stream(path) as stream:
            data: bytes = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise UnreadablePhoto(f"'{photo.name}' cannot be opened: {_one_line(error)}") from error
    if not 0 < len(data) <= MAX_FILE_BYTES:
        problem = f"is larger than {MAX_FILE_BYTES // 2**20} MiB" if data else "is empty"
        raise UnreadablePhoto(f"'{photo.name}' {problem}.")
    return data


def _file_system(address: str) -> tuple[FileSystem, str]:
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.fs import FileSystem
    except ImportError:
        raise ExtraMissing(
            f"To read '{_readable(address)}', pyarrow is needed.", remedy="pip install 'levelback[ray]'"
        ) from None
    try:
        fs, path = FileSystem.from_uri(address)
    except (ArrowInvalid, ValueError) as error:
        raise UsageError(f"The address '{_readable(address)}' cannot be understood.") from error
    return fs, path


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _readable(text: str) -> str:
    """Return a path as text that every file and page can hold: what cannot be shown becomes U+FFFD."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
