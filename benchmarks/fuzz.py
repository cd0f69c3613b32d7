"""Hostile input for every reader: sound files, damaged at random. Only levelback's own errors may come out.

    python -m benchmarks.fuzz --inputs 200000 [--only report] [--start 0]

Each input is made from its target's name and its number, so that a find is made again by ``--only NAME --start
NUMBER --inputs 1``. A find is an exception that is not of the error tree, a message of more than one line, an
input that takes over ten seconds, or a process that grows over 1.5 GB. Every find becomes a test.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import resource
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from levelback.errors import LevelbackError

ROOT = Path(__file__).parents[1]
HANG_S = 10
MEMORY_GB = 1.5
_TOKEN = re.compile(rb'"[^"\n]*"|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\btrue\b|\bfalse\b|\bnull\b')
_TEXTS = (
    b"", b"../../etc/passwd", b"/etc/passwd", b"x" * 10_000, b"<script>alert(1)</script>", b"=cmd()", b"C:\\con",
    b"\xe2\x80\xae\xe2\x80\x8f", b"\\u0000", b"\\ud800", b"\\u0007\\u001b[31m", b"\xff\xfe", "é\u0301𝔘".encode(),
)  # fmt: skip
NASTY = (
    b"null", b"true", b"0", b"-1", b"1e999", b"-1e308", b"NaN", b"nan", b"Infinity", b"inf", b"9" * 25, b"9" * 5000,
    b"1e-320", b"[]", b"{}", b"[[]]", b"[" * 100_000, b'{"a":' * 20_000, b"2024-13-45", b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-12:00", *(b'"%s"' % text for text in _TEXTS),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A reader: sound inputs, and what is done with one that was damaged, in a folder of its own."""

    seeds: tuple[bytes, ...]
    read: Callable[[bytes, Path], object]


def mutate(seeds: tuple[bytes, ...], rng: random.Random) -> bytes:
    """Return one of the sound inputs, damaged: in its tokens, its lines or its bytes."""
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


class Hang(BaseException):
    """An input took too long."""


@contextmanager
def watched() -> Iterator[None]:
    """Raise Hang after ten seconds of processor time, as soon as Python runs again."""

    def ring(number: int, frame: object) -> None:
        raise Hang(f"over {HANG_S} s")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, HANG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def refusal(target: Target, data: bytes, folder: Path) -> str | None:
    """Read one input; return the sentence that refuses it, or None. Whatever else is raised is a find."""
    with watched():
        try:
            target.read(data, folder)
        except LevelbackError as error:
            said = str(error)
            assert said, "an error without a message"
            assert "\n" not in said, f"more than one line: {said!r}"
            assert len(said) < 20_000, f"a message of {len(said)} characters"
            return said
    return None


# What is read --------------------------------------------------------------------------------------------


