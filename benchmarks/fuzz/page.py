"""The local page under hostile requests and messages: called as a server calls it, without a network.

A photo on the desk is not searched for people: it gets a golden report at once, so that all that can be done with
a photo is reached.
"""

from __future__ import annotations

import asyncio
import re
import struct
import tempfile
from concurrent.futures import Future
from dataclasses import replace
from functools import cache
from pathlib import Path
from unittest import mock

import numpy as np

from benchmarks.fuzz import seeds

HOST = b"127.0.0.1:8765"
PHOTO = b"PHOTO"
"""Stands for the id of a photo that is on the desk."""
REQUESTS = tuple(
    head.replace(b" /", b" /api/", 1) + b"\n" + b"content-type: application/json\n\n" + body
    for head, body in (
        (b"POST /photos?name=me.jpg&view=front&height_cm=170&fast=true&markers=false", b"PICTURE"),
        (b"GET /photos/PHOTO", b""),
        (b"GET /photos/PHOTO/report", b""),
        (
            b"POST /photos/PHOTO/again",
            b'{"view": "back", "mirrored": true, "height_cm": 170.5, "fast": false}',
        ),
        (b"PUT /photos/PHOTO/landmarks", b'{"places": {"left_hip": [300.5, 400], "right_hip": [200, 400]}}'),
        (b"PUT /photos/PHOTO/answers", b'{"answers": {"pregnant": false, "age": 40}}'),
        (b"GET /photos/PHOTO/picture.jpg", b""),
        (b"GET /photos/PHOTO/files/html", b""),
        (b"GET /photos/PHOTO/files/json", b""),
        (b"POST /bursts", b'{"photos": ["PHOTO", "PHOTO"]}'),
        (b"POST /sessions", b'{"photos": ["PHOTO"], "answers": {"age": 40}}'),
        (b"POST /screening", b'{"answers": {"age": 40, "numbness": true}}'),
        (b"GET /exercises/clam", b""),
        (b"GET /exercises/clam/start.webp", b""),
        (b"GET /people", b""),
        (b"POST /people/photos", b'{"person": "Anna", "photos": ["PHOTO"], "pictures": true}'),
        (b"POST /people/sets", b'{"person": "Anna", "id": "x"}'),
        (b"GET /people/progress?person=Anna", b""),
        (b"DELETE /people?person=Anna", b""),
        (b"GET /openapi.json", b""),
    )
)
MARK = b"\n--\n"
"""Ends one message of a WebSocket."""


class Somebody:
    """A tracker that always sees the same person."""

    def track(self, image: object, time_s: float) -> object:
        """Return the recorded person."""
        return _person()

    def close(self) -> None:
        """Free nothing."""


@cache
def _person() -> object:
    from levelback.pose.recorded import read_landmarks

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set.jsonl"
        file.write_bytes(seeds.recorded()[0])
        return next(iter(read_landmarks(file))).landmarks


@cache
def open_history_once():
    """Return a history of this run alone."""
    from levelback.history import open_history

    return open_history(str(Path(tempfile.mkdtemp(prefix="levelback-fuzz-")) / "history.sqlite3"))


@cache
def _app():
    """Return the application, the token that opens it, and the id of a photo on its desk."""
    from levelback.metrics.values import Estimate
    from levelback.report.decode import from_dict
    from levelback.web.app import create_app
    from levelback.web.desk import Desk
    from levelback.web.guard import Door, local_hosts

    golden = from_dict(seeds.golden("left_hip_high"), file="golden")
    picture = np.zeros((golden.landmarks.height, golden.landmarks.width, 3), np.uint8)

    class Quick(Desk):
        def _analyze(self, photo):
            found = replace(golden.landmarks, covariance=np.eye(66) * 4)
            roll = replace(golden.roll, estimate=Estimate.around(0.0, 1.0))
            return replace(golden, landmarks=found, roll=roll, picture=picture)

        def _queue(self, read, options, answers):
            photo = super()._queue(read, options, answers)
            for waiting in _submitted:
                waiting.result()
            _submitted.clear()
            return self.get(photo.id)

    desk = Quick()
    submit = desk._worker.submit

    def follow(*task):
        _submitted.append(submit(*task))

    desk._worker.submit = follow
    door = Door(hosts=local_hosts(8765), port=8765, token="t" * 32)
    history = str(Path(tempfile.mkdtemp(prefix="levelback-fuzz-")) / "history.sqlite3")
    return create_app(desk, door, history), desk


