"""How fast the page is: live pictures a second, time to a report, many people at once.

    python -m benchmarks.web [CLIP.mp4] [--seconds 6] [--rounds 3]

Live: a browser whose camera plays CLIP sends its pictures to the page; in turn with it, bare MediaPipe in VIDEO
mode runs over the same frames in a process of its own. Report: the page answers an upload; in turn with it, an
`Analyzer` with a loaded model, and the command line, make the same report. Crowd: 32 uploads at once. Each row is
printed as soon as it is known; a step that hangs ends the run after two minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import httpx2
import numpy as np

from benchmarks.speed import SAMPLE
from levelback import Analyzer
from levelback.pose.bundle import models_folder

TOOL = Path(sys.executable).with_name("levelback")
CLIP = Path(__file__).parents[1] / "tests" / "clips" / "bird-dog-001.mp4"
SIZES = ((640, 480), (1280, 720))
CAMERA_RATE = 60
"""Frames a second of the fake camera: more than anything here analyses, so that nothing waits for it."""
WARM_UP_S = 2.0
LIMIT_S = 120
"""A browser, a request or a bare run that takes longer hangs."""
CROWD = 32
BARE = """
import sys, time, cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[1]), running_mode=vision.RunningMode.VIDEO)
width, height, seconds, warm_up = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), float(sys.argv[6])
video, frames = cv2.VideoCapture(sys.argv[2]), []
while (read := video.read())[0]:
    frames.append(cv2.cvtColor(cv2.resize(read[1], (width, height)), cv2.COLOR_BGR2RGB))
with vision.PoseLandmarker.create_from_options(options) as finder:
    times, begin = [], time.perf_counter()
    while time.perf_counter() - begin < warm_up + seconds:
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frames[len(times) % len(frames)])
        finder.detect_for_video(image, len(times) * 33)
        times.append(time.perf_counter())
late = [one for one in times if one - begin > warm_up]
print((len(late) - 1) / (late[-1] - late[0]))
"""
COUNT_ANSWERS = """() => {
  window.answered = [];
  const add = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (kind, hear) {
    if (kind === "message") add.call(this, kind, () => window.answered.push(performance.now() / 1000));
    return add.call(this, kind, hear);
  };
}"""


@dataclass(frozen=True, kw_only=True)
class Page:
    """A running page: its address with the token, and the process that serves it."""

    address: str
    pid: int

    def resident_mb(self, peak: bool = False) -> float:
        """Return the resident memory of the program now, or its peak so far, in MB (Linux)."""
        name = "VmHWM" if peak else "VmRSS"
        text = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"{name}:\s+(\d+) kB", text)[1]) / 1024


@contextmanager
def running_page() -> Iterator[Page]:
    """Yield a page that runs in a process of its own."""
    command = [str(TOOL), "web", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            found = re.search(r"http://\S+", server.stderr.readline())
            assert found is not None, "levelback web did not start"
            yield Page(address=found.group(), pid=server.pid)
        finally:
            server.terminate()


def write_camera(clip: Path, size: tuple[int, int], file: Path) -> Path:
    """Write CLIP as the fake camera's picture stream, at `size`."""
    video = cv2.VideoCapture(str(clip))
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F{CAMERA_RATE}:1 Ip A1:1 C420jpeg\n".encode())
        while (read := video.read())[0]:
            scaled = cv2.resize(read[1], size)
            out.write(b"FRAME\n" + cv2.cvtColor(scaled, cv2.COLOR_BGR2YUV_I420).tobytes())
    video.release()
    return file


@contextmanager
def browser_with(camera: Path, folder: Path) -> Iterator[str]:
    """Yield where a browser with this camera can be driven.

    It is started by hand and driven only to click: a driver that stays connected is told every picture
    that goes over the WebSocket, and that costs a good part of a core.
    """
    command = [
        str(shutil.which("chromium")), "--headless", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0",
        f"--user-data-dir={folder}", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}", "about:blank",
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as browser:
        try:
            found = next(match for line in browser.stderr if (match := re.search(r"ws://\S+", line)))
            threading.Thread(target=browser.stderr.read, daemon=True).start()
            yield found.group()
        finally:
            browser.terminate()


