"""Speed and memory, side by side with a bare MediaPipe script, alternating, in one run.

    python -m benchmarks.speed [--rounds 7] [--photo FILE]

Prints medians with their spread and the ratio of each pair. Single times depend on the machine and on
what else it does; the ratios are what counts.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2

from levelback.pose.bundle import models_folder

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_images" / "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")
BARE = """
import sys, cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=sys.argv[1]))
with vision.PoseLandmarker.create_from_options(options) as finder:
    picture = cv2.cvtColor(cv2.imread(sys.argv[2]), cv2.COLOR_BGR2RGB)
    found = finder.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))
    print([(one.x, one.y) for one in found.pose_landmarks[0]])
"""

PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run(*command: str | Path) -> Callable[[], float]:
    """Return a function that runs a command as a whole process and returns its seconds."""

    def once() -> float:
        start = time.perf_counter()
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
        return time.perf_counter() - start

    return once


def compare(
    name: str, goal: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int
) -> None:
    """Run both in turn after one warm-up each; print medians, spread and the ratio."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    ratio = statistics.median(a / b for a, b in pairs)
    cells = [_cell([pair[i] for pair in pairs]) for i in (0, 1)]
    print(f"{name:44s} {cells[0]:>24s} {cells[1]:>24s}   {ratio:5.2f}   {goal}", flush=True)


def _cell(times: list[float]) -> str:
    return f"{1000 * statistics.median(times):.0f} ms ({1000 * min(times):.0f}–{1000 * max(times):.0f})"


def enlarged(photo: Path, megapixels: float, folder: Path) -> Path:
    """Return a JPEG of `photo` blown up to so many million pixels."""
    picture = cv2.imread(str(photo))
    factor = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
    path = folder / f"{megapixels:g}mp.jpg"
    big = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(path), big, [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


def peak_memory_mb(*command: str | Path) -> float:
    """Return the largest resident memory of a command, MB."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, *map(str, command)], check=True, capture_output=True, text=True
    )
    return int(done.stdout) / 1024


@contextmanager
def warm(photo: Path) -> Iterator[tuple[Callable[[], float], Callable[[], float], Callable[[], float]]]:
    """Yield warm runs on one photo, decoding included: ours (default), ours (fast), bare MediaPipe."""
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    from levelback import Analyzer

    default, fast = Analyzer(), Analyzer(fast=True)
    model = str(models_folder() / "pose_landmarker_full.task")
    options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=model))
    finder = vision.PoseLandmarker.create_from_options(options)

    def timed(work: Callable[[], object]) -> Callable[[], float]:
        def once() -> float:
            start = time.perf_counter()
            work()
            return time.perf_counter() - start

        return once

    def bare() -> object:
        picture = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
        return finder.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))

    with default, fast, finder:
        yield timed(lambda: default.analyze(photo)), timed(lambda: fast.analyze(photo)), timed(bare)


def main() -> None:
    """Run every comparison and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--photo", type=Path, default=SAMPLE)
    options = parser.parse_args()
    model = models_folder() / "pose_landmarker_full.task"
    print(f"{os.cpu_count()} processors; medians of {options.rounds} rounds, least and most in brackets\n")
    print(f"{'':44s} {'levelback':>24s} {'bare MediaPipe':>24s}   ratio   goal")
    compare(
        "whole process, photo --fast --json -",
        "≤ 1.4",
        run(TOOL, "photo", "--fast", "--json", "-", options.photo),
        run(sys.executable, "-c", BARE, model, options.photo),
        options.rounds,
    )
    compare(
        "--help : python -c 'import mediapipe'",
        "≤ 0.5",
        run(TOOL, "--help"),
        run(sys.executable, "-c", "import mediapipe"),
        options.rounds,
    )
    with tempfile.TemporaryDirectory() as folder:
        twelve = enlarged(options.photo, 12, Path(folder))
        with warm(twelve) as (default, fast, bare):
            compare("12-megapixel photo, warm, default", "≤ 600 ms", default, bare, options.rounds)
            compare("12-megapixel photo, warm, --fast", "", fast, bare, options.rounds)
        large = enlarged(options.photo, 48, Path(folder))
        ours = peak_memory_mb(TOOL, "photo", "--json", "-", large)
        theirs = peak_memory_mb(sys.executable, "-c", BARE, model, large)
        cells = f"{ours:>21.0f} MB {theirs:>21.0f} MB   {ours / theirs:5.2f}   ≤ 1200 MB"
        print(f"{'48-megapixel photo, peak memory':44s} {cells}")


if __name__ == "__main__":
    main()
