"""A batch from the list of photos to the tables."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from levelback.batch.photos import EVERYWHERE, find_photos
from levelback.batch.store import Store
from levelback.batch.values import Job, Outcome, Photo, Settings
from levelback.errors import UsageError

logger = logging.getLogger(__name__)

Engine = Literal["local", "ray"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What a batch did.

    total, done, failed   how many photos there are, are done, and could not be measured
    before                how many of the done ones an earlier run had done
    nameless              how many could not be saved to the history, since nobody's name is known
    overview, table       where they were written
    interrupted           somebody pressed Ctrl-C: `done` may be less than `total`
    """

    total: int
    done: int
    failed: int
    before: int
    nameless: int
    overview: Path
    table: Path
    interrupted: bool

    def __str__(self) -> str:
        """Return a few lines for people."""
        lines = [f"{self.done - self.failed} of {self.total} photos measured."]
        if self.before:
            lines[0] += f" {self.before} were done before."
        if self.failed:
            lines.append(f"{self.failed} could not be measured: {self.table.with_name('failures.csv')}")
        if self.nameless:
            lines.append(f"{self.nameless} have no name and are not in the history; give it with --name.")
        if self.interrupted:
            lines.append(f"Stopped, {self.total - self.done} to go: run the same command with --resume.")
        return "\n".join((*lines, f"Table: {self.table}", f"Overview: {self.overview}"))


Progress = Callable[[int, int, int], None]
"""Called with the number of photos that are done, of all, and of those that failed."""


def run_batch(
    sources: Sequence[str],
    out: str | os.PathLike[str],
    *,
    settings: Settings | None = None,
    within: str = EVERYWHERE,
    jobs: int | None = None,
    resume: bool = False,
    engine: Engine = "local",
    ray_address: str = "auto",
    name: str | None = None,
    history: str | None = None,
    progress: Progress = lambda done, total, failed: None,
) -> Summary:
    """Measure the photos that `sources` stand for, and write their reports and tables into the folder `out`.

    sources      folders, globs, photos, addresses: see `find_photos`
    within       the pattern that photos in a folder have to match
    jobs         processes at once; None: one a processor, with Ray one a processor of the cluster
    resume       go on in a folder that holds results: measure what is missing and nothing twice. A photo is
                 known by its bytes, with the settings and the calibration that it was measured with
    engine       processes on this machine, or Ray Data on the cluster at `ray_address`
    name         who is in the photos; None: what their folders and names say
    history      URL of a history to save the reports to; ``""`` for the one in the user's folder
    progress     told how far it is

    A photo that cannot be measured is a row of failures.csv. Ctrl-C ends the run early: the tables then hold
    what is done, and `interrupted` is set. Raises UsageError where the folder cannot be used, the disk is
    full, or no photo is found; what is done stays done. Raises MissingPart where a part is missing.
    """
    from levelback.batch.measure import version_of

    settings = settings or Settings()
    if engine not in get_args(Engine):
        raise UsageError(f"There is no engine '{engine}'. Choose from {', '.join(get_args(Engine))}.")
    if jobs is not None and jobs < 1:
        raise UsageError(f"At least one process is needed, not {jobs}.")
    folder = Path(out)
    photos = find_photos(sources, within=within, out=folder)
    version = version_of(settings)
    try:
        with Store(folder, resume=resume) as store:
            job = Job(settings=settings, version=version, known=store.known)
            counts = _measure_all(
                store, _outcomes(photos, job, engine, jobs, ray_address), len(photos), progress
            )
            return _finish(store, photos, counts, name=name, history=history)
    except OSError as error:
        raise UsageError(
            f"Cannot write to the folder '{folder}': {error.strerror or error}. What is done is kept: "
            "mend that, then run the same command with --resume."
        ) from error


def _outcomes(
    photos: tuple[Photo, ...], job: Job, engine: Engine, jobs: int | None, address: str
) -> Iterator[Outcome]:
    if engine == "ray":
        from levelback.batch.on_ray import measure_on_ray

        return measure_on_ray(photos, job, jobs=jobs, address=address)
    from levelback.batch.local import measure_locally

    return measure_locally(photos, job, jobs=jobs or os.cpu_count() or 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Counts:
    failed: int = 0
    before: int = 0
    interrupted: bool = False


def _measure_all(store: Store, outcomes: Iterator[Outcome], total: int, progress: Progress) -> _Counts:
    """Put every outcome into the store until all are done or somebody presses Ctrl-C."""
    counts = _Counts()
    progress(0, total, 0)
    try:
        with closing(outcomes):  # type: ignore[type-var]
            for outcome in outcomes:
                record = store.add(outcome)
                counts = replace(
                    counts,
                    failed=counts.failed + (record.reason is not None),
                    before=counts.before + (outcome.record is None),
                )
                progress(store.count, total, counts.failed)
    except KeyboardInterrupt:
        return replace(counts, interrupted=True)
    return counts


def _finish(
    store: Store, photos: tuple[Photo, ...], counts: _Counts, *, name: str | None, history: str | None
) -> Summary:
    """Write the tables and the overview of what is done, and save it to the history."""
    from levelback.batch.origin import origin_of
    from levelback.batch.overview import write_overview
    from levelback.batch.tables import Entry, write_tables

    def entries() -> Iterable[Entry]:
        for done in store.done(photos):
            yield Entry(done=done, origin=origin_of(done.photo, done.record.taken_at, name=name))

    table = write_tables(store.folder, entries)[0]
    overview = write_overview(store.folder, entries)
    nameless = 0
    if history is not None:
        from levelback.batch.remember import remember

        nameless = remember(store.folder, entries(), history or None)
    return Summary(
        total=len(photos),
        done=store.count,
        failed=counts.failed,
        before=counts.before,
        nameless=nameless,
        overview=overview,
        table=table,
        interrupted=counts.interrupted,
    )
