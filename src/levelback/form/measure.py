"""What a finished repetition was: its true start and end, hold, range and drift, from its own trajectory.

Only after the repetition is its range known, so this looks back. The trajectory is put on a fine, even
grid and smoothed by a running median that lags neither way: the rate of the samples does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from levelback.form.body import NAN
from levelback.form.memory import OpenRep, Row
from levelback.form.specification import Specification

Floats = NDArray[np.float64]
STEP_S = 0.02
HELD = 0.9
LEFT_REST = 0.05
TOP_S = 0.3
"""The top of a repetition is the mean of its highest so many seconds."""
REST_S = 1.5
SPOILED_S = 0.2
"""Time around a mix-up of left and right in which smoothed landmarks still lie between both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A repetition from its trajectory.

    progress from rest to its top (1: full);  range: the same in units of the first work signal, of a
             hold the mean of `Specification.extent` in it; NaN where there is none
    lean     −1 right … 1 left: how clearly one side works
    drift    root mean square of the steady signal about its mean during the hold; NaN if unseen
    means    of every signal during the hold, in the specification's order; NaN if unseen
    """

    start_s: float
    end_s: float
    hold_s: float
    progress: float
    range: float
    lean: float
    drift: float
    means: tuple[float, ...]


def measure(spec: Specification, rep: OpenRep, rows: Sequence[Row], end_s: float) -> Measured:
    """Return what the repetition `rep`, which has come down at `end_s`, was."""
    lean = _lean(rows, rep.start_s, end_s, rep.base + 0.5 * (rep.peak - rep.base))
    if not spec.cyclic:
        rows = without_mix_ups(rows, rep.start_s, lean)
    times, progress = on_grid(rows, [row.progress for row in rows], spec.smoothing_s)
    within = (times >= rep.start_s) & (times <= end_s)
    if spec.kind == "hold":
        _, level = on_grid(rows, [row.slack for row in rows], spec.smoothing_s)
        start, end, extent, threshold = rep.start_s, end_s, 1.0, 0.0
    else:
        highest = np.sort(progress[within])[::-1]
        top = float(highest[: max(1, round(TOP_S / STEP_S))].mean()) if len(highest) else rep.peak
        resting = progress[(times < rep.start_s) & (times >= rep.start_s - REST_S)]
        bottom = float(np.median(resting)) if not spec.cyclic and len(resting) > 5 else rep.base
        extent, level, threshold = top - bottom, progress, bottom + HELD * (top - bottom)
        start, end = _ends(times, progress, rep, end_s, bottom + LEFT_REST * extent, threshold)
    inside = (times >= rep.start_s) & (times <= end_s)
    held = inside & (level >= threshold)
    values = np.array([row.values for row in rows])
    columns = [on_grid(rows, list(column), spec.smoothing_s)[1][held] for column in values.T]
    steady = columns[spec.signals.index(spec.steady)] if spec.steady else np.empty(0)
    means = tuple(float(np.nanmean(one)) if np.isfinite(one).any() else float("nan") for one in columns)
    work = spec.work[0]
    return Measured(
        start_s=start,
        end_s=end,
        hold_s=time_above(times[inside], level[inside], threshold),
        progress=extent,
        range=extent * abs(work.full - work.rest) if spec.kind == "repetitions" else _extent(spec, means),
        lean=lean,
        drift=float(np.nanstd(steady)) if np.isfinite(steady).any() else float("nan"),
        means=means,
    )


def _extent(spec: Specification, means: Sequence[float]) -> float:
    return means[spec.signals.index(spec.extent)] if spec.extent else float("nan")


def without_mix_ups(rows: Sequence[Row], start_s: float, lean: float) -> list[Row]:
    """Return the rows with those blanked out, from `start_s` on, where left and right are mixed up.

    In one repetition one side works. A moment in which the other one seems to is a mix-up of the limbs,
    and the moments next to it are spoiled by the smoothing of the landmarks.
    """
    wrong = [row.time_s for row in rows if row.time_s >= start_s and row.side * lean < 0]
    hole = (NAN,) * len(rows[0].values)
    return [
        row._replace(progress=NAN, slack=NAN, values=hole) if _near(row.time_s, wrong) else row
        for row in rows
    ]


def _near(time_s: float, others: Sequence[float]) -> bool:
    return any(abs(time_s - other) <= SPOILED_S for other in others)


def on_grid(rows: Sequence[Row], values: Sequence[float], window_s: float) -> tuple[Floats, Floats]:
    """Return an even grid of times, and the values on it, smoothed by a running median of `window_s`.

    Values that are NaN are bridged by a straight line; NaN everywhere where none is known.
    """
    times = np.array([row.time_s for row in rows])
    grid = times[0] + STEP_S * np.arange(int((times[-1] - times[0]) / STEP_S) + 1)
    known = np.array(values, dtype=np.float64)
    seen = np.isfinite(known)
    if not seen.any():
        return grid, np.full(len(grid), np.nan)
    line = np.interp(grid, times[seen], known[seen])
    half = max(1, round(window_s / 2 / STEP_S))
    padded = np.pad(line, half, mode="edge")
    return grid, np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)


def time_above(times: Floats, values: Floats, level: float) -> float:
    """Return for how long the line through `values` is at `level` or above it, to a part of a step."""
    if len(times) < 2:
        return 0.0
    first, second = values[:-1] - level, values[1:] - level
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = np.abs(np.where(first >= 0, first, second) / (first - second))
    share = np.where((first >= 0) & (second >= 0), 1.0, np.where((first < 0) & (second < 0), 0.0, crossing))
    return float((share * np.diff(times)).sum())


def _ends(
    times: Floats, progress: Floats, rep: OpenRep, end_s: float, rest: float, top: float
) -> tuple[float, float]:
    """Return when the movement left rest before its top, and when it came back to it after."""
    high = np.flatnonzero((times >= rep.start_s) & (times <= end_s) & (progress >= top))
    if not len(high):
        return rep.start_s, end_s
    before, after = np.flatnonzero(progress[: high[0]] <= rest), np.flatnonzero(progress[high[-1] :] <= rest)
    start = times[before[-1]] if len(before) else rep.start_s
    end = times[high[-1] + after[0]] if len(after) else end_s
    return float(start), float(end)


def _lean(rows: Sequence[Row], start_s: float, end_s: float, level: float) -> float:
    sides = [row.side for row in rows if start_s <= row.time_s <= end_s and row.progress >= level]
    total = sum(abs(side) for side in sides)
    return cast(float, sum(sides) / total) if total else 0.0
