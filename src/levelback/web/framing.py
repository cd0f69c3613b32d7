"""What the framing guide checks before a photo: whole body, square to the camera, still, camera level."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from levelback.form import Specification
from levelback.form.body import SEEN
from levelback.form.specification import Band, Check
from levelback.metrics.roll import estimate_roll
from levelback.metrics.stance import roll_from_stance
from levelback.metrics.values import Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks

SIGNALS = {"whole": ("margin", "size"), "square": ("shoulder_width", "face_turn"), "still": ("speed",)}
"""The signals of the exercise ``standing`` that each check looks at; its file has their bands."""
LOOK_EVERY_S = 1.0
"""How often the roll of the camera is read: a camera on a shelf does not turn between."""
TILTED_DEG = 2.0
"""A camera is tilted where the whole interval of its roll lies beyond this. Engineering choice: the numbers
are corrected for roll, but the correction has an error, and a straight picture needs none."""
_MARGIN_SHARE = 0.04


def camera_roll(image: NDArray[np.uint8], landmarks: Landmarks) -> Roll:
    """Return the roll of the camera that took `image`, (height, width, 3) uint8 RGB, a person in it.

    From the lines of the room round the person, or else from how the person stands.
    """
    roll = estimate_roll(image, _room_taken(landmarks))
    if roll.source == "assumed_level":
        try:
            return roll_from_stance(landmarks, fast=True)
        except ValueError:  # upside down, or lying
            return roll
    return roll


def checks(
    specification: Specification, values: Mapping[str, float], landmarks: Landmarks | None, roll: Roll | None
) -> dict[str, bool | None]:
    """Return whether each check passes; None where it cannot be told.

    `values` are those of the set's state; `landmarks` None: nobody is seen.
    """
    if landmarks is None:
        return dict.fromkeys([*SIGNALS, "level"])
    bands: list[Check | Band] = [*specification.placement.checks, *specification.within]
    found: dict[str, bool | None] = {}
    for name, signals in SIGNALS.items():
        fits = [
            band.low <= values[band.signal] <= band.high
            for band in bands
            if band.signal in signals and band.signal in values
        ]
        found[name] = all(fits) if fits else None
    if not all(_seen(landmarks, part) for part in specification.placement.seen):
        found["whole"] = False
    found["level"] = None if roll is None or roll.source == "assumed_level" else tilt_deg(roll) is None
    return found


def tilt_deg(roll: Roll | None) -> float | None:
    """Return the roll of a camera that is surely tilted, in degrees; None of one that may be level."""
    if roll is None or abs(roll.estimate.value) - roll.estimate.half_width <= TILTED_DEG:
        return None
    return roll.estimate.value


def _seen(landmarks: Landmarks, part: str) -> bool:
    """Tell whether one side at least of a part of the body, like ``ankle``, is seen."""
    sides = [Joint[f"{side}_{part}".upper()] for side in ("left", "right")]
    return float(landmarks.visibility[sides].max()) >= SEEN


def _room_taken(landmarks: Landmarks) -> NDArray[np.uint8]:
    """Return the box that the person fills, as a mask: lines of the body are no lines of the room."""
    mask = np.zeros((landmarks.height, landmarks.width), np.uint8)
    margin = _MARGIN_SHARE * landmarks.height
    left, top = np.maximum(landmarks.points.min(axis=0) - margin, 0).astype(int)
    right, bottom = np.maximum(landmarks.points.max(axis=0) + margin, 0).astype(int)
    mask[top:bottom, left:right] = 255
    return mask
