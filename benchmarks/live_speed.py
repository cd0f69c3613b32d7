"""What a live set costs beside bare MediaPipe: work per frame, frame to cue, and a soak.

Used by `benchmarks.live`. The contenders take turns on the same frames, so that what else the machine does
falls on all of them; the ratios are what counts.
"""

from __future__ import annotations

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.capture.frame import Frame
from levelback.capture.video import VideoFile
from levelback.form import Sample, Specification, load_specification, start, step
from levelback.form.values import SetState
from levelback.live import run_set
from levelback.live.drawing import Scene, draw
from levelback.live.session import Moment
from levelback.live.sources import TrackedFrames
from levelback.live.window import TITLE
from levelback.pose.bundle import open_bundle
from levelback.pose.landmarks import Landmarks
from levelback.pose.tasks import close_landmarker, open_landmarker
from levelback.pose.tracker import Engine, Tracker, open_tracker

HD = (1280, 720)
ENGINES: tuple[Engine, ...] = ("litert", "mediapipe")
WARM_UP = 10
SEEN = 0.5
POLL_MS = 5
GAP_S = 4.0
"""Between two rounds of a looped clip, so that nobody is taken to have jumped."""
Row = tuple[str, str, str]
Bare = Callable[[Frame], object]


def speed_rows(clip: Path, exercise: str, frames: int) -> list[Row]:
    """Return the rows of work per frame, frame to cue and distance, on the first `frames` of a clip."""
    specification = load_specification(exercise)
    with closing(VideoFile(clip)) as video, ExitStack() as stack:
        pictures = [hd(frame) for frame, _ in zip(video.frames(), range(frames), strict=False)]
        _, landmarker = open_landmarker(open_bundle(), mode="VIDEO", max_people=1)
        stack.callback(close_landmarker, landmarker)
        runs = [_Run(stack.enter_context(open_tracker(engine)), specification) for engine in ENGINES]
        bare_s, gaps = [], []
        for number, frame in enumerate(pictures):
            jobs: list[Callable[[], object]] = [run.job(frame) for run in runs]
            jobs.append(lambda frame=frame: bare_s.append(_timed(lambda: _bare(landmarker, frame))))
            for turn in range(len(jobs)):
                jobs[(number + turn) % len(jobs)]()
            gaps += distance(runs[0].landmarks, runs[1].landmarks)
    return _rows(runs, np.array(bare_s), np.array(gaps))


class _Run:
    """One tracker and its set: every frame is tracked, judged, drawn, and timed on the way."""

    def __init__(self, tracker: Tracker, specification: Specification) -> None:
        self._tracker, self._specification = tracker, specification
        self._state: SetState = start(specification)
        self.landmarks: Landmarks | None = None
        self.work_s: list[float] = []
        self.cue_s: list[float] = []

    def job(self, frame: Frame) -> Callable[[], None]:
        """Return what is to be done with `frame`."""
        return lambda: self._look(frame)

    def _look(self, frame: Frame) -> None:
        before = time.perf_counter()
        self.landmarks = self._tracker.track(frame.image, frame.time_s)
        sample = Sample(time_s=frame.time_s, landmarks=self.landmarks)
        self._state, _ = step(self._specification, self._state, sample)
        self.work_s.append(time.perf_counter() - before)
        scene = Scene(
            specification=self._specification,
            state=self._state,
            image=frame.image,
            landmarks=self.landmarks,
            mirrored=True,
        )
        picture = draw(scene)
        if os.environ.get("DISPLAY"):
            cv2.imshow(TITLE, picture)
            cv2.waitKey(POLL_MS)
        self.cue_s.append(time.perf_counter() - before)


def _bare(landmarker: object, frame: Frame) -> None:
    """Do what the shortest script does: wrap the picture, detect."""
    import mediapipe as mp

    picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.image))
    landmarker.detect_for_video(picture, round(1000 * frame.time_s))  # type: ignore[attr-defined]


