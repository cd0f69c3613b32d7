"""Where a measurement, the common range and the notable size stand on a scale."""

from __future__ import annotations

from dataclasses import dataclass

from levelback.advice.norms import Norm
from levelback.metrics.values import MEASURES, Estimate
from levelback.report.words import measure_words

MARGIN = 0.12
"""Free room at both ends of a scale, as a share of its reach."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """A measurement on a straight scale, every place a share of its width: 0 left end … 1 right end.

    value, low, high   the estimate and its 95 % interval
    common             both ends of the range that is common in healthy people
    zero               place of zero; None where the scale does not reach it
    notable            where a size begins to stand out: one or two places
    left_end, right_end   in words, what the ends mean

    The scale of a sided measure runs so that the subject's left is at the left, symmetric about zero.
    """

    value: float
    low: float
    high: float
    common: tuple[float, float]
    zero: float | None
    notable: tuple[float, ...]
    left_end: str
    right_end: str


def make_scale(id: str, estimate: Estimate, norm: Norm) -> Scale:
    """Return the scale of measure `id`: room for the interval, the common range and the norm's sizes."""
    marks = {"either": (-1, 1), "positive": (1,), "negative": (-1,)}[norm.direction]
    reach = [
        estimate.low,
        estimate.high,
        norm.common_low,
        norm.common_high,
        *(s * norm.marked for s in marks),
    ]
    start, end = min(reach), max(reach)
    sided = MEASURES[id].sided
    if sided:
        end = max(-start, end)
        start = -end
    margin = MARGIN * (end - start) / 2
    start, end = start - margin, end + margin

    def place(value: float) -> float:
        share = (value - start) / (end - start)
        return 1 - share if sided else share

    low, high = sorted((place(estimate.low), place(estimate.high)))
    first, last = sorted((place(norm.common_low), place(norm.common_high)))
    words = measure_words()[id]
    ends = (words.plus_short, words.minus_short) if sided else (words.minus_short, words.plus_short)
    return Scale(
        value=place(estimate.value),
        low=low,
        high=high,
        common=(first, last),
        zero=place(0.0) if start < 0 < end else None,
        notable=tuple(sorted(place(sign * norm.notable) for sign in marks)),
        left_end=ends[0],
        right_end=ends[1],
    )
