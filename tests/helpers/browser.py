"""The page in a real browser: a running `levelback web`, Chromium with a camera that plays a clip, a visit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import pytest

PATIENCE_MS = 120_000
"""How long to wait for anything: other programs may keep this machine busy."""
CHROMIUM = shutil.which("chromium")
SPEECH = """
window.spoken = [];
window.tones = 0;
speechSynthesis.speak = (words) => window.spoken.push(words.text);
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; return start.apply(this, when); };
"""
"""Notes what is said and sounded, since nobody listens."""


def need_browser():
    """Return Playwright's API; skip the module where there is no browser."""
    if CHROMIUM is None:
        pytest.skip("needs chromium: sudo apt-get install chromium", allow_module_level=True)
    return pytest.importorskip("playwright.sync_api")


@contextmanager
def running_page(history: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start `levelback web`; yield the address with its token, and the program, whose next lines can be read."""
    program = Path(sys.executable).with_name("levelback")
    command = [str(program), "web", "--port", "0", "--no-browser", "--history", str(history), *options]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, encoding="utf-8", cwd=history.parent
    ) as server:
        try:
            found = re.search(r"http://\S+", server.stderr.readline())
            assert found is not None
            yield found.group(), server
        finally:
            server.terminate()


@contextmanager
def browser_with(api, camera: Path):
    """Start Chromium with `camera` (YUV4MPEG2) as its webcam."""
    arguments = [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@contextmanager
def visit(browser, address: str, **options):
    """Open the page in a new visit; fail on any request elsewhere and on any error in the console."""
    with browser.new_context(accept_downloads=True, **options) as context:
        context.add_init_script(SPEECH)
        context.set_default_timeout(PATIENCE_MS)
        shown, wrong = context.new_page(), []
        shown.on("pageerror", lambda error: wrong.append(str(error)))
        shown.on("console", lambda said: wrong.append(said.text) if _matters(said) else None)
        own = urlsplit(address).netloc
        shown.on("request", lambda asked: wrong.append(asked.url) if _elsewhere(asked.url, own) else None)
        shown.goto(address)
        shown.wait_for_selector("h1")
        yield shown
        assert wrong == []


def _matters(said) -> bool:
    """Tell whether a message of the console is an error; without HTTPS one header is always ignored."""
    return said.type == "error" and "Cross-Origin-Opener-Policy header has been ignored" not in said.text


def _elsewhere(url: str, own: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob") and parts.netloc != own


def go(page, path: str, wanted: str) -> None:
    """Show another page of the page, and wait for what it shows."""
    page.evaluate("path => { location.hash = path; }", path)
    page.wait_for_selector(wanted)


def read_code(lines: list[str]) -> str:
    """Return what the QR code of block characters says, as a phone would read it from the terminal.

    By OpenCV's finder of markers: its older reader misses 3 % of sound codes.
    """
    import numpy as np

    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}
    rows = [np.array([halves[one] for one in line]).T for line in lines]
    picture = (np.concatenate(rows) * 255).astype(np.uint8)
    large = cv2.resize(picture, None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    return cv2.QRCodeDetectorAruco().detectAndDecode(large)[0]
