"""One report of a burst: several pictures of one person, taken in one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from levelback.errors import NoPersonFound
from levelback.metrics.values import Estimate, Measurement
from levelback.report.planning import replan
from levelback.report.values import Report


def median_of(reports: Sequence[Report]) -> Report:
    """Return the report on the median of a burst.

    A body sways; the middle of the sway stands for the burst. A measure's value and both ends of its
    interval are the medians of the pictures': they share the systematic part of the error, so that many
    pictures steady the value but make no interval narrower. Only usable pictures of the commonest view
    count. The picture is that of the one nearest to the median. Findings and plan are made from the medians.
    Raises NoPersonFound where no picture is usable.
    """
    reports = [report for report in reports if report.quality.usable]
    if not reports:
        raise NoPersonFound("None of the pictures could be measured. Stand still, whole and well lit.")
    view = max({one.photo.view for one in reports}, key=[one.photo.view for one in reports].count)
    reports = [one for one in reports if one.photo.view == view]
    medians = tuple(
        _median([report.measurements[index] for report in reports])
        for index in range(len(reports[0].measurements))
    )
    nearest = min(reports, key=lambda report: _distance(report.measurements, medians))
    return replan(replace(nearest, measurements=medians))


def _median(measurements: Sequence[Measurement]) -> Measurement:
    """Return the median of one measure; where most frames cannot measure it, the first reason why."""
    known = [one for one in measurements if one.estimate is not None]
    if 2 * len(known) <= len(measurements):
        return next(one for one in measurements if one.estimate is None)
    ends = [(one.estimate.low, one.estimate.value, one.estimate.high) for one in known if one.estimate]
    low, value, high = (float(end) for end in np.median(np.array(ends), axis=0))
    return replace(known[0], estimate=Estimate(value=value, low=low, high=high))


def _distance(measurements: Sequence[Measurement], medians: Sequence[Measurement]) -> float:
    """Return how far a frame is from the median: half widths of the intervals, summed over the measures."""
    pairs = [(one.estimate, other.estimate) for one, other in zip(measurements, medians, strict=True)]
    return sum(
        abs(one.value - other.value) / max(other.half_width, 1e-9) if one and other else 1.0
        for one, other in pairs
    )
