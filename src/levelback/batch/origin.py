"""Who is in a photo and when it was taken: from the names of folders, from EXIF, from the file's name.

**When.** A date in the folders' names (the innermost), then EXIF, then a date in the file's name. A date is
``2024-05-01``, ``20240501``, ``1.5.2024`` or nested folders ``2024/05/01``, perhaps with a time of day behind
it; it is local time. A month alone is no date.

**Who.** The outermost folder below the source whose name is more than a date, a view or a word such as
"photos". Otherwise what a file's name says beside a date or a view: ``anna_2024-05-01_front``. Last, the name
of the source folder itself. A wrong name would mix two people, so a name that stands alone is not taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from levelback.advice.tables import parse_toml
from levelback.batch.values import Photo
from levelback.capture.photo import printable
from levelback.errors import DataFileError

Source = Literal["folder", "exif", "file name", "source folder", "option"]

_FIRST_YEAR = 1990
_LAST_YEAR = 2099
_TIME = (
    r"(?:[ _T-]{1,3}(?:at )?(?P<hour>[01]\d|2[0-3])[-.:_h]?(?P<minute>[0-5]\d)[-.:_m]?(?P<second>[0-5]\d)"
    r"(?!\d{4}|[-_./]\d))?"
)
_DATES = (
    re.compile(
        r"(?<!\d)(?P<year>\d{4})(?P<sep>[-_./ ])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?!\d)" + _TIME
    ),
    re.compile(r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?!\d)" + _TIME),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)" + _TIME),
)
_WORD_ENDS = re.compile(r"[\s_.,;()\[\]+-]+")
_ESCAPED = {0xDC00 + byte: chr(byte) for byte in range(128, 256)}
"""Stands for bytes of a file's name that are no UTF-8 (PEP 383): two such names stay two names."""
_NUMBERED = re.compile(r"(?P<word>[^\W\d_]*)(?P<number>\d+)(?P<tail>[^\W\d_]*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Who and when, and where each was read; None where nothing says it. `taken_at` is local time."""

    who: str | None
    who_from: Source | None
    taken_at: datetime | None
    taken_at_from: Source | None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Words:
    views: frozenset[str]
    generic: frozenset[str]
    camera: frozenset[str]


def origin_of(photo: Photo, exif: str | None, *, name: str | None = None) -> Origin:
    """Return who is in `photo` and when it was taken.

    `exif` is the time that its tags give, ISO 8601. `name` says who it is where the caller knows.
    """
    who, who_from = _who(photo, name)
    taken_at, taken_at_from = _when(photo, exif)
    return Origin(who=who, who_from=who_from, taken_at=taken_at, taken_at_from=taken_at_from)


def _when(photo: Photo, exif: str | None) -> tuple[datetime | None, Source | None]:
    in_folders = date_in("/".join(photo.folders))
    if in_folders:
        return in_folders, "folder"
    if exif:
        return datetime.fromisoformat(exif).replace(tzinfo=None), "exif"
    in_name = date_in(photo.file.rpartition(".")[0])
    return in_name, "file name" if in_name else None


def when_taken(path: Path, exif: datetime | None) -> datetime | None:
    """Return when a photo outside of any batch was taken, by the same rule: its folder, EXIF, its name."""
    return date_in(path.parent.name) or exif or date_in(path.stem)


def date_in(text: str) -> datetime | None:
    """Return the last date in `text` that is in the calendar, with its time of day where one follows."""
    found = [
        (match.start(), moment)
        for pattern in _DATES
        for match in pattern.finditer(text)
        if (moment := _moment(match)) is not None
    ]
    return max(found)[1] if found else None


def _moment(match: re.Match[str]) -> datetime | None:
    parts = {unit: int(digits or 0) for unit, digits in match.groupdict().items() if unit != "sep"}
    if not _FIRST_YEAR <= parts["year"] <= _LAST_YEAR:
        return None
    try:
        return datetime(**parts)  # type: ignore[arg-type]
    except ValueError:
        return None


def _who(photo: Photo, name: str | None) -> tuple[str | None, Source | None]:
    if name:
        return name, "option"
    for folder in photo.folders[1:]:
        if said := _name_in(folder):
            return said, "folder"
    if said := _name_beside_a_mark(photo.file.rpartition(".")[0]):
        return said, "file name"
    said = _name_in(photo.folders[0]) if photo.folders else None
    return said, "source folder" if said else None


def _name_in(folder: str) -> str | None:
    """Return what a folder's name says beyond dates, views and general words; a long number is a name."""
    rest = _without_dates(_shown(folder)).strip(" _-.,")
    if rest.casefold() in _words().generic:
        return None
    if rest.isdecimal() and _is_year(rest):
        return None
    return rest if any(not _means_nothing(word) for word in _split(rest)) else None


def _shown(folder: str) -> str:
    """Return a name as text that a table can hold; bytes that are no UTF-8 count as Latin-1."""
    return printable(folder.translate(_ESCAPED))


def _name_beside_a_mark(stem: str) -> str | None:
    """Return the words of a file's name beside a date or a view, unless it begins with a view."""
    rest = _without_dates(stem)
    words = _split(rest)
    views = _words().views
    marked = rest != stem or any(word.casefold() in views for word in words)
    if not words or not marked or words[0].casefold() in views:
        return None
    said = [word for word in words if not _means_nothing(word)]
    if not said or _means_nothing(words[0]):
        return None
    return " ".join(said)


def _without_dates(text: str) -> str:
    for pattern in _DATES:
        text = pattern.sub(lambda match: " " if _moment(match) else match[0], text)
    return text


def _split(text: str) -> list[str]:
    return [word for word in _WORD_ENDS.split(text) if word]


def _is_year(word: str) -> bool:
    return len(word) == 4 and _FIRST_YEAR <= int(word) <= _LAST_YEAR


def _means_nothing(word: str) -> bool:
    """Tell whether a word is a view, a general word, a count, or a camera's word with a number."""
    words, plain = _words(), word.casefold()
    if plain in words.views | words.generic | words.camera or (plain.isdecimal() and len(plain) < 3):
        return True
    match = _NUMBERED.fullmatch(plain)
    return match is not None and (match["word"] or match["tail"]) in words.camera


@cache
def _words() -> _Words:
    """Return the words of ``data/names.toml``. Raises DataFileError with the path of what is wrong."""
    text = resources.files(__package__).joinpath("data", "names.toml").read_text(encoding="utf-8")
    return parse_words(text, file="names.toml")


def parse_words(text: str, *, file: str) -> _Words:
    """Return the lists of a TOML text, checked. Raises DataFileError with the path of what is wrong."""
    document = parse_toml(text, file=file)
    lists = {}
    for name in ("views", "generic", "camera"):
        words = document.pop(name, None)
        if not isinstance(words, list) or not words:
            raise DataFileError(file, name, "must be a list of words")
        for number, word in enumerate(words):
            if not isinstance(word, str) or word != word.casefold().strip() or not word:
                raise DataFileError(file, f"{name}[{number}]", "must be a word in small letters")
        lists[name] = frozenset(words)
    if document:
        raise DataFileError(file, next(iter(document)), "unknown; this file holds views, generic, camera")
    return _Words(**lists)
