"""The report as an A4 PDF: the same content as the HTML page, set for paper."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
from fpdf import FPDF
from numpy.typing import NDArray

from levelback.report.content import Content, Row, Seen, make_content
from levelback.report.encoded import jpeg, small_jpeg
from levelback.report.fonts import REGULAR, SEMIBOLD
from levelback.report.programme import ItemText, PhaseText
from levelback.report.typeset import (
    ACCENT,
    AMBER,
    BAND,
    BAR,
    COLUMN,
    GAP,
    MARGIN,
    RULE,
    SOFT,
    WIDTH,
    Color,
    bullets,
    facts,
    fits,
    heading,
    note,
    skip,
    together,
    write,
)
from levelback.report.values import Report
from levelback.report.words import load_words

READING_COLORS: dict[str, Color] = {"stands_out": AMBER, "uncommon": AMBER, "unclear": SOFT}
PICTURE_WIDTH, PICTURE_HEIGHT = 62.0, 98.0
POSE, POSE_PX = 17.0, 300
"""Width of an exercise's picture: in millimetres, and in pixels (about 450 an inch)."""


def to_pdf(report: Report, *, picture: NDArray[np.uint8] | None = None) -> bytes:
    """Return the report as an A4 PDF with title, language, bookmarks and a described picture.

    `picture` is the annotated picture where the caller has drawn it already; a report without a picture
    gives a document without one. Lengths in this module are millimetres, font sizes points.
    """
    if picture is None and report.picture is not None:
        from levelback.report.picture import render_picture

        picture = render_picture(report)
    content = make_content(report)
    pdf = new_document(
        title=f"{content.headline} – levelback report",
        subject=content.subtitle,
        version=report.version,
        created=report.created_at,
        text=str(content),
    )
    _first_page(pdf, content, picture)
    if content.rows:
        _numbers(pdf, content)
    _plan(pdf, content)
    _closing(pdf, content)
    return bytes(pdf.output())


class _Document(FPDF):
    """A document whose pages carry the disclaimer and their number at the foot."""

    def footer(self) -> None:
        self.set_y(-12)
        write(self, load_words()["disclaimer"]["text"], size=7.5, color=SOFT, width=WIDTH - 15)
        self.set_xy(-MARGIN - 15, -12)
        write(self, f"{self.page_no()} / {{nb}}", size=7.5, color=SOFT, width=15, align="R")


def new_document(*, title: str, subject: str, version: str, created: datetime, text: str) -> FPDF:
    """Return a document with fonts and title and its first page; `text` is all that it will say."""
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    pdf = _Document(format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, margin=14.5)
    pdf.c_margin = 0
    pdf.add_font("Inter", "", REGULAR)
    pdf.add_font("Inter", "B", SEMIBOLD)
    if any(ord(letter) > 0xFF and letter not in "–—−‘’“”…•" for letter in text):
        _add_fallback(pdf)
    pdf.set_lang("en")
    pdf.set_title(title)
    pdf.set_subject(subject)
    pdf.set_creator(f"levelback {version}")
    pdf.set_creation_date(created if created.tzinfo else created.replace(tzinfo=UTC))
    pdf.add_page()
    return pdf


