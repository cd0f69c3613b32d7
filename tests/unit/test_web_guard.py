"""Who may talk to the page: our own names, our own origin, with the token of this run."""

from __future__ import annotations

import pytest
from starlette.websockets import WebSocketDisconnect

from helpers.web import HOST, PORT, page
from levelback.web.guard import MAX_BODY_BYTES, Door, local_hosts


def test_the_page_opens_with_the_token_and_keeps_it_in_a_cookie():
    with page(authorization="") as client:
        assert client.get("/").status_code == 401
        assert client.get("/", params={"token": "wrong"}).status_code == 401
        opened = client.get("/", params={"token": client.door.token})
        assert opened.status_code == 200
        cookie = opened.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert client.get("/api/questions").status_code == 200, "the cookie opens the rest"


def test_a_token_in_an_address_opens_the_first_page_only():
    with page(authorization="") as client:
        assert client.get("/api/questions", params={"token": client.door.token}).status_code == 401


@pytest.mark.parametrize(
    "path", ["/", "/api/questions", "/static/js/main.js", "/api/openapi.json", "/nowhere"]
)
def test_nothing_opens_without_the_token(path):
    with page(authorization="") as client:
        assert client.get(path).status_code == 401


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil.example:{PORT}",
        "",
    ],
)
def test_another_name_is_refused(host):
    with page(host=host) as client:
        assert client.get("/api/questions").status_code == 421


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"[::1]:{PORT}"])
def test_our_own_names_are_answered(host):
    with page(host=host) as client:
        assert client.get("/api/questions").status_code == 200


@pytest.mark.parametrize(
    "origin", ["null", "http://evil.example", f"https://{HOST}", "http://127.0.0.1:1", "http://"]
)
def test_another_origin_is_refused(origin):
    with page(origin=origin) as client:
        assert client.post("/api/screening", json={"answers": {}}).status_code == 403


def test_our_own_origin_is_answered():
    with page(origin=f"http://{HOST}") as client:
        assert client.post("/api/screening", json={"answers": {}}).status_code == 200


def test_a_request_that_another_site_began_is_refused():
    with page(**{"sec-fetch-site": "cross-site"}) as client:
        assert client.get("/api/questions").status_code == 403


def test_every_answer_carries_the_policy():
    with page() as client:
        for path in ("/", "/api/questions", "/nowhere", "/static/app.css"):
            headers = client.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"], path
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"authorization": "Bearer no"}, 401),
        ({"host": "evil.example"}, 421),
    ],
)
def test_a_websocket_is_refused_alike(headers, status):
    with page(**headers) as client, pytest.raises(WebSocketDisconnect) as refused:
        client.websocket_connect(f"ws://{HOST}/api/live/bird-dog").__enter__()
    assert refused.value.code == 4000 + status


def test_too_much_is_refused_before_it_is_read():
    with page() as client:
        answer = client.post("/api/photos", content=b"", headers={"content-length": str(MAX_BODY_BYTES + 1)})
        assert answer.status_code == 413


def test_too_much_without_a_stated_length_is_refused():
    def chunks():
        for _ in range(MAX_BODY_BYTES // 2**20 + 2):
            yield bytes(2**20)

    with page() as client:
        assert client.post("/api/photos", content=chunks()).status_code in (400, 413)


def test_the_token_is_not_shown():
    door = Door(hosts=local_hosts(PORT), port=PORT)
    assert door.token not in repr(door)
    assert len(door.token) >= 32
