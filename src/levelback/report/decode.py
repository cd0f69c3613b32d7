"""Reads a JSON report back, and says where it is wrong."""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from levelback.advice.values import (
    Confidence,
    Finding,
    FindingSide,
    Habit,
    Phase,
    PhaseId,
    Plan,
    PlanChange,
    Prescription,
    Screening,
    ScreeningStatus,
    Severity,
)
from levelback.errors import DataFileError
from levelback.metrics.conditions import Conditions, Mode
from levelback.metrics.values import (
    MEASURES,
    Estimate,
    HigherSide,
    Issue,
    Measurement,
    Quality,
    Roll,
    RollSource,
)
from levelback.pose.joints import JOINT_NAMES, Joint
from levelback.pose.landmarks import Landmarks, View
from levelback.report.values import ModelIdentity, PhotoFacts, Report

COLOR = r"^#[0-9a-f]{6}$"


class _Part(BaseModel):
    """A part of the JSON report. Keys that a later version adds are ignored."""

    model_config = ConfigDict(allow_inf_nan=False, frozen=True)


class _Photo(_Part):
    file: str
    sha256: str | None
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    view: View
    taken_at: datetime | None
    mirrored: bool
    roll_deg: float
    roll_source: RollSource


class _Model(_Part):
    name: str
    sha256: str


class _Issue(_Part):
    code: str
    message: str
    affects: tuple[str, ...]


class _Quality(_Part):
    usable: bool
    issues: tuple[_Issue, ...]


class _Measurement(_Part):
    id: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    higher_side: HigherSide | None
    status: Literal["measured", "unmeasurable"]
    reason: str | None


class _Finding(_Part):
    id: str
    measure: str
    side: FindingSide | None
    severity: Severity
    confidence: Confidence
    explanation: str
    source: str


class _Screening(_Part):
    status: ScreeningStatus
    reasons: tuple[str, ...] = ()


class _Item(_Part):
    exercise: str
    side: FindingSide
    sets: int = Field(gt=0)
    reps: int | None
    hold_s: int | None
    because: str


class _Phase(_Part):
    id: PhaseId
    items: tuple[_Item, ...]
    about: str = ""
    when: str = ""
    weeks: tuple[int, int] | None = None
    move_on: str = ""


class _Habit(_Part):
    id: str
    text: str
    source: str
    because: str = ""


class _Change(_Part):
    action: Literal["add", "keep", "drop"]
    exercise: str
    name: str
    because: str


class _Plan(_Part):
    screening: _Screening
    phases: tuple[_Phase, ...]
    habits: tuple[_Habit, ...]
    days_per_week: int = Field(default=3, ge=1, le=7)
    minutes: int = Field(default=20, ge=1)
    checks: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    changes: tuple[_Change, ...] = ()


class _Conditions(_Part):
    mode: Mode
    turn_deg: float | None = None
    person_share: float | None = None
    camera_height: float | None = None
    camera_distance: float | None = None
    upper_color: str | None = Field(default=None, pattern=COLOR)
    lower_color: str | None = Field(default=None, pattern=COLOR)


class _Landmark(_Part):
    name: str
    x: float | None
    y: float | None
    visibility: float | None
    sd_px: float | None
    moved_by_hand: bool = False


class _Document(_Part):
    schema_id: Literal["levelback.report/1"] = Field(alias="schema")
    version: str
    created_at: datetime
    model: _Model
    photo: _Photo
    quality: _Quality
    measurements: tuple[_Measurement, ...]
    findings: tuple[_Finding, ...]
    plan: _Plan
    conditions: _Conditions | None = None
    landmarks: tuple[_Landmark, ...]


