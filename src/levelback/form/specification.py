"""What is known of each exercise, from ``data/NAME.toml``; errors name the path of what is wrong there."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources
from typing import Any, ClassVar, Literal

from levelback.errors import DataFileError, UsageError
from levelback.form.body import LEFT
from levelback.form.sides import WORKING
from levelback.form.signals import SIGNALS

STRICT: dict[str, Any] = {"extra": "forbid", "str_strip_whitespace": True, "str_min_length": 1}
EXERCISES = (
    "bird-dog", "bridge", "clam", "deep-lunge", "pigeon", "plank", "side-plank", "standing", "walk",
    "walk-front",
)  # fmt: skip
AFTER = ("end", "best", "before")
"""When a fault is judged that only a finished repetition shows."""
OF_A_REPETITION = ("hold_s", "range")
"""What a fault that is judged at the end of a repetition may look at, besides the signals."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One quantity that tells how far the movement has come: 0 at `rest`, 1 at `full`."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    signal: str
    rest: float
    full: float

    def progress(self, value: float) -> float:
        """Return `value` as a share of the way from rest to full."""
        return (value - self.rest) / (self.full - self.rest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """A signal that is to stay from `low` to `high`; `relative`: against its own value at rest before."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    signal: str
    low: float
    high: float
    relative: bool = False

    def slack(self, value: float, rest: float) -> float:
        """Return how far inside the band `value` is, in parts of half its width; negative outside."""
        value -= rest if self.relative else 0.0
        return min(value - self.low, self.high - value) / ((self.high - self.low) / 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One check of the placement before counting starts, and what to say where it fails."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    signal: str
    low: float
    high: float
    too_low: str
    too_high: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where the camera stands: `text` says it; `seen` names parts of which one side at least must show."""

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    text: str
    seen: tuple[str, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that is off; the order in the file is the order of importance.

    during    when it is judged: while the limb moves or holds; in the hold only; once at the end of the
              repetition, on the median of the signal over its hold (or on `hold_s`, or on `range` in parts of
              a full one); or then, on the best that the signal came to in it, or just before it
    above, below, beyond   the limit, the last one for either sign; `clear`: where it counts as good again
    relative  how much of its own value at rest before the repetition is taken off the signal: true, all of
              it; less where how somebody rests is measured with an error that the movement does not share
    lasting   whether the fault is there at rest already, so that the mean of rest and now is taken
    for_s     how long it must last
    unless    other faults that explain it, beside which it is not told
    shortens  whether it makes a repetition go less far by itself, so that its range is not compared
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    id: str
    signal: str
    during: Literal["movement", "hold", "end", "best", "before"]
    cue: str
    source: str
    above: float | None = None
    below: float | None = None
    beyond: float | None = None
    clear: float | None = None
    relative: float = 0.0
    lasting: bool = False
    for_s: float = 0.4
    unless: tuple[str, ...] = ()
    shortens: bool = False

    def value(self, now: float, rest: float) -> float:
        """Return what the limit is for, from the signal now and at rest before the repetition."""
        if self.lasting:
            return (now + rest) / 2
        return now - self.relative * rest if self.relative else now

    def shows(self, value: float, active: bool = False) -> bool:
        """Return whether `value` shows the fault; one that is `active` lasts until it is `clear`."""
        back = self.clear if active else None
        if self.below is not None:
            return value < (self.below if back is None else back)
        limit = self.above if self.above is not None else self.beyond
        size = value if self.beyond is None else abs(value)
        return limit is not None and size > (limit if back is None else back)

    @property
    def limits(self) -> int:
        """How many limits are given; there has to be one."""
        return sum(limit is not None for limit in (self.above, self.below, self.beyond))


@dataclass(frozen=True, kw_only=True)
class Specification:
    """All that is known of one exercise.

    view_of     the exercise that is looked at from another side here, if it is one
    kind        ``repetitions``: goes to the full movement and back; ``hold``: a position that is kept
    working     the rule in `sides.WORKING` that tells the working side; ``work``: the side that moves
                more; ``both``: no side works alone
    work        quantities whose progress, the least of them, is that of the movement
    within      of a hold: the tolerance
    steady      the signal whose spread in the hold is the drift
    extent      the signal whose median in a hold is its range; by default, of repetitions, the first
                of `work`
    extent_before   of a cyclic movement: the signal whose highest in the step before is added to the range
    credible    what a body can show in a repetition: beyond it, landmarks lie between limbs that they mix up
    ranged      whether how far a repetition goes says something about a side
    watch       further signals that are shown and recorded
    offsets     added to a signal: how far landmarks lie from the joints, as measured on rendered people
    view_error  how much the range of one side may be off by where the camera stands, standard deviation in
                parts of the range
    smoothing_s  window of the running median
    least       progress that a repetition must come to, from rest, to count;  least_s: how long it must take
    target_s    how long to hold; None where it does not matter
    side_as_taken   of a hold: how the position is taken and left tells the side, for in it one leg hides the
                other
    sideless    no signal depends on the working side, since limbs that are entangled are mixed up
    cyclic      one repetition follows the other without rest, as in walking: progress counts from `rest`, not
                from where this person rests, and the last one counts once its top is passed
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = STRICT

    exercise: str
    name: str
    kind: Literal["repetitions", "hold"]
    working: str
    work: tuple[Work, ...]
    placement: Placement
    view_of: str | None = None
    faults: tuple[Fault, ...] = ()
    within: tuple[Band, ...] = ()
    steady: str | None = None
    extent: str | None = None
    extent_before: str | None = None
    credible: tuple[Band, ...] = ()
    ranged: bool = True
    watch: tuple[str, ...] = ()
    offsets: dict[str, float] = field(default_factory=dict)
    view_error: float = 0.03
    smoothing_s: float = 0.25
    least: float = 0.3
    least_s: float = 0.6
    target_s: float | None = None
    side_as_taken: bool = False
    sideless: bool = False
    cyclic: bool = False

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """Every signal that is looked at after the placement, in a fixed order."""
        names = [one.signal for one in self.work] + [one.signal for one in (*self.within, *self.credible)]
        names += [fault.signal for fault in self.faults if fault.signal not in OF_A_REPETITION]
        names += [name for name in (self.steady, self.extent, self.extent_before, *self.watch) if name]
        return tuple(dict.fromkeys(names))

    @property
    def relative(self) -> bool:
        """Whether a position is told against how this person rests."""
        return any(band.relative for band in self.within)

    def slack(self, values: Sequence[float], rest: Sequence[float]) -> float:
        """Return how far inside the tolerance these `signals` are; negative outside, NaN if unknown."""
        return self._slack(self.within, values, rest)

    def can_be(self, values: Sequence[float], rest: Sequence[float]) -> bool:
        """Return whether a body can show these `signals`, as far as they are known."""
        return not self._slack(self.credible, values, rest) < 0

    def _slack(self, bands: Sequence[Band], values: Sequence[float], rest: Sequence[float]) -> float:
        pairs = [(band, self.signals.index(band.signal)) for band in bands]
        return min((band.slack(values[n], rest[n]) for band, n in pairs), default=math.nan)

    @property
    def unit(self) -> str:
        """Unit of the range of a repetition."""
        return SIGNALS[self.extent or self.work[0].signal][1]


@cache
def load_specification(exercise: str) -> Specification:
    """Return what is known of `exercise`; raises UsageError or, for bad data, DataFileError."""
    if exercise not in EXERCISES:
        known = ", ".join(EXERCISES)
        raise UsageError(f"There is no exercise '{exercise}' with a form check. Choose from {known}.")
    file = f"{exercise}.toml"
    text = resources.files(__package__).joinpath("data", file).read_text(encoding="utf-8")
    return parse_specification(text, file=file)


def parse_specification(text: str, *, file: str) -> Specification:
    """Return the specification in a TOML text; `file` names it in errors. Raises DataFileError."""
    from pydantic import TypeAdapter, ValidationError

    try:
        found = TypeAdapter(Specification).validate_python(tomllib.loads(text))
    except ValidationError as error:
        first = error.errors()[0]
        raise DataFileError(file, _path(first["loc"]), first["msg"]) from None
    except (ValueError, RecursionError) as error:
        raise DataFileError(file, "", f"not valid TOML: {error}") from None
    _check(found, file)
    return found


def _check(found: Specification, file: str) -> None:
    """Raise DataFileError where the parts of a specification do not fit together."""
    for path, name in _named_signals(found):
        if name not in SIGNALS:
            raise DataFileError(file, path, f"there is no signal '{name}'")
    if found.working not in (*WORKING, "work", "both"):
        raise DataFileError(file, "working", f"there is no rule '{found.working}'")
    if unknown := [part for part in found.placement.seen if part not in LEFT]:
        raise DataFileError(file, "placement.seen", f"there is no part '{unknown[0]}'")
    for index, work in enumerate(found.work):
        if work.rest == work.full:
            raise DataFileError(file, f"work[{index}].full", "must differ from rest")
    if found.extent_before and not (found.cyclic and found.extent):
        raise DataFileError(file, "extent_before", "belongs to a cyclic movement, beside 'extent'")
    if not found.work or (found.kind == "hold") != bool(found.within):
        raise DataFileError(file, "within", "belongs to a hold and only there; 'work' belongs to both")
    _check_faults(found, file)


def _check_faults(found: Specification, file: str) -> None:
    if wrong := [f"faults[{index}]" for index, one in enumerate(found.faults) if one.limits != 1]:
        raise DataFileError(file, wrong[0], "needs one of 'above', 'below' and 'beyond'")
    known = {fault.id for fault in found.faults}
    for index, fault in enumerate(found.faults):
        if fault.relative and fault.lasting:
            raise DataFileError(file, f"faults[{index}]", "is 'relative' or 'lasting', not both")
        if other := set(fault.unless) - known:
            raise DataFileError(file, f"faults[{index}].unless", f"there is no fault '{min(other)}'")


def _named_signals(found: Specification) -> Iterator[tuple[str, str]]:
    """Yield every place where a signal is named, and the name."""
    tables: dict[str, tuple[Work | Band | Check | Fault, ...]] = {
        "work": found.work,
        "within": found.within,
        "credible": found.credible,
        "placement.checks": found.placement.checks,
        "faults": found.faults,
    }
    for table, rows in tables.items():
        for index, row in enumerate(rows):
            if not (isinstance(row, Fault) and row.during == "end" and row.signal in OF_A_REPETITION):
                yield f"{table}[{index}].signal", row.signal
    yield from ((f"offsets.{name}", name) for name in found.offsets)
    yield from ((f"watch[{index}]", name) for index, name in enumerate(found.watch))
    yield from ((key, name) for key in ("steady", "extent", "extent_before") if (name := getattr(found, key)))


def _path(parts: tuple[str | int, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts).lstrip(".")
