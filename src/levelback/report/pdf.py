"""The report as an A4 PDF: the same content as the HTML page, set for paper."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path

import numpy as np
from fpdf import FPDF, XPos, YPos
from numpy.typing import NDArray

from levelback.report.content import Content, Row, Seen, make_content
from levelback.report.encoded import jpeg
from levelback.report.fonts import REGULAR, SEMIBOLD
from levelback.report.programme import ItemText
from levelback.report.values import Report
from levelback.report.words import load_words

Color = tuple[int, int, int]
INK: Color = (27, 36, 38)
SOFT: Color = (76, 87, 90)
RULE: Color = (213, 211, 203)
ACCENT: Color = (11, 107, 99)
AMBER: Color = (184, 110, 0)
AMBER_SOFT: Color = (251, 238, 213)
BAND: Color = (207, 230, 223)
BAR: Color = (51, 87, 94)
READING_COLORS: dict[str, Color] = {"stands_out": AMBER, "uncommon": AMBER, "unclear": SOFT}

MARGIN = 17.0
WIDTH = 210 - 2 * MARGIN
PICTURE_WIDTH, PICTURE_HEIGHT = 62.0, 105.0
GAP = 9.0


def to_pdf(report: Report, *, picture: NDArray[np.uint8] | None = None) -> bytes:
    """Return the report as an A4 PDF with title, language, bookmarks and a described picture.

    `picture` is the annotated picture where the caller has drawn it already; a report without a picture
    gives a document without one. Lengths in this module are millimetres, font sizes points.
    """
    if picture is None and report.picture is not None:
        from levelback.report.picture import render_picture

        picture = render_picture(report)
    content = make_content(report)
    pdf = _document(report, content)
    _first_page(pdf, content, picture)
    if content.rows:
        _numbers(pdf, content)
    _plan(pdf, report, content)
    _closing(pdf, report, content)
    return bytes(pdf.output())


class _Document(FPDF):
    """A document whose pages carry the disclaimer and their number at the foot."""

    def footer(self) -> None:
        self.set_y(-12)
        _write(self, load_words()["disclaimer"]["text"], size=7.5, color=SOFT, width=WIDTH - 15)
        self.set_xy(-MARGIN - 15, -12)
        _write(self, f"{self.page_no()} / {{nb}}", size=7.5, color=SOFT, width=15, align="R")


def _document(report: Report, content: Content) -> FPDF:
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    pdf = _Document(format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, margin=MARGIN + 3)
    pdf.c_margin = 0
    pdf.add_font("Inter", "", REGULAR)
    pdf.add_font("Inter", "B", SEMIBOLD)
    if any(ord(letter) > 0xFF and letter not in "–—−‘’“”…•" for letter in str(content)):
        _add_fallback(pdf)
    pdf.set_lang("en")
    pdf.set_title(f"{content.headline} – levelback report")
    pdf.set_subject(content.subtitle)
    pdf.set_creator(f"levelback {report.version}")
    created = report.created_at
    pdf.set_creation_date(created if created.tzinfo else created.replace(tzinfo=UTC))
    pdf.add_page()
    return pdf


def _add_fallback(pdf: FPDF) -> None:
    """Let letters that Inter lacks, in a file name for instance, come from Matplotlib's DejaVu."""
    from matplotlib import get_data_path

    pdf.add_font("DejaVu", "", Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    pdf.set_fallback_fonts(["DejaVu"], exact_match=False)


def _write(
    pdf: FPDF,
    text: str,
    *,
    size: float = 9.5,
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


def _together(pdf: FPDF, draw: Callable[[FPDF], None]) -> None:
    """Draw a block on the next page where it would otherwise be torn apart."""
    with pdf.offset_rendering() as trial:
        draw(trial)
    if trial.page_break_triggered:
        pdf.add_page()
    draw(pdf)


def _heading(pdf: FPDF, title: str, *, width: float = WIDTH, room: float = 30) -> None:
    """Write a section's title and a bookmark, with `room` below it on the same page."""
    if pdf.get_y() + room > pdf.h - pdf.b_margin:
        pdf.add_page()
    elif pdf.get_y() > MARGIN + 1:
        pdf.ln(6)
    pdf.start_section(title)
    _write(pdf, title, size=13, bold=True, width=width)
    pdf.ln(1.5)


def _first_page(pdf: FPDF, content: Content, picture: NDArray[np.uint8] | None) -> None:
    _write(pdf, f"levelback   {content.subtitle}", size=8, color=SOFT)
    pdf.ln(3)
    pdf.start_section(content.headline)
    _write(pdf, content.headline, size=22, bold=True, leading=1.15)
    pdf.ln(4)
    top = pdf.get_y()
    width, bottom = WIDTH, top
    if picture is not None:
        bottom = top + _place_picture(pdf, content, picture, top)
        width = WIDTH - PICTURE_WIDTH - GAP
    pdf.set_xy(MARGIN, top)
    for index, seen in enumerate(content.seen):
        _seen(pdf, seen, width, first=index == 0)
    pdf.set_xy(MARGIN, max(pdf.get_y(), bottom))


def _place_picture(pdf: FPDF, content: Content, picture: NDArray[np.uint8], top: float) -> float:
    """Put the picture at the right edge, and return its height."""
    height, width = picture.shape[:2]
    zoom = min(PICTURE_WIDTH / width, PICTURE_HEIGHT / height)
    left = 210 - MARGIN - width * zoom
    image = io.BytesIO(jpeg(picture))
    pdf.image(image, x=left, y=top, w=width * zoom, h=height * zoom, alt_text=content.picture_alt)
    return height * zoom


def _seen(pdf: FPDF, seen: Seen, width: float, *, first: bool) -> None:
    left, indent = MARGIN, 7.0
    if not first:
        pdf.ln(2.2)
        pdf.set_draw_color(*RULE)
        pdf.line(left, pdf.get_y(), left + width, pdf.get_y())
        pdf.ln(2.2)
    _icon(pdf, seen.reading, left + 2, pdf.get_y() + 2.4)
    pdf.set_x(left + indent)
    strong = seen.reading == "stands_out"
    _write(pdf, seen.text, size=11 if strong else 9.5, bold=strong, width=width - indent)
    if seen.detail:
        pdf.ln(0.6)
        _write(pdf, seen.detail, color=SOFT, width=width - indent)
    pdf.set_x(left)


def _icon(pdf: FPDF, reading: str, x: float, y: float) -> None:
    """Draw a ring with an exclamation mark, a tick or a dash, centred at (x, y)."""
    color = READING_COLORS.get(reading, ACCENT)
    pdf.set_draw_color(*color)
    with pdf.local_context(line_width=0.45):
        pdf.circle(x, y, 1.9)
        if color == AMBER:
            pdf.line(x, y - 1, x, y + 0.25)
            pdf.line(x, y + 0.9, x, y + 1)
        elif color == ACCENT:
            pdf.polyline([(x - 0.9, y + 0.05), (x - 0.25, y + 0.7), (x + 0.9, y - 0.65)])
        else:
            pdf.line(x - 0.9, y, x + 0.9, y)


def _numbers(pdf: FPDF, content: Content) -> None:
    _heading(pdf, "The numbers", room=50)
    key = "Dot: measured. Bar: 95 % range. Shaded: common in healthy people. Dashed: from here a size stands out."
    _write(pdf, key, size=8, color=SOFT)
    pdf.ln(1.5)
    for row in content.rows:
        _together(pdf, lambda page, row=row: _number(page, row))  # type: ignore[misc]
    if content.unmeasured:
        pdf.ln(2)
        missing = "; ".join(f"{names} ({reason})" for names, reason in content.unmeasured)
        _write(pdf, f"Not measured: {missing}.", size=8, color=SOFT)


def _number(pdf: FPDF, row: Row) -> None:
    """Set one row: name, number with its range, scale, reading."""
    height = 10.2
    if pdf.get_y() + height > pdf.h - pdf.b_margin:
        pdf.add_page()
    top = pdf.get_y()
    pdf.set_draw_color(*RULE)
    pdf.line(MARGIN, top, MARGIN + WIDTH, top)
    pdf.set_xy(MARGIN, top + 2)
    _write(pdf, row.name, bold=True, width=36)
    pdf.set_xy(MARGIN + 37, top + 1.4)
    _write(pdf, f"{row.value} {row.direction}", bold=True, size=9, width=42, leading=1.25)
    pdf.set_x(MARGIN + 37)
    _write(pdf, row.interval, size=8, color=SOFT, width=42, leading=1.25)
    _scale(pdf, row, MARGIN + 80, top + 3.6, 72)
    pdf.set_xy(MARGIN + WIDTH - 22, top + 2.2)
    color = READING_COLORS.get(row.reading, ACCENT)
    _write(pdf, row.label, size=8, bold=True, color=color, width=22, align="R")
    pdf.set_xy(MARGIN, top + height)


def _scale(pdf: FPDF, row: Row, left: float, y: float, width: float) -> None:
    scale = row.scale

    def at(share: float) -> float:
        return left + share * width

    first, last = scale.common
    pdf.set_fill_color(*BAND)
    pdf.rect(
        at(first), y - 2.1, (last - first) * width, 4.2, style="F", round_corners=True, corner_radius=0.8
    )
    pdf.set_draw_color(*RULE)
    pdf.line(left, y, left + width, y)
    if scale.zero is not None:
        pdf.set_draw_color(*SOFT)
        pdf.line(at(scale.zero), y - 2.1, at(scale.zero), y + 2.1)
    pdf.set_draw_color(*AMBER)
    pdf.set_dash_pattern(0.7, 0.6)
    for place in scale.notable:
        pdf.line(at(place), y - 2.7, at(place), y + 2.7)
    pdf.set_dash_pattern()
    color = AMBER if row.reading in ("stands_out", "uncommon") else BAR
    with pdf.local_context(line_width=1.1, draw_color=BAR):
        pdf.line(at(scale.low), y, at(scale.high), y)
    pdf.set_fill_color(*color)
    with pdf.local_context(line_width=0.4, draw_color=(255, 255, 255)):
        pdf.circle(at(scale.value), y, 1.4, style="DF")
    pdf.set_xy(left, y + 2.7)
    _write(pdf, scale.left_end, size=6.5, color=SOFT, width=width / 2)
    pdf.set_xy(left + width / 2, y + 2.7)
    _write(pdf, scale.right_end, size=6.5, color=SOFT, width=width / 2, align="R")


def _plan(pdf: FPDF, report: Report, content: Content) -> None:
    if content.phases:
        pdf.add_page()
    _heading(pdf, "Your plan")
    if content.plan_note:
        _note(pdf, content.plan_note)
    elif not content.phases:
        _write(pdf, "There is nothing to correct in what this photo shows.")
    for number, phase in enumerate(content.phases, start=1):
        for index, item in enumerate(phase.items):

            def draw(page: FPDF, item: ItemText = item, first: bool = index == 0) -> None:
                if first:
                    page.ln(3.5)
                    _write(page, f"{number}. {phase.title}", size=11, bold=True, color=ACCENT)  # noqa: B023
                    _write(page, phase.lead, color=SOFT)  # noqa: B023
                    page.ln(1.2)
                _exercise(page, item)

            _together(pdf, draw)
    if content.habits:
        _heading(pdf, "Every day")
        _bullets(pdf, content.habits)


def _note(pdf: FPDF, text: str) -> None:
    top, left = pdf.get_y(), pdf.get_x()
    pdf.set_font("Inter", "", 9.5)
    height = pdf.multi_cell(WIDTH - 8, 9.5 * 0.3528 * 1.42, text, dry_run=True, output="HEIGHT")
    pdf.set_fill_color(*AMBER_SOFT)
    pdf.rect(left, top, WIDTH, height + 6, style="F", round_corners=True, corner_radius=1.5)
    pdf.set_xy(left + 4, top + 3)
    _write(pdf, text, width=WIDTH - 8)
    pdf.set_xy(left, top + height + 6)


def _exercise(pdf: FPDF, item: ItemText) -> None:
    top = pdf.get_y() + 1.4
    pdf.set_draw_color(*RULE)
    pdf.line(MARGIN, top, MARGIN + WIDTH, top)
    pdf.set_xy(MARGIN, top + 1.6)
    _write(pdf, f"{item.name}, {item.side}", bold=True, width=WIDTH - 45)
    below = pdf.get_y()
    pdf.set_xy(MARGIN + WIDTH - 45, top + 1.6)
    _write(pdf, item.dose, bold=True, width=45, align="R")
    pdf.set_xy(MARGIN, below + 0.3)
    _write(pdf, item.because, size=8.5, color=SOFT)
    if item.steps:
        pdf.ln(0.4)
        _write(pdf, " ".join(f"{n}. {step}" for n, step in enumerate(item.steps, start=1)), size=8.5)


def _bullets(pdf: FPDF, items: Sequence[str], *, width: float = WIDTH) -> None:
    left = pdf.get_x()
    for item in items:
        pdf.set_x(left)
        _write(pdf, "•", color=ACCENT, width=4)
        pdf.set_xy(left + 4, pdf.get_y() - 9.5 * 0.3528 * 1.42)
        _write(pdf, item, width=width - 4)
        pdf.ln(0.6)
    pdf.set_x(left)


def _closing(pdf: FPDF, report: Report, content: Content) -> None:
    words = load_words()
    _heading(pdf, "What this photo cannot tell")
    _bullets(pdf, words["limits"]["items"])
    _heading(pdf, "A better picture")
    for issue in content.issues:
        _note(pdf, issue)
        pdf.ln(1.5)
    _bullets(pdf, words["photo_tips"]["items"])
    _heading(pdf, "When to see a doctor", room=55)
    _write(pdf, words["doctor"]["lead"])
    pdf.ln(0.8)
    _bullets(pdf, words["doctor"]["items"])
    _write(pdf, words["doctor"]["urgent"], bold=True)
    pdf.ln(0.6)
    _write(pdf, f"Source: {words['doctor']['source']}.", size=8, color=SOFT)
    _heading(pdf, "How this was measured")
    _facts(pdf, content.method, size=8.5)
    if content.sources:
        pdf.ln(2)
        _write(pdf, "Where the common ranges come from", size=8.5, bold=True)
        pdf.ln(0.8)
        _facts(pdf, content.sources, size=7.5)


def _facts(pdf: FPDF, facts: Sequence[tuple[str, str]], *, size: float) -> None:
    for name, fact in facts:
        top = pdf.get_y()
        _write(pdf, name, size=size, color=SOFT, width=34)
        low = pdf.get_y()
        pdf.set_xy(MARGIN + 37, top)
        _write(pdf, fact, size=size, width=WIDTH - 37)
        pdf.set_xy(MARGIN, max(low, pdf.get_y()) + 0.6)
