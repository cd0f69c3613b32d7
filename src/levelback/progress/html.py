"""Progress as one self-contained HTML page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from levelback import __version__
from levelback.progress.content import Content
from levelback.report.words import load_words


@dataclass(frozen=True, kw_only=True, slots=True)
class Captioned:
    """A JPEG or GIF with what is seen in it."""

    data: bytes
    kind: str
    caption: str

    @property
    def uri(self) -> str:
        """The picture as a data URI."""
        return f"data:image/{self.kind};base64,{base64.b64encode(self.data).decode('ascii')}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawings:
    """What is drawn, by the key of the course: PNG plots and aligned pictures."""

    plots: dict[str, bytes]
    shots: dict[str, tuple[Captioned, ...]]
    sides: bytes | None


def to_html(content: Content, drawings: Drawings) -> str:
    """Return progress as one page without script that asks nothing from anywhere; all text is escaped."""
    said = _said(content, drawings)
    return _environment().get_template("progress.html.j2").render(said | {"style": style()})


def to_part(content: Content, drawings: Drawings) -> str:
    """Return what stands inside the page, for a page that has a head of its own and includes `style`."""
    return _environment().get_template("part.html.j2").render(_said(content, drawings))


def style() -> Markup:
    """Return the style sheets of the report and of progress; they are ours, so they are not escaped."""
    loader = _environment().loader
    assert loader is not None
    names = ("style.css", "progress.css")
    return Markup("\n").join(Markup(loader.get_source(_environment(), name)[0]) for name in names)


def _said(content: Content, drawings: Drawings) -> dict[str, Any]:
    """Return what the templates say."""

    def uri(png: bytes) -> str:
        return Captioned(data=png, kind="png", caption="").uri

    plots = {key: uri(png) for key, png in drawings.plots.items()}
    drawn = {
        "plots": {course.key: "" for course in content.courses} | plots,
        "shots": {course.key: () for course in content.courses} | drawings.shots,
        "sides": "" if drawings.sides is None else uri(drawings.sides),
    }
    return {"content": content, "drawn": drawn, "words": load_words(), "version": __version__}


@cache
def _environment() -> Environment:
    loader = ChoiceLoader([PackageLoader("levelback.progress"), PackageLoader("levelback.report")])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
