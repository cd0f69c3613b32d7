"""The address under which a phone on the same network reaches this machine."""

from __future__ import annotations

import io
import socket


def lan_address() -> str | None:
    """Return this machine's IPv4 address on the local network; None where it is on none.

    A datagram socket that is connected to an address learns which of our addresses would be used; nothing
    is sent. The address is of a block kept for documentation (RFC 5737), so no one is asked.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            address: str = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


def qr_text(address: str) -> str:
    """Return `address` as a QR code of block characters for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(address, error="m").terminal(out, compact=True)
    return out.getvalue()
