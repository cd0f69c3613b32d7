"""Photos measured on a Ray cluster, through Ray Data.

The photos go out as a list of places, a few in a block; each block is a task that may run on any node, which
reads the photos itself, from storage that all nodes share. A task is stateless: its process keeps the loaded
model for the next one, and where a node is lost, Ray runs its tasks again elsewhere. Only the program that
started the batch writes, so a block that ran twice is stored once.
"""

from __future__ import annotations

import logging
import os
import pickle
import socket
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from levelback import __version__
from levelback.batch.values import Job, Outcome, Photo, Settings
from levelback.errors import ExtraMissing, LevelbackError, UsageError

if TYPE_CHECKING:
    from levelback.pipeline import Analyzer

logger = logging.getLogger(__name__)

PHOTOS_A_BLOCK = 8
"""Photos in one task: some seconds of work, so that the scheduler's milliseconds do not count, and few enough
to do again where a node is lost."""


_ANSWER_S = 10.0


def measure_on_ray(photos: Sequence[Photo], job: Job, *, jobs: int | None, address: str) -> Iterator[Outcome]:
    """Yield what became of each photo, in the order in which they are done, at most `jobs` at once.

    `address` is the cluster's: ``auto`` for the one on this machine, ``host:6379`` or ``ray://host:10001``.
    Every node needs levelback in this version, and the photos under the same paths or addresses. Raises
    ExtraMissing without Ray, UsageError where no cluster answers, LevelbackError where it gives up.
    """
    ray = _connect(address)
    try:
        shared = ray.put(job)
        data = _photos_in_blocks(photos).map_batches(
            _measure_block,
            batch_size=None,
            num_cpus=1,
            concurrency=jobs,
            fn_kwargs={"job": shared, "version": __version__},
        )
        for row in data.iter_rows():
            outcome: Outcome = pickle.loads(row["outcome"])
            yield outcome
    except ray.exceptions.RayError as error:
        raise LevelbackError(f"The Ray cluster gave up: {_cause(error)} Go on with --resume.") from error
    finally:
        ray.shutdown()


def _connect(address: str) -> Any:  # noqa: ANN401  (Ray has no types of its own for this)
    """Return Ray, connected and quiet; nothing is told to anybody outside."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray
        import ray.data
    except ImportError:
        raise ExtraMissing("Ray is not installed.", remedy="pip install 'levelback[ray]'") from None
    try:
        _knock(address)
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, configure_logging=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise UsageError(
            f"No Ray cluster answers at '{address}'. Start one with: ray start --head --disable-usage-stats"
        ) from error
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # Ray prints that a node was lost to standard output, whatever `log_to_driver` says; only this stops it.
    ray._private.worker._worker_logs_enabled = False
    logging.getLogger("ray").setLevel(logging.ERROR)
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    return ray


def _knock(address: str) -> None:
    """Raise OSError or ValueError where nobody answers at ``host:port``: Ray itself asks for minutes."""
    if address != "auto":
        where = urlsplit(address if "://" in address else f"//{address}")
        socket.create_connection((where.hostname or "", where.port or 0), timeout=_ANSWER_S).close()


def _photos_in_blocks(photos: Sequence[Photo]) -> Any:  # noqa: ANN401
    import ray.data

    blocks = -(-len(photos) // PHOTOS_A_BLOCK)
    return ray.data.from_items(
        [{"photo": pickle.dumps(photo)} for photo in photos], override_num_blocks=blocks
    )


def _measure_block(block: Mapping[str, Sequence[bytes]], *, job: Any, version: str) -> dict[str, list[bytes]]:  # noqa: ANN401
    """Measure the photos of a block, on a node of the cluster."""
    import ray

    from levelback.batch.measure import measure_photo

    if version != __version__:
        raise RuntimeError(f"A node has levelback {__version__}, and {version} is needed.")
    job = ray.get(job) if isinstance(job, ray.ObjectRef) else job
    analyzer = _analyzer(job.settings)
    photos = [pickle.loads(photo) for photo in block["photo"]]
    return {"outcome": [pickle.dumps(measure_photo(analyzer, photo, job)) for photo in photos]}


@lru_cache(maxsize=1)
def _analyzer(settings: Settings) -> Analyzer:
    from levelback.batch.measure import open_analyzer

    return open_analyzer(settings)


def _cause(error: Exception) -> str:
    """Return the last line of what went wrong on a node, as a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].rstrip(".") + "." if lines else "it did not say why."
