"""Ridge regression with Huber weights: the line that the estimators are, fitted and tried on other bodies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from benchmarks.accuracy.tables import Floats

FOLDS = 10
HUBER = 2.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Line:
    """A fitted line: gains on the values that it starts from, bias, weights."""

    gains: Floats
    bias: float
    weights: Floats

    def __call__(self, start: Floats, features: Floats) -> Floats:
        """Return (n,) values."""
        return np.asarray(np.nan_to_num(start) @ self.gains + self.bias + features @ self.weights)


def fit_line(start: Floats, features: Floats, truth: Floats, strength: float, *, odd: bool) -> Line:
    """Return the ridge fit with Huber weights; gains on (n, k) `start` and the constant are not shrunk."""
    given = np.isfinite(start).mean(axis=0) > 0.5
    free = np.column_stack([np.nan_to_num(start) * given, np.full(len(truth), 0.0 if odd else 1.0)])
    design = np.column_stack([free, features])
    penalty = np.diag([*np.full(free.shape[1], 1e-9), *np.full(features.shape[1], strength)])
    weight = np.ones(len(truth))
    for _ in range(4):
        gram = design.T @ (weight[:, None] * design) + penalty
        solution = np.linalg.solve(gram, design.T @ (weight * truth))
        residual = np.abs(truth - design @ solution)
        limit = HUBER * 1.4826 * np.median(residual)
        weight = np.minimum(1.0, limit / np.maximum(residual, 1e-12))
    count = start.shape[1]
    return Line(gains=solution[:count], bias=float(solution[count]), weights=solution[count + 1 :])


def cross_validate(
    start: Floats, features: Floats, truth: Floats, bodies: np.ndarray, strength: float, *, odd: bool
) -> Floats:
    """Return (n,) predictions for each picture by fits that have not seen its body."""
    predicted = np.empty(len(truth))
    for out in folds(bodies):
        line = fit_line(start[~out], features[~out], truth[~out], strength, odd=odd)
        predicted[out] = line(start[out], features[out])
    return predicted


def folds(bodies: np.ndarray) -> Iterator[np.ndarray]:
    """Yield which of the (n,) pictures are left out, one fold after the other; no body is in two folds."""
    names = np.unique(bodies)
    fold_of = {name: i % FOLDS for i, name in enumerate(np.random.default_rng(0).permutation(names))}
    fold = np.array([fold_of[body] for body in bodies])
    for k in range(FOLDS):
        yield fold == k
