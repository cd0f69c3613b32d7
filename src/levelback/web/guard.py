"""Who may talk to the page, and how much.

A page on this machine can be reached by every web site that the browser has open: by a form, a script or a
WebSocket from elsewhere, or by a name that is made to point at 127.0.0.1 (DNS rebinding). So every request
must name a host that is ours, must not come from another origin, and must carry the token of this run.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
MAX_BODY_BYTES = 64 * 2**20
"""The most bytes of one upload."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Door:
    """What opens the page.

    hosts   ``name:port`` as browsers write it in the Host header, all that are ours
    port    that it listens on; it is part of the cookie's name, since cookies do not tell ports apart
    token   of this run
    """

    hosts: frozenset[str]
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def cookie(self) -> str:
        """Return the name of the cookie that holds the token."""
        return f"levelback-{self.port}"

    def address(self, host: str | None = None) -> str:
        """Return the address to open, with the token; `host` is ``name:port``."""
        return f"http://{host or f'127.0.0.1:{self.port}'}/?token={self.token}"


def local_hosts(port: int, addresses: Iterable[str] = ()) -> frozenset[str]:
    """Return the Host headers of this machine's own names, and of `addresses` on the local network."""
    names = ("127.0.0.1", "localhost", "[::1]", *addresses)
    return frozenset(f"{name}:{port}" for name in names)


class Guard:
    """ASGI middleware that lets through what `Door` allows, and puts the safe headers on every answer."""

    def __init__(self, app: App, door: Door) -> None:
        """Guard `app`."""
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(scope, receive, send, *refusal)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, send)
            return
        await self._app(scope, _bounded(receive), _with_headers(send, self._cookie_header(scope)))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Return status and message where a request must not come in, None where it may."""
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self._door.hosts:
            return 421, "This page answers to its own address only. Open the address that levelback printed."
        if origin is not None and origin != f"http://{host}":
            return 403, "Another web site has asked for this. Nothing was done."
        if headers.get("sec-fetch-site") == "cross-site" and scope["path"] != "/":
            return 403, "Another web site has asked for this. Nothing was done."
        if not self._has_token(scope, headers):
            return 401, "Open the address that levelback printed: it has a key in it that this page needs."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return 413, f"This is more than {MAX_BODY_BYTES // 2**20} MB. Send a smaller picture."
        return None

    def _has_token(self, scope: Scope, headers: dict[str, str]) -> bool:
        given = [headers.get("authorization", "").removeprefix("Bearer ")]
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(self._door.cookie)
        except CookieError:
            cookie = None
        given += [cookie.value] if cookie else []
        given += _query_tokens(scope)
        expected = self._door.token.encode()
        return any(secrets.compare_digest(one.encode(), expected) for one in given)

    def _cookie_header(self, scope: Scope) -> str | None:
        """Return the cookie to set on the page that was opened with the token in its address."""
        if not _query_tokens(scope):
            return None
        return f"{self._door.cookie}={self._door.token}; Path=/; HttpOnly; SameSite=Strict"


def _query_tokens(scope: Scope) -> list[str]:
    """Return the tokens in the address of the first page; no other address may carry one."""
    if scope["path"] != "/" or scope["type"] != "http":
        return []
    return parse_qs(scope["query_string"].decode("latin-1")).get("token", [])


def _bounded(receive: Receive) -> Receive:
    """Return `receive` that ends a body which grows beyond the bound, whatever length it has stated."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > MAX_BODY_BYTES:
            return {"type": "http.disconnect"}
        return message

    return bounded


def _with_headers(send: Send, cookie: str | None) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {name for name, _ in message["headers"]}
            added = [
                (name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in own
            ]
            if cookie:
                added.append((b"set-cookie", cookie.encode()))
            message["headers"] = [*message["headers"], *added]
        await send(message)

    return sending


async def _refuse(scope: Scope, receive: Receive, send: Send, status: int, message: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4000 + status, "reason": message[:120]})
        return
    body = json.dumps({"message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    sending = _with_headers(send, None)
    await sending({"type": "http.response.start", "status": status, "headers": headers})
    await sending({"type": "http.response.body", "body": body})
