"""The overview of a batch: a page, or several, with a small picture and the numbers of every photo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, Template

from levelback import __version__
from levelback.batch.tables import Entries, Entry
from levelback.report.files import write_whole

PHOTOS_A_PAGE = 240
_LISTED = 50
"""Photos that failed, named at the top of the first page; failures.csv has all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Group:
    """Photos of one person that follow each other; `page` is where they begin, counted from 1."""

    who: str | None
    count: int
    number: int
    page: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Census:
    """What has to be known before the first page is written."""

    total: int
    failed: int
    people: int
    groups: tuple[_Group, ...]
    failures: tuple[tuple[int, str, str], ...]

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PHOTOS_A_PAGE))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Card:
    number: int
    entry: Entry

    @property
    def day(self) -> str:
        at = self.entry.origin.taken_at
        return f"{at.day} {at:%B %Y}" if at else ""


def write_overview(folder: Path, entries: Entries) -> Path:
    """Write overview.html, and overview-2.html … for more than 240 photos; return the first.

    The pages show the files in thumbs/ beside them and ask nothing from anywhere else; there is no script.
    Raises OSError where they cannot be written.
    """
    census = _count(entries())
    cards = (_Card(number=number, entry=entry) for number, entry in enumerate(entries(), start=1))
    template = _template()
    for page in range(1, census.pages + 1):
        shown = [card for _, card in zip(range(PHOTOS_A_PAGE), cards, strict=False)]
        html = template.render(
            census=census,
            page=page,
            sections=list(_sections(shown)),
            name_of=page_name,
            href=quote,
            page_of=lambda number: page_name((number - 1) // PHOTOS_A_PAGE + 1),
            listed=census.failures[:_LISTED],
            version=__version__,
        )
        write_whole(folder / page_name(page), html.encode())
    for path in folder.glob("overview-*.html"):
        if path.name not in {page_name(page) for page in range(2, census.pages + 1)}:
            path.unlink()
    return folder / page_name(1)


def page_name(page: int) -> str:
    """Return the file name of a page, counted from 1."""
    return "overview.html" if page == 1 else f"overview-{page}.html"


def _count(entries: Iterable[Entry]) -> _Census:
    groups: list[_Group] = []
    failures: list[tuple[int, str, str]] = []
    total = failed = 0
    for who, members in groupby(entries, key=lambda entry: entry.origin.who):
        first = total + 1
        for entry in members:
            total += 1
            reason = entry.done.record.reason
            if reason is not None:
                failed += 1
                if failed <= _LISTED:
                    failures.append((total, entry.done.photo.name, reason))
        page = (first - 1) // PHOTOS_A_PAGE + 1
        groups.append(_Group(who=who, count=total - first + 1, number=first, page=page))
    people = len({group.who for group in groups if group.who is not None})
    return _Census(total=total, failed=failed, people=people, groups=tuple(groups), failures=tuple(failures))


def _sections(cards: list[_Card]) -> Iterator[tuple[str | None, list[_Card]]]:
    for who, members in groupby(cards, key=lambda card: card.entry.origin.who):
        yield who, list(members)


@cache
def _template() -> Template:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("levelback.batch"), PackageLoader("levelback.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("overview.html.j2")
