"""What a finished repetition was: its true start and end, hold, range and drift, from its own trajectory.

Only after the repetition is its range known, so this looks back. The trajectory is put on a fine, even
grid and smoothed by a running median that lags neither way: the rate of the samples does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from levelback.form.body import NAN
from levelback.form.follow import resting
from levelback.form.memory import OpenRep, Row
from levelback.form.sides import LYING
from levelback.form.specification import Specification

Floats = NDArray[np.float64]
STEP_S = 0.02
HELD = 0.9
LEFT_REST = 0.05
TOP_S = 0.3
"""The top of a repetition is the mean of its highest so many seconds."""
REST_S = 1.5
AWAY, STILL_S = 0.15, 0.2
"""A side shows once what tells it is that far (in trunks) from rest, where it stood for so long."""
GAP_S = 1.0
"""Nobody leaves a position and takes it again so quickly: then landmarks flicker."""
SPOILED_S = 0.2
"""Time around a mix-up of left and right in which smoothed landmarks still lie between both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """A repetition from its trajectory.

    progress from rest to its top (1: full);  range: the same in units of the first work signal, or the
             median of `Specification.extent` in the hold; NaN where that says nothing
    lean     −1 right … 1 left: how clearly one side works
    drift    root mean square of the steady signal about its mean during the hold; NaN if unseen
    quartiles  lower quartile, median and upper one of every signal during the hold, by name; NaN if unseen
    """

    start_s: float
    end_s: float
    hold_s: float
    progress: float
    range: float
    lean: float
    drift: float
    quartiles: Mapping[str, tuple[float, float, float]]


