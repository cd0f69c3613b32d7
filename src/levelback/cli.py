"""The command line: parse, call, print. Exit codes are those of the error tree (errors.py)."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levelback import cli_history
from levelback.errors import LevelbackError, MissingPart, PhotoError

if TYPE_CHECKING:
    from levelback.pipeline import Analyzer
    from levelback.report.values import Report

DEFAULT_FOLDER = Path("levelback-report")
BATCH_FOLDER = Path("levelback-batch")
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


class EngineChoice(StrEnum):
    """The values of --engine."""

    LOCAL = "local"
    RAY = "ray"


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
    name: Annotated[
        str | None,
        typer.Option(help="Whose photo it is: for the title, and to keep the numbers in the history."),
    ] = None,
    history: cli_history.Url = None,
    no_history: Annotated[bool, typer.Option("--no-history", help="Keep nothing of --name.")] = False,
    keep_picture: Annotated[
        bool, typer.Option("--keep-picture", help="Keep the picture in the history, too.")
    ] = False,
    markers: Annotated[
        bool, typer.Option("--markers", help="Measure the lines between coloured markers on the skin.")
    ] = False,
    blur_face: Annotated[
        bool, typer.Option("--blur-face", help="Hide the face in all that is written.")
    ] = False,
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Measure a standing photo and write the report."""
    from levelback.capture import list_photos
    from levelback.pipeline import Analyzer, load_answers

    paths = list_photos(sources)
    folder = out or (None if json_to else DEFAULT_FOLDER)
    answered = load_answers(answers)
    keeper = cli_history.Keeper(None if no_history else name, history, picture=keep_picture, answers=answered)
    with (
        keeper,
        Analyzer(
            model=model,
            fast=fast,
            view=None if view is ViewChoice.AUTO else view.value,
            mirrored=mirrored,
            height_cm=height_cm,
            answers=answered,
            name=name,
            markers=markers,
            blur_face=blur_face,
        ) as analyzer,
    ):
        reports, failed = _analyze_all(analyzer, paths, folder, keeper, quiet=json_to == "-")
        if json_to:
            _write_json(reports, json_to, single=len(paths) == 1)
    raise typer.Exit(_exit_code(len(paths), failed))


def _analyze_all(
    analyzer: Analyzer,
    paths: Sequence[Path],
    folder: Path | None,
    keeper: cli_history.Keeper,
    *,
    quiet: bool,
) -> tuple[list[Report], int]:
    """Return the reports and how many photos could not be measured; say each as it is done."""
    reports: list[Report] = []
    failed = 0
    for path in paths:
        try:
            report = keeper.keep(analyzer.analyze(path))
        except PhotoError as error:
            _say(f"{path.name}: {error}")
            failed += 1
            continue
        reports.append(report)
        failed += not report.quality.usable
        _present(report, folder, quiet=quiet)
    return reports, failed


def _present(report: Report, folder: Path | None, *, quiet: bool) -> None:
    """Write the files of a report, then say what it says: a reader who goes away loses no file."""
    written = None
    if folder is not None:
        from levelback.report import write_outputs

        written = write_outputs(report, folder)
    if not quiet:
        from levelback.report import summarize

        _say(summarize(report))
    elif not report.quality.usable:
        _say(f"{report.photo.file}: {report.quality.issues[0].message}")
    if written is not None:
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
def screen(
    out: Annotated[Path, typer.Option(help="The answers file to write.")] = Path("answers.toml"),
    force: Annotated[bool, typer.Option("--force", help="Replace the file where it is there.")] = False,
) -> None:
    """Answer questions about warning signs, habits and wishes; see whether you may exercise."""
    from levelback.questionnaire import ask, check_target, result, save_answers

    check_target(out, force=force)
    answers, finished = ask(input, print)
    if answers.pairs or finished:
        save_answers(answers, out)
    print(result(answers, out, finished=finished))


