"""Weighing lines of cloth against the rest of the body.

A line across the hips may be a waistband, which shows the tilt of the pelvis itself, or a shirt hem or a
fold, which does not. Each line starts with the odds and the spread that its traits give it; a line that
agrees with what the rest of the body says gains, one that contradicts it loses. The answer is the mean over
"no line counts" and "this line counts", weighted by how likely each is, with the spread of that mixture, so
that a picture in which the two disagree is said to be uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from levelback.metrics.geometry import Floats

MAX_Z = 4.0
"""Standardised traits are cut off here, so that one wild colour cannot decide for a line."""

LOG_SPREAD = (-2.0, 1.5)
"""Bounds of the log standard deviation (degrees) of a line around the pelvis."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fusion:
    """Fitted numbers of the mixture.

    center, scale  (n,) of the traits
    odds     (n + 1,) log odds that a line is fixed to the pelvis: constant, then per standardised trait
    spread   (n + 1,) log standard deviation of such a line around the pelvis, degrees, likewise
    stray    standard deviation of other lines around the rest of the body's estimate, degrees
    turn, turn_sag, turn_elevation   degrees that a line tilts per degree of turn: always, times its sag, and
             times the tangent of the angle at which the camera looks up
    roll     share of the camera roll's variance that lines and body have in common
    """

    center: Floats
    scale: Floats
    odds: Floats
    spread: Floats
    stray: float
    turn: float
    turn_sag: float
    turn_elevation: float
    roll: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Lines:
    """The lines of cloth of n pictures, k each, and what they are weighed against.

    slope_deg, sag   (n, k); NaN slope where there is no line
    traits           (n, k, traits) of `cloth.TRAITS`
    base, base_sd    (n,) what the rest of the body says, degrees
    turn, elevation  (n,) turn of the pelvis, and how far up the camera looks at the body, degrees
    roll_sd          (n,) standard deviation of the camera roll, degrees
    """

    slope_deg: Floats
    sag: Floats
    traits: Floats
    base: Floats
    base_sd: Floats
    turn: Floats
    elevation: Floats
    roll_sd: Floats


class Mixture(NamedTuple):
    """Log weights, means and variances (n, k + 1) of "no line counts" and "line k counts"."""

    log_weight: Floats
    mean: Floats
    variance: Floats


def fuse(lines: Lines, fit: Fusion) -> tuple[Floats, Floats]:
    """Return value and standard deviation of the mixture, (n,) degrees each."""
    log_weight, mean, variance = mixture(lines, fit)
    weight = np.exp(log_weight)
    value = (weight * mean).sum(axis=-1)
    spread = (weight * (variance + (mean - value[:, None]) ** 2)).sum(axis=-1)
    return value, np.sqrt(spread)


def standardized(traits: Floats, fit: Fusion) -> Floats:
    """Return (n, k, traits + 1): a constant 1, then the standardised traits, 0 where one is missing."""
    z = np.clip(np.nan_to_num((traits - fit.center) / fit.scale), -MAX_Z, MAX_Z)
    return np.concatenate([np.ones((*z.shape[:-1], 1)), z], axis=-1)


def mixture(lines: Lines, fit: Fusion) -> Mixture:
    """Return the mixture that `fuse` takes the mean of."""
    traits = standardized(lines.traits, fit)
    line = square_on(lines, fit)
    base, prior = lines.base[:, None], lines.base_sd[:, None] ** 2
    spread = np.exp(2 * np.clip(traits @ fit.spread, *LOG_SPREAD))
    gain = log_normal(line - base, prior + spread) - log_normal(line - base, prior + fit.stray**2)
    score = np.where(np.isfinite(lines.slope_deg), traits @ fit.odds + gain, -np.inf)
    score = np.concatenate([np.zeros_like(base), score], axis=1)
    shared = fit.roll * lines.roll_sd[:, None] ** 2
    return Mixture(
        log_weight=score - np.logaddexp.reduce(score, axis=1, keepdims=True),
        mean=np.concatenate([base, (base * spread + line * prior) / (prior + spread)], axis=1),
        variance=np.concatenate([prior, prior * spread / (prior + spread)], axis=1) + shared,
    )


def square_on(lines: Lines, fit: Fusion) -> Floats:
    """Return (n, k) slopes in degrees as a body seen square on would show them; 0 where there is no line."""
    bend = fit.turn + fit.turn_sag * np.nan_to_num(lines.sag)
    bend = bend + fit.turn_elevation * np.tan(np.radians(lines.elevation))[:, None]
    return np.asarray(np.nan_to_num(lines.slope_deg) - lines.turn[:, None] * bend)


def log_normal(offset: Floats, variance: Floats) -> Floats:
    """Return the log density of a normal distribution, but for a constant."""
    return -0.5 * (offset**2 / variance + np.log(variance))
