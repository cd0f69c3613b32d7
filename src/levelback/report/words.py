"""The words of the report: loaded from ``data/words.toml``, and numbers put into text."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from levelback.metrics.values import MEASURES, Estimate

UNIT = {"deg": "°", "mm": " mm", "%": " %"}
_DIGITS = {"deg": 1, "mm": 0, "%": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class MeasureWords:
    """How the report speaks of one measure; the fields are explained in ``data/words.toml``."""

    name: str
    topic: str
    plus: str
    minus: str
    plus_short: str
    minus_short: str
    even: str
    about: str
    digits: int


@cache
def load_words() -> dict[str, Any]:
    """Return every table of ``data/words.toml`` but the measures, as nested dictionaries of text."""
    return {key: value for key, value in _read().items() if key != "measures"}


@cache
def measure_words() -> dict[str, MeasureWords]:
    """Return the words of each measure, by measure id, in report order."""
    tables = _read()["measures"]
    return {id: MeasureWords(**{"digits": _DIGITS[MEASURES[id].unit], **tables[id]}) for id in MEASURES}


@cache
def _read() -> dict[str, Any]:
    file = resources.files(__package__) / "data" / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def amount(id: str, value: float) -> str:
    """Return the size of `value` with its unit, ``3.1°``; `direction` says which way it points."""
    words = measure_words()[id]
    return f"{abs(value):.{words.digits}f}{UNIT[MEASURES[id].unit]}"


def direction(id: str, value: float) -> str:
    """Return in two or three words which way `value` points; nothing where it is shown as zero."""
    words = measure_words()[id]
    if not round(value, words.digits):
        return ""
    return words.plus_short if value >= 0 else words.minus_short


def interval(id: str, estimate: Estimate) -> str:
    """Return the 95 % interval in words: ``2.2° to 4.0°``, or ``0.5° right to 1.1° left`` across zero."""
    low, high = estimate.low, estimate.high
    words = measure_words()[id]
    if low < 0 < high:
        minus, plus = ("right", "left") if MEASURES[id].sided else (words.minus_short, words.plus_short)
        return f"{amount(id, low)} {minus} to {amount(id, high)} {plus}"
    near, far = sorted((abs(low), abs(high)))
    return f"{amount(id, near)} to {amount(id, far)}"


def plus_minus(id: str, estimate: Estimate) -> str:
    """Return ``3.1° ± 0.9°`` for labels in a picture."""
    return f"{amount(id, estimate.value)} ± {amount(id, estimate.half_width)}"


def enumerate_words(items: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"
