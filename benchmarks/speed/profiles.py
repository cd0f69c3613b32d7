"""Where the time goes: stages of a whole process, and of one analysis in a warm program."""

from __future__ import annotations

import cProfile
import json
import pstats
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

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
    "decoding": ("photo.py", "read_photo"),
    "who is there: detector and first look": ("people.py", "people"),
    "crops: landmark model": ("refine.py", "read_crops"),
    "crops: robust mean": ("refine.py", "average"),
    "silhouette": ("silhouette.py", "silhouette_of"),
    "lines of the scene, for the roll": ("roll.py", "estimate_roll"),
    "lines of the scene, for the camera's height": ("horizon.py", "estimate_horizon"),
    "lines of cloth": ("features.py", "_cloth_features"),
    "outline": ("features.py", "_outline_features"),
    "points on the skin": ("skin_points.py", "find_skin_points"),
    "quality of the picture": ("quality.py", "assess"),
    "estimates and intervals": ("measure.py", "measure"),
    "evidence and plan": ("plan.py", "make_plan"),
}


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
    with Analyzer(fast=fast, finder=PoseFinder(open_bundle(), threads=1)) as analyzer:
        analyzer.analyze(photo)
        profile = cProfile.Profile(time.thread_time)
        for _ in range(runs):
            profile.runcall(analyzer.analyze, photo)
    entries = {
        (Path(file).name, name): entry[3] for (file, _, name), entry in pstats.Stats(profile).stats.items()
    }  # type: ignore[attr-defined]
    found = {name: 1e3 * entries.get(where, 0.0) / runs for name, where in PARTS.items()}
    together = 1e3 * entries["pipeline.py", "analyze"] / runs
    return found | {"all the rest": together - sum(found.values()), "together": together}


def lines(photo: Path, large: Path) -> Sequence[str]:
    """Return both tables as Markdown."""
    return [*start_up(photo), "", *warm(large)]
