"""The rows of the table, each from contenders that take turns on the same photo or the same frames."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import cv2
import numpy as np

from benchmarks import batch
from benchmarks.live_speed import hd
from benchmarks.speed import CLIP, EXERCISE, SAMPLE
from benchmarks.speed.contenders import (
    BARE,
    BARE_VIDEO,
    MODEL,
    TOOL,
    ModelsAlone,
    Taken,
    enlarged,
    here,
    mediapipe_landmarker,
    peak_memory_mb,
    process,
)
from benchmarks.speed.table import Row, row_of, take_turns
from levelback import Analyzer
from levelback.capture import read_photo
from levelback.capture.video import VideoFile
from levelback.form import Sample, load_specification, start, step
from levelback.pose.finder import PoseFinder
from levelback.pose.people import search_squares
from levelback.pose.tracker import open_tracker

SAMPLE_MP, PHONE_MP = 1.6, 12
WARM_UP = 10


def whole_processes(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield what a person waits for who types a command."""
    python = [sys.executable, "-c"]
    for photo, size in _sizes(folder):
        ours = process(TOOL, "photo", "--fast", "--json", "-", photo)
        bare = process(*python, BARE, MODEL, photo)
        yield row_of(
            f"cold start: `photo --fast`, {size} MP : bare script", take_turns([ours, bare], rounds), "≤ 1.0"
        )
    ours = process(TOOL, "photo", "--json", "-", SAMPLE)
    yield row_of(
        "cold start: `photo`, 1.6 MP : bare script",
        take_turns([ours, process(*python, BARE, MODEL, SAMPLE)], rounds),
    )
    pair = [process(TOOL, "--help"), process(*python, "pass")]
    yield row_of("`levelback --help` : `python -c pass`", take_turns(pair, rounds), "≤ 8")
    pair = [process(*python, "import levelback"), process(*python, "import mediapipe")]
    yield row_of("`import levelback` : `import mediapipe`", take_turns(pair, rounds))


def warm_photos(folder: Path, rounds: int) -> Iterator[Row]:
    """Yield photos analysed by a loaded program, decoding included, against MediaPipe's IMAGE mode."""
    alone = ModelsAlone()
    with (
        mediapipe_landmarker("IMAGE") as (mp, landmarker),
        Analyzer() as default,
        Analyzer(fast=True) as fast,
    ):
        for photo, size in _sizes(folder):

            def bare(photo: Path = photo) -> object:
                picture = cv2.cvtColor(cv2.imread(str(photo)), cv2.COLOR_BGR2RGB)
                return landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))

            detections, crops = _looks(photo)
            contenders = [
                here(lambda photo=photo: fast.analyze(photo)),
                here(lambda photo=photo: default.analyze(photo)),
                here(bare),
                here(lambda: alone.look(detections=1, crops=1)),
                here(lambda d=detections, c=crops: alone.look(detections=d, crops=c)),
            ]
            quick, full, theirs, quick_limit, full_limit = take_turns(contenders, rounds)
            yield row_of(
                f"photo `--fast`, warm, {size} MP : IMAGE mode",
                [quick, theirs, quick_limit],
                "≤ 0.8",
            )
            yield row_of(
                f"photo default ({crops - 1} crops), warm, {size} MP : IMAGE mode",
                [full, theirs, full_limit],
                "≤ 6",
            )


def _sizes(folder: Path) -> list[tuple[Path, float]]:
    """Return the sample photo as it is and as a phone takes it, with their megapixels."""
    return [(SAMPLE, SAMPLE_MP), (enlarged(SAMPLE, PHONE_MP, folder), PHONE_MP)]


def _looks(photo: Path) -> tuple[int, int]:
    """Return how often the default mode runs the detector and the landmark model on a photo."""
    image = read_photo(photo).image
    with PoseFinder() as finder:
        passes = finder.find(image).landmarks.passes
    return 1 + len(search_squares(image.shape[1], image.shape[0], 2)), 1 + passes


def live_frames(frames: int) -> Iterator[Row]:
    """Yield a tracked and judged 720p frame of a live set against MediaPipe's VIDEO mode, frame by frame."""
    alone, specification = ModelsAlone(), load_specification(EXERCISE)
    state = start(specification)
    with closing(VideoFile(CLIP)) as video, ExitStack() as stack:
        pictures = [hd(frame) for frame, _ in zip(video.frames(), range(frames + WARM_UP), strict=False)]
        mp, landmarker = stack.enter_context(mediapipe_landmarker("VIDEO"))
        tracker = stack.enter_context(open_tracker())
        taken: list[list[Taken]] = [[], [], []]
        for number, frame in enumerate(pictures):

            def ours(frame=frame) -> None:
                nonlocal state
                landmarks = tracker.track(frame.image, frame.time_s)
                state, _ = step(specification, state, Sample(time_s=frame.time_s, landmarks=landmarks))

            def bare(frame=frame) -> None:
                picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(frame.image))
                landmarker.detect_for_video(picture, round(1000 * frame.time_s))

            jobs = [here(ours), here(bare), here(lambda: alone.look(detections=0, crops=1))]
            for turn in range(len(jobs)):
                index = (number + turn) % len(jobs)
                taken[index].append(jobs[index]())
    yield row_of("live frame, 720p : VIDEO mode", [each[WARM_UP:] for each in taken], "≤ 0.6", "≤ 1.25")


