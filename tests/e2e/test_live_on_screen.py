"""The window on a real X server without a window manager: what it shows, and what its keys do."""

import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import ImageGrab

from levelback.form import load_specification, start
from levelback.live.drawing import CUE_Y, HEIGHT, PANEL_X, ROSE, SKY, WIDTH, Scene, draw

CLIP = Path(__file__).parents[1] / "clips" / "bird-dog-001.mp4"
TOOL = Path(sys.executable).with_name("levelback")
CUE = np.s_[CUE_Y:, :PANEL_X]
COUNTS = np.s_[136:236, PANEL_X + 10 :]
STARTS, STARTED_S, PATIENCE_S = 5, 25.0, 60.0

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X servers are Linux's"),
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb: sudo apt-get install xvfb"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="needs xdotool: sudo apt-get install xdotool"),
]


class Screen:
    """A running `levelback live` on an X server of its own."""

    def __init__(self, number: str) -> None:
        self.display = f":{number}"
        self._environment = {"DISPLAY": self.display, "PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
        self.run: subprocess.Popen | None = None

    def begin(self, *arguments) -> None:
        """Start the command; about one window in ten stays black here for good, and is started again."""
        for _ in range(STARTS):
            self.run = subprocess.Popen(
                [TOOL, "live", *arguments], env=self._environment, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            )  # fmt: skip
            if self.comes(lambda shown: shown[:, PANEL_X:].max() > 200, STARTED_S):
                return
            self.run.kill()
            self.run.communicate()
        pytest.fail(f"the window stayed black in {STARTS} starts")

    def comes(self, seen, patience_s=PATIENCE_S) -> bool:
        """Whether a picture of the screen, (720, 1280, 3) BGR, comes that `seen` is true of."""
        until_s = time.monotonic() + patience_s
        while time.monotonic() < until_s and self.run.poll() is None:
            shown = np.asarray(ImageGrab.grab(xdisplay=self.display).convert("RGB"))[..., ::-1]
            if seen(shown):
                return True
            time.sleep(0.1)
        return False

    def press(self, key: str) -> None:
        command = ["xdotool", "search", "--name", "levelback", "windowfocus", "key", key]
        subprocess.run(command, env=self._environment, check=True, timeout=30, capture_output=True)


@pytest.fixture
def screen():
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", f"{WIDTH}x{HEIGHT}x24", "-noreset"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    one = Screen(server.stdout.readline().strip())
    yield one
    if one.run is not None and one.run.poll() is None:
        one.run.kill()
        one.run.communicate()
    server.terminate()
    server.communicate()


def drawn(counts, **changes):
    """What the window should show of a bird-dog."""
    spec = load_specification("bird-dog")
    begun = start(spec)
    ready = {"phase": "ready", "counts": counts, "side": changes.pop("side", None)}
    state = replace(begun, memory=replace(begun.memory, ready=True), **ready)
    return draw(Scene(specification=spec, state=state, image=None, landmarks=None, **changes))


def like(shown, expected, part) -> bool:
    """Whether a part of the screen shows what it should, whatever the window's scaling does to its edges."""
    one, other = (cv2.GaussianBlur(picture[part], (0, 0), 2).astype(int) for picture in (shown, expected))
    return bool(np.abs(one - other).mean() < 4)


def coloured(shown, colour) -> int:
    """How many pixels of the person's picture have a bone's colour."""
    return int((np.abs(shown[:CUE_Y, :PANEL_X].astype(int) - colour).max(axis=2) < 12).sum())


def test_skeleton_cue_count_and_keys(screen):
    screen.begin("bird-dog", "--source", CLIP, "--quiet")
    assert screen.comes(lambda shown: coloured(shown, SKY) > 300 and coloured(shown, ROSE) > 300)
    assert screen.comes(lambda shown: like(shown, drawn({"left": 0, "right": 1}, side="right"), COUNTS))
    screen.press("space")
    paused = drawn({}, paused=True)
    assert screen.comes(lambda shown: like(shown, paused, CUE) and shown[CUE].max() > 200)
    screen.press("space")
    assert screen.comes(lambda shown: not like(shown, paused, CUE))
    screen.press("q")
    said, told = screen.run.communicate(timeout=PATIENCE_S)
    assert screen.run.returncode == 0, told
    assert "repetition" in said + told
    assert "Traceback" not in told
    assert "Qt" not in told
