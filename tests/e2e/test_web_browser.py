"""The page as a person uses it: a real browser, the real program, a camera that plays a rendered clip."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import pytest

from helpers.browser import browser_with, go, need_browser, running_page, visit
from helpers.camera import play_as_camera
from levelback import analyze_photo
from levelback.form import load_specification
from levelback.pipeline import move_landmarks
from levelback.pose.joints import Joint

pytestmark = pytest.mark.filterwarnings("default")
ROOT = Path(__file__).parents[2]
PHOTO = ROOT / "sample_images" / "front-left-hip-high.jpg"
CLIPS = ROOT / "tests" / "clips"
sync_api = need_browser()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with running_page(tmp_path_factory.mktemp("history") / "history.sqlite3") as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    camera = play_as_camera(next(CLIPS.glob("bird-dog*.mp4")), tmp_path_factory.mktemp("camera") / "clip.y4m")
    with browser_with(sync_api, camera) as browser:
        yield browser


@pytest.fixture
def page(browser, address):
    with visit(browser, address) as page:
        yield page


def report_of(page) -> str:
    """Choose the sample photo and wait for its report; return the photo's id."""
    page.set_input_files("#file", PHOTO)
    page.wait_for_selector("article.report")
    return page.url.rpartition("/")[2]


def test_from_the_first_click_to_the_pdf(page):
    assert "token" not in page.url
    report_of(page)
    assert page.locator("h1").inner_text().replace("\n", " ") == "Your left hip sits higher than the right"
    with page.expect_download() as waiting:
        page.get_by_role("link", name="PDF").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")
    assert waiting.value.suggested_filename == "levelback-front-left-hip-high.pdf"


def test_a_photo_without_a_mouse(page):
    page.on("filechooser", lambda chooser: None)  # from now on the browser asks us, not from the key on
    press_until(page, "Choose a photo")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(PHOTO)
    page.wait_for_selector("article.report")
    assert page.evaluate("document.activeElement.id") == "view", "the report is read from its top"
    press_until(page, r"\d\.\d°")
    assert "Common in healthy people" in page.locator("[role=tooltip]").inner_text()
    assert page.locator(".joint.lit").count() == 2, "the points that the number rests on"
    page.keyboard.press("Escape")
    assert page.locator("[role=tooltip]").is_hidden()
    press_until(page, "PDF")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")


