"""What the commands share: options, how they speak, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levelback.errors import PhotoError

if TYPE_CHECKING:
    from levelback.report.values import Report

REPORT_FOLDER = Path("levelback-report")
EXIT_SOME_FAILED = 4
EXIT_INTERRUPTED = 130


class ViewChoice(StrEnum):
    """The values of --view."""

    AUTO = "auto"
    FRONT = "front"
    BACK = "back"
    LEFT = "left"
    RIGHT = "right"

    def named(self) -> str | None:
        """Return the view that was named, None for auto."""
        return None if self is ViewChoice.AUTO else self.value


AnswersFile = Annotated[Path | None, typer.Option(help="The answers file of `levelback screen`.")]
Fast = Annotated[bool, typer.Option("--fast", help="A single look: quicker, with wider intervals.")]
JsonTo = Annotated[
    str | None,
    typer.Option("--json", metavar="-|FILE", help="Write JSON to FILE, or - for standard output."),
]
Markers = Annotated[bool, typer.Option("--markers", help="The subjects wear coloured markers.")]
Model = Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")]
Url = Annotated[
    str | None,
    typer.Option(
        "--history",
        metavar="URL",
        help="A SQLite file or postgresql:// URL. Default: $LEVELBACK_HISTORY or your data folder.",
    ),
]


def say(text: str) -> None:
    """Print for people, to standard error."""
    print(text, file=sys.stderr)


def write_json(reports: Sequence[Report], target: str, *, single: bool) -> None:
    """Write one report, or a list where there were several sources, to a file or standard output."""
    import json

    documents = [report.to_dict() for report in reports]
    text = json.dumps(documents[0] if single and documents else documents, indent=2, allow_nan=False)
    if target == "-":
        if documents or not single:
            print(text)
        return
    from levelback.report import write_whole

    if documents or not single:
        write_whole(Path(target), (text + "\n").encode())


def exit_code(total: int, failed: int) -> int:
    """Return the exit code where `failed` of `total` photos could not be measured."""
    if not failed:
        return 0
    return PhotoError.exit_code if failed == total else EXIT_SOME_FAILED
