"""Live sets: counts repetitions, times holds, sees faults, and compares both sides.

    specification = load_specification("bird-dog")
    state = start(specification)
    for sample in samples:
        state, events = step(specification, state, sample)
    summary = summarize(specification, state)

`step` is a pure function: a sample carries its own time, and no clock is read. What the package knows of
each exercise stands in ``data/*.toml``.
"""

from levelback.form.compare import summarize
from levelback.form.engine import end, expect_side, start, step
from levelback.form.specification import EXERCISES, Specification, load_specification
from levelback.form.values import (
    Comparison,
    FormEvent,
    Repetition,
    Sample,
    SetState,
    SetSummary,
    SideTotals,
)

__all__ = [
    "EXERCISES",
    "Comparison",
    "FormEvent",
    "Repetition",
    "Sample",
    "SetState",
    "SetSummary",
    "SideTotals",
    "Specification",
    "end",
    "expect_side",
    "load_specification",
    "start",
    "step",
    "summarize",
]