def _timed(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def _rows(runs: list[_Run], bare_s: NDArray[np.float64], gaps: NDArray[np.float64]) -> list[Row]:
    bare = bare_s[WARM_UP:]
    load = f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
    screen = "with" if os.environ.get("DISPLAY") else "without"
    rows = []
    for engine, run in zip(ENGINES, runs, strict=True):
        work, cue = np.array(run.work_s[WARM_UP:]), np.array(run.cue_s[WARM_UP:])
        more = 100 * (np.median(work) / np.median(bare) - 1)
        late = np.percentile(cue, 95) / np.percentile(bare, 95)
        rows += [
            (f"work per frame on top of MediaPipe's VIDEO mode, {engine}", "≤ 8 %", f"{more:+.0f} % ({len(work)} frames, {load})"),
            (f"frame to cue, 720p, p95, {engine}", "≤ 1.5 × bare", f"{late:.2f} × ({screen} a screen, {load})"),
        ]  # fmt: skip
    rows.append(
        (
            "distance to MediaPipe's VIDEO mode",
            "",
            f"median {np.median(gaps):.2f} %, p95 {np.percentile(gaps, 95):.2f} % of the body's length"
            if len(gaps)
            else "nobody was seen by both",
        )
    )
    return rows


def distance(one: Landmarks | None, other: Landmarks | None) -> list[float]:
    """Return how far the points that both see are apart, percent of the longer side of the seen body."""
    if one is None or other is None:
        return []
    both = (one.visibility >= SEEN) & (other.visibility >= SEEN)
    if not both.any():
        return []
    span = np.ptp(other.points[both], axis=0).max()
    return list(100 * np.linalg.norm(one.points - other.points, axis=1)[both] / span)


def hd(frame: Frame) -> Frame:
    """Return the frame at 1280 × 720, black at the sides or above and below where it has another shape."""
    height, width = frame.image.shape[:2]
    factor = min(HD[0] / width, HD[1] / height)
    size = (round(width * factor), round(height * factor))
    canvas = np.zeros((HD[1], HD[0], 3), np.uint8)
    x, y = (HD[0] - size[0]) // 2, (HD[1] - size[1]) // 2
    canvas[y : y + size[1], x : x + size[0]] = cv2.resize(frame.image, size)
    return replace(frame, image=canvas, full_width=HD[0], full_height=HD[1])


@dataclass(kw_only=True)
class Loop:
    """A clip that begins again and again, with times that go on, until `until_s` on the monotonic clock."""

    clip: Path
    until_s: float
    round_s: float = 0.0
    live: bool = False

    def __post_init__(self) -> None:
        self.origin = self.clip.name

    def frames(self) -> Iterator[Frame]:
        """Yield the frames of as many whole rounds as the time allows; the last one is finished."""
        offset_s = 0.0
        while time.monotonic() < self.until_s:
            last_s = 0.0
            with closing(VideoFile(self.clip)) as video:
                for frame in video.frames():
                    last_s = frame.time_s
                    yield replace(frame, time_s=offset_s + last_s)
            self.round_s = last_s + GAP_S
            offset_s += self.round_s

    def close(self) -> None:
        """Nothing is held."""


def soak_rows(clip: Path, exercise: str, minutes: float) -> list[Row]:
    """Return the rows of memory and counts over a looped clip: one endless set, through the real threads."""
    loop = Loop(clip=clip, until_s=time.monotonic() + 60 * minutes)
    memory: list[tuple[float, float]] = []

    def watch(moment: Moment) -> None:
        if moment.seen is not None and (not memory or time.monotonic() - memory[-1][0] > 5):
            memory.append((time.monotonic(), resident_mb()))

    with closing(TrackedFrames(loop, open_tracker())) as source:
        result = run_set(load_specification(exercise), source, observers=[watch])
    gc.collect()
    rounds = Counter(int(rep.start_s // loop.round_s) for rep in result.summary.reps)
    counts = Counter(rounds.values())
    times, used = (np.array(column) for column in zip(*memory, strict=True))
    settled = times - times[0] >= 0.2 * (times[-1] - times[0])
    slope = np.polyfit(times[settled], used[settled], 1)[0] * 3600 if settled.sum() > 2 else float("nan")
    first, last = np.median(used[settled][:3]), np.median(used[settled][-3:])
    said = ", ".join(f"{reps} in {times} of {len(rounds)} rounds" for reps, times in sorted(counts.items()))
    return [
        (f"soak, {minutes:g} minutes: memory", "flat", f"{first:.0f} to {last:.0f} MiB ({slope:+.0f} MiB an hour)"),
        (f"soak, {minutes:g} minutes: repetitions", "the same in every round", said),
    ]  # fmt: skip


def resident_mb() -> float:
    """Return the resident memory of this process now, MiB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
