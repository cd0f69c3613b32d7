"""What `photo` does with a name: the history changes the plan, and keeps the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from levelback.commands.common import say
from levelback.errors import LevelbackError, MissingPart, UsageError

if TYPE_CHECKING:
    from levelback.advice import Answers
    from levelback.history import History
    from levelback.report.values import Report


class Keeper:
    """Keeps reports in the history under a name; without one it keeps nothing.

    A history in trouble does not stop the measuring: the error comes at the end of the ``with``, when
    everything else is written.
    """

    def __init__(
        self, name: str | None, url: str | None, *, picture: bool = False, answers: Answers | None = None
    ) -> None:
        """Open the history. `picture`: keep the picture too. Raises UsageError where a name is missing."""
        self._name, self._picture, self._answers = name, picture, answers
        self._history: History | None = None
        self._trouble: LevelbackError | None = None
        if name is None:
            if picture or url:
                raise UsageError("To save a photo in the history, say whose it is: --name NAME.")
            return
        from levelback.history import open_history

        try:
            self._history = open_history(url)
        except MissingPart as error:
            self._trouble = error

    def keep(self, report: Report, path: Path) -> Report:
        """Save a report that could be measured; return it with what the history changes in its plan.

        `path` of the photo says when it was taken where its tags do not, as in a batch.
        """
        if self._history is None or self._name is None or not report.quality.usable:
            return report
        from levelback.batch.origin import when_taken
        from levelback.history import save_report
        from levelback.progress import with_history
        from levelback.progress.collect import PICTURE, picture_to_keep

        taken_at = when_taken(path, report.photo.taken_at)
        report = replace(report, photo=replace(report.photo, taken_at=taken_at))
        try:
            report = with_history(report, self._history, self._name, self._answers)
            kept = picture_to_keep(report) if self._picture else None
            save_report(self._history, self._name, report, pictures={PICTURE: kept} if kept else None)
            say(f"Saved in the history of {self._name}; `levelback history forget` deletes it.")
        except MissingPart as error:
            self._trouble = error
        return report

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._history is not None:
            self._history.close()
        if error is None and self._trouble is not None:
            raise self._trouble
