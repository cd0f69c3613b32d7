"""Fit how far a pair of markers is turned from where markers and landmarks lie.

    python -m benchmarks.accuracy.marker_turn DATA     # writes src/levelback/metrics/data/marker_turn.toml

DATA/markers holds pictures of people with markers and fit.jsonl (benchmarks.synthetic.markers). The people of
DATA/fit without markers (benchmarks.synthetic.dataset) serve as well: they are posed again, and where markers
would be is computed. What is read from each picture is kept in DATA/marker_turn.jsonl, so that an interrupted
run goes on.

A ridge without a constant, so that a symmetric body gives zero; its error is that on left-out bodies. How
high the left landmark of a pair is above the right one counts only where that error is smaller with it.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from levelback import __version__
from levelback.metrics import markers
from levelback.metrics.body import body_frame
from levelback.metrics.marker_measures import turn_cues
from levelback.metrics.markers import Marker, Markers
from levelback.pose.landmarks import Landmarks, View

OUT = Path(markers.__file__).parent / "data" / "marker_turn.toml"
STEMS = {"front": ("acromion", "asis"), "back": ("acromion", "psis")}
RIDGE = 1.0
FOLDS = 20
FAR = 0.35
"""Pictures with a place this far off the middle (body units) have landmarks that went astray."""

Row = dict[str, Any]
Cues = dict[str, float]


def marked(folder: Path) -> Iterator[tuple[Path, Row]]:
    """Yield the frontal pictures of people with markers and what is true in them."""
    for line in (folder / "markers" / "fit.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        if row["view"] in STEMS:
            yield folder / "markers" / row["file"], row


def unmarked(folder: Path) -> Iterator[tuple[Path, Row]]:
    """Yield the frontal pictures of people without markers and where balls of 16 mm would be in them."""
    from benchmarks.synthetic.cases import Split, posed, sample_case
    from benchmarks.synthetic.markers import Worn, marker_truth, place

    worn = Worn(ball=True, radius=0.008, color_name="", color=np.zeros(3), seed=0)
    with (folder / "fit" / "truth.csv").open(newline="", encoding="utf-8") as file:
        pictures = [row["file"] for row in csv.DictReader(file) if row["view"] in STEMS]
    for name in pictures:
        case = sample_case(Split.FIT, int(Path(name).stem.rpartition("-")[2]))
        body = posed(case)
        truth = marker_truth(case, body, place(body, case.view, worn))
        yield folder / "fit" / name, {"file": name} | truth


def read_pictures(folder: Path) -> list[Row]:
    """Return what is true in each picture, and its landmarks; read now what no run before has read."""
    from levelback.capture import read_photo
    from levelback.pose.finder import PoseFinder

    kept = folder / "marker_turn.jsonl"
    rows = [json.loads(line) for line in kept.open(encoding="utf-8")] if kept.exists() else []
    done = {row["picture"] for row in rows}
    with PoseFinder() as finder, kept.open("a", encoding="utf-8") as file:
        for source in (marked, unmarked):
            for picture, row in source(folder):
                name = str(picture.relative_to(folder))
                if name in done or not picture.exists():
                    continue
                found = finder.find(read_photo(picture).image, view=View(row["view"])).landmarks
                size = {"width": found.width, "height": found.height}
                rows.append(row | {"picture": name, "points": found.points.tolist()} | size)
                file.write(json.dumps(rows[-1]) + "\n")
                file.flush()
    return rows


def true_cues(row: Row) -> Cues:
    """Return the cues of a picture with the markers where they truly are."""
    landmarks = Landmarks(
        points=np.array(row["points"]),
        visibility=np.ones(33),
        covariance=np.zeros((66, 66)),
        silhouette=None,
        width=row["width"],
        height=row["height"],
        view=View(row["view"]),
    )
    found = {
        name: Marker(point=np.array(point), covariance=np.eye(2), radius=5.0)
        for name, point in row["pixels"].items()
    }
    return turn_cues(Markers(view=landmarks.view, found=found), body_frame(landmarks, row["roll_deg"]))


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
    fold = np.unique(bodies, return_inverse=True)[1] % FOLDS
    errors = []
    for out in (fold == k for k in range(FOLDS)):
        errors.append(places[out] @ fit(places[~out], turns[~out]) - turns[out])
    return float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))


def table(rows: list[Row], cues: list[Cues], stem: str) -> dict[str, Any]:
    """Return the entry of one line of one view in the data file."""
    turns = np.array([true_turn(row, stem) for row in rows])
    bodies = np.array([row["body_id"] for row in rows])
    best: tuple[float, tuple[str, ...], np.ndarray] | None = None
    every = sorted(cues[0])
    without = [name for name in every if not (name.endswith("_rise") and name[0].isupper())]
    for names in (without, every):
        places = np.array([[one[name] for name in names] for one in cues])
        error = left_out_error(places, turns, bodies)
        print(f"{rows[0]['view']} {stem}: {len(names)} cues, {error:.2f} degrees on left-out bodies")
        if best is None or error < best[0]:
            best = error, tuple(names), places
    assert best is not None
    error, chosen, places = best
    weights = (round(float(weight), 1) for weight in fit(places, turns))
    return {
        "pictures": len(rows),
        "people": len(set(bodies)),
        "sd_deg": round(error, 2),
        "weights": dict(zip(chosen, weights, strict=True)),
    }


def main() -> None:
    """Parse the command line, fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    known = [(row, true_cues(row)) for row in read_pictures(options.folder)]
    known = [(row, cues) for row, cues in known if max(map(abs, cues.values())) < FAR]
    tables: dict[str, dict[str, Any]] = {}
    for view, stems in STEMS.items():
        rows = [row for row, _ in known if row["view"] == view]
        cues = [one for row, one in known if row["view"] == view]
        tables[view] = {stem: table(rows, cues, stem) for stem in stems}
    head = (
        "# Turn of a pair of markers away from square, degrees: the sum of weights * cues in body units. Made by\n"
        f"# benchmarks/accuracy/marker_turn.py on rendered people of the fit split; levelback {__version__}.\n"
        "# sd_deg: root mean square error on bodies that were not fitted on.\n\n"
    )
    options.out.write_text(head + tomli_w.dumps(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
