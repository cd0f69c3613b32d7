"""Runs the inputs, prints a line for each target, and returns 1 where something was found."""

from __future__ import annotations

import argparse
import logging
import os
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from benchmarks.fuzz.damage import mutate
from benchmarks.fuzz.readers import targets
from benchmarks.fuzz.watch import Hang, Target, refusal

MEMORY_GB = 1.5


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=sys.modules["benchmarks.fuzz"].__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=200_000, help="how many in all")
    parser.add_argument("--start", type=int, default=0, help="number of the first input of each target")
    parser.add_argument("--only", help="one target")
    options = parser.parse_args()
    os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"
    chosen = {name: one for name, one in targets().items() if options.only in (None, name)}
    if not chosen:
        parser.error(f"there is no target '{options.only}'; choose from {', '.join(targets())}")
    warnings.simplefilter("ignore")
    logging.disable()  # the page logs what fails inside; it is counted here
    each = options.inputs / sum(target.share for target in chosen.values())
    total = found = 0
    start_s = time.perf_counter()
    print("| reader | inputs | refused | found | slowest |\n|---|---:|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "around" / "folder"
        folder.mkdir(parents=True)
        for name, target in chosen.items():
            count = -int(-each * target.share // 1)
            numbers = range(options.start, options.start + count)
            refused, finds, slowest_s = _run(name, target, numbers, folder)
            total, found = total + count, found + finds
            print(f"| {name} | {count:,} | {refused:,} | {finds:,} | {slowest_s:.2f} s |", flush=True)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    minutes = (time.perf_counter() - start_s) / 60
    print(
        f"| all | {total:,} | | {found:,} | |\n\nPeak memory: {peak_gb:.2f} GB; {minutes:.0f} minutes.",
        flush=True,
    )
    return 1 if found or peak_gb > MEMORY_GB else 0


def _run(name: str, target: Target, numbers: range, folder: Path) -> tuple[int, int, float]:
    """Return how many inputs were refused, how many were finds, and the seconds of the slowest."""
    for seed in target.seeds:  # sound; what is imported now is not timed below
        assert refusal(target, seed, folder) is None, f"a sound input of '{name}' is refused"
    refused = finds = 0
    slowest_s = 0.0
    for number in numbers:
        start_s = time.process_time()
        try:
            data = mutate(target.seeds, random.Random(f"{name} {number}"))
            refused += refusal(target, data, folder) is not None
        except (Exception, Hang):
            finds += 1
            if finds <= 5:
                print(f"{name} {number}: {traceback.format_exc(limit=-4)}", file=sys.stderr, flush=True)
        slowest_s = max(slowest_s, time.process_time() - start_s)
    return refused, finds, slowest_s


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the page's worker thread need not be waited for
