"""Readings over time with their intervals, in the look of the report."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime

from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.layout_engine import ConstrainedLayoutEngine

from levelback.advice.norms import load_norms
from levelback.metrics.values import MEASURES
from levelback.progress.content import ORDER, label_of
from levelback.progress.values import Change, Course, SideCourse
from levelback.report.figure import AMBER, BAND, BAR, INK, RULE, SOFT
from levelback.report.fonts import REGULAR, SEMIBOLD
from levelback.report.words import UNIT, measure_words

ACCENT = "#0b6b63"
COLORS = {"better": ACCENT, "worse": AMBER, "no_change": BAR}
COLUMNS = 3
FORMATS = ["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S"]
"""How dates are written: years, months, days, hours ..., as ConciseDateFormatter counts them."""

DPI = 144


def course_figure(course: Course) -> Figure:
    """Return one panel for each measure of a view, what changed first.

    Points are readings with their 95 % intervals, the band is what is common in healthy people, the line
    the robust trend. What has sides shows the subject's left at the top.
    """
    changes = sorted(
        (change for change in course.changes if MEASURES[change.measure].unit != "mm"),
        key=lambda change: ORDER.index(change.verdict),
    )
    figure, panels = _panels(len(changes))
    for axes, change in zip(panels, changes, strict=True):
        words, norm = measure_words()[change.measure], load_norms()[change.measure]
        _draw(axes, change, words.name, UNIT[MEASURES[change.measure].unit].strip())
        axes.axhspan(norm.common_low, norm.common_high, color=BAND, alpha=0.6, linewidth=0, zorder=0)
        _ends(axes, words.plus_short, words.minus_short)
    return figure


def sides_figure(sides: Sequence[SideCourse], names: Sequence[str]) -> Figure:
    """Return one panel for each exercise and aspect: by how many percent the left was behind the right."""
    figure, panels = _panels(len(sides))
    for axes, side, name in zip(panels, sides, names, strict=True):
        _draw(axes, side.change, name, "%")
        axes.axhspan(-10, 10, color=BAND, alpha=0.6, linewidth=0, zorder=0)
        _ends(axes, "left behind", "right behind")
    return figure


def png(figure: Figure) -> bytes:
    """Return a figure as a PNG file."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer.getvalue()


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    columns = min(COLUMNS, max(count, 1))
    rows = max(1, math.ceil(count / columns))
    engine = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12)
    figure = Figure(figsize=(4.0 * columns, 2.7 * rows), layout=engine, facecolor="white")
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False)
    panels = list(grid.flat)
    for empty in panels[count:]:
        empty.remove()
    return figure, panels[:count]


def _draw(axes: Axes, change: Change, name: str, unit: str) -> None:
    color = COLORS[change.verdict]
    times = [_number(point.at) for point in change.points]
    values = [point.estimate.value for point in change.points]
    reach = [point.estimate.half_width for point in change.points]
    axes.axhline(0, color=SOFT, linewidth=0.7, zorder=1)
    axes.errorbar(times, values, yerr=reach, fmt="none", ecolor=color, elinewidth=2.2, alpha=0.35, zorder=2)
    axes.plot(times, values, "o", ms=6.5, mfc=color, mec="white", mew=1.2, zorder=4)
    if change.trend is not None:
        at, level = change.trend.middle
        weeks = [(time - _number(at)) / 7 for time in (times[0], times[-1])]
        style = "-" if change.trend.sign else ":"
        line = [level + change.trend.per_week.value * week for week in weeks]
        axes.plot((times[0], times[-1]), line, style, color=color, linewidth=1.6, zorder=3)
    axes.set_title(name, loc="left", color=INK, fontproperties=_font(11, bold=True))
    axes.set_title(label_of(change), loc="right", color=color, fontproperties=_font(9.5, bold=True))
    axes.margins(x=0.08, y=0.16)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}{unit}".replace("-", "−"))
    locator = dates.AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    formatter = dates.ConciseDateFormatter(locator, formats=FORMATS, zero_formats=FORMATS, show_offset=False)  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(formatter)
    axes.tick_params(colors=SOFT, width=0.6, length=3)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_font(8))
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)


def _ends(axes: Axes, top: str, bottom: str) -> None:
    """Say what up and down mean, at the edge of a panel."""
    for y, text, va in ((0.98, top, "top"), (0.03, bottom, "bottom")):
        axes.text(
            0.99, y, text, transform=axes.transAxes, ha="right", va=va, color=SOFT, fontproperties=_font(7.5)
        )


def _number(at: datetime) -> float:
    """Return a time as Matplotlib counts it: days since 1970."""
    return float(dates.date2num(at.replace(tzinfo=None)))  # type: ignore[no-untyped-call]


def _font(size: float, *, bold: bool = False) -> FontProperties:
    return FontProperties(fname=str(SEMIBOLD if bold else REGULAR), size=size)
