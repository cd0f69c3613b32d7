"""Where the time goes: stages of a whole process, and of one analysis in a warm program."""

from __future__ import annotations

import cProfile
import json
import pstats
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

from levelback import Analyzer
from levelback.pose.bundle import open_bundle
from levelback.pose.finder import PoseFinder

STAGES = """
import json, sys, time
laps, last = [], 0.0
def lap(name):
    global last
    now = time.process_time()
    laps.append((name, 1e3 * (now - last)))
    last = now
lap("Python starts")
import levelback.cli; lap("typer, command line")
import numpy; lap("NumPy")
import cv2; lap("OpenCV")
import PIL.JpegImagePlugin; lap("Pillow")
import ai_edge_litert.interpreter; lap("LiteRT")
import levelback.pipeline; lap("levelback's own modules")
from levelback.advice.plan import make_plan
from levelback.pipeline import _learn
_learn(); lap("exercises, plan and evidence (in a thread)")
from levelback.pose.bundle import open_bundle
bundle = open_bundle(); lap("model file, its checksum")
from levelback.pose.finder import PoseFinder
finder = PoseFinder(bundle); lap("models made ready")
analyzer = levelback.pipeline.Analyzer(fast=True, finder=finder)
report = analyzer.analyze(sys.argv[1]); lap("the first photo")
json.dumps(report.to_dict()); lap("JSON")
analyzer.analyze(sys.argv[1]); lap("(a second photo, for comparison)")
print(json.dumps(laps))
"""

PARTS = {
    "decoding": [("photo.py", "read_photo")],
    "who is there: detector and first look": [("people.py", "people")],
    "second look": [("finder.py", "_look")],
    "crops: landmark model": [("refine.py", "read_crops")],
    "crops: robust mean": [("refine.py", "average")],
    "silhouette": [("silhouette.py", "silhouette_of")],
    "lines of the scene": [("roll.py", "detect_lines")],
    "roll and camera height from them": [
        ("roll.py", "scene_segments"),
        ("roll.py", "roll_from_segments"),
        ("horizon.py", "estimate_horizon"),
    ],
    "lines of cloth": [("features.py", "_cloth_features")],
    "outline": [("features.py", "_outline_features"), ("outline.py", "__init__")],
    "points on the skin": [("skin_points.py", "find_skin_points")],
    "hips": [("hips.py", "read_hips")],
    "quality of the picture": [("quality.py", "assess")],
    "estimates and intervals": [("measure.py", "measure"), ("measure.py", "turn_deg")],
    "evidence and plan": [("plan.py", "make_plan"), ("evidence.py", "find")],
}
"""Functions of the parts, none of which calls another one."""

THREADED = ("levelback.pipeline", "levelback.metrics.observe", "levelback.pose.silhouette")
"""Modules that do something beside something else."""


class _AtOnce(Executor):
    """Does at once what it is given, in the same thread, where the profile sees it."""

    def __init__(self, workers: int = 1) -> None:
        """Take the place of a pool of so many threads."""

    def submit(self, do: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        """Do it, and return what came of it."""
        done: Future[Any] = Future()
        done.set_result(do(*args, **options))
        return done


def start_up(photo: Path, runs: int = 5) -> Iterator[str]:
    """Yield the stages of `photo --fast` as a table: median processor time of several processes."""
    done = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", STAGES, str(photo)], check=True, capture_output=True, text=True
            ).stdout
        )
        for _ in range(runs)
    ]
    yield "| stage of `photo --fast`, 1.6 MP | processor ms |"
    yield "|---|---|"
    for laps in zip(*done, strict=True):
        yield f"| {laps[0][0]} | {sorted(ms for _, ms in laps)[runs // 2]:.0f} |"


def warm(photo: Path, runs: int = 5) -> Iterator[str]:
    """Yield the parts of one default analysis on one thread, and of a fast one, as a table."""
    columns = [_parts(photo, fast, runs) for fast in (True, False)]
    yield "| part of a warm analysis, 12 MP, one thread | `--fast`, ms | default, ms |"
    yield "|---|---|---|"
    for name in (*PARTS, "all the rest", "together"):
        yield f"| {name} | " + " | ".join(f"{column.get(name, 0.0):.0f}" for column in columns) + " |"


def _parts(photo: Path, fast: bool, runs: int) -> dict[str, float]:
    """Return milliseconds of thread time by part."""
    with ExitStack() as stack:
        for module in THREADED:
            stack.enter_context(patch(f"{module}.ThreadPoolExecutor", _AtOnce))
        analyzer = stack.enter_context(Analyzer(fast=fast, finder=PoseFinder(open_bundle(), threads=1)))
        analyzer.analyze(photo)
        profile = cProfile.Profile(time.thread_time)
        for _ in range(runs):
            profile.runcall(analyzer.analyze, photo)
    entries = {
        (Path(file).name, name): entry[3] for (file, _, name), entry in pstats.Stats(profile).stats.items()
    }  # type: ignore[attr-defined]
    found = {name: 1e3 * sum(entries.get(one, 0.0) for one in where) / runs for name, where in PARTS.items()}
    together = 1e3 * entries["pipeline.py", "analyze"] / runs
    return found | {"all the rest": together - sum(found.values()), "together": together}


def lines(photo: Path, large: Path) -> Sequence[str]:
    """Return both tables as Markdown."""
    return [*start_up(photo), "", *warm(large)]
