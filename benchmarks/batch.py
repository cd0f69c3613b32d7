"""Batches: speed beside a bare MediaPipe loop, processes, Ray, memory, and runs that are killed.

    python -m benchmarks.batch                         rates, and memory at 100 and 1,000 photos
    python -m benchmarks.batch --only memory --memory 100 1000 10000 --side 480
    python -m benchmarks.batch --kills 50              killed 50 times at random moments, then compared
    python -m benchmarks.batch --only rates ray

A rate counts from the moment when every process has measured its second photo until the last photo, so that
starting up does not hide in it; the start is a column of its own. Processor seconds a photo count all
processes, and do not depend on what else the machine does: on a busy machine read these. The photos are the
sample pictures under many names. Linux only: memory is read from /proc.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from levelback.pose.bundle import models_folder

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "sample_images").glob("*.jpg"))
TOOL = Path(sys.executable).with_name("levelback")
PARTS = ("rates", "ray", "memory")
FEWEST_ON_RAY = 128
"""With fewer photos the start is all that is seen."""

BARE = """
import sys, time
start = time.perf_counter()
import cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=sys.argv[1]))
with vision.PoseLandmarker.create_from_options(options) as finder:
    for path in sys.argv[2:]:
        picture = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
        finder.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=picture))
        print(time.perf_counter() - start, flush=True)
"""

OURS = """
import json, sys, time
start = time.perf_counter()
from levelback.batch import Settings, run_batch
if __name__ == "__main__":
    sources, out, fast, options = json.loads(sys.argv[1])
    run_batch([sources], out, settings=Settings(fast=fast), **options,
              progress=lambda done, total, failed: print(time.perf_counter() - start, flush=True))
"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One measured run: seconds at which photos were done, all seconds, processor seconds a photo."""

    times: list[float]
    whole_s: float
    cpu_s: float
    warm: int

    @property
    def rate(self) -> float:
        """Photos a second once all processes are warm, or from the program's start where `warm` is 0."""
        begin = self.times[self.warm - 1] if self.warm else 0.0
        return (len(self.times) - self.warm) / (self.times[-1] - begin)


def timed(command: list[str | Path], *, warm: int, skip: int = 0, env: dict[str, str] | None = None) -> Run:
    """Run a command that prints a time for each photo; `skip` lines at its beginning are none."""
    before, start = _children_cpu_s(), time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | (env or {}),
    )
    whole = time.perf_counter() - start
    times = [float(line) for line in done.stdout.split()][skip:]
    cpu = (_children_cpu_s() - before) / len(times)
    return Run(times=times, whole_s=whole, cpu_s=cpu, warm=warm)


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def album(folder: Path, count: int, *, side: int | None = None) -> Path:
    """Fill a folder with `count` photos of a hundred people, at most `side` pixels high and wide."""
    for number in range(count):
        person = folder / f"person{number % 100:02d}"
        person.mkdir(parents=True, exist_ok=True)
        sample = SAMPLES[number % len(SAMPLES)]
        (person / f"{number:06d}.jpg").hardlink_to(_near(sample, folder.parent, side))
    return folder


def _near(sample: Path, folder: Path, side: int | None) -> Path:
    """Return a copy of a sample on the disk of `folder`, so that links to it can be made."""
    copy = folder / sample.name
    if side and not copy.exists():
        with Image.open(sample) as picture:
            picture.thumbnail((side, side))
            picture.save(copy, quality=90)
    elif not copy.exists():
        shutil.copy(sample, copy)
    return copy


def ours(photos: Path, *, fast: bool, jobs: int, warm: int = 2, **options: str | int) -> Run:
    """Run a batch into a new folder; its rate counts after `warm` photos of each process."""
    with tempfile.TemporaryDirectory(dir=photos.parent) as out:
        what = [str(photos), str(Path(out) / "out"), fast, {"jobs": jobs, **options}]
        script = photos.parent / "ours.py"
        script.write_text(OURS)
        environment = {"RAY_USAGE_STATS_ENABLED": "0"}
        command = [sys.executable, script, json.dumps(what)]
        return timed(command, warm=warm * jobs, skip=1, env=environment)


def bare(photos: Path) -> Run:
    """Run MediaPipe's pose landmarker over the photos in one process."""
    files = sorted(photos.rglob("*.jpg"))
    model = models_folder() / "pose_landmarker_full.task"
    return timed([sys.executable, "-c", BARE, model, *files], warm=2)


def show(name: str, run: Run, beside: Run | None = None) -> None:
    """Print a row: rate, processor seconds, start, and the rate in parts of another run's."""
    ratio = f"{run.rate / beside.rate:6.2f}" if beside else ""
    print(
        f"{name:38s} {run.rate:8.2f} {run.cpu_s:12.3f} {run.times[0]:9.1f} {ratio}",
        flush=True,
    )


def rates(folder: Path, count: int, rounds: int) -> None:
    """Compare one process with two, and both with the bare loop, in turn."""
    photos = album(folder / "photos", count)
    print(f"{count} photos{'':28s} photos/s  CPU s/photo  start, s  ratio to the first row of its kind")
    for _ in range(rounds):
        show("bare MediaPipe, one process", bare(photos))
        for mode, fast in (("--fast", True), ("default", False)):
            one = ours(photos, fast=fast, jobs=1)
            show(f"levelback batch {mode}, 1 process", one)
            two = ours(photos, fast=fast, jobs=2)
            show(f"levelback batch {mode}, 2 processes", two, one)
            print(f"{'  two cores at this processor time':38s} {2 * one.cpu_s / two.cpu_s:>38.2f}")


