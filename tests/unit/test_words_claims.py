"""What people read promises nothing, names no illness, says what it is not, and is easy to read."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers import reports
from levelback.report.html import to_html
from levelback.report.summary import summarize

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "levelback"
SOURCES = sorted(
    path
    for path in [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").glob("*.md"),
        *PACKAGE.rglob("*.toml"),
        *PACKAGE.rglob("*.j2"),
        *PACKAGE.rglob("*.html"),
        *(PACKAGE / "web" / "static" / "js").rglob("*.js"),
        *PACKAGE.rglob("*.py"),
    ]
)
FORBIDDEN = re.compile(
    r"\b(diagnos\w*|cur(e|es|ed|ing)|heal(s|ed|ing)?|treat(s|ed|ing|ment|ments)?|guarante\w*|remed(y|ies)|therap\w*"
    r"|fix(es|ed)? (your|the|a|any) (posture|back|pain|body)|pain-free|clinically|risk-free|prevents?|eliminat\w*"
    r"|disease|disorder|abnormal\w*|deformity|scoliosis|patients?|always works|proven)\b",
    re.IGNORECASE,
)
ALLOWED = (
    # reason                                                        pattern of the words around it
    (
        "says that it is none",
        r"no finding is a diagnosis|(no|not a?|are not|without|nor a) (diagnosis|patients)|makes no diagnosis|gives no diagnosis",
    ),
    ("titles of sources", r"therapeutic exercise|manual therapy|Phys Ther|Physical Therapy|scoliosis"),
    ("a file of words that are nobody's name", r'"patients?"'),
    ("the field of an error that holds the command to type", r"\bremedy\b"),
    ("a doctor's or therapist's work, where people are sent to one", r"physiotherap"),
    ("what a check does to a program", r"prevents? (it|a|the) (write|run|program|request)"),
    ("nature of the proof, of software", r"silence, proven"),
)


def strings(path: Path) -> Iterator[str]:
    """Yield what a person can read of a file: whole, but for Python only its texts of one line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield from text.splitlines()
        return
    yield from re.findall(r'"((?:[^"\\\n]|\\.){12,})"', re.sub(r'"""[\s\S]*?"""', "", text))


def claims(line: str) -> list[str]:
    """Return the forbidden words of a line that nothing allows."""
    for _, pattern in ALLOWED:
        line = re.sub(pattern, " ", line, flags=re.IGNORECASE)
    return [found[0] for found in FORBIDDEN.finditer(line)]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_is_diagnosed_and_nothing_promised(path):
    found = [(line.strip()[:160], words) for line in strings(path) if (words := claims(line))]
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "This plan cures your back pain.",
        "You have scoliosis-like disease.",
        "We guarantee a level pelvis.",
        "It treats the cause.",
        "levelback diagnoses asymmetry.",
        "This will fix your posture.",
    ],
)
def test_the_test_sees_a_claim(line):
    assert claims(line)


@pytest.mark.parametrize(
    "make", [reports.symmetric, reports.left_hip_high, reports.side_view, reports.unusable]
)
def test_every_report_says_what_it_is_not_and_names_the_doctor(make):
    page = to_html(make())
    assert "not a medical device" in page
    assert "doctor" in page


def test_the_page_says_what_it_is_not_and_names_the_doctor():
    words = (PACKAGE / "web" / "static" / "js" / "strings.js").read_text(encoding="utf-8")
    disclaimer = re.search(r'disclaimer:\s*"([^"]+)"', words)[1]
    assert "no medical device" in disclaimer
    assert "see a doctor" in disclaimer
    assert "disclaimer" in "".join(
        path.read_text(encoding="utf-8") for path in (PACKAGE / "web" / "static" / "js").rglob("*.js")
        if path.name != "strings.js"
    )  # fmt: skip


# Readability ---------------------------------------------------------------------------------------------

GRADE = 8.0
"""Flesch-Kincaid grade of somebody of fourteen (Kincaid 1975): years at school in the United States."""


def syllables(word: str) -> int:
    """Return about how many syllables an English word has: its groups of vowels, but for a silent e."""
    groups = len(re.findall(r"[aeiouy]+", word))
    return max(1, groups - (word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1))


def grade(sentences: list[str]) -> float:
    """Return the Flesch-Kincaid grade of a list of sentences."""
    words = [re.findall(r"[a-z']+", one.lower()) for one in sentences]
    words = [one for one in words if len(one) > 2]
    count = sum(map(len, words))
    return 0.39 * count / len(words) + 11.8 * sum(syllables(w) for one in words for w in one) / count - 15.59


def sentences(text: str) -> list[str]:
    return [one for one in re.split(r"(?<=[.!?:;])\s+|\n", text) if one.strip()]


def toml_texts(value: object, key: str = "") -> Iterator[str]:
    """Yield the texts of a table, but for sources, ids and enumerations."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in ("source", "sources", "full", "id", "basis"):
                yield from toml_texts(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from toml_texts(one, key)
    elif isinstance(value, str) and " " in value:
        yield value


READ = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.glob("*/data/*.toml"))}
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("name", READ)
def test_texts_can_be_read_by_somebody_of_fourteen(name):
    texts = list(toml_texts(tomllib.loads(READ[name].read_text(encoding="utf-8"))))
    if texts:  # some hold numbers alone
        assert grade([one for text in texts for one in sentences(text)]) <= GRADE


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_the_docs_can_be_read_by_somebody_of_fourteen(path):
    plain = re.sub(
        r"```.*?```|`[^`]*`|^\|.*\|$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    assert grade(sentences(plain)) <= GRADE


def test_the_page_can_be_read_by_somebody_of_fourteen():
    text = (PACKAGE / "web" / "static" / "js" / "strings.js").read_text(encoding="utf-8")
    assert grade([one for said in re.findall(r'"([^"]{20,})"', text) for one in sentences(said)]) <= GRADE


@pytest.mark.parametrize("make", [reports.symmetric, reports.left_hip_high, reports.side_view])
def test_a_summary_can_be_read_by_somebody_of_fourteen(make):
    assert grade(sentences(summarize(make()))) <= GRADE


def test_the_grade_tells_hard_from_easy():
    assert grade(["The cat sat on the mat.", "It was a big cat."]) < 2
    assert (
        grade(
            [
                "Contralateral compensatory musculoskeletal adaptations necessitate individualized intervention."
            ]
        )
        > 15
    )