@app.command()
def plan(
    report: Annotated[Path, typer.Argument(metavar="REPORT.json", help="A report of `levelback photo`.")],
    answers: Annotated[Path | None, typer.Option(help="The answers file of `levelback screen`.")] = None,
    sets: Annotated[
        list[Path] | None,
        typer.Option(help="What `levelback live --json FILE` wrote; once for each set.", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report with the new plan.")] = None,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write JSON to FILE, or - for standard output."),
    ] = None,
    ics: Annotated[Path | None, typer.Option(help="Calendar file to write.")] = None,
    start: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which the calendar begins.")
    ] = None,
    days: Annotated[str | None, typer.Option(help="Weekdays for the calendar, like mon,wed,fri.")] = None,
    at: Annotated[
        datetime,
        typer.Option(
            formats=["%H:%M"], help="Time of day for the calendar. Default: 18:00.", show_default=False
        ),
    ] = datetime(1900, 1, 1, 18),
    breaks: Annotated[
        int | None, typer.Option(min=30, max=60, help="Calendar alarms to get up, every so many minutes.")
    ] = None,
) -> None:
    """Show the plan of a report; make it anew with your answers and live sets."""
    from levelback.advice import parse_answers
    from levelback.report import describe_plan, read_report, replan_with_sets, write_outputs

    made = read_report(report)
    if not made.quality.usable:
        raise PhotoError("There is no plan, because the photo of this report could not be measured.")
    if answers is not None or sets:
        made = replan_with_sets(made, sets or [], None if answers is None else parse_answers(answers))
    if out is not None:
        _say(f"Report: {write_outputs(made, out, ('html', 'pdf', 'json'))['html']}")
    if ics is not None:
        _write_calendar(made, ics, start=start, days=days, at=at, breaks=breaks)
    if json_to:
        _write_json([made], json_to, single=True)
    if json_to != "-":
        print(describe_plan(made))


def _write_calendar(
    report: Report, file: Path, *, start: datetime | None, days: str | None, at: datetime, breaks: int | None
) -> None:
    """Write the sessions of a report's plan as a calendar file, or say why there is none yet."""
    from levelback.calendar import Times, make_calendar, next_monday, parse_days
    from levelback.report import write_whole

    if report.plan.screening.status in ("no_exercise", "see_doctor_first"):
        _say("No calendar was made: see a doctor first.")
        return
    now = datetime.now(UTC)
    times = Times(
        first_day=start.date() if start else next_monday(datetime.now().date()),
        days=parse_days(days, report.plan.days_per_week),
        at=at.time(),
        break_minutes=breaks,
    )
    write_whole(file, make_calendar(report.plan, times, stamp=now))
    _say(f"Calendar: {file}")


@app.command()
def exercises(
    exercise: Annotated[str | None, typer.Argument(metavar="[ID]", help="One exercise in full.")] = None,
) -> None:
    """List the exercises, or show one in full."""
    from levelback.advice import describe_exercise, list_exercises

    print(describe_exercise(exercise) if exercise else list_exercises())


