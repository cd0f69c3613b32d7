"""Whether two photos of one person can be compared: what differs is named, what must not be is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, ClassVar, Literal

import numpy as np

from levelback.advice import tables
from levelback.errors import DataFileError
from levelback.metrics.conditions import Conditions
from levelback.metrics.values import MEASURES
from levelback.progress.values import Differs, Shot

FILE = "comparability.toml"
Rule = Literal["same", "difference", "ratio", "color"]

_SOURCES = {
    "scene_lines": "from lines in the room",
    "stance": "from how you stood",
    "assumed_level": "taken as held level",
    "given": "given by hand",
}
_MODES = {"full": "the usual way", "fast": "with --fast", "markers": "with --markers"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One condition that has to be alike; see the head of ``comparability.toml``."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    reads: str
    rule: Rule
    affects: tuple[str, ...]
    text: str
    advice: str
    limit: float = 0.0
    forbids: float | None = None


def _conditions(name: str) -> Callable[[Shot], object]:
    def read(shot: Shot) -> object:
        known = shot.report.conditions or Conditions(mode="full")
        return getattr(known, name)

    return read


_READERS: dict[str, tuple[Callable[[Shot], object], str]] = {
    "mode": (lambda shot: _MODES[shot.mode], ""),
    "turn": (_conditions("turn_deg"), "how squarely you stood"),
    "size": (_conditions("person_share"), "how large you are in the picture"),
    "camera_height": (_conditions("camera_height"), "the height of the camera"),
    "camera_distance": (_conditions("camera_distance"), "the distance of the camera"),
    "upper_color": (_conditions("upper_color"), "your clothes"),
    "lower_color": (_conditions("lower_color"), "your clothes"),
    "mirrored": (lambda shot: shot.report.photo.mirrored, ""),
    "roll_source": (lambda shot: _SOURCES.get(shot.report.roll.source, shot.report.roll.source), ""),
    "moved": (lambda shot: bool(shot.report.moved), ""),
    "model": (lambda shot: (shot.report.version, shot.report.model.sha256), ""),
}
"""How each condition is read off a photo, and what is said where it is not known."""


def audit(first: Shot, last: Shot) -> tuple[tuple[Differs, ...], tuple[str, ...]]:
    """Return what is not alike in two photos of one view, and in words what is not known of them."""
    differs, unknown = [], []
    for check in load_checks():
        read, words = _READERS[check.reads]
        a, b = read(first), read(last)
        if a is None or b is None:
            unknown.append(words)
            continue
        apart = _apart(check.rule, a, b)
        if apart > check.limit:
            differs.append(
                Differs(
                    id=check.reads,
                    text=check.text.format(first=a, last=apart if isinstance(a, float) else b),
                    advice=check.advice,
                    affects=_measures(check.affects),
                    forbids=check.forbids is not None and apart > check.forbids,
                )
            )
    return tuple(differs), tuple(dict.fromkeys(unknown))


_COLOR_WEIGHTS = np.array([0.5, 1.0, 1.0])
"""Lightness counts half, as in the textile trade's CMC (2:1): the light changes more than the cloth."""


def _apart(rule: Rule, a: Any, b: Any) -> float:  # noqa: ANN401  (whatever the condition is)
    if rule == "same":
        return float(a != b)
    if rule == "difference":
        return abs(float(a) - float(b))
    if rule == "ratio":
        small, large = sorted((float(a), float(b)))
        return large / small if small > 0 else np.inf
    return float(np.linalg.norm((lab(a) - lab(b)) * _COLOR_WEIGHTS))


def lab(color: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return CIELAB (D65) of an sRGB colour ``#rrggbb``; distances in it are CIE 1976 colour differences."""
    srgb = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ linear / (0.9505, 1.0, 1.089)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def _measures(affects: tuple[str, ...]) -> tuple[str, ...]:
    ids = {
        "*": tuple(MEASURES),
        "level": tuple(id for id, measure in MEASURES.items() if measure.sided),
    }
    return tuple(dict.fromkeys(id for one in affects for id in ids.get(one, (one,))))


@cache
def load_checks() -> tuple[Check, ...]:
    """Return the conditions that have to be alike, in their order. Raises DataFileError."""
    text = (resources.files(__package__) / "data" / FILE).read_text(encoding="utf-8")
    return parse_checks(text)


def parse_checks(text: str, *, file: str = FILE) -> tuple[Check, ...]:
    """Return the checks of a TOML text. Raises DataFileError with the path of what is wrong."""
    checks = tables.parse_table(text, "checks", Check, file=file)
    for index, check in enumerate(checks):
        at = f"checks[{index}]"
        if check.reads not in _READERS:
            raise DataFileError(file, f"{at}.reads", f"there is no condition '{check.reads}'")
        unknown = [id for id in check.affects if id not in MEASURES and id not in ("*", "level")]
        if unknown:
            raise DataFileError(file, f"{at}.affects", f"no measure is called '{unknown[0]}'")
        if check.rule != "same" and check.limit <= 0:
            raise DataFileError(file, f"{at}.limit", "must be above zero")
        if check.forbids is not None and check.forbids < check.limit:
            raise DataFileError(file, f"{at}.forbids", "must not be below limit")
    return checks
