"""From which size on a fault of form is found, on clips whose faults have a known size.

    python -m benchmarks.live_sizes FOLDER... --cache DIR...     (as many caches as folders)

What a limit is stated in grows in step with the fault: on that rests the size that is found with 95 %. It is
worked out from repetitions without the fault and with all of it, by their means and spreads; clips in which the
fault has another `share` show whether it is so.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.live import TOLD_AS, judge, samples_of
from benchmarks.synthetic.sets import FAULTS
from levelback.form import Specification, load_specification
from levelback.form.specification import Fault

Z95 = 1.645
"""One-sided: found in 95 of 100."""
NOT_SEEN = {("bridge", "pelvis_not_level"), ("walk", "toes_out")}
UNITS = {("bridge", "feet_apart"): " cm", ("walk", "no_push_off"): " of all"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """A repetition: how far it goes in what the limit is stated in, NaN if not seen, and whether it was told."""

    went: float
    told: bool


def detectable(*, limit: float, without: Sequence[float], with_it: Sequence[float], size: float) -> float:
    """Return the size of a fault that is found in 95 of 100 repetitions; inf where none is.

    limit     what has to be exceeded, or fallen below if it lies below `without`
    without   what repetitions without the fault go to;  with_it: those with `size` of it

    What is measured is taken as normal, with a mean that grows in step with the fault. Its spread is that
    without the fault, and that of people who show it differently, which grows in step, too.
    """
    base, reached = statistics.fmean(without), statistics.fmean(with_it)
    sign = 1.0 if limit > base else -1.0
    slope, gap = sign * (reached - base) / size, sign * (limit - base)
    noise = statistics.pvariance(without)
    own = max(0.0, statistics.pvariance(with_it) - noise) / size**2
    # slope · s − gap = Z95 · √(noise + own · s²), squared.
    a, b, c = slope**2 - Z95**2 * own, -2 * slope * gap, gap**2 - Z95**2 * noise
    inside = b * b - 4 * a * c
    if slope <= 0 or a <= 0 or inside < 0:
        return math.inf
    return (-b + math.sqrt(inside)) / (2 * a)


def seen(
    spec: Specification, clips: Iterable[tuple[Path, Path | None]]
) -> dict[tuple[str, float], list[Seen]]:
    """Return the repetitions of the clips of an exercise by fault (empty: none) and share of its size."""
    found: dict[tuple[str, float], list[Seen]] = {}
    told_as = {fault: TOLD_AS.get((spec.exercise, fault), fault) for fault in FAULTS[spec.exercise]}
    for clip, cache in clips:
        truth = json.loads(clip.with_suffix(".json").read_text())
        outcome = judge(truth, samples_of(clip, "litert", cache))
        for rep, one in outcome.pairs if truth["weaker_side"] is None else ():
            went = {} if one is None else outcome.went[outcome.summary.reps.index(one)]
            for fault in rep["faults"] or [""]:
                for told in [told_as[fault]] if fault else sorted(set(told_as.values())):
                    key = (fault or f"-{told}", rep.get("share", 1.0) if fault else 0.0)
                    what = Seen(went=went.get(told, math.nan), told=one is not None and told in one.faults)
                    found.setdefault(key, []).append(what)
    return found


def rows(spec: Specification, found: dict[tuple[str, float], list[Seen]]) -> Iterable[tuple[str, ...]]:
    """Yield a row per fault whose size is known: what was drawn, told of it, of half of it, and detectable."""
    by_id = {fault.id: fault for fault in spec.faults}
    for fault, size in FAULTS[spec.exercise].items():
        told = TOLD_AS.get((spec.exercise, fault), fault)
        full, none = found.get((fault, 1.0), []), found.get((f"-{told}", 0.0), [])
        without, with_it = ([one.went for one in these if math.isfinite(one.went)] for these in (none, full))
        if size == 0 or (spec.exercise, fault) in NOT_SEEN or not full:
            continue
        least = math.inf
        if min(len(without), len(with_it)) > 1:
            least = detectable(limit=_limit(by_id[told]), without=without, with_it=with_it, size=size)
        unit = UNITS.get((spec.exercise, fault), "°")
        parts = found.get((fault, 0.5), [])
        yield (
            spec.exercise, f"`{fault}`", f"{size:g}{unit}", _share(full), _share(parts) if parts else "–",
            f"{least:.2g}{unit}" if math.isfinite(least) else "–", _share(none),
        )  # fmt: skip


def _limit(fault: Fault) -> float:
    return next(one for one in (fault.above, fault.below, fault.beyond) if one is not None)


def _share(these: Sequence[Seen]) -> str:
    return f"{sum(one.told for one in these)} of {len(these)}"


def main(arguments: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="From which size on faults of form are found.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--cache", type=Path, nargs="*", default=[])
    chosen = parser.parse_args(arguments)
    caches = chosen.cache or [None] * len(chosen.folders)
    print("| exercise | fault | drawn | told | told of half | found with 95 % from | told without it |")
    print("|---|---|---|---|---|---|---|")
    for exercise in FAULTS:
        pairs = zip(chosen.folders, caches, strict=True)
        clips = [(clip, cache) for folder, cache in pairs for clip in _clips(folder, exercise)]
        spec = load_specification(exercise)
        for row in rows(spec, seen(spec, clips)):
            print(f"| {' | '.join(row)} |", flush=True)


def _clips(folder: Path, exercise: str) -> list[Path]:
    truths = {
        clip: json.loads(clip.with_suffix(".json").read_text()) for clip in folder.glob(f"{exercise}-*.mp4")
    }
    return sorted(clip for clip, truth in truths.items() if truth["exercise"] == exercise)


if __name__ == "__main__":
    main()
