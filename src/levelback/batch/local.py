"""Photos measured by processes on this machine.

Every worker is a process of its own with one model and one thread, and holds one decoded picture at a
time. A worker that dies, is killed for want of memory, or hangs costs one photo at most, and that one is
tried twice.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait

from levelback.batch.values import Job, Outcome, Photo
from levelback.errors import LevelbackError

logger = logging.getLogger(__name__)

PHOTO_LIMIT_S = 600.0
"""A worker that is silent for so long hangs. The largest photo takes a hundredth of this."""

PHOTOS_A_WORKER = 1000
"""Photos after which a worker gives way to a new one, so that no leak of a library can grow."""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_READY = "ready"


def measure_locally(photos: Sequence[Photo], job: Job, *, jobs: int) -> Iterator[Outcome]:
    """Yield what became of each photo, in the order in which they are done, with `jobs` processes.

    Raises LevelbackError where a worker cannot start. Closing the iterator ends the workers.
    """
    ahead = deque(photos)
    tried: set[int] = set()
    workers = [_Worker(job) for _ in range(min(jobs, len(photos)))]
    try:
        for worker in workers:
            worker.give(ahead.popleft())
        while busy := [worker for worker in workers if worker.photo is not None]:
            for worker in _answering(busy):
                photo = worker.photo
                assert photo is not None
                outcome = worker.answer()
                if outcome is not None:
                    yield outcome
                elif photo.index not in tried:
                    tried.add(photo.index)
                    ahead.append(photo)
                else:
                    yield _lost(photo)
                if worker.spent and ahead:
                    worker.close()
                    workers[workers.index(worker)] = worker = _Worker(job)
                if ahead:
                    worker.give(ahead.popleft())
    finally:
        for worker in workers:
            worker.close()


class _Worker:
    """A process that measures one photo after another; `photo` is the one that it is busy with."""

    def __init__(self, job: Job) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, job), daemon=True)
        with _inherited():
            self._process.start()
        theirs.close()
        self.photo: Photo | None = None
        self.deadline = 0.0
        self.spent = False
        self._ready = False
        self._count = 0

    def give(self, photo: Photo) -> None:
        """Send a photo to measure; a worker that has died meanwhile is found by `answer`."""
        self.photo = photo
        self.deadline = time.monotonic() + PHOTO_LIMIT_S
        try:
            self.pipe.send(photo)
        except OSError:
            logger.debug("worker %s is gone", self._process.pid)

    def answer(self) -> Outcome | None:
        """Return the outcome of the photo, None where the worker died or hangs; it is free then."""
        try:
            if not self._ready:
                self._get_ready()
            if not self.pipe.poll(max(0.0, self.deadline - time.monotonic())):
                raise TimeoutError
            outcome: Outcome = self.pipe.recv()
        except (OSError, EOFError):
            self.photo, self.spent = None, True
            return None
        self._count += 1
        self.photo, self.spent = None, self._count >= PHOTOS_A_WORKER
        return outcome

    def _get_ready(self) -> None:
        try:
            said = self.pipe.recv()
        except (OSError, EOFError):
            said = "it ended at once. Is there enough memory?"
        if said != _READY:
            raise LevelbackError(f"A measuring process could not start: {said}")
        self._ready = True

    def close(self) -> None:
        """End the process, whatever it does; it writes no files, so nothing is lost."""
        self.pipe.close()
        self._process.kill()
        self._process.join()
        self._process.close()


def _answering(busy: Sequence[_Worker]) -> list[_Worker]:
    """Return the workers that have something to say, or whose time is up."""
    left = min(worker.deadline for worker in busy) - time.monotonic()
    speaking = wait([worker.pipe for worker in busy], timeout=max(0.0, left))
    now = time.monotonic()
    return [worker for worker in busy if worker.pipe in speaking or worker.deadline <= now]


def _lost(photo: Photo) -> Outcome:
    from levelback.batch.measure import failed

    return failed(photo, "The process that measured it ended or hung, twice. Perhaps memory ran out.")


def _work(pipe: Connection, job: Job) -> None:
    """Measure photos until the other end of the pipe closes, as it also does when the other end is killed."""
    try:
        from levelback.batch.measure import measure_photo, open_analyzer

        analyzer = open_analyzer(job.settings)
        pipe.send(_READY)
    except (LevelbackError, ImportError) as error:
        pipe.send(str(error))
        return
    try:
        while True:
            pipe.send(measure_photo(analyzer, pipe.recv(), job))
    except (EOFError, OSError):
        return


@contextmanager
def _inherited() -> Iterator[None]:
    """Have new processes begin with one thread a library, and deaf to Ctrl-C, which the parent hears."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    main = threading.current_thread() is threading.main_thread()
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN) if main else None
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        if main:
            signal.signal(signal.SIGINT, handler or signal.SIG_DFL)
