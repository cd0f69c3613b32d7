"""Starts the page on this machine and opens the browser."""

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from levelback.errors import ExtraMissing, UsageError

DEFAULT_PORT = 8765
INSTALL = "python -m pip install 'levelback[web]'"


def serve(
    *,
    port: int = DEFAULT_PORT,
    browser: bool = True,
    lan: bool = False,
    model: Path | None = None,
    history: str | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the page until it is interrupted; `say` gets the lines for the person at the terminal.

    port      0 takes a free one
    browser   open it when the page is ready
    history   a SQLite file or PostgreSQL URL, where it is not the user's own
    lan       also answer on the local network, for a phone
    Raises UsageError where the port is taken, ExtraMissing where the extra `web` is not installed, and
    ModelError.
    """
    try:
        import uvicorn

        from levelback.web.app import create_app
        from levelback.web.desk import Desk
        from levelback.web.guard import Door, local_hosts
        from levelback.web.lan import lan_address, qr_text
        from levelback.web.live import MAX_PICTURE_BYTES
    except ImportError as error:
        raise ExtraMissing(
            "The local page needs libraries that are not installed.", remedy=INSTALL
        ) from error
    address = lan_address() if lan else None
    if lan and address is None:
        raise UsageError("This machine is on no network that a phone could use. Leave out --lan.")
    listening = _listen("0.0.0.0" if lan else "127.0.0.1", port)
    with contextlib.closing(listening):
        port = listening.getsockname()[1]
        door = Door(hosts=local_hosts(port, [address] if address else []), port=port)
        app = create_app(Desk(model), door, history)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            ws_max_size=MAX_PICTURE_BYTES,
            ws_per_message_deflate=False,  # JPEG does not get smaller
        )
        server = uvicorn.Server(config)
        say(f"levelback is at {door.address()}")
        if address:
            on_lan = door.address(f"{address}:{port}")
            say(f"On a phone in the same network: {on_lan}\n{qr_text(on_lan)}")
            say("Everybody who has this address can use the page while it runs. Ctrl-C ends it.")
        else:
            say("It answers to this machine only. Ctrl-C ends it.")
        if browser:
            _open_when_ready(server, door.address())
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    # Only of a socket that says it is TCP's does asyncio send small answers at once (TCP_NODELAY).
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # Before anybody is told the address: a browser that is quick waits instead of being refused.
        listening.listen()
    except (OSError, OverflowError):
        listening.close()
        raise UsageError(
            f"Port {port} is taken, perhaps by another levelback. Use --port 0 for a free one."
        ) from None
    return listening


def _open_when_ready(server: object, address: str) -> None:
    def open_it() -> None:
        for _ in range(200):
            if getattr(server, "started", False):
                webbrowser.open(address)
                return
            threading.Event().wait(0.05)

    threading.Thread(target=open_it, daemon=True).start()
