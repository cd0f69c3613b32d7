"""Speed and memory, side by side with a bare MediaPipe script and with the models alone, in turn.

    python -m benchmarks.speed [--rounds 7] [--out docs/performance-table.md]
    python -m benchmarks.speed --growth [--minutes 10] [--photos 10000] [--out docs/performance-growth.md]

Prints medians of several rounds, with the tenth and the ninetieth percentile in brackets, and the median ratio
within rounds; then where the time goes. Single times depend on the machine and on what else it does; ratios
less, and those of processor time hardly. About ten minutes on a quiet machine of two cores; `--growth` takes
ten minutes, and draws its curves into the folder `images` beside its table.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.speed import SAMPLE, figures, growth, profiles
from benchmarks.speed.contenders import enlarged
from benchmarks.speed.table import Row, machine, markdown

PICTURE = "images/growth.png"
BUSY = 0.5
"""A load above it is other work."""
PARTS = ("processes", "photos", "live", "batch", "memory", "size", "profile")


def rows(folder: Path, parts: Iterable[str], rounds: int, frames: int, photos: int) -> Iterator[Row]:
    """Yield the rows of the chosen parts."""
    made = {
        "processes": lambda: figures.whole_processes(folder, rounds),
        "photos": lambda: figures.warm_photos(folder, rounds),
        "live": lambda: figures.live_frames(frames),
        "batch": lambda: figures.batches(folder, max(1, rounds // 2), photos),
        "memory": lambda: figures.memory(folder),
        "size": figures.installed,
    }
    for part in parts:
        if part in made:
            start = time.monotonic()
            yield from made[part]()
            print(f"{part}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--frames", type=int, default=150, help="of the live clip")
    parser.add_argument("--album", type=int, default=64, help="photos of the batches")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--growth", action="store_true", help="the growth curves instead of the table")
    parser.add_argument("--minutes", type=float, default=10, help="of live video, for --growth")
    parser.add_argument("--photos", type=int, default=10_000, help="most photos of a batch, for --growth")
    parser.add_argument("--out", type=Path, help="Markdown file to write, too")
    options = parser.parse_args()
    lines = []
    with tempfile.TemporaryDirectory() as name:
        for line in _lines(Path(name), options):
            print(line, flush=True)
            lines.append(line)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lines(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    yield f"{machine()}."
    yield ""
    if options.growth:
        yield from _growth(folder, options)
        return
    yield from markdown(rows(folder, options.only, options.rounds, options.frames, options.album))
    if "profile" in options.only:
        yield ""
        yield from profiles.lines(SAMPLE, enlarged(SAMPLE, figures.PHONE_MP, folder))


def _growth(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Yield the tables of growth; the picture of them goes beside the Markdown file."""
    made = {
        "pixels": lambda: growth.with_pixels(folder, max(3, options.rounds // 2)),
        "photos": lambda: growth.with_photos(folder, options.photos),
        "minutes": lambda: growth.with_minutes(options.minutes),
        "sessions": growth.with_sessions,
    }
    yield "Processor time counts all cores."
    yield ""
    if os.getloadavg()[0] > BUSY:
        yield "Other work was running, which makes processor times a little longer, and leaves memory as it is."
        yield ""
    if options.out:
        yield f"![Processor time and memory by pixels, photos, minutes and sessions]({PICTURE})"
        yield ""
    grown = []
    for part, make in made.items():
        start = time.monotonic()
        grown.append(make())
        yield from grown[-1].lines()
        yield ""
        print(f"{part}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    if options.out:
        growth.draw(grown, options.out.parent / PICTURE)


if __name__ == "__main__":
    main()
