"""Measure the photos of a table and compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from levelback.errors import PhotoError
from levelback.pipeline import Analyzer
from levelback.report.values import Report
from levelback.verify.table import read_table
from levelback.verify.values import Comparison, Known, Verification

Progress = Callable[[int, int], None]

_Options = tuple[str | None, bool | None, float | None]


def verify(
    table: Path,
    *,
    fast: bool = False,
    markers: bool = False,
    model: Path | None = None,
    progress: Progress | None = None,
) -> Verification:
    """Measure every photo of `table` and compare.

    markers    the subjects wear coloured markers
    progress   called with the number of known values that are done and of all
    A photo that cannot be measured is a comparison with a reason. Raises DataFileError where the table
    is wrong, naming row and column.
    """
    known = read_table(table)
    tell = progress or (lambda done, total: None)
    done: dict[Known, Comparison] = {}
    for (view, mirrored, height_cm), photos in _grouped(known).items():
        with Analyzer(
            model=model, fast=fast, markers=markers, view=view, mirrored=mirrored, height_cm=height_cm
        ) as analyzer:
            for photo, values in photos.items():
                result = _analyze(analyzer, photo)
                done |= {one: compare(one, result) for one in values}
                tell(len(done), len(known))
    return Verification(comparisons=tuple(done[one] for one in known))


def _grouped(known: tuple[Known, ...]) -> dict[_Options, dict[Path, list[Known]]]:
    """Return the known values by the analyzer's options and by photo: one model, one look at each photo."""
    groups: dict[_Options, dict[Path, list[Known]]] = {}
    for one in known:
        options = (one.view, one.mirrored, one.height_cm)
        groups.setdefault(options, {}).setdefault(one.photo, []).append(one)
    return groups


def _analyze(analyzer: Analyzer, photo: Path) -> Report | str:
    try:
        return analyzer.analyze(photo)
    except PhotoError as error:
        return str(error)


def compare(known: Known, result: Report | str) -> Comparison:
    """Return the estimate for a known value, or why there is none; `result` is a report or a reason."""
    if isinstance(result, str):
        return Comparison(known=known, estimate=None, reason=result)
    for one in result.measurements:
        if one.id == known.measure:
            return Comparison(known=known, estimate=one.estimate, reason=one.reason)
    reason = f"A picture from the {result.photo.view} does not show it."
    return Comparison(known=known, estimate=None, reason=reason)
