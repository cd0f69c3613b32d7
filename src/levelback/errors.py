"""Every error that levelback raises on purpose, in one tree.

LevelbackError                      exit code
├── UsageError ........................ 2   the request makes no sense
│   └── DataFileError ................. 2   a TOML, CSV or JSON file is wrong; carries the path in it
├── PhotoError ........................ 3   nothing could be measured in this photo
│   ├── UnreadablePhoto ............... 3   the file is no picture that can be read
│   ├── UnreadableVideo ............... 3   the file is no video that can be read
│   └── NoPersonFound ................. 3   the picture shows nobody
└── MissingPart ....................... 5   something is missing or damaged; carries what mends it
    ├── ModelError .................... 5   the model bundle is missing or damaged
    ├── CameraError ................... 5   the camera is missing, or stopped; carries what to try
    ├── HistoryError .................. 5   the history is locked, damaged, newer or out of reach
    └── ExtraMissing .................. 5   an optional dependency is not installed

Messages are whole sentences for the person at the screen: what happened, then what to do.
"""

from __future__ import annotations

from typing import ClassVar

MAX_MESSAGE = 600
"""Characters of a message that quotes a file."""


def _tame(text: str) -> str:
    """Return a message that quotes a file as one line without control characters, and not too long."""
    line = "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))
    return line if len(line) <= MAX_MESSAGE else f"{line[:MAX_MESSAGE]} …"


class LevelbackError(Exception):
    """Base of all errors that levelback raises on purpose."""

    exit_code: ClassVar[int] = 1


class UsageError(LevelbackError):
    """The request makes no sense: an unknown view, a missing file, a bad option."""

    exit_code = 2


class DataFileError(UsageError):
    """A data file is wrong; `path` names the place inside it, like ``exercises[3].dose.reps``."""

    def __init__(self, file: str, path: str, problem: str) -> None:
        self.file = file
        self.path = path
        self.problem = problem
        super().__init__(_tame(f"{file}: in '{path}': {problem}" if path else f"{file}: {problem}"))


class PhotoError(LevelbackError):
    """Nothing could be measured in this photo."""

    exit_code = 3


class UnreadablePhoto(PhotoError):
    """The file is not a picture that can be read."""


class UnreadableVideo(PhotoError):
    """The file is not a video that can be read."""


class NoPersonFound(PhotoError):
    """The picture shows nobody."""


class MissingPart(LevelbackError):
    """Something that the request needs is not there; `remedy` is the exact command that mends it."""

    exit_code = 5

    def __init__(self, problem: str, *, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(f"{problem} To mend it: {remedy}")


class ModelError(MissingPart):
    """The model bundle is missing or damaged."""


class CameraError(MissingPart):
    """There is no camera, it may not be used, or it stopped."""


class HistoryError(MissingPart):
    """The history cannot be used: it is locked, damaged, from a newer version, read-only or not there."""


class ExtraMissing(MissingPart):
    """An optional dependency is not installed."""
