"""Who runs: levelback, the shortest MediaPipe script, and the two models alone on all cores."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from levelback.pose.bundle import models_folder, open_bundle
from levelback.pose.models import quiet_natives

MODEL = models_folder() / "pose_landmarker_full.task"
TOOL = Path(sys.executable).with_name("levelback")
NOISE = 2.0
"""Standard deviation of the sensor noise, grey levels, that an enlarged photo gets: files have a usual size."""

BARE = """
import sys, cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=sys.argv[1]))
with vision.PoseLandmarker.create_from_options(options) as finder:
    picture = cv2.cvtColor(cv2.imread(sys.argv[2]), cv2.COLOR_BGR2RGB)
    found = finder.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))
    print([(one.x, one.y) for one in found.pose_landmarks[0]])
"""

BARE_VIDEO = """
import sys, cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[1]), running_mode=vision.RunningMode.VIDEO)
video, number = cv2.VideoCapture(sys.argv[2]), 0
with vision.PoseLandmarker.create_from_options(options) as finder:
    while True:
        there, picture = video.read()
        if not there:
            break
        picture = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        finder.detect_for_video(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture), number * 33)
        number += 1
"""

PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""Started in between, since a process inherits the peak memory of the one that starts it."""


class Taken(NamedTuple):
    """What one run took: seconds on the clock, and seconds of all processors."""

    wall_s: float
    cpu_s: float


Contender = Callable[[], Taken]


def process(*command: str | Path) -> Contender:
    """Return a contender that runs a command as a whole process."""
    words = [str(part) for part in command]

    def once() -> Taken:
        before, start = _children_cpu_s(), time.perf_counter()
        subprocess.run(words, check=True, capture_output=True)
        return Taken(time.perf_counter() - start, _children_cpu_s() - before)

    return once


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def here(work: Callable[[], object]) -> Contender:
    """Return a contender that does `work` in this process."""

    def once() -> Taken:
        start, before = time.perf_counter(), time.process_time()
        work()
        return Taken(time.perf_counter() - start, time.process_time() - before)

    return once


def peak_memory_mb(*command: str | Path) -> float:
    """Return the largest resident memory of a command, MB."""
    words = [sys.executable, "-c", PEAK, *map(str, command)]
    return int(subprocess.run(words, check=True, capture_output=True, text=True).stdout) / 1024


def enlarged(photo: Path, megapixels: float, folder: Path) -> Path:
    """Return a JPEG of `photo` brought to so many million pixels, with a little noise, as phones write it."""
    picture = cv2.imread(str(photo))
    factor = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
    path = folder / f"{photo.stem}-{megapixels:g}mp.jpg"
    big = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    noise = cv2.randn(np.empty(big.shape, np.int16), (0, 0, 0), (NOISE, NOISE, NOISE))
    cv2.imwrite(str(path), np.clip(big + noise, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return path


@contextmanager
def mediapipe_landmarker(mode: str) -> Iterator[tuple[Any, Any]]:
    """Yield the mediapipe module and its pose landmarker in IMAGE or VIDEO mode, with its own defaults.

    Standard error is closed meanwhile: MediaPipe's native parts write to it.
    """
    with quiet_natives():
        import mediapipe as mp
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(MODEL)), running_mode=vision.RunningMode[mode]
        )
        landmarker = vision.PoseLandmarker.create_from_options(options)
        with landmarker:
            yield mp, landmarker


class ModelsAlone:
    """The limit: the two models on all cores, and nothing else, neither decoding nor cropping."""

    def __init__(self) -> None:
        from ai_edge_litert.interpreter import Interpreter

        def load(model: bytes, threads: int) -> Any:
            with quiet_natives():
                interpreter = Interpreter(model_content=model, num_threads=threads)
                interpreter.allocate_tensors()
            return interpreter

        bundle, cores = open_bundle(), os.cpu_count() or 1
        self._detector = load(bundle.detector, cores)
        self._landmarks = load(bundle.landmarker, cores)
        self._side_by_side = [load(bundle.landmarker, 1) for _ in range(cores)]

    def look(self, *, detections: int, crops: int) -> None:
        """Detect so often, then read so many crops: one on all cores, several side by side."""
        for _ in range(detections):
            self._detector.invoke()
        if crops == 1:
            self._landmarks.invoke()
            return
        count = len(self._side_by_side)

        def read(worker: int) -> None:
            for _ in range(worker, crops, count):
                self._side_by_side[worker].invoke()

        with ThreadPoolExecutor(count) as pool:
            list(pool.map(read, range(count)))
