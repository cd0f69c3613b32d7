"""Print the accuracy of what markers measure, on pictures that nothing was fitted to.

    python -m benchmarks.accuracy.marker_table DATA [--split test] [--out docs/marker-table.md]

DATA/markers holds the pictures and SPLIT.jsonl (benchmarks.synthetic.markers). Every picture is measured twice:
as a photo whose tags tell the lens, and as one without tags. What was measured is kept in
DATA/markers/SPLIT-measured.jsonl, so that an interrupted run goes on; delete it to measure again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from levelback.capture import read_photo
from levelback.metrics.horizon import estimate_horizon
from levelback.metrics.marker_measures import measure_markers
from levelback.metrics.markers import find_markers
from levelback.metrics.observe import observe
from levelback.metrics.values import MEASURES
from levelback.pose.finder import PoseFinder
from levelback.pose.landmarks import View

Row = dict[str, Any]
NARROW_DEG = 0.5
SITUATIONS: dict[str, Callable[[Row], bool]] = {
    "lines in the room, lens known": lambda one: one["lines"] and one["lens"],
    "lines in the room, lens unknown": lambda one: one["lines"] and not one["lens"],
    "no lines, lens known": lambda one: not one["lines"] and one["lens"],
    "no lines, lens unknown": lambda one: not one["lines"] and not one["lens"],
    f"stated as ±{NARROW_DEG}° or better": lambda one: one["high"] - one["low"] <= 2 * NARROW_DEG,
    "all": lambda one: True,
}


def truth(row: Row) -> dict[str, float]:
    """Return what is true of the markers in a picture, by measure id, degrees."""
    pelvis = "asis" if row["view"] == "front" else "psis"
    if row["view"] in ("front", "back"):
        return {"shoulder_tilt": row["acromion_line"], "pelvic_obliquity": row[f"{pelvis}_line"]}
    return {"asis_psis_tilt": row["asis_psis_tilt"], "pelvic_tilt": row["measures"]["pelvic_tilt"]}


def measured(finder: PoseFinder, picture: Path, row: Row) -> Iterator[Row]:
    """Yield what is measured in one picture, without and with the lens, and what is true."""
    image = read_photo(picture).image
    found = finder.find(image, view=View(row["view"]))
    seen = observe(image, found.landmarks, world=found.world)
    markers = find_markers(image, seen.body)
    for fov in (None, row["fov_deg"]):
        horizon = estimate_horizon(image, found.landmarks.silhouette, seen.body, seen.roll, fov)
        estimates = measure_markers(markers, seen.body, seen.roll, horizon)
        for id, true in truth(row).items():
            one: Row = {"file": row["file"], "id": id, "lens": fov is not None, "true": true}
            one |= {"view": row["view"], "lines": seen.roll.source == "scene_lines"}
            yield one | (asdict(estimates[id]) if id in estimates else {"value": None})


def read_measured(folder: Path, split: str) -> list[Row]:
    """Return what is measured in every picture of a split."""
    kept = folder / f"{split}-measured.jsonl"
    rows = [json.loads(line) for line in kept.open(encoding="utf-8")] if kept.exists() else []
    done = {row["file"] for row in rows}
    with PoseFinder() as finder, kept.open("a", encoding="utf-8") as file:
        for line in (folder / f"{split}.jsonl").open(encoding="utf-8"):
            row = json.loads(line)
            if row["file"] not in done:
                fresh = list(measured(finder, folder / row["file"], row))
                file.writelines(json.dumps(one) + "\n" for one in fresh)
                file.flush()
                rows += fresh
    return rows


def table(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| measure | pictures | n | mean error | median | 95 % of errors within | cover | interval | wrong |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for id in dict.fromkeys(row["id"] for row in rows):
        for name, belongs in SITUATIONS.items():
            chosen = [row for row in rows if row["id"] == id and row["value"] is not None and belongs(row)]
            if chosen:
                yield f"| `{id}` | {name} | {len(chosen)} | {_cells(id, chosen)} |"
    lost = sum(row["value"] is None for row in rows if row["lens"])
    yield f"\nNot measured for want of a marker: {lost} of {sum(row['lens'] for row in rows)}."


def _cells(id: str, rows: list[Row]) -> str:
    value, low, high, true = (
        np.array([row[key] for row in rows]) for key in ("value", "low", "high", "true")
    )
    error = np.abs(value - true)
    wrong = ((low > 0) & (true < 0)) | ((high < 0) & (true > 0))
    cells = [f"{error.mean():.2f}°", f"{np.median(error):.2f}°", f"{np.quantile(error, 0.95):.2f}°"]
    cells += [f"{100 * np.mean((low <= true) & (true <= high)):.0f} %", f"±{np.mean(high - low) / 2:.2f}°"]
    return " | ".join([*cells, f"{wrong.sum()}" if MEASURES[id].sided else "–"])


def main() -> None:
    """Parse the command line, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", default="test")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    text = "\n".join(table(read_measured(options.folder / "markers", options.split))) + "\n"
    print(text)
    if options.out:
        options.out.write_text(
            "# Accuracy of markers\n\nMade by `python -m benchmarks.accuracy.marker_table`; what it says stands in\n"
            "[accuracy.md](accuracy.md). *cover*: share of 95 % intervals that hold the truth; *interval*: their mean\n"
            f"reach; *wrong*: pictures in which the wrong side is named.\n\n{text}",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
