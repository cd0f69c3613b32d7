"""Pictures of people who wear markers, for the accuracy of `--markers`: flat stickers and small balls.

    python -m benchmarks.synthetic.markers DATA/markers --split test --count 72 [--start 90000]

Writes the pictures and ``truth.jsonl`` (one line per picture, appended, so that an interrupted run goes on).
What is true is the line between the centres of the markers themselves, in the subject's own frontal or
sagittal plane. Picture numbers from 90000 on belong to bodies that no other split draws.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.synthetic.body import SKIN_POINTS, Floats, rig
from benchmarks.synthetic.camera import project
from benchmarks.synthetic.cases import (
    VIEW_YAW_DEG,
    Case,
    Split,
    build_scene,
    fitted,
    place_camera,
    posed,
    sample_case,
)
from benchmarks.synthetic.face import Color, linear
from benchmarks.synthetic.mesh import vertex_normals
from benchmarks.synthetic.posture import Arms, PosedBody, between, turn
from benchmarks.synthetic.scene import Layer, Scene, Surface
from benchmarks.synthetic.truth import truth_of
from benchmarks.synthetic.wardrobe import Bottom, Top

FIRST_NUMBER = 90000
COLORS = {
    "green": "18a84a",
    "pink": "e0269a",
    "yellow": "f2d21b",
    "blue": "1f62d0",
    "orange": "f07018",
    "red": "d01a20",
}
WORN = {
    "front": ("acromion_left", "acromion_right", "asis_left", "asis_right"),
    "back": ("acromion_left", "acromion_right", "psis_left", "psis_right", "c7"),
    "left": ("acromion_left", "asis_left", "psis_left", "c7"),
    "right": ("acromion_right", "asis_right", "psis_right", "c7"),
}
TOWARDS_CAMERA = {"front": (0, -1, 0), "back": (0, 1, 0), "left": (1, 0, 0), "right": (-1, 0, 0)}
NOISE_LEVELS = 2.0
"""Sensor noise of the fast pictures, grey levels; Cycles has its own."""
FOREARMS_FORWARD_DEG = 95.0
"""Bend of the elbows in side views: a hanging arm would hide the front hip bone."""
FACING = 0.75
"""A flat sticker at the shoulder tip goes where the skin faces the camera at least this much."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worn:
    """The markers of one picture: `ball` or flat disc, radius in metres, name and value of the colour."""

    ball: bool
    radius: float
    color_name: str
    color: Color
    seed: int


def sticker_case(split: Split, number: int) -> tuple[Case, Worn]:
    """Draw picture `number`: little clothes, arms beside the body, the markers free of cloth and hair."""
    case = sample_case(split, number)
    rng = np.random.default_rng([13, int(split is Split.TEST), number])
    view = ("front", "back", "front", "back", "front", "back", "left", "right")[number % 8]
    woman = case.shape.female > 0.5
    outfit = replace(
        case.outfit,
        top=Top.BRA if woman else Top.BARE,
        bottom=Bottom(rng.choice([Bottom.SHORTS, Bottom.BRIEFS, Bottom.LEGGINGS])),
        hair=str(rng.choice(["short", "bun", "buzz"])),
        waist=0.045,
        stickers=None,
    )
    arms = Arms.HANGING if rng.random() < 0.7 else Arms.AWAY
    side_on = view in ("left", "right")
    bend = FOREARMS_FORWARD_DEG if side_on else case.posture.elbow_flexion
    posture = replace(case.posture, arms=Arms.HANGING if side_on else arms, elbow_flexion=bend)
    old = case.camera
    distance = float(np.hypot(*old.position[:2]))
    camera = place_camera(
        view,
        distance=distance,
        height=old.position[2],
        fov=old.vertical_fov_deg,
        aim=old.position[2] + distance * float(np.tan(np.radians(old.pitch_deg))),
        roll=old.roll_deg,
        turn=float(np.clip(rng.normal(0, 2.0), -6, 6)),
    )
    case = replace(case, view=view, outfit=outfit, posture=posture, camera=camera)
    case = replace(case, camera=fitted(camera, posed(case).vertices))
    name = str(rng.choice(list(COLORS)))
    ball = side_on or bool(rng.random() < 0.5)
    radius = float(rng.uniform(0.006, 0.010))
    return case, Worn(ball=ball, radius=radius, color_name=name, color=linear(COLORS[name]), seed=number)


def place(body: PosedBody, view: str, worn: Worn) -> dict[str, tuple[Floats, Floats]]:
    """Return the centre of each marker in the world and the direction in which it faces, metres."""
    normals = vertex_normals(body.vertices, rig().fine_faces)
    placed = {}
    for name in WORN[view]:
        vertex = SKIN_POINTS[name]
        if name.startswith("acromion") and not worn.ball:
            vertex = _facing_vertex(body, name, view)
        lift = 0.8 * worn.radius if worn.ball else 0.0015
        placed[name] = (body.vertices[vertex] + lift * normals[vertex], normals[vertex])
    return placed


def _facing_vertex(body: PosedBody, name: str, view: str) -> int:
    """Return the vertex nearest the shoulder tip whose skin faces the camera; mirror partners at rest."""
    rest = body.rest.fine
    normals = vertex_normals(rest, rig().fine_faces)
    towards = np.array(TOWARDS_CAMERA[view], dtype=float)
    left = SKIN_POINTS["acromion_left"]
    distance = np.linalg.norm(rest - rest[left], axis=1)
    best = int(np.argmin(np.where(normals @ towards >= FACING, distance, np.inf)))
    if name.endswith("left"):
        return best
    return int(np.argmin(np.linalg.norm(rest - rest[best] * [-1, 1, 1], axis=1)))


