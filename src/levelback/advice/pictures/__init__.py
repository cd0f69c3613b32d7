"""Pictures of the exercises at their start and at their end, and what they show in words.

The files beside this module show the left side at work; the right is shown by their mirror image. They
are drawn by ``python -m benchmarks.synthetic.exercise_pictures``. An exercise may have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar

from levelback.advice import tables
from levelback.advice.catalogue import load_catalogue
from levelback.advice.values import FindingSide
from levelback.errors import DataFileError

FILE = "pictures.toml"
FOLDER = Path(__file__).parent
POSITIONS = ("start", "end")


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """One position of an exercise: a square WebP file, to be shown as its mirror image where `mirrored`.

    `alt` says the same in words, precise enough to do the exercise from.
    """

    file: Path
    alt: str
    mirrored: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureWords:
    """What the pictures of one exercise show; the head of ``pictures.toml`` says how."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    exercise: str
    start: str
    end: str


def pictures_of(exercise: str, side: FindingSide = "left") -> tuple[Picture, ...]:
    """Return the pictures of an exercise with `side` at work, first its start, then its end.

    ``both`` shows the left side where the sides take turns. Empty where there are no pictures. Raises
    DataFileError where the words are not what they should be.
    """
    words = load_picture_words().get(exercise)
    if words is None:
        return ()
    right = side == "right" and load_catalogue()[exercise].sides == "each"
    named = {"side": "right", "other": "left"} if right else {"side": "left", "other": "right"}
    pictures = tuple(
        Picture(
            file=FOLDER / f"{exercise}-{position}.webp",
            alt=getattr(words, position).format(**named),
            mirrored=right,
        )
        for position in POSITIONS
    )
    return pictures if all(picture.file.is_file() for picture in pictures) else ()


@cache
def load_picture_words() -> dict[str, PictureWords]:
    """Return the words for the pictures by exercise id. Raises DataFileError."""
    return parse_picture_words(tables.packaged_text(FILE), file=FILE)


def parse_picture_words(text: str, *, file: str) -> dict[str, PictureWords]:
    """Return the words of a TOML text by exercise id; `file` names it in errors.

    Raises DataFileError with a path like ``pictures[3].end`` where the table is wrong, where it names an
    exercise that is not there, or where the words fit no side.
    """
    rows = tables.parse_table(text, "pictures", PictureWords, file=file)
    for index, row in enumerate(rows):
        _check(row, file=file, at=f"pictures[{index}]")
    return tables.keyed(rows, lambda row: row.exercise, file=file, table="pictures")


def _check(row: PictureWords, *, file: str, at: str) -> None:
    exercise = load_catalogue().get(row.exercise)
    if exercise is None:
        raise DataFileError(file, f"{at}.exercise", f"there is no exercise '{row.exercise}'")
    for position in POSITIONS:
        try:
            names = {name for _, name, _, _ in Formatter().parse(getattr(row, position)) if name is not None}
        except ValueError as error:
            raise DataFileError(file, f"{at}.{position}", str(error)) from None
        if unknown := names - {"side", "other"}:
            raise DataFileError(file, f"{at}.{position}", f"there is no '{{{min(unknown)}}}'")
        if names and exercise.sides == "both":
            raise DataFileError(file, f"{at}.{position}", "this exercise works both sides at once")
    if exercise.sides == "each" and "{side}" not in row.end:
        raise DataFileError(file, f"{at}.end", "does not say which {side} works")
