"""When a repetition or a hold begins, how long it holds, and when it is over."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from levelback.form.follow import median, resting
from levelback.form.measure import REST_S, leaves_rest, measure
from levelback.form.memory import Memory, OpenRep, Row
from levelback.form.sides import LYING
from levelback.form.specification import Specification
from levelback.form.values import OTHER, FormEvent, Repetition, WorkingSide
from levelback.form.verdict import faults_of, swing

ENTER = 5 / 6
"""Share of the least movement that counts, above rest, at which a repetition has begun."""
DOWN, REST = 0.3, 0.12
"""Shares of its own range: below the first it comes down, below the second it is over."""
DOWN_S = 0.2
"""It must have been coming down for so long: legs that landmarks mix up seem to meet for a moment."""
SETTLE_S = 0.6
"""It is over too when it stays down for so long, somewhat above where it began."""
TOP, STILL = 0.85, 0.3
"""Held: at this share of the highest so far, and moving by less than this share of it in a second."""
IN, OUT = 0.6, 0.4
"""Progress at which a position of a hold is taken, and given up."""
CALM_S = 0.4
"""How long a position or tolerance must be kept, or left, before it counts."""
STEP_S = 1.5
"""A step begins with the landing of the other foot, where that was not longer ago."""
LEFT_S = 1.2
"""How long a position must be given up: landmarks may mix up the legs for a second."""
CLEAR, CLEAR_IN_TURN = 0.25, 0.5
"""How clearly a side must work, −1…1, to be taken for the working one against what is expected, and against
the other one after the last where both take turns."""
SURE = 0.5
"""How clearly landmarks must tell the side on which somebody lies: three quarters of the moments."""
MOVED = 0.6
"""In a cyclic movement, a limb that has come below this share of its range may hand over to the other one."""


def move(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    """Return the memory after this moment, and what began or ended."""
    if memory.progress != memory.progress:
        return memory, []
    if memory.rep is None:
        return _begin(spec, memory, time_s)
    if spec.kind == "hold":
        memory, events = _keep(spec, memory, time_s)
    else:
        memory, events = _raise(spec, memory, time_s)
    return _reach(spec, memory, time_s, events)


def finish(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    """Return the memory and events with the open hold ended; a repetition that is still up does not count."""
    if memory.rep is None:
        return memory, []
    rep = memory.rep
    # The last samples count as they are: smoothing lags.
    if spec.kind == "hold" or (spec.cyclic and max(rep.peak, memory.rows[-1].progress) >= IN):
        return close(spec, memory, time_s)
    abandoned = FormEvent(time_s=time_s, kind="rep_abandoned", side=rep.side, id="set_ended")
    return replace(memory, rep=None), [abandoned]


def close(spec: Specification, memory: Memory, end_s: float) -> tuple[Memory, list[FormEvent]]:
    """Return the memory with the open repetition measured and counted, or given up as too small."""
    rep = memory.rep
    if rep is None:
        return memory, []
    found = measure(spec, rep, _since(memory), end_s)
    side = _side(spec, memory, _lies_on(spec, memory, rep.rests, found.lean))
    rep = replace(rep, side=side)
    faults, verdicts, went = faults_of(spec, memory, rep, found)
    if spec.extent and spec.extent_before:
        found = replace(found, range=swing(spec, memory, rep, ahead=spec.extent, back=spec.extent_before))
    memory = replace(memory, rep=None, since_s=end_s, before_s=rep.start_s)
    events = (
        [FormEvent(time_s=end_s, kind="hold_ended", side=side, hold_s=found.hold_s)] if rep.hold_s else []
    )
    start_s = found.start_s
    if spec.cyclic and memory.reps and 0 < found.end_s - memory.reps[-1].end_s < STEP_S:
        start_s = memory.reps[-1].end_s
    if end_s - start_s < spec.least_s or (spec.kind == "repetitions" and found.progress < spec.least):
        return memory, [*events, FormEvent(time_s=end_s, kind="rep_abandoned", side=side, id="too_small")]
    done = Repetition(
        side=side,
        start_s=round(start_s, 3),
        end_s=round(found.end_s, 3),
        hold_s=round(found.hold_s, 3),
        range=_rounded(found.range),
        drift=_rounded(found.drift),
        faults=faults,
    )
    count = sum(one.side == side for one in memory.reps) + 1
    if memory.expected not in (side, None):
        events.append(FormEvent(time_s=end_s, kind="side_changed", side=side))
    events.append(
        FormEvent(time_s=end_s, kind="rep_ended", side=side, count=count, hold_s=done.hold_s, faults=faults)
    )
    memory = replace(memory, reps=(*memory.reps, done), expected=side)
    return replace(memory, verdicts=verdicts, verdicts_s=end_s, went=went), events


def live_hold_s(rep: OpenRep | None, time_s: float) -> float:
    """Return how long the open repetition has been held so far."""
    if rep is None:
        return 0.0
    return rep.held_s + (time_s - rep.hold_s if rep.hold_s is not None else 0.0)


def _begin(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    base = _base(spec, _since(memory))
    begun = ENTER * spec.least
    level = base + (IN if spec.kind == "hold" else begun)
    if memory.progress < level or (spec.kind == "hold" and not _lasts(memory.rows, time_s, level)):
        return memory, []
    floor = base + (OUT if spec.kind == "hold" else begun / 3)
    rows = _since(memory)
    start = rows[0].time_s
    for row in reversed(rows):
        if row.progress < floor or (spec.cyclic and row.side * memory.side < 0):
            start = row.time_s
            break
    rest, lean = _rest(spec, memory.side, rows, start)
    rests = median([row.side for row in rows if start - REST_S <= row.time_s <= start])
    side = _side(spec, memory, _lies_on(spec, memory, rests, max(-1.0, min(1.0, lean * 1e3))))
    rep = OpenRep(start_s=start, base=base, rest=rest, peak=memory.progress, side=side, rests=rests)
    return replace(memory, rep=rep), [FormEvent(time_s=start, kind="rep_started", side=side)]


def _rest(
    spec: Specification, now: float, rows: Sequence[Row], start: float
) -> tuple[tuple[float, ...], float]:
    """Return the signals at rest before `start`, and what tells the side; `now`: what tells it now."""
    if spec.relative:
        # On the way into a position only some of the time before it is rest.
        before = [row for row in rows if row.time_s <= start]
        columns = zip(*(row.values for row in before), strict=True)
        lean = leaves_rest(before, resting([row.side for row in before]))
        return tuple(resting(column) for column in columns), lean or now
    before = [row for row in rows if start - REST_S <= row.time_s <= start] or list(rows)
    ours = [row.values if row.side * now >= 0 else row.other for row in before]
    return tuple(median(column) for column in zip(*ours, strict=True)), now


def _base(spec: Specification, rows: Sequence[Row]) -> float:
    """Return the progress at rest, of what was seen since the last repetition.

    A low quantile; of a position where it rests, since a leg that comes back swings below.
    """
    if spec.kind == "hold" or spec.cyclic:
        return resting([row.progress for row in rows]) if spec.relative else 0.0
    known = sorted(row.progress for row in rows if row.progress == row.progress)
    return known[len(known) // 6] if known else 0.0


def _since(memory: Memory) -> tuple[Row, ...]:
    """Return what was seen since the last repetition, or at least the last row."""
    return tuple(row for row in memory.rows if row.time_s >= memory.since_s) or memory.rows[-1:]


def _lasts(rows: Sequence[Row], time_s: float, level: float) -> bool:
    """Whether progress has been at `level` for `CALM_S`."""
    recent = [row for row in rows if row.time_s > time_s - CALM_S]
    return rows[0].time_s <= time_s - CALM_S and median([r.progress for r in recent]) >= level


def _raise(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    """Follow a repetition up, along its hold and down."""
    rep, now = memory.rep, memory.progress
    assert rep is not None
    peak = max(rep.peak, now)
    own = (now - rep.base) / (peak - rep.base)
    turned = spec.cyclic and own < MOVED and rep.lean * memory.side < 0
    passed = spec.cyclic and rep.low is not None and (now - rep.low) / (peak - rep.base) > REST
    if own > DOWN and not (turned or passed):
        rep = replace(rep, peak=peak, low=rep.low if spec.cyclic else None, low_s=None)
        return _hold(replace(memory, rep=rep), time_s, own)
    low = min(now, rep.low) if rep.low is not None else now
    low_s = rep.low_s if rep.low_s is not None else time_s
    rep = replace(rep, peak=peak, low=low, low_s=low_s)
    rises = (now - low) / (peak - rep.base) > REST
    over = (own <= REST or rises) and (spec.cyclic or time_s - low_s >= DOWN_S)
    if over or turned or time_s - low_s >= SETTLE_S:
        return close(spec, replace(memory, rep=rep), time_s)
    return _hold(replace(memory, rep=rep), time_s, own)


def _hold(memory: Memory, time_s: float, own: float) -> tuple[Memory, list[FormEvent]]:
    """Begin or end the hold of a repetition, as far as it can be known before its end."""
    rep = memory.rep
    assert rep is not None
    if rep.hold_s is None:
        if own >= TOP and pace(memory, time_s) < STILL * (rep.peak - rep.base):
            rep = replace(rep, hold_s=time_s)
            return replace(memory, rep=rep), [FormEvent(time_s=time_s, kind="hold_started", side=rep.side)]
    elif own < TOP - 0.05:
        held = time_s - rep.hold_s
        rep = replace(rep, hold_s=None, held_s=rep.held_s + held)
        ended = FormEvent(time_s=time_s, kind="hold_ended", side=rep.side, hold_s=held)
        return replace(memory, rep=rep), [ended]
    return memory, []


def pace(memory: Memory, time_s: float) -> float:
    """Return how much progress changes in a second, seen over `CALM_S`."""
    for row in reversed(memory.rows):
        if row.time_s <= time_s - CALM_S and row.progress == row.progress:
            return abs(memory.progress - row.progress) / (time_s - row.time_s)
    return math.inf


def _keep(spec: Specification, memory: Memory, time_s: float) -> tuple[Memory, list[FormEvent]]:
    """Follow a hold: in and out of its tolerance, until the position is given up."""
    rep = memory.rep
    assert rep is not None
    rep = replace(rep, peak=max(rep.peak, memory.progress))
    low_s = (rep.low_s or time_s) if memory.progress < _given_up(spec, rep) else None
    if low_s is not None and time_s - low_s >= LEFT_S:
        return close(spec, replace(memory, rep=rep), low_s)
    rep = replace(rep, low_s=low_s)
    slack = spec.slack(memory.smooth, rep.rest)
    inside = slack >= 0 if slack == slack else rep.hold_s is not None
    since = rep.inside_s if inside else rep.outside_s
    since = time_s if since is None else since
    rep = replace(rep, inside_s=since if inside else None, outside_s=None if inside else since)
    events: list[FormEvent] = []
    if inside and rep.hold_s is None and time_s - since >= CALM_S:
        rep = replace(rep, hold_s=since)
        events = [FormEvent(time_s=since, kind="hold_started", side=rep.side)]
    elif not inside and rep.hold_s is not None and time_s - since >= CALM_S:
        held = since - rep.hold_s
        events = [FormEvent(time_s=since, kind="hold_ended", side=rep.side, hold_s=held)]
        rep = replace(rep, hold_s=None, held_s=rep.held_s + held)
    return replace(memory, rep=rep), events


def _given_up(spec: Specification, rep: OpenRep) -> float:
    """Return the progress below which a position is given up: near to where this person rests, too.

    Who was in the position before the set began has not shown where they rest.
    """
    own = min(work.progress(rep.rest[spec.signals.index(work.signal)]) for work in spec.work)
    rests = own + REST * (rep.peak - own) if own < rep.base + IN else -math.inf
    return max(rep.base + OUT, rests)


def _reach(
    spec: Specification, memory: Memory, time_s: float, events: list[FormEvent]
) -> tuple[Memory, list[FormEvent]]:
    """Add the event of a hold that has lasted as long as it should, once."""
    rep = memory.rep
    if rep is None or rep.reached or spec.target_s is None or live_hold_s(rep, time_s) < spec.target_s:
        return memory, events
    reached = FormEvent(time_s=time_s, kind="hold_reached", side=rep.side, hold_s=live_hold_s(rep, time_s))
    return replace(memory, rep=replace(rep, reached=True)), [*events, reached]


def _side(spec: Specification, memory: Memory, lean: float) -> WorkingSide:
    """Return the working side: what is clearly seen, otherwise what was named or seen before."""
    if spec.working == "both":
        return "both"
    expected, clear = memory.expected, CLEAR
    if spec.cyclic and memory.reps and _since(memory)[-1].time_s - memory.reps[-1].end_s < STEP_S:
        expected, clear = OTHER[memory.reps[-1].side], CLEAR_IN_TURN
    if abs(lean) < clear and expected is not None:
        return expected
    return "left" if lean >= 0 else "right"


def _lies_on(spec: Specification, memory: Memory, rests: float, lean: float) -> float:
    """Return `lean`, what tells the side, or of somebody who lies on it what the head's end tells.

    Nobody turns over in a repetition. Landmarks that say so, against rest or half of the time, take the
    chest for the back; the placement asks for the chest at the camera, and the head is never mixed up.
    """
    if spec.working not in LYING or memory.subject is None or (rests * lean >= 0 and abs(lean) >= SURE):
        return lean
    return math.copysign(1.0, LYING[spec.working] * math.cos(memory.subject.direction))


def _rounded(value: float) -> float | None:
    return round(value, 3) if math.isfinite(value) else None
