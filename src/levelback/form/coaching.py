"""What is said: whether the placement is right, which faults show, and the one cue that matters now."""

from __future__ import annotations

from dataclasses import replace

from levelback.form.body import Body
from levelback.form.memory import Memory
from levelback.form.movement import pace
from levelback.form.sides import LYING, WORKING
from levelback.form.signals import SIGNALS
from levelback.form.specification import AFTER, Specification
from levelback.form.values import FormEvent

GOOD_S = 0.5
"""How long the placement must be right before counting starts."""
BAD_S = 0.7
"""How long one check must fail before it is told."""
LEFT_S = 1.5
"""How long a check must fail at rest, once counting has begun, before it is told and counting stops."""
REPEAT_S = 8.0
"""The same cue is not given again sooner."""
CALM_S = 2.0
"""A cue stands at least so long before a more important one takes its place."""
STEADY = 0.4
"""Progress a second: a position that changes faster is being taken or given up, and is not judged."""
VERDICT_S = 3.0
"""How long the cue for a fault that only the end of a repetition showed stays."""
PART_NAMES = {"foot_index": "toes"}


def check_placement(
    spec: Specification, memory: Memory, body: Body, time_s: float
) -> tuple[Memory, list[FormEvent]]:
    """Return the memory and the events of the check before counting starts, and at rest in between.

    Somebody who leaves the starting position for `LEFT_S` is not counted until they are back in it.
    """
    wrong, text = failing(spec, body)
    if not wrong:
        return _right(memory, time_s)
    bad = memory.bad_s if memory.bad_s is not None and memory.failing == wrong else time_s
    memory = replace(memory, good_s=None, bad_s=bad, failing=wrong, wrong=text)
    if time_s - bad < (LEFT_S if memory.ready else BAD_S) or memory.told == wrong:
        return memory, []
    told = FormEvent(time_s=time_s, kind="placement", id=wrong, text=text, ok=False)
    return replace(memory, ready=False, told=wrong), [told]


def _right(memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    good = memory.good_s if memory.good_s is not None else time_s
    memory = replace(memory, good_s=good, bad_s=None, failing="", wrong="")
    if memory.ready or time_s - good < GOOD_S:
        return memory, []
    events = [FormEvent(time_s=time_s, kind="placement", id=memory.told, ok=True)] if memory.told else []
    ready = FormEvent(time_s=time_s, kind="ready", side=memory.expected, text="Ready. Begin.")
    return replace(memory, ready=True, told="", since_s=good), [*events, ready]


def failing(spec: Specification, body: Body) -> tuple[str, str]:
    """Return id and text of the first check that fails; two empty texts where all pass."""
    for part in spec.placement.seen:
        if body.either(part)[0] != body.either(part)[0]:
            name = PART_NAMES.get(part, part)
            return f"hidden_{part}", f"I cannot see your {name}. Move until all of you is in the picture."
    side = int(WORKING[spec.working](body) < 0) if spec.working in WORKING else 0
    for check in spec.placement.checks:
        value = SIGNALS[check.signal][0](body, side)
        if not value >= check.low:
            return check.id, check.too_low
        if value > check.high:
            return check.id, check.too_high
    return "", ""


def judge(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    """Return the memory with the faults that show now, and those that began or ended."""
    events: list[FormEvent] = []
    active, pending, rep = list(memory.active), dict(memory.pending), memory.rep
    # A position that is being given up is not judged.
    kept = rep is not None and (rep.low_s is None if spec.kind == "hold" else rep.hold_s is not None)
    held = kept and pace(memory, time_s) < STEADY
    # Who lies on one side does not turn over: landmarks that mix up chest and back tell nothing against rest.
    turned = rep is not None and spec.working in LYING and rep.rests * memory.side < 0
    for fault in spec.faults:
        if fault.during in AFTER:
            continue
        shows = False
        if rep is not None and (held or fault.during == "movement") and not (turned and fault.relative):
            index = spec.signals.index(fault.signal)
            value = fault.value(memory.smooth[index], rep.rest[index])
            shows = value == value and fault.shows(value, fault.id in active)
        if not shows:
            pending.pop(fault.id, None)
            if fault.id in active:
                active.remove(fault.id)
                events.append(FormEvent(time_s=time_s, kind="fault_ended", id=fault.id))
        elif fault.id not in active and time_s - pending.setdefault(fault.id, time_s) >= fault.for_s:
            active.append(fault.id)
            assert rep is not None
            rep = replace(rep, faults=(*rep.faults, fault.id))
            events.append(FormEvent(time_s=time_s, kind="fault_started", side=rep.side, id=fault.id))
    return replace(memory, active=tuple(active), pending=pending, rep=rep), events


def coach(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    """Return the memory with the one cue that matters now, and the events where it changes."""
    verdicts = memory.verdicts if time_s - memory.verdicts_s < VERDICT_S and memory.ready else ()
    seen = {*memory.active, *verdicts}
    wanted = [fault for fault in spec.faults if fault.id in seen and not seen & set(fault.unless)]
    shown = next((fault for fault in wanted if memory.cue is not None and fault.id == memory.cue.id), None)
    events: list[FormEvent] = []
    if memory.cue is not None and shown is None:
        events.append(FormEvent(time_s=time_s, kind="cue_cleared", id=memory.cue.id))
        memory = replace(memory, cue=None)
    if shown is not None and time_s - memory.cue_s < CALM_S:
        return memory, events
    for fault in wanted:
        if fault is shown:
            break
        if time_s - memory.cued.get(fault.id, -1e9) < REPEAT_S:
            continue
        if memory.cue is not None:
            events.append(FormEvent(time_s=time_s, kind="cue_cleared", id=memory.cue.id))
        cue = FormEvent(time_s=time_s, kind="cue", id=fault.id, text=fault.cue)
        memory = replace(memory, cue=cue, cue_s=time_s, cued={**memory.cued, fault.id: time_s})
        return memory, [*events, cue]
    return memory, events
