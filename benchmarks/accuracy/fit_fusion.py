"""Fit how lines of cloth are weighed against the rest of the body.

The mixture of `levelback.metrics.fusion` is fitted by maximum likelihood, with its gradient, from predictions
of the rest of the body for bodies that its own fit has not seen.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from benchmarks.accuracy.tables import Floats, Sample
from levelback.metrics import calibration
from levelback.metrics.features import Features
from levelback.metrics.fusion import (
    LOG_SPREAD,
    Fusion,
    Lines,
    fuse,
    log_normal,
    mixture,
    square_on,
    standardized,
)

FOLDS = 6
SHRINK_ODDS, SHRINK_SPREAD = 0.03, 0.1
"""Chosen by cross-validation over 456 pictures: a third of it finds 6 % fewer of the tilts of 3° and more."""
WILD = 1e-3
"""Density of wild pictures: it keeps one of them from deciding the fit."""


def lines_of(sample: Sample, base: Floats, base_sd: Floats, turn: Floats, elevation: Floats) -> Lines:
    """Return the lines of cloth of every picture of `sample`, and what they are weighed against."""
    arrays = [
        calibration.cloth_arrays(Features(odd=record["odd"], even=record["even"]))
        for record in sample.records
    ]
    slope, sag, traits = (np.array(one) for one in zip(*arrays, strict=True))
    return Lines(
        slope_deg=slope,
        sag=sag,
        traits=traits,
        base=base,
        base_sd=base_sd,
        turn=turn,
        elevation=elevation,
        roll_sd=sample.number("roll_sd"),
    )


def cross_fit(lines: Lines, truth: Floats, bodies: np.ndarray) -> tuple[Fusion, Floats, Floats]:
    """Return the mixture, and value and standard deviation (n,) by mixtures that have not seen the body."""
    names = np.unique(bodies)
    fold_of = {name: i % FOLDS for i, name in enumerate(np.random.default_rng(1).permutation(names))}
    fold = np.array([fold_of[body] for body in bodies])
    value, sd = np.empty(len(truth)), np.empty(len(truth))
    for k in range(FOLDS):
        out = fold == k
        value[out], sd[out] = fuse(_chosen(lines, out), fit_fusion(_chosen(lines, ~out), truth[~out]))
    return fit_fusion(lines, truth), value, sd


def _chosen(lines: Lines, which: np.ndarray) -> Lines:
    return Lines(**{name: getattr(lines, name)[which] for name in Lines.__slots__})


def fit_fusion(lines: Lines, truth: Floats) -> Fusion:
    """Return the mixture that makes the truth most likely."""
    given = np.isfinite(lines.slope_deg)
    traits = lines.traits[given]
    count = traits.shape[-1]
    start = Fusion(
        center=np.nan_to_num(np.nanmean(traits, axis=0)),
        scale=np.nan_to_num(np.nanstd(traits, axis=0)) + 1e-9,
        odds=np.zeros(count + 1),
        spread=np.concatenate([[-0.5], np.zeros(count)]),
        stray=3.0,
        turn=0.0,
        turn_sag=0.0,
        turn_elevation=0.0,
        roll=0.4,
    )
    # Bounds keep what a few pictures cannot tell: strays are wide, and the roll is shared once at most.
    bounds = [(None, None)] * (2 * count + 2) + [
        (0.5, 2.0), (-0.3, 0.3), (-0.6, 0.6), (-1.5, 1.5), (-6.0, 0.0),
    ]  # fmt: skip
    best = minimize(
        loss, packed(start), args=(start, lines, truth), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 150},
    )  # fmt: skip
    return unpacked(best.x, start)


def packed(fusion: Fusion) -> Floats:
    """Return the numbers that are fitted as one vector."""
    rest = [np.log(fusion.stray), fusion.turn, fusion.turn_sag, fusion.turn_elevation, np.log(fusion.roll)]
    return np.concatenate([fusion.odds, fusion.spread, rest])


def unpacked(x: Floats, like: Fusion) -> Fusion:
    """Return `like` with the fitted numbers in `x`."""
    count = len(like.odds)
    stray, turn, turn_sag, turn_elevation, roll = x[2 * count :]
    return replace(
        like,
        odds=x[:count],
        spread=x[count : 2 * count],
        stray=float(np.exp(stray)),
        turn=float(turn),
        turn_sag=float(turn_sag),
        turn_elevation=float(turn_elevation),
        roll=float(np.exp(roll)),
    )


def loss(x: Floats, like: Fusion, lines: Lines, truth: Floats) -> tuple[float, Floats]:
    """Return the mean negative log likelihood, shrinkage included, and its gradient by `x`."""
    fit = unpacked(x, like)
    log_weight, mean, variance = mixture(lines, fit)
    off = truth[:, None] - mean
    each = log_weight + log_normal(off, variance)
    wild = np.full((len(truth), 1), np.log(WILD))
    total = np.logaddexp.reduce(np.concatenate([each, wild], axis=1), axis=1, keepdims=True)
    posterior = np.exp(each - total)
    by_score = np.exp(log_weight) * (1 - np.exp(wild - total)) - posterior
    by_mean = -posterior * off / variance
    by_variance = -posterior * 0.5 * ((off / variance) ** 2 - 1 / variance)
    gradient = _chained(fit, lines, by_score[:, 1:], by_mean[:, 1:], by_variance)
    shrink = np.zeros(len(x))
    count = len(fit.odds)
    shrink[1:count], shrink[count + 1 : 2 * count] = SHRINK_ODDS, SHRINK_SPREAD
    # Centred where the start is: traits that say nothing leave odds and spread alone.
    value = float(-total.mean() + (shrink * x**2).sum())
    return value, gradient / len(truth) + 2 * shrink * x


def _chained(fit: Fusion, lines: Lines, by_score: Floats, by_mean: Floats, by_variance: Floats) -> Floats:
    """Return the gradient by the packed numbers, from those by score, mean and variance of the mixture."""
    given = np.isfinite(lines.slope_deg)
    traits = standardized(lines.traits, fit) * given[..., None]
    line, base, prior = square_on(lines, fit), lines.base[:, None], lines.base_sd[:, None] ** 2
    log_spread = traits @ fit.spread
    spread = np.exp(2 * np.clip(log_spread, *LOG_SPREAD))
    off, narrow, wide = line - base, prior + spread, prior + fit.stray**2
    joint = (base * spread + line * prior) / narrow
    by_score = np.where(given, by_score, 0.0)
    by_spread = (
        by_score * 0.5 * ((off / narrow) ** 2 - 1 / narrow)
        + by_mean * (base - joint) / narrow
        + by_variance[:, 1:] * (prior / narrow) ** 2
    )
    by_log_spread = by_spread * 2 * spread * ((log_spread > LOG_SPREAD[0]) & (log_spread < LOG_SPREAD[1]))
    by_line = by_score * (off / wide - off / narrow) + by_mean * prior / narrow
    by_bend = -by_line * lines.turn[:, None] * given
    by_stray = -by_score * 0.5 * ((off / wide) ** 2 - 1 / wide) * 2 * fit.stray**2
    rest = [
        by_stray.sum(),
        by_bend.sum(),
        (by_bend * np.nan_to_num(lines.sag)).sum(),
        (by_bend * np.tan(np.radians(lines.elevation))[:, None]).sum(),
        (by_variance * fit.roll * lines.roll_sd[:, None] ** 2).sum(),
    ]
    return np.concatenate(
        [np.einsum("nk,nkt->t", by_score, traits), np.einsum("nk,nkt->t", by_log_spread, traits), rest]
    )
