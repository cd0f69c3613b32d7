"""Plans of sets: repetitions with known times, ranges and faults, and where the body is at each moment.

A repetition is a rise, a hold and a fall of known lengths. Its `hold_s` is the time spent at 90 % or more
of its own range, as ``levelback.set/1`` counts it. In a static exercise a repetition is coming into the
position, keeping it, and leaving it; there `holds` finds the time inside the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.synthetic.limbs import OTHER
from benchmarks.synthetic.poses.gait import TOE_OFF
from benchmarks.synthetic.poses.move import Move

PAUSE_S, ABSENT_S = 1.2, 2.0
REACHED = 0.9
FULL_RANGE, WEAK_RANGE, SHORT_RANGE = (0.95, 1.0), 0.78, 0.5
WEAK_HOLD = 0.55
TREMOR, TREMOR_S = 0.015, 1.7
STRIDE_S = 1.14
GRID = 40
"""Steps of a full movement and of a stride: the same moment drawn once serves many frames."""

RISE_S: dict[str, tuple[float, float]] = {
    "bird-dog": (0.9, 1.4),
    "bridge": (0.9, 1.4),
    "clam": (0.7, 1.0),
    "deep-lunge": (1.3, 1.7),
    "pigeon": (1.3, 1.6),
    "plank": (1.6, 2.0),
    "side-plank": (0.9, 1.3),
}
HOLD_S: dict[str, tuple[float, float]] = {
    "bird-dog": (2.5, 0.3),
    "bridge": (4.0, 0.3),
    "clam": (0.9, 0.0),
    "deep-lunge": (6.0, 0.1),
    "pigeon": (6.0, 0.1),
    "plank": (6.0, 0.1),
    "side-plank": (6.0, 0.1),
}
"""Per exercise with repetitions: seconds at the top in a good repetition, and in one held too short."""
WALKING = ("walk", "walk-front")
STATIC = ("deep-lunge", "pigeon", "plank", "side-plank")
ONE_SIDED = ("bird-dog", "clam", "deep-lunge", "pigeon", "side-plank")
TURNS_OVER = ("clam", "side-plank")
"""Where the sides change by lying down the other way round: nobody is in the picture meanwhile."""

FAULTS: dict[str, dict[str, float]] = {
    "bird-dog": {
        "hips_drop": 26.0,
        "spine_not_level": 14.0,
        "hips_turn": 16.0,
        "incomplete_lift": 0.0,
        "hold_too_short": 0.0,
        "back_rounds": 20.0,
    },
    "bridge": {
        "pelvis_not_level": 10.0,
        "incomplete_lift": 0.0,
        "hold_too_short": 0.0,
        "feet_apart": 15.0,
        "toes_out": 35.0,
    },
    "clam": {"hips_roll": 26.0, "feet_apart": 28.0, "trunk_turns": 24.0, "incomplete_lift": 0.0},
    "deep-lunge": {"knee_past_foot": 22.0, "torso_leans": 26.0, "hold_too_short": 0.0},
    "pigeon": {"tailbone_lifts": 24.0, "head_lifts": 35.0, "hold_too_short": 0.0},
    "plank": {"hips_drop": 20.0, "hips_high": 24.0, "head_hangs": 40.0, "hold_too_short": 0.0},
    "side-plank": {"hips_drop": 16.0, "trunk_turns": 32.0, "hold_too_short": 0.0},
    "standing": {},
    "walk": {"toes_out": 24.0, "no_heel_strike": 26.0, "no_push_off": 1.0},
    "walk-front": {"toes_out": 24.0},
}
"""Per exercise, each fault and how far it goes at full lift; 0: the times and the range show it."""
BEFORE_IT_BEGINS = {"bridge": ("feet_apart", "toes_out")}
"""Faults of how somebody has placed themselves: full from before the repetition until after it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """One repetition: seconds from the start of the clip, its range (1: full), its faults.

    share   how far its faults go, in parts of what `FAULTS` says
    """

    side: str
    start_s: float
    rise_s: float
    still_s: float
    fall_s: float
    range: float = 1.0
    faults: tuple[str, ...] = ()
    share: float = 1.0

    @property
    def end_s(self) -> float:
        """When the body is at rest again."""
        return self.start_s + self.rise_s + self.still_s + self.fall_s

    @property
    def hold_s(self) -> float:
        """Time at `REACHED` or more of this repetition's own range."""
        # Where the smooth step 3 u² − 2 u³ comes to REACHED (its inverse).
        reached = 0.5 - np.sin(np.arcsin(1 - 2 * REACHED) / 3)
        return self.still_s + float(1 - reached) * (self.rise_s + self.fall_s)

    def lift(self, time_s: float) -> float:
        """Return the share of a full movement at a time."""
        rising = (time_s - self.start_s) / self.rise_s
        falling = (self.end_s - time_s) / self.fall_s
        u = float(np.clip(min(rising, falling), 0.0, 1.0))
        return self.range * u * u * (3 - 2 * u)


