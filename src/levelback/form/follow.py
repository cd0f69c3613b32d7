"""Follows one person through the samples: who is meant, which way they face, and whether they are there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from levelback.form.body import LEFT, Body, Point, body_of, facing
from levelback.form.memory import Memory, Row, Subject
from levelback.form.sides import WORKING
from levelback.form.signals import SIGNALS
from levelback.form.specification import Specification
from levelback.form.values import Sample
from levelback.pose.joints import Joint

GONE_S = 3.0
"""From when on they count as gone: the repetition is given up, and the placement is checked again."""
REACH, PACE = 0.7, 1.4
"""A trunk may move that many of its lengths at once, and that many a second; beyond is somebody else."""
GROWTH, TURNED = 1.6, 0.7
"""And it may become that much longer or shorter, and turn by an angle of this cosine."""
FRONT_S, STILL_S, SCALE_S = 0.5, 0.7, 30.0
"""Time constants of the direction a person faces, the picture that movement is seen against, and the size."""
KEPT_S = 5.0
CLEAREST = 0.5
"""No moment says more about the working side: legs that are mixed up seem furthest apart of all."""
PARTS = (Joint.NOSE, *(LEFT[part] + side for part in ("wrist", "shoulder", "hip", "knee") for side in (0, 1)))


def follow(memory: Memory, sample: Sample) -> tuple[Memory, Body | None]:
    """Return the memory with the subject moved on, and their body; None where they are not seen.

    In a repetition, somebody who is too far from where the subject was, of another size or in another
    position is not the subject until the subject has been gone for `GONE_S`. At rest anybody may be the
    subject; then what was seen before says nothing about how this one rests.
    """
    memory = replace(memory, frames=memory.frames + 1)
    seen = body_of(sample.landmarks) if sample.landmarks is not None else None
    if seen is None or sample.landmarks is None:
        return memory, None
    before, time_s = memory.subject, sample.time_s
    if before is not None and time_s - before.time_s >= GONE_S:
        before = None
    if before is not None and _stranger(before, seen, time_s):
        if memory.rep is not None:
            return memory, None
        memory, before = replace(memory, since_s=time_s), None
    subject, speed = _subject(before, seen, facing(sample.landmarks), time_s)
    memory = replace(memory, subject=subject, frames_with_pose=memory.frames_with_pose + 1)
    return memory, replace(seen, scale=subject.scale, front=subject.front, speed=speed)


def _subject(before: Subject | None, seen: Body, turned: float, time_s: float) -> tuple[Subject, float]:
    """Return where the subject is now, and their speed; `turned`: where they seem to face."""
    marks: tuple[Point, ...] = tuple((seen.points[i][0], seen.points[i][1]) for i in PARTS)
    front, lagged, speed, scale = turned, marks, 0.0, seen.trunk
    if before is not None:
        gap = time_s - before.time_s
        front = before.front + (turned - before.front) * (1 - math.exp(-gap / FRONT_S))
        scale = before.scale + (seen.trunk - before.scale) * (1 - math.exp(-gap / SCALE_S))
        share = 1 - math.exp(-gap / STILL_S)
        pairs = zip(before.marks, marks, strict=True)
        lagged = tuple((a + (x - a) * share, b + (y - b) * share) for (a, b), (x, y) in pairs)
        speed = max(math.dist(a, b) for a, b in zip(lagged, marks, strict=True)) / STILL_S / seen.trunk
    subject = Subject(
        time_s=time_s,
        direction=_direction(seen),
        center=seen.center,
        trunk=seen.trunk,
        scale=scale,
        front=front,
        marks=lagged,
    )
    return subject, speed


def observe(spec: Specification, memory: Memory, body: Body, time_s: float) -> Memory:
    """Return the memory with this moment's row, and everything smoothed."""
    row = _row(spec, body, time_s)
    rep = memory.rep
    if rep is not None and not spec.can_be(row.values, rep.rest):
        row = row._replace(progress=math.nan, values=(math.nan,) * len(row.values))
    first = 0
    while rep is None and first < len(memory.rows) and memory.rows[first].time_s < time_s - KEPT_S:
        first += 1
    rows = (*memory.rows[first:], row)
    recent = [row]
    for earlier in reversed(rows[:-1]):
        if earlier.time_s <= time_s - spec.smoothing_s:
            break
        recent.append(earlier)
    if rep is not None:
        lean = rep.lean + max(-CLEAREST, min(CLEAREST, row.side))
        memory = replace(memory, rep=replace(rep, lean=lean))
        if not (spec.cyclic or spec.sideless):
            # In one repetition one side works; where the other seems to, left and right are mixed up.
            recent = [one for one in recent if one.side * rep.lean >= 0] or recent
    smooth = tuple(median(column) for column in zip(*(one.values for one in recent), strict=True))
    return replace(
        memory,
        rows=rows,
        smooth=smooth,
        progress=median([one.progress for one in recent]),
        side=sum(one.side for one in recent),
    )


def median(values: list[float] | tuple[float, ...]) -> float:
    """Return the median of what is no NaN; NaN where nothing is left."""
    known = sorted(value for value in values if value == value)
    if not known:
        return math.nan
    half = len(known) // 2
    return known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2


def resting(values: Sequence[float]) -> float:
    """Return where a signal rests, of moments in some of which it moves; NaN where nothing is known.

    The middle of the shortest interval that holds a third of them.
    """
    known = sorted(value for value in values if value == value)
    if not known:
        return math.nan
    third = len(known) // 3
    start = min(range(len(known) - third), key=lambda at: known[at + third] - known[at])
    return (known[start] + known[start + third]) / 2


def _row(spec: Specification, body: Body, time_s: float) -> Row:
    weight, side, progress = _working(spec, body)
    values = _values(spec, body, side)
    other = _values(spec, body, 1 - side) if spec.working == "work" else values
    return Row(time_s, progress, weight, values, other)


def _working(spec: Specification, body: Body) -> tuple[float, int, float]:
    """Return what tells the working side, that side (0 left, 1 right), and its progress."""
    if spec.working != "work":
        weight = 0.0 if spec.working == "both" else WORKING[spec.working](body)
        return weight, int(weight < 0), _progress(spec, body, int(weight < 0))
    left, right = _progress(spec, body, 0), _progress(spec, body, 1)
    weight = _known(left) - _known(right)
    side = int(weight < 0) if left == left and right == right else int(left != left)
    return weight, side, right if side else left


def _values(spec: Specification, body: Body, side: int) -> tuple[float, ...]:
    return tuple(SIGNALS[name][0](body, side) + spec.offsets.get(name, 0.0) for name in spec.signals)


def _progress(spec: Specification, body: Body, side: int) -> float:
    parts = [work.progress(SIGNALS[work.signal][0](body, side)) for work in spec.work]
    return min(parts) if all(part == part for part in parts) else math.nan


def _known(value: float) -> float:
    return value if value == value else 0.0


def _direction(body: Body) -> float:
    """Return the direction of the trunk in the picture, radians."""
    return math.atan2(body.shoulder[1] - body.hip[1], body.shoulder[0] - body.hip[0])


def _stranger(before: Subject, seen: Body, time_s: float) -> bool:
    far = math.dist(before.center, seen.center) / before.trunk
    growth = seen.trunk / before.trunk
    along = math.cos(before.direction - _direction(seen))
    if along < TURNED:
        return True
    return far > REACH + PACE * min(time_s - before.time_s, 0.5) or not 1 / GROWTH < growth < GROWTH