def press_until(page, pattern: str, most: int = 120) -> None:
    """Press Tab until what is focused begins as a pattern says."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.match(pattern, page.evaluate("document.activeElement.textContent.trim()")):
            return
    raise AssertionError(f"the keyboard does not reach '{pattern}'")


def test_the_plan_leads_to_the_questions_and_they_change_it(page):
    report_of(page)
    page.get_by_role("link", name="Answer the questions").click()
    page.wait_for_selector("form.questions")
    for one in page.locator('[aria-labelledby="g-red_flag"] fieldset:visible').all():
        one.get_by_text("No", exact=True).click()
    page.get_by_role("button", name="See what this means").click()
    page.get_by_role("link", name="Report").click()
    page.wait_for_selector("article.report")
    assert page.get_by_role("link", name="Answer the questions").count() == 0
    page.locator(".items h4 a").first.click()
    page.wait_for_selector(".exercise")


@pytest.mark.parametrize(
    ("name", "start"), [("Web page", b"<!doctype"), ("Data (JSON)", b"{"), ("Picture", b"\x89PNG")]
)
def test_the_report_can_be_kept_in_every_form(page, name, start):
    report_of(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name).click()
    assert Path(waiting.value.path()).read_bytes().startswith(start)


def test_dragging_a_point_moves_the_number_as_python_says(page):
    id = report_of(page)
    point = page.get_by_role("button", name="Point: left hip")
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 12, steps=6)
    page.mouse.up()
    page.wait_for_selector("text=One point moved by hand.")
    page.wait_for_timeout(600)
    report = shown_report(page, id)
    moved = next(one for one in report["landmarks"] if one["name"] == "left_hip")
    assert moved["moved_by_hand"]
    expected = move_landmarks(analyze_photo(PHOTO), {Joint.LEFT_HIP: (moved["x"], moved["y"])}).to_dict()
    values = {one["id"]: one["value"] for one in expected["measurements"]}
    for one in report["measurements"]:
        assert one["value"] == (
            None if one["value"] is None else pytest.approx(values[one["id"]], abs=0.06)
        ), one
    row = page.locator('tr[data-measure="pelvic_obliquity"] .value b').inner_text()
    said = next(one["value"] for one in report["measurements"] if one["id"] == "pelvic_obliquity")
    assert float(row.removesuffix("°")) == pytest.approx(abs(said), abs=0.06), "tenths of the same number"
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(600)
    assert shown_report(page, id)["measurements"] == analyze_photo(PHOTO).to_dict()["measurements"]


def shown_report(page, id: str):
    text = page.evaluate("id => fetch(`/api/photos/${id}/report`).then((answer) => answer.text())", id)
    return json.loads(text)["report"]


def test_a_point_moves_by_the_arrow_keys(page):
    id = report_of(page)
    before = next(one for one in shown_report(page, id)["landmarks"] if one["name"] == "left_knee")
    page.get_by_role("button", name="Point: left knee").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(600)
    after = next(one for one in shown_report(page, id)["landmarks"] if one["name"] == "left_knee")
    assert after["x"] > before["x"]


def test_a_photo_can_be_dropped(page):
    data = base64.b64encode(PHOTO.read_bytes()).decode("ascii")
    page.evaluate(
        """(data) => {
            const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0));
            const drop = new DataTransfer();
            drop.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
            document.querySelector(".drop").dispatchEvent(new DragEvent("drop", { dataTransfer: drop, bubbles: true, cancelable: true }));
        }""",
        data,
    )
    page.wait_for_selector("article.report")
    assert "Your left hip" in page.locator("h1").inner_text()


def test_two_photos_are_compared_with_a_slider(page):
    ids = [report_of(page)]
    go(page, "/", ".drop")
    ids.append(report_of(page))
    page.get_by_text("Compare with another photo").click()
    page.locator("details a[href^='#/compare']").first.click()
    page.wait_for_selector(".compare")
    width = page.locator("clipPath rect").get_attribute("width")
    page.locator("#slider").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("clipPath rect").get_attribute("width") > width
    assert page.locator("tbody tr").count() > 5


def test_what_is_kept_for_a_person_can_be_forgotten(page):
    go(page, "/progress", "#person")
    page.fill("#person", "Berta")
    page.get_by_role("button", name="Use this name").click()
    go(page, "/", ".drop")
    report_of(page)
    page.get_by_role("button", name="Keep the numbers for Berta").click()
    page.get_by_role("link", name="See the progress").click()
    page.wait_for_selector(".progress-report")
    link = page.get_by_role("link", name="PDF")
    for ticked in (True, False):
        page.get_by_label("Hide the face").set_checked(ticked)
        assert link.get_attribute("href").endswith(f"?person=Berta&blur_face={'true' if ticked else 'false'}")
    page.get_by_role("button", name="Forget Berta").click()
    page.get_by_role("button", name="Yes, delete everything of Berta for good").click()
    page.wait_for_selector("#person")
    assert page.get_by_text("Berta", exact=True).count() == 0


def test_an_earlier_session_is_compared_with_a_slider(page):
    go(page, "/progress", "#person")
    page.fill("#person", "Clara")
    page.get_by_role("button", name="Use this name").click()
    go(page, "/", ".drop")
    first = report_of(page)
    page.get_by_label("Keep the picture too").check()
    page.get_by_role("button", name="Keep the numbers for Clara").click()
    page.wait_for_selector("text=Kept for Clara.")
    page.get_by_role("button", name="Forget this photo").click()
    page.wait_for_selector(".drop")
    assert report_of(page) != first
    page.get_by_text("Compare with another photo").click()
    page.get_by_role("button", name="Clara on").click()
    page.wait_for_selector(".compare image")
    assert page.locator(".compare image").count() == 2
    assert page.locator("tbody tr").count() > 5


def test_a_warning_sign_takes_the_exercises_away(page):
    go(page, "/questions", "form.questions")
    page.locator('[data-id="fever"]').get_by_text("Yes").click()
    page.get_by_role("button", name="See what this means").click()
    page.wait_for_selector("text=No exercises for now")
    go(page, "/", ".drop")
    report_of(page)
    assert page.locator(".items").count() == 0


def test_what_can_be_coached_is_shown_in_pictures_and_explained(page):
    go(page, "/live", ".card")
    pictures = page.locator(".card img")
    assert pictures.count() == page.locator(".card").count()
    pictures.last.scroll_into_view_if_needed()
    page.wait_for_function("[...document.querySelectorAll('.card img')].every(one => one.naturalWidth > 0)")
    page.get_by_role("link", name="Walking, from the front").click()
    page.get_by_role("link", name="How to do it").click()
    page.wait_for_selector(".exercise .pictures")


def test_a_rendered_set_gives_its_known_counts(page):
    truth = json.loads(next(CLIPS.glob("bird-dog*.json")).read_text())
    go(page, "/live/bird-dog", ".live button.primary")
    page.get_by_role("button", name="Start").click()
    wanted = {side: sum(rep["side"] == side for rep in truth["reps"]) for side in ("left", "right")}
    page.wait_for_function(
        "wanted => { const seen = [...document.querySelectorAll('.counts dd')].map((one) => Number(one.textContent));"
        " return seen[0] >= wanted.left && seen[1] >= wanted.right; }",
        arg=wanted,
    )
    counts = [int(text) for text in page.locator(".counts dd").all_inner_texts()]
    page.get_by_role("button", name="End").click()
    page.wait_for_selector(".outcome table")
    assert counts == [wanted["left"], wanted["right"]]
    spoken, tones = page.evaluate("[window.spoken, window.tones]")
    assert spoken[0] == load_specification("bird-dog").placement.text
    assert spoken[-1] == page.locator(".outcome .lead").inner_text(), "the result is spoken"
    assert tones >= sum(wanted.values()), "every hold is sounded"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_has_a_barrier(page, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    id = report_of(page)
    pages = {
        "/": ".slots", f"/report/{id}": "article.report", "/questions": "form.questions", "/exercises": ".card",
        "/exercises/bird-dog": ".exercise", "/session": ".slot", "/live": ".card", "/live/bird-dog": ".live button.primary",
        "/camera": "video", f"/compare/{id}/{id}": ".compare", "/progress": "h1", "/nowhere": "[role=alert]",
    }  # fmt: skip
    for path, wanted in pages.items():
        go(page, path, wanted)
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        told = [(one["id"], one["nodes"][0]["html"][:150]) for one in found.response["violations"]]
        assert told == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
