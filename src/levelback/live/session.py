"""A live set: samples from a source, through the form's fold, to whoever watches."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from levelback.errors import LevelbackError
from levelback.form import end, expect_side, start, step, summarize
from levelback.form.specification import Specification
from levelback.form.values import FormEvent, SetState, SetSummary, WorkingSide
from levelback.live.sources import SampleSource, Seen

OTHER: dict[WorkingSide, WorkingSide] = {"left": "right", "right": "left"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Moment:
    """One step of a set: what was seen, where the set is after it, and what happened in it.

    `seen` is None in the last moment, when the set has ended.
    """

    seen: Seen | None
    state: SetState
    events: tuple[FormEvent, ...]


Observer = Callable[[Moment], None]
"""Is shown every moment, in order, in the thread that runs the set; it must not wait for anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveResult:
    """What came out of a live set.

    stopped_by   what went wrong, where the source failed halfway
    placement    what was wrong with the placement at the end, where counting could not begin
    """

    summary: SetSummary
    placement: str = ""
    stopped_by: LevelbackError | None = None


class Controls:
    """What the person at the keyboard wants; for any thread, and for signal handlers."""

    def __init__(self) -> None:
        """Begin running."""
        self._running = threading.Event()
        self._running.set()
        self._turn = False
        self.ended = False

    @property
    def paused(self) -> bool:
        """Whether the set pauses."""
        return not self._running.is_set()

    def pause(self) -> None:
        """Pause, or go on."""
        if self._running.is_set():
            self._running.clear()
        else:
            self._running.set()

    def switch_side(self) -> None:
        """Say that the other side works from now on."""
        self._turn = True

    def end(self) -> None:
        """End the set after this moment."""
        self.ended = True
        self._running.set()

    def wait(self) -> None:
        """Wait while paused."""
        self._running.wait()

    def take_switch(self) -> bool:
        """Return whether the side was to be switched since this was last asked."""
        turn, self._turn = self._turn, False
        return turn


def run_set(
    specification: Specification,
    source: SampleSource,
    *,
    side: WorkingSide | None = None,
    observers: Sequence[Observer] = (),
    controls: Controls | None = None,
) -> LiveResult:
    """Follow one set to its end, and return what came out of it.

    side       the working side to begin with, where the person has named one
    observers  see every moment, the last one with the events of the end
    controls   pause, switch side and end, from another thread

    A source that fails halfway ends the set like any other end: what was done is summarised. One that fails
    before its first sample raises. Time spent in a pause does not count.
    """
    controls = controls or Controls()
    state = start(specification, side)
    clock = _Clock()
    failure = None
    try:
        for seen in source.samples():
            if controls.paused:
                controls.wait()
                clock.skip()
                if source.live and not controls.ended:
                    continue
            if controls.ended:
                break
            if controls.take_switch():
                state = _switched(specification, state)
            seen = clock.adjust(seen, live=source.live)
            state, events = step(specification, state, seen.sample)
            _show(observers, Moment(seen=seen, state=state, events=events))
            if state.phase == "ended":
                break
    except LevelbackError as error:
        if not clock.started:
            raise
        failure = error
    placement = state.placement
    state, events = end(specification, state)
    _show(observers, Moment(seen=None, state=state, events=events))
    return LiveResult(summary=summarize(specification, state), placement=placement, stopped_by=failure)


def _show(observers: Sequence[Observer], moment: Moment) -> None:
    for observer in observers:
        observer(moment)


def _switched(specification: Specification, state: SetState) -> SetState:
    """Return the state in which the other side is to work; an exercise without sides stays as it is."""
    if state.side == "both":
        return state
    return expect_side(specification, state, OTHER[state.side or "right"])


class _Clock:
    """Takes the pauses out of a live source's times; other sources stand still in a pause by themselves."""

    def __init__(self) -> None:
        self.started = False
        self._last_s = 0.0
        self._step_s = 0.0
        self._offset_s = 0.0
        self._skipping = False

    def skip(self) -> None:
        """Say that the next sample comes after a pause."""
        self._skipping = True

    def adjust(self, seen: Seen, *, live: bool) -> Seen:
        """Return `seen` with its time less all pauses."""
        time_s = seen.sample.time_s - self._offset_s
        if self._skipping and live and self.started:
            self._offset_s += time_s - self._last_s - self._step_s
            time_s = self._last_s + self._step_s
        elif self.started:
            self._step_s = time_s - self._last_s
        self._skipping = False
        self.started, self._last_s = True, time_s
        return replace(seen, sample=replace(seen.sample, time_s=time_s)) if self._offset_s else seen
