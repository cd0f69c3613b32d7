"""Calibrated estimators: fitted numbers that turn an observation into a value and its doubt.

Each measure has a *head*: a shrunken linear map of the features (ridge regression) on top of the value
read straight off the landmarks, and a model of its own error. The numbers stand in
data/calibration.json, made by ``make calibration`` from rendered people with exact truth; the file says
how. Heads of measures that change sign in a mirror read odd features only and have no constant, so a
symmetric body gives exactly zero.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from levelback.metrics.cloth import TRAITS
from levelback.metrics.features import CLOTH_LINES, Features
from levelback.metrics.fusion import Fusion, Lines, fuse
from levelback.metrics.geometry import Floats
from levelback.metrics.observe import Observation
from levelback.metrics.values import Estimate, Roll
from levelback.pose.landmarks import View

SCHEMA = "levelback.calibration/1"
MAX_Z = 5.0
"""Standardised features are cut off here, so that one misread edge cannot carry an estimate away."""

CAUSES = ("the body and its clothes", "spread over crops", "camera roll", "turn", "unusual picture")
"""What the components of a head's error variance are, see `spread_components`."""

FAR_Z = 2.5
"""Standardised features beyond this count as outside the range of the fit."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Head:
    """The fitted estimator of one measure in one group of views.

    direct     gain on the value straight off the landmarks (0 where there is none)
    false_tilt gain on the tilt that perspective feigns, see `false_tilt_deg`
    bias       constant (0 for odd heads)
    odd        whether it reads the odd or the even features
    weights    (n,) per standardised feature
    variance   error variance per component, see `spread_components`
    factor     half-width of the 95 % interval in standard deviations, over left-out bodies and the
               validation split
    fusion     how lines of cloth are weighed in, None where they say nothing
    middle, stretch   what was estimated is moved so many times as far from the middle: a cautious estimate
               reads a large tilt too small
    """

    direct: float
    bias: float
    odd: bool
    weights: Floats
    variance: Floats
    factor: float
    false_tilt: float = 0.0
    fusion: Fusion | None = None
    middle: float = 0.0
    stretch: float = 1.0

    def stretched(self, value: float, sd: float) -> tuple[float, float]:
        """Return value and standard deviation, stretched."""
        return self.middle + self.stretch * (value - self.middle), self.stretch * sd


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Group:
    """All heads of one view and mode, and how their features are standardised.

    Odd features have no centre. names, center, scale: odd and even apart.
    """

    odd_names: tuple[str, ...]
    odd_scale: Floats
    even_names: tuple[str, ...]
    even_center: Floats
    even_scale: Floats
    heads: dict[str, Head]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prediction:
    """A value, its standard deviation, and how many of them its 95 % interval reaches to each side."""

    value: float
    sd: float
    factor: float

    def estimate(self, widen: float = 1.0) -> Estimate:
        """Return the 95 % interval, `widen` times as wide."""
        return Estimate.around(self.value, self.factor * self.sd * widen)


def group_key(view: View, *, fast: bool) -> str:
    """Return the name of the group of heads for a view and mode, like ``front/full``."""
    return f"{view.value if view.frontal else 'side'}/{'fast' if fast else 'full'}"


def standardize(values: dict[str, float], names: tuple[str, ...], center: Floats, scale: Floats) -> Floats:
    """Return (n,) standardised features; 0, the mean, where the picture does not give one."""
    raw = np.array([values.get(name, np.nan) for name in names], dtype=np.float64)
    return bounded((raw - center) / scale)


def bounded(standardized: Floats) -> Floats:
    """Return standardised features with none missing and none wild: one odd edge must not decide."""
    return np.clip(np.nan_to_num(standardized, nan=0.0), -MAX_Z, MAX_Z)


def spread_components(jitter: float, roll: Roll, turn_deg: float, features: Floats) -> Floats:
    """Return the squared quantities whose weighted sum is a head's error variance, (5,).

    1; the spread over crops (10⁻³ body units); the camera roll's standard deviation (degrees); the turn
    of the body (tens of degrees); how far the features lie outside the range of the fit (standard
    deviations beyond `FAR_Z`).
    """
    far = np.sqrt(np.mean(np.maximum(np.abs(features) - FAR_Z, 0) ** 2)) if len(features) else 0.0
    turn = turn_deg / 10 if np.isfinite(turn_deg) else 0.0
    return np.array([1.0, 1e3 * jitter, roll.estimate.half_width / 1.96, min(abs(turn), 3.0), far]) ** 2


def false_tilt_deg(turn_deg: Floats, elevation_deg: Floats) -> Floats:
    """Return how much a level line across a body looks tilted (left higher) that is turned to its left.

    elevation_deg   how far up the camera looks at the body; from above or from the back the sign changes
    """
    return np.asarray(turn_deg * np.tan(np.radians(elevation_deg)))


class Calibration:
    """The fitted numbers of data/calibration.json, checked and unpacked."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Raises ValueError where the schema is not the one that this version reads."""
        if document.get("schema") != SCHEMA:
            raise ValueError(f"calibration schema is {document.get('schema')}, expected {SCHEMA}")
        self.provenance: dict[str, Any] = document["provenance"]
        self._groups = {key: _group(entry) for key, entry in document["groups"].items()}

    def predict(self, head_id: str, observation: Observation, *, fast: bool) -> Prediction | None:
        """Return the prediction of one head; None where nothing was fitted for it in this view."""
        return self.predictions(observation, fast=fast).get(head_id)

    def predictions(self, observation: Observation, *, fast: bool) -> dict[str, Prediction]:
        """Return the predictions of all heads that were fitted for this view and mode."""
        group = self._groups.get(group_key(observation.body.view, fast=fast))
        return {} if group is None else _predictions(group, observation)

    def causes(self, head_id: str, observation: Observation, *, fast: bool) -> dict[str, float]:
        """Return the error variance of one head by its causes, in squared units of the measure.

        Without lines of cloth, which only ever narrow it. Empty where nothing was fitted.
        """
        group = self._groups.get(group_key(observation.body.view, fast=fast))
        if group is None or head_id not in group.heads:
            return {}
        _, _, spread = _read(group, observation)
        head = group.heads[head_id]
        return dict(zip(CAUSES, (head.stretch**2 * head.variance * spread).tolist(), strict=True))


