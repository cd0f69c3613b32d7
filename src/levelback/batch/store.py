"""The folder of a batch: whole files only, a journal of what is done, and one run at a time.

```
out/measurements.csv .parquet  failures.csv  overview.html   made at the end, from the journal
out/reports/anna/front-1a2b3c4d.json                         one for each photo, as soon as it is measured
out/thumbs/anna/front-1a2b3c4d.jpg
out/.levelback/journal.jsonl  lock
```

The journal has a line for each photo that is done, written when the photo's files are in place. A line is one
call to the system; one that a full disk has cut off is taken off again. The lock is the system's own, so it
ends with the process that holds it, however that ends.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from filelock import FileLock, Timeout

from levelback.batch.journal import Line, read_line, write_line
from levelback.batch.values import Outcome, Photo, Record, failure_key
from levelback.errors import UsageError
from levelback.report.files import safe_stem, write_whole

REPORTS, THUMBS = "reports", "thumbs"
_OWN = ".levelback"
_UNFINISHED = ".levelback-*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """A photo that is done: what the tables say, and the name of its files, below reports/ and thumbs/."""

    photo: Photo
    record: Record
    stem: str

    @property
    def report(self) -> str | None:
        """The path of its JSON report in the folder, None where it could not be read or shows nobody."""
        return f"{REPORTS}/{self.stem}.json" if self.record.measurements else None

    @property
    def thumb(self) -> str | None:
        """The path of its thumbnail in the folder, None where it could not be read."""
        return f"{THUMBS}/{self.stem}.jpg" if self.record.pictured else None


class Store:
    """The folder that a batch writes to, locked as long as the store is open."""

    def __init__(self, folder: Path, *, resume: bool) -> None:
        """Make and lock the folder. Raises UsageError where it holds something and `resume` is not set,
        where it is no batch's folder, where another run writes to it, or where it cannot be written.
        """
        self.folder = folder
        self._own = folder / _OWN
        self._check(resume=resume)
        self._own.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self._own / "lock", timeout=0)
        try:
            self._lock.acquire()
        except Timeout:
            raise UsageError(
                f"Another run is writing to '{folder}'. Wait until it ends, or choose another folder "
                "with --out."
            ) from None
        try:
            self._check(resume=resume)
            self._clean()
            self._journal: BinaryIO = (self._own / "journal.jsonl").open("a+b", buffering=0)
            self._known: dict[str, int] = {}
            self._named: dict[str, tuple[str, int]] = {}
            self._places: dict[int, int] = {}
            self._load()
        except BaseException:
            self._lock.release()
            raise

    def _check(self, *, resume: bool) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"'{self.folder}' is a file. Choose a folder with --out.")
        there = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set()
        if not there:
            return
        if _OWN not in there:
            raise UsageError(
                f"The folder '{self.folder}' holds other files. Choose an empty or new folder with --out."
            )
        journal = self._own / "journal.jsonl"
        if not resume and (there > {_OWN} or (journal.exists() and journal.stat().st_size)):
            raise UsageError(
                f"The folder '{self.folder}' holds the results of an earlier run. Go on with --resume, "
                "or choose another folder with --out."
            )

    def _clean(self) -> None:
        """Remove what a run that was killed has left unfinished."""
        for path in list(self.folder.rglob(_UNFINISHED)):
            path.unlink(missing_ok=True)

    def _load(self) -> None:
        """Learn from the journal what is done, and take off a line that was cut off."""
        self._journal.seek(0)
        latest: dict[str, tuple[str, int]] = {}
        end = 0
        for line in self._journal_lines():
            try:
                entry = read_line(line)
            except ValueError:  # the photos of what follows are measured again
                break
            key = entry.record.key
            if key is not None:
                failure = not entry.record.measurements
                latest[entry.stem] = (f"{key}:{entry.digest}" if failure else key, end)
            end += len(line)
        self._journal.truncate(end)
        for stem, (key, place) in latest.items():
            if ":" in key or all(path.is_file() for path in self._files(stem)):
                self._known[key] = place
                self._named[stem] = key, place

    def _journal_lines(self) -> Iterator[bytes]:
        with (self._own / "journal.jsonl").open("rb") as lines:
            yield from lines

    @property
    def known(self) -> frozenset[str]:
        """The keys of what is done: see `Job`."""
        return frozenset(self._known)

    @property
    def count(self) -> int:
        """How many photos of this run are done."""
        return len(self._places)

    def add(self, outcome: Outcome) -> Record:
        """Write the files of a photo, then its line in the journal; return what the tables say of it.

        Adding a photo again changes nothing. Raises OSError where the disk is full.
        """
        photo = outcome.photo
        if photo.index in self._places:
            return self._read(self._places[photo.index]).record
        if outcome.record is None:
            assert outcome.key is not None
            return self._reuse(photo, outcome.key)
        stem = stem_of(photo)
        report, thumb = self._files(stem)
        if outcome.report is not None:
            _write(report, (outcome.report + "\n").encode())
        if outcome.thumbnail is not None:
            _write(thumb, outcome.thumbnail)
        self._append(photo, outcome.record, stem)
        return outcome.record

    def _reuse(self, photo: Photo, key: str) -> Record:
        """Take over what is known of a file with this content: the same photo, or a copy of it elsewhere."""
        ours = stem_of(photo)
        named, place = self._named.get(ours, ("", 0))
        own = place if named == key else self._known.get(failure_key(key, photo))
        if own is not None:
            self._places[photo.index] = own
            return self._read(own).record
        line = self._read(self._known[key])
        (report, thumb), (our_report, our_thumb) = self._files(line.stem), self._files(ours)
        document = _report(report)
        document["photo"]["file"] = photo.file
        _write(our_report, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())
        _write(our_thumb, thumb.read_bytes())
        self._append(photo, line.record, ours)
        return line.record

    def _append(self, photo: Photo, record: Record, stem: str) -> None:
        line = write_line(photo, record, stem)
        place = self._journal.seek(0, os.SEEK_END)
        try:
            written = self._journal.write(line)
            if written != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._journal.truncate(place)
            raise
        self._places[photo.index] = place

    def _read(self, place: int) -> Line:
        with (self._own / "journal.jsonl").open("rb") as journal:
            journal.seek(place)
            return read_line(journal.readline())

    def done(self, photos: tuple[Photo, ...]) -> Iterator[Done]:
        """Yield those of the photos that are done, in their order, read from the journal one by one."""
        for photo in photos:
            if photo.index in self._places:
                line = self._read(self._places[photo.index])
                yield Done(photo=photo, record=line.record, stem=line.stem)

    def _files(self, stem: str) -> tuple[Path, Path]:
        return self.folder / REPORTS / f"{stem}.json", self.folder / THUMBS / f"{stem}.jpg"

    def close(self) -> None:
        """Unlock the folder."""
        self._journal.close()
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def stem_of(photo: Photo) -> str:
    """Return the name of a photo's files: its folders and its own name, safe everywhere, and a digest."""
    *folders, file = photo.name.split("/")
    safe = [safe_stem(f"{folder}.") for folder in folders]
    return "/".join((*safe, f"{safe_stem(file)}-{photo.digest}"))


def _report(path: Path) -> dict[str, Any]:
    """Return a report of this folder as plain data. Raises UsageError where it was changed or cut short."""
    try:
        document: dict[str, Any] = json.loads(path.read_bytes())
        if isinstance(document["photo"], dict):
            return document
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise UsageError(f"The report '{path}' is damaged. Delete it, then run the same command with --resume.")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
