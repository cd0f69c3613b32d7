"""Draws docs/architecture.md from the import rules in pyproject.toml: ``python scripts/architecture.py``."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"


def page() -> str:
    """Return the page: one row of boxes a layer, each layer importing from those below it only."""
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = [
        [name.strip().removeprefix("levelback.") for name in layer.split("|")]
        for layer in rules["contracts"][0]["layers"]
    ]
    rows = [
        f"  subgraph layer{number}[ ]\n    direction LR\n"
        + "\n".join(f"    {name}" for name in names)
        + "\n  end"
        for number, names in enumerate(layers)
    ]
    arrows = [f"  layer{number} --> layer{number + 1}" for number in range(len(layers) - 1)]
    return (
        "# Architecture\n\n"
        "Made by `python scripts/architecture.py` from the import rules in `pyproject.toml`, which\n"
        "`make layers` checks. A part imports from the rows below it, never from its own row or above.\n\n"
        "```mermaid\nflowchart TB\n" + "\n".join([*rows, *arrows]) + "\n```\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
