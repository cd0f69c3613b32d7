"""The clips that live sets are judged by, and those that the tests play.

Per exercise: a clean set, one at 30 frames per second, each fault alone, a weaker side; each of another
person in another room. The first of a kind comes with its mirror image, too: the same set, seen by a camera
on the other side.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from benchmarks.synthetic.clips import Clip, sample_clip
from benchmarks.synthetic.exercises import POSES
from benchmarks.synthetic.sets import FAULTS, ONE_SIDED

NEEDED = ("bird-dog", "bridge", "clam", "deep-lunge")
"""The exercises that the evidence of a programme needs: drawn first."""
FRESH = 5000
"""Seeds from here on belong to `fresh_set`. Rules were set on rounds 0 to 11, each once it had been judged;
rounds from 12 on judged them last."""
ROUNDS = 12


def evaluation_set(exercise: str | None = None) -> Iterator[tuple[Clip, bool]]:
    """Yield each clip and whether its mirror image belongs to the set, of one exercise or of all."""
    if exercise is not None:
        yield from _of(exercise)
        return
    for name in NEEDED:
        yield from _of(name)
    others = (_of(name) for name in POSES if name not in NEEDED)
    yield from (row for rows in zip_longest(*others) for row in rows if row is not None)


def fresh_set(turn: int, exercise: str | None = None) -> Iterator[tuple[Clip, bool]]:
    """Yield the clips of one round of other people: each fault, and a weaker side, of one exercise or of all.

    Short sets, one repetition good and one with the fault, with their mirror images: more people instead of
    more of one person.
    """
    sets = [_fresh(name, turn) for name in POSES if FAULTS[name] and exercise in (None, name)]
    yield from ((clip, True) for clips in zip_longest(*sets) for clip in clips if clip is not None)


def _fresh(name: str, turn: int) -> Iterator[Clip]:
    # Twelve rounds of an exercise have seeds of their own; later ones begin anew, far from all that were used.
    again, own = divmod(turn, ROUNDS)
    seed = FRESH + 20_000 * again + 100 * (1 + sorted(POSES).index(name)) + 10 * own
    if turn and (name in ONE_SIDED or name == "walk"):
        yield sample_clip(name, seed + 9, weaker_side="left", repetitions=4)
    # Faults of the pose before those of time and range, which are told by a look at the clock.
    for number, fault in sorted(enumerate(FAULTS[name]), key=lambda one: FAULTS[name][one[1]] == 0):
        yield sample_clip(name, seed + number, fault=fault, repetitions=2)


def test_set() -> Iterator[Clip]:
    """Yield the few short clips that are kept as test data."""
    yield sample_clip("bird-dog", 1, repetitions=2)
    yield sample_clip("bridge", 2, fault="hold_too_short", repetitions=2)
    yield sample_clip("clam", 3, weaker_side="left", repetitions=4)
    yield sample_clip("deep-lunge", 4, fault="torso_leans", repetitions=2)


def _of(name: str) -> Iterator[tuple[Clip, bool]]:
    seed = 100 * (1 + sorted(POSES).index(name))
    count = 4 if name in ("bird-dog", "clam") else 2
    yield sample_clip(name, seed, repetitions=count), True
    if name in ONE_SIDED or name == "walk":
        yield sample_clip(name, seed + 1, weaker_side="left", repetitions=4), True
    for number, fault in enumerate(FAULTS[name]):
        yield sample_clip(name, seed + 2 + number, fault=fault, repetitions=count), number == 0
    yield sample_clip(name, seed + 10, fps=30.0, repetitions=2), False
