"""The window of a live set: shows the newest moment while the set runs in a thread of its own."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import cv2

from levelback.errors import MissingPart
from levelback.form import start
from levelback.form.specification import Specification
from levelback.live.drawing import HEIGHT, WIDTH, Scene, draw
from levelback.live.feed import STALL_S
from levelback.live.session import Controls, LiveResult, Moment

TITLE = "levelback"
ESCAPE = "\x1b"
FAREWELL_S = 5.0
"""How long the result stays, unless a key is pressed."""
_POLL_MS = 5
_REDRAW_S = 0.25
_RATE_OVER = 30


def check_screen() -> None:
    """Raise MissingPart where there is no screen for a window."""
    if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
        raise MissingPart("There is no screen for a window.", remedy="add --no-window to the command.")


class Window:
    """Shows a set and reads the keys. Make and run it in the main thread.

    live   a camera: its pictures are shown as in a mirror, and missed where they stay away
    """

    def __init__(self, specification: Specification, controls: Controls, *, live: bool) -> None:
        """Open the window. Raises MissingPart where there is no screen, or OpenCV has no windows."""
        check_screen()
        # OpenCV's Qt complains on standard error that it has no fonts; the window uses none of them.
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        self._controls = controls
        self._arrivals: deque[float] = deque([time.monotonic()], maxlen=_RATE_OVER)
        self._scene = Scene(
            specification=specification,
            state=start(specification),
            image=None,
            landmarks=None,
            mirrored=live,
        )
        try:
            cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
            cv2.resizeWindow(TITLE, WIDTH, HEIGHT)
        except cv2.error as error:
            raise MissingPart(
                "This OpenCV cannot open a window.",
                remedy=f"{sys.executable} -m pip install --force-reinstall --no-deps opencv-python, "
                "or add --no-window.",
            ) from error

    def watch(self, moment: Moment) -> None:
        """Take the newest moment; an observer of the set, called in its thread."""
        self._arrivals.append(time.monotonic())
        span_s = self._arrivals[-1] - self._arrivals[0]
        rate = (len(self._arrivals) - 1) / span_s if span_s > 0 else None
        if moment.seen is None:
            self._scene = replace(self._scene, state=moment.state)
            return
        self._scene = replace(
            self._scene,
            state=moment.state,
            image=None if moment.seen.frame is None else moment.seen.frame.image,
            landmarks=moment.seen.sample.landmarks,
            fps=rate,
            notice=moment.seen.notice,
        )

    def run(self, work: Callable[[], LiveResult], end: Callable[[], None]) -> LiveResult:
        """Run `work`, the set, in a thread, show it until it is over, and return what it returns.

        `end` is called when the person ends the set by key or closes the window. What `work` raises is
        raised here.
        """
        results: list[LiveResult] = []
        errors: list[BaseException] = []

        def job() -> None:
            try:
                results.append(work())
            except BaseException as error:  # raised again below, in the main thread
                errors.append(error)

        worker = threading.Thread(target=job, name="set", daemon=True)
        worker.start()
        shown: tuple[Scene, bool] | None = None
        drawn_s = 0.0
        while worker.is_alive():
            current = self._scene, self._controls.paused
            if current != shown or time.monotonic() - drawn_s > _REDRAW_S:
                shown, drawn_s = current, time.monotonic()
                cv2.imshow(
                    TITLE, draw(replace(current[0], paused=current[1], notice=self._notice(current[0])))
                )
            self._obey(cv2.waitKey(_POLL_MS), end)
        if errors:
            raise errors[0]
        return results[0]

    def _notice(self, scene: Scene) -> str:
        away_s = time.monotonic() - self._arrivals[-1]
        waits = scene.mirrored and not self._controls.paused and away_s > STALL_S
        return "The camera sends no pictures. Check its cable." if waits else scene.notice

    def _obey(self, key: int, end: Callable[[], None]) -> None:
        letter = chr(key & 0xFF).lower() if key >= 0 else None
        if letter == " ":
            self._controls.pause()
        elif letter == "s":
            self._controls.switch_side()
        elif letter in ("q", ESCAPE) or cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
            end()

    def farewell(self, text: str) -> None:
        """Show the result for some seconds, or until a key."""
        self._scene = replace(self._scene, farewell=text, landmarks=None)
        until_s = time.monotonic() + FAREWELL_S
        cv2.imshow(TITLE, draw(self._scene))
        while time.monotonic() < until_s and cv2.waitKey(50) < 0:
            if cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
                break

    def close(self) -> None:
        """Close the window."""
        cv2.destroyAllWindows()


def real_time() -> Callable[[Moment], None]:
    """Return an observer that holds a file back to its own pace, so that people can follow."""
    origin: list[float] = []

    def wait(moment: Moment) -> None:
        if moment.seen is None:
            return
        now_s = time.monotonic()
        if not origin or now_s - origin[0] > moment.state.time_s + 0.5:
            origin[:] = [now_s - moment.state.time_s]
        time.sleep(max(0.0, min(1.0, origin[0] + moment.state.time_s - now_s)))

    return wait
