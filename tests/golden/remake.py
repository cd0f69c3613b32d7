"""Write the golden files of the report anew: ``PYTHONPATH=src:tests python tests/golden/remake.py``.

Read the difference before you commit it: these files are what people and programs see.
"""

from __future__ import annotations

from pathlib import Path

from helpers import reports
from levelback.report import summarize

CASES = {
    "symmetric": reports.symmetric,
    "left_hip_high": reports.left_hip_high,
    "side_view": reports.side_view,
    "unusable": reports.unusable,
}

if __name__ == "__main__":
    here = Path(__file__).parent
    for name, make in CASES.items():
        report = make()
        (here / f"report_{name}.json").write_text(report.to_json() + "\n", encoding="utf-8")
        (here / f"summary_{name}.txt").write_text(summarize(report) + "\n", encoding="utf-8")
