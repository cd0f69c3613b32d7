"""What a set remembers from sample to sample; all of it frozen, so that `step` stays a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from levelback.form.body import NAN, Point
from levelback.form.values import FormEvent, Repetition, WorkingSide


class Row(NamedTuple):
    """One moment of the movement.

    progress  0 at rest … 1 full, as seen in this sample; NaN where a joint is hidden
    side      tells the working side: positive left, negative right
    values    the specification's signals, in its order, of the working side; `other`: of the other side,
              where at rest it cannot be told which one will work
    """

    time_s: float
    progress: float
    side: float
    values: tuple[float, ...]
    other: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """Where the person was last seen, so that nobody else is taken for them.

    center, trunk   middle and length of the trunk, pixels;  scale: that length, averaged
    direction       of the trunk in the picture, from hips to shoulders, radians
    front           which way they face, averaged; see `Body.front`
    marks           some landmarks, averaged over a short time, against which movement is seen
    """

    time_s: float
    center: Point
    direction: float
    trunk: float
    scale: float
    front: float
    marks: tuple[Point, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRep:
    """A repetition or hold that has begun.

    base       progress at rest; `rest`: the signals' values there
    lean       sum of what told the side: positive left, negative right;  rests: the same before, at rest
    peak       highest progress so far; `low`: the lowest since it came down, None while it is up
    low_s      since when it is down
    hold_s     since when it holds, None while it does not; `held_s`: seconds held before
    outside_s  since when a hold has left its tolerance; `inside_s`: since when it is inside again
    faults     that were seen
    """

    start_s: float
    base: float
    rest: tuple[float, ...]
    peak: float
    side: WorkingSide | None = None
    lean: float = 0.0
    rests: float = 0.0
    low: float | None = None
    low_s: float | None = None
    hold_s: float | None = None
    held_s: float = 0.0
    outside_s: float | None = None
    inside_s: float | None = None
    reached: bool = False
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """All that `step` needs of the samples before.

    ready      the placement was right; `good_s`, `bad_s`: since when its checks pass, or one fails
    failing    id of the placement check that fails now, `wrong` what to say of it; `told`: the one last told
    subject    the person who is followed; `lost`: that nobody is seen now
    rows       of the last seconds, or since before the repetition began
    since_s    when the last repetition ended: rows from before say nothing about rest
    before_s   when the last repetition began
    smooth     signals smoothed, in the specification's order; `progress` and `side` likewise
    expected   the working side that the person named, or that was seen last
    rep        the repetition that has begun
    reps       those that are over
    pending    faults that show and do not yet last: id and since when; `active`: those that do
    verdicts   faults that the last repetition ended with; their cue lasts until `verdicts_s`
    went       how far each fault went in the last repetition, in what its limit is stated in, from which
               `benchmarks.live_sizes` works out the size that is found
    cue        the one that is shown
    cued       when each cue was last given; `cue_s`: when the last one was
    """

    ready: bool = False
    good_s: float | None = None
    bad_s: float | None = None
    failing: str = ""
    wrong: str = ""
    told: str = ""
    subject: Subject | None = None
    lost: bool = False
    expected: WorkingSide | None = None
    rows: tuple[Row, ...] = ()
    since_s: float = -1e9
    before_s: float | None = None
    progress: float = NAN
    side: float = 0.0
    smooth: tuple[float, ...] = ()
    rep: OpenRep | None = None
    reps: tuple[Repetition, ...] = ()
    pending: Mapping[str, float] = field(default_factory=dict)
    active: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    verdicts_s: float = -1e9
    went: Mapping[str, float] = field(default_factory=dict)
    cue: FormEvent | None = None
    cued: Mapping[str, float] = field(default_factory=dict)
    cue_s: float = -1e9
    frames: int = 0
    frames_with_pose: int = 0
