"""A guided standing photo: a burst while the person stands still, and the median of its pictures."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress

from levelback.capture.frame import Frame
from levelback.errors import PhotoError
from levelback.live.session import Moment
from levelback.pipeline import Analyzer
from levelback.report.burst import median_of
from levelback.report.values import Report

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
    """Return the report on the median of `frames`, each measured as a photo; see `median_of`.

    Raises NoPersonFound where no frame can be measured.
    """
    reports = []
    for frame in frames:
        with suppress(PhotoError):
            reports.append(analyzer.analyze_frame(frame))
    return median_of(reports)
