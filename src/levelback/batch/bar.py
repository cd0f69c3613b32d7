"""A progress bar for a batch: how many photos are done, how fast, and how long it will take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
from rich.progress import ProgressColumn as Column
from rich.text import Text

from levelback.batch.run import Progress as Told

_RATE_PERIOD_S = 120.0


@contextmanager
def progress_bar() -> Iterator[Told]:
    """Show a bar on standard error while the block runs, and nothing where that is no terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done, total, failed: None
        return
    columns: tuple[Column, ...] = (
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
        TextColumn("[yellow]{task.fields[failures]}"),
    )
    with Progress(*columns, console=console, speed_estimate_period=_RATE_PERIOD_S) as shown:
        task = shown.add_task("", total=None, failures="")

        def tell(done: int, total: int, failed: int) -> None:
            failures = f"{failed} not measured" if failed else ""
            shown.update(task, completed=done, total=total, failures=failures)

        yield tell


class _Rate(Column):
    def render(self, task: Task) -> Text:
        """Return the photos a second of the last two minutes."""
        speed = task.finished_speed or task.speed
        return Text("starting" if speed is None else f"{speed:.1f} photos/s", style="progress.data.speed")
