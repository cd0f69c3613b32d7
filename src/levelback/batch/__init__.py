"""Many photos to tables, an overview and a report for each: with processes, or with Ray on a cluster.

    from levelback.batch import Settings, run_batch

    summary = run_batch(["people"], "results", settings=Settings(fast=True))
    print(summary.failed, "of", summary.total, "could not be measured:", summary.table)

Names load on first use. A program that starts a batch needs the usual ``if __name__ == "__main__":``, since
workers are processes of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levelback.lazy import names_of

if TYPE_CHECKING:
    from levelback.batch.run import Summary, run_batch
    from levelback.batch.values import Settings

_HOMES = {"Settings": "values", "Summary": "run", "run_batch": "run"}

__all__ = ["Settings", "Summary", "run_batch"]

__getattr__ = names_of(__name__, _HOMES)
