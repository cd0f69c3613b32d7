"""What each number means, for whoever points at it."""

from __future__ import annotations

from levelback.advice.norms import Norm, load_norms
from levelback.metrics.values import Estimate, Measurement
from levelback.pose.joints import JOINT_NAMES
from levelback.report import words
from levelback.report.content import Row
from levelback.report.values import Report


def explanations(report: Report, rows: tuple[Row, ...]) -> dict[str, str]:
    """Return by measure id what the number of each row says, what is common, and what it rests on."""
    measurements = {one.id: one for one in report.measurements}
    norms = load_norms()
    return {row.id: _explained(row, measurements[row.id], norms[row.id]) for row in rows}


def _explained(row: Row, measurement: Measurement, norm: Norm) -> str:
    middle = (norm.common_low + norm.common_high) / 2
    common = Estimate(value=middle, low=norm.common_low, high=norm.common_high)
    points = [JOINT_NAMES[joint].replace("_", " ") for joint in measurement.joints]
    said = words.load_words()["explain"]
    sentences = [
        row.spoken,
        said["common"].format(
            range=words.interval(row.id, common), notable=words.amount(row.id, norm.notable)
        ),
        said["rests_on"].format(points=words.enumerate_words(points)) if points else "",
    ]
    return " ".join(sentence for sentence in sentences if sentence)
