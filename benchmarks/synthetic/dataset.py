"""Draw a split of synthetic pictures and its truth table.

    python -m benchmarks.synthetic.dataset --split fit --count 1500 --out DIR [--renderer fast] [--jobs 1]

writes ``DIR/fit-00000.jpg`` … and ``DIR/truth.csv`` with one row per picture. Everything follows from the
split and the picture's number, so a run that was stopped goes on where it was, and bodies of different
splits are different bodies. A picture whose case cannot be drawn is left out and named. The split ``learn``,
which the networks see in cells of three pixels and more, is drawn with half the light and half the points in a pixel.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.synthetic.cases import VIEW_YAW_DEG, Case, Split, build_scene, posed, sample_case
from benchmarks.synthetic.photograph import photograph
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.scene import Scene
from benchmarks.synthetic.truth import marker_truth, stature_m, truth_of

JPEG_QUALITY = 95
CYCLES_RAYS = 3
COARSE: dict[str, Any] = {"sky_samples": 48, "lamp_grid": 3, "points": ((-0.125, -0.375), (0.125, 0.375))}
WEIGHT_GROUPS = ((0.4, "light"), (0.7, "medium"), (2.0, "heavy"))
TONE_GROUPS = ((3, "light"), (6, "medium"), (10, "dark"))


def row_of(case: Case, body: PosedBody) -> dict[str, str | float | int]:
    """Return the row of the truth table for one picture."""
    camera, outfit, shape = case.camera, case.outfit, case.shape
    swing = camera.yaw_deg - VIEW_YAW_DEG[case.view]
    description: dict[str, str | float | int] = {
        "file": f"{case.name}.jpg",
        "split": str(case.split),
        "body_id": case.body_id,
        "view": case.view,
        "sex": "female" if shape.female > 0.5 else "male",
        "weight_group": _group(shape.weight, WEIGHT_GROUPS),
        "skin_tone_group": _group(outfit.skin_tone, TONE_GROUPS),
        "skin_tone_monk": outfit.skin_tone,
        "outfit": outfit.name,
        "hair": outfit.hair,
        "feet": str(outfit.feet),
        "arms": str(case.posture.arms),
        "waistband_visible": int(outfit.waistband_visible),
        "stickers": int(outfit.stickers is not None),
        "room_lines": int(case.room.lines),
        "light": case.room.light,
        "height_cm": round(100 * stature_m(body), 2),
        "camera_roll": round(camera.roll_deg, 4),
        "camera_pitch": round(camera.pitch_deg, 4),
        "camera_height": round(camera.position[2], 4),
        "camera_distance": round(float(np.hypot(*camera.position[:2])), 4),
        "camera_fov": round(camera.vertical_fov_deg, 4),
        "subject_yaw": round(case.heading_deg - swing, 4),
    }
    truth = {name: round(value, 4) for name, value in truth_of(body).items()}
    markers = {f"marker_{name}": round(value, 4) for name, value in marker_truth(body).items()}
    return description | truth | markers


def draw(scene: Scene, path: Path, renderer: str, seed: int, *, coarse: bool = False) -> None:
    """Draw `scene` as a phone would have taken it; the file appears only when it is whole."""
    if renderer == "fast":
        from benchmarks.synthetic.fast import render as render_fast

        picture = render_fast(scene, **COARSE) if coarse else render_fast(scene)
    else:
        from benchmarks.synthetic.cycles import render

        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder, "drawn.png")
            render(scene, drawn, samples=CYCLES_RAYS, threads=1)
            picture = np.asarray(Image.open(drawn).convert("RGB"))
    part = path.with_suffix(".part")
    Image.fromarray(photograph(picture, seed)).save(part, "JPEG", quality=JPEG_QUALITY)
    part.replace(path)


def make_one(split: str, number: int, out: Path, renderer: str) -> dict[str, str | float | int] | None:
    """Draw picture `number` unless it is there, and return its row; None where the case is impossible."""
    try:
        case = sample_case(Split(split), number)
        body = posed(case)
    except np.linalg.LinAlgError:
        return None
    path = Path(out, f"{case.name}.jpg")
    if not path.exists():
        draw(build_scene(case, body), path, renderer, seed=case.room.seed, coarse=case.split is Split.LEARN)
    return row_of(case, body)


def rows(
    split: str, numbers: list[int], out: Path, renderer: str, jobs: int
) -> Iterator[tuple[int, dict[str, str | float | int] | None]]:
    """Yield (number, row) in order while the pictures are drawn."""
    if jobs == 1:
        for number in numbers:
            yield number, make_one(split, number, out, renderer)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        futures = [pool.submit(make_one, split, number, out, renderer) for number in numbers]
        for number, future in zip(numbers, futures, strict=True):
            yield number, future.result()


def _missing(split: str, count: int, out: Path) -> list[int]:
    """Return the numbers below `count` whose picture or row is not there yet."""
    table = Path(out, "truth.csv")
    known: set[str] = set()
    if table.exists():
        with table.open(newline="", encoding="utf-8") as file:
            known = {row["file"] for row in csv.DictReader(file) if Path(out, row["file"]).exists()}
    return [number for number in range(count) if f"{split}-{number:05d}.jpg" not in known]


def main(arguments: list[str] | None = None) -> None:
    """Draw the pictures and write the table after each of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic.dataset", description=__doc__)
    parser.add_argument("--split", required=True, choices=[*Split])
    parser.add_argument("--count", required=True, type=int)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--renderer", default="fast", choices=["fast", "cycles"])
    parser.add_argument("--jobs", default=1, type=int)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    table = Path(options.out, "truth.csv")
    numbers = _missing(options.split, options.count, options.out)
    fresh = not table.exists()
    with table.open("a", newline="", encoding="utf-8") as file:
        for done, (number, row) in enumerate(
            rows(options.split, numbers, options.out, options.renderer, options.jobs), start=1
        ):
            if row is None:
                sys.stderr.write(f"{options.split}-{number:05d}: left out, the posture cannot stand\n")
                continue
            writer = csv.DictWriter(file, fieldnames=list(row))
            if fresh:
                writer.writeheader()
                fresh = False
            writer.writerow(row)
            file.flush()
            if done % 50 == 0:
                sys.stderr.write(f"{done} of {len(numbers)}\n")


def _group(value: float, groups: tuple[tuple[float, str], ...]) -> str:
    return next(name for limit, name in groups if value <= limit)


if __name__ == "__main__":
    main()
