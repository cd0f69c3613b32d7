"""Change told from noise: two readings compared, and a robust line through many.

A reading of one person is ``slope · truth + body + error``. The part that belongs to the body is the same
in every photo from one view and cancels in a difference; the rest does not. `precision.py` says how large
it is, measured on rendered people.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

from levelback.metrics.values import Estimate
from levelback.progress.precision import Precision
from levelback.progress.values import Change, Point, Trend, Verdict

Z95 = 1.959964
FEWEST_FOR_A_LINE = 5
"""With fewer points no rank-based interval reaches 95 %: of four, the widest covers 92 %."""

WEEK = timedelta(weeks=1)


def mean_reading(estimates: Sequence[Estimate], precision: Precision) -> tuple[Estimate, float]:
    """Return the mean of readings of one day, and the standard deviation of the error that is new in it.

    The mean keeps the mean half-width of its interval, since what belongs to the body does not average out.
    """
    count = len(estimates)
    value = sum(one.value for one in estimates) / count
    half_width = sum(one.half_width for one in estimates) / count
    variance = sum((precision.share * one.half_width / Z95) ** 2 for one in estimates)
    return Estimate.around(value, half_width), math.sqrt(variance) / count


def compare(measure: str, points: Sequence[Point], precision: Precision, *, centre: float = 0.0) -> Change:
    """Return how a measure changed from the first to the last of at least two points.

    centre   the value that is best: level, or the middle of what is common

    The verdict is `better` or `worse` where the distance to the centre changed by more than 1.96 standard
    deviations of the difference, so that without any true change it is false in at most 5 %. The interval
    is of the true change: where readings follow the truth with a slope below 1, its far end is moved out
    by the slope. `detectable` is the usual minimal detectable change (Weir 2005), over the slope.
    """
    first, last = points[0], points[-1]
    factor = _excess(points)
    reach = Z95 * factor * math.hypot(first.sd, last.sd)
    value = last.estimate.value - first.estimate.value
    nearer = abs(first.estimate.value - centre) - abs(last.estimate.value - centre)
    verdict: Verdict = "no_change" if abs(nearer) <= reach else "better" if nearer > 0 else "worse"
    slope = min(1.0, precision.slope)
    low, high = value - reach, value + reach
    return Change(
        measure=measure,
        points=tuple(points),
        difference=Estimate(
            value=value, low=low / slope if low < 0 else low, high=high / slope if high > 0 else high
        ),
        detectable=reach / slope,
        verdict=verdict,
        chance=_normal(Z95 * value / reach) if reach > 0 else float(value > 0),
        trend=robust_trend(points),
        scattered=factor > 1,
    )


def robust_trend(points: Sequence[Point]) -> Trend | None:
    """Return the Theil–Sen line (Sen 1968) with its interval; None for fewer than five points or days."""
    weeks = [(one.at - points[0].at) / WEEK for one in points]
    if len(set(weeks)) < FEWEST_FOR_A_LINE:
        return None
    from scipy.stats import theilslopes

    values = [one.estimate.value for one in points]
    line = theilslopes(values, weeks, alpha=0.95)
    low, value, high = sorted(float(line[index]) for index in (0, 2, 3))
    middle = sorted(weeks)[len(weeks) // 2]
    return Trend(
        per_week=Estimate(value=value, low=low, high=high),
        points=len(points),
        middle=(points[0].at + middle * WEEK, float(line[1]) + value * middle),
    )


def _excess(points: Sequence[Point]) -> float:
    """Return by how much errors must be wider, since the points scatter around a line; 1 or more.

    People do not stand alike every day. Five points or more can show it: where their scatter around the
    straight line (weighted least squares) is larger than chi-squared allows in 95 %, all of it counts,
    with Student's quantile for as few points as there are.
    """
    if len(points) < FEWEST_FOR_A_LINE or any(one.sd <= 0 for one in points):
        return 1.0
    import numpy as np
    from scipy.stats import chi2, t

    weeks = np.array([(one.at - points[0].at) / WEEK for one in points])
    weight = np.array([1 / one.sd for one in points])
    values = np.array([one.estimate.value for one in points])
    design = np.stack([np.ones_like(weeks), weeks], axis=1) * weight[:, None]
    line, *_ = np.linalg.lstsq(design, values * weight, rcond=None)
    scatter, freedom = float(((values * weight - design @ line) ** 2).sum()), len(points) - 2
    if scatter <= chi2.ppf(0.95, freedom):
        return 1.0
    return math.sqrt(scatter / freedom) * float(t.ppf(0.975, freedom)) / Z95


def _normal(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))
