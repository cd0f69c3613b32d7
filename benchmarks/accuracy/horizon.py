"""Fit how the landmarks of a standing body show from how high the camera looks at it.

    python -m benchmarks.accuracy.horizon DATA     # writes src/levelback/metrics/data/horizon.toml

DATA holds fit.jsonl (made by `extract`) and fit/truth.csv. A ridge regression per view of the tangent of the
angle at which the camera looks up at the hips; its error is that on left-out bodies.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from benchmarks.accuracy.tables import Floats, Sample, load
from levelback import __version__
from levelback.metrics import horizon
from levelback.pose.landmarks import View

OUT = Path(horizon.__file__).parent / "data" / "horizon.toml"
HIP_SHARE = 0.53
"""Height of the hip joints over body height."""
RIDGE = 3.0
FOLDS = 10


def elevation(sample: Sample) -> Floats:
    """Return the tangent of the angle at which the camera looks up at the hips, (n,)."""
    truth = sample.truth
    return (HIP_SHARE * truth["height_cm"] / 100 - truth["camera_height"]) / truth["camera_distance"]


def fit(cues: Floats, target: Floats) -> Floats:
    """Return the weights per body unit of (n, m) `cues` about their means."""
    center, scale = cues.mean(axis=0), cues.std(axis=0)
    scaled = (cues - center) / scale
    normal = scaled.T @ scaled + RIDGE * np.eye(scaled.shape[1])
    return np.asarray(np.linalg.solve(normal, scaled.T @ (target - target.mean())) / scale)


def left_out_error(cues: Floats, target: Floats, bodies: np.ndarray) -> float:
    """Return the root mean square error on bodies that were not fitted on."""
    fold = np.unique(bodies, return_inverse=True)[1] % FOLDS
    errors = []
    for out in (fold == k for k in range(FOLDS)):
        weights = fit(cues[~out], target[~out])
        guess = target[~out].mean() + (cues[out] - cues[~out].mean(axis=0)) @ weights
        errors.append(guess - target[out])
    return float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))


def table(sample: Sample) -> dict[str, Any]:
    """Return the entry of one view in the data file."""
    rows = [
        horizon.body_cues(np.array(record["points"]), View(row["view"]))
        for record, row in zip(sample.records, sample.rows, strict=True)
    ]
    names = sorted(rows[0])
    cues, target = np.array([[row[name] for name in names] for row in rows]), elevation(sample)
    sd = left_out_error(cues, target, sample.column("body_id"))
    print(f"{len(rows)} pictures, spread {target.std():.3f}, error on left-out bodies {sd:.3f}")
    numbers = zip(names, fit(cues, target), cues.mean(axis=0), strict=True)
    weights, usual = {}, {}
    for name, weight, middle in numbers:
        weights[name], usual[name] = round(float(weight), 3), round(float(middle), 4)
    return {
        "pictures": len(rows),
        "sd": round(sd, 4),
        "mean": round(float(target.mean()), 4),
        "range": [round(float(value), 3) for value in (target.min(), target.max())],
        "weights": weights,
        "usual": usual,
    }


def main() -> None:
    """Parse the command line, fit and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    samples = load(options.folder / "fit.jsonl", options.folder / "fit" / "truth.csv")
    head = (
        "# How the landmarks of a body show from how high it is seen: the tangent of the angle at which the\n"
        "# camera looks up at the hips is mean + sum of weights * (cue - usual). Made by\n"
        f"# benchmarks/accuracy/horizon.py on rendered people of the fit split; levelback {__version__}.\n"
        "# sd: root mean square error on bodies that were not fitted on. range: of the fit.\n\n"
    )
    tables = {group: table(sample) for group, sample in samples.items()}
    options.out.write_text(head + tomli_w.dumps(tables), encoding="utf-8")


if __name__ == "__main__":
    main()