def marker_surfaces(placed: dict[str, tuple[Floats, Floats]], worn: Worn) -> Iterator[Surface]:
    """Yield one disc or ball per marker."""
    for name, (centre, normal) in placed.items():
        shape, faces = _ball() if worn.ball else _disc()
        vertices = centre + worn.radius * shape @ between(np.array([0.0, 0.0, 1.0]), normal).T
        paint = Layer(name="marker", field=np.ones(len(vertices)), color=worn.color, roughness=0.6)
        yield Surface(
            name=f"marker {name}", vertices=vertices, faces=faces, layers=(paint,), smooth=worn.ball
        )


def _disc(corners: int = 48) -> tuple[Floats, np.ndarray]:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    rim = np.stack([np.cos(angle), np.sin(angle), np.zeros(corners)], axis=1)
    number = np.arange(corners)
    faces = np.stack([np.full(corners, corners), number, (number + 1) % corners], axis=1)
    return np.vstack([rim, [[0.0, 0.0, 0.0]]]), faces


def _ball(rings: int = 16, corners: int = 24) -> tuple[Floats, np.ndarray]:
    polar = np.linspace(0.02, np.pi - 0.02, rings)[:, None]
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)[None, :]
    points = np.stack(
        np.broadcast_arrays(np.sin(polar) * np.cos(angle), np.sin(polar) * np.sin(angle), np.cos(polar)), -1
    )
    row, column = np.indices((rings - 1, corners))
    right = (column + 1) % corners
    at = lambda r, c: r * corners + c  # noqa: E731
    faces = np.stack([at(row, column), at(row + 1, column), at(row + 1, right), at(row, right)], -1).reshape(
        -1, 4
    )
    return points.reshape(-1, 3), faces


def marker_truth(case: Case, body: PosedBody, placed: dict[str, tuple[Floats, Floats]]) -> dict[str, Any]:
    """Return what is true: lines between marker centres in degrees, their pixels, and the picture's facts."""
    own = turn(yaw=-body.heading_deg)
    at = {name: own @ centre for name, (centre, _) in placed.items()}
    pixels = project(case.camera, np.array([centre for centre, _ in placed.values()]))
    truth: dict[str, Any] = {"pixels": dict(zip(placed, pixels.tolist(), strict=True))}
    for stem in ("acromion", "asis", "psis"):
        if f"{stem}_left" in at and f"{stem}_right" in at:
            span = at[f"{stem}_left"] - at[f"{stem}_right"]
            truth[f"{stem}_line"] = float(np.degrees(np.arctan2(span[2], span[0])))
            truth[f"{stem}_turn"] = float(np.degrees(np.arctan2(span[1], span[0])))
    for side in ("left", "right"):
        if f"asis_{side}" in at and f"psis_{side}" in at:
            span = at[f"asis_{side}"] - at[f"psis_{side}"]
            truth["asis_psis_tilt"] = float(np.degrees(np.arctan2(-span[2], -span[1])))
    camera = case.camera
    facts = {
        "view": case.view,
        "body_id": case.body_id,
        "skin_tone": case.outfit.skin_tone,
        "lines": case.room.lines,
        "heading_deg": case.heading_deg,
        "roll_deg": camera.roll_deg,
        "pitch_deg": camera.pitch_deg,
        "turn_deg": camera.yaw_deg - VIEW_YAW_DEG[case.view],
        "fov_deg": camera.vertical_fov_deg,
        "camera_height_m": camera.position[2],
        "camera_distance_m": float(np.hypot(*camera.position[:2])),
    }
    return truth | facts | {"measures": truth_of(body)}


def draw(split: Split, number: int, folder: Path, samples: int) -> dict[str, Any]:
    """Render one picture, with `samples` rays a pixel or, where 0, fast; return its line of truth."""
    case, worn = sticker_case(split, number)
    body = posed(case)
    placed = place(body, case.view, worn)
    scene = build_scene(case, body)
    scene = replace(scene, surfaces=(*scene.surfaces, *marker_surfaces(placed, worn)))
    name = f"{split}-{number}.jpg"
    _render(scene, folder / name, samples, np.random.default_rng([17, number]))
    kind = {"ball": worn.ball, "radius": worn.radius, "color": worn.color_name}
    return {"file": name} | kind | marker_truth(case, body, placed)


def _render(scene: Scene, path: Path, samples: int, rng: np.random.Generator) -> None:
    if samples:
        from benchmarks.synthetic import cycles

        cycles.render(scene, path, samples, threads=1)
        return
    from benchmarks.synthetic import fast

    image = fast.render(scene)
    noisy = image + rng.normal(0, NOISE_LEVELS, image.shape)
    Image.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8)).save(path, quality=92)


def main() -> None:
    """Parse the command line and draw what is missing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", type=Split, choices=list(Split), default=Split.FIT)
    parser.add_argument("--start", type=int, default=FIRST_NUMBER)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--samples", type=int, default=0, help="of Cycles; 0: the fast renderer")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    table = options.folder / f"{options.split}.jsonl"
    done = {json.loads(line)["file"] for line in table.open(encoding="utf-8")} if table.exists() else set()
    for number in range(options.start, options.start + options.count):
        if f"{options.split}-{number}.jpg" in done:
            continue
        row = draw(options.split, number, options.folder, options.samples)
        with table.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
