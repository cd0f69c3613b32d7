"""What goes into a batch and what comes out of it, photo by photo; all of it can go to another process."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from levelback.advice import Answers


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """One photo of a batch.

    location   a local path, or an address such as ``s3://bucket/anna/front%201.jpg``
    name       how the tables call it: the path below the source, as printable text with ``/``
    folders    names of the folders from the source's own down to the photo
    index      place in the order of the input
    """

    location: str
    name: str
    folders: tuple[str, ...]
    index: int

    @property
    def file(self) -> str:
        """The name of the file alone."""
        return self.name.rpartition("/")[2]

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that tell apart photos whose names look the same."""
        text = "/".join((*self.folders[1:], self._stored_as, self.name))
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]

    @property
    def _stored_as(self) -> str:
        """The name of the file with the characters that `name` cannot show, whichever way it is addressed."""
        if "://" not in self.location:
            return self.location.rpartition("/")[2]
        return unquote(self.location.partition("?")[0].rpartition("/")[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How to measure; the same for all photos of a batch. See `levelback.pipeline.analyze_photo`."""

    view: str | None = None
    mirrored: bool | None = None
    height_cm: float | None = None
    answers: Answers | None = None
    fast: bool = False
    markers: bool = False
    blur_face: bool = False
    model: Path | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What a worker needs to know besides the photos.

    settings   how to measure
    version    digest of everything besides a photo's bytes that decides what a report says
    known      keys of what is measured already: see `key_of` and `failure_key`
    """

    settings: Settings
    version: str
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What the tables and the overview say about one photo.

    key           names content, settings and calibration; None where another try may end better
    taken_at      from EXIF, ISO 8601
    reason        why it could not be measured; None where it was
    pictured      whether there is a thumbnail
    headline      the report's headline
    lines         what the overview shows: (name, amount and direction, reading) of each measure
    measurements  as in the JSON report
    """

    key: str | None
    sha256: str | None
    taken_at: str | None
    view: str | None
    reason: str | None
    pictured: bool = False
    headline: str = ""
    lines: tuple[tuple[str, str, str], ...] = ()
    measurements: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of one photo.

    `record` is None where `key` was known already. `report` is the JSON report and `thumbnail` a JPEG, None
    where there is none.
    """

    photo: Photo
    key: str | None
    record: Record | None
    report: str | None = None
    thumbnail: bytes | None = None


def key_of(sha256: str, version: str) -> str:
    """Return the key of the report on a file with this content, made with this job's version."""
    return hashlib.sha256(f"{sha256}:{version}".encode()).hexdigest()[:32]


def failure_key(key: str, photo: Photo) -> str:
    """Return the key of a failure: its reason names the file, so it belongs to one photo only."""
    return f"{key}:{photo.digest}"
