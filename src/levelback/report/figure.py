"""The report as one Matplotlib figure: the annotated picture beside every number on its scale."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle

from levelback.report.content import Row, make_content
from levelback.report.fonts import REGULAR, SEMIBOLD
from levelback.report.picture import render_picture
from levelback.report.values import Report

INK, SOFT, RULE = "#1b2426", "#566164", "#d5d3cb"
BAND, BAR, AMBER = "#cfe6df", "#33575e", "#b86e00"


def plot(report: Report) -> Figure:
    """Return the annotated picture at the left and the scales, one row for each measure, at the right.

    The figure belongs to no window; a notebook shows it, and ``figure.savefig(path)`` writes it.
    """
    content = make_content(report)
    figure = Figure(figsize=(12, max(6.5, 1.6 + 0.62 * len(content.rows))), dpi=100, facecolor="white")
    grid = figure.add_gridspec(
        1, 2, width_ratios=(1, 1.45), left=0.02, right=0.98, bottom=0.04, top=0.9, wspace=0.05
    )
    figure.text(0.02, 0.935, content.headline, color=INK, fontproperties=_font(20, bold=True))
    if report.picture is not None:
        picture = figure.add_subplot(grid[0])
        picture.imshow(render_picture(report))
        picture.axis("off")
        picture.set_anchor("NW")
    scales = figure.add_subplot(grid[1])
    scales.set(xlim=(0, 1), ylim=(max(len(content.rows), 1), 0))
    scales.axis("off")
    for index, row in enumerate(content.rows):
        _draw_row(scales, row, index + 0.4)
    if not content.rows:
        text = "\n".join(seen.text for seen in content.seen)
        scales.text(0, 0.05, text, color=INK, va="top", wrap=True, fontproperties=_font(12))
    return figure


def _font(size: float, *, bold: bool = False) -> FontProperties:
    return FontProperties(fname=str(SEMIBOLD if bold else REGULAR), size=size)


def _draw_row(axes: Axes, row: Row, y: float) -> None:
    """Draw one measure: words in the left half, the scale in the rest."""
    left, width, scale = 0.46, 0.54, row.scale

    def at(share: float) -> float:
        return left + share * width

    axes.text(0, y, row.name, color=INK, va="center", fontproperties=_font(11, bold=True))
    axes.text(0.25, y - 0.12, row.says, color=INK, va="center", fontproperties=_font(10))
    axes.text(0.25, y + 0.2, row.interval, color=SOFT, va="center", fontproperties=_font(8.5))
    first, last = (at(share) for share in scale.common)
    axes.add_patch(Rectangle((first, y - 0.2), last - first, 0.4, color=BAND, linewidth=0))
    axes.plot((left, left + width), (y, y), color=RULE, linewidth=1)
    if scale.zero is not None:
        axes.plot([at(scale.zero)] * 2, (y - 0.2, y + 0.2), color=SOFT, linewidth=0.8)
    for place in scale.notable:
        axes.plot([at(place)] * 2, (y - 0.26, y + 0.26), color=AMBER, linewidth=1, dashes=(2, 2))
    axes.plot((at(scale.low), at(scale.high)), (y, y), color=BAR, linewidth=4, solid_capstyle="round")
    color = AMBER if row.reading in ("stands_out", "uncommon") else BAR
    axes.plot(at(scale.value), y, "o", ms=9, mfc=color, mec="white", mew=1.5)
    axes.text(left, y + 0.38, scale.left_end, color=SOFT, va="center", fontproperties=_font(7.5))
    axes.text(1, y + 0.38, scale.right_end, color=SOFT, va="center", ha="right", fontproperties=_font(7.5))
