"""From the photos and sets of one person to their progress."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

from levelback.advice.norms import load_norms
from levelback.metrics.values import MEASURES, Estimate, measures_for
from levelback.pose.landmarks import View
from levelback.progress.audit import audit
from levelback.progress.change import compare, mean_reading
from levelback.progress.precision import Precision, precision_of
from levelback.progress.values import (
    Change,
    Course,
    Differs,
    LiveSet,
    Material,
    Point,
    Progress,
    Shot,
    SideCourse,
)

LEAST_SLOPE = 0.3
"""A measure whose readings follow the truth less than this shows no change worth a verdict."""

SAME_WAY = "The photo was read in another way ({mode}) than the last ones of this view."
ONE_TIME = "Only one photo shows it; a change needs two on different days."
HARDLY = "Photos hardly show how much this changes."
_NO_NEWS = Precision(mode="full", measure="", slope=1.0, share=1.0, pictures=0)


def assess(material: Material) -> Progress:
    """Return what the photos and sets of one person say about change.

    Photos are compared within one view and read in one way, that of the newest; unusable ones are left
    out. Photos of one day count as one time, with their mean.
    """
    views = [view for view in View if any(shot.report.photo.view is view for shot in material.shots)]
    return Progress(
        material=material,
        courses=tuple(_course(view, material.shots) for view in views),
        sides=tuple(_sides(material.sets)),
    )


def _course(view: View, everything: Sequence[Shot]) -> Course:
    shots = sorted((s for s in everything if s.report.photo.view is view), key=lambda shot: shot.at)
    left_out = [(s.report.photo.file, _unusable(s)) for s in shots if not s.report.quality.usable]
    usable = [shot for shot in shots if shot.report.quality.usable]
    mode = usable[-1].mode if usable else "full"
    left_out += [(s.report.photo.file, SAME_WAY.format(mode=s.mode)) for s in usable if s.mode != mode]
    alike = [shot for shot in usable if shot.mode == mode]
    differs, unknown = audit(alike[0], alike[-1]) if len(alike) > 1 else ((), ())
    changes: list[Change] = []
    not_compared: list[tuple[str, str]] = []
    for measure in measures_for(view, markers=mode == "markers"):
        result = _change(measure.id, alike, differs)
        if isinstance(result, str):
            not_compared.append((measure.id, result))
        else:
            changes.append(result)
    return Course(
        view=view,
        mode=mode,
        shots=tuple(alike),
        changes=tuple(changes),
        differs=differs,
        unknown=unknown,
        not_compared=tuple(not_compared),
        left_out=tuple(left_out),
    )


def _unusable(shot: Shot) -> str:
    issues = shot.report.quality.issues
    return issues[0].message if issues else "The photo could not be measured."


def _change(id: str, shots: Sequence[Shot], differs: Sequence[Differs]) -> Change | str:
    """Return the change of one measure, or the reason why there is none."""
    forbidden = next((one for one in differs if one.forbids and id in one.affects), None)
    if forbidden is not None:
        return f"{forbidden.text} {forbidden.advice}"
    precision = precision_of(id, shots[0].mode) if shots else _NO_NEWS
    if precision.slope < LEAST_SLOPE:
        return HARDLY
    points = tuple(_points(id, shots, precision))
    if len(points) < 2:
        reasons = [m.reason for s in shots for m in s.report.measurements if m.id == id and m.reason]
        return reasons[-1] if reasons and not points else ONE_TIME
    norm = load_norms()[id]
    return compare(id, points, precision, centre=(norm.common_low + norm.common_high) / 2)


def _points(id: str, shots: Sequence[Shot], precision: Precision) -> Iterator[Point]:
    """Yield one point for each day on which the measure could be read."""
    read = [
        (shot, measurement.estimate)
        for shot in shots
        for measurement in shot.report.measurements
        if measurement.id == id and measurement.estimate is not None
    ]
    for _, group in groupby(read, key=lambda pair: pair[0].at.date()):
        day = list(group)
        estimate, sd = mean_reading([one for _, one in day], precision)
        yield Point(at=day[0][0].at, estimate=estimate, sd=sd)


def _sides(sets: Sequence[LiveSet]) -> Iterator[SideCourse]:
    """Yield left against right over time, for each exercise and aspect that was compared twice or more."""
    found: dict[tuple[str, str], list[Point]] = defaultdict(list)
    for one in sorted(sets, key=lambda item: item.at):
        for row in one.document["symmetry"].get("comparisons", ()):
            estimate = Estimate(value=row["value"], low=row["low"], high=row["high"])
            sd = mean_reading([estimate], _NO_NEWS)[1]
            point = Point(at=one.at, estimate=estimate, sd=sd)
            found[one.document["exercise"], row["aspect"]].append(point)
    for (exercise, aspect), points in found.items():
        if len(points) > 1:
            change = compare(f"{exercise}.{aspect}", points, _NO_NEWS)
            yield SideCourse(exercise=exercise, aspect=aspect, change=change)


def verdicts(progress: Progress) -> Counter[str]:
    """Return how many measures are better, worse, and without a change that could be seen."""
    return Counter(
        change.verdict
        for course in progress.courses
        for change in course.changes
        if MEASURES[change.measure].unit != "mm"  # the same as the angle
    )
