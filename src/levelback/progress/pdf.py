"""Progress as an A4 PDF: the same content as the page, set for paper. Lengths are millimetres."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from fpdf import FPDF
from PIL import Image

from levelback import __version__
from levelback.progress.content import Content, CourseText, Row
from levelback.progress.html import Captioned, Drawings
from levelback.report.pdf import new_document
from levelback.report.typeset import (
    ACCENT,
    AMBER,
    MARGIN,
    RULE,
    SOFT,
    WIDTH,
    bullets,
    facts,
    heading,
    note,
    skip,
    together,
    write,
)

COLORS = {"better": ACCENT, "worse": AMBER, "no_change": SOFT}
COLUMNS = (0.0, 32.0, 68.0, 104.0, 154.0)
"""Left edges of name, first, last, change and verdict, from the margin."""

SHOT_WIDTH = 42.0


def to_pdf(content: Content, drawings: Drawings) -> bytes:
    """Return progress as an A4 PDF with title, language and bookmarks."""
    pdf = new_document(
        title=f"{content.headline} – levelback progress",
        subject=content.subtitle,
        version=__version__,
        created=datetime.now(UTC),
        text=str(content),
    )
    write(pdf, f"levelback   {content.subtitle}", size=8, color=SOFT)
    skip(pdf, 3)
    pdf.start_section(content.headline)
    write(pdf, content.headline, size=22, bold=True, leading=1.15)
    skip(pdf, 3)
    bullets(pdf, content.lead)
    for course in content.courses:
        _course(pdf, course, drawings)
    if content.sides and drawings.sides is not None:
        heading(pdf, "Left against right in your exercises", room=40)
        _table(pdf, content.sides)
        _picture(pdf, drawings.sides, "Difference between left and right over time.")
    if content.failed:
        heading(pdf, "Photos that could not be measured")
        bullets(pdf, [f"{file}: {reason}" for file, reason in content.failed])
    heading(pdf, "How this was compared")
    facts(pdf, content.method, size=8.5)
    return bytes(pdf.output())


def _course(pdf: FPDF, course: CourseText, drawings: Drawings) -> None:
    heading(pdf, course.title, room=40)
    write(pdf, course.alone or course.period, size=8.5, color=SOFT)
    skip(pdf, 1.5)
    for text, advice in course.differs:
        together(pdf, lambda page, said=f"{text} {advice}": note(page, said))  # type: ignore[misc]
        skip(pdf, 1.5)
    _table(pdf, course.rows)
    small = [f"Not compared: {names}. {reason}" for names, reason in course.not_compared]
    small += [course.unknown] + [f"Left out: {file}. {reason}" for file, reason in course.left_out]
    for text in filter(None, small):
        skip(pdf, 1)
        write(pdf, text, size=8, color=SOFT)
    if course.key in drawings.plots:
        _picture(pdf, drawings.plots[course.key], "Readings over time with their 95 % ranges.")
    shots = [shot for shot in drawings.shots.get(course.key, ()) if shot.kind == "jpeg"]
    if shots:
        _shots(pdf, shots)


def _table(pdf: FPDF, rows: tuple[Row, ...]) -> None:
    for row in rows:
        together(pdf, lambda page, row=row: _row(page, row))  # type: ignore[misc]


def _row(pdf: FPDF, row: Row) -> None:
    top = pdf.get_y()
    pdf.set_draw_color(*RULE)
    pdf.line(MARGIN, top, MARGIN + WIDTH, top)
    ends = []
    widths = [b - a - 2 for a, b in zip(COLUMNS, (*COLUMNS[1:], WIDTH + 2), strict=True)]
    cells = (row.name, row.first, row.last, f"{row.change}\n{row.interval}", row.label)
    for number, (left, width, text) in enumerate(zip(COLUMNS, widths, cells, strict=True)):
        pdf.set_xy(MARGIN + left, top + 1.6)
        color = COLORS[row.verdict] if number == 4 else SOFT if number == 1 else (27, 36, 38)
        align = "R" if number == 4 else "L"
        write(
            pdf, text, size=8.5, bold=number in (0, 2, 4), color=color, width=width, align=align, leading=1.3
        )
        ends.append(pdf.get_y())
    pdf.set_xy(MARGIN + COLUMNS[1], max(ends) + 0.2)
    write(pdf, f"{row.sure} {row.trend}".strip(), size=7.5, color=SOFT, width=WIDTH - COLUMNS[1])
    pdf.set_xy(MARGIN, pdf.get_y() + 1.4)


def _picture(pdf: FPDF, png: bytes, about: str) -> None:
    with Image.open(io.BytesIO(png)) as image:
        height = min(WIDTH * image.height / image.width, pdf.h - 2 * MARGIN - 5)
        width = height * image.width / image.height
    if pdf.get_y() + height + 4 > pdf.h - pdf.b_margin:
        pdf.add_page()
    skip(pdf, 3)
    top = pdf.get_y()
    pdf.image(io.BytesIO(png), x=MARGIN, y=top, w=width, alt_text=about)
    pdf.set_xy(MARGIN, top + height + 1)


def _shots(pdf: FPDF, shots: list[Captioned]) -> None:
    with Image.open(io.BytesIO(shots[0].data)) as image:
        height = SHOT_WIDTH * image.height / image.width
    if pdf.get_y() + height + 12 > pdf.h - pdf.b_margin:
        pdf.add_page()
    skip(pdf, 3)
    top = pdf.get_y()
    for index, shot in enumerate(shots):
        left = MARGIN + index * (SHOT_WIDTH + 5)
        pdf.image(io.BytesIO(shot.data), x=left, y=top, w=SHOT_WIDTH, alt_text=shot.caption)
        pdf.set_xy(left, top + height + 1)
        write(pdf, shot.caption, size=7.5, color=SOFT, width=SHOT_WIDTH)
    pdf.set_xy(MARGIN, top + height + 12)
