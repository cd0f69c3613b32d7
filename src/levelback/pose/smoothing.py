"""The One-Euro filter: steady where things rest, quick where they move."""

from __future__ import annotations

import numpy as np

from levelback.pose.crops import Floats


class OneEuro:
    """Smooths an array that arrives at uneven times.

    A low pass whose cutoff rises with speed: ``cutoff = min_cutoff + beta × |speed|``, in Hz (Casiez, Roussel
    and Vogel, "1 € filter", CHI 2012). The defaults are those with which MediaPipe smooths poses in its
    VIDEO mode, where speed is in body circles a second.
    """

    def __init__(self, *, min_cutoff: float = 0.05, beta: float = 80.0, speed_cutoff: float = 1.0) -> None:
        self._min_cutoff = min_cutoff
        self._beta = beta
        self._speed_cutoff = speed_cutoff
        self._time_s: float | None = None
        self._raw: Floats
        self._smooth: Floats
        self._speed: Floats

    def __call__(self, time_s: float, value: Floats, *, size: float) -> Floats:
        """Return `value`, smoothed; `size` is what counts as 1 when its speed is judged, in its own unit.

        A time that is not after the last one starts anew.
        """
        if self._time_s is None or time_s <= self._time_s:
            self._smooth, self._speed = value, np.zeros_like(value)
        else:
            step_s = time_s - self._time_s
            speed = (value - self._raw) / size / step_s
            self._speed = self._speed + _weight(self._speed_cutoff, step_s) * (speed - self._speed)
            cutoff = self._min_cutoff + self._beta * np.abs(self._speed)
            self._smooth = self._smooth + _weight(cutoff, step_s) * (value - self._smooth)
        self._time_s, self._raw = time_s, value
        return self._smooth


def _weight(cutoff: Floats | float, step_s: float) -> Floats:
    """Return the share of a new value in a low pass with a cutoff in Hz."""
    turn = np.multiply(cutoff, 2 * np.pi * step_s)
    return turn / (1 + turn)  # type: ignore[no-any-return]
