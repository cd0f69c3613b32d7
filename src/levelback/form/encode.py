"""The summary of a set as a ``levelback.set/1`` dictionary, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from typing_extensions import TypedDict

from levelback.errors import DataFileError
from levelback.form.values import SCHEMA, Aspect, Comparison, Repetition, SetSummary, SideTotals, WorkingSide
from levelback.metrics.values import Estimate, Side


def to_dict(summary: SetSummary) -> dict[str, Any]:
    """Return the summary as ``levelback.set/1`` (DESIGN.md)."""
    return {
        "schema": SCHEMA,
        "exercise": summary.exercise,
        "unit": summary.unit,
        "reps": [asdict(rep) | {"faults": list(rep.faults)} for rep in summary.reps],
        "by_side": {side: asdict(totals) for side, totals in summary.by_side.items()},
        "symmetry": {
            "weaker_side": summary.weaker_side,
            "comparisons": [
                {"aspect": one.aspect, "unit": "%", **asdict(one.difference), "weaker_side": one.weaker_side}
                for one in summary.comparisons
            ],
        },
        "frames": summary.frames,
        "frames_with_pose": summary.frames_with_pose,
    }


def from_dict(data: object, *, file: str) -> SetSummary:
    """Return the summary that `to_dict` made. Raises DataFileError with the path of what is wrong."""
    from pydantic import TypeAdapter, ValidationError

    try:
        row = TypeAdapter(_Set).validate_python(data)
        return _summary(row)
    except ValidationError as error:
        first = error.errors()[0]
        path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"]).lstrip(".")
        raise DataFileError(file, path, first["msg"]) from None
    except ValueError as error:
        raise DataFileError(file, "", str(error)) from None


class _Rep(TypedDict):
    side: WorkingSide
    start_s: float
    end_s: float
    hold_s: float
    range: float | None
    drift: float | None
    faults: list[str]


class _Estimate(TypedDict):
    value: float
    low: float
    high: float


class _Totals(TypedDict):
    reps: int
    hold_s: _Estimate | None
    range: _Estimate | None
    drift: _Estimate | None
    faults: dict[str, int]


class _Comparison(_Estimate):
    aspect: Aspect
    unit: Literal["%"]
    weaker_side: Side | None


class _Symmetry(TypedDict):
    weaker_side: Side | None
    comparisons: list[_Comparison]


class _Set(TypedDict):
    schema: Annotated[Literal["levelback.set/1"], SCHEMA]
    exercise: str
    unit: str
    reps: list[_Rep]
    by_side: dict[WorkingSide, _Totals]
    symmetry: _Symmetry
    frames: int
    frames_with_pose: int


def _summary(row: _Set) -> SetSummary:
    return SetSummary(
        exercise=row["exercise"],
        unit=row["unit"],
        reps=tuple(_repetition(rep) for rep in row["reps"]),
        by_side={side: _totals(totals) for side, totals in row["by_side"].items()},
        comparisons=tuple(_comparison(row["exercise"], one) for one in row["symmetry"]["comparisons"]),
        weaker_side=row["symmetry"]["weaker_side"],
        frames=row["frames"],
        frames_with_pose=row["frames_with_pose"],
    )


def _repetition(row: _Rep) -> Repetition:
    return Repetition(
        side=row["side"],
        start_s=row["start_s"],
        end_s=row["end_s"],
        hold_s=row["hold_s"],
        range=row["range"],
        drift=row["drift"],
        faults=tuple(row["faults"]),
    )


def _totals(row: _Totals) -> SideTotals:
    return SideTotals(
        reps=row["reps"],
        hold_s=_estimate(row["hold_s"]),
        range=_estimate(row["range"]),
        drift=_estimate(row["drift"]),
        faults=row["faults"],
    )


def _comparison(exercise: str, row: _Comparison) -> Comparison:
    difference = Estimate(value=row["value"], low=row["low"], high=row["high"])
    notable = row["weaker_side"] is not None
    return Comparison(exercise=exercise, aspect=row["aspect"], difference=difference, notable=notable)


def _estimate(row: _Estimate | None) -> Estimate | None:
    return None if row is None else Estimate(**row)
