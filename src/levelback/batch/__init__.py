"""Many photos to tables, an overview and a report for each: with processes, or with Ray on a cluster.

    from levelback.batch import Settings, run_batch

    summary = run_batch(["people"], "results", settings=Settings(fast=True))
    print(summary.failed, "of", summary.total, "could not be measured:", summary.table)

Names load on first use. A program that starts a batch needs the usual ``if __name__ == "__main__":``, since
workers are processes of their own.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from levelback.batch.run import Summary, run_batch
    from levelback.batch.values import Settings

_HOMES = {"Settings": "values", "Summary": "run", "run_batch": "run"}

__all__ = ["Settings", "Summary", "run_batch"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
