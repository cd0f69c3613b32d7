"""The command line: parse, call, print. Exit codes are those of the error tree (errors.py)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levelback.errors import LevelbackError, MissingPart, PhotoError

if TYPE_CHECKING:
    from levelback.pipeline import Analyzer
    from levelback.report.values import Report

DEFAULT_FOLDER = Path("levelback-report")
EXIT_SOME_FAILED = 4
EXIT_INTERRUPTED = 130

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Measure how level a body stands in a photo, see how sure that is, and get the exercises for the "
    "weak side. Nothing leaves this machine.",
)


class ViewChoice(StrEnum):
    """The values of --view."""

    AUTO = "auto"
    FRONT = "front"
    BACK = "back"
    LEFT = "left"
    RIGHT = "right"


def _say(text: str) -> None:
    """Print for people, to standard error."""
    print(text, file=sys.stderr)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        from levelback import __version__

        print(__version__)
        raise typer.Exit


@app.command()
def photo(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Photos, folders or quoted globs.")
    ],
    view: Annotated[
        ViewChoice, typer.Option(help="Which side of the body the camera sees.")
    ] = ViewChoice.AUTO,
    mirrored: Annotated[
        bool | None,
        typer.Option("--mirrored/--not-mirrored", help="The picture is a mirror image, as some selfies are."),
    ] = None,
    height_cm: Annotated[
        float | None, typer.Option(min=50, max=260, help="Body height; adds millimetres.")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="The answers file of `levelback screen`.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"Folder for the report files. Default: {DEFAULT_FOLDER}, or none with --json."),
    ] = None,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write JSON to FILE, or - for standard output."),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="A single look: quicker, with wider intervals.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="Whose photo it is, for the title of the report.")] = None,
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Measure a standing photo and write the report."""
    from levelback.capture import list_photos
    from levelback.pipeline import Analyzer, load_answers

    paths = list_photos(sources)
    folder = out or (None if json_to else DEFAULT_FOLDER)
    with Analyzer(
        model=model,
        fast=fast,
        view=None if view is ViewChoice.AUTO else view.value,
        mirrored=mirrored,
        height_cm=height_cm,
        answers=load_answers(answers),
        name=name,
    ) as analyzer:
        reports, failed = _analyze_all(analyzer, paths, folder, quiet=json_to == "-")
    if json_to:
        _write_json(reports, json_to, single=len(paths) == 1)
    raise typer.Exit(_exit_code(len(paths), failed))


def _analyze_all(
    analyzer: Analyzer, paths: Sequence[Path], folder: Path | None, *, quiet: bool
) -> tuple[list[Report], int]:
    """Return the reports and how many photos could not be measured; say each as it is done."""
    reports: list[Report] = []
    failed = 0
    for path in paths:
        try:
            report = analyzer.analyze(path)
        except PhotoError as error:
            _say(f"{path.name}: {error}")
            failed += 1
            continue
        reports.append(report)
        failed += not report.quality.usable
        _present(report, folder, quiet=quiet)
    return reports, failed


def _present(report: Report, folder: Path | None, *, quiet: bool) -> None:
    """Print the summary of a report and write its files."""
    if not report.quality.usable:
        _say(f"{report.photo.file}: {report.quality.issues[0].message}")
    if not quiet:
        from levelback.report import summarize

        _say(summarize(report))
    if folder is not None:
        from levelback.report import write_outputs

        written = write_outputs(report, folder)
        _say(f"Report: {written['html']}")


def _write_json(reports: Sequence[Report], target: str, *, single: bool) -> None:
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


def _exit_code(total: int, failed: int) -> int:
    if not failed:
        return 0
    return PhotoError.exit_code if failed == total else EXIT_SOME_FAILED


@app.command()
def exercises(
    exercise: Annotated[str | None, typer.Argument(metavar="[ID]", help="One exercise in full.")] = None,
) -> None:
    """List the exercises, or show one in full."""
    from levelback.advice import describe_exercise, list_exercises

    print(describe_exercise(exercise) if exercise else list_exercises())


@app.command()
def doctor(
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Check what is installed and found, and time a self-test."""
    from levelback.doctor import examine

    for line in examine(model):
        print(line)


def main() -> None:
    """Run the command line; turn every deliberate error into one line and its exit code."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        app()
    except LevelbackError as error:
        _say(f"levelback: {error}")
        sys.exit(error.exit_code)
    except ImportError as error:
        mended = _missing_library(error)
        if mended is None:
            raise
        _say(f"levelback: {mended}")
        sys.exit(MissingPart.exit_code)
    except KeyboardInterrupt:
        _say("levelback: stopped.")
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _missing_library(error: ImportError) -> str | None:
    """Return what to install where a system library that OpenCV needs is not there."""
    packages = {"libGL": "libgl1", "libgthread": "libglib2.0-0", "libglib": "libglib2.0-0"}
    for library, package in packages.items():
        if library in str(error):
            return f"The system library {library} is missing. To mend it: sudo apt-get install {package}"
    return None
