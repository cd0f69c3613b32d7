"""The sources that findings and plans cite, and how a sentence names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from levelback.advice import tables

FILE = "sources.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """A source: how a sentence names it (`short`, by default its id), and the `full` reference."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    id: str
    full: str
    short: str = ""

    @property
    def name(self) -> str:
        """How a sentence names it."""
        return self.short or self.id


@cache
def load_sources() -> dict[str, Source]:
    """Return the sources that plans cite, by the id that ``source`` fields use. Raises DataFileError."""
    rows = tables.read_table(FILE, "sources", Source)
    return tables.keyed(rows, lambda row: row.id, file=FILE, table="sources")


def cited(source: str) -> tuple[Source, ...]:
    """Return the sources that a field like ``"B; Kendall 2005"`` names; KeyError for an unknown one.

    A part may say what it stands for: ``"A; side: our own reading"``.
    """
    return tuple(load_sources()[part.split(": ")[-1]] for part in source.split("; "))


def citation(source: str) -> str:
    """Return such a field as a sentence names it: ``Pilates article B; Kendall 2005``."""
    return "; ".join(row.name for row in cited(source))


def spelled_out(text: str) -> str:
    """Return a longer source text with the articles A and B called by their names."""
    return re.sub(r"(?<![\w.])[AB](?=[ ,;:]|$)", lambda match: load_sources()[match[0]].name, text)


def references(text: str) -> tuple[str, ...]:
    """Return the full references of the sources that `text` names, in a fixed order."""
    return tuple(row.full for row in load_sources().values() if row.name in text)
