"""Rendered people with known truth: Anna's left shoulder came down in eight weeks, with Ben nothing changed.

The pictures are the first and the last of `python -m benchmarks.synthetic.series` at half the size, with its truth.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SERIES = Path(__file__).parents[1] / "data" / "series"
TOOL = Path(sys.executable).with_name("levelback")
TRUE_CHANGE = {
    "anna": {"shoulder_tilt": 0.783 - 5.426, "pelvic_obliquity": 1.361 - 1.767},
    "ben": {"shoulder_tilt": 5.342 - 4.882, "pelvic_obliquity": 1.429 - 1.580},
}
VERDICTS = {
    "anna": {"shoulder_tilt": "better", "pelvic_obliquity": "no_change"},
    "ben": {"shoulder_tilt": "no_change", "pelvic_obliquity": "no_change"},
}


def levelback(*arguments):
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    levelback("batch", SERIES, "--out", folder / "out", "--jobs", "2", "--history", folder / "h.sqlite3")
    return folder / "h.sqlite3"


@pytest.mark.parametrize("who", ["anna", "ben"])
def test_a_batch_becomes_the_verdict_that_the_truth_asks_for(who, history):
    document = json.loads(levelback("progress", who, "--history", history, "--json", "-"))
    changes = {change["measure"]: change for change in document["views"][0]["changes"]}
    for measure, true in TRUE_CHANGE[who].items():
        assert changes[measure]["verdict"] == VERDICTS[who][measure]
        assert changes[measure]["change"]["low"] <= true <= changes[measure]["change"]["high"]
