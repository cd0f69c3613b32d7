"""Where the photos and sets come from: the history, or a folder of photos and reports."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from levelback.batch.origin import when_taken
from levelback.errors import DataFileError, PhotoError, UnreadablePhoto, UsageError
from levelback.history.values import Session, in_utc
from levelback.metrics.values import Estimate
from levelback.progress.values import LiveSet, Material, Shot
from levelback.report.values import Report

if TYPE_CHECKING:
    from levelback.history.database import History
    from levelback.pipeline import Analyzer

logger = logging.getLogger(__name__)

PICTURE = "photo"
"""Name of the picture that a session keeps where that was asked for."""

KEPT_SIDE = 1280
"""Longer side of a kept picture, in pixels."""

Told = Callable[[int, int], None]


def who_of(history: History, name: str | None) -> str:
    """Return the name, or that of the only person there. Raises UsageError with the list of people."""
    from levelback.history import people

    if name is not None:
        return name
    known = [person.name for person in people(history)]
    if len(known) == 1:
        return known[0]
    if not known:
        raise UsageError(
            "The history is empty. Measure a photo with a name first: levelback photo me.jpg --name NAME"
        )
    raise UsageError(f"Say whose progress: {', '.join(known)}.")


def from_history(history: History, person: str) -> Material:
    """Return a person's photos and sets. Raises UsageError where the history does not know the name."""
    from levelback.history import sessions

    shots, sets = [], []
    name = person
    for session in sessions(history, person):
        name = session.person
        if session.kind == "set":
            sets.append(_live_set(session))
        elif session.kind == "report":
            shots.append(Shot(at=session.at, report=_kept(history, session)))
    return Material(name=name, shots=tuple(shots), sets=tuple(sets))


def kept_report(history: History, person: str, session: int) -> Report | None:
    """Return the report of one of a person's sessions, with its picture where that was kept.

    None where the person has no such session. Raises UsageError where the history does not know the name.
    """
    from levelback.history import sessions

    known = sessions(history, person, "report")
    return next((_kept(history, one) for one in known if one.id == session), None)


def _kept(history: History, session: Session) -> Report:
    from levelback.history import pictures
    from levelback.report.decode import from_dict

    report = from_dict(session.document, file=f"session {session.id}")
    kept = pictures(history, session.id).get(PICTURE)
    return report if kept is None else _with_picture(report, kept)


def _live_set(session: Session) -> LiveSet:
    """Return a set that was kept. Raises DataFileError where its comparison of the sides is none."""
    try:
        for row in session.document["symmetry"].get("comparisons", ()):
            Estimate(value=row["value"], low=row["low"], high=row["high"])
            hash(row["aspect"])
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        raise DataFileError(
            f"session {session.id}", "symmetry", "is no comparison of left and right"
        ) from None
    return LiveSet(at=session.at, document=session.document)


def _with_picture(report: Report, jpeg: bytes) -> Report:
    """Return the report with the picture that was kept; without one where it cannot be read any more."""
    from levelback.capture import frame_from_bytes

    try:
        kept = frame_from_bytes(jpeg, name=report.photo.file, mirrored=False)
    except UnreadablePhoto as error:
        logger.warning("%s", error)
        return report
    return replace(report, picture=kept.image)


def picture_to_keep(report: Report) -> bytes | None:
    """Return the upright photo as a JPEG of at most `KEPT_SIDE` pixels, without tags; None without one."""
    if report.picture is None:
        return None
    import numpy as np
    from PIL import Image

    from levelback.report.encoded import jpeg

    small = Image.fromarray(report.picture)
    small.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    return jpeg(np.asarray(small))


def with_hidden_faces(material: Material) -> Material:
    """Return the same with the face in every picture blurred beyond recovery, for sharing."""
    from levelback.report.blur import without_face

    shots = (replace(shot, report=without_face(shot.report)) for shot in material.shots)
    return replace(material, shots=tuple(shots))


def from_sources(
    sources: Sequence[str], *, name: str | None = None, fast: bool = False, progress: Told | None = None
) -> Material:
    """Return the photos in files, folders and globs, measured now, and JSON reports, read back.

    When a photo was taken follows from the folders' names, its tags, or its own name, in this order, as in
    a batch; a photo without any counts as of now. Raises UsageError where there is nothing,
    DataFileError for a report that is wrong. `progress` hears how many are done, and of how many.
    """
    from levelback.capture import list_photos

    reports = [path for source in sources for path in _reports_in(Path(source))]
    others = [source for source in sources if Path(source).suffix.lower() != ".json"]
    try:
        photos = list_photos(others) if others else []
    except UsageError:
        if not reports:
            raise
        photos = []
    shots = [shot for path in reports for shot in _read(path)]
    failed: list[tuple[str, str]] = []
    if photos:
        from levelback.pipeline import Analyzer

        with Analyzer(fast=fast, name=name) as analyzer:
            for done, path in enumerate(photos):
                result = _measure(analyzer, path)
                if isinstance(result, Shot):
                    shots.append(result)
                else:
                    failed.append((path.name, result))
                if progress is not None:
                    progress(done + 1, len(photos))
    whose = name or next((shot.report.name for shot in shots if shot.report.name), None)
    ordered = sorted(shots, key=lambda shot: shot.at)
    return Material(name=whose, shots=tuple(ordered), failed=tuple(failed))


def _reports_in(source: Path) -> list[Path]:
    if source.is_dir():
        return sorted(source.glob("*.json"))
    return [source] if source.suffix.lower() == ".json" else []


def _read(path: Path) -> list[Shot]:
    """Return the reports of a JSON file: one, a list, or none where it holds something else of levelback."""
    from levelback.report.decode import from_dict

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataFileError(str(path), "", f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise DataFileError(path.name, "", "is not a JSON file") from None
    reports = [
        from_dict(one, file=path.name) for one in (document if isinstance(document, list) else [document])
    ]
    return [Shot(at=in_utc(r.photo.taken_at or r.created_at), report=r) for r in reports]


def _measure(analyzer: Analyzer, path: Path) -> Shot | str:
    try:
        report = analyzer.analyze(path)
    except PhotoError as error:
        return str(error)
    taken = when_taken(path, report.photo.taken_at)
    return Shot(at=datetime.now(UTC) if taken is None else in_utc(taken), report=report)
