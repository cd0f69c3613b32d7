"""Camera roll from how the body stands, for pictures without lines in the room.

Both feet are on one floor and the body balances over them. Ankles, knees and head together therefore tell
upright from turned far better than taking the camera to be level does, and whatever tilts all of them
alike is the camera. A shrunken linear map of the landmarks' odd features gives the roll; its numbers stand
in data/stance.json, made by ``python -m benchmarks.accuracy.stance`` from rendered people.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from levelback.metrics.body import X_TOWARDS, body_frame
from levelback.metrics.features import landmark_features
from levelback.metrics.geometry import Floats
from levelback.metrics.roll import ASSUMED_LEVEL, MAX_ROLL_DEG
from levelback.metrics.values import Estimate, Roll
from levelback.pose.landmarks import Landmarks

SCHEMA = "levelback.stance/1"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Stance:
    """Fitted numbers of one view and mode.

    names     odd landmark features that are read
    weights   (n,) degrees of roll in the body frame (counter-clockwise from +X to +Y) per feature
    sd        standard deviation of the roll over bodies that were left out of the fit, degrees
    """

    names: tuple[str, ...]
    weights: Floats
    sd: float


def roll_from_stance(landmarks: Landmarks, *, fast: bool = False) -> Roll:
    """Return the camera roll that the subject's stance shows, with its 95 % interval.

    fast   the landmarks come from a single pass
    The camera is assumed level in side views and where the stance shows a roll that nobody holds a camera
    at. A mirrored picture gives the opposite roll. Raises ValueError where the shoulders are not above the
    ankles.
    """
    fit = load_stances().get(f"{landmarks.view.value}/{'fast' if fast else 'full'}")
    if fit is None:
        return ASSUMED_LEVEL
    odd = landmark_features(body_frame(landmarks, 0.0)).odd
    turned = float(fit.weights @ np.array([odd[name] for name in fit.names]))
    if abs(turned) > MAX_ROLL_DEG:
        return ASSUMED_LEVEL
    # Roll is clockwise in the picture; seen from the front, so is the body frame from +Y to +X.
    roll = -X_TOWARDS[landmarks.view] * turned
    return Roll(estimate=Estimate.around(roll, 1.96 * fit.sd), source="stance")


@cache
def load_stances() -> dict[str, Stance]:
    """Return the fits that come with this version, by view and mode, like ``front/full``.

    Raises ValueError where the file's schema is not the one that this version reads.
    """
    text = (files("levelback.metrics") / "data" / "stance.json").read_text(encoding="utf-8")
    document = json.loads(text)
    if document.get("schema") != SCHEMA:
        raise ValueError(f"stance schema is {document.get('schema')}, expected {SCHEMA}")
    return {
        key: Stance(names=tuple(entry["names"]), weights=np.array(entry["weights"]), sd=entry["sd"])
        for key, entry in document["groups"].items()
    }
