"""Weighing lines of cloth against the rest of the body.

A line across the hips may be a waistband, which shows the tilt of the pelvis itself, or a shirt hem or a
fold, which does not. Each line starts with the odds that its height, contrast and agreement give it; a
line that agrees with what the rest of the body says gains, one that contradicts it loses. The answer is
the mean over "no line counts" and "this line counts", weighted by how likely each is, with the spread of
that mixture, so that a picture in which the two disagree is said to be uncertain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from levelback.metrics.geometry import Floats

LINE_FEATURES = ("contrast", "agreement", "height", "height_squared", "sag_size")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fusion:
    """Fitted numbers of the mixture.

    odds         (6,) log odds that a line is fixed to the pelvis: constant, then `LINE_FEATURES`
    spread       standard deviation of a pelvic line around the truth, degrees
    stray        standard deviation of other lines around the rest of the body's estimate, degrees
    turn, turn_sag   degrees that a line tilts per degree of turn of the body, and per degree times sag
    """

    odds: Floats
    spread: float
    stray: float
    turn: float
    turn_sag: float


def line_features(contrast: Floats, agreement: Floats, height: Floats, sag: Floats) -> Floats:
    """Return (..., 5) features of lines, scaled to about one."""
    return np.stack(
        [
            np.log1p(np.maximum(contrast, 0.0)) - 3.0,
            10.0 * (agreement - 0.9),
            10.0 * (height - 0.05),
            (10.0 * (height - 0.05)) ** 2,
            np.abs(sag),
        ],
        axis=-1,
    )


def fuse(
    base: Floats, base_sd: Floats, slope_deg: Floats, sag: Floats, features: Floats, turn: Floats, fit: Fusion
) -> tuple[Floats, Floats]:
    """Return value and standard deviation of the mixture, (n,) degrees each.

    base, base_sd   (n,) what the rest of the body says
    slope_deg, sag  (n, k) lines; NaN where there is none
    features        (n, k, 5) of `line_features`
    turn            (n,) turn of the body, degrees
    """
    weight, mean, variance = mixture(base, base_sd, slope_deg, sag, features, turn, fit)
    value = (weight * mean).sum(axis=-1)
    spread = (weight * (variance + (mean - value[..., None]) ** 2)).sum(axis=-1)
    return value, np.sqrt(spread)


def mixture(
    base: Floats, base_sd: Floats, slope_deg: Floats, sag: Floats, features: Floats, turn: Floats, fit: Fusion
) -> tuple[Floats, Floats, Floats]:
    """Return weights, means and variances (n, k + 1) of "no line counts" and "line k counts"."""
    given = np.isfinite(slope_deg)
    bend = np.nan_to_num(sag)
    line = np.nan_to_num(slope_deg) - turn[..., None] * (fit.turn + fit.turn_sag * bend)
    log_odds = fit.odds[0] + np.nan_to_num(features) @ fit.odds[1:]
    prior = base_sd[..., None] ** 2
    gain = _log_normal(line - base[..., None], prior + fit.spread**2)
    gain = gain - _log_normal(line - base[..., None], prior + fit.stray**2)
    score = np.where(given, log_odds + gain, -np.inf)
    score = np.concatenate([np.zeros((*base.shape, 1)), score], axis=-1)
    weight = np.exp(score - score.max(axis=-1, keepdims=True))
    weight /= weight.sum(axis=-1, keepdims=True)
    precision = 1 / prior + 1 / fit.spread**2
    joint = (base[..., None] / prior + line / fit.spread**2) / precision
    mean = np.concatenate([base[..., None], joint], axis=-1)
    variance = np.concatenate([prior, np.broadcast_to(1 / precision, line.shape)], axis=-1)
    return weight, mean, variance


def _log_normal(offset: Floats, variance: Floats) -> Floats:
    return -0.5 * (offset**2 / variance + np.log(variance))
