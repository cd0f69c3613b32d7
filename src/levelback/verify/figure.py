"""The two pictures that show how far a measure agrees with the truth: scatter and Bland–Altman."""

from __future__ import annotations

import io

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from levelback.metrics.accuracy import AccuracyRow
from levelback.metrics.geometry import Floats
from levelback.metrics.values import MEASURES
from levelback.verify.values import Verification

INK, SOFT, ACCENT, MISS = "#1b2426", "#8d9799", "#0b6b63", "#b86e00"
_UNITS = {"deg": "°", "mm": "mm", "%": "%"}


def agreement_figure(verification: Verification, measure: str) -> Figure:
    """Return the figure of one measure that has estimates.

    Left: estimate over truth, each with its 95 % interval; those that miss the truth in orange. Right:
    error over the mean of both, with the bias and the limits of agreement (Bland and Altman 1986).
    """
    pairs = verification.of(measure)
    row = verification.rows[measure]
    truth = np.array([known.true_value for known, _ in pairs])
    value, low, high = (
        np.array([getattr(estimate, name) for _, estimate in pairs]) for name in ("value", "low", "high")
    )
    held = (low <= truth) & (truth <= high)
    figure = Figure(figsize=(9.6, 4.6), layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    scatter, bland = figure.subplots(1, 2)
    _scatter(scatter, truth, value, np.stack([value - low, high - value]), held)
    _bland_altman(bland, truth, value, held, row)
    unit = _UNITS[MEASURES[measure].unit]
    scatter.set_xlabel(f"true value ({unit})")
    scatter.set_ylabel(f"levelback ({unit})")
    bland.set_xlabel(f"mean of both ({unit})")
    bland.set_ylabel(f"levelback − true value ({unit})")
    figure.suptitle(_title(measure, row), x=0.01, ha="left", color=INK, fontsize=11)
    for axes in (scatter, bland):
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(SOFT)
        axes.tick_params(colors=INK, width=0.6)
    return figure


def agreement_png(verification: Verification, measure: str) -> bytes:
    """Return the figure of one measure as a PNG file."""
    buffer = io.BytesIO()
    agreement_figure(verification, measure).savefig(buffer, format="png", dpi=150)
    return buffer.getvalue()


def _title(measure: str, row: AccuracyRow) -> str:
    unit = {"deg": "°", "mm": " mm", "%": " %"}[MEASURES[measure].unit]
    values = f"{row.n} values" if row.n > 1 else "1 value"
    return (
        f"{MEASURES[measure].label}: {values}, mean error {row.mae:.2f}{unit}, "
        f"{100 * row.coverage:.0f} % of the 95 % intervals hold the truth"
    )


def _scatter(axes: Axes, truth: Floats, value: Floats, reach: Floats, held: NDArray[np.bool_]) -> None:
    everything = np.concatenate([truth, value - reach[0], value + reach[1]])
    margin = 0.04 * max(float(np.ptp(everything)), 1e-6)
    ends = (float(everything.min()) - margin, float(everything.max()) + margin)
    axes.plot(ends, ends, color=SOFT, linewidth=0.8, zorder=0)
    for chosen, color in ((held, ACCENT), (~held, MISS)):
        axes.errorbar(
            truth[chosen],
            value[chosen],
            yerr=reach[:, chosen],
            fmt="o",
            markersize=3.5,
            linewidth=0.8,
            alpha=0.75,
            color=color,
        )
    axes.set_xlim(ends)
    axes.set_ylim(ends)
    axes.set_aspect("equal")


def _bland_altman(
    axes: Axes, truth: Floats, value: Floats, held: NDArray[np.bool_], row: AccuracyRow
) -> None:
    middle, error = (truth + value) / 2, value - truth
    axes.axhline(0, color=SOFT, linewidth=0.8, zorder=0)
    axes.plot(middle[held], error[held], "o", markersize=3.5, alpha=0.75, color=ACCENT)
    axes.plot(middle[~held], error[~held], "o", markersize=3.5, alpha=0.75, color=MISS)
    lines = [(row.bias, "bias", "-")]
    if row.limits_low is not None and row.limits_high is not None:
        lines += [(row.limits_low, "lower limit", "--"), (row.limits_high, "upper limit", "--")]
    for at, label, style in lines:
        axes.axhline(at, color=INK, linewidth=0.9, linestyle=style, zorder=0)
        axes.annotate(
            f"{label} {at:+.2f}",
            (1.0, at),
            xycoords=("axes fraction", "data"),
            xytext=(-2, 3),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color=INK,
        )
    reach = 1.15 * max(float(np.abs(error).max()), *(abs(at) for at, _, _ in lines), 1e-6)
    axes.set_ylim(-reach, reach)
