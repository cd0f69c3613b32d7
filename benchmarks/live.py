"""How well live sets are counted, timed and judged, on clips with known truth.

    python -m benchmarks.live FOLDER [--engine litert|mediapipe] [--cache DIR] [--markdown FILE]
                                     [--speed FRAMES] [--soak MINUTES]

FOLDER holds ``NAME.mp4`` and ``NAME.json`` as `benchmarks.synthetic.clips` writes them. People are found once
per clip; with `--cache` their landmarks are kept as recorded landmarks and read again the next time. Prints
the goals and what was reached, then each exercise, then every clip that missed something. `--speed 300` and
`--soak 30` measure the cost of a set instead, on the first clip; they want a quiet machine, and the first
of them a screen.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.live_speed import soak_rows, speed_rows
from benchmarks.synthetic.sets import WALKING
from levelback.capture.video import VideoFile
from levelback.form import SetSummary, Specification, end, load_specification, start, step, summarize
from levelback.form.values import Sample, SetState
from levelback.pose.recorded import Recorded, read_landmarks, write_landmarks
from levelback.pose.tracker import open_tracker

MATCHED = 0.3
"""A repetition is the true one that it overlaps with most, by this share of the longer one at least."""
AIM_HOLD_S = 0.25
IN_POSITION = ("deep-lunge", "pigeon", "plank", "side-plank")
OUT_OF_TOLERANCE = {"hips_drop", "hips_high"}
"""Faults of static exercises that are outside the tolerance: such a hold is not held, by definition."""
TOLD_AS = {("bridge", "feet_apart"): "feet_placement", ("bridge", "toes_out"): "feet_placement"}
"""Faults that look alike from where the camera stands, and the one cue for them."""
PELVIS_DEG = 240.0
"""Degrees by which a pelvis has turned whose rim is one trunk higher than at rest: mean of 30 rendered people."""
SAG_SHARE = 0.55
"""The share of its sag by which a back that sags takes the rim down, and one that rounds up: fitted to 41 people."""


@dataclass(kw_only=True)
class Outcome:
    """What was found in one clip, beside its truth; `went`: how far each fault went in each repetition."""

    truth: dict[str, Any]
    summary: SetSummary
    trunk_off_deg: list[float]
    pelvis_off_deg: list[float]
    step_ms: list[float]
    went: list[Mapping[str, float]] = field(default_factory=list)
    pairs: list[tuple[dict[str, Any], Any]] = field(default_factory=list)

    @property
    def counts_exact(self) -> bool:
        """Whether each side has as many repetitions as it should."""
        return Counter(rep["side"] for rep in self.truth["reps"]) == Counter(
            rep.side for rep in self.summary.reps
        )


def samples_of(clip: Path, engine: str, cache: Path | None) -> list[Sample]:
    """Return the samples of a clip; the landmarks from the cache, where they are in it."""
    kept = cache / f"{clip.stem}.{engine}.jsonl" if cache else None
    truth = json.loads(clip.with_suffix(".json").read_text())
    if kept is None or not kept.exists():
        found = list(_track(clip, engine))
        if kept is not None:
            write_landmarks(kept, found)
    else:
        found = list(read_landmarks(kept))
    seen = {round(one.time_s * truth["fps"]): one.landmarks for one in found}
    return [Sample(time_s=n / truth["fps"], landmarks=seen.get(n)) for n in range(truth["frames"])]


def _track(clip: Path, engine: str) -> Iterator[Recorded]:
    with open_tracker(engine) as tracker, closing(VideoFile(clip)) as video:
        for frame in video.frames():
            landmarks = tracker.track(frame.image, frame.time_s)
            if landmarks is not None:
                yield Recorded(landmarks=landmarks, picture=clip.name, time_s=frame.time_s)


def judge(truth: dict[str, Any], samples: Sequence[Sample]) -> Outcome:
    """Run one clip through `step`, and put what it found beside the truth."""
    spec = load_specification(truth["exercise"])
    state, times = start(spec), []
    trunk_off_deg: list[float] = []
    pelvis_off_deg: list[float] = []
    went: list[Mapping[str, float]] = []
    for number, sample in enumerate(samples):
        before = time.perf_counter()
        state, events = step(spec, state, sample)
        went += [state.memory.went] * any(event.kind == "rep_ended" for event in events)
        times.append(1e3 * (time.perf_counter() - before))
        if (
            "trunk_elevation" in state.values
            and sample.landmarks is not None
            and truth["trunk_deg"][number] is not None
        ):
            trunk_off_deg.append(abs(state.values["trunk_elevation"] - truth["trunk_deg"][number]))
        turned = pelvis_turn_deg(spec, state)
        if math.isfinite(turned) and truth["pelvis_deg"][number] is not None:
            pelvis_off_deg.append(abs(turned - truth["pelvis_deg"][number]))
    state, events = end(spec, state)
    went += [state.memory.went] * any(event.kind == "rep_ended" for event in events)
    outcome = Outcome(
        truth=truth, summary=summarize(spec, state), trunk_off_deg=trunk_off_deg,
        pelvis_off_deg=pelvis_off_deg, step_ms=times, went=went,
    )  # fmt: skip
    outcome.pairs = list(_matched(truth["reps"], outcome.summary))
    return outcome


def pelvis_turn_deg(spec: Specification, state: SetState) -> float:
    """Return by how much the left hip is higher than at rest, degrees; NaN outside of holds.

    NaN too where hips that drop take the rim of the pelvis down.
    """
    rep = state.memory.rep
    if "pelvis_rim" not in spec.signals or rep is None or rep.hold_s is None or "hips_drop" in rep.faults:
        return math.nan
    rim, sag = (
        state.memory.smooth[index] - rep.rest[index]
        for index in map(spec.signals.index, ("pelvis_rim", "back_sag"))
    )
    turned = PELVIS_DEG * (rim + SAG_SHARE * sag)
    return turned if rep.side == "left" else -turned


def _matched(reps: Sequence[dict[str, Any]], summary: SetSummary) -> Iterator[tuple[dict[str, Any], Any]]:
    """Yield each true repetition with the one that was found at that time, or None."""
    for rep in reps:
        best, share = None, MATCHED
        for found in summary.reps:
            shared = min(rep["end_s"], found.end_s) - max(rep["start_s"], found.start_s)
            longer = max(rep["end_s"] - rep["start_s"], found.end_s - found.start_s)
            if shared / longer >= share:
                best, share = found, shared / longer
        yield rep, best


def hold_errors(outcomes: Sequence[Outcome]) -> list[float]:
    """Return hold time minus truth, seconds, of every matched repetition whose hold is in its tolerance."""
    errors = []
    for outcome in outcomes:
        if outcome.truth["exercise"] in WALKING:
            continue
        static = outcome.truth["exercise"] in IN_POSITION
        for rep, found in outcome.pairs:
            if found is not None and not (static and OUT_OF_TOLERANCE & set(rep["faults"])):
                errors.append(found.hold_s - rep["hold_s"])
    return errors


def fault_counts(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], list[int]]:
    """Return per exercise and fault: rightly found, falsely found, missed."""
    counts: dict[tuple[str, str], list[int]] = {}
    for outcome in outcomes:
        for rep, found in outcome.pairs:
            exercise = outcome.truth["exercise"]
            there = {TOLD_AS.get((exercise, fault), fault) for fault in rep["faults"]}
            said = set(found.faults) if found else set()
            for fault in there | said:
                entry = counts.setdefault((exercise, fault), [0, 0, 0])
                entry[0 if fault in there & said else 1 if fault in said else 2] += 1
    return counts


def sides(outcomes: Sequence[Outcome]) -> tuple[int, int, int, int]:
    """Return how often a weak side was named rightly, of how many; and a side wrongly, of how many clips."""
    right = weak = wrong = 0
    for outcome in outcomes:
        named, true = outcome.summary.weaker_side, outcome.truth["weaker_side"]
        weak += true is not None
        right += true is not None and named == true
        wrong += named is not None and named != true
    return right, weak, wrong, len(outcomes)


def report(outcomes: Sequence[Outcome]) -> str:
    """Return the tables as Markdown."""
    errors = hold_errors(outcomes)
    right, weak, wrong, clips = sides(outcomes)
    angled = [o for o in outcomes if o.truth["exercise"] in ("bird-dog", "bridge")]
    exact = [o.counts_exact for o in outcomes if o.truth["exercise"] != "standing"]
    step_ms = [one for o in outcomes for one in o.step_ms]
    rows = [
        ("repetitions per side exact", "every clip", f"{sum(exact)} of {len(exact)} clips"),
        ("hold times within 0.25 s", "all", f"{sum(abs(e) <= AIM_HOLD_S for e in errors)} of {len(errors)}, MAE {_mean(map(abs, errors)):.2f} s"),
        ("weaker side named rightly", "≥ 95 %", f"{right} of {weak}"),
        ("weaker side named wrongly", "0", f"{wrong} of {clips} clips"),
        ("trunk angle, bird-dog and bridge", "MAE ≤ 3°", f"{_mean(a for o in angled for a in o.trunk_off_deg):.1f}°"),
        ("pelvis angle, bird-dog, in holds at full height", "MAE ≤ 3°", f"{_mean(a for o in angled for a in o.pelvis_off_deg):.1f}°"),
        ("pelvis angle, bridge", "MAE ≤ 3°", "not measured: the camera at the side does not see it"),
        ("one step", "0.3 ms", f"median {statistics.median(step_ms):.2f} ms" if step_ms else ""),
    ]  # fmt: skip
    lines = ["| what | goal | reached |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    lines += ["", "| exercise | clips | counts exact | hold MAE | largest |", "|---|---|---|---|---|"]
    for exercise in sorted({o.truth["exercise"] for o in outcomes}):
        own = [o for o in outcomes if o.truth["exercise"] == exercise]
        off = hold_errors(own)
        worst = max(off, key=abs, default=math.nan)
        lines.append(
            f"| {exercise} | {len(own)} | {sum(o.counts_exact for o in own)} | {_mean(map(abs, off)):.2f} s | {worst:+.2f} s |"
        )
    lines += ["", "| exercise | fault | precision | recall | found, false, missed |", "|---|---|---|---|---|"]
    for (exercise, fault), (found, false, missed) in sorted(fault_counts(outcomes).items()):
        precision = f"{found / (found + false):.2f}" if found + false else "–"
        recall = f"{found / (found + missed):.2f}" if found + missed else "–"
        lines.append(f"| {exercise} | {fault} | {precision} | {recall} | {found}, {false}, {missed} |")
    return "\n".join([*lines, "", *_missed(outcomes)])


def costs(clip: Path, frames: int, minutes: float) -> str:
    """Return the table of what a set costs, as Markdown: `frames` timed, a clip looped for `minutes`."""
    exercise = json.loads(clip.with_suffix(".json").read_text())["exercise"]
    rows = speed_rows(clip, exercise, frames) if frames else []
    rows += soak_rows(clip, exercise, minutes) if minutes else []
    lines = ["| what | goal | reached |", "|---|---|---|", *(f"| {a} | {b} | {c} |" for a, b, c in rows)]
    return "\n".join(lines)


def _missed(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        said = []
        if outcome.truth["exercise"] != "standing" and not outcome.counts_exact:
            said.append(f"{len(outcome.summary.reps)} repetitions of {len(outcome.truth['reps'])}")
        if outcome.summary.weaker_side != outcome.truth["weaker_side"]:
            said.append(f"weaker side {outcome.summary.weaker_side}, not {outcome.truth['weaker_side']}")
        said += [
            f"hold {found.hold_s - rep['hold_s']:+.2f} s"
            for rep, found in outcome.pairs
            if found is not None and abs(found.hold_s - rep["hold_s"]) > AIM_HOLD_S
        ]
        if said:
            yield f"- {outcome.truth['name']}: {'; '.join(said)}"


def _mean(values: Any) -> float:
    known = list(values)
    return sum(known) / len(known) if known else math.nan


def main(arguments: list[str] | None = None) -> None:
    """Judge the clips of a folder."""
    parser = argparse.ArgumentParser(description="How well live sets are counted, timed and judged.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=("litert", "mediapipe"), default="litert")
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--only", default="", help="exercises that begin with this")
    parser.add_argument("--markdown", type=Path)
    parser.add_argument("--speed", type=int, default=0, metavar="FRAMES", help="time so many frames")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES", help="loop a clip so long")
    chosen = parser.parse_args(arguments)
    if chosen.cache:
        chosen.cache.mkdir(parents=True, exist_ok=True)
    clips = sorted(chosen.folder.glob(f"{chosen.only}*.mp4"))
    if chosen.speed or chosen.soak:
        print(costs(clips[0], chosen.speed, chosen.soak))
        return
    outcomes = []
    for clip in clips:
        truth = json.loads(clip.with_suffix(".json").read_text())
        outcomes.append(judge(truth, samples_of(clip, chosen.engine, chosen.cache)))
    text = report(outcomes)
    print(text)
    if chosen.markdown:
        chosen.markdown.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