def from_json(text: str, *, file: str = "report") -> Report:
    """Return the report in a JSON text; `file` names it in errors. See `from_dict`."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataFileError(file, "", f"not valid JSON: {error}") from None
    return from_dict(data, file=file)


def from_dict(data: object, *, file: str = "report") -> Report:
    """Return the report that `to_dict` made.

    JSON holds less than a report: the picture is None, the silhouette is None, landmark covariance is
    diagonal, the interval of the camera roll is infinite (its part stands in every measurement already),
    and an issue counts as forbidding where none of the measures that it affects was measured.
    Raises DataFileError with the path of the first thing that is wrong, like ``measurements[3].low``.
    """
    if isinstance(data, list):
        raise DataFileError(file, "", "holds a list of reports; take one of them")
    try:
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise DataFileError(file, "", "holds half a letter, which no file can keep") from None
    try:
        document = _Document.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise DataFileError(file, _path(first["loc"]), first["msg"]) from None
    measurements = tuple(
        _measurement(item, file, f"measurements[{index}]") for index, item in enumerate(document.measurements)
    )
    photo, conditions = document.photo, document.conditions
    roll = Estimate(value=photo.roll_deg, low=-math.inf, high=math.inf)
    return Report(
        version=document.version,
        created_at=document.created_at,
        model=ModelIdentity(**dict(document.model)),
        photo=PhotoFacts(**{k: v for k, v in dict(photo).items() if not k.startswith("roll_")}),
        roll=Roll(estimate=roll, source=photo.roll_source),
        quality=_quality(document.quality, {m.id for m in measurements if m.estimate is not None}),
        measurements=measurements,
        findings=tuple(Finding(**dict(finding)) for finding in document.findings),
        plan=_plan(document.plan),
        landmarks=_landmarks(document, file),
        picture=None,
        fast=conditions is not None and conditions.mode == "fast",
        conditions=None if conditions is None else Conditions(**dict(conditions)),
        moved=tuple(joint for joint in Joint if document.landmarks[joint].moved_by_hand),
    )


def _path(place: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def _measurement(item: _Measurement, file: str, path: str) -> Measurement:
    if item.id not in MEASURES:
        raise DataFileError(file, f"{path}.id", f"no measure is called '{item.id}'")
    if item.status == "unmeasurable":
        if item.reason is None:
            raise DataFileError(file, f"{path}.reason", "an unmeasurable measure needs a reason")
        return Measurement(id=item.id, unit=item.unit, estimate=None, reason=item.reason)
    if item.value is None or item.low is None or item.high is None:
        raise DataFileError(file, path, "a measured value needs value, low and high")
    if not item.low <= item.value <= item.high:
        raise DataFileError(file, path, "value must lie between low and high")
    estimate = Estimate(value=item.value, low=item.low, high=item.high)
    return Measurement(id=item.id, unit=item.unit, estimate=estimate, reason=None)


def _quality(quality: _Quality, measured: set[str]) -> Quality:
    issues = tuple(
        Issue(**dict(issue), forbids=not quality.usable or measured.isdisjoint(issue.affects))
        for issue in quality.issues
    )
    return Quality(usable=quality.usable, issues=issues)


def _plan(plan: _Plan) -> Plan:
    from levelback.advice.catalogue import load_catalogue

    catalogue = load_catalogue()

    def prescription(item: _Item) -> Prescription:
        known = catalogue.get(item.exercise)
        name = item.exercise.replace("-", " ").capitalize() if known is None else known.name
        return Prescription(name=name, **dict(item))

    return Plan(
        screening=Screening(**dict(plan.screening)),
        phases=tuple(
            Phase(**dict(phase) | {"items": tuple(prescription(item) for item in phase.items)})
            for phase in plan.phases
        ),
        habits=tuple(Habit(**dict(habit)) for habit in plan.habits),
        days_per_week=plan.days_per_week,
        minutes=plan.minutes,
        checks=plan.checks,
        references=plan.references,
        changes=tuple(PlanChange(**dict(change)) for change in plan.changes),
    )


def _landmarks(document: _Document, file: str) -> Landmarks:
    names = tuple(landmark.name for landmark in document.landmarks)
    if names != JOINT_NAMES:
        raise DataFileError(file, "landmarks", "must be the 33 landmarks, in their order")

    def column(name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([getattr(landmark, name) for landmark in document.landmarks], dtype=np.float64)

    spread = np.repeat(np.nan_to_num(column("sd_px")), 2)
    photo = document.photo
    return Landmarks(
        points=np.stack([column("x"), column("y")], axis=1),
        visibility=np.nan_to_num(column("visibility")),
        covariance=np.diag(spread**2),
        silhouette=None,
        width=photo.width,
        height=photo.height,
        view=photo.view,
    )