_submitted: list[Future] = []


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _a_photo() -> bytes:
    """Return the id of the newest photo on the desk; put one there where there is none."""
    from levelback.web.desk import Options

    desk = _app()[1]
    ids = [id for id, photo in desk._photos.items() if photo.report is not None]
    return (ids[-1] if ids else desk.add(seeds.pictures()[0], "a.jpg", Options()).id).encode()


def _scope(kind: str, head: bytes) -> dict:
    first, *lines = head.split(b"\n")
    method, _, target = first.partition(b" ")
    path, _, query = target.partition(b"?")
    headers = [
        tuple(part.strip() for part in line.partition(b":")[::2])
        for line in lines
        if re.fullmatch(rb"[!-9;-~]+:[\t\x20-\x7e\x80-\xff]*", line)
    ]
    given = [(b"host", HOST), (b"authorization", b"Bearer " + b"t" * 32)]
    return {
        "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "root_path": "",
        "method": re.sub(rb"[^A-Z]", b"", method).decode() or "GET", "path": path.decode("utf-8", "replace") or "/",
        "raw_path": path, "query_string": query, "headers": [*given, *((n.lower(), v) for n, v in headers)],
        "client": ("127.0.0.1", 9), "server": ("127.0.0.1", 8765), "subprotocols": [],
    }  # fmt: skip


def _call(scope: dict, received: list[dict]) -> list[dict]:
    sent: list[dict] = []
    waiting = iter(received)

    async def receive() -> dict:
        last = "http.disconnect" if scope["type"] == "http" else "websocket.disconnect"
        return next(waiting, {"type": last, "code": 1000})

    async def send(message: dict) -> None:
        sent.append(message)

    _loop().run_until_complete(_app()[0](scope, receive, send))
    return sent


def request(data: bytes, folder: Path) -> object:
    """Send one request. What says 5xx has failed inside, but for 503, a part that is missing."""
    head, _, body = data.partition(b"\n\n")
    photo = _a_photo()
    scope = _scope("http", head.replace(PHOTO, photo))
    body = seeds.pictures()[0] if body == b"PICTURE" else body.replace(PHOTO, photo)
    sent = _call(scope, [{"type": "http.request", "body": body, "more_body": False}])
    status = sent[0]["status"]
    assert status < 500 or status == 503, (status, scope["path"], sent[1]["body"][:200])
    return status


def conversations(picture: bytes) -> tuple[bytes, ...]:
    """Return what a page says over a WebSocket in a set: pictures and commands."""
    later = struct.pack("<d", 2.5) + picture[8:]
    parts = (
        b"/api/live/bird-dog",
        picture,
        b'{"do": "pause"}',
        later,
        b'{"do": "resume"}',
        later,
        b'{"do": "end"}',
    )
    return (MARK.join(parts), MARK.join((b"/api/live/standing", picture, later, b'{"do": "switch"}')))


def converse(data: bytes, folder: Path) -> object:
    """Hold a conversation over a WebSocket; it must end in an answer or in a closed connection."""
    first, *messages = data.split(MARK)
    received = [{"type": "websocket.connect"}]
    for one in messages:
        kind = {"text": one.decode("utf-8", "replace")} if one.startswith(b"{") else {"bytes": one}
        received.append({"type": "websocket.receive", **kind})
    scope = _scope("websocket", b"GET " + first)
    with mock.patch("levelback.web.live.open_tracker", Somebody):
        sent = _call(scope, received)
    assert sent, "no answer"
    return len(sent)
