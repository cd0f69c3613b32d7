"""How time and memory grow: with pixels, photos, minutes of live video, sessions in the history."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2

from benchmarks.speed import CLIP, SAMPLE
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

MEGAPIXELS = (1, 3, 6, 12, 24, 48)
PHOTOS = (10, 100, 1000, 10_000)
SESSIONS = (1_000, 10_000, 100_000)


def with_pixels(folder: Path, rounds: int) -> Iterator[str]:
    """Yield the table of time (warm) and peak memory (whole process) by size of the photo."""
    yield "| megapixels | `--fast`, ms | default, ms | bare IMAGE mode, ms | `--fast`, MB | default, MB | bare, MB |"
    yield "|---|---|---|---|---|---|---|"
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
                1e3 * statistics.median(one.wall_s for one in each) for each in take_turns(contenders, rounds)
            ]
            peaks = [
                peak_memory_mb(TOOL, "photo", "--fast", "--json", "-", photo),
                peak_memory_mb(TOOL, "photo", "--json", "-", photo),
                peak_memory_mb(sys.executable, "-c", BARE, MODEL, photo),
            ]
            yield f"| {size} | " + " | ".join(f"{value:.0f}" for value in (*times, *peaks)) + " |"


def with_the_rest(minutes: float, photos: int) -> Iterator[str]:
    """Yield what the other benchmarks print: photos of a batch, minutes of a live set, sessions kept."""
    counts = [str(one) for one in PHOTOS if one <= photos]
    yield from _said("benchmarks.batch", "--only", "memory", "--memory", *counts)
    yield from _said("benchmarks.live", str(CLIP.parent), "--only", CLIP.stem, "--soak", f"{minutes:g}")
    for count in SESSIONS:
        yield from _said("benchmarks.history", "--sessions", str(count))


def _said(module: str, *options: str) -> Iterator[str]:
    command = [sys.executable, "-m", module, *options]
    yield f"`python -m {module} {' '.join(one for one in options if not one.startswith('/'))}`"
    yield ""
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    yield from (
        line if line.startswith("|") or not line else f"    {line}" for line in done.stdout.splitlines()
    )
    yield ""
