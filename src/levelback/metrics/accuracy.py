"""Estimates against known truths: the statistics of every accuracy table.

Pure: estimates and numbers in, rows out. Errors are estimate minus truth, in the unit of the measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from levelback.metrics.geometry import Floats
from levelback.metrics.values import Estimate

LARGE = 3.0
"""A true value of this size (degrees) should be found: its side named. From issue 3's table."""

_Z95 = 1.959964


@dataclass(frozen=True, kw_only=True, slots=True)
class AccuracyRow:
    """How well one measure does on `n` pictures of `subjects` people.

    mae              mean absolute error
    bias             mean error
    limits_low, limits_high   Bland–Altman limits of agreement: bias ± 1.96 standard deviations
    slope            of estimate over truth (least squares), with its 95 % interval, which lets the
                     pictures of one person depend on each other; None where the truth does not vary
    coverage         share of the 95 % intervals that hold the truth, with its own 95 % interval (Wilson)
    mean_width       mean width of the 95 % interval
    named_rate       share of the pictures with a side named (the interval excludes zero)
    wrong_side_rate  share of all pictures where a side is named and the truth is on the other one
    found_rate       share of the true values of `LARGE` or more whose side is named rightly; None
                     where there is none

    The last three are None for measures without sides.
    """

    n: int
    subjects: int
    mae: float
    bias: float
    limits_low: float | None
    limits_high: float | None
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    coverage: float
    coverage_low: float
    coverage_high: float
    mean_width: float
    named_rate: float | None
    wrong_side_rate: float | None
    found_rate: float | None


def accuracy_row(
    estimates: Sequence[Estimate],
    truths: Sequence[float] | Floats,
    *,
    sided: bool = True,
    subjects: Sequence[str] | None = None,
    large: float = LARGE,
) -> AccuracyRow:
    """Return the statistics of one measure.

    estimates, truths   one of each per picture. A tool that states no interval is described by
               intervals of width zero: it names a side in every picture.
    sided      whether the sign says which side is higher
    subjects   who is in each picture; None: everybody once
    large      size of a true value that should be found
    Raises ValueError where there is nothing to compare or the lengths differ.
    """
    truth = np.asarray(truths, dtype=np.float64)
    if not len(estimates) or len(estimates) != len(truth):
        raise ValueError(f"{len(estimates)} estimates for {len(truth)} truths")
    value, low, high = (np.array([getattr(e, name) for e in estimates]) for name in ("value", "low", "high"))
    error = value - truth
    people = np.unique(subjects if subjects is not None else np.arange(len(truth)), return_inverse=True)[1]
    held = (low <= truth) & (truth <= high)
    coverage_low, coverage_high = _share_interval(int(held.sum()), len(held))
    reach = _Z95 * float(error.std(ddof=1)) if len(error) > 1 else None
    slope = _slope(truth, value, people)
    named, wrong, found = _sides(low, high, truth, large) if sided else (None, None, None)
    return AccuracyRow(
        n=len(truth),
        subjects=int(people.max()) + 1,
        mae=float(np.abs(error).mean()),
        bias=float(error.mean()),
        limits_low=None if reach is None else float(error.mean()) - reach,
        limits_high=None if reach is None else float(error.mean()) + reach,
        slope=slope[0] if slope else None,
        slope_low=slope[1] if slope else None,
        slope_high=slope[2] if slope else None,
        coverage=float(held.mean()),
        coverage_low=coverage_low,
        coverage_high=coverage_high,
        mean_width=float((high - low).mean()),
        named_rate=named,
        wrong_side_rate=wrong,
        found_rate=found,
    )


def accuracy_rows(
    estimates: Sequence[Estimate],
    truths: Sequence[float] | Floats,
    labels: Sequence[str],
    *,
    sided: bool = True,
    subjects: Sequence[str] | None = None,
    large: float = LARGE,
) -> dict[str, AccuracyRow]:
    """Return one row per label (clothes, sex, view ...), in the order in which labels first appear."""
    rows: dict[str, AccuracyRow] = {}
    for label in dict.fromkeys(labels):
        chosen = [i for i, one in enumerate(labels) if one == label]
        rows[label] = accuracy_row(
            [estimates[i] for i in chosen],
            [float(truths[i]) for i in chosen],
            sided=sided,
            subjects=None if subjects is None else [subjects[i] for i in chosen],
            large=large,
        )
    return rows


def _sides(low: Floats, high: Floats, truth: Floats, large: float) -> tuple[float, float, float | None]:
    """Return the shares of pictures with a side named, with the wrong side named, and of large ones found."""
    side = (low > 0).astype(int) - (high < 0).astype(int)
    true_side = np.sign(truth).astype(int)
    wrong = (side != 0) & (true_side == -side)
    big = np.abs(truth) >= large
    found = float((side == true_side)[big].mean()) if big.any() else None
    return float((side != 0).mean()), float(wrong.mean()), found


def _slope(truth: Floats, value: Floats, people: NDArray[np.intp]) -> tuple[float, float, float] | None:
    """Return the least-squares slope and its 95 % interval from the cluster-robust variance (CR1)."""
    count = int(people.max()) + 1
    offset = truth - truth.mean()
    spread = float(offset @ offset)
    if count < 3 or np.ptp(truth) < 1e-9:
        return None
    slope = float(offset @ value) / spread
    residual = value - value.mean() - slope * offset
    scores = np.bincount(people, weights=offset * residual, minlength=count)
    correction = count / (count - 1) * (len(truth) - 1) / max(len(truth) - 2, 1)
    sd = np.sqrt(correction * float(scores @ scores)) / spread
    reach = float(stdtrit(count - 1, 0.975) * sd)
    return slope, slope - reach, slope + reach


def _share_interval(hits: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z2 = _Z95**2
    middle = (hits + z2 / 2) / (n + z2)
    reach = _Z95 / (n + z2) * np.sqrt(hits * (n - hits) / n + z2 / 4)
    return max(0.0, float(middle - reach)), min(1.0, float(middle + reach))
