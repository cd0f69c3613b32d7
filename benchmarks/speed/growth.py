"""How time and memory grow: with pixels, photos, minutes of live video, and sessions in the history."""

from __future__ import annotations

import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
from matplotlib.axes import Axes

from benchmarks import batch, history
from benchmarks.live_speed import Loop, resident_mb
from benchmarks.speed import CLIP, EXERCISE, SAMPLE
from benchmarks.speed.contenders import (
    BARE,
    MODEL,
    TOOL,
    enlarged,
    here,
    mediapipe_landmarker,
    peak_memory_mb,
)
from benchmarks.speed.table import take_turns
from levelback import Analyzer
from levelback.form import Sample, load_specification, start, step
from levelback.pose.tracker import open_tracker

MEGAPIXELS = (1, 3, 6, 12, 24, 48)
PHOTOS = (10, 100, 1_000, 10_000)
ALBUM_SIDE = 480
"""Photos of the batches are reduced to it: their number is what counts, and 10,000 take minutes so."""
MINUTES = (1, 2, 5, 10)
SESSIONS = (1_000, 10_000, 100_000)
UNITS = {"ms": "processor time, ms", "MB": "MB"}
COLORS = ("#33575e", "#b86e00", "#9aa5a8", "#7f9f3a")


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How figures grow with something.

    names   of the figures; those that end in ``MB`` are memory or disk, those in ``ms`` processor time
    steps   how much of `what` there is, and the figures there
    """

    what: str
    about: str
    names: Sequence[str]
    steps: Sequence[tuple[float, Sequence[float]]]

    def lines(self) -> Iterator[str]:
        """Yield the table as Markdown."""
        yield self.about
        yield ""
        yield f"| {self.what} | " + " | ".join(self.names) + " |"
        yield "|---" * (1 + len(self.names)) + "|"
        for size, values in self.steps:
            yield f"| {size:,g} | " + " | ".join(_number(value) for value in values) + " |"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def with_pixels(folder: Path, rounds: int) -> Growth:
    """Return processor time (warm, decoding included) and peak memory (whole processes) by the photo's size."""
    steps = []
    with (
        mediapipe_landmarker("IMAGE") as (mp, landmarker),
        Analyzer() as default,
        Analyzer(fast=True) as fast,
    ):
        for size in MEGAPIXELS:
            photo = enlarged(SAMPLE, size, folder)

            def bare(photo: Path = photo) -> object:
                picture = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
                return landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))

            contenders = [
                here(lambda photo=photo: fast.analyze(photo)),
                here(lambda photo=photo: default.analyze(photo)),
                here(bare),
            ]
            times = [
                1e3 * statistics.median(one.cpu_s for one in each) for each in take_turns(contenders, rounds)
            ]
            peaks = [
                peak_memory_mb(TOOL, "photo", "--fast", "--json", "-", photo),
                peak_memory_mb(TOOL, "photo", "--json", "-", photo),
                peak_memory_mb(sys.executable, "-c", BARE, MODEL, photo),
            ]
            steps.append((size, [*times, *peaks]))
    who = ("`--fast`", "default", "bare IMAGE mode")
    return Growth(
        what="megapixels",
        about="One photo, decoding included, by a warm program; peak memory of a whole process.",
        names=[f"{name}, {unit}" for unit in ("ms", "MB") for name in who],
        steps=steps,
    )


def with_photos(folder: Path, most: int) -> Growth:
    """Return processor time a photo of whole batches, start included, and the most memory at one moment."""
    steps = []
    for count in (one for one in PHOTOS if one <= most):
        taken = batch.grown(folder, count, ALBUM_SIDE)
        values = [1e3 * taken.cpu_s / count, taken.whole_mb, taken.parent_mb, taken.worker_mb]
        steps.append((count, values))
    return Growth(
        what="photos",
        about=f"`levelback batch --fast` on two processes, photos of {ALBUM_SIDE} pixels, start included.",
        names=("a photo, ms", "all processes, MB", "the program, MB", "the largest worker, MB"),
        steps=steps,
    )


