"""Fit how far a pair of markers is turned from where markers and landmarks lie sideways.

    python -m benchmarks.accuracy.marker_turn DATA/markers/fit.jsonl [DATA/fit/markers.jsonl ...]

Each file lists pictures beside it with the true pixels of their markers (benchmarks/synthetic/markers.py).
A ridge without a constant, so that a symmetric body gives zero; its error is that on left-out bodies.
Prints the [turn] tables of src/levelback/metrics/data/markers.toml.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from levelback.capture import read_photo
from levelback.metrics.body import body_frame
from levelback.metrics.marker_measures import turn_cues
from levelback.metrics.markers import Marker, Markers
from levelback.pose.finder import PoseFinder
from levelback.pose.landmarks import Landmarks, View

RIDGE = 1.0
FAR = 0.35
"""Pictures with a place this far off the middle (body units) have landmarks that went astray."""

Row = dict[str, Any]


def read_pictures(tables: list[Path]) -> Iterator[tuple[Row, Landmarks]]:
    """Yield the truth and the landmarks of every frontal picture."""
    with PoseFinder() as finder:
        for table in tables:
            for line in table.open(encoding="utf-8"):
                row = json.loads(line)
                picture = table.parent / row["file"]
                if View(row["view"]).frontal and picture.exists():
                    image = read_photo(picture).image
                    yield row, finder.find(image, view=View(row["view"])).landmarks


def true_cues(row: Row, landmarks: Landmarks) -> dict[str, float]:
    """Return the cues of a picture with the markers where they truly are."""
    body = body_frame(landmarks, row["roll_deg"])
    found = {
        name: Marker(point=np.array(point), covariance=np.eye(2), radius=5.0)
        for name, point in row["pixels"].items()
    }
    return turn_cues(Markers(view=View(row["view"]), found=found), body)


def true_turn(row: Row, stem: str) -> float:
    """Return how far the line between the markers is turned away from square to the camera, degrees."""
    return float(row["heading_deg"] - row["turn_deg"] + row[f"{stem}_turn"])


def fit(places: np.ndarray, turns: np.ndarray) -> np.ndarray:
    """Return the weights per body unit."""
    scale = places.std(axis=0)
    scaled = places / scale
    normal = scaled.T @ scaled + RIDGE * np.eye(scaled.shape[1])
    return np.asarray(np.linalg.solve(normal, scaled.T @ turns) / scale)


def left_out_error(places: np.ndarray, turns: np.ndarray, bodies: np.ndarray) -> float:
    """Return the root mean square error on bodies that were not fitted on, degrees."""
    errors = []
    for body in np.unique(bodies):
        out = bodies == body
        errors.append(places[out] @ fit(places[~out], turns[~out]) - turns[out])
    return float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))


def main() -> None:
    """Parse the command line, fit and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("tables", type=Path, nargs="+")
    pictures = [
        (row, true_cues(row, landmarks)) for row, landmarks in read_pictures(parser.parse_args().tables)
    ]
    for view, stems in {"front": ("acromion", "asis"), "back": ("acromion", "psis")}.items():
        ours = [(row, cues) for row, cues in pictures if row["view"] == view]
        names = sorted(ours[0][1])
        places = np.array([[cues[name] for name in names] for _, cues in ours])
        near = np.abs(places).max(axis=1) < FAR
        bodies = np.array([row["body_id"] for row, _ in ours])[near]
        for stem in stems:
            turns = np.array([true_turn(row, stem) for row, _ in ours])[near]
            weights = fit(places[near], turns)
            print(f"\n[turn.{view}.{stem}]  # {len(turns)} pictures of {len(set(bodies))} people")
            print(f"sd_deg = {left_out_error(places[near], turns, bodies):.2f}")
            inside = ", ".join(f"{name} = {weight:.1f}" for name, weight in zip(names, weights, strict=True))
            print(f"weights = {{ {inside} }}")


if __name__ == "__main__":
    main()