def on_ray(folder: Path, count: int) -> None:
    """Compare Ray with one node and with two, of one processor each, with local processes.

    Ray hands its results over in bursts, so these rates are of the whole run, the start included.
    """
    sys.path.insert(0, str(ROOT / "tests"))
    from helpers.ray_cluster import ray_cluster

    photos = album(folder / "photos", max(count, FEWEST_ON_RAY))
    one, two = (ours(photos, fast=True, jobs=jobs, warm=0) for jobs in (1, 2))
    print(
        f"{len(one.times)} photos{'':27s} photos/s  CPU s/photo  start, s  ratio to as many local processes"
    )
    show("1 local process", one)
    show("2 local processes", two)
    with ray_cluster() as cluster:
        options = {"engine": "ray", "ray_address": cluster.address, "warm": 0}
        show("Ray, two nodes of 1 processor (*)", ours(photos, fast=True, jobs=2, **options), two)
        cluster.order("lose")
        show("Ray, one node of 1 processor (*)", ours(photos, fast=True, jobs=1, **options), one)
    print("(*) processor seconds are those of the program that started the batch alone")


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What a command took: processor seconds, and the most memory of all its processes, of the first, of
    another one.
    """

    cpu_s: float
    whole_mb: float
    parent_mb: float
    worker_mb: float


def watched(command: list[str | Path]) -> Watched:
    """Run a command, and look at the memory of its processes five times a second."""
    whole, parent, worker, before = 0.0, 0.0, 0.0, _children_cpu_s()
    with subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            ours = {pid: _resident_mb(pid) for pid in _family(run.pid)}
            whole = max(whole, sum(ours.values()))
            parent = max(parent, ours.pop(run.pid, 0.0))
            worker = max(worker, *ours.values(), 0.0)
            time.sleep(0.2)
    cpu_s = _children_cpu_s() - before
    return Watched(cpu_s=cpu_s, whole_mb=whole, parent_mb=parent, worker_mb=worker)


def grown(folder: Path, count: int, side: int | None) -> Watched:
    """Return what a batch of `count` photos on two processes takes, started anew."""
    photos = album(folder / f"photos{count}", count, side=side)
    out = folder / f"out{count}"
    taken = watched([TOOL, "batch", photos, "--out", out, "--fast", "--jobs", "2"])
    shutil.rmtree(out)
    return taken


def memory(folder: Path, counts: list[int], side: int | None) -> None:
    """Print the largest memory of all processes of a batch, and of the largest one."""
    for count in counts:
        one = grown(folder, count, side)
        print(
            f"memory at {count:6d} photos, 2 processes: {one.whole_mb:5.0f} MB in all; "
            f"the program {one.parent_mb:.0f} MB, the largest worker {one.worker_mb:.0f} MB",
            flush=True,
        )


def _family(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _resident_mb(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 2**20
    except (OSError, IndexError):
        return 0.0


def kills(folder: Path, count: int, times: int, seed: int) -> None:
    """Kill a batch at random moments, resume it each time, and compare the tables with undisturbed ones."""
    photos = album(folder / "photos", count)
    plain, killed = folder / "plain", folder / "killed"
    command = [str(TOOL), "batch", str(photos), "--fast", "--jobs", "2", "--resume", "--out"]
    start = time.perf_counter()
    subprocess.run([*command, str(plain)], check=True, stderr=subprocess.DEVNULL)
    whole_s = time.perf_counter() - start
    moments, ended = random.Random(seed), 0
    for number in range(times):
        with subprocess.Popen([*command, str(killed)], stderr=subprocess.DEVNULL) as run:
            try:
                run.wait(moments.uniform(0.05, 0.5 * whole_s))
                ended += 1
                shutil.rmtree(killed)
            except subprocess.TimeoutExpired:
                run.kill()
        print(f"\rkilled {number + 1 - ended} times", end="", flush=True)
    subprocess.run([*command, str(killed)], check=True, stderr=subprocess.DEVNULL)
    for name in ("measurements.csv", "measurements.parquet", "failures.csv", "overview.html"):
        same = (plain / name).read_bytes() == (killed / name).read_bytes()
        print(f"\n{name}: {'the same' if same else 'DIFFERENT'}", end="")
    lines = (killed / ".levelback" / "journal.jsonl").read_text().splitlines()
    print(f"\n{len(lines)} measured for {count} photos since the folder was last emptied; seed {seed}")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--photos", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--memory", type=int, nargs="+", default=[100, 1000], metavar="PHOTOS")
    parser.add_argument("--side", type=int, metavar="PIXELS", help="shrink the photos of --memory: quicker")
    parser.add_argument("--kills", type=int, metavar="TIMES")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the start\n")
    for part in ("kills",) if options.kills else options.only:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if part == "kills":
                kills(folder, options.photos, options.kills, options.seed)
            elif part == "rates":
                rates(folder, options.photos, options.rounds)
            elif part == "ray":
                on_ray(folder, options.photos)
            else:
                memory(folder, options.memory, options.side)
        print()


if __name__ == "__main__":
    main()
