"""A phone on the same network: the address, its QR code, and who is answered then."""

from __future__ import annotations

import socket

import pytest
from starlette.testclient import TestClient

from helpers.browser import read_code
from levelback.errors import UsageError
from levelback.web import lan, serve
from levelback.web.app import create_app
from levelback.web.desk import Desk
from levelback.web.guard import Door, local_hosts

PHONE = "192.168.7.20"


def test_a_phone_is_answered_under_the_address_on_the_network_only():
    door = Door(hosts=local_hosts(8765, [PHONE]), port=8765)
    with TestClient(create_app(Desk(), door), base_url=f"http://{PHONE}:8765") as client:
        assert client.get("/api/questions").status_code == 401
        assert client.get("/", params={"token": door.token}).status_code == 200
        assert client.get("/api/questions").status_code == 200
        assert client.get("/api/questions", headers={"host": "192.168.7.21:8765"}).status_code == 421
    without = Door(hosts=local_hosts(8765), port=8765)
    with TestClient(create_app(Desk(), without), base_url=f"http://{PHONE}:8765") as client:
        assert client.get("/", params={"token": without.token}).status_code == 421


@pytest.mark.parametrize("run", range(20))
def test_the_code_for_the_phone_says_the_address(run):
    address = Door(hosts=frozenset(), port=8765).address(f"{PHONE}:{8765 + run}")
    assert read_code([line for line in lan.qr_text(address).splitlines() if line]) == address


def test_a_machine_without_a_network_says_so(monkeypatch):
    monkeypatch.setattr(lan, "lan_address", lambda: None)
    with pytest.raises(UsageError, match="no network"):
        serve(port=0, browser=False, lan=True)


def test_a_port_that_is_taken_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="is taken"):
            serve(port=taken.getsockname()[1], browser=False)
