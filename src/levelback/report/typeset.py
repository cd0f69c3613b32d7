"""Pieces of a PDF page: paragraphs, headings, notes, lists. Lengths are millimetres, font sizes points."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fpdf import FPDF, XPos, YPos

Color = tuple[int, int, int]
INK: Color = (27, 36, 38)
SOFT: Color = (76, 87, 90)
RULE: Color = (213, 211, 203)
ACCENT: Color = (11, 107, 99)
AMBER: Color = (184, 110, 0)
AMBER_SOFT: Color = (251, 238, 213)
BAND: Color = (207, 230, 223)
BAR: Color = (51, 87, 94)

MARGIN = 16.0
WIDTH = 210 - 2 * MARGIN
GAP = 9.0
COLUMN = (WIDTH - GAP) / 2
LINE = 9.0 * 0.3528 * 1.42
"""Height of a line of the running text: 9 points, leading 1.42."""


def write(
    pdf: FPDF,
    text: str,
    *,
    size: float = 9.0,
    bold: bool = False,
    color: Color = INK,
    width: float = WIDTH,
    align: str = "L",
    leading: float = 1.42,
) -> None:
    """Set a paragraph of `width` at the current place, and go below it to the same left edge."""
    left = pdf.get_x()
    pdf.set_font("Inter", "B" if bold else "", size)
    pdf.set_text_color(*color)
    line = size * 0.3528 * leading
    pdf.multi_cell(width, line, text, align=align, new_x=XPos.LEFT, new_y=YPos.NEXT)
    pdf.set_x(left)


def skip(pdf: FPDF, height: float) -> None:
    """Go down without leaving the left edge."""
    pdf.set_xy(pdf.get_x(), pdf.get_y() + height)


def fits(pdf: FPDF, draw: Callable[[FPDF], None]) -> bool:
    """Return whether what `draw` sets, from the current place, ends on the same page."""
    with pdf.offset_rendering() as trial:
        draw(trial)  # type: ignore[arg-type]  # it records what an FPDF would do
    return not trial.page_break_triggered


def together(pdf: FPDF, draw: Callable[[FPDF], None]) -> None:
    """Set a block on the next page where it would otherwise be torn apart."""
    if not fits(pdf, draw):
        pdf.add_page()
    draw(pdf)


def heading(pdf: FPDF, title: str, *, width: float = WIDTH, room: float = 30) -> None:
    """Write a section's title and a bookmark, with `room` below it on the same page."""
    if pdf.get_y() + room > pdf.h - pdf.b_margin:
        pdf.add_page()
    elif pdf.get_y() > MARGIN + 1:
        skip(pdf, 5)
    pdf.start_section(title)
    write(pdf, title, size=13, bold=True, width=width)
    skip(pdf, 1.5)


def note(pdf: FPDF, text: str, *, width: float = WIDTH) -> None:
    """Set a paragraph on a tinted ground."""
    top, left = pdf.get_y(), pdf.get_x()
    pdf.set_font("Inter", "", 9.0)
    height = float(pdf.multi_cell(width - 8, LINE, text, dry_run=True, output="HEIGHT"))  # type: ignore[arg-type]
    pdf.set_fill_color(*AMBER_SOFT)
    pdf.rect(left, top, width, height + 6, style="F", round_corners=True, corner_radius=1.5)
    pdf.set_xy(left + 4, top + 3)
    write(pdf, text, width=width - 8)
    pdf.set_xy(left, top + height + 6)


def bullets(pdf: FPDF, items: Sequence[str], *, width: float = WIDTH) -> None:
    """Set a list with dots, at the current left edge."""
    left = pdf.get_x()
    for item in items:
        pdf.set_x(left)
        write(pdf, "•", color=ACCENT, width=4)
        pdf.set_xy(left + 4, pdf.get_y() - LINE)
        write(pdf, item, width=width - 4)
        skip(pdf, 0.6)
    pdf.set_x(left)


def facts(pdf: FPDF, pairs: Sequence[tuple[str, str]], *, size: float) -> None:
    """Set (name, fact) pairs, the names at the left margin."""
    for name, fact in pairs:
        if pdf.get_y() + 2 * LINE > pdf.h - pdf.b_margin:
            pdf.add_page()
        top = pdf.get_y()
        write(pdf, name, size=size, color=SOFT, width=34)
        low = pdf.get_y()
        pdf.set_xy(MARGIN + 37, top)
        write(pdf, fact, size=size, width=WIDTH - 37)
        pdf.set_xy(MARGIN, max(low, pdf.get_y()) + 0.6)
