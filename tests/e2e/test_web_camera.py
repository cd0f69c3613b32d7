"""A photo by the page's own camera, with its guide; and by a phone in the same network."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import cv2
import pytest

from helpers.browser import browser_with, go, need_browser, read_code, running_page, visit
from helpers.camera import play_as_camera
from helpers.clips import SAMPLES, standing_picture, write_clip
from levelback.web.lan import lan_address

pytestmark = pytest.mark.filterwarnings("default")
sync_api = need_browser()
ROLL_DEG = 6
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium before whose camera somebody stands, the camera turned so that the room falls to the right."""
    picture = standing_picture()
    height, width = picture.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), -ROLL_DEG, 1)
    tilted = cv2.warpAffine(picture, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    folder = tmp_path_factory.mktemp("camera")
    camera = play_as_camera(write_clip(folder / "clip.mp4", [tilted] * 10), folder / "clip.y4m")
    with browser_with(sync_api, camera) as browser:
        yield browser


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    if lan_address() is None:
        pytest.skip("this machine is on no network")
    with running_page(tmp_path_factory.mktemp("history") / "history.sqlite3", "--lan") as (address, server):
        yield address, server.stderr.readline(), code_of(server)


def code_of(server: subprocess.Popen[str]) -> list[str]:
    """Return the lines of the QR code that the program prints."""
    lines = []
    while not (line := server.stderr.readline()).startswith("Everybody"):
        lines.append(line.rstrip("\n"))
    return [line for line in lines if line]


def test_the_camera_guides_counts_down_and_takes_a_burst(browser, program):
    with visit(browser, program[0]) as page:
        page.get_by_role("link", name="Use the camera").click()
        page.wait_for_selector("li[data-passed=false]")
        assert [one.inner_text() for one in page.locator("li[data-passed=false]").all()] == [
            "✗ Camera level: not yet"
        ]
        assert page.locator("li[data-passed=true]").count() == 3
        said = page.locator(".cue").inner_text()
        assert "raise its side on your right" in said
        assert int(re.search(r"(\d)°", said)[1]) == pytest.approx(ROLL_DEG, abs=1)
        page.get_by_role("button", name="Start the countdown").click()
        page.wait_for_selector("article.report")
        spoken, tones = page.evaluate("[window.spoken, window.tones]")
        assert spoken[:5] == ["5", "4", "3", "2", "1"]
        assert tones >= 10, "one for each second, one for each picture"
        assert "turned by 5." in page.locator('[aria-labelledby="method"]').inner_text()


def test_a_phone_takes_a_photo_and_reads_its_report(browser, program):
    _, printed, code = program
    address = read_code(code)
    assert address == re.search(r"http://\S+", printed).group()
    assert lan_address() in address
    with visit(browser, address, **PHONE) as page:
        assert "token" not in page.url
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Take a photo").tap()
        assert chooser.value.element.get_attribute("capture") == "environment"
        chooser.value.set_files(SAMPLES / "front-left-hip-high.jpg")
        page.wait_for_selector("article.report")
        assert "Your left hip" in page.locator("h1").inner_text()
        page.locator(".number").first.tap()
        assert "Common in healthy people" in page.locator("[role=tooltip]").inner_text()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
        with page.expect_download() as waiting:
            page.get_by_role("link", name="PDF").tap()
        assert Path(waiting.value.path()).read_bytes().startswith(b"%PDF")


def test_a_phone_is_told_why_there_is_no_live_camera(browser, program):
    with visit(browser, read_code(program[2]), **PHONE) as page:
        go(page, "/camera", "[role=alert]")
        assert "phone's own camera" in page.locator("[role=alert]").inner_text()
        assert page.get_by_role("link", name="Choose a photo").count() == 1
