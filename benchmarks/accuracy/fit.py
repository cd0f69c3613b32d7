"""Fit the calibrated estimators: ridge regression on the features, and a model of its own error.

    python -m benchmarks.accuracy.fit DATA        # writes src/levelback/metrics/data/calibration.json

DATA holds fit.jsonl, validate.jsonl (made by `extract`) and fit/truth.csv, validate/truth.csv. The test
split is never read here. The strength of the shrinkage is chosen by cross-validation over bodies; the
error model is fitted to the residuals of the left-out bodies; the factor that makes 95 % of it is the
conformal quantile over left-out bodies and the validation split together.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from benchmarks.accuracy.fit_fusion import cross_fit, lines_of
from benchmarks.accuracy.ridge import Line, cross_validate, fit_line
from benchmarks.accuracy.tables import Floats, Sample, load
from levelback import __version__
from levelback.metrics import calibration
from levelback.metrics.direct import PAIRED
from levelback.metrics.fusion import Fusion, Lines, fuse
from levelback.metrics.values import Estimate, Roll, measures_for
from levelback.pose.landmarks import View

OUT = Path(calibration.__file__).parent / "data" / "calibration.json"
STRENGTHS = 10.0 ** np.arange(-1.0, 4.1, 0.5)
OUTLINE_TRUST = (0.0, 0.3, 1.0)
"""How much the outline's features may weigh beside the landmarks' (0: not at all); chosen like the strength."""

SKIN_TRUST = 10.0
"""How much more than landmarks the networks' points may weigh; of 3, 10 and 30 by cross-validation."""

LEAST_FAR = 4.0
"""Mean error variances that a picture counts at least whose features lie one standard deviation outside of the
range of the fit: of the fit's own pictures hardly any do, so that it cannot tell."""

ARM = ("elbow", "wrist", "thumb", "index", "pinky")
"""Landmarks that side views leave out: somebody may hold the arms as no rendered person does."""

STRETCHED, STRETCH_COST = 0.95, 1.02
"""The best estimate of what cannot be seen well is a cautious one: it reads large tilts too small, and changes, too.
So estimates are stretched until their slope against the truth is this, or the mean error grows so many times."""

WITH_CLOTH = "pelvic_obliquity"
PERSPECTIVE = ("turn", "elevation", "pelvis_turn")
"""Heads that are fitted first: a turned body seen from above or below looks tilted by the product of turn and
elevation, and so does the waistband of a turned pelvis."""

