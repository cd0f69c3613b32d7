"""Runs the inputs, prints a line for each target, and returns 1 where something was found."""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import benchmarks.fuzz
from benchmarks.fuzz.damage import mutate
from benchmarks.fuzz.readers import targets
from benchmarks.fuzz.watch import Hang, refusal

MEMORY_GB = 1.5
SHOWN = 5
"""Finds of one target whose tracebacks are printed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """What became of one target's inputs; `slowest_s` of processor time, `peak_gb` of its process."""

    name: str
    inputs: int
    refused: int
    finds: Sequence[str]
    slowest_s: float
    peak_gb: float


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description=benchmarks.fuzz.__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=200_000, help="how many in all")
    parser.add_argument("--start", type=int, default=0, help="number of the first input of each target")
    parser.add_argument("--only", help="one target")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once")
    options = parser.parse_args()
    shares = {name: one.share for name, one in targets().items() if options.only in (None, name)}
    if not shares:
        parser.error(f"there is no target '{options.only}'; choose from {', '.join(targets())}")
    each = options.inputs / sum(shares.values())
    jobs = [(name, options.start, -int(-each * share // 1)) for name, share in shares.items()]
    total = found = 0
    peak_gb = 0.0
    start_s = time.perf_counter()
    print(
        "| reader | inputs | refused | found | slowest | memory |\n|---|---:|---:|---:|---:|---:|", flush=True
    )
    for row in _rows(jobs, options.jobs):
        for find in row.finds[:SHOWN]:
            print(find, file=sys.stderr, flush=True)
        total, found, peak_gb = total + row.inputs, found + len(row.finds), max(peak_gb, row.peak_gb)
        print(f"| {row.name} | {row.inputs:,} | {row.refused:,} | {len(row.finds):,} | {row.slowest_s:.2f} s "
              f"| {row.peak_gb:.2f} GB |", flush=True)  # fmt: skip
    print(f"| all | {total:,} | | {found:,} | | |\n\n{(time.perf_counter() - start_s) / 60:.0f} minutes.")
    return 1 if found or peak_gb > MEMORY_GB else 0


def _rows(jobs: Sequence[tuple[str, int, int]], processes: int) -> Iterator[Row]:
    """Yield the rows in the order of the targets; each target has a process of its own."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, max_tasks_per_child=1) as pool:
        yield from pool.map(_run, *zip(*jobs, strict=True))


def _run(name: str, start: int, count: int) -> Row:
    os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"
    warnings.simplefilter("ignore")
    logging.disable()  # the page logs what fails inside; it is counted here
    target = targets()[name]
    refused, slowest_s = 0, 0.0
    finds: list[str] = []
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "around" / "folder"
        folder.mkdir(parents=True)
        for seed in target.seeds:  # sound; what is imported now is not timed below
            assert refusal(target, seed, folder) is None, f"a sound input of '{name}' is refused"
        for number in range(start, start + count):
            start_s = time.process_time()
            try:
                data = mutate(target.seeds, random.Random(f"{name} {number}"))
                refused += refusal(target, data, folder) is not None
            except (Exception, Hang):
                finds.append(f"{name} {number}: {traceback.format_exc(limit=-4)}")
            slowest_s = max(slowest_s, time.process_time() - start_s)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return Row(name=name, inputs=count, refused=refused, finds=finds, slowest_s=slowest_s, peak_gb=peak_gb)