def _file(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _photo(data: bytes, folder: Path) -> object:
    from levelback.capture import read_photo

    return read_photo(_file(data, folder, "photo.jpg"))


def _video(data: bytes, folder: Path) -> object:
    from levelback.capture.video import VideoFile

    video = VideoFile(_file(data, folder, "clip.mp4"))
    try:
        return [frame.time_s for frame, _ in zip(video.frames(), range(50), strict=False)]
    finally:
        video.close()


def _landmarks(data: bytes, folder: Path) -> object:
    from levelback.form import load_specification, start, step, summarize
    from levelback.form.values import Sample
    from levelback.pose.recorded import read_landmarks

    specification = load_specification("bird-dog")
    state = start(specification)
    for one in read_landmarks(_file(data, folder, "set.jsonl")):
        state, _ = step(specification, state, Sample(time_s=one.time_s, landmarks=one.landmarks))
    return json.dumps(summarize(specification, state).to_dict(), allow_nan=False)


def _report(data: bytes, folder: Path) -> object:
    from levelback.report import describe_plan, read_report, summarize
    from levelback.report.files import render

    report = read_report(_file(data, folder, "report.json"))
    return summarize(report), describe_plan(report), render(report, ("html", "json"))


def _set(data: bytes, folder: Path) -> object:
    from levelback.form.encode import from_dict

    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return from_dict(document, file="set.json")


def _history(data: bytes, folder: Path) -> object:
    from levelback.history import export_history, import_history

    history = _open_history()
    import_history(history, _file(data, folder, "export.json"))
    return b"".join(export_history(history))


@cache
def _open_history():
    from levelback.history import open_history

    return open_history(str(Path(tempfile.mkdtemp(prefix="levelback-fuzz-")) / "history.sqlite3"))


def _answers(data: bytes, folder: Path) -> object:
    from levelback.advice import parse_answers, screen

    return screen(parse_answers(_file(data, folder, "answers.toml")))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _catalogue(data: bytes, folder: Path) -> object:
    from levelback.advice.catalogue import parse_catalogue

    return parse_catalogue(_text(data), file="exercises.toml")


def _form(data: bytes, folder: Path) -> object:
    from levelback.form.specification import parse_specification

    return parse_specification(_text(data), file="form.toml")


def _table(data: bytes, folder: Path) -> object:
    from levelback.verify.table import read_table

    (folder / "a.jpg").touch()
    return read_table(_file(data, folder, "table.csv"))


def _picture_message(data: bytes, folder: Path) -> object:
    from levelback.web.live import read_picture

    return read_picture(data)


class _Nobody:
    """A tracker that sees nobody."""

    def track(self, image: object, time_s: float) -> None:
        return None

    def close(self) -> None:
        return None


def _command(data: bytes, folder: Path) -> object:
    from levelback.web.live import LiveSet

    following = LiveSet("bird-dog", _Nobody())
    return json.dumps([following.do(line) for line in _text(data).splitlines()], allow_nan=False)


def _name(data: bytes, folder: Path) -> object:
    """A file's name becomes a stem: it must stay in its folder, be writable, and print on one line."""
    from levelback.report.files import free_stem, safe_stem, write_whole

    target = folder / "out"
    target.mkdir(exist_ok=True)
    stem = free_stem(target, safe_stem(data.decode("utf-8", "surrogateescape")), ("json",))
    path = target / f"{stem}.json"
    write_whole(path, b"{}")
    assert path.resolve().parent == target.resolve()
    assert stem.isprintable(), f"not printable: {stem!r}"
    path.unlink()
    return stem


# Sound inputs --------------------------------------------------------------------------------------------


def _picture(form: str, **options: object) -> bytes:
    colours = np.random.default_rng(3).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(np.kron(colours, np.ones((8, 8, 1), np.uint8)))
    tags = Image.Exif()
    tags[0x0112], tags[0x010F] = 6, "Maker"
    tags.get_ifd(0x8769).update({0x9003: "2024:05:06 07:08:09", 0x9011: "+02:00", 0x829A: 0.01, 0xA405: 28})
    tags.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 1.0)})
    stream = io.BytesIO()
    image.save(stream, form, **({} if form in ("BMP", "GIF") else {"exif": tags.tobytes()}), **options)
    return stream.getvalue()


def _pictures() -> tuple[bytes, ...]:
    from pillow_heif import register_heif_opener

    register_heif_opener()
    forms = ("JPEG", "JPEG", "JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF")
    return tuple(_picture(form) for form in forms)


def _clips() -> tuple[bytes, ...]:
    made = []
    with tempfile.TemporaryDirectory() as folder:
        for name, code in (("a.mp4", "mp4v"), ("a.avi", "MJPG")):
            path = Path(folder) / name
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*code), 15, (64, 48))
            for shade in range(0, 250, 50):
                writer.write(np.full((48, 64, 3), shade, np.uint8))
            writer.release()
            made.append(path.read_bytes())
    return tuple(made)


def _recorded() -> tuple[bytes, ...]:
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


def _reports() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((ROOT / "tests" / "golden").glob("report_*.json")))


def _summary() -> bytes:
    from levelback.form import load_specification, start, summarize

    specification = load_specification("bird-dog")
    summary = summarize(specification, start(specification)).to_dict()
    rep = {
        "side": "left",
        "start_s": 0.0,
        "end_s": 2.0,
        "hold_s": 1.0,
        "range": 40.0,
        "drift": 1.0,
        "faults": [],
    }
    return json.dumps({**summary, "reps": [rep]}, indent=1).encode()


