"""The HTML page, the PDF and the summary: their parts, their order, and what they must never do."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from helpers import reports
from levelback.advice import load_questions
from levelback.advice.values import Answers, Screening
from levelback.pose.landmarks import View
from levelback.report import describe_plan, replan, summarize
from levelback.report.content import make_content

GOLDEN = Path(__file__).parents[1] / "golden"
CASES = {
    "symmetric": reports.symmetric,
    "left_hip_high": reports.left_hip_high,
    "side_view": reports.side_view,
    "unusable": reports.unusable,
}
HOSTILE = '"><script>alert(1)</script>\u202e\x07 &amp; 照片.jpg'


class Page(HTMLParser):
    """Tags with their attributes, headings, and the text that is read aloud."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if "style" not in self._open:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.text).split())


CLEARED = Answers.of({q.id: False for q in load_questions().values() if q.group == "red_flag"})


@pytest.fixture(scope="module")
def programme():
    """A report with a real plan of three phases."""
    return replan(reports.left_hip_high(), CLEARED)


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return {name: Page(make().to_html()) for name, make in CASES.items()}


@pytest.mark.parametrize("case", CASES)
def test_the_page_asks_nothing_from_anywhere(pages, case):
    page = pages[case]
    loads = [
        value for _, attrs in page.tags for key, value in attrs.items()
        if key in ("src", "href", "srcset", "data", "action", "poster", "xlink:href")
    ]  # fmt: skip
    assert loads
    assert all(value and re.match("data:image/(jpeg|webp);base64,", value) for value in loads)
    html = CASES[case]().to_html()
    assert not re.search(r"url\(|@import|https?://", html)
    assert not {"script", "link", "iframe", "object", "base", "form"} & {tag for tag, _ in page.tags}


