"""One photo measured in a worker: what runs in another process or on another machine."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict
from datetime import datetime
from importlib import resources

from levelback import __version__
from levelback.batch.photos import read_location
from levelback.batch.thumbnail import plain_thumbnail, thumbnail
from levelback.batch.values import Job, Outcome, Photo, Record, Settings, failure_key, key_of
from levelback.capture import Frame, frame_from_bytes
from levelback.errors import LevelbackError
from levelback.pipeline import Analyzer
from levelback.pose.bundle import open_bundle
from levelback.pose.finder import PoseFinder
from levelback.report.content import make_content
from levelback.report.encode import to_json
from levelback.report.values import Report

logger = logging.getLogger(__name__)

_SHOWN = 4
"""Measures that the overview shows of a photo."""


def version_of(settings: Settings) -> str:
    """Return a digest of all that decides what a report says, besides the photo's bytes.

    levelback's version, the calibration, the model and the settings. Raises ModelError.
    """
    calibration = resources.files("levelback.metrics") / "data" / "calibration.json"
    parts = asdict(settings) | {
        "model": open_bundle(settings.model).sha256,
        "levelback": __version__,
        "calibration": hashlib.sha256(calibration.read_bytes()).hexdigest(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def open_analyzer(settings: Settings) -> Analyzer:
    """Return an analyzer that keeps to one thread, for a process that has a core of its own.

    The number of threads changes no bit of a report.
    """
    import cv2

    cv2.setNumThreads(1)
    return Analyzer(
        view=settings.view,
        mirrored=settings.mirrored,
        height_cm=settings.height_cm,
        answers=settings.answers,
        fast=settings.fast,
        markers=settings.markers,
        blur_face=settings.blur_face,
        finder=PoseFinder(open_bundle(settings.model), threads=1),
    )


def measure_photo(analyzer: Analyzer, photo: Photo, job: Job) -> Outcome:
    """Return what became of one photo. A photo that cannot be measured is an outcome with a reason."""
    key = sha256 = frame = None
    try:
        data = read_location(photo)
        sha256 = hashlib.sha256(data).hexdigest()
        key = key_of(sha256, job.version)
        if key in job.known or failure_key(key, photo) in job.known:
            return Outcome(photo=photo, key=key, record=None)
        frame = frame_from_bytes(
            data, name=photo.name, mirrored=job.settings.mirrored, max_side=analyzer.max_side
        )
        report = analyzer.analyze_frame(frame)
    except LevelbackError as error:
        reason, final = str(error), sha256 is not None
    except MemoryError:
        reason, final = f"'{photo.name}' does not fit into memory.", False
    except Exception as error:  # one photo must not end the others
        logger.exception("cannot measure %s", photo.name)
        reason, final = f"Something unexpected went wrong: {type(error).__name__}: {error}", False
    else:
        return Outcome(
            photo=photo,
            key=key,
            record=_record(report, key),
            report=to_json(report),
            thumbnail=thumbnail(report),
        )
    key = key if final else None
    return failed(photo, reason, key=key, sha256=sha256, frame=frame, pictured=not job.settings.blur_face)


def failed(
    photo: Photo,
    reason: str,
    *,
    key: str | None = None,
    sha256: str | None = None,
    frame: Frame | None = None,
    pictured: bool = True,
) -> Outcome:
    """Return the outcome of a photo that could not be measured.

    `frame` is what could be read of it; `pictured` says whether it may be shown: where nobody is found,
    no face can be hidden.
    """
    shown = frame.image if frame and pictured else None
    record = Record(
        key=key,
        sha256=sha256,
        taken_at=_iso(frame.taken_at) if frame else None,
        view=None,
        reason=" ".join(reason.split()),
        pictured=shown is not None,
    )
    small = None if shown is None else plain_thumbnail(shown)
    return Outcome(photo=photo, key=key, record=record, thumbnail=small)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _record(report: Report, key: str | None) -> Record:
    content = make_content(report)
    usable = report.quality.usable
    return Record(
        key=key,
        sha256=report.photo.sha256,
        taken_at=_iso(report.photo.taken_at),
        view=str(report.photo.view),
        reason=None if usable else report.quality.issues[0].message,
        pictured=True,
        headline=content.headline,
        lines=tuple((row.name, row.says, row.reading) for row in content.rows[:_SHOWN]) if usable else (),
        measurements=tuple(report.to_dict()["measurements"]),
    )
