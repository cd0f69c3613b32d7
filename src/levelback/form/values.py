"""What a live set takes and hands on: samples, events, the state to draw, and the summary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Self

from levelback.metrics.values import Estimate, Side
from levelback.pose.landmarks import Landmarks

if TYPE_CHECKING:
    from levelback.form.memory import Memory

WorkingSide = Literal["left", "right", "both"]
Aspect = Literal["reps", "hold", "range", "steadiness", "faults"]
Phase = Literal["placement", "ready", "moving", "holding", "lost", "ended"]
"""Before counting starts; at rest; in a repetition; at its top or inside the tolerance; nobody seen; over."""
EventKind = Literal[
    "placement",
    "ready",
    "rep_started",
    "hold_started",
    "hold_reached",
    "hold_ended",
    "rep_ended",
    "rep_abandoned",
    "fault_started",
    "fault_ended",
    "cue",
    "cue_cleared",
    "side_changed",
    "person_lost",
    "person_back",
    "set_ended",
]
SCHEMA = "levelback.set/1"
OTHER: dict[WorkingSide, WorkingSide] = {"left": "right", "right": "left", "both": "both"}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sample:
    """What was seen at one moment. `time_s` is its own time in seconds; None: nobody was found."""

    time_s: float
    landmarks: Landmarks | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormEvent:
    """Something that happened in a set.

    time_s   when, on the samples' own clock; a start that was recognised late has its true time
    side     the working side, where there is one
    id       of the fault, the cue or the placement check
    text     what to say or show
    ok       of `placement`: whether this check is now passed
    count    of `rep_ended`: repetitions of this side so far
    hold_s   of `hold_ended` and `rep_ended`: seconds held, final in `rep_ended`
    faults   of `rep_ended`: the ids of its faults
    """

    time_s: float
    kind: EventKind
    side: WorkingSide | None = None
    id: str = ""
    text: str = ""
    ok: bool | None = None
    count: int | None = None
    hold_s: float | None = None
    faults: tuple[str, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the event for a JSON line, without the fields that say nothing."""
        out: dict[str, Any] = {"time_s": round(self.time_s, 3), "kind": self.kind}
        for name in ("side", "id", "text", "ok", "count"):
            value = getattr(self, name)
            if value not in (None, ""):
                out[name] = value
        if self.hold_s is not None:
            out["hold_s"] = round(self.hold_s, 3)
        if self.faults is not None:
            out["faults"] = list(self.faults)
        return out


@dataclass(frozen=True, kw_only=True, slots=True)
class SetState:
    """Where a set is. Made by `start` and `step`; what is public here is for drawing.

    time_s     of the last sample; −inf before the first
    phase      see `Phase`; `ready`: the placement was right and repetitions count
    side       the working side now, or the one that was named; None while it is not known
    counts     repetitions per side so far
    progress   0 at rest … 1 at the full movement or in position
    hold_s     of this hold so far, seconds; `target_s`: how long it should last, None if that is free
    cue        the one cue that matters now
    placement  what is wrong with the placement, in one sentence; empty where nothing is
    faults     ids of the faults that can be seen now
    values     the measured quantities now, by name (degrees, or parts of a body length); what is not
               seen is missing
    """

    time_s: float
    phase: Phase = "placement"
    side: WorkingSide | None = None
    counts: Mapping[WorkingSide, int] = field(default_factory=dict)
    progress: float = 0.0
    hold_s: float = 0.0
    target_s: float | None = None
    cue: FormEvent | None = None
    placement: str = ""
    faults: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    memory: Memory

    @property
    def ready(self) -> bool:
        """Whether the placement was right, so that repetitions count."""
        return self.memory.ready


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """One repetition, or one hold of a static exercise.

    side          the working side, as DESIGN.md fixes it
    start_s, end_s  on the samples' own clock
    hold_s        time at 90 % or more of its own range; in static exercises inside the stated tolerance
    range         how far it went from rest, a step from furthest back, in `unit`s of the specification
                  (degrees, or parts of the trunk); None in planks, and where not all was seen
    drift         how much trunk or pelvis moved during the hold, root mean square, degrees; None if unseen
    faults        ids, in the order of the specification
    """

    side: WorkingSide
    start_s: float
    end_s: float
    hold_s: float
    range: float | None = None
    drift: float | None = None
    faults: tuple[str, ...] = ()

    def mirrored(self) -> Self:
        """Return the repetition of the mirrored person."""
        return replace(self, side=OTHER[self.side])


@dataclass(frozen=True, kw_only=True, slots=True)
class SideTotals:
    """What one side did in a set; estimates are means over its repetitions, None where there is none."""

    reps: int
    hold_s: Estimate | None = None
    range: Estimate | None = None
    drift: Estimate | None = None
    faults: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Both sides compared in one aspect.

    difference   percent of the better side; positive: the subject's left did worse
    notable      whether the interval excludes zero and the size counts
    """

    exercise: str
    aspect: Aspect
    difference: Estimate
    notable: bool = False

    @property
    def weaker_side(self) -> Side | None:
        """The side that did worse, where the difference is notable."""
        if not self.notable:
            return None
        return "left" if self.difference.value > 0 else "right"


@dataclass(frozen=True, kw_only=True, slots=True)
class SetSummary:
    """What came out of a set.

    unit          of the ranges
    by_side       totals of the sides that worked
    comparisons   left against right, where both worked
    weaker_side   the side that did worse, where that is sure and notable
    frames, frames_with_pose   how many samples came, and in how many this person was seen
    """

    exercise: str
    reps: tuple[Repetition, ...]
    unit: str
    by_side: Mapping[WorkingSide, SideTotals]
    comparisons: tuple[Comparison, ...] = ()
    weaker_side: Side | None = None
    frames: int = 0
    frames_with_pose: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as ``levelback.set/1``."""
        from levelback.form.encode import to_dict

        return to_dict(self)

    @classmethod
    def from_dict(cls, data: object, *, file: str = "set") -> SetSummary:
        """Return the summary in a ``levelback.set/1`` dictionary. Raises DataFileError with the path."""
        from levelback.form.encode import from_dict

        return from_dict(data, file=file)
