"""What `levelback progress` may claim, on rendered people of the test split seen two or three times from one view.

    python -m benchmarks.progress DATA/test --out docs/progress-table.md

Reads what `make accuracy` kept of every picture (said-default.jsonl, said-fast.jsonl) and the truth; takes
seconds. Two pictures of one body from one view, in other clothes, another room and before another camera, are
compared as `levelback progress` does it, three times: as they are; with the true change taken out of the
second reading; and with a change of twice the detectable one put in its place, towards plus and minus.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import Literal

from benchmarks.accuracy.extract import read_truth
from levelback import __version__
from levelback.metrics.values import MEASURES, Estimate
from levelback.progress.assessment import LEAST_SLOPE
from levelback.progress.change import compare, mean_reading
from levelback.progress.precision import Precision, precision_of
from levelback.progress.values import Change, Point

MODES: dict[str, Literal["full", "fast"]] = {"default": "full", "fast": "fast"}
FEWEST = 10
"""With fewer pairs a row says too little."""

START = datetime(2026, 1, 5)
Pair = tuple[Estimate, Estimate, float]
"""Two readings of one body, and by how much the truth changed between them."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was found for one measure: counts out of `pairs`, and sizes that show in half of the cases.

    held         the interval of the change holds the true change
    false        a change is seen where the true one was taken out
    found        of changes of twice the detectable size, towards both sides: out of twice the pairs
    detectable   median, one photo each time; `with_three` three photos each time
    """

    measure: str
    pairs: int
    held: int
    false: int
    found: int
    detectable: float
    with_three: float


def pairs_of(folder: Path, mode: str, measure: str) -> Iterator[Pair]:
    """Yield every two readings of one body from one view, in the order of the files."""
    lines = (folder / f"said-{mode}.jsonl").read_text(encoding="utf-8").splitlines()
    said = {one["file"]: one for one in map(json.loads, lines)}
    groups: dict[tuple[str, str], list[tuple[Estimate, float]]] = defaultdict(list)
    for row in read_truth(folder):
        one = said[row["file"]]
        if measure in one.get("estimates", {}) and one["view"] == row["view"]:
            value, low, high = one["estimates"][measure]
            reading = Estimate(value=value, low=low, high=high)
            groups[row["body_id"], row["view"]].append((reading, float(row[measure])))
    for group in groups.values():
        for (first, before), (second, after) in combinations(group, 2):
            yield first, second, after - before


def change(measure: str, readings: Sequence[Estimate], precision: Precision, *, photos: int = 1) -> Change:
    """Return the change between two readings, each of which stands for so many photos."""
    points = []
    for week, reading in enumerate(readings):
        estimate, sd = mean_reading([reading] * photos, precision)
        points.append(Point(at=START + timedelta(weeks=week), estimate=estimate, sd=sd))
    return compare(measure, points, precision)


def row_of(measure: str, pairs: Sequence[Pair], precision: Precision) -> Row:
    """Return the row of one measure."""
    held = false = found = 0
    detectable, with_three = [], []
    for first, second, true in pairs:
        seen = change(measure, (first, second), precision)
        held += seen.difference.low <= true <= seen.difference.high
        still = _moved(second, -precision.slope * true)
        false += change(measure, (first, still), precision).difference.sign != 0
        for sign in (-1, 1):
            moved = _moved(still, sign * 2 * precision.slope * seen.detectable)
            found += change(measure, (first, moved), precision).difference.sign == sign
        detectable.append(seen.detectable)
        with_three.append(change(measure, (first, second), precision, photos=3).detectable)
    return Row(
        measure=measure,
        pairs=len(pairs),
        held=held,
        false=false,
        found=found,
        detectable=median(detectable),
        with_three=median(with_three),
    )


def _moved(estimate: Estimate, by: float) -> Estimate:
    return Estimate(value=estimate.value + by, low=estimate.low + by, high=estimate.high + by)


def rows(folder: Path, mode: str) -> Iterator[Row]:
    """Yield the rows of the measures that progress compares and that enough pairs show."""
    truth = read_truth(folder)[0]
    for measure in MEASURES:
        precision = precision_of(measure, MODES[mode])
        if measure in truth and precision.slope >= LEAST_SLOPE:
            pairs = list(pairs_of(folder, mode, measure))
            if len(pairs) >= FEWEST:
                yield row_of(measure, pairs, precision)


def table(folder: Path) -> Iterator[str]:
    """Yield the lines of the table in Markdown."""
    for mode in MODES:
        found = list(rows(folder, mode))
        yield from (
            f"\n## {mode}\n",
            "| measure | pairs | held | false | found | detectable | three photos |",
        )
        yield "|---|--:|--:|--:|--:|--:|--:|"
        yield from (_line(f"`{row.measure}`", [row], _size(row)) for row in found)
        yield _line("**all**", found, "| |")


def _line(name: str, rows: Sequence[Row], sizes: str) -> str:
    pairs, held = sum(row.pairs for row in rows), sum(row.held for row in rows)
    false, found = sum(row.false for row in rows), sum(row.found for row in rows)
    shares = f"{held / pairs:.0%} | {false / pairs:.1%} | {found / (2 * pairs):.0%}".replace("%", " %")
    return f"| {name} | {pairs} | {shares} {sizes}"


def _size(row: Row) -> str:
    unit = {"deg": "°", "mm": " mm"}.get(MEASURES[row.measure].unit, " %")
    return f"| {row.detectable:.1f}{unit} | {row.with_three:.1f}{unit} |"


def heading(folder: Path) -> str:
    """Return what the table is of, with the beginning of the calibration's SHA-256."""
    data = resources.files("levelback.metrics") / "data" / "calibration.json"
    digest = hashlib.sha256(data.read_bytes()).hexdigest()[:8]
    seen = Counter((row["body_id"], row["view"]) for row in read_truth(folder))
    bodies = sum(times > 1 for times in seen.values())
    return (
        "# What progress may claim\n\n"
        f"Pairs of pictures of one rendered body from one view, with other clothes, rooms and cameras: {bodies} bodies "
        f"of the test split that were seen so twice or three times. levelback {__version__}, calibration {digest}. Made by "
        "`python -m benchmarks.progress DATA/test --out docs/progress-table.md`, after `make accuracy`.\n\n"
        "- **held**: the 95 % interval of the change holds the true change\n"
        "- **false**: a change is seen where the true one was taken out; at most 5 % are promised\n"
        "- **found**: a change of twice the detectable one is seen; at least 90 % are promised\n"
        "- **detectable**: median size of a true change that shows in half of the comparisons, with one photo each "
        "time; **three photos**: with three each time, if their errors are independent"
    )


def main() -> None:
    """Parse the command line; print and write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    text = "\n".join((heading(options.folder), *table(options.folder))) + "\n"
    print(text, end="")
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