@contextmanager
def driven(browser: str) -> Iterator[object]:
    """Yield the browser's page for a moment."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        connected = playwright.chromium.connect_over_cdp(browser, timeout=1000 * LIMIT_S)
        page = connected.contexts[0].pages[0]
        page.set_default_timeout(1000 * LIMIT_S)
        yield page
        connected.close()


def live_rate(browser: str, address: str, seconds: float) -> float:
    """Return how many pictures a second the page has analysed in a browser."""
    with driven(browser) as page:
        page.goto("about:blank")
        page.goto(address)
        page.wait_for_selector("h1")
        page.evaluate(COUNT_ANSWERS)
        page.evaluate("location.hash = '/live/bird-dog'")
        page.get_by_role("button", name="Start").click()
        page.wait_for_selector(".counts dd:not(:empty)")
    time.sleep(WARM_UP_S + seconds)
    with driven(browser) as page:
        times = page.evaluate("window.answered")
        page.goto("about:blank")
    late = [one for one in times if times[0] + WARM_UP_S < one < times[0] + WARM_UP_S + seconds]
    return (len(late) - 1) / (late[-1] - late[0])


def bare_rate(clip: Path, size: tuple[int, int], seconds: float) -> float:
    """Return how many frames a second bare MediaPipe analyses."""
    model = models_folder() / "pose_landmarker_full.task"
    command = [sys.executable, "-c", BARE, *map(str, (model, clip, *size, seconds, WARM_UP_S))]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=LIMIT_S)
    return float(done.stdout)


def compare_live(clip: Path, seconds: float, rounds: int) -> None:
    """Print pictures a second of the page and of bare detection, in turn."""
    for size in SIZES:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, running_page() as page:
            folder = Path(name)
            camera = write_camera(clip, size, folder / "camera.y4m")
            with browser_with(camera, folder / "profile") as browser:
                pairs = [
                    (live_rate(browser, page.address, seconds), bare_rate(clip, size, seconds))
                    for _ in range(rounds)
                ]
        show(f"live pictures a second, {size[0]} × {size[1]}", pairs, "bare MediaPipe, ≥ 0.85")


def compare_report(rounds: int) -> None:
    """Print the time from an upload to its report, against a loaded model and against the command line."""
    data = SAMPLE.read_bytes()
    with tempfile.TemporaryDirectory() as folder, running_page() as page, client_of(page) as client:
        command = [str(TOOL), "photo", str(SAMPLE), "--out", folder]
        environment = os.environ | {"LEVELBACK_HISTORY": f"{folder}/history.sqlite3"}

        def run_command() -> None:
            subprocess.run(command, check=True, capture_output=True, timeout=LIMIT_S, env=environment)

        with Analyzer() as analyzer:
            jobs: list[Callable[[], object]] = [
                lambda: measured(client, data),
                lambda: analyzer.analyze(SAMPLE).to_json(),
                run_command,
            ]
            timed(jobs)
            table = [timed(jobs) for _ in range(rounds)]
    show("seconds from upload to report", [(row[0], row[1]) for row in table], "model loaded, ≤ 1.15")
    show("seconds from upload to report", [(row[0], row[2]) for row in table], "levelback photo, ≤ 1.15")


def timed(jobs: list[Callable[[], object]]) -> list[float]:
    """Return how many seconds each job takes."""
    times = [time.perf_counter()]
    for job in jobs:
        job()
        times.append(time.perf_counter())
    return np.diff(times).tolist()


def crowd() -> None:
    """Print how long the last of many uploads at once waits, how many were answered, and the memory."""
    data = SAMPLE.read_bytes()
    with running_page() as page, client_of(page) as client:
        (alone,) = timed([lambda: [measured(client, data) for _ in range(2)]])
        before, times = page.resident_mb(), []
        start = time.perf_counter()

        def one() -> None:
            measured(client, data)
            times.append(time.perf_counter() - start)

        threads = [threading.Thread(target=one, daemon=True) for _ in range(CROWD)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT_S)
        print(f"{CROWD} uploads at once: {len(times)} answered, the last after {max(times):.1f} s", end="; ")
        print(f"one after the other they take {CROWD * alone / 2:.1f} s", end="; ")
        print(f"memory {before:.0f} MB before, {page.resident_mb(peak=True):.0f} MB at most", flush=True)


@contextmanager
def client_of(page: Page) -> Iterator[httpx2.Client]:
    """Yield a client that has opened the page."""
    base, _, query = page.address.partition("/?")
    limits = httpx2.Limits(max_connections=CROWD)
    with httpx2.Client(base_url=base, timeout=LIMIT_S, limits=limits) as client:
        client.get(f"/?{query}")
        yield client


def measured(client: httpx2.Client, data: bytes) -> None:
    """Send a photo and wait until its report is there, asking as the page does (``js/api.js``)."""
    state = client.post("/api/photos", content=data).raise_for_status().json()
    while state["state"] not in ("done", "failed"):
        state = client.get(f"/api/photos/{state['id']}", params={"wait": 1}).raise_for_status().json()
    client.get(f"/api/photos/{state['id']}/report").raise_for_status()


def show(name: str, pairs: list[tuple[float, float]], other: str) -> None:
    """Print the medians of both, and the median ratio with the range of the rounds."""
    ours, theirs = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    ratios = [a / b for a, b in pairs]
    spread = f"({min(ratios):.2f} – {max(ratios):.2f})"
    print(
        f"{name:38s} {ours:8.2f} {theirs:8.2f}  {statistics.median(ratios):5.2f} {spread}  {other}",
        flush=True,
    )


def main() -> None:
    """Run every comparison and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clip", type=Path, nargs="?", default=CLIP)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; ratio: median (least – most)")
    print(f"{'':38s} {'page':>8s} {'other':>8s}  ratio", flush=True)
    compare_live(options.clip, options.seconds, options.rounds)
    compare_report(options.rounds)
    crowd()


if __name__ == "__main__":
    main()
