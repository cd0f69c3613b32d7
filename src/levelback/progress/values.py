"""What progress takes and gives: photos and sets in time, changes, and why some are not compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from levelback.metrics.conditions import Mode
from levelback.metrics.values import Estimate
from levelback.pose.landmarks import View
from levelback.report.values import Report

Verdict = Literal["better", "worse", "no_change"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shot:
    """One measured photo; `at` is in UTC, or a camera's own time taken for it."""

    at: datetime
    report: Report

    @property
    def mode(self) -> Mode:
        """Which estimators read the photo; reports of old versions do not say and count as `full`."""
        return "full" if self.report.conditions is None else self.report.conditions.mode


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LiveSet:
    """One set before the camera (``levelback.set/1``) and when it ended, in UTC."""

    at: datetime
    document: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Material:
    """Everything that is known of one person, in order of time; `failed` are (file, reason)."""

    name: str | None
    shots: tuple[Shot, ...]
    sets: tuple[LiveSet, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """A reading at one time: of one photo, or the mean of the photos of one day.

    sd     standard deviation of the part of the error that is new at this time
    """

    at: datetime
    estimate: Estimate
    sd: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """A robust line through at least five points: change in 7 days, with its 95 % interval (Theil–Sen)."""

    per_week: Estimate
    points: int
    middle: tuple[datetime, float]

    @property
    def sign(self) -> int:
        """+1 or −1 where the interval excludes zero, otherwise 0."""
        return self.per_week.sign


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """How one measure changed from the first to the last time.

    points       readings in order of time
    difference   last minus first reading, and the 95 % interval of the true change
    detectable   size of a true change that shows in half of such comparisons
    chance       probability that the true change exceeds zero (is towards plus)
    trend        None with fewer than five points
    scattered    the readings scatter more than their errors explain; the interval is wider for it
    """

    measure: str
    points: tuple[Point, ...]
    difference: Estimate
    detectable: float
    verdict: Verdict
    chance: float
    trend: Trend | None = None
    scattered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Differs:
    """Something that is not alike in the first and the last photo.

    affects   measure ids; those are not compared where `forbids` is set
    """

    id: str
    text: str
    advice: str
    affects: tuple[str, ...]
    forbids: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Course:
    """The comparable photos of one view, and what they say.

    shots          compared with each other, in order of time
    left_out       (file, reason) of photos of this view that are not
    differs        the audit of the first and the last of them
    unknown        what the audit could not look at, in words
    not_compared   (measure, reason)
    """

    view: View
    mode: Mode
    shots: tuple[Shot, ...]
    changes: tuple[Change, ...]
    differs: tuple[Differs, ...]
    unknown: tuple[str, ...]
    not_compared: tuple[tuple[str, str], ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SideCourse:
    """Left against right of one exercise over time.

    aspect    ``hold``, ``range`` ...; the change is of the difference in percent, positive: left did worse
    """

    exercise: str
    aspect: str
    change: Change


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Progress:
    """All that can be said of one person's course."""

    material: Material
    courses: tuple[Course, ...]
    sides: tuple[SideCourse, ...]
