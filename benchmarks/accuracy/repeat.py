"""How far two photos of one person differ where the person did not change: the numbers that progress rests on.

    python -m benchmarks.accuracy.repeat DATA     # writes src/levelback/progress/data/precision.toml

DATA holds what `extract` wrote of the splits fit and validate, and their truth tables. Each rendered body is
there in up to three pictures with other postures, clothes, rooms and cameras, so that the part of an
error that belongs to the body can be told from the part that comes with each picture:

    reading = slope · truth + body + picture,   sd(picture) = share · stated sd

fitted within the pictures of one body from one view. `share` is the upper end of its one-sided 95 %
interval, and at most 1. The test split is not read.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w
from scipy.stats import chi2

import levelback.progress
from benchmarks.accuracy.extract import read_truth
from levelback import __version__
from levelback.metrics.body import Body
from levelback.metrics.features import Features
from levelback.metrics.measure import measure
from levelback.metrics.observe import Observation
from levelback.metrics.values import MEASURES, Estimate, Quality, Roll
from levelback.pose.joints import JOINT_COUNT
from levelback.pose.landmarks import View

OUT = Path(levelback.progress.__file__).parent / "data" / "precision.toml"
SPLITS = ("fit", "validate")
MIN_FREEDOM = 10
"""Fewer degrees of freedom than this say nothing; the error then counts as new in each photo."""

HEIGHT_CM = 170.0
Reading = tuple[Estimate, float]
"""What was read of a picture, and the truth."""


def observation_of(record: dict[str, Any], view: View) -> Observation:
    """Return the observation that a line of `extract` was made from."""
    points = np.array(record["points"])
    return Observation(
        roll=Roll(
            estimate=Estimate.around(record["roll"], 1.96 * record["roll_sd"]), source=record["roll_source"]
        ),
        body=Body(
            points=points,
            covariance=np.zeros((2 * JOINT_COUNT, 2 * JOINT_COUNT)),
            visibility=np.ones(JOINT_COUNT),
            view=view,
            to_picture=np.eye(2, 3),
            scale_px=1.0,
        ),
        features=Features(odd=record["odd"], even=record["even"]),
        direct=record["direct"],
        jitter=record["jitter"],
    )


def readings(folder: Path, *, fast: bool) -> dict[str, dict[str, list[Reading]]]:
    """Return what levelback reads of each picture beside the truth, by measure and by body and view."""
    found: dict[str, dict[str, list[Reading]]] = defaultdict(lambda: defaultdict(list))
    for split in SPLITS:
        truth = {row["file"]: row for row in read_truth(folder / split)}
        lines = (folder / f"{split}{'-fast' if fast else ''}.jsonl").read_text(encoding="utf-8").splitlines()
        for record in map(json.loads, lines):
            row = truth[record["file"]]
            if "error" in record:
                continue
            observation = observation_of(record, View(row["view"]))
            for one in measure(observation, Quality(usable=True), height_cm=HEIGHT_CM, fast=fast):
                if one.estimate is not None and one.id in row:
                    group = f"{row['body_id']}/{row['view']}"
                    found[one.id][group].append((one.estimate, float(row[one.id])))
    return found


def precision(groups: Iterable[list[Reading]]) -> dict[str, float | int] | None:
    """Return slope and share of one measure, None where too few bodies were seen twice.

    Both variances, within bodies and in all, are of the same residuals. These come from bodies that the
    estimators were fitted on, which makes both too small; their ratio is not. The stated error, which it
    is a share of, comes from left-out bodies.
    """
    several = [group for group in groups if len(group) > 1]
    freedom = sum(len(group) - 1 for group in several) - 1
    if freedom < MIN_FREEDOM:
        return None
    read = [np.array([estimate.value for estimate, _ in group]) for group in several]
    true = [np.array([truth for _, truth in group]) for group in several]
    stated = [np.array([estimate.half_width / 1.96 for estimate, _ in group]) for group in several]
    read_within, true_within = (np.concatenate([one - one.mean() for one in part]) for part in (read, true))
    slope = float(read_within @ true_within / (true_within @ true_within))
    everything = np.concatenate(read) - slope * np.concatenate(true)
    in_all = ((everything - everything.mean()) ** 2).sum() / sum((one**2).sum() for one in stated)
    residual = ((read_within - slope * true_within) ** 2).sum()
    within = residual / sum((one**2).sum() * (1 - 1 / len(one)) for one in stated)
    share = np.sqrt(within / in_all * (freedom + 1) / chi2.ppf(0.05, freedom))
    pictures = sum(len(group) for group in several)
    return {"slope": round(slope, 2), "share": round(min(1.0, float(share)), 2), "pictures": pictures}


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the table, one row for each mode and measure."""
    for mode in ("full", "fast"):
        found = readings(folder, fast=mode == "fast")
        for id in MEASURES:
            row = precision(found[id].values()) if id in found else None
            if row is not None:
                yield {"mode": mode, "measure": id, **row}


def main() -> None:
    """Parse the command line and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    source = f"Rendered people seen two or three times from one view; levelback {__version__}."
    head = (
        "# How far two photos of one person differ where nothing changed. Made by `make precision`; see\n"
        "# benchmarks/accuracy/repeat.py. slope: of the reading over the truth. share: of the stated error\n"
        "# that is new in each photo; what is not listed counts as 1.\n\n"
    )
    table = tomli_w.dumps({"source": source, "precision": list(rows(options.folder))})
    options.out.write_text(head + table, encoding="utf-8")


if __name__ == "__main__":
    main()
