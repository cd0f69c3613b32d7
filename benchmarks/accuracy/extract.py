"""Read every picture of a rendered split as the product does, and keep what the estimators see.

    python -m benchmarks.accuracy.extract DATA/fit DATA/fit.jsonl [--jobs 2] [--fast]

One JSON line per picture, appended as it is done, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from levelback.capture import read_photo
from levelback.capture.frame import FAST_SIDE, MAX_SIDE
from levelback.errors import LevelbackError
from levelback.metrics.observe import Observation, observe
from levelback.pose.finder import PoseFinder
from levelback.pose.landmarks import View

TRUTH_FILE = "truth.csv"


def read_truth(folder: Path) -> list[dict[str, str]]:
    """Return the rows of a split's truth table."""
    with (folder / TRUTH_FILE).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def _finder() -> PoseFinder:
    """Return this process's pose finder."""
    return PoseFinder()


def describe(job: tuple[str, str, bool]) -> dict[str, Any]:
    """Return what the estimators see in one picture: (path, true view, fast)."""
    path, view, fast = job
    record: dict[str, Any] = {"file": Path(path).name}
    frame = read_photo(path, max_side=FAST_SIDE if fast else MAX_SIDE)
    try:
        guessed = _finder().find(frame.image, fast=True).landmarks.view
        found = _finder().find(frame.image, fast=fast, view=View(view))
        observation = observe(frame.image, found.landmarks, world=found.world, fast=fast)
    except (LevelbackError, ValueError) as error:
        return record | {"error": str(error)}
    return record | {"guessed_view": guessed.value} | flatten(observation)


def flatten(observation: Observation) -> dict[str, Any]:
    """Return an observation as plain numbers."""
    return {
        "points": observation.body.points.tolist(),
        "roll": observation.roll.estimate.value,
        "roll_sd": observation.roll.estimate.half_width / 1.96,
        "roll_source": observation.roll.source,
        "jitter": observation.jitter,
        "odd": observation.features.odd,
        "even": observation.features.even,
        "direct": observation.direct,
    }


def extract(folder: Path, out: Path, *, jobs: int, fast: bool) -> None:
    """Describe every picture of `folder` that `out` does not hold yet."""
    done = {json.loads(line)["file"] for line in out.open(encoding="utf-8")} if out.exists() else set()
    rows = [row for row in read_truth(folder) if row["file"] not in done and (folder / row["file"]).exists()]
    work = [(str(folder / row["file"]), row["view"], fast) for row in rows]
    with out.open("a", encoding="utf-8") as file:
        for record in _run(work, jobs):
            file.write(json.dumps(record) + "\n")
            file.flush()


def _run(work: list[tuple[str, str, bool]], jobs: int) -> Iterator[dict[str, Any]]:
    if jobs == 1:
        yield from map(describe, work)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(describe, work, chunksize=4)


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--fast", action="store_true")
    options = parser.parse_args()
    extract(options.folder, options.out, jobs=options.jobs, fast=options.fast)


if __name__ == "__main__":
    main()
