"""Reads ``poses.toml``: how each exercise looks at its start and at its end."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.synthetic.body import rest_body
from benchmarks.synthetic.pictures.equipment import make
from benchmarks.synthetic.pictures.pose import Limb, Pose, solve
from benchmarks.synthetic.pictures.studio import BODY, Aim, build, frame_all, people
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.scene import Scene

FILE = Path(__file__).with_name("poses.toml")
LIMBS = ("leg_left", "leg_right", "arm_left", "arm_right")
POSITIONS = ("start", "end")
SEEN = ("mat", "wall", "door", "tower", "barbell", "handle")
"""Equipment that does not widen the picture: it may run out of it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Drawing:
    """One exercise: its two poses with their equipment, seen from one place.

    working    ``leg`` or ``arm``: the limb of the working side, which is the left one in every drawing
    equipment  per position, pairs of a kind and its settings
    """

    id: str
    aim: Aim
    working: str
    poses: dict[str, Pose]
    equipment: dict[str, list[tuple[str, dict[str, Any]]]]


@cache
def load_drawings() -> dict[str, Drawing]:
    """Return the drawings by exercise id."""
    document = tomllib.loads(FILE.read_text(encoding="utf-8"))
    bases = document.pop("base")
    return {id: _drawing(id, table, bases) for id, table in document.items()}


def _drawing(id: str, table: dict[str, Any], bases: dict[str, dict[str, Any]]) -> Drawing:
    start = bases[table["base"]] | table.get("start", {})
    tables = {"start": start, "end": start | table.get("end", {})}
    shared = table.get("equipment", [])
    return Drawing(
        id=id,
        aim=Aim(**table["aim"]),
        working=table.get("working", ""),
        poses={name: _pose(each) for name, each in tables.items()},
        equipment={
            name: [_piece(piece) for piece in [*shared, *table.get(f"{name}_equipment", [])]]
            for name in POSITIONS
        },
    )


def _pose(table: dict[str, Any]) -> Pose:
    table = {"chest": table["pelvis"]} | table
    table = {"head": table["chest"]} | table
    return Pose(**table | {name: Limb(**table[name]) for name in LIMBS})


def _piece(table: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return table["kind"], {name: value for name, value in table.items() if name != "kind"}


def bodies(drawing: Drawing) -> dict[str, PosedBody]:
    """Return the posed body per position."""
    return {name: solve(rest_body(BODY), pose) for name, pose in drawing.poses.items()}


def scenes(drawing: Drawing) -> dict[str, Scene]:
    """Return the scene per position; the camera stands still between them."""
    posed = bodies(drawing)
    surfaces, shown = {}, []
    for name, body in posed.items():
        pieces = [(kind, make(kind, body.joints, each)) for kind, each in drawing.equipment[name]]
        surfaces[name] = (*people(body, drawing.working), *(one for _, made in pieces for one in made))
        shown += [
            body.vertices[::5],
            *(one.vertices for kind, made in pieces if kind not in SEEN for one in made),
        ]
    camera = frame_all(drawing.aim, np.concatenate(shown))
    on_mat = any(kind == "mat" for kind, _ in drawing.equipment["start"])
    return {name: build(each, camera, on_mat) for name, each in surfaces.items()}
