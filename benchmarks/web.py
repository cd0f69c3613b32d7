"""How fast the page is: live pictures a second, time to a report, many people at once.

    python -m benchmarks.web CLIP.mp4 [--seconds 12] [--rounds 5]

Live: a browser whose camera plays CLIP sends its pictures to the page; in turn with it, bare MediaPipe in VIDEO
mode runs over the same frames in a process of its own. Report: the command line writes JSON from a photo
with a model that is loaded, and the page answers the same upload. Crowd: 32 uploads at once.
"""

from __future__ import annotations

import argparse
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import httpx2

from benchmarks.speed import SAMPLE
from levelback import Analyzer
from levelback.pose.bundle import models_folder

TOOL = Path(sys.executable).with_name("levelback")
SIZES = ((640, 480), (1280, 720))
CAMERA_RATE = 60
"""Frames a second of the fake camera: more than anything here analyses, so that nothing waits for it."""
CROWD = 32
BARE = """
import sys, time, cv2, mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision
options = vision.PoseLandmarkerOptions(
    base_options=BaseOptions(model_asset_path=sys.argv[1]), running_mode=vision.RunningMode.VIDEO)
width, height, seconds = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
video, frames = cv2.VideoCapture(sys.argv[2]), []
while (read := video.read())[0]:
    frames.append(cv2.cvtColor(cv2.resize(read[1], (width, height)), cv2.COLOR_BGR2RGB))
with vision.PoseLandmarker.create_from_options(options) as finder:
    count, start = -20, 0.0
    while count < 0 or time.perf_counter() - start < seconds:
        if count == 0:
            start = time.perf_counter()
        image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frames[count % len(frames)])
        finder.detect_for_video(image, (count + 20) * 33)
        count += 1
print(count / (time.perf_counter() - start))
"""


@contextmanager
def running_page() -> Iterator[str]:
    """Yield the address of a running page, with its token."""
    command = [str(TOOL), "web", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found is not None
        yield found.group()
        server.terminate()


def write_camera(clip: Path, size: tuple[int, int], file: Path) -> Path:
    """Write CLIP as the fake camera's picture stream, at `size`."""
    video = cv2.VideoCapture(str(clip))
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W{size[0]} H{size[1]} F{CAMERA_RATE}:1 Ip A1:1 C420jpeg\n".encode())
        while True:
            there, frame = video.read()
            if not there:
                break
            scaled = cv2.resize(frame, size)
            out.write(b"FRAME\n" + cv2.cvtColor(scaled, cv2.COLOR_BGR2YUV_I420).tobytes())
    video.release()
    return file


def live_rate(address: str, camera: Path, seconds: float) -> float:
    """Return how many pictures a second the page has analysed in a browser."""
    from playwright.sync_api import sync_playwright

    arguments = [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    answers = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        page = browser.new_page()
        page.on(
            "websocket",
            lambda socket: socket.on("framereceived", lambda _: answers.append(time.perf_counter())),
        )
        page.goto(address)
        page.wait_for_selector("h1")
        page.evaluate("location.hash = '/live/bird-dog'")
        page.get_by_role("button", name="Start").click()
        page.wait_for_selector(".counts dd")
        page.wait_for_timeout(1000 * seconds)
        browser.close()
    later = [one for one in answers if one > answers[0] + 2.0]
    return (len(later) - 1) / (later[-1] - later[0])


def bare_rate(clip: Path, size: tuple[int, int], seconds: float) -> float:
    """Return how many frames a second bare MediaPipe analyses."""
    model = models_folder() / "pose_landmarker_full.task"
    command = [sys.executable, "-c", BARE, str(model), str(clip), *map(str, size), str(seconds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def compare_live(clip: Path, seconds: float, rounds: int) -> None:
    """Print frames a second of the page and of bare detection, in turn."""
    with tempfile.TemporaryDirectory() as folder, running_page() as address:
        for size in SIZES:
            camera = write_camera(clip, size, Path(folder, f"{size[0]}.y4m"))
            pairs = [
                (live_rate(address, camera, seconds), bare_rate(clip, size, seconds)) for _ in range(rounds)
            ]
            show(f"live, {size[0]} × {size[1]}: pictures a second", pairs, "≥ 0.85")


def compare_report(rounds: int) -> None:
    """Print the time from an upload to the report on the page and in the command's own process."""
    data = SAMPLE.read_bytes()
    with running_page() as address, client_of(address) as client, Analyzer() as analyzer:

        def ours() -> float:
            start = time.perf_counter()
            measured(client, data)
            return time.perf_counter() - start

        def command() -> float:
            start = time.perf_counter()
            analyzer.analyze(SAMPLE).to_json()
            return time.perf_counter() - start

        ours(), command()
        show("upload to report, seconds", [(ours(), command()) for _ in range(rounds)], "≤ 1.15")


def crowd() -> None:
    """Print how long the slowest of many uploads at once waits, and how many were answered."""
    data = SAMPLE.read_bytes()
    with running_page() as address, client_of(address) as client:
        measured(client, data, fast=True)
        times: list[float] = []

        def one() -> None:
            start = time.perf_counter()
            measured(client, data, fast=True)
            times.append(time.perf_counter() - start)

        threads = [threading.Thread(target=one) for _ in range(CROWD)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(f"{CROWD} uploads at once: {len(times)} answered, the last after {max(times):.1f} s")


@contextmanager
def client_of(address: str) -> Iterator[httpx2.Client]:
    """Yield a client that has opened the page."""
    base, _, query = address.partition("/?")
    with httpx2.Client(base_url=base, timeout=120) as client:
        client.get(f"/?{query}")
        yield client


def measured(client: httpx2.Client, data: bytes, *, fast: bool = False) -> None:
    """Send a photo and wait until its report is there, asking as often as the page does."""
    state = client.post("/api/photos", params={"fast": fast}, content=data).json()
    pause = 0.06
    while state["state"] not in ("done", "failed"):
        time.sleep(pause)
        pause = min(0.4, 1.3 * pause)
        state = client.get(f"/api/photos/{state['id']}").json()
    client.get(f"/api/photos/{state['id']}/report").raise_for_status()


def show(name: str, pairs: list[tuple[float, float]], goal: str) -> None:
    """Print the medians of both and the median ratio."""
    ours, theirs = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:40s} {ours:8.2f} {theirs:8.2f}   {ratio:5.2f}   {goal}", flush=True)


def main() -> None:
    """Run every comparison and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("clip", type=Path)
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    print(f"{'':40s} {'page':>8s} {'bare':>8s}   ratio   goal")
    compare_live(options.clip, options.seconds, options.rounds)
    compare_report(options.rounds)
    crowd()


if __name__ == "__main__":
    main()