ODD = (
    "turn",
    "pelvis_turn",
    "shoulder_tilt",
    "pelvic_obliquity",
    "head_tilt",
    "trunk_lean",
    "trunk_shift",
    "weight_shift",
    "hip_rotation",
    *(f"{stem}_half" for stem in PAIRED),
)
EVEN = ("elevation", *(f"{stem}_mean" for stem in PAIRED), "shoulder_width", "hip_width")
SAGITTAL = ("turn", *(one.id for one in measures_for(View.LEFT)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """Standardised features of one group, and how they were standardised."""

    odd_names: tuple[str, ...]
    odd_scale: Floats
    even_names: tuple[str, ...]
    even_center: Floats
    even_scale: Floats

    def matrices(self, sample: Sample) -> tuple[Floats, Floats]:
        """Return the standardised odd and even features, 0 where missing."""
        odd = sample.matrix("odd", self.odd_names) / self.odd_scale
        even = (sample.matrix("even", self.even_names) - self.even_center) / self.even_scale
        return calibration.bounded(odd), calibration.bounded(even)


def make_design(sample: Sample) -> Design:
    """Return the features that at least half of the pictures give, and their robust spread."""
    odd_names, odd = _given(sample, "odd")
    even_names, even = _given(sample, "even")
    center = np.nanmedian(even, axis=0)
    return Design(
        odd_names=odd_names,
        odd_scale=_spread(odd),
        even_names=even_names,
        even_center=center,
        even_scale=_spread(even - center),
    )


def _given(sample: Sample, kind: str) -> tuple[tuple[str, ...], Floats]:
    every = dict.fromkeys(name for record in sample.records for name in record[kind])
    names = tuple(name for name in every if not name.startswith("cloth") and not _of_arm(name))
    matrix = sample.matrix(kind, names)
    kept = np.isfinite(matrix).mean(axis=0) >= 0.5
    return tuple(name for name, keep in zip(names, kept, strict=True) if keep), matrix[:, kept]


def _of_arm(feature: str) -> bool:
    side, _, rest = feature.partition("_")
    return side in ("near", "far") and rest.startswith(ARM)


def _spread(matrix: Floats) -> Floats:
    """Return the root mean square of the middle 98 % of each column, never 0."""
    limit = np.nanquantile(np.abs(matrix), 0.98, axis=0)
    clipped = np.clip(matrix, -limit, limit)
    return np.maximum(np.sqrt(np.nanmean(clipped**2, axis=0)), 1e-6)


def components(sample: Sample, odd: Floats, even: Floats) -> Floats:
    """Return (n, 5) squared quantities of the error model, as the product computes them."""
    given = zip(
        sample.number("jitter"),
        sample.number("roll_sd"),
        sample.direct("turn"),
        np.hstack([odd, even]),
        strict=True,
    )
    return np.array(
        [
            calibration.spread_components(
                jitter, Roll(estimate=Estimate.around(0.0, 1.96 * sd), source="given"), turn, features
            )
            for jitter, sd, turn, features in given
        ]
    )


def _is_outline(feature: str) -> bool:
    return feature.startswith(("side_", "top_", "gap_", "front_", "back_"))


def fit_variance(parts: Floats, residual: Floats) -> Floats:
    """Return the non-negative weights of `parts` that make the residuals most likely (normal), see `LEAST_FAR`."""
    limit = 4 * 1.4826 * np.median(np.abs(residual))
    squared = np.minimum(np.abs(residual), limit) ** 2
    scale = np.maximum(parts.mean(axis=0), 1e-3)

    def loss(log_weights: Floats) -> float:
        variance = parts @ (np.exp(log_weights) / scale)
        return float(np.mean(np.log(variance) + squared / variance))

    start = np.log(np.maximum(squared.mean(), 1e-9) * np.array([0.6, 0.1, 0.1, 0.1, 0.1]))
    best = minimize(loss, start, method="L-BFGS-B", bounds=[(-14.0, 8.0)] * parts.shape[1])
    weights = np.exp(best.x) / scale
    weights[-1] = max(weights[-1], LEAST_FAR * float(squared.mean()))
    return np.asarray(weights)


def covering_factor(scores: Floats) -> float:
    """Return how many standard deviations cover 95 % of fresh pictures (conformal quantile)."""
    return float(np.quantile(np.abs(scores), min(1.0, 0.95 * (1 + 1 / len(scores)))))


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """A split as the heads see it.

    odd, even, parts   (n, …) standardised features, and the squared quantities of the error model
    shown              what the heads of `PERSPECTIVE` say, (n,) each: of the fit split by lines that have
                       not seen the body
    """

    sample: Sample
    odd: Floats
    even: Floats
    parts: Floats
    shown: dict[str, Floats]

    def start(self, head: str) -> Floats:
        """Return (n, 2) degrees that a head starts from: the value off the landmarks, and the false tilt.

        The false tilt is known once the heads of `PERSPECTIVE` are, for heads that change sign in a mirror.
        """
        tilt = np.zeros(len(self.odd))
        if head in ODD and len(self.shown) == len(PERSPECTIVE):
            tilt = calibration.false_tilt_deg(self.shown["turn"], self.shown["elevation"])
        return np.column_stack([self.sample.direct(head), tilt])

    def lines(self, value: Floats, sd: Floats) -> Lines:
        """Return the lines of cloth, and what they are weighed against."""
        return lines_of(self.sample, value, sd, self.shown["pelvis_turn"], self.shown["elevation"])


def see(sample: Sample, design: Design) -> Seen:
    """Return a split before anything was fitted."""
    odd, even = design.matrices(sample)
    return Seen(sample=sample, odd=odd, even=even, parts=components(sample, odd, even), shown={})


def fit_group(fit: Sample, validate: Sample, *, frontal: bool) -> dict[str, Any]:
    """Return the fitted group as it stands in the data file; print how each head does."""
    design = make_design(fit)
    splits = see(fit, design), see(validate, design)
    every = (*ODD, *EVEN) if frontal else SAGITTAL
    heads = {
        head: fit_head(head, splits, design, frontal)
        for head in sorted(every, key=lambda head: head not in PERSPECTIVE)
    }
    return {
        "odd": {"names": design.odd_names, "scale": _short_list(design.odd_scale)},
        "even": {
            "names": design.even_names,
            "center": _short_list(design.even_center),
            "scale": _short_list(design.even_scale),
        },
        "heads": heads,
    }


def fit_head(head: str, splits: tuple[Seen, Seen], design: Design, frontal: bool) -> dict[str, Any]:
    """Return one head as it stands in the data file; `splits` to fit on and to validate."""
    fit, validate = splits
    odd = frontal and head in ODD
    known, known_v = (np.isfinite(one.sample.truth[head]) for one in splits)
    start, truth, bodies = (
        one[known] for one in (fit.start(head), fit.sample.truth[head], fit.sample.column("body_id"))
    )
    features, features_v = (one.odd if odd else one.even for one in splits)
    trusted = trusts(design.odd_names if odd else design.even_names)
    predictions = {
        (strength, trust): cross_validate(start, features[known] * scale, truth, bodies, strength, odd=odd)
        for strength in STRENGTHS
        for trust, scale in trusted.items()
    }
    strength, trust = min(predictions, key=lambda one: float(np.abs(predictions[one] - truth).mean()))
    left_out = predictions[strength, trust]
    variance = fit_variance(fit.parts[known], left_out - truth)
    line = fit_line(start, features[known] * trusted[trust], truth, strength, odd=odd)
    line = replace(line, weights=line.weights * trusted[trust])
    truth_v = validate.sample.truth[head][known_v]
    value_v = line(validate.start(head)[known_v], features_v[known_v])
    sd, sd_v = (
        np.sqrt(one.parts[which] @ variance) for one, which in zip(splits, (known, known_v), strict=True)
    )
    fusion = None
    if head == WITH_CLOTH and "cloth0_slope" in fit.sample.records[0]["odd"]:
        fusion, left_out, sd = cross_fit(fit.lines(left_out, sd), truth, bodies)
        value_v, sd_v = fuse(validate.lines(value_v, sd_v), fusion)
    elif frontal and head in PERSPECTIVE:
        fit.shown[head], validate.shown[head] = left_out, value_v
    middle = 0.0 if odd else float(truth.mean())
    stretch = 1.0 if head in PERSPECTIVE else fit_stretch(left_out - middle, truth - middle)
    left_out, value_v = (middle + stretch * (value - middle) for value in (left_out, value_v))
    sd, sd_v = stretch * sd, stretch * sd_v
    factor = covering_factor(np.concatenate([(left_out - truth) / sd, (value_v - truth_v) / sd_v]))
    _print_line(head, strength, trust, left_out, truth, value_v, truth_v, factor * sd_v)
    entry = _entry(line, variance, factor, strength, trust, odd=odd)
    entry |= {"middle": _short(middle), "stretch": _short(stretch)}
    return entry if fusion is None else entry | {"fusion": _fusion_entry(fusion)}


def fit_stretch(value: Floats, truth: Floats) -> float:
    """Return how much to stretch (n,) estimates of left-out bodies, see `STRETCHED`; both about the middle."""
    slope = np.polyfit(truth, value, 1)[0]
    steps = np.linspace(1.0, max(1.0, STRETCHED / max(slope, 0.5)), 41)
    error = np.array([np.abs(step * value - truth).mean() for step in steps])
    return float(steps[error <= STRETCH_COST * error[0]].max())


def trusts(names: tuple[str, ...]) -> dict[float, Floats]:
    """Return how much each feature may weigh, by what its outline is trusted, see `OUTLINE_TRUST`."""
    outline = np.array([_is_outline(name) for name in names])
    skin = np.where([name.startswith("skin_") for name in names], SKIN_TRUST, 1.0)
    return {trust: np.where(outline, trust, skin) for trust in (OUTLINE_TRUST if outline.any() else (1.0,))}


def _entry(
    line: Line, variance: Floats, factor: float, strength: float, trust: float, *, odd: bool
) -> dict[str, Any]:
    direct, false_tilt = (_short(gain) for gain in line.gains)
    return {
        "odd": odd,
        "direct": direct,
        "false_tilt": false_tilt,
        "bias": 0.0 if odd else _short(line.bias),
        "weights": _short_list(line.weights),
        "variance": _short_list(variance),
        "factor": _short(factor),
        "strength": float(strength),
        "outline_trust": float(trust),
    }


def _fusion_entry(fusion: Fusion) -> dict[str, Any]:
    arrays = {name: _short_list(getattr(fusion, name)) for name in ("center", "scale", "odds", "spread")}
    numbers = ("stray", "turn", "turn_sag", "turn_elevation", "roll")
    return arrays | {name: _short(getattr(fusion, name)) for name in numbers}


def _short_list(numbers: Floats) -> list[float]:
    return [_short(one) for one in numbers]


def _short(number: float) -> float:
    return float(f"{number:.5g}")


def _print_line(
    head: str,
    strength: float,
    trust: float,
    left_out: Floats,
    truth: Floats,
    value: Floats,
    truth_v: Floats,
    reach: Floats,
) -> None:
    slope = np.polyfit(truth_v, value, 1)[0] if truth_v.std() > 0 else np.nan
    print(
        f"  {head:24s} λ {strength:8.1f} × {trust:.1f}  CV MAE {np.abs(left_out - truth).mean():6.3f}   validation MAE "
        f"{np.abs(value - truth_v).mean():6.3f}  slope {slope:5.2f}  ± {np.median(reach):5.2f}   "
        f"always-mean {np.abs(truth_v - truth_v.mean()).mean():6.3f}"
    )


def main() -> None:
    """Fit every group and write the data file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    groups = {}
    counts = {}
    for mode in ("full", "fast"):
        splits = {
            split: load(
                options.data / f"{split}{'' if mode == 'full' else '-fast'}.jsonl",
                options.data / split / "truth.csv",
            )
            for split in ("fit", "validate")
        }
        for name in ("front", "back", "side"):
            fit, validate = splits["fit"][name], splits["validate"][name]
            print(f"{name}/{mode}: {len(fit.records)} pictures to fit, {len(validate.records)} to validate")
            groups[f"{name}/{mode}"] = fit_group(fit, validate, frontal=name != "side")
            counts[f"{name}/{mode}"] = [len(fit.records), len(validate.records)]
    document = {
        "schema": calibration.SCHEMA,
        "provenance": {
            "made_by": "python -m benchmarks.accuracy.fit",
            "made_on": date.today().isoformat(),
            "levelback": __version__,
            "pictures_to_fit_and_validate": counts,
            "truth": "benchmarks/synthetic/truth, see docs/accuracy.md",
        },
        "groups": groups,
    }
    options.out.write_text(json.dumps(document, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
