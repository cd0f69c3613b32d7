"""The figures behind `levelback progress`: honest intervals pass, intervals that are too narrow are found out."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from benchmarks.progress import rows, table
from levelback.progress.precision import Precision

SD = 1.0


@pytest.fixture
def split(tmp_path, monkeypatch):
    """Return a maker of a split: 300 bodies seen twice, with the stated sd in parts of the true one."""
    known = Precision(mode="full", measure="shoulder_tilt", slope=0.8, share=1.0, pictures=600)
    monkeypatch.setattr("benchmarks.progress.precision_of", lambda measure, mode: known)

    def make(stated):
        random = np.random.default_rng(7)
        truths, lines = [], []
        for number in range(600):
            true = float(random.normal(0, 3))
            read = 0.8 * true + random.normal(0, SD)
            file, low, high = f"{number}.jpg", read - 1.96 * SD * stated, read + 1.96 * SD * stated
            estimates = {"shoulder_tilt": [read, low, high]}
            truths.append(
                {"file": file, "body_id": f"b{number // 2}", "view": "front", "shoulder_tilt": true}
            )
            lines.append(json.dumps({"file": file, "view": "front", "estimates": estimates}))
        with (tmp_path / "truth.csv").open("w", newline="") as out:
            writer = csv.DictWriter(out, fieldnames=truths[0])
            writer.writeheader()
            writer.writerows(truths)
        for mode in ("default", "fast"):
            (tmp_path / f"said-{mode}.jsonl").write_text("\n".join(lines))
        return tmp_path

    return make


def test_honest_intervals_keep_what_is_promised(split):
    (row,) = rows(split(1.0), "default")
    assert row.pairs == 300
    assert row.held / row.pairs >= 0.93
    assert row.false / row.pairs <= 0.08
    assert row.found / (2 * row.pairs) >= 0.94
    assert row.detectable == pytest.approx(1.96 * np.hypot(SD, SD) / 0.8, rel=1e-3)
    assert row.with_three == pytest.approx(row.detectable / np.sqrt(3), rel=1e-3)


def test_intervals_that_are_too_narrow_are_found_out(split):
    (row,) = rows(split(0.5), "default")
    assert row.held / row.pairs < 0.85
    assert row.false / row.pairs > 0.15


def test_the_table_has_a_line_for_each_measure_and_mode(split):
    lines = list(table(split(1.0)))
    assert sum(line.startswith("| `shoulder_tilt` | 300 | ") for line in lines) == 2
    assert sum(line.startswith("| **all** | 300 | ") for line in lines) == 2