def _read(group: Group, observation: Observation) -> tuple[Floats, Floats, Floats]:
    """Return the standardised odd and even features, and the spread components."""
    odd = standardize(observation.features.odd, group.odd_names, np.zeros(1), group.odd_scale)
    even = standardize(observation.features.even, group.even_names, group.even_center, group.even_scale)
    turn = observation.direct.get("turn", 0.0)
    return (
        odd,
        even,
        spread_components(observation.jitter, observation.roll, turn, np.concatenate([odd, even])),
    )


def _predictions(group: Group, observation: Observation) -> dict[str, Prediction]:
    odd, even, spread = _read(group, observation)

    def linear(id: str) -> float:
        head, direct = group.heads[id], observation.direct.get(id, np.nan)
        start = head.direct * direct if np.isfinite(direct) else 0.0
        return float(start + head.bias + head.weights @ (odd if head.odd else even))

    turn, elevation = (linear(id) if id in group.heads else 0.0 for id in ("turn", "elevation"))
    tilt = float(false_tilt_deg(np.array(turn), np.array(elevation)))
    found = {}
    for id, head in group.heads.items():
        value, sd = linear(id) + head.false_tilt * tilt, float(np.sqrt(head.variance @ spread))
        if head.fusion is not None:
            value, sd = _with_cloth(value, sd, linear("pelvis_turn"), elevation, observation, head.fusion)
        value, sd = head.stretched(value, sd)
        found[id] = Prediction(value=value, sd=sd, factor=head.factor)
    return found


def cloth_arrays(features: Features) -> tuple[Floats, Floats, Floats]:
    """Return slope (k,) in degrees, sag (k,) and traits (k, traits) of the lines of cloth; NaN: no line."""
    ranks = range(CLOTH_LINES)
    slope = np.array([features.odd.get(f"cloth{rank}_slope", np.nan) for rank in ranks])
    traits = np.array(
        [[features.even.get(f"cloth{rank}_{name}", np.nan) for name in TRAITS] for rank in ranks]
    )
    return slope, traits[:, TRAITS.index("sag")], traits


def _with_cloth(
    value: float, sd: float, turn: float, elevation: float, observation: Observation, fusion: Fusion
) -> tuple[float, float]:
    slope, sag, traits = cloth_arrays(observation.features)
    lines = Lines(
        slope_deg=slope[None],
        sag=sag[None],
        traits=traits[None],
        base=np.array([value]),
        base_sd=np.array([sd]),
        turn=np.array([turn]),
        elevation=np.array([elevation]),
        roll_sd=np.array([observation.roll.estimate.half_width / 1.96]),
    )
    fused, spread = fuse(lines, fusion)
    return float(fused[0]), float(spread[0])


def _group(entry: dict[str, Any]) -> Group:
    return Group(
        odd_names=tuple(entry["odd"]["names"]),
        odd_scale=np.array(entry["odd"]["scale"]),
        even_names=tuple(entry["even"]["names"]),
        even_center=np.array(entry["even"]["center"]),
        even_scale=np.array(entry["even"]["scale"]),
        heads={
            id: Head(
                direct=head["direct"],
                false_tilt=head.get("false_tilt", 0.0),
                bias=head["bias"],
                odd=head["odd"],
                weights=np.array(head["weights"]),
                variance=np.array(head["variance"]),
                factor=head["factor"],
                fusion=_fusion(head.get("fusion")),
                middle=head.get("middle", 0.0),
                stretch=head.get("stretch", 1.0),
            )
            for id, head in entry["heads"].items()
        },
    )


def _fusion(entry: dict[str, Any] | None) -> Fusion | None:
    if entry is None:
        return None
    arrays = {name: np.array(entry[name]) for name in ("center", "scale", "odds", "spread")}
    return Fusion(**{**entry, **arrays})


@cache
def load_calibration() -> Calibration:
    """Return the calibration that comes with this version."""
    text = (files("levelback.metrics") / "data" / "calibration.json").read_text(encoding="utf-8")
    return Calibration(json.loads(text))
