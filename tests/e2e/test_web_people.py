"""What the page keeps for a person, and forgets: photos and live sets, only when somebody says so."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import pytest

from helpers.web import HOST, SAMPLES, page, send
from levelback.history import history_exists

CLIP = Path(__file__).parents[1] / "clips" / "bird-dog-001.mp4"


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("LEVELBACK_HISTORY", str(tmp_path / "history.sqlite3"))
    with page() as made:
        yield made


def pictures(clip: Path, every: int = 1):
    """Yield what the page sends: each frame's time and JPEG."""
    video = cv2.VideoCapture(str(clip))
    number = 0
    while True:
        there, frame = video.read()
        if not there:
            break
        if number % every == 0:
            time_s = number / video.get(cv2.CAP_PROP_FPS)
            yield struct.pack("<d", time_s) + cv2.imencode(".jpg", frame)[1].tobytes()
        number += 1
    video.release()


def test_nothing_is_kept_before_somebody_says_so(client):
    assert client.get("/api/people").json() == []
    send(client, SAMPLES / "front-left-hip-high.jpg", fast=True)
    assert client.get("/api/people/progress", params={"person": "Anna"}).status_code == 404
    assert not history_exists()


def test_a_photo_is_kept_shown_and_forgotten(client):
    id = send(client, SAMPLES / "front-left-hip-high.jpg", fast=True)["id"]
    kept = client.post("/api/people/photos", json={"person": "Anna", "photos": [id], "pictures": True})
    assert kept.json() == {"count": 1}
    assert [(one["name"], one["sessions"]) for one in client.get("/api/people").json()] == [("Anna", 1)]
    (photo,) = client.get("/api/people/photos", params={"person": "anna"}).json()
    assert photo["view"] == "front"
    opened = client.post(f"/api/people/photos/{photo['session']}/open", json={"person": "Anna"}).json()
    assert opened["id"] != id
    views = [client.get(f"/api/photos/{one}/report").json() for one in (id, opened["id"])]
    now, then = (view["report"]["measurements"] for view in views)
    assert now == then
    assert views[0]["numbers"].keys() == views[1]["numbers"].keys()
    assert client.get(f"/api/photos/{opened['id']}/picture.jpg").content.startswith(b"\xff\xd8")
    assert client.post("/api/people/photos/999/open", json={"person": "Anna"}).status_code == 404
    assert client.get("/api/people/photos", params={"person": "Nobody"}).json() == []
    progress = client.get("/api/people/progress", params={"person": "Anna"}).json()
    assert "Anna" in progress["subtitle"]
    assert "style=" not in progress["html"], "the policy refuses style in attributes"
    assert client.get("/api/people/progress.pdf", params={"person": "Anna"}).content.startswith(b"%PDF")
    assert client.delete("/api/people", params={"person": "Anna"}).status_code == 204
    assert client.get("/api/people").json() == []


def test_a_live_set_is_followed_summed_up_and_kept(client):
    with client.websocket_connect(f"ws://{HOST}/api/live/bird-dog") as socket:
        for picture in pictures(CLIP, every=2):
            socket.send_bytes(picture)
            state = socket.receive_json()
        assert len(state["joints"]) == 33
        socket.send_json({"do": "end"})
        last = socket.receive_json()
    assert last["phase"] == "ended"
    assert {rep["side"] for rep in last["summary"]["reps"]} == {"left", "right"}
    kept = client.post("/api/people/sets", json={"person": "Anna", "id": last["id"]})
    assert kept.json() == {"count": 1}
    assert client.get("/api/people").json()[0]["sessions"] == 1
    assert client.post("/api/people/sets", json={"person": "Anna", "id": "none"}).status_code == 404


@pytest.mark.parametrize("message", [b"", b"12345678", struct.pack("<d", float("nan")) + b"x", b"\0" * 40])
def test_a_message_that_is_no_picture_ends_the_set_in_words(client, message):
    with client.websocket_connect(f"ws://{HOST}/api/live/bird-dog") as socket:
        socket.send_bytes(message)
        assert "picture" in socket.receive_json()["message"]


def test_an_unknown_exercise_is_named(client):
    with client.websocket_connect(f"ws://{HOST}/api/live/juggling") as socket:
        assert "juggling" in socket.receive_json()["message"]


def test_a_pause_stops_the_clock(client):
    sent = list(pictures(CLIP, every=3))[:12]
    with client.websocket_connect(f"ws://{HOST}/api/live/bird-dog") as socket:
        for picture in sent[:4]:
            socket.send_bytes(picture)
            socket.receive_json()
        socket.send_json({"do": "pause"})
        assert socket.receive_json()["paused"]
        for picture in sent[4:8]:
            socket.send_bytes(picture)
            assert socket.receive_json()["joints"] == []
        socket.send_json({"do": "resume"})
        assert not socket.receive_json()["paused"]
        for picture in sent[8:]:
            socket.send_bytes(picture)
            assert socket.receive_json()["joints"]
