"""One hostile input under watch: how it may end, how long it may take, and where it may write."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from levelback.errors import LevelbackError

HANG_S = 10
MAX_MESSAGE = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A reader: sound inputs, and what is done with one that was damaged, in a folder of its own.

    share   of the inputs, against one for the others: less for what takes long
    """

    seeds: tuple[bytes, ...]
    read: Callable[[bytes, Path], object]
    share: float = 1.0


class Hang(BaseException):
    """An input took too long."""


@contextmanager
def watched() -> Iterator[None]:
    """Raise Hang after ten seconds of processor time, as soon as Python runs again."""

    def ring(number: int, frame: object) -> None:
        raise Hang(f"over {HANG_S} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, HANG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def refusal(target: Target, data: bytes, folder: Path) -> str | None:
    """Read one input; return the sentence that refuses it, or None. Whatever else is raised is a find.

    So is a message of more than one line, and a file beside or above `folder`.
    """
    around = _around(folder)
    with watched():
        try:
            target.read(data, folder)
        except LevelbackError as error:
            said = str(error)
            assert said, "an error without a message"
            assert "\n" not in said, f"more than one line: {said!r}"
            assert len(said) < MAX_MESSAGE, f"a message of {len(said)} characters"
            return said
        finally:
            assert _around(folder) == around, "a file outside the folder"
    return None


def _around(folder: Path) -> list[list[str]]:
    """Return the names beside the folder and beside the one that it is in."""
    return [sorted(os.listdir(parent)) for parent in folder.parents[:2]]  # noqa: PTH208  (names, not paths)
