"""The local page without a browser: requests that carry the token, or do not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from levelback.web.app import create_app
from levelback.web.desk import Desk
from levelback.web.guard import Door, local_hosts

PORT = 8765
HOST = f"127.0.0.1:{PORT}"
SAMPLES = Path(__file__).parents[2] / "sample_images"


@contextmanager
def page(**headers: str) -> Iterator[TestClient]:
    """A client of the page that carries the token, with more or other headers."""
    door = Door(hosts=local_hosts(PORT), port=PORT)
    app = create_app(Desk(), door)
    carried = {"authorization": f"Bearer {door.token}"} | headers
    with TestClient(app, base_url=f"http://{HOST}", headers=carried) as client:
        client.door = door  # type: ignore[attr-defined]
        yield client


def send(client: TestClient, file: Path, **options: object) -> dict[str, Any]:
    """Send a photo and wait until it is measured or has failed; return its state."""
    query = {"name": file.name} | {name: str(value) for name, value in options.items()}
    answer = client.post("/api/photos", params=query, content=file.read_bytes())
    assert answer.status_code == 202, answer.text
    return wait(client, answer.json())


def wait(client: TestClient, state: dict[str, Any], limit_s: float = 60.0) -> dict[str, Any]:
    """Wait until a photo is done or has failed; return its state."""
    end = time.monotonic() + limit_s
    while state["state"] in ("waiting", "working"):
        assert time.monotonic() < end, "the photo took too long"
        time.sleep(0.02)
        state = client.get(f"/api/photos/{state['id']}").json()
    return state