def with_minutes(most: float) -> Growth:
    """Return processor time a frame and memory while a clip is tracked and judged as one endless set."""
    command = [sys.executable, "-m", "benchmarks.speed.growth", *(str(one) for one in MINUTES if one <= most)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    said = [[float(word) for word in line.split()] for line in done.stdout.splitlines()]
    return Growth(
        what="minutes of live video",
        about="One set that does not end: every frame decoded, tracked and judged, as fast as it goes.",
        names=("a frame, ms", "MB"),
        steps=[(minute, values) for minute, *values in said],
    )


def with_sessions() -> Growth:
    """Return processor time of what is done with the history, and the size of its file."""
    names = ("open", "list everybody", "one person's readings", "save one photo")
    found = [(count, history.measured(count)) for count in SESSIONS]
    return Growth(
        what="sessions",
        about=f"The history (SQLite) of {history.PEOPLE:,} people.",
        names=[*(f"{name}, ms" for name in names), "file, MB"],
        steps=[(count, [*(one[name] for name in names), one[history.SIZE]]) for count, one in found],
    )


def draw(growths: Sequence[Growth], file: Path) -> None:
    """Draw time above memory, a column for each; on these axes growth in proportion is a slope of one."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.4 * len(growths), 6.4), dpi=100, facecolor="white", layout="constrained")
    axes = figure.subplots(2, len(growths), squeeze=False)
    for column, growth in zip(axes.T, growths, strict=True):
        for place, (unit, title) in zip(column, UNITS.items(), strict=True):
            chosen = [index for index, name in enumerate(growth.names) if name.endswith(unit)]
            for index, color in zip(chosen, COLORS, strict=False):
                label = growth.names[index].removesuffix(unit).rstrip(", ").replace("`", "")
                points = [(size, values[index]) for size, values in growth.steps]
                place.loglog(*zip(*points, strict=True), "o-", ms=4, color=color, label=label or None)
            _ticks(place, [size for size, _ in growth.steps])
            place.set(xlabel=growth.what, ylabel=title)
    file.parent.mkdir(exist_ok=True)
    figure.savefig(file)


def _ticks(place: Axes, sizes: Sequence[float]) -> None:
    """Write plain numbers at the steps and at 1, 2, 5 of the figures; leave room for what does not grow."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    bottom, top = place.get_ylim()
    place.set_ylim(min(bottom, top / 30), 1.5 * top)
    plain = FuncFormatter(lambda value, _: f"{value:,g}")
    place.set_xticks(sizes, labels=[f"{size:,g}" for size in sizes], minor=False)
    place.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    place.yaxis.set_major_formatter(plain)
    for axis in (place.xaxis, place.yaxis):
        axis.set_minor_formatter(NullFormatter())
    place.tick_params(which="minor", length=0)
    place.grid(color="#d5d3cb", linewidth=0.6)
    if place.get_legend_handles_labels()[0]:
        place.legend(fontsize=8, frameon=False)


def endless(minutes: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    """Yield each of so many minutes of video, when they are over, with ms a frame since then, and memory."""
    specification = load_specification(EXERCISE)
    state = start(specification)
    ahead, count, began = iter(minutes), 0, time.process_time()
    minute = next(ahead)
    with open_tracker() as tracker:
        for frame in Loop(clip=CLIP, until_s=math.inf).frames():
            landmarks = tracker.track(frame.image, frame.time_s)
            state, _ = step(specification, state, Sample(time_s=frame.time_s, landmarks=landmarks))
            count += 1
            if frame.time_s >= 60 * minute:
                yield minute, 1e3 * (time.process_time() - began) / count, resident_mb()
                count, began, minute = 0, time.process_time(), next(ahead, math.inf)
                if minute == math.inf:
                    return


if __name__ == "__main__":
    for figures in endless([float(word) for word in sys.argv[1:]]):
        print(*figures, flush=True)
