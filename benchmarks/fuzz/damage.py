"""Sound input, damaged at random: in its tokens, its lines or its bytes."""

from __future__ import annotations

import random
import re

_TOKEN = re.compile(rb'"[^"\n]*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\btrue\b|\bfalse\b|\bnull\b')
_TEXTS = (
    b"", b"../../etc/passwd", b"/etc/passwd", b"x" * 10_000, b"<script>alert(1)</script>", b"=cmd()", b"C:\\con",
    b"\xe2\x80\xae\xe2\x80\x8f", b"\\u0000", b"\\ud800", b"\\u0007\\u001b[31m", b"\xff\xfe", "é\u0301𝔘".encode(),
    b"$\\\\frac{$", b"{{7*7}}{% x %}", b"%s%n",
)  # fmt: skip
NASTY = (
    b"null", b"true", b"0", b"-1", b"1e999", b"-1e308", b"NaN", b"nan", b"Infinity", b"inf", b"9" * 25, b"9" * 5000,
    b"1e-320", b"[]", b"{}", b"[[]]", b"[" * 100_000, b'{"a":' * 20_000, b"2024-13-45", b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-12:00", b'"0001-01-01T00:00:00+14:00"', b'"9999-12-31T23:59:59-12:00"',
    *(b'"%s"' % text for text in _TEXTS),
)  # fmt: skip


def mutate(seeds: tuple[bytes, ...], rng: random.Random) -> bytes:
    """Return one of the sound inputs, damaged one to three times."""
    data = rng.choice(seeds)
    for _ in range(rng.randint(1, 3)):
        data = rng.choice((_tokens, _tokens, _lines, _bytes, _cut))(data, rng)
    return data


def _tokens(data: bytes, rng: random.Random) -> bytes:
    found = list(_TOKEN.finditer(data[:200_000]))
    if not found:
        return _bytes(data, rng)
    place = rng.choice(found)
    return data[: place.start()] + rng.choice(NASTY) + data[place.end() :]


def _lines(data: bytes, rng: random.Random) -> bytes:
    lines = data.split(b"\n")
    at, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    change = rng.randrange(3)
    if change == 0:
        del lines[at]
    elif change == 1:
        lines.insert(at, lines[other])
    else:
        lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def _bytes(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data or b"\0")
    for _ in range(rng.randint(1, 8)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    if rng.random() < 0.3:
        at = rng.randrange(len(changed))
        changed[at : at + rng.randrange(20)] = rng.choice((*NASTY, *_TEXTS))[:10_000]
    return bytes(changed)


def _cut(data: bytes, rng: random.Random) -> bytes:
    start, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    return data[:start] + data[end:] if rng.random() < 0.5 else data[:end]
