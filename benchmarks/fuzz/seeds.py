"""Sound inputs: what is damaged."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[2]

TABLE = (
    b"photo,measure,true_value,unit,view,mirrored,height_cm,subject\n"
    b'a.jpg,shoulder_tilt,1.5,deg,front,no,170,"Anna"\na.jpg,pelvic_obliquity,-2,,,,,\n',
    b"photo;measure;true_value\na.jpg;shoulder_tilt;1,5\n",
)
COMMANDS = (b'{"do": "pause"}\n{"do": "resume"}\n{"do": "switch"}\n{"do": "end"}',)
NAMES = (b"me.jpg", "Anna Müller 2024-05-06.jpeg".encode(), b"../../../etc/cron.d/x.jpg", b"con.jpg")
FOLDERS = (
    b"anna/2024-05-01/front.jpg\nanna/2024-06-01 18.30/back.png\nben/IMG_1234.heic\n=cmd()/+1.jpg",
    "bens_2024-05-01_front.jpg\n<script>alert(1)</script>/@x.jpg\n1.5.2024/Zoë/левый.webp\n\u202egpj.jpg".encode(),
)


def exif() -> bytes:
    """Return an EXIF block with what is read from one: orientation, camera, date, lens, position."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 6, "Maker"
    tags.get_ifd(0x8769).update({0x9003: "2024:05:06 07:08:09", 0x9011: "+02:00", 0x829A: 0.01, 0xA405: 28})
    tags.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 1.0)})
    return tags.tobytes()


def _picture(form: str, **options: object) -> bytes:
    colours = np.random.default_rng(3).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(np.kron(colours, np.ones((8, 8, 1), np.uint8)))
    stream = io.BytesIO()
    image.save(stream, form, **({} if form in ("BMP", "GIF") else {"exif": exif()}), **options)
    return stream.getvalue()


@cache
def pictures() -> tuple[bytes, ...]:
    """Return a small picture in every format, JPEG first and three times as often."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    forms = ("JPEG", "JPEG", "JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF")
    return tuple(_picture(form) for form in forms)


def clips() -> tuple[bytes, ...]:
    """Return a short video in four containers."""
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for name, code in (("a.mp4", "mp4v"), ("a.avi", "MJPG"), ("a.mkv", "mp4v"), ("a.mov", "mp4v")):
            path = Path(folder) / name
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), 15, (64, 48))
            for shade in range(0, 250, 50):
                writer.write(np.full((48, 64, 3), shade, np.uint8))
            writer.release()
            made.append(path.read_bytes())
    return tuple(made)


def recorded() -> tuple[bytes, ...]:
    """Return recorded landmarks: three pictures with somebody, one with nobody."""
    from levelback.pose.recorded import SCHEMA

    lines = [
        {
            "schema": SCHEMA, "picture": "a", "time_s": time_s, "width": 640, "height": 480, "view": "left", "passes": 1,
            "points": [[300.0 + 3 * k, 200.0 + k] for k in range(33)], "visibility": [0.9] * 33, "covariance": None,
        }
        for time_s in (0.0, 0.1, 0.2)
    ]  # fmt: skip
    nobody = {"schema": SCHEMA, "picture": "a", "time_s": 0.3, "points": None}
    return ("\n".join(map(json.dumps, [*lines, nobody])).encode(),)


def golden(name: str) -> dict:
    """Return one of the golden reports."""
    return json.loads((ROOT / "tests" / "golden" / f"report_{name}.json").read_text(encoding="utf-8"))


def reports() -> tuple[bytes, ...]:
    """Return the golden reports."""
    return tuple(path.read_bytes() for path in sorted((ROOT / "tests" / "golden").glob("report_*.json")))


def live_set() -> dict:
    """Return the summary of a live set with a repetition and a comparison of the sides."""
    from levelback.form import load_specification, start, summarize

    specification = load_specification("bird-dog")
    summary = summarize(specification, start(specification)).to_dict()
    rep = {
        "side": "left", "start_s": 0.0, "end_s": 2.0, "hold_s": 1.0, "range": 40.0, "drift": 1.0, "faults": [],
    }  # fmt: skip
    comparison = {
        "aspect": "hold",
        "unit": "%",
        "value": 20.0,
        "low": 8.0,
        "high": 32.0,
        "weaker_side": "left",
    }
    symmetry = {**(summary["symmetry"] or {}), "weaker_side": "left", "comparisons": [comparison]}
    return {**summary, "reps": [rep], "symmetry": symmetry}


def export() -> bytes:
    """Return an exported history: two photos weeks apart with their pictures, a set and a plan."""
    import base64

    picture = base64.b64encode(pictures()[0]).decode()
    documents = [
        ("report", "2026-01-02T03:04:05+00:00", _dated("symmetric", "2026-01-02T03:04:05+00:00", 1)),
        ("report", "2026-02-02T03:04:05+00:00", _dated("left_hip_high", "2026-02-02T03:04:05+00:00", 2)),
        ("set", "2026-02-03T03:04:05+00:00", live_set()),
        ("plan", "2026-02-03T03:04:05+00:00", {"phases": []}),
    ]
    sessions = [
        {"kind": kind, "at": at, "content_id": f"{n}" * 64, "document": document,
         **({"pictures": {"photo": picture}} if kind == "report" else {})}
        for n, (kind, at, document) in enumerate(documents)
    ]  # fmt: skip
    document = {"schema": "levelback.history/1", "people": [{"name": "Anna", "sessions": sessions}]}
    return json.dumps(document, indent=1).encode()


def _dated(name: str, at: str, number: int) -> dict:
    report = golden(name)
    photo = report["photo"] | {"sha256": f"{number}" * 64, "taken_at": None}
    return report | {"created_at": at, "photo": photo}


KEYS = ("k" * 32, "f" * 32)
"""Keys of the photos that the journal holds: one that was measured, one that was not."""


def journal(photo: str, digest: str) -> bytes:
    """Return the journal of a batch with two photos done, the first of them `photo`."""
    rows = golden("left_hip_high")["measurements"]
    record = {
        "key": KEYS[0], "sha256": "1" * 64, "taken_at": "2024-05-06T07:08:09", "view": "front", "reason": None,
        "pictured": True, "headline": "Level", "lines": [["Shoulders", "1.0°", "left higher"]], "measurements": rows,
    }  # fmt: skip
    failed = {
        **record, "key": KEYS[1], "reason": "Nobody.", "pictured": False, "lines": [], "measurements": [],
    }  # fmt: skip
    lines = [
        {"photo": photo, "digest": digest, "stem": f"in/a-{digest}", "record": one}
        for one in (failed, record)
    ]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def answers() -> bytes:
    """Return an answers file that answers every question."""
    from levelback.advice.screening import load_questions

    sound = {"yes_no": "false", "side": '"left"'}
    lines = []
    for one in load_questions().values():
        answer = (
            str(one.low) if one.kind == "number" else sound.get(one.kind, f'"{next(iter(one.options), "")}"')
        )
        lines.append(f"{one.id} = {answer}")
    return "\n".join(lines).encode()


def data(package: str, pattern: str) -> tuple[bytes, ...]:
    """Return data files of a package of levelback."""
    folder = ROOT / "src" / "levelback" / package / "data"
    return tuple(path.read_bytes() for path in sorted(folder.glob(pattern)))
