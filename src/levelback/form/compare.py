"""Sums up a set, and compares left with right, with how sure that is.

A mean over a few repetitions has a 95 % interval from Student's t. The spread between repetitions is
estimated from those of both sides together, and leans on what is usual (`USUAL`), which counts as
`WORTH` more repetitions: two alike repetitions do not make a sure answer.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from levelback.form.movement import finish
from levelback.form.specification import Specification
from levelback.form.values import (
    Aspect,
    Comparison,
    Repetition,
    SetState,
    SetSummary,
    SideTotals,
    WorkingSide,
)
from levelback.metrics.values import Estimate, Side

USUAL = {"hold": 0.12, "range": 0.05, "steadiness": 0.5}
"""Usual spread between repetitions of one side, in parts of the mean. Engineering choices."""
WORTH = 3
ENOUGH = 2
"""Repetitions of each side from which hold, range and steadiness are compared: one alone says too little."""
NOTABLE = 10.0
"""Percent. The usual limit of the limb symmetry index; the same in the evidence of a plan."""
Z95 = 1.960
LEAST_DRIFT_DEG = 1.0
"""Drift that differs by less than this is not told apart: landmarks tremble by as much."""


def summarize(spec: Specification, state: SetState) -> SetSummary:
    """Return what came out of the set so far; a hold that is still open counts as if it ended now."""
    memory, _ = finish(spec, state.memory, state.time_s)
    sides: tuple[WorkingSide, ...] = ("both",) if spec.working == "both" else ("left", "right")
    reps = {side: [rep for rep in memory.reps if rep.side == side] for side in sides}
    comparisons = compare(spec, reps.get("left", []), reps.get("right", []))
    return SetSummary(
        exercise=spec.exercise,
        reps=memory.reps,
        unit=spec.unit,
        by_side={side: _totals(done, memory.reps) for side, done in reps.items() if done},
        comparisons=comparisons,
        weaker_side=weaker_side(comparisons),
        frames=memory.frames,
        frames_with_pose=memory.frames_with_pose,
    )


def compare(
    spec: Specification, left: Sequence[Repetition], right: Sequence[Repetition]
) -> tuple[Comparison, ...]:
    """Return left against right in every aspect that both sides show; nothing where one did not work.

    Differences are percent of the better side, positive where the left did worse. `reps` is compared
    where the sides were worked one after the other, and says only that one did fewer. `steadiness`
    compares the drift during holds, with `LEAST_DRIFT_DEG` as the smallest that counts as one.
    """
    if not left or not right:
        return ()
    found = {
        "reps": _counted(len(left), len(right)),
        "hold": None
        if spec.cyclic
        else _lower([rep.hold_s for rep in left], [rep.hold_s for rep in right], USUAL["hold"]),
        "range": _lower(_ranges(spec, left), _ranges(spec, right), USUAL["range"], spec.view_error),
        "steadiness": _higher(
            [rep.drift for rep in left if rep.drift is not None],
            [rep.drift for rep in right if rep.drift is not None],
        ),
        "faults": _share(left, right),
    }
    aspects: tuple[Aspect, ...] = ("reps", "hold", "range", "steadiness", "faults")
    return tuple(
        Comparison(exercise=spec.exercise, aspect=aspect, difference=one, notable=_notable(one))
        for aspect in aspects
        if (one := found[aspect]) is not None
    )


def _ranges(spec: Specification, reps: Sequence[Repetition]) -> list[float]:
    """Return the ranges that say something about a side: those without a fault that shortens them."""
    shortened = {fault.id for fault in spec.faults if fault.shortens}
    return [rep.range for rep in reps if rep.range is not None and not shortened & set(rep.faults)]


def weaker_side(comparisons: Sequence[Comparison]) -> Side | None:
    """Return the side that did notably worse in hold or range; None where the two disagree."""
    named = {one.weaker_side for one in comparisons if one.aspect in ("hold", "range")} - {None}
    return named.pop() if len(named) == 1 else None


def _notable(difference: Estimate) -> bool:
    return difference.sign != 0 and abs(difference.value) >= NOTABLE


def _totals(done: Sequence[Repetition], every: Sequence[Repetition]) -> SideTotals:
    drifts = [rep.drift for rep in done if rep.drift is not None]
    ranges = [rep.range for rep in done if rep.range is not None]
    return SideTotals(
        reps=len(done),
        hold_s=_mean([rep.hold_s for rep in done], USUAL["hold"]),
        range=_mean(ranges, USUAL["range"]),
        drift=_mean(drifts, USUAL["steadiness"]),
        faults=dict(Counter(fault for rep in done for fault in rep.faults)),
    )


def _mean(values: Sequence[float], usual: float) -> Estimate | None:
    if not values:
        return None
    mean = sum(values) / len(values)
    spread, freedom = _spread([values], usual * mean)
    return Estimate.around(mean, t95(freedom) * spread / math.sqrt(len(values)))


def _lower(
    left: Sequence[float], right: Sequence[float], usual: float, view_error: float = 0.0
) -> Estimate | None:
    """Return how much less the left did, percent of the better side.

    view_error   standard deviation, in parts, that all repetitions of a side have in common
    """
    if min(len(left), len(right)) < ENOUGH:
        return None
    a, b = sum(left) / len(left), sum(right) / len(right)
    better = max(a, b)
    if better <= 0:
        return None
    spread, freedom = _spread([left, right], usual * better)
    by_chance = t95(freedom) * spread / better * math.sqrt(1 / len(left) + 1 / len(right))
    half = math.hypot(by_chance, Z95 * math.sqrt(2) * view_error)
    return Estimate.around(100 * (b - a) / better, 100 * half)


def _higher(left: Sequence[float], right: Sequence[float]) -> Estimate | None:
    """Return how much more the left drifted, percent of the steadier side, which drifts 1° at least."""
    if min(len(left), len(right)) < ENOUGH:
        return None
    a, b = sum(left) / len(left), sum(right) / len(right)
    better = max(min(a, b), LEAST_DRIFT_DEG)
    spread, freedom = _spread([left, right], max(USUAL["steadiness"] * (a + b) / 2, LEAST_DRIFT_DEG / 2))
    half = t95(freedom) * spread * math.sqrt(1 / len(left) + 1 / len(right))
    return Estimate.around(100 * (a - b) / better, 100 * half / better)


def _counted(left: int, right: int) -> Estimate:
    """Return how many fewer repetitions the left did; a count may be off by chance as a Poisson one is not.

    A person stops one or two early on either side without meaning anything: the interval is the
    square root of the greater count, at least one repetition.
    """
    most = max(left, right)
    return Estimate.around(100 * (right - left) / most, 100 * max(1.0, math.sqrt(most)) / most)


def _share(left: Sequence[Repetition], right: Sequence[Repetition]) -> Estimate:
    """Return how much greater the left's share of repetitions with faults is, in percentage points.

    The interval is that of Agresti and Caffo (2000), Am Stat 54(4):280-288: one repetition with and one
    without a fault are added to each side.
    """
    bad = [sum(bool(rep.faults) for rep in side) for side in (left, right)]
    counts = [len(left) + 2, len(right) + 2]
    shares = [(one + 1) / count for one, count in zip(bad, counts, strict=True)]
    half = Z95 * math.sqrt(sum(p * (1 - p) / n for p, n in zip(shares, counts, strict=True)))
    return Estimate.around(100 * (shares[0] - shares[1]), 100 * half)


def _spread(groups: Sequence[Sequence[float]], usual: float) -> tuple[float, int]:
    """Return the spread within groups, leaning on `usual`, and its degrees of freedom."""
    squares = sum((value - sum(group) / len(group)) ** 2 for group in groups for value in group)
    freedom = sum(len(group) - 1 for group in groups) + WORTH
    return math.sqrt((squares + WORTH * usual**2) / freedom), freedom


def t95(freedom: int) -> float:
    """Return the 97.5 % quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
