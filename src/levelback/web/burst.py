"""Which picture of a burst to keep."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from levelback.report import Report


def steadiest(reports: Mapping[str, Report]) -> str:
    """Return the id of the usable report whose numbers are nearest to the median of the burst.

    A body sways; the picture in the middle of the sway stands for the burst. Distances count in half-widths
    of the intervals. Where no picture is usable, the first one tells what is wrong.
    """
    usable = {id: report for id, report in reports.items() if report.quality.usable}
    if not usable:
        return next(iter(reports))
    views = [report.photo.view for report in usable.values()]
    main = max(views, key=views.count)
    alike = {id: _numbers(report) for id, report in usable.items() if report.photo.view is main}
    shared = sorted(set.intersection(*(set(numbers) for numbers in alike.values())))
    table = np.array([[numbers[id] for id in shared] for numbers in alike.values()]).reshape(
        len(alike), -1, 2
    )
    values, half_widths = table[..., 0], table[..., 1]
    distance = np.abs(values - np.median(values, axis=0)) / np.maximum(half_widths, 1e-6)
    return list(alike)[int(np.argmin(distance.sum(axis=1)))]


def _numbers(report: Report) -> dict[str, tuple[float, float]]:
    return {
        one.id: (one.estimate.value, one.estimate.half_width)
        for one in report.measurements
        if one.estimate is not None
    }
