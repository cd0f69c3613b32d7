"""A guided standing photo: a burst while the person stands still, and the median of its pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from levelback.advice import find, make_plan, screen
from levelback.capture.frame import Frame
from levelback.errors import NoPersonFound, PhotoError
from levelback.live.session import Moment
from levelback.metrics.values import Estimate, Measurement
from levelback.pipeline import Analyzer
from levelback.report import Report

EXERCISE = "standing"
PICTURES = 5
APART_S = 0.2
SETTLED_S = 0.5
"""How long the stillness has to go on after the last picture: that somebody moves is noticed with a delay."""


class Burst:
    """An observer that takes pictures, `APART_S` apart, once the person has stood still long enough.

    It calls `done` when it has them all. Who moves before has to stand still anew.
    """

    def __init__(self, still_s: float, done: Callable[[], None]) -> None:
        """Begin empty; pictures are taken after `still_s` seconds of standing still."""
        self.frames: list[Frame] = []
        self._still_s = still_s
        self._since_s: float | None = None
        self._last_s = -math.inf
        self._done = done

    def __call__(self, moment: Moment) -> None:
        """Keep this moment's frame, where it is wanted."""
        if moment.seen is None:
            return
        state, frame = moment.state, moment.seen.frame
        if state.phase != "holding":
            self.frames.clear()
            self._since_s = None
            return
        self._since_s = state.time_s if self._since_s is None else self._since_s
        if len(self.frames) == PICTURES:
            if state.time_s - self._last_s >= SETTLED_S:
                self._done()
        elif frame is not None and state.time_s - max(self._last_s, self._since_s) >= self._wait_s():
            self.frames.append(frame)
            self._last_s = state.time_s

    def _wait_s(self) -> float:
        return APART_S if self.frames else self._still_s


def measure_burst(frames: Sequence[Frame], analyzer: Analyzer) -> Report:
    """Return the report on the median of `frames`.

    Each frame is measured as a photo. A measure's value and both ends of its interval are the medians of
    the frames': they share the systematic part of the error, so that many frames steady the value but make
    no interval narrower. The picture is that of the frame nearest to the median. Findings and plan are made
    from the medians. Raises NoPersonFound where no frame can be measured.
    """
    reports = []
    for frame in frames:
        with suppress(PhotoError):
            reports.append(analyzer.analyze_frame(frame))
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
    findings = find(medians, nearest.quality, None)
    return replace(
        nearest,
        measurements=medians,
        findings=findings,
        plan=make_plan(findings, screen(None), None),
    )


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