def _export() -> bytes:
    report = json.loads((ROOT / "tests" / "golden" / "report_symmetric.json").read_text(encoding="utf-8"))
    kinds = {"report": report, "set": {"exercise": "clam", "reps": []}, "plan": {"phases": []}}
    sessions = [
        {"kind": kind, "at": "2026-01-02T03:04:05+00:00", "content_id": f"{n}" * 64, "document": document,
         "pictures": {"photo": "/9j/2Q=="}}
        for n, (kind, document) in enumerate(kinds.items())
    ]  # fmt: skip
    document = {"schema": "levelback.history/1", "people": [{"name": "Anna", "sessions": sessions}]}
    return json.dumps(document, indent=1).encode()


def _answer_file() -> bytes:
    from levelback.advice.screening import load_questions

    sound = {"yes_no": "false", "side": '"left"'}
    lines = []
    for one in load_questions().values():
        answer = (
            str(one.low) if one.kind == "number" else sound.get(one.kind, f'"{next(iter(one.options), "")}"')
        )
        lines.append(f"{one.id} = {answer}")
    return "\n".join(lines).encode()


def _data(package: str, pattern: str) -> tuple[bytes, ...]:
    return tuple(
        path.read_bytes() for path in sorted((ROOT / "src" / "levelback" / package / "data").glob(pattern))
    )


TABLE = (
    b"photo,measure,true_value,unit,view,mirrored,height_cm,subject\n"
    b'a.jpg,shoulder_tilt,1.5,deg,front,no,170,"Anna"\na.jpg,pelvic_obliquity,-2,,,,,\n',
    b"photo;measure;true_value\na.jpg;shoulder_tilt;1,5\n",
)
COMMANDS = (b'{"do": "pause"}\n{"do": "resume"}\n{"do": "switch"}\n{"do": "end"}',)
NAMES = (b"me.jpg", "Anna Müller 2024-05-06.jpeg".encode(), b"../../../etc/cron.d/x.jpg", b"con.jpg")


@cache
def targets() -> dict[str, Target]:
    """Return every reader by name, with its sound inputs."""
    pictures = _pictures()
    return {
        "photo": Target(seeds=pictures, read=_photo),
        "video": Target(seeds=_clips(), read=_video),
        "landmarks": Target(seeds=_recorded(), read=_landmarks),
        "report": Target(seeds=_reports(), read=_report),
        "set": Target(seeds=(_summary(),), read=_set),
        "history": Target(seeds=(_export(),), read=_history),
        "answers": Target(seeds=(_answer_file(),), read=_answers),
        "catalogue": Target(seeds=_data("advice", "exercises.toml"), read=_catalogue),
        "form": Target(seeds=_data("form", "*.toml"), read=_form),
        "table": Target(seeds=TABLE, read=_table),
        "picture message": Target(seeds=(struct.pack("<d", 1.5) + pictures[0],), read=_picture_message),
        "command": Target(seeds=COMMANDS, read=_command),
        "name": Target(seeds=NAMES, read=_name),
    }


def main() -> int:
    """Run the inputs, print a line for each target, and return 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=200_000, help="how many in all")
    parser.add_argument("--start", type=int, default=0, help="number of the first input of each target")
    parser.add_argument("--only", help="one target")
    options = parser.parse_args()
    chosen = {name: one for name, one in targets().items() if options.only in (None, name)}
    if not chosen:
        parser.error(f"there is no target '{options.only}'; choose from {', '.join(targets())}")
    each = -(-options.inputs // len(chosen))
    found = 0
    print("| reader | inputs | refused | found | slowest |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, target in chosen.items():
            for seed in target.seeds:  # sound; what is imported now is not timed below
                target.read(seed, Path(folder))
            refused = finds = 0
            slowest_s = 0.0
            for number in range(options.start, options.start + each):
                start_s = time.perf_counter()
                try:
                    data = mutate(target.seeds, random.Random(f"{name} {number}"))
                    refused += refusal(target, data, Path(folder)) is not None
                except (Exception, Hang):
                    finds += 1
                    if finds <= 5:
                        print(f"{name} {number}: {traceback.format_exc(limit=-3)}", file=sys.stderr)
                slowest_s = max(slowest_s, time.perf_counter() - start_s)
            found += finds
            print(f"| {name} | {each:,} | {refused:,} | {finds:,} | {slowest_s:.2f} s |", flush=True)
    peak_gb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"\nPeak memory: {peak_gb:.2f} GB.")
    return 1 if found or peak_gb > MEMORY_GB else 0


if __name__ == "__main__":
    sys.exit(main())