def _add_fallback(pdf: FPDF) -> None:
    """Let letters that Inter lacks, in a file name for instance, come from Matplotlib's DejaVu."""
    from matplotlib import get_data_path

    pdf.add_font("DejaVu", "", Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf")
    pdf.set_fallback_fonts(["DejaVu"], exact_match=False)


def _first_page(pdf: FPDF, content: Content, picture: NDArray[np.uint8] | None) -> None:
    write(pdf, f"levelback   {content.subtitle}", size=8, color=SOFT)
    skip(pdf, 3)
    pdf.start_section(content.headline)
    write(pdf, content.headline, size=22, bold=True, leading=1.15)
    skip(pdf, 4)
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
    return float(height * zoom)


def _seen(pdf: FPDF, seen: Seen, width: float, *, first: bool) -> None:
    left, indent = MARGIN, 7.0
    if not first:
        skip(pdf, 2.2)
        pdf.set_draw_color(*RULE)
        pdf.line(left, pdf.get_y(), left + width, pdf.get_y())
        skip(pdf, 2.2)
    _icon(pdf, seen.reading, left + 2, pdf.get_y() + 2.4)
    pdf.set_x(left + indent)
    strong = seen.reading == "stands_out"
    write(pdf, seen.text, size=10.5 if strong else 9.0, bold=strong, width=width - indent)
    if seen.detail:
        skip(pdf, 0.6)
        write(pdf, seen.detail, color=SOFT, width=width - indent)
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
    heading(pdf, "The numbers", room=50)
    key = "Dot: measured. Bar: 95 % range. Shaded: common in healthy people. Dashed: stands out from here."
    write(pdf, key, size=8, color=SOFT)
    skip(pdf, 1.5)
    for row in content.rows:
        together(pdf, lambda page, row=row: _number(page, row))  # type: ignore[misc]
    if content.unmeasured:
        skip(pdf, 2)
        missing = "; ".join(f"{names} ({reason})" for names, reason in content.unmeasured)
        write(pdf, f"Not measured: {missing}.", size=8, color=SOFT)


def _number(pdf: FPDF, row: Row) -> None:
    """Set one row: name, number with its range, scale, reading."""
    height = 9.5
    if pdf.get_y() + height > pdf.h - pdf.b_margin:
        pdf.add_page()
    top = pdf.get_y()
    pdf.set_draw_color(*RULE)
    pdf.line(MARGIN, top, MARGIN + WIDTH, top)
    pdf.set_xy(MARGIN, top + 2)
    write(pdf, row.name, bold=True, width=36)
    pdf.set_xy(MARGIN + 37, top + 1.4)
    write(pdf, row.says, bold=True, size=9, width=42, leading=1.25)
    pdf.set_x(MARGIN + 37)
    write(pdf, row.interval, size=8, color=SOFT, width=42, leading=1.25)
    _scale(pdf, row, MARGIN + 80, top + 3.6, 72)
    pdf.set_xy(MARGIN + WIDTH - 22, top + 2.2)
    color = READING_COLORS.get(row.reading, ACCENT)
    write(pdf, row.label, size=8, bold=True, color=color, width=22, align="R")
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
    write(pdf, scale.left_end, size=6.5, color=SOFT, width=width / 2)
    pdf.set_xy(left + width / 2, y + 2.7)
    write(pdf, scale.right_end, size=6.5, color=SOFT, width=width / 2, align="R")


def _plan(pdf: FPDF, content: Content) -> None:
    heading(pdf, "Your plan", room=60 if content.phases else 30)
    if content.plan_note:
        note(pdf, content.plan_note)
    elif not content.phases:
        write(pdf, "There is nothing to correct in what this photo shows.")
    if content.schedule:
        skip(pdf, 1.5 if content.plan_note else 0)
        write(pdf, content.schedule, bold=True)
    for number, phase in enumerate(content.phases, start=1):
        _phase(pdf, number, phase)
    if content.changes:
        _changes(pdf, content)
    if content.checks:
        together(pdf, lambda page: _checks(page, content.checks))


def _phase(pdf: FPDF, number: int, phase: PhaseText) -> None:
    for item in phase.items:

        def draw(page: FPDF, item: ItemText = item) -> None:
            if item is phase.items[0]:
                skip(page, 3)
                top = page.get_y()
                write(page, f"{number}. {phase.title}", size=11, bold=True, color=ACCENT, width=32)
                below = page.get_y()
                page.set_xy(MARGIN + 32, top + 0.8)
                write(page, phase.when, bold=True, width=WIDTH - 32)
                page.set_xy(MARGIN, below)
                write(page, phase.about or phase.lead, size=8.2, color=SOFT, leading=1.35)
                skip(page, 1.2)
            _exercise(page, item)
            if item is phase.items[-1] and phase.move_on:
                skip(page, 0.8)
                write(page, phase.move_on, bold=True, size=8.2, color=ACCENT)

        together(pdf, draw)


def _changes(pdf: FPDF, content: Content) -> None:
    heading(pdf, "What changes since your last plan")
    for title, items in content.changes:
        together(pdf, lambda page, title=title: write(page, title, bold=True, color=ACCENT))  # type: ignore[misc]
        bullets(pdf, [f"{name}. {because}" for name, because in items])
        skip(pdf, 1)


def _checks(pdf: FPDF, checks: tuple[str, ...]) -> None:
    skip(pdf, 3)
    write(pdf, "Check it yourself", size=11, bold=True, color=ACCENT)
    skip(pdf, 0.8)
    bullets(pdf, checks)


def _exercise(pdf: FPDF, item: ItemText) -> None:
    """Set one exercise: its pictures at the left, what to do beside them."""
    top = pdf.get_y() + 1.1
    pdf.set_draw_color(*RULE)
    pdf.line(MARGIN, top, MARGIN + WIDTH, top)
    left, width, bottom = MARGIN, WIDTH, top
    if item.pictures:
        bottom = top + 2 + _poses(pdf, item, top + 2)
        left, width = MARGIN + 2 * POSE + 4, WIDTH - 2 * POSE - 4
    pdf.set_xy(left, top + 1.3)
    write(pdf, item.name, bold=True, width=width - 70)
    below = pdf.get_y()
    pdf.set_xy(left + width - 70, top + 1.3)
    doses = "    ".join(f"{side} {dose}".strip() for side, dose in item.doses)
    write(pdf, doses, bold=True, width=70, align="R")
    pdf.set_xy(left, below + 0.3)
    write(pdf, item.because, size=8.2, color=SOFT, leading=1.35, width=width)
    if item.steps:
        skip(pdf, 0.4)
        shown = f"({item.shown}.)" if item.shown else ""
        steps = [item.setup, *(f"{n}. {step}" for n, step in enumerate(item.steps, start=1)), shown]
        write(pdf, " ".join(filter(None, steps)), size=8.2, leading=1.35, width=width)
    pdf.set_xy(MARGIN, max(pdf.get_y(), bottom))


def _poses(pdf: FPDF, item: ItemText, top: float) -> float:
    """Put start and end beside each other at the left edge; return their height."""
    for number, picture in enumerate(item.pictures):
        image = small_jpeg(picture.file, POSE_PX, mirrored=picture.mirrored)
        left = MARGIN + number * (POSE + 0.6)
        pdf.image(io.BytesIO(image), x=left, y=top, w=POSE, h=POSE, alt_text=picture.alt)
    return POSE


def _closing(pdf: FPDF, content: Content) -> None:
    """Set habits and doctor beside limits and the next picture; below them the method."""
    columns = (_habits_and_doctor, _limits_and_picture)
    if not all(fits(pdf, partial(column, content=content)) for column in columns):
        pdf.add_page()
    top, ends = pdf.get_y(), []
    for index, column in enumerate(columns):
        pdf.set_xy(MARGIN + index * (COLUMN + GAP), top)
        column(pdf, content)
        ends.append(pdf.get_y())
    pdf.set_xy(MARGIN, max(ends))
    heading(pdf, "How this was measured")
    facts(pdf, content.method, size=8.5)
    if content.sources:
        skip(pdf, 2)
        where = " ".join(f"{names}: {source}" for names, source in content.sources)
        write(pdf, f"Where the common ranges come from. {where}", size=6.5, color=SOFT)
    if content.references:
        built = f"What the plan is built on. {' '.join(content.references)}"
        together(pdf, lambda page: write(page, built, size=6.5, color=SOFT))


def _habits_and_doctor(pdf: FPDF, content: Content) -> None:
    doctor = load_words()["doctor"]
    if content.habits:
        heading(pdf, "Every day", width=COLUMN, room=0)
        bullets(pdf, [habit.text for habit in content.habits], width=COLUMN)
    heading(pdf, "When to see a doctor", width=COLUMN, room=0)
    write(pdf, doctor["lead"], width=COLUMN)
    skip(pdf, 0.8)
    bullets(pdf, doctor["items"], width=COLUMN)
    skip(pdf, 0.8)
    write(pdf, doctor["urgent"], bold=True, width=COLUMN)
    skip(pdf, 0.6)
    write(pdf, f"Source: {doctor['source']}.", size=8, color=SOFT, width=COLUMN)


def _limits_and_picture(pdf: FPDF, content: Content) -> None:
    words = load_words()
    heading(pdf, "What this photo cannot tell", width=COLUMN, room=0)
    bullets(pdf, words["limits"]["items"], width=COLUMN)
    heading(pdf, "A better picture", width=COLUMN, room=0)
    for issue in content.issues:
        note(pdf, issue, width=COLUMN)
        skip(pdf, 1.5)
    bullets(pdf, words["photo_tips"]["items"], width=COLUMN)
