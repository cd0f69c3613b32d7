"""The page's photos with the real model: from the file to the report, the moved point and the files."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import sys
import threading
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from helpers.web import SAMPLES, page, send, wait
from levelback import analyze_photo
from levelback.web.desk import MAX_PHOTOS

HIGH = SAMPLES / "front-left-hip-high.jpg"


@pytest.fixture(scope="module")
def client():
    with page() as made:
        yield made


@pytest.fixture(scope="module")
def view(client):
    state = send(client, HIGH)
    assert state["state"] == "done"
    return client.get(f"/api/photos/{state['id']}/report").json()


def measured(view, id):
    return next(one for one in view["report"]["measurements"] if one["id"] == id)


def test_the_numbers_are_those_of_the_command_line(view):
    expected = analyze_photo(HIGH).to_dict()
    assert view["report"]["measurements"] == expected["measurements"]
    assert view["report"]["findings"] == expected["findings"]


def test_an_answer_may_wait_until_the_photo_has_come_further(client):
    sent = client.post("/api/photos", params={"name": HIGH.name}, content=HIGH.read_bytes()).json()
    told = [sent]
    while told[-1]["state"] in ("waiting", "working"):
        told.append(client.get(f"/api/photos/{sent['id']}", params={"wait": 5}).json())
    assert told[-1]["state"] == "done"
    assert all(one != later for one, later in pairwise(told[1:]))
    assert len(told) < 15
    assert client.get(f"/api/photos/{sent['id']}", params={"wait": 60}).status_code == 422


def test_moving_a_landmark_moves_the_number_as_python_says(client, view):
    left = next(one for one in view["report"]["landmarks"] if one["name"] == "left_hip")
    moved = {"left_hip": [left["x"], left["y"] - 20]}
    answer = client.put(f"/api/photos/{view['id']}/landmarks", json={"places": moved}).json()
    from levelback.pipeline import move_landmarks
    from levelback.pose.joints import Joint

    expected = move_landmarks(analyze_photo(HIGH), {Joint.LEFT_HIP: tuple(moved["left_hip"])}).to_dict()
    assert answer["report"]["measurements"] == expected["measurements"]
    assert measured(answer, "pelvic_obliquity") != measured(view, "pelvic_obliquity")
    assert "Moved by hand" in answer["rest"]
    back = client.put(f"/api/photos/{view['id']}/landmarks", json={"places": {}}).json()
    assert back["report"]["measurements"] == view["report"]["measurements"]


def test_answers_change_the_plan(client, view):
    answer = client.put(f"/api/photos/{view['id']}/answers", json={"answers": {"fever": True}}).json()
    assert answer["report"]["plan"]["screening"]["status"] == "no_exercise"
    assert answer["report"]["plan"]["phases"] == []
    client.put(f"/api/photos/{view['id']}/answers", json={"answers": {}})


@pytest.mark.parametrize("format", ["html", "pdf", "png", "json"])
def test_the_files_are_whole(client, view, format):
    answer = client.get(f"/api/photos/{view['id']}/files/{format}")
    assert answer.status_code == 200
    assert f'filename="levelback-front-left-hip-high.{format}"' in answer.headers["content-disposition"]
    starts = {"html": b"<!doctype html>", "pdf": b"%PDF", "png": b"\x89PNG", "json": b"{"}
    assert answer.content.startswith(starts[format])


def test_a_hostile_name_stays_a_name(client):
    answer = client.post(
        "/api/photos",
        params={"name": '../../<u>"x\r\nSet-Cookie: a=b\u202e.jpg', "fast": True},
        content=HIGH.read_bytes(),
    )
    state = wait(client, answer.json())
    view = client.get(f"/api/photos/{state['id']}/report").json()
    assert "<u>" not in view["words"] + view["rest"]
    headers = client.get(f"/api/photos/{state['id']}/files/json").headers
    assert "\n" not in headers["content-disposition"]
    assert "set-cookie" not in headers


def test_position_and_camera_are_in_no_picture(client):
    image = Image.open(HIGH)
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    data = io.BytesIO()
    image.save(data, "JPEG", exif=exif)
    state = wait(client, client.post("/api/photos", params={"fast": True}, content=data.getvalue()).json())
    for path in ("picture.jpg", "files/png"):
        assert b"Exif" not in client.get(f"/api/photos/{state['id']}/{path}").content, path
    inside = re.findall(r"base64,([\w+/=]+)", client.get(f"/api/photos/{state['id']}/files/html").text)
    assert len(inside) >= 1
    assert all(b"Exif" not in base64.b64decode(one) for one in inside)


def test_a_picture_of_nobody_says_what_to_do(client):
    data = io.BytesIO()
    Image.fromarray(np.full((400, 300, 3), 128, np.uint8)).save(data, "PNG")
    state = wait(client, client.post("/api/photos", content=data.getvalue()).json())
    assert state["state"] == "failed"
    assert "person" in state["message"].lower() or "nobody" in state["message"].lower()
    answer = client.get(f"/api/photos/{state['id']}/report")
    assert answer.status_code == 400


def test_what_is_no_picture_is_told(client):
    state = wait(client, client.post("/api/photos", params={"name": "notes.jpg"}, content=b"hello").json())
    assert state["state"] == "failed"
    assert "notes.jpg" in state["message"]


def test_a_burst_becomes_the_median_of_its_pictures(client):
    ids, taken = [], []
    for shift in (0, 3, 6):
        data = io.BytesIO()
        Image.open(HIGH).crop((shift, 0, 1080, 1440)).save(data, "PNG")
        state = wait(
            client, client.post("/api/photos", params={"fast": True}, content=data.getvalue()).json()
        )
        ids.append(state["id"])
        taken.append(client.get(f"/api/photos/{state['id']}/report").json())
    state = client.post("/api/bursts", json={"photos": ids}).json()
    assert state["state"] == "done"
    view = client.get(f"/api/photos/{state['id']}/report").json()
    values = [measured(one, "pelvic_obliquity")["value"] for one in taken]
    assert len(set(values)) > 1
    for one in view["report"]["measurements"]:
        for end in ("low", "value", "high") if one["status"] == "measured" else ():
            assert one[end] == sorted(measured(other, one["id"])[end] for other in taken)[1], one["id"]
    kept = [client.get(f"/api/photos/{id}").status_code for id in ids]
    assert sorted(kept) == [200, 404, 404]


def test_a_photo_can_be_measured_as_a_mirror_image(client, view):
    again = client.post(f"/api/photos/{view['id']}/again", json={"mirrored": True})
    other = client.get(f"/api/photos/{wait(client, again.json())['id']}/report").json()
    one, two = (measured(v, "pelvic_obliquity")["value"] for v in (view, other))
    assert one == -two


def test_a_forgotten_photo_is_gone(client):
    id = send(client, HIGH, fast=True)["id"]
    assert client.delete(f"/api/photos/{id}").status_code == 204
    assert client.get(f"/api/photos/{id}/picture.jpg").status_code == 404


def test_thirty_two_at_once_are_all_answered_and_few_are_kept(client):
    data, states = HIGH.read_bytes(), []

    def one() -> None:
        states.append(client.post("/api/photos", params={"fast": True}, content=data).json())

    threads = [threading.Thread(target=one) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = [wait_or_gone(client, state) for state in states]
    assert len(ends) == 32
    assert set(ends) <= {"done", "gone"}
    assert len(client.app.state.desk._photos) <= MAX_PHOTOS


def wait_or_gone(client, state):
    while True:
        answer = client.get(f"/api/photos/{state['id']}")
        if answer.status_code == 404:
            return "gone"
        if answer.json()["state"] not in ("waiting", "working"):
            return answer.json()["state"]


def test_errors_tell_no_paths(client):
    for path in ("/api/photos/none", "/api/photos/none/report", "/api/exercises/none", "/api/nothing"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "/" not in json.dumps(answer.json()["message"])


def test_several_views_make_one_session(client):
    names = ("front-left-hip-high.jpg", "left-anterior-pelvic-tilt.jpg")
    ids = [send(client, SAMPLES / name, fast=True)["id"] for name in names]
    view = client.post("/api/sessions", json={"photos": ids, "answers": {}}).json()
    assert 'data-measure="pelvic_obliquity"' in view["rest"]
    assert 'data-measure="pelvic_tilt"' in view["rest"]
    assert {"pelvic_obliquity", "pelvic_tilt"} <= set(view["numbers"])


def test_nothing_is_written_to_disk(client):
    data = io.BytesIO()
    Image.open(HIGH).resize((3000, 4500)).save(data, "PNG")
    assert len(data.getvalue()) > 2**20, "more than what frameworks keep in memory"
    with files_written() as written:
        state = wait(
            client, client.post("/api/photos", params={"fast": True}, content=data.getvalue()).json()
        )
        assert state["state"] == "done"
        for path in ("report", "picture.jpg", "files/html", "files/pdf", "files/png", "files/json"):
            assert client.get(f"/api/photos/{state['id']}/{path}").status_code == 200
    assert written == []


@contextmanager
def files_written():
    """Yield the files that this process opens to write from now on: no cache, spool or temporary file escapes."""
    written, watching = [], True

    def hear(event, arguments):
        if watching and event == "open":
            path, _, flags = arguments
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) and not str(path).startswith("/dev/"):
                written.append(str(path))

    sys.addaudithook(hear)  # stays for good, so it is switched off
    yield written
    watching = False


def test_the_page_leads_from_a_number_to_its_meaning_and_from_the_plan_to_the_questions(view):
    numbers = view["numbers"]
    assert set(numbers) == {one["id"] for one in view["report"]["measurements"] if one["value"] is not None}
    hips = numbers["pelvic_obliquity"]
    assert hips["says"].endswith("left higher")
    assert hips["interval"] in hips["explained"]
    assert "left hip and right hip" in hips["explained"]
    assert 'href="#/questions"' in view["rest"]
    assert 'href="#/exercises/' in view["rest"]
    assert "levelback screen" not in view["rest"], "a command is no use to somebody at the page"
    assert "base64" not in view["rest"], "pictures of exercises are asked for once, not sent with each move"
    assert "`" not in view["words"] + view["rest"]
