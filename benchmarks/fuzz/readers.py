"""Every reader of levelback that takes a file, a message or a name from elsewhere, and its sound inputs."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import struct
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from benchmarks.fuzz import page, seeds
from benchmarks.fuzz.watch import Target


def _file(data: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


class _Harmless(HTMLParser):
    """Finds what a page would run, and what it would fetch from elsewhere."""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert tag not in ("script", "iframe", "object", "embed", "form"), f"<{tag}> in a page"
        for name, value in attributes:
            assert not name.startswith("on"), f"{name} in a page"
            followed = (value or "").strip().lower()
            assert name not in ("src", "href") or not followed.startswith(("javascript:", "http:")), followed


def harmless_page(html: str | bytes) -> None:
    """Check that a page holds no script, no event handler, and nothing that it would fetch or run."""
    parser = _Harmless()
    parser.feed(html if isinstance(html, str) else html.decode())
    parser.close()


def harmless_table(data: bytes) -> None:
    """Check that no text of a CSV table begins like a formula (OWASP, "CSV Injection")."""
    for row in csv.reader(io.StringIO(data.decode())):
        for cell in row:
            if cell.lstrip()[:1] in tuple("=+-@") and cell.lstrip():
                float(cell)


# Pictures and films ----------------------------------------------------------------------------------------


def _photo(data: bytes, folder: Path) -> object:
    from levelback.capture import read_photo

    return read_photo(_file(data, folder, "photo.jpg"))


def _exif(data: bytes, folder: Path) -> object:
    """A sound picture whose EXIF block is damaged, with a length that fits."""
    whole = data[:65_500]
    head = b"\xff\xd8\xff\xe1" + struct.pack(">H", len(whole) + 2) + whole
    plain = seeds.pictures()[0]
    length = struct.unpack(">H", plain[22:24])[0] if plain[20:22] == b"\xff\xe1" else None
    rest = plain[22 + length :] if length else plain[2:]
    return _photo(head + rest, folder)


def _video(data: bytes, folder: Path) -> object:
    from levelback.capture.video import VideoFile

    video = VideoFile(_file(data, folder, "clip.mp4"))
    try:
        return [frame.time_s for frame, _ in zip(video.frames(), range(50), strict=False)]
    finally:
        video.close()


# Files of levelback's own making ---------------------------------------------------------------------------


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
    made = render(report, ("html", "json"))
    harmless_page(made["html"])
    return summarize(report), describe_plan(report)


def _report_pdf(data: bytes, folder: Path) -> object:
    """Its names and texts on paper, and in a calendar."""
    from datetime import UTC, date, datetime, time

    from levelback.calendar import Times, make_calendar
    from levelback.report import read_report
    from levelback.report.files import render

    report = read_report(_file(data, folder, "report.json"))
    times = Times(first_day=date(2026, 1, 5), days=(0, 2), at=time(18), break_minutes=None)
    return render(report, ("pdf",)), make_calendar(report.plan, times, stamp=datetime(2026, 1, 1, tzinfo=UTC))


def _sets(data: bytes, folder: Path) -> object:
    """The file that ``plan --sets`` reads."""
    from levelback.advice import check_answers
    from levelback.report import read_report, replan_with_sets

    report = read_report(_file(seeds.reports()[0], folder, "report.json"))
    return replan_with_sets(report, [_file(data, folder, "set.json")], check_answers({}))


def _history(data: bytes, folder: Path) -> object:
    """A file is imported; what is read of it then by `progress` and by the next photo, and what comes out again."""
    from levelback.history import export_history, forget, import_history, people
    from levelback.progress import assess, from_history, summarize, to_json
    from levelback.progress.content import make_content
    from levelback.progress.html import Drawings, to_html
    from levelback.progress.plan import with_history
    from levelback.report import read_report

    history = page.open_history_once()
    new = read_report(_file(seeds.reports()[0], folder, "report.json"))
    try:
        import_history(history, _file(data, folder, "export.json"))
        json.loads(b"".join(export_history(history)))
        for person in people(history):
            found = assess(from_history(history, person.name))
            harmless_page(to_html(make_content(found), Drawings(plots={}, shots={}, sides=None)))
            with_history(new, history, person.name)
            summarize(found), to_json(found)
    finally:
        for person in people(history):
            forget(history, person.name)
    return None


def _progress(data: bytes, folder: Path) -> object:
    """The same with its plots, its pictures, its PDF and its table."""
    from levelback.history import forget, import_history, people
    from levelback.progress import assess, from_history, write_outputs

    history = page.open_history_once()
    try:
        import_history(history, _file(data, folder, "export.json"))
        for person in people(history):
            write_outputs(assess(from_history(history, person.name)), folder / "out")
        for table in folder.glob("out/*.csv"):
            harmless_table(table.read_bytes())
    finally:
        for person in people(history):
            forget(history, person.name)
        shutil.rmtree(folder / "out", ignore_errors=True)
    return None


def _journal(data: bytes, folder: Path) -> object:
    """A batch goes on in a folder whose journal was damaged."""
    from levelback.batch.origin import origin_of
    from levelback.batch.overview import write_overview
    from levelback.batch.store import Store
    from levelback.batch.tables import Entry, write_tables
    from levelback.batch.values import Outcome, failure_key

    out = folder / "out"
    (out / ".levelback").mkdir(parents=True)
    (out / ".levelback" / "journal.jsonl").write_bytes(data)
    photo = _batch_photo()
    for ending, text in (("json", seeds.reports()[0]), ("jpg", seeds.pictures()[0])):
        path = out / ("reports" if ending == "json" else "thumbs") / f"in/a-{photo.digest}.{ending}"
        path.parent.mkdir(parents=True)
        path.write_bytes(text)
    try:
        with Store(out, resume=True) as store:
            copy = replace(photo, location="/x/in/c.jpg", name="in/c.jpg")
            photos = tuple(replace(one, index=number) for number, one in enumerate((photo, photo, copy)))
            for key, one in zip((*seeds.KEYS, seeds.KEYS[0]), photos, strict=True):
                if key in store.known or failure_key(key, one) in store.known:
                    store.add(Outcome(photo=one, key=key, record=None))
            done = list(store.done(photos))
            entries = [Entry(done=one, origin=origin_of(one.photo, one.record.taken_at)) for one in done]
            _written(out, entries, write_tables, write_overview)
    finally:
        shutil.rmtree(out)
    return None


def _batch_photo():
    from levelback.batch.values import Photo

    return Photo(location="/x/in/a.jpg", name="in/a.jpg", folders=("in",), index=0)


def _written(out: Path, entries: list, write_tables, write_overview) -> None:
    write_tables(out, lambda: entries)
    harmless_page(write_overview(out, lambda: entries).read_bytes())
    for name in ("measurements.csv", "failures.csv"):
        harmless_table((out / name).read_bytes())


def _folders(data: bytes, folder: Path) -> object:
    """Names of folders and photos, as a batch finds them: its tables and its overview."""
    from levelback.batch.origin import origin_of
    from levelback.batch.overview import write_overview
    from levelback.batch.photos import find_photos
    from levelback.batch.store import Done, stem_of
    from levelback.batch.tables import Entry, write_tables
    from levelback.batch.values import Record

    source, out = folder / "in", folder / "out"
    out.mkdir(parents=True)
    source.mkdir()
    try:
        for line in data.split(b"\n")[:20]:
            _touch(os.fsencode(source), line)
        photos = find_photos([str(source)], out=out)
        rows = tuple(seeds.golden("left_hip_high")["measurements"])
        entries = []
        for photo in photos:
            assert photo.name.isprintable()
            assert (out / stem_of(photo)).resolve().is_relative_to(out.resolve())
            record = Record(key="k", sha256="1" * 64, taken_at=None, view="front", pictured=True,
                            reason=None if photo.index % 2 else f"'{photo.name}' is empty.",
                            measurements=rows if photo.index % 2 else ())  # fmt: skip
            entries.append(
                Entry(
                    done=Done(photo=photo, record=record, stem=stem_of(photo)), origin=origin_of(photo, None)
                )
            )
        _written(out, entries, write_tables, write_overview)
    finally:
        shutil.rmtree(source)
        shutil.rmtree(out)
    return None


def _touch(root: bytes, line: bytes) -> None:
    parts = [part for part in line.split(b"/") if part not in (b"", b".", b"..") and b"\0" not in part]
    try:
        path = os.path.join(root, *parts)  # noqa: PTH118  (names that are no text)
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
        with open(path, "wb"):  # noqa: PTH123
            pass
    except OSError:
        pass


# Files that people write -----------------------------------------------------------------------------------


def _answers(data: bytes, folder: Path) -> object:
    from levelback.advice import parse_answers, screen

    return screen(parse_answers(_file(data, folder, "answers.toml")))


def _catalogue(data: bytes, folder: Path) -> object:
    from levelback.advice.catalogue import parse_catalogue

    return parse_catalogue(_text(data), file="exercises.toml")


def _form(data: bytes, folder: Path) -> object:
    from levelback.form.specification import parse_specification

    return parse_specification(_text(data), file="form.toml")


def _words(data: bytes, folder: Path) -> object:
    from levelback.batch.origin import parse_words

    return parse_words(_text(data), file="names.toml")


def _table(data: bytes, folder: Path) -> object:
    from levelback.verify.table import read_table

    (folder / "a.jpg").touch()
    return read_table(_file(data, folder, "table.csv"))


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


# The page --------------------------------------------------------------------------------------------------


def _picture_message(data: bytes, folder: Path) -> object:
    from levelback.web.live import read_picture

    return read_picture(data)


def _command(data: bytes, folder: Path) -> object:
    from levelback.web.live import LiveSet

    following = LiveSet("bird-dog", page.Somebody())
    return json.dumps([following.do(line) for line in _text(data).splitlines()], allow_nan=False)


@cache
def targets() -> dict[str, Target]:
    """Return every reader by name, with its sound inputs."""
    photo = _batch_photo()
    message = struct.pack("<d", 1.5) + seeds.pictures()[0]
    return {
        "photo": Target(seeds=seeds.pictures(), read=_photo),
        "EXIF": Target(seeds=(seeds.exif(),), read=_exif),
        "video": Target(seeds=seeds.clips(), read=_video),
        "landmarks": Target(seeds=seeds.recorded(), read=_landmarks),
        "report": Target(seeds=seeds.reports(), read=_report),
        "report, PDF, calendar": Target(seeds=seeds.reports()[:1], read=_report_pdf, share=0.08),
        "sets for a plan": Target(
            seeds=(json.dumps(seeds.live_set(), indent=1).encode(),), read=_sets, share=0.5
        ),
        "history": Target(seeds=(seeds.export(),), read=_history, share=0.3),
        "history, plots, PDF": Target(seeds=(seeds.export(),), read=_progress, share=0.02),
        "batch journal": Target(seeds=(seeds.journal(photo.name, photo.digest),), read=_journal, share=0.2),
        "batch folders": Target(seeds=seeds.FOLDERS, read=_folders, share=0.15),
        "answers": Target(seeds=(seeds.answers(),), read=_answers),
        "catalogue": Target(seeds=seeds.data("advice", "exercises.toml"), read=_catalogue, share=0.5),
        "form check": Target(seeds=seeds.data("form", "*.toml"), read=_form, share=0.5),
        "words of a batch": Target(seeds=seeds.data("batch", "names.toml"), read=_words, share=0.3),
        "table of verify": Target(seeds=seeds.TABLE, read=_table),
        "name of an output": Target(seeds=seeds.NAMES, read=_name),
        "web request": Target(seeds=page.REQUESTS, read=page.request),
        "WebSocket, a set": Target(seeds=page.conversations(message), read=page.converse, share=0.5),
        "WebSocket, picture": Target(seeds=(message,), read=_picture_message),
        "WebSocket, command": Target(seeds=seeds.COMMANDS, read=_command),
    }