@pytest.mark.parametrize("case", CASES)
def test_headings_step_down_one_at_a_time(pages, case):
    levels = [int(tag[1]) for tag, _ in pages[case].tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("case", CASES)
def test_screen_readers_get_words_for_every_drawing(pages, case):
    page = pages[case]
    assert all((attrs.get("alt") or "").strip() for attrs in page.all("img"))
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    named = [attrs["aria-labelledby"] or "" for _, attrs in page.tags if "aria-labelledby" in attrs]
    assert set(" ".join(named).split()) <= set(ids)
    drawings = page.all("svg")
    assert all(
        d.get("aria-hidden") == "true" or d.get("role") == "img" for d in drawings if "viewbox" not in d
    )
    scales = [d for d in drawings if d.get("class") == "scale"]
    assert len(scales) == len(make_content(CASES[case]()).rows)
    assert dict(page.tags)["html"] == {"lang": "en"}
    assert {"main", "header", "footer"} <= {tag for tag, _ in page.tags}


def test_the_parts_come_in_their_order():
    parts = [
        "Your left hip sits higher than the right</h1>",
        "By 4.2°, most likely between 3.1° and 5.3°",
        "<img",
        ">The numbers</h2>",
        ">Your plan</h2>",
        ">Every day</h2>",
        ">What this photo cannot tell</h2>",
        ">A better picture</h2>",
        ">When to see a doctor</h2>",
        ">How this was measured</h2>",
        "not a medical device",
    ]
    html = reports.left_hip_high().to_html()
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


def test_an_unusable_picture_gives_the_reason_and_no_numbers_and_no_plan(pages):
    words = pages["unusable"].words
    assert words.index("You are turned about 30° away") < words.index("A better picture")
    assert "The numbers" not in words
    assert "There is no plan" in words
    assert make_content(reports.unusable()).phases == ()


def test_a_red_flag_hides_every_exercise():
    report = reports.left_hip_high()
    screening = Screening(status="no_exercise", reasons=("You have lost feeling between your legs.",))
    report = replace(report, plan=replace(report.plan, screening=screening))
    words = Page(report.to_html()).words
    assert "Clam" not in words
    assert "You have lost feeling between your legs." in words
    assert "Clam" not in _pdf_text(report)


def test_page_pdf_and_plan_text_show_the_whole_programme(programme):
    plan = programme.plan
    said = ["3 days a week, about 20 minutes each time.", *plan.checks, *plan.references]
    said += [text for phase in plan.phases for text in (phase.when, phase.about, phase.move_on)]
    assert len(plan.phases) == 3
    assert plan.checks
    assert all(said)
    page, text = Page(programme.to_html()).words, " ".join(describe_plan(programme).split())
    assert [words for words in said if words not in page] == []
    assert [words for words in said if words not in text] == []
    pdf = _pdf_text(programme).replace(" ", "")  # a line may end at a hyphen
    assert [words for words in said if words.replace(" ", "") not in pdf] == []


def test_a_full_programme_with_its_pictures_stays_on_three_pages(programme):
    assert len(PdfReader(io.BytesIO(programme.to_pdf())).pages) <= 3


def test_where_no_side_leads_nothing_is_said_of_a_weak_side():
    even = replan(reports.report(*reports.LEVEL_FRONT), CLEARED)
    assert "weak" not in describe_plan(even).split("Every day")[0].split("2. Strengthen")[1]
    assert "90 %" not in describe_plan(even)


def test_a_finding_that_is_not_confirmed_does_not_stand_out():
    report = reports.left_hip_high()
    doubted = replace(report, findings=(replace(report.findings[0], confidence="contradicted"),))
    assert make_content(report).headline == "Your left hip sits higher than the right"
    assert make_content(doubted).headline == "Nothing stands out"


def test_a_hostile_file_name_stays_text():
    report = reports.left_hip_high()
    report = replace(report, photo=replace(report.photo, file=HOSTILE))
    page = Page(report.to_html())
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.words
    assert "照片" in page.words
    assert len(PdfReader(io.BytesIO(report.to_pdf())).pages) <= 3


def test_dark_print_and_phone_have_their_own_rules():
    html = reports.symmetric().to_html()
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert 'name="viewport"' in html


def test_a_report_without_a_picture_still_makes_a_page_and_a_pdf():
    report = replace(reports.symmetric(), picture=None)
    shown = Page(report.to_html()).all("img")
    assert all(image["src"].startswith("data:image/webp") for image in shown), "exercises only, no photo"
    assert "Nothing stands out" in _pdf_text(report)


def _pdf_text(report) -> str:
    reader = PdfReader(io.BytesIO(report.to_pdf()))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("case", CASES)
def test_the_pdf_says_what_the_page_says(case):
    report = CASES[case]()
    reader = PdfReader(io.BytesIO(report.to_pdf()))
    assert 1 <= len(reader.pages) <= 3
    assert all(page.mediabox.width == pytest.approx(595.28, abs=0.1) for page in reader.pages)
    content = make_content(report)
    assert reader.metadata.title.startswith(content.headline)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    said = [content.headline, *(seen.text for seen in content.seen)]
    said += [habit.text for habit in content.habits]
    said += [word for row in content.rows for word in (row.name, row.value, row.interval, row.label)]
    said += [item.name for phase in content.phases for item in phase.items]
    assert [words for words in said if words not in text] == []


def test_the_pdf_has_bookmarks_a_language_and_a_described_picture():
    reader = PdfReader(io.BytesIO(reports.left_hip_high().to_pdf()))
    assert [item.title for item in reader.outline if not isinstance(item, list)][:3] == [
        "Your left hip sits higher than the right", "The numbers", "Your plan",
    ]  # fmt: skip
    assert reader.trailer["/Root"]["/Lang"] == "en"
    described = [o for o in map(reader.get_object, range(1, len(reader.xref[0]))) if _alt(o)]
    assert "from the front" in _alt(described[0])
    exercises = [_alt(one) for one in described[1:]]
    assert exercises
    assert not [text for text in exercises if "from the front" in text]


def _alt(thing) -> str:
    return str(thing.get("/Alt", "")) if isinstance(thing, dict) else ""


@pytest.mark.parametrize("case", CASES)
def test_the_summary_is_as_agreed(case):
    text = summarize(CASES[case]()) + "\n"
    assert text == (GOLDEN / f"summary_{case}.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
def test_the_same_number_reads_the_same_from_front_and_back(view):
    assert "Your left hip sits higher than the right" in summarize(reports.left_hip_high(view))