def batches(folder: Path, rounds: int, count: int) -> Iterator[Row]:
    """Yield photos a second of whole batches, once warm, against a bare loop over the same photos."""
    alone = ModelsAlone()
    for size in (SAMPLE_MP, PHONE_MP):
        photos = folder / f"album-{size:g}"
        _album(photos, folder / f"originals-{size:g}", size, count)
        taken: dict[object, list[batch.Run]] = {1: [], 2: [], "bare": []}
        for number in range(rounds):
            for turn in range(3):
                name = (1, 2, "bare")[(number + turn) % 3]
                run = batch.bare(photos) if name == "bare" else batch.ours(photos, fast=True, jobs=name)
                taken[name].append(run)
        once = [here(lambda: alone.look(detections=1, crops=1))() for _ in range(20)]
        limit = 1 / statistics.median(one.wall_s for one in once)
        for jobs in (1, 2):
            yield Row(
                name=f"batch `--fast`, {size:g} MP, {jobs} process{'es' * (jobs > 1)} : bare loop",
                unit="photos/s",
                ours=[run.rate for run in taken[jobs]],
                bare=[run.rate for run in taken["bare"]],
                limit=[limit] * rounds,
                cpu_ratio=statistics.median(
                    a.cpu_s / b.cpu_s for a, b in zip(taken[jobs], taken["bare"], strict=True)
                ),
                goal="≥ 2.4" if jobs == 2 else "",
            )


def _album(photos: Path, originals: Path, megapixels: float, count: int) -> None:
    """Fill a folder with links to the samples at one size."""
    originals.mkdir()
    photos.mkdir()
    files = [enlarged(one, megapixels, originals) if megapixels == PHONE_MP else one for one in batch.SAMPLES]
    for number in range(count):
        source = files[number % len(files)]
        copy = originals / source.name
        if not copy.exists():
            copy.write_bytes(source.read_bytes())
        (photos / f"{number:04d}.jpg").hardlink_to(copy)


def memory(folder: Path) -> Iterator[Row]:
    """Yield peak memory of whole processes."""
    live = (TOOL, "live", EXERCISE, "--source", CLIP, "--no-window", "--json", "-")
    yield _memory(
        "peak memory, live set of a clip : bare VIDEO loop", live, (BARE_VIDEO, MODEL, CLIP), "≤ 1.2"
    )
    for size in (PHONE_MP, 48):
        photo = enlarged(SAMPLE, size, folder)
        for mode in (["--fast"], []):
            name = f"peak memory, `photo{' --fast' * len(mode)}`, {size} MP : bare script"
            yield _memory(name, (TOOL, "photo", *mode, "--json", "-", photo), (BARE, MODEL, photo))


def _memory(name: str, ours: tuple[object, ...], bare: tuple[object, ...], goal: str = "") -> Row:
    return Row(
        name=name,
        unit="MB",
        ours=[peak_memory_mb(*map(str, ours))],
        bare=[peak_memory_mb(sys.executable, "-c", *map(str, bare))],
        goal=goal,
    )


def installed() -> Iterator[Row]:
    """Yield the size on disk of levelback with all that it needs, against MediaPipe's with OpenCV's."""
    ours, bare = _closure("levelback"), _closure("mediapipe") | _closure("opencv-python")
    package = Path(__file__).parents[2] / "src" / "levelback"
    own = sum(file.stat().st_size for file in package.rglob("*") if file.is_file() and file.suffix != ".pyc")
    size = [(own + MODEL.stat().st_size + sum(map(_size, ours - {"levelback"}))) / 1e6]
    yield Row(
        name="installed size : MediaPipe and OpenCV", unit="MB", ours=size, bare=[sum(map(_size, bare)) / 1e6]
    )


def _closure(name: str) -> set[str]:
    """Return a distribution and all that it requires here, extras left out."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: set[str] = set()
    ahead = [name]
    while ahead:
        one = canonicalize_name(ahead.pop())
        if one in found:
            continue
        try:
            needs = [Requirement(text) for text in distribution(one).requires or ()]
        except PackageNotFoundError:
            continue
        found.add(one)
        ahead += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    return found


def _size(name: str) -> int:
    files = [Path(str(file.locate())) for file in distribution(name).files or ()]
    return sum(file.stat().st_size for file in files if file.is_file() and file.suffix != ".pyc")