def measure(spec: Specification, rep: OpenRep, rows: Sequence[Row], end_s: float) -> Measured:
    """Return what the repetition `rep`, which has come down at `end_s`, was."""
    lean = seems = _lean(rows, rep.start_s, end_s, rep.base + 0.5 * (rep.peak - rep.base))
    if spec.side_as_taken:
        lean = _taken_and_left(rows, rep.start_s, end_s) or seems
    if not (spec.cyclic or spec.sideless or spec.working in LYING):
        rows = without_mix_ups(rows, rep.start_s, seems)
    times, progress = on_grid(rows, [row.progress for row in rows], spec.smoothing_s)
    within = (times >= rep.start_s) & (times <= end_s)
    span = _Span(start_s=rep.start_s, end_s=end_s, progress=NAN, level=progress, threshold=0.0)
    if spec.kind == "hold":
        slacks = [spec.slack(row.values, rep.rest) for row in rows]
        inside = on_grid(rows, slacks, spec.smoothing_s)[1]
        # A leg that swings across is inside for a moment; where no signal asks for a side, gaps are real.
        span = replace(span, level=inside if spec.sideless else without_gaps(inside))
    elif within.any():
        span = _travel(spec, rep, times, progress, within)
    held = within & (span.level >= span.threshold)
    values = np.array([row.values for row in rows])
    columns = [on_grid(rows, column, spec.smoothing_s)[1][held] for column in values.T]
    quartiles = {name: _quartiles(column) for name, column in zip(spec.signals, columns, strict=True)}
    steady = columns[spec.signals.index(spec.steady)] if spec.steady else np.empty(0)
    whole = abs(spec.work[0].full - spec.work[0].rest)
    return Measured(
        start_s=span.start_s,
        end_s=span.end_s,
        hold_s=time_above(times[within], span.level[within], span.threshold),
        progress=span.progress,
        range=quartiles[spec.extent][1] if spec.extent else span.progress * whole if spec.ranged else NAN,
        lean=lean,
        drift=float(np.std(steady[np.isfinite(steady)])) if np.isfinite(steady).any() else NAN,
        quartiles=quartiles,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Span:
    """From when to when, how far, and what has to be at `threshold` or above it for the hold to count."""

    start_s: float
    end_s: float
    progress: float
    level: Floats
    threshold: float


def _travel(
    spec: Specification, rep: OpenRep, times: Floats, progress: Floats, within: NDArray[np.bool_]
) -> _Span:
    """Return the span of a repetition: from rest to its top and back, in a cyclic movement to its top."""
    highest = np.sort(progress[within])[::-1]
    top = float(highest[: max(1, round(TOP_S / STEP_S))].mean())
    resting = progress[(times < rep.start_s) & (times >= rep.start_s - REST_S)]
    bottom = float(np.median(resting)) if not spec.cyclic and len(resting) > 5 else rep.base
    held = bottom + HELD * (top - bottom)
    start, end = rep.start_s, float(times[within][int(np.argmax(progress[within]))])
    if not spec.cyclic:
        high = np.flatnonzero(within & (progress >= held))
        rested = progress <= bottom + LEFT_REST * (top - bottom)
        before, after = np.flatnonzero(rested[: high[0]]), np.flatnonzero(rested[high[-1] :])
        start = float(times[before[-1]]) if len(before) else start
        end = float(times[high[-1] + after[0]]) if len(after) else float(times[within][-1])
    return _Span(start_s=start, end_s=end, progress=top - bottom, level=progress, threshold=held)


def without_mix_ups(rows: Sequence[Row], start_s: float, lean: float) -> list[Row]:
    """Return the rows with those blanked out, from `start_s` on, where left and right are mixed up.

    In one repetition one side works. A moment in which the other one seems to is a mix-up of the limbs,
    and the moments next to it are spoiled by the smoothing of the landmarks.
    """
    wrong = np.array([row.time_s for row in rows if row.time_s >= start_s and row.side * lean < 0])
    if not len(wrong):
        return list(rows)
    times = np.array([row.time_s for row in rows])
    spoiled = np.abs(times[:, None] - wrong).min(axis=1) <= SPOILED_S
    hole = (NAN,) * len(rows[0].values)
    return [
        row._replace(progress=NAN, values=hole) if bad else row
        for row, bad in zip(rows, spoiled, strict=True)
    ]


def without_gaps(slack: Floats) -> Floats:
    """Return how far a position is inside its tolerance, on the grid: 0 in gaps shorter than `GAP_S`."""
    changes = np.flatnonzero(np.diff(np.concatenate(([0], slack < 0, [0]))))
    filled = slack.copy()
    for start, end in changes.reshape(-1, 2):
        if start > 0 and end < len(slack) and (end - start) * STEP_S < GAP_S:
            filled[start:end] = 0.0
    return filled


def on_grid(rows: Sequence[Row], values: Sequence[float] | Floats, window_s: float) -> tuple[Floats, Floats]:
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


def _quartiles(values: Floats) -> tuple[float, float, float]:
    known = values[np.isfinite(values)]
    lower, middle, upper = np.quantile(known, (0.25, 0.5, 0.75)) if len(known) else (NAN, NAN, NAN)
    return float(lower), float(middle), float(upper)


def leaves_rest(rows: Sequence[Row], rest: float) -> float:
    """Return what told the side when it left `rest` for the last time, against `rest`; 0 where it did not.

    Taking a position, one leg moves first, and leaving it, it comes back last: then neither hides the other.
    """
    still_s, found = math.nan, 0.0
    for row in rows:
        away = row.side - rest
        if abs(away) <= AWAY:
            still_s = row.time_s if math.isnan(still_s) else still_s
            found = 0.0 if abs(row.time_s - still_s) >= STILL_S else found
        else:
            still_s, found = math.nan, found or away
    return found


def _first_away(rows: Sequence[Row], rest: float) -> float:
    return next((row.side - rest for row in rows if abs(row.side - rest) > AWAY), 0.0)


def _taken_and_left(rows: Sequence[Row], start_s: float, end_s: float) -> float:
    """Return −1 right … 1 left: the side that moved first and came back last; 0 where the two disagree."""
    before = [row for row in rows if row.time_s <= start_s]
    inside = [row for row in rows if start_s < row.time_s < end_s]
    after = [row for row in reversed(rows) if row.time_s >= end_s]
    rest = resting([row.side for row in before])
    told = [leaves_rest(before, rest) or _first_away(inside, rest)]
    if after:
        told.append(leaves_rest(after, rest) or _first_away(inside[::-1], rest))
    votes = sum((one > 0) - (one < 0) for one in told)
    return math.copysign(1.0, votes) if votes else 0.0


def _lean(rows: Sequence[Row], start_s: float, end_s: float, level: float) -> float:
    sides = [row.side for row in rows if start_s <= row.time_s <= end_s and row.progress >= level]
    total = sum(abs(side) for side in sides)
    return cast(float, sum(sides) / total) if total else 0.0
