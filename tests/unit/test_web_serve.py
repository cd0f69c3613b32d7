"""The socket that the page answers on."""

import asyncio
import socket

import pytest

pytest.importorskip("uvicorn", reason="needs the extra web")

from levelback.errors import UsageError
from levelback.web.serve import _listen


def test_small_answers_are_sent_at_once():
    async def answered() -> int:
        seen = asyncio.get_running_loop().create_future()

        def connected(_, writer):
            link = writer.get_extra_info("socket")
            seen.set_result(link.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listen("127.0.0.1", 0) as listening:
            server = await asyncio.start_server(connected, sock=listening)
            _, writer = await asyncio.open_connection(*listening.getsockname())
            delay_off = await seen
            writer.close()
            server.close()
            return delay_off

    assert asyncio.run(answered()), "answers of a few bytes wait for 40 ms"


def test_a_port_that_is_taken_is_said():
    with _listen("127.0.0.1", 0) as first, pytest.raises(UsageError, match="--port 0"):
        _listen("127.0.0.1", first.getsockname()[1])
