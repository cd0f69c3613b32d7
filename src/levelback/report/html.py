"""The report as one self-contained HTML page."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from numpy.typing import NDArray

from levelback.advice.pictures import Picture
from levelback.report.content import make_content
from levelback.report.encoded import jpeg
from levelback.report.programme import open_questions, spoken_because
from levelback.report.values import Report
from levelback.report.words import load_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Addresses in the page that shows the pieces of a report.

    questions   where the questions about health are answered
    exercises   where one exercise is told in full, before its id
    picture     gives the address of an exercise's picture
    """

    questions: str
    exercises: str
    picture: Callable[[Picture], str]


def to_html(report: Report, *, picture: NDArray[np.uint8] | None = None) -> str:
    """Return the report as one HTML page that asks nothing from anywhere.

    The picture is inside as a data URI, the style is inline, and there is no script. All text is escaped;
    a file name may hold anything. `picture` is the annotated picture where the caller has drawn it
    already; a report without a picture gives a page without one.
    """
    if picture is None and report.picture is not None:
        from levelback.report.picture import render_picture

        picture = render_picture(report)
    return _environment().get_template("report.html.j2").render(**_said(report, picture, None))


def to_parts(report: Report, links: Links) -> dict[str, str]:
    """Return the report as pieces of HTML for a page that draws the picture itself, and where `links` lead.

    ``words`` are the headline and what was seen, ``rest`` the numbers, the plan and all below it.
    """
    said = _said(report, None, links)
    return {name: _environment().get_template(f"{name}.html.j2").render(**said) for name in ("words", "rest")}


def _said(report: Report, picture: NDArray[np.uint8] | None, links: Links | None) -> dict[str, Any]:
    """Return what the template says."""
    return {
        "report": report,
        "content": make_content(report, questions=None if links is None else ""),
        "links": links,
        "open_questions": open_questions(report),
        "words": load_words(),
        "spoken_because": spoken_because,
        "style": _style(),
        "picture": None if picture is None else _data_uri(jpeg(picture), "jpeg"),
        "exercise_uri": _exercise_uri if links is None else links.picture,
        "size": None if picture is None else (picture.shape[1], picture.shape[0]),
    }


def _data_uri(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _exercise_uri(picture: Picture) -> str:
    return _data_uri(picture.file.read_bytes(), "webp")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("levelback.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def _style() -> Markup:
    """Return the style sheet; it is ours, so it goes into the page unescaped."""
    environment = _environment()
    assert environment.loader is not None
    return Markup(environment.loader.get_source(environment, "style.css")[0])
