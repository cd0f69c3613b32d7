"""The pictures of the exercises: there, small, told in words, and of the side that is to work."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from helpers import reports
from levelback.advice import load_catalogue, pictures, pictures_of
from levelback.advice.pictures import load_picture_words, parse_picture_words
from levelback.errors import DataFileError
from levelback.report.encode import to_json
from levelback.report.encoded import small_jpeg
from levelback.report.html import to_html
from levelback.report.pdf import to_pdf

MAX_BYTES, MAX_BYTES_ALL = 60_000, 6_000_000
EXERCISES = load_catalogue()
EACH = [id for id, exercise in EXERCISES.items() if exercise.sides == "each"]


def pixels(file):
    with Image.open(file) as picture:
        return np.asarray(picture.convert("RGB"), dtype=float)


@pytest.mark.parametrize("id", EXERCISES)
def test_every_exercise_has_a_start_and_an_end(id):
    start, end = pictures_of(id)
    for picture in (start, end):
        with Image.open(picture.file) as image:
            assert image.format == "WEBP"
            assert image.width == image.height >= 480
        assert picture.file.stat().st_size < MAX_BYTES
    assert np.abs(pixels(start.file) - pixels(end.file)).mean() > 1


def test_all_pictures_together_are_small_and_none_is_left_over():
    files = list(pictures.FOLDER.glob("*.webp"))
    assert sum(file.stat().st_size for file in files) < MAX_BYTES_ALL
    assert {file.name for file in files} == {
        f"{id}-{place}.webp" for id in EXERCISES for place in ("start", "end")
    }


@pytest.mark.parametrize("id", EACH)
def test_the_right_side_is_the_mirror_image_in_picture_and_words(id):
    for left, right in zip(pictures_of(id, "left"), pictures_of(id, "right"), strict=True):
        assert (left.file, left.mirrored, right.mirrored) == (right.file, False, True)
        swapped = re.sub(
            r"\b(left|right)\b", lambda word: {"left": "right", "right": "left"}[word[0]], left.alt
        )
        swapped = swapped.replace("left angle", "right angle")
        assert right.alt == swapped


@pytest.mark.parametrize("id", [id for id in EXERCISES if id not in EACH])
def test_whole_body_exercises_have_no_side(id):
    assert pictures_of(id, "both") == pictures_of(id, "left") == pictures_of(id, "right")
    assert not any(picture.mirrored for picture in pictures_of(id, "right"))


def test_the_words_are_whole_sentences():
    for words in load_picture_words().values():
        for text in (words.start, words.end):
            assert text[0].isupper()
            assert text.endswith(".")
            assert 40 < len(text) < 320


GOOD = '[[pictures]]\nexercise = "clam"\nstart = "She lies on her {other} side."\nend = "The {side} knee opens."\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("clam", "clamp"), r"pictures\[0\].exercise': there is no exercise 'clamp'"),
        (GOOD.replace("{side}", "{sid}"), r"pictures\[0\].end': there is no '{sid}'"),
        (GOOD.replace("{side}", "{side"), r"pictures\[0\].end': "),
        (GOOD.replace("{side}", "upper"), r"pictures\[0\].end': does not say which {side} works"),
        (GOOD.replace("clam", "bridge"), r"pictures\[0\].start': this exercise works both sides"),
        (GOOD.replace("start", "begin"), r"pictures\[0\]"),
        (GOOD + GOOD, r"pictures\[1\]': 'clam' is there twice"),
    ],
)
def test_wrong_words_are_named_by_path(text, message):
    assert parse_picture_words(GOOD, file="p.toml")["clam"].end == "The {side} knee opens."
    with pytest.raises(DataFileError, match=message):
        parse_picture_words(text, file="p.toml")


def plan_of(*items: tuple[str, str]):
    """A report whose first phase has these exercises, as (id, side)."""
    report = reports.left_hip_high()
    phase = report.plan.phases[0]
    rows = tuple(
        replace(phase.items[0], exercise=id, name=EXERCISES[id].name, side=side, because=f"Reason {id}: so.")
        for id, side in items
    )
    plan = replace(report.plan, phases=(replace(phase, items=rows),))
    return replace(report, plan=plan, picture=None)


def images(html: str) -> list[tuple[str, bool]]:
    """Alt text and whether it is mirrored, of each picture of an exercise."""
    tags = re.findall(r'<img src="data:image/webp[^"]*"[^>]*>', html)
    return [(re.search('alt="([^"]*)"', tag)[1], 'class="mirrored"' in tag) for tag in tags]


def test_the_page_shows_the_prescribed_side():
    html = to_html(plan_of(("clam", "right"), ("side-plank", "left"), ("bridge", "both")))
    shown = images(html)
    assert [mirrored for _, mirrored in shown] == [True, True, False, False, False, False]
    assert shown[1][0].startswith("The right knee, on top, has opened")
    assert "propped on the left forearm" in shown[2][0]
    assert re.findall("Shown: (left|right) side", html) == ["right", "left"]


def test_of_two_sides_the_page_shows_the_one_that_comes_first():
    html = to_html(plan_of(("clam", "right"), ("clam", "left")))
    assert [mirrored for _, mirrored in images(html)] == [True, True]


def test_the_document_shows_the_mirror_image_of_the_right_side():
    pdf = PdfReader(io.BytesIO(to_pdf(plan_of(("clam", "right"), ("bridge", "both")))))
    drawn = [image.image for page in pdf.pages for image in page.images]
    assert len(drawn) == 4
    (_, end), (_, lifted) = pictures_of("clam"), pictures_of("bridge")
    for picture, file, mirrored in ((drawn[1], end.file, True), (drawn[3], lifted.file, False)):
        with Image.open(file) as image:
            wanted = np.asarray(image.convert("RGB").resize(picture.size), dtype=float)
        wanted = wanted[:, ::-1] if mirrored else wanted
        assert np.abs(np.asarray(picture.convert("RGB"), dtype=float) - wanted).mean() < 4
        assert np.abs(np.asarray(picture.convert("RGB"), dtype=float) - wanted[:, ::-1]).mean() > 6


def test_paper_gets_small_pictures():
    picture = pictures_of("clam")[0]
    assert len(small_jpeg(picture.file, 300, mirrored=False)) < 20_000


def test_without_the_pictures_the_report_is_whole(tmp_path, monkeypatch):
    report = plan_of(("clam", "right"))
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    assert pictures_of("clam") == ()
    html = to_html(report)
    assert images(html) == []
    assert "Shown:" not in html
    assert EXERCISES["clam"].name in html
    assert "Clam" in "".join(page.extract_text() for page in PdfReader(io.BytesIO(to_pdf(report))).pages)


def test_the_json_report_asks_for_no_picture(monkeypatch):
    def refuse(*_):
        raise AssertionError("a picture was asked for")

    report = plan_of(("clam", "right"))
    monkeypatch.setattr(pictures, "load_picture_words", refuse)
    with pytest.raises(AssertionError, match="asked for"):
        to_html(report)
    assert "webp" not in to_json(report)
