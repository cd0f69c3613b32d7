"""Reads frames in a thread of its own, so that capture and analysis overlap and a camera never waits."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

from levelback.capture.frame import Frame
from levelback.capture.video import FrameSource
from levelback.errors import CameraError

AHEAD = 3
"""Frames of a file that are decoded ahead."""
STALL_S = 2.0
GONE_S = 10.0
"""A camera that sends nothing for so long stalls, and is then given up."""
_POLL_S = 0.2


class Feed:
    """The frames of a source: all of them from a file; from a camera the newest one, older ones dropped."""

    def __init__(self, source: FrameSource, *, notice: Callable[[str], None] = lambda text: None) -> None:
        """Start to read `source`. `notice` is told, in a sentence, when the camera stalls and comes back."""
        self._source = source
        self._notice = notice
        self._waiting: deque[Frame] = deque()
        self._changed = threading.Condition()
        self._stopped = False
        self._ended = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._read, name="capture", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            for frame in self._source.frames():
                with self._changed:
                    if self._source.live:
                        self._waiting.clear()
                    self._changed.wait_for(lambda: len(self._waiting) < AHEAD or self._stopped)
                    if self._stopped:
                        return
                    self._waiting.append(frame)
                    self._changed.notify_all()
        except Exception as error:  # raised again where the frames are read
            self._error = error
        finally:
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames until the source ends or `stop`. Raises what the source raised, and CameraError."""
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        start_s = time.monotonic()
        stalled = False
        with self._changed:
            while not self._stopped:
                if self._changed.wait_for(lambda: self._waiting or self._ended, timeout=_POLL_S):
                    break
                waited_s = time.monotonic() - start_s
                if self._source.live and waited_s > GONE_S:
                    raise _gone(self._source.origin)
                if self._source.live and waited_s > STALL_S and not stalled:
                    stalled = True
                    self._notice("The camera has stopped sending pictures. Check its cable.")
            if self._stopped:
                return None
            if not self._waiting:
                if self._error is not None:
                    raise self._error
                return None
            if stalled:
                self._notice("The camera is back.")
            frame = self._waiting.popleft()
            self._changed.notify_all()
            return frame

    def stop(self) -> None:
        """End the frames soon; for any thread and for signal handlers."""
        self._stopped = True

    def close(self) -> None:
        """Stop reading and free the source; a camera that hangs is left to the end of the program."""
        self.stop()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout=1.0)
        if not self._thread.is_alive():
            self._source.close()


def _gone(origin: str) -> CameraError:
    return CameraError(
        f"The {origin} has sent no picture for {GONE_S:.0f} seconds.",
        remedy="check its cable, and whether another program has taken it.",
    )
