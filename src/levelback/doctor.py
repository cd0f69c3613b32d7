"""What is installed, what is found, and whether it works: the answer to `levelback doctor`."""

from __future__ import annotations

import platform
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from levelback import __version__
from levelback.capture.video import list_cameras
from levelback.errors import NoPersonFound
from levelback.pose.bundle import open_bundle
from levelback.pose.finder import PoseFinder

PACKAGES = ("mediapipe", "ai-edge-litert", "opencv-python", "numpy", "scipy", "matplotlib", "pillow-heif")
PASSES = 5


def examine(model: Path | None = None) -> Iterator[str]:
    """Yield lines about the installation, ending with a timed search of an empty picture.

    Raises ModelError where the model is missing or damaged.
    """
    yield f"levelback {__version__}, Python {platform.python_version()}, {platform.platform()}"
    for name in PACKAGES:
        yield f"{name:16s} {_version(name)}"
    bundle = open_bundle(model)
    yield f"model            {bundle.name}, SHA-256 {bundle.sha256[:16]}…"
    yield f"cameras          {', '.join(list_cameras()) or 'none found'}"
    with PoseFinder(bundle) as finder:
        time_ms = 1000 * _seconds_per_look(finder)
        yield f"self-test        {time_ms:.0f} ms to search a picture that shows nobody"
    yield "All is well."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return f"missing: pip install {package}"


def _seconds_per_look(finder: PoseFinder) -> float:
    """Return the median time of a search, picture and smaller squares, where nobody is."""
    empty = np.full((960, 540, 3), 128, np.uint8)
    times = []
    for _ in range(PASSES):
        start = time.perf_counter()
        with suppress(NoPersonFound):
            finder.find(empty, fast=True)
        times.append(time.perf_counter() - start)
    return float(np.median(times))