@app.command()
def verify(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV: photo, measure, true_value, ...")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for verify.json and one figure per measure.")
    ] = None,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write JSON to FILE, or - for standard output."),
    ] = None,
    fast: Annotated[bool, typer.Option("--fast", help="A single look at each photo.")] = False,
    markers: Annotated[bool, typer.Option("--markers", help="The subjects wear coloured markers.")] = False,
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Compare photos with known values, and print how accurate each measure is."""
    from levelback.verify import to_json, to_text, verify, write_outputs

    verification = verify(table, fast=fast, markers=markers, model=model)
    if json_to == "-":
        print(to_json(verification))
    else:
        print(to_text(verification))
    if json_to and json_to != "-":
        from levelback.report import write_whole

        write_whole(Path(json_to), (to_json(verification) + "\n").encode())
    if out is not None:
        write_outputs(verification, out)
    raise typer.Exit(_exit_code(len(verification.comparisons), len(verification.failed)))


@app.command()
def batch(
    sources: Annotated[
        list[str], typer.Argument(metavar="FOLDER...", help="Folders, quoted globs, photos, addresses.")
    ],
    out: Annotated[Path, typer.Option(help="Folder for the results.")] = BATCH_FOLDER,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes at once. Default: one a processor.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on in a folder with results: do only what is missing.")
    ] = False,
    glob: Annotated[str, typer.Option(help="Which photos of a folder.")] = "**/*",
    view: Annotated[
        ViewChoice, typer.Option(help="Which side of the body the camera sees, in all photos.")
    ] = ViewChoice.AUTO,
    mirrored: Annotated[
        bool | None, typer.Option("--mirrored/--not-mirrored", help="All pictures are mirror images.")
    ] = None,
    height_cm: Annotated[
        float | None, typer.Option(min=50, max=260, help="Body height in all photos; adds millimetres.")
    ] = None,
    answers: Annotated[Path | None, typer.Option(help="The answers file of `levelback screen`.")] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="A single look: quicker, with wider intervals.")
    ] = False,
    markers: Annotated[bool, typer.Option("--markers", help="The subjects wear coloured markers.")] = False,
    blur_face: Annotated[
        bool, typer.Option("--blur-face", help="Hide the faces in all that is written.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="Whose photos they are. Default: what folders and files say.")
    ] = None,
    save: Annotated[bool, typer.Option("--save", help="Save what was measured to the history.")] = False,
    history: Annotated[str | None, typer.Option(metavar="URL", help="Save to this history.")] = None,
    engine: Annotated[
        EngineChoice, typer.Option(help="Processes on this machine, or a Ray cluster.")
    ] = EngineChoice.LOCAL,
    ray_address: Annotated[str, typer.Option(help="Address of the Ray cluster.")] = "auto",
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Measure folders of photos: tables, an overview, and a report for each."""
    from levelback.batch import Settings, run_batch
    from levelback.batch.bar import progress_bar
    from levelback.pipeline import load_answers

    settings = Settings(
        view=None if view is ViewChoice.AUTO else view.value,
        mirrored=mirrored,
        height_cm=height_cm,
        answers=load_answers(answers),
        fast=fast,
        markers=markers,
        blur_face=blur_face,
        model=model,
    )
    try:
        with progress_bar() as progress:
            summary = run_batch(
                sources,
                out,
                settings=settings,
                within=glob,
                jobs=jobs,
                resume=resume,
                engine=engine.value,
                ray_address=ray_address,
                name=name,
                history=history or ("" if save else None),
                progress=progress,
            )
    except KeyboardInterrupt:
        _say("levelback: stopped. What is done is kept: run the same command with --resume.")
        raise
    _say(str(summary))
    raise typer.Exit(EXIT_INTERRUPTED if summary.interrupted else _exit_code(summary.total, summary.failed))


class SideChoice(StrEnum):
    """The values of --side."""

    LEFT = "left"
    RIGHT = "right"


@app.command()
def live(
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE", help="Like bird-dog, bridge or standing.")],
    source: Annotated[
        str,
        typer.Option(metavar="0|FILE", help="A camera's number, a video, or recorded landmarks (.jsonl)."),
    ] = "0",
    side: Annotated[SideChoice | None, typer.Option(help="The working side to begin with.")] = None,
    window: Annotated[
        bool, typer.Option("--window/--no-window", help="Show the window, or print events as JSON lines.")
    ] = True,
    json_to: Annotated[
        str | None,
        typer.Option("--json", metavar="-|FILE", help="Write the result to FILE, or - for standard output."),
    ] = None,
    record: Annotated[
        Path | None, typer.Option(help="Write the landmarks to FILE.jsonl, to be replayed by --source.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No tones, no voice.")] = False,
    name: Annotated[str | None, typer.Option(help="Save the set to the history of this person.")] = None,
    history: Annotated[str | None, typer.Option(metavar="URL", help="Save to this history.")] = None,
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Do an exercise before the camera: counts, holds, what to put right, left against right."""
    from levelback.live.command import LiveSettings, run_live

    settings = LiveSettings(
        exercise=exercise,
        source=source,
        side=side.value if side else None,
        window=window,
        json_to=json_to,
        record=record,
        quiet=quiet,
        name=name,
        history=history,
        model=model,
        out=None if json_to else DEFAULT_FOLDER,
    )
    run_live(settings, _say)


@app.command()
def web(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")
    ] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
    lan: Annotated[bool, typer.Option("--lan", help="Let a phone on the same network use the page.")] = False,
    history: cli_history.Url = None,
    model: Annotated[Path | None, typer.Option(help="Another pose landmarker bundle (.task).")] = None,
) -> None:
    """Start the local page and open it in the browser."""
    from levelback.web import serve

    serve(port=port, browser=not no_browser, lan=lan, model=model, history=history, say=_say)


app.command()(cli_history.progress)
app.add_typer(cli_history.app, name="history")


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
