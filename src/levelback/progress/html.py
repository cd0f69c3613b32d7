"""Progress as one self-contained HTML page."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache

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

    def uri(png: bytes) -> str:
        return Captioned(data=png, kind="png", caption="").uri

    drawn = {
        "plots": {course.key: "" for course in content.courses}
        | {key: uri(png) for key, png in drawings.plots.items()},
        "shots": {course.key: () for course in content.courses} | drawings.shots,
        "sides": "" if drawings.sides is None else uri(drawings.sides),
    }
    environment = _environment()
    assert environment.loader is not None
    style = Markup(environment.loader.get_source(environment, "style.css")[0])  # ours, so not escaped
    return environment.get_template("progress.html.j2").render(
        content=content, drawn=drawn, style=style, words=load_words(), version=__version__
    )


@cache
def _environment() -> Environment:
    loader = ChoiceLoader([PackageLoader("levelback.progress"), PackageLoader("levelback.report")])
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
