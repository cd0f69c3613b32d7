"""A report as plain data: the JSON of schema ``levelback.report/1``, and back."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np

from levelback.metrics.values import Measurement
from levelback.pose.joints import JOINT_NAMES
from levelback.report.values import SCHEMA, Report


def to_dict(report: Report) -> dict[str, Any]:
    """Return the report as nested dictionaries and lists that JSON can hold.

    Landmarks are in pixels of the full upright photo. Measured values are rounded to 0.01 of their unit,
    in a way that never turns a small number into zero, so that a side stays a side. No number is NaN or
    infinite; what is not known is None.
    """
    photo, plan = report.photo, report.plan
    return {
        "schema": SCHEMA,
        "version": report.version,
        "created_at": report.created_at.isoformat(),
        "model": {"name": report.model.name, "sha256": report.model.sha256},
        "photo": {
            "file": photo.file,
            "sha256": photo.sha256,
            "width": photo.width,
            "height": photo.height,
            "view": str(photo.view),
            "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
            "mirrored": photo.mirrored,
            "roll_deg": _rounded(report.roll.estimate.value),
            "roll_source": report.roll.source,
        },
        "quality": {
            "usable": report.quality.usable,
            "issues": [
                {"code": issue.code, "message": issue.message, "affects": list(issue.affects)}
                for issue in report.quality.issues
            ],
        },
        "measurements": [_measurement(measurement) for measurement in report.measurements],
        "findings": [
            {
                "id": finding.id,
                "measure": finding.measure,
                "side": finding.side,
                "severity": finding.severity,
                "confidence": finding.confidence,
                "explanation": finding.explanation,
                "source": finding.source,
            }
            for finding in report.findings
        ],
        "plan": {
            "screening": {"status": plan.screening.status, "reasons": list(plan.screening.reasons)},
            "days_per_week": plan.days_per_week,
            "minutes": plan.minutes,
            "phases": [
                {
                    "id": phase.id,
                    "about": phase.about,
                    "when": phase.when,
                    "weeks": list(phase.weeks) if phase.weeks else None,
                    "move_on": phase.move_on,
                    "items": [
                        {
                            "exercise": item.exercise,
                            "side": item.side,
                            "sets": item.sets,
                            "reps": item.reps,
                            "hold_s": item.hold_s,
                            "because": item.because,
                        }
                        for item in phase.items
                    ],
                }
                for phase in plan.phases
            ],
            "habits": [
                {"id": habit.id, "text": habit.text, "because": habit.because, "source": habit.source}
                for habit in plan.habits
            ],
            "checks": list(plan.checks),
            "references": list(plan.references),
            **({"changes": [asdict(change) for change in plan.changes]} if plan.changes else {}),
        },
        **({} if report.conditions is None else {"conditions": asdict(report.conditions)}),
        "landmarks": _landmarks(report),
    }


def to_json(report: Report) -> str:
    """Return `to_dict` as indented JSON text, without a final line break."""
    return json.dumps(to_dict(report), ensure_ascii=False, allow_nan=False, indent=2)


def _measurement(measurement: Measurement) -> dict[str, Any]:
    estimate = measurement.estimate
    return {
        "id": measurement.id,
        "unit": measurement.unit,
        "value": None if estimate is None else _rounded(estimate.value),
        "low": None if estimate is None else _rounded(estimate.low),
        "high": None if estimate is None else _rounded(estimate.high),
        "higher_side": measurement.higher_side,
        "status": "unmeasurable" if estimate is None else "measured",
        "reason": measurement.reason,
    }


def _landmarks(report: Report) -> list[dict[str, Any]]:
    """Return each landmark in pixels of the full photo; one that a hand has moved says so."""
    landmarks, factor = report.landmarks, report.photo.width / report.landmarks.width
    points, spread = landmarks.points * factor, landmarks.sd_px() * factor
    return [
        {
            "name": name,
            "x": _rounded(points[index, 0]),
            "y": _rounded(points[index, 1]),
            "visibility": _rounded(landmarks.visibility[index]),
            "sd_px": _rounded(spread[index]),
        }
        | ({"moved_by_hand": True} if index in report.moved else {})
        for index, name in enumerate(JOINT_NAMES)
    ]


def _rounded(value: float | np.floating[Any]) -> float | None:
    """Return `value` to two decimals, or to one digit where that would be zero; None for NaN."""
    number = float(value)
    if not math.isfinite(number):
        return None
    return (round(number, 2) or float(f"{number:.1g}")) + 0.0