def plan(
    exercise: str,
    rng: np.random.Generator,
    count: int,
    fault: str | None,
    weaker_side: str | None,
    share: float = 1.0,
) -> tuple[Repetition, ...]:
    """Plan `count` repetitions, half of them on each side where the exercise has sides.

    The second of two has `share` of the `fault`; those of the weaker side have less range and shorter holds.
    """
    planned: list[Repetition] = []
    sides = ["both"] * count
    if exercise in ONE_SIDED:
        first = str(rng.choice(("left", "right")))
        sides = [first] * (count - count // 2) + [OTHER[first]] * (count // 2)
    full, short = HOLD_S[exercise]
    for number, side in enumerate(sides):
        # Two clean sides, or one repetition each: the later one has the fault.
        own = number if count < 4 else sides[:number].count(side)
        has = fault if fault is not None and own % 2 == 1 else None
        weak = side == weaker_side
        still = full * float(rng.uniform(0.9, 1.2)) * (WEAK_HOLD if weak else 1.0)
        reach = float(rng.uniform(*FULL_RANGE)) * (WEAK_RANGE if weak else 1.0)
        pause = PAUSE_S * float(rng.uniform(0.8, 1.3))
        if number and side != sides[number - 1] and exercise in TURNS_OVER:
            pause += PAUSE_S + ABSENT_S
        planned.append(
            Repetition(
                side=side,
                start_s=(planned[-1].end_s if planned else 0.3) + pause,
                rise_s=float(rng.uniform(*RISE_S[exercise])),
                still_s=short if has == "hold_too_short" else still,
                fall_s=float(rng.uniform(*RISE_S[exercise])),
                range=SHORT_RANGE if has == "incomplete_lift" else reach,
                faults=() if has is None else (has,),
                share=share,
            )
        )
    return tuple(planned)


def strides(
    duration_s: float, fault: str | None, weaker_side: str | None, share: float = 1.0, bearing: bool = False
) -> tuple[Repetition, ...]:
    """Return the swings of both feet while somebody walks: from toe-off to heel strike.

    The first stride of each foot from its heel strike on counts; a fault shows on the left foot, or on
    the weaker side. `bearing`: a swing counts until the other foot has left the floor, so that this one bears.
    """
    found = []
    for side, shift in (("left", 0.0), ("right", 0.5)):
        for number in range(-1, int(duration_s / STRIDE_S) + 1):
            off = (number + shift + TOE_OFF) * STRIDE_S
            strike = (number + shift + 1 + (TOE_OFF - 0.5 if bearing else 0.0)) * STRIDE_S
            if off >= 0 and strike <= duration_s:
                has = (fault,) if fault is not None and side == (weaker_side or "left") else ()
                swing = (strike - off) / 2
                reach = WEAK_RANGE if side == weaker_side else 1.0
                found.append(
                    Repetition(
                        side=side,
                        start_s=off,
                        rise_s=swing,
                        still_s=0.0,
                        fall_s=swing,
                        range=reach,
                        faults=has,
                        share=share,
                    )
                )
    return tuple(sorted(found, key=lambda one: one.start_s))


def absences(exercise: str, repetitions: tuple[Repetition, ...]) -> tuple[tuple[float, float], ...]:
    """Return from when to when nobody is in the picture, in seconds."""
    if exercise not in TURNS_OVER:
        return ()
    changes = (
        (before.end_s + after.start_s) / 2
        for before, after in pairwise(repetitions)
        if before.side != after.side
    )
    return tuple((middle - ABSENT_S / 2, middle + ABSENT_S / 2) for middle in changes)


def move_at(exercise: str, repetitions: tuple[Repetition, ...], time_s: float) -> Move | None:
    """Return where the body is at a time; None: nobody is there."""
    if any(start <= time_s < end for start, end in absences(exercise, repetitions)):
        return None
    if exercise == "standing":
        return _standing(time_s)
    if exercise in WALKING:
        return _walking(repetitions, time_s)
    current = _current(repetitions, time_s)
    still = 1 - TREMOR * (0.5 + 0.5 * np.sin(2 * np.pi * time_s / TREMOR_S))
    return move_of(exercise, current, round(GRID * current.lift(time_s) * still) / GRID)


def move_of(exercise: str, repetition: Repetition, lift: float) -> Move:
    """Return where the body is when a repetition has come to `lift`."""
    placed = BEFORE_IT_BEGINS.get(exercise, ())
    shown = tuple(
        (fault, repetition.share * (1.0 if fault in placed else lift) * FAULTS[exercise][fault])
        for fault in repetition.faults
    )
    side = "left" if repetition.side == "both" else repetition.side
    return Move(side=side, lift=lift, faults=tuple(pair for pair in shown if pair[1]))


def _current(repetitions: tuple[Repetition, ...], time_s: float) -> Repetition:
    """Return the repetition that goes on, or the nearer of the last and the next one."""
    return min(repetitions, key=lambda one: max(one.start_s - time_s, time_s - one.end_s, 0.0))


def _standing(time_s: float) -> Move:
    """Somebody who turns to the camera within four seconds, then stands still."""
    u = float(np.clip((time_s - 2.0) / 1.5, 0.0, 1.0))
    turn = round(32.0 * (1 - u * u * (3 - 2 * u)))
    sway = 0.6 * float(np.sin(0.9 * time_s) + 0.5 * np.sin(2.3 * time_s)) * (1.0 if time_s < 4.0 else 0.4)
    return Move(turn=float(turn), sway=round(sway, 1))


def _walking(repetitions: tuple[Repetition, ...], time_s: float) -> Move:
    phase = round(GRID * time_s / STRIDE_S) % GRID / GRID
    weak = {one.side for one in repetitions if one.range < 1}
    faulty = {(one.side, fault) for one in repetitions for fault in one.faults}
    side = next(iter(weak or {side for side, _ in faulty}), "left")
    share = repetitions[0].share
    shown = tuple((fault, share * FAULTS["walk"][fault]) for _, fault in sorted(faulty))
    return Move(side=side, lift=WEAK_RANGE if weak else 1.0, phase=phase, faults=shown)
