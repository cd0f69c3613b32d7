"""Weekly photos of one body whose posture changes by a known amount, or does not change at all.

    python -m benchmarks.synthetic.series DIR [--bodies 2] [--weeks 9]

writes, for each body, ``DIR/changes-0/2026-03-02.jpg`` … (the shoulder tilt goes from 5 to 1 degrees, the
pelvis stays as it is), ``DIR/stays-0/…`` (nothing changes) and ``DIR/truth.csv``. From week to week the same
person stands before the same wall in other clothes, a little turned, swaying a little, with the camera put
up by hand again. Then:

    levelback batch DIR --out results --history series.sqlite3
    levelback progress changes-0 --history series.sqlite3
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from benchmarks.synthetic.cases import (
    Case,
    build_scene,
    fitted,
    place_camera,
    posed,
    sample_outfit,
    sample_shape,
)
from benchmarks.synthetic.dataset import draw
from benchmarks.synthetic.posture import Posture
from benchmarks.synthetic.rooms import sample_room
from benchmarks.synthetic.truth import truth_of

BEGIN = date(2026, 3, 2)
SHOULDERS_DEG = (5.0, 1.0)
"""Shoulder tilt of the first and of the last week; the left shoulder is higher."""

SWAY = {
    "shoulder_tilt": 0.3, "pelvic_obliquity": 0.3, "trunk_lean": 0.5, "trunk_shift": 2.0, "weight_shift": 3.0,
    "head_tilt": 1.0, "head_turn": 2.0, "hip_rotation": 1.0,
}  # fmt: skip
"""Standard deviation from week to week, degrees and percent: engineering choices, no measured sway."""

LOOK = ("skin_tone", "hair", "hair_color", "iris")
"""What of an outfit is the person's own."""


def cases(body: int, weeks: int, *, changes: bool) -> Iterator[Case]:
    """Yield the photos of one body, a week apart; `body` seeds everything about it."""
    fixed = np.random.default_rng([17, body])
    shape, room = sample_shape(fixed), sample_room(fixed)
    look = sample_outfit(fixed, shape)
    pelvis, lean = float(fixed.uniform(-4, 4)), float(fixed.uniform(-1, 1))
    who = f"{'changes' if changes else 'stays'}-{body}"
    first, last = SHOULDERS_DEG if changes else SHOULDERS_DEG[:1] * 2
    for week in range(weeks):
        rng = np.random.default_rng([19, body, week, changes])
        posture = Posture(
            shoulder_tilt=first + (last - first) * week / (weeks - 1),
            pelvic_obliquity=pelvis,
            trunk_lean=lean,
        )
        swayed = {name: getattr(posture, name) + rng.normal(0, sd) for name, sd in SWAY.items()}
        camera = place_camera(
            "front",
            distance=rng.normal(3.0, 0.1),
            height=rng.normal(1.1, 0.05),
            fov=36.0,
            roll=rng.normal(0, 1.0),
            sideways=rng.normal(0, 0.04),
        )
        case = Case(
            name=f"{who}/{BEGIN + timedelta(weeks=week)}",
            split=None,
            body_id=who,
            view="front",
            shape=shape,
            posture=replace(posture, **swayed),
            heading_deg=float(rng.normal(0, 2.0)),
            outfit=replace(
                sample_outfit(rng, shape), stickers=None, **{name: getattr(look, name) for name in LOOK}
            ),
            room=room,
            camera=camera,
        )
        yield replace(case, camera=fitted(camera, posed(case).vertices))


def main() -> None:
    """Draw the series that are asked for and write their truth."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--bodies", type=int, default=2)
    parser.add_argument("--weeks", type=int, default=9)
    options = parser.parse_args()
    rows = []
    for body in range(options.bodies):
        for changes in (True, False):
            for week, case in enumerate(cases(body, options.weeks, changes=changes)):
                path = options.out / f"{case.name}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                draw(build_scene(case), path, "fast", seed=week)
                truth = {name: round(value, 3) for name, value in truth_of(posed(case)).items()}
                rows.append({"file": f"{case.name}.jpg"} | truth)
    with (options.out / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
