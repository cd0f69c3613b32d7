"""The docs are whole: every local link leads somewhere, and the architecture is that of the import rules."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "models").glob("*.md")])


def anchors(page):
    """The names that a page's headings get, as common renderers make them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_lead_somewhere(page):
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), target


def test_the_architecture_is_that_of_the_import_rules():
    script = runpy.run_path(str(ROOT / "scripts" / "architecture.py"))
    assert script["PAGE"].read_text(encoding="utf-8") == script["page"]()


def rows_of(page, start):
    """The cells of the table rows after `start`, by the first cell without its backticks."""
    lines = page.read_text(encoding="utf-8").split(start)[1].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {
        row[0].strip("`").replace("_", " "): row
        for row in reversed(cells)
        if "°" in row[2] or "±" in "".join(row)
    }


def test_the_readme_gives_the_numbers_of_the_accuracy_table():
    table = rows_of(ROOT / "docs" / "accuracy-table.md", "## All pictures")
    shown = rows_of(ROOT / "README.md", "<!-- accuracy -->")
    named = [name for name in shown if name.partition(" (")[0] in table]
    assert len(named) == 6
    for name in named:
        row = table[name.partition(" (")[0]]
        mae, slope, _, cover, _, wrong = row[11:17]
        assert shown[name][2] == f"**{float(mae):.1f}°, {slope}**", name
        assert shown[name][3:] == [cover, wrong], name
