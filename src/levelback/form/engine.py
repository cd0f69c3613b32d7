"""The pure fold of a live set: a state and a sample give the next state and what happened."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from levelback.errors import UsageError
from levelback.form.coaching import check_placement, coach, judge
from levelback.form.follow import GONE_S, follow, observe
from levelback.form.memory import Memory
from levelback.form.movement import close, finish, live_hold_s, move
from levelback.form.specification import Specification
from levelback.form.values import FormEvent, Phase, Sample, SetState, WorkingSide

LOST_S = 1.0
"""From when on a person who is not seen counts as lost."""
Stepped = tuple[SetState, tuple[FormEvent, ...]]


def start(spec: Specification, side: WorkingSide | None = None) -> SetState:
    """Return the state before the first sample.

    side   the working side that the person means to begin with; what is clearly seen goes before it.
           Raises UsageError for a side that the exercise does not have.
    """
    if side is not None and (side == "both") != (spec.working == "both"):
        sides = "both" if spec.working == "both" else "left or right"
        raise UsageError(f"In the {spec.name.lower()} the side is {sides}, not {side}.")
    return _shown(spec, Memory(expected=side), -math.inf)


def step(spec: Specification, state: SetState, sample: Sample) -> Stepped:
    """Return the state after `sample`, and what happened.

    A sample that is not later than the one before is left out: it changes nothing and counts nowhere.
    """
    time_s = sample.time_s
    if not (state.time_s < time_s < math.inf) or state.phase == "ended":
        return state, ()
    last_s = state.memory.subject.time_s if state.memory.subject is not None else None
    memory, body = follow(state.memory, sample)
    memory, events = _presence(spec, memory, body is not None, time_s, last_s)
    if body is not None:
        memory = observe(spec, memory, body, time_s)
        if memory.ready:
            memory, moved = move(spec, memory, time_s)
            memory, judged = judge(spec, memory, time_s)
            events = [*events, *moved, *judged]
        if memory.rep is None:
            memory, checked = check_placement(spec, memory, body, time_s)
            events = [*events, *checked]
    memory, said = coach(spec, memory, time_s)
    return _shown(spec, memory, time_s), (*events, *said)


def _presence(
    spec: Specification, memory: Memory, seen: bool, time_s: float, last_s: float | None
) -> tuple[Memory, list[FormEvent]]:
    """Return the memory and the events of somebody who leaves or comes back; `last_s`: when last seen.

    Who is gone has ended a hold where they were last seen, and has not done a repetition.
    """
    if last_s is None or not (memory.ready or memory.lost):
        return memory, []
    events: list[FormEvent] = []
    if time_s - last_s >= LOST_S and not memory.lost:
        memory = replace(memory, lost=True)
        events.append(FormEvent(time_s=time_s, kind="person_lost", text="I cannot see you."))
    if time_s - last_s >= GONE_S and memory.ready:
        if memory.rep is not None and spec.kind == "hold":
            memory, ended = close(spec, memory, last_s)
            events += ended
        elif memory.rep is not None:
            events.append(
                FormEvent(time_s=time_s, kind="rep_abandoned", side=memory.rep.side, id="person_gone")
            )
        memory = replace(memory, ready=False, good_s=None, bad_s=None, told="", rep=None, since_s=time_s)
    if seen and memory.lost:
        memory = replace(memory, lost=False)
        events.append(FormEvent(time_s=time_s, kind="person_back", text="There you are."))
    return memory, events


def expect_side(spec: Specification, state: SetState, side: WorkingSide) -> SetState:
    """Return the state of a person who says that they go on with `side`."""
    start(spec, side)
    return _shown(spec, replace(state.memory, expected=side), state.time_s)


def end(spec: Specification, state: SetState) -> Stepped:
    """Return the state after the last sample: an open hold is counted, an open repetition is not.

    A set without a sample ends at 0 s.
    """
    if state.phase == "ended":
        return state, ()
    memory, events = finish(spec, state.memory, state.time_s)
    shown = _shown(spec, replace(memory, cue=None), state.time_s)
    ended = FormEvent(time_s=state.time_s if state.time_s > -math.inf else 0.0, kind="set_ended")
    return replace(shown, phase="ended"), (*events, ended)


def _shown(spec: Specification, memory: Memory, time_s: float) -> SetState:
    """Return the state with what is for drawing taken from `memory`."""
    rep = memory.rep
    side = rep.side if rep is not None else memory.expected
    known = zip(spec.signals, memory.smooth, strict=False)
    return SetState(
        time_s=time_s,
        phase=_phase(memory),
        side="both" if spec.working == "both" else side,
        counts=_counts(spec, memory),
        progress=max(0.0, min(1.0, memory.progress)) if memory.ready and memory.progress > 0 else 0.0,
        hold_s=live_hold_s(rep, time_s),
        target_s=spec.target_s,
        cue=memory.cue,
        placement="" if memory.ready else memory.wrong,
        faults=memory.active,
        values={name: value for name, value in known if value == value},
        memory=memory,
    )


def _phase(memory: Memory) -> Phase:
    if memory.lost:
        return "lost"
    if not memory.ready:
        return "placement"
    if memory.rep is None:
        return "ready"
    return "moving" if memory.rep.hold_s is None else "holding"


def _counts(spec: Specification, memory: Memory) -> Mapping[WorkingSide, int]:
    sides: tuple[WorkingSide, ...] = ("both",) if spec.working == "both" else ("left", "right")
    return {side: sum(rep.side == side for rep in memory.reps) for side in sides}
