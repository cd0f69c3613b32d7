"""Contenders in turn, and the table of what they took."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.speed.contenders import Contender, Taken

LIBRARIES = ("mediapipe", "ai-edge-litert", "opencv-python", "numpy", "pillow")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: what each contender took, in the order of the rounds, in `unit`.

    cpu_ratio   median ratio of processor time to the bare script's; it hardly depends on what else runs
    goal        what `ours` : `bare` is to be, in words, and `limit_goal` what `ours` : `limit` is to be
    """

    name: str
    unit: str
    ours: Sequence[float]
    bare: Sequence[float]
    limit: Sequence[float] = ()
    cpu_ratio: float | None = None
    goal: str = ""
    limit_goal: str = ""


def take_turns(contenders: Sequence[Contender], rounds: int) -> list[list[Taken]]:
    """Return what each took: one warm-up, then `rounds` in which another one begins each time."""
    for contender in contenders:
        contender()
    taken: list[list[Taken]] = [[] for _ in contenders]
    for number in range(rounds):
        for turn in range(len(contenders)):
            index = (number + turn) % len(contenders)
            taken[index].append(contenders[index]())
    return taken


def row_of(name: str, taken: Sequence[Sequence[Taken]], goal: str = "", limit_goal: str = "") -> Row:
    """Return the row in milliseconds of what ours, the bare script and perhaps the limit took."""
    ms = [[1e3 * one.wall_s for one in each] for each in taken]
    return Row(
        name=name,
        unit="ms",
        ours=ms[0],
        bare=ms[1],
        limit=ms[2] if len(ms) > 2 else (),
        cpu_ratio=statistics.median(a.cpu_s / b.cpu_s for a, b in zip(taken[0], taken[1], strict=True)),
        goal=goal,
        limit_goal=limit_goal,
    )


def machine() -> str:
    """Return one line about this machine and the libraries in question."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if "model name" in line
        ]
        cpu = names[0] if names else cpu
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = f"load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return f"{os.cpu_count()} cores of {cpu}; Python {platform.python_version()}; {libraries}; {load}"


def markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield (
        "| figure | levelback | beside | ratio | goal | in processor time | models alone "
        "| ratio to them | goal |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in rows:
        cpu = "" if row.cpu_ratio is None else f"{row.cpu_ratio:.2f}"
        limit = (_cell(row.limit, row.unit), _ratio(row.ours, row.limit)) if row.limit else ("", "")
        cells = (
            row.name, _cell(row.ours, row.unit), _cell(row.bare, row.unit), _ratio(row.ours, row.bare), row.goal,
            cpu, *limit, row.limit_goal,
        )  # fmt: skip
        yield "| " + " | ".join(cells) + " |"


def _cell(values: Sequence[float], unit: str) -> str:
    middle = statistics.median(values)
    digits = 1 if middle < 20 else 0
    if len(values) == 1:
        return f"{middle:.{digits}f} {unit}"
    low, high = np.percentile(values, [10, 90])
    return f"{middle:.{digits}f} {unit} ({low:.{digits}f}–{high:.{digits}f})"


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> str:
    return f"{statistics.median(a / b for a, b in zip(ours, theirs, strict=True)):.2f}"
