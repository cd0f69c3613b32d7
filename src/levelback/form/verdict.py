"""What a finished repetition showed: its faults, and how far a limb swung."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from levelback.form.measure import Measured
from levelback.form.memory import Memory, OpenRep
from levelback.form.specification import AFTER, Fault, Specification


def faults_of(
    spec: Specification, memory: Memory, rep: OpenRep, found: Measured
) -> tuple[tuple[str, ...], tuple[str, ...], Mapping[str, float]]:
    """Return the faults of a repetition in order, those that only its end showed, and how far each went.

    How far is what the limit of a fault is for: the middle of a hold, the best of a step.
    """
    known = {name: median for name, (_, median, _) in found.quartiles.items()}
    known |= {"hold_s": found.hold_s, "range": found.progress}
    rest = dict(zip(spec.signals, rep.rest, strict=True))
    ended: list[str] = []
    went: dict[str, float] = {}
    for fault in spec.faults:
        value = fault.value(known[fault.signal], rest.get(fault.signal, 0.0))
        if fault.during == "before":
            value = _best_before(memory, rep, spec.signals.index(fault.signal), _best(fault))
        if fault.during == "best":
            value = _best_in(memory, rep, spec.signals.index(fault.signal), _best(fault))
        went[fault.id] = value
        if fault.during == "hold":
            value = fault.value(_for_most(fault, found), rest[fault.signal])
        # Mix-ups may have broken off what was seen in the hold. The whole trajectory leaves them out, or no
        # signal asks for a side; in a position in which one leg hides the other they may be most of it.
        whole = fault.during == "hold" and found.hold_s >= fault.for_s
        whole = whole and (spec.kind == "repetitions" or spec.sideless)
        if (
            fault.id not in rep.faults
            and (whole or fault.during in AFTER)
            and value == value
            and fault.shows(value)
        ):
            ended.append(fault.id)
    seen = {*rep.faults, *ended}
    every = tuple(fault.id for fault in spec.faults if fault.id in seen and not seen & set(fault.unless))
    return every, tuple(one for one in ended if one in every), went


def swing(spec: Specification, memory: Memory, rep: OpenRep, *, ahead: str, back: str) -> float:
    """Return how far a leg swung: `ahead` at its highest in its step, and `back` in the other leg's before.

    Both are names of signals. NaN where not all was seen.
    """
    furthest_back = _best_before(memory, rep, spec.signals.index(back), max)
    return furthest_back + _best_in(memory, rep, spec.signals.index(ahead), max)


def _best_in(memory: Memory, rep: OpenRep, index: int, best: Callable[..., float]) -> float:
    """Return the best that a signal came to since a repetition began; NaN where it is not known."""
    values = [row.values[index] for row in memory.rows if row.time_s >= rep.start_s]
    return best((value for value in values if value == value), default=math.nan)


def _best_before(memory: Memory, rep: OpenRep, index: int, best: Callable[..., float]) -> float:
    """Return the best that a signal came to in the other leg's step before; NaN where not all was seen."""
    sign = 1.0 if rep.side == "left" else -1.0
    before = [row for row in memory.rows if row.time_s <= rep.start_s]
    ours = [row.time_s for row in before if row.side * sign > 0]
    since = memory.before_s if memory.before_s is not None else min(ours, default=math.inf)
    values = [row.values[index] for row in before if row.time_s >= since and row.side * sign < 0]
    return best((value for value in values if value == value), default=math.nan)


def _best(fault: Fault) -> Callable[..., float]:
    return max if fault.below is not None else min


def _for_most(fault: Fault, found: Measured) -> float:
    """Return what a signal reached for three quarters of the hold: an outline may jump for some of it."""
    lower, median, upper = found.quartiles[fault.signal]
    return lower if fault.above is not None else upper if fault.below is not None else median
