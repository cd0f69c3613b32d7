"""Fit how the body's stance shows the camera roll.

    python -m benchmarks.accuracy.stance DATA     # writes src/levelback/metrics/data/stance.json

DATA holds fit.jsonl and fit-fast.jsonl (made by `extract`) and fit/truth.csv. Every picture's landmarks are
brought upright by the true roll and turned by known angles, as a camera that nobody checked would turn
them. The points do not depend on the roll that `extract` worked with, so the fit can be made from any
extraction; what follows it (outline, cloth) does, so extract again when the fit has changed.
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path

import numpy as np
from scipy.stats import norm

from benchmarks.accuracy.ridge import cross_validate, fit_line
from benchmarks.accuracy.tables import Floats, Sample, load
from levelback import __version__
from levelback.metrics import stance
from levelback.metrics.body import X_TOWARDS, Body
from levelback.metrics.features import landmark_features
from levelback.metrics.roll import ASSUMED_LEVEL_SD_DEG
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import View

OUT = Path(stance.__file__).parent / "data" / "stance.json"
STRENGTHS = (1.0, 3.0, 10.0, 30.0)
TURNS_DEG = ASSUMED_LEVEL_SD_DEG * norm.ppf((np.arange(6) + 0.5) / 6)
"""Camera rolls that every picture is seen with: spread like those of hand-held cameras."""


def turned_features(points: Floats, turn_deg: float, view: View) -> dict[str, float]:
    """Return the odd landmark features of (33, 2) `points` in the body frame after turning it."""
    angle = np.radians(turn_deg)
    matrix = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def middle(joint: Joint) -> Floats:
        return (turned[joint] + turned[MIRROR[joint]]) / 2

    turned = points @ matrix.T
    scale = middle(Joint.LEFT_SHOULDER)[1] - middle(Joint.LEFT_ANKLE)[1]
    body = Body(
        points=(turned - middle(Joint.LEFT_HIP)) / scale,
        covariance=np.zeros((66, 66)),
        visibility=np.ones(33),
        view=view,
        to_picture=np.zeros((2, 3)),
        scale_px=1.0,
    )
    return landmark_features(body).odd


def turned_sample(sample: Sample, view: View) -> tuple[tuple[str, ...], Floats, Floats, np.ndarray]:
    """Return names, features (m, n), turns (m,) and bodies (m,) of every picture at every turn."""
    # Undo what the extraction's roll left: positive roll is clockwise in the picture.
    left_over = (sample.number("roll") - sample.truth["camera_roll"]) * X_TOWARDS[view]
    rows, turns = [], []
    for record, wrong in zip(sample.records, left_over, strict=True):
        for turn in TURNS_DEG:
            rows.append(turned_features(np.array(record["points"]), turn - wrong, view))
            turns.append(turn)
    # The middle of the hips is the origin: it says nothing.
    names = tuple(name for name in rows[0] if name != "hip_x")
    features = np.array([[row[name] for name in names] for row in rows])
    return names, features, np.array(turns), np.repeat(sample.column("body_id"), len(TURNS_DEG))


def fit_stance(sample: Sample, view: View) -> dict[str, object]:
    """Return the fitted group as it stands in the data file; print how it does on left-out bodies."""
    names, features, turns, bodies = turned_sample(sample, view)
    scale = np.sqrt(np.mean(features**2, axis=0))
    features = features / scale
    nothing = np.zeros((len(turns), 0))
    left_out = {
        strength: cross_validate(nothing, features, turns, bodies, strength, odd=True)
        for strength in STRENGTHS
    }
    strength = min(left_out, key=lambda one: float(np.square(left_out[one] - turns).mean()))
    error = left_out[strength] - turns
    line = fit_line(nothing, features, turns, strength, odd=True)
    # Normal or not, the stated interval shall hold 95 %.
    sd = max(float(np.sqrt(np.mean(error**2))), float(np.quantile(np.abs(error), 0.95)) / 1.96)
    print(
        f"  λ {strength:4.0f}   CV MAE {np.abs(error).mean():.2f}° (taken as level "
        f"{np.abs(turns).mean():.2f}°)   sd {sd:.2f}°   {len(sample.records)} pictures"
    )
    weights = [float(f"{weight:.5g}") for weight in line.weights / scale]
    return {"names": names, "weights": weights, "sd": float(f"{sd:.3g}")}


def main() -> None:
    """Fit both frontal views in both modes and write the data file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    groups = {}
    for mode, ending in (("full", ""), ("fast", "-fast")):
        samples = load(options.data / f"fit{ending}.jsonl", options.data / "fit" / "truth.csv")
        for view in (View.FRONT, View.BACK):
            print(f"{view.value}/{mode}")
            groups[f"{view.value}/{mode}"] = fit_stance(samples[view.value], view)
    document = {
        "schema": stance.SCHEMA,
        "provenance": {
            "made_by": "python -m benchmarks.accuracy.stance",
            "made_on": date.today().isoformat(),
            "levelback": __version__,
        },
        "groups": groups,
    }
    options.out.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
