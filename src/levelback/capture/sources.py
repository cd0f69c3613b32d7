"""The photos that a file, a folder or a quoted glob stands for."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath

from levelback.capture.formats import PHOTO_SUFFIXES
from levelback.capture.photo import printable
from levelback.errors import UsageError


def list_photos(sources: Sequence[str | os.PathLike[str]], *, within: str = "*") -> tuple[Path, ...]:
    """Return the photo files that the sources name, each once, in the order of the sources.

    A file stands for itself, whatever its name. A folder stands for the pictures in it that match the
    pattern `within`: those directly in it, or with ``"**/*"`` those in its folders, too, where links to
    folders are not followed. A glob (``"photos/*.jpg"``, ``"**/*.png"``) stands for the pictures that
    match. Both leave out hidden files and folders and files that are no pictures by the ending of their
    name, and sort as people count (2 before 10).

    Raises UsageError if a source does not exist or holds no picture.
    """
    if not sources:
        raise UsageError("Name a photo, a folder of photos, or a quoted pattern such as 'photos/*.jpg'.")
    found = [path for source in sources for path in _expand(os.fspath(source), within)]
    return tuple(dict.fromkeys(found))


def _expand(source: str, within: str) -> list[Path]:
    path = Path(source).expanduser()
    if os.path.isdir(path):  # noqa: PTH112  (Path.is_dir raises for a name that is too long)
        return _folder(path, within)
    if os.path.exists(path):  # noqa: PTH110  (as above)
        return [path]
    if glob.has_magic(source):
        return _glob(str(path))
    raise UsageError(_missing(path, source))


def _folder(folder: Path, within: str) -> list[Path]:
    name = printable(str(folder))
    try:
        next(folder.iterdir(), None)
        photos = [path for path in _photos(folder.glob(within)) if not _hidden(path.relative_to(folder))]
    except OSError as error:
        raise UsageError(f"The folder '{name}' may not be opened.") from error
    except (ValueError, NotImplementedError, IndexError) as error:
        raise UsageError(f"The pattern '{printable(within)}' cannot be understood.") from error
    if not photos:
        matching = "" if within in ("*", "**/*") else f" that matches '{printable(within)}'"
        raise UsageError(f"The folder '{name}' holds no photo (JPEG, PNG, HEIC, …){matching}.")
    return photos


def _glob(pattern: str) -> list[Path]:
    try:
        photos = _photos(Path(match) for match in glob.iglob(pattern, recursive=True))  # noqa: PTH207
    except (OSError, ValueError, re.error) as error:
        raise UsageError(f"The pattern '{printable(pattern)}' cannot be understood.") from error
    if not photos:
        raise UsageError(f"No photo matches the pattern '{printable(pattern)}'.")
    return photos


def _photos(paths: Iterable[Path]) -> list[Path]:
    wanted = (
        path
        for path in paths
        if path.suffix.lower() in PHOTO_SUFFIXES and not path.name.startswith(".") and path.is_file()
    )
    return sorted(wanted, key=natural_key)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def natural_key(path: PurePath) -> list[tuple[int, int, str]]:
    """Return a sort key in which numbers count as numbers and capitals do not matter."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", str(path).casefold())
    return [(0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in pieces]


def _missing(path: Path, source: str) -> str:
    name = printable(source)
    if re.match(r"[a-z]+://", source):
        return f"'{name}' is an address on a network. Save the photo first, then name its file."
    try:
        neighbours = [neighbour.name for neighbour in path.parent.iterdir()]
    except (OSError, ValueError):
        return f"There is no file or folder '{name}', nor the folder that it would be in."
    import difflib  # only here, for a name that is wrong

    close = difflib.get_close_matches(path.name, neighbours, n=1)
    advice = f"Did you mean '{printable(close[0])}'?" if close else "Check the spelling and the folder."
    return f"There is no file or folder '{name}'. {advice}"
