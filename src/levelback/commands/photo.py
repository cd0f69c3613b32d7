"""The command `photo`: one report for each standing photo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levelback.commands.common import (
    REPORT_FOLDER,
    AnswersFile,
    Fast,
    JsonTo,
    Model,
    Url,
    ViewChoice,
    exit_code,
    say,
    write_json,
)
from levelback.commands.keeper import Keeper
from levelback.errors import PhotoError

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from levelback.capture import Frame
    from levelback.pipeline import Analyzer
    from levelback.report.values import Report


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
    answers: AnswersFile = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"Folder for the report files. Default: {REPORT_FOLDER}, or none with --json."),
    ] = None,
    json_to: JsonTo = None,
    fast: Fast = False,
    name: Annotated[
        str | None,
        typer.Option(help="Whose photo it is: for the title, and to keep the numbers in the history."),
    ] = None,
    history: Url = None,
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
    model: Model = None,
) -> None:
    """Measure a standing photo and write the report."""
    from concurrent.futures import ThreadPoolExecutor

    from levelback.pose.bundle import open_bundle

    with ThreadPoolExecutor(1) as reader:  # files are read while modules load and models look
        bundle = reader.submit(open_bundle, model)
        from levelback.capture import list_photos, read_photo
        from levelback.pipeline import Analyzer, load_answers, reading_side

        paths = list_photos(sources)
        side = reading_side(fast=fast, markers=markers)
        frames = _read_ahead(reader, partial(read_photo, mirrored=mirrored, max_side=side), paths)
        folder = out or (None if json_to else REPORT_FOLDER)
        answered = load_answers(answers)
        keeper = Keeper(None if no_history else name, history, picture=keep_picture, answers=answered)
        with (
            keeper,
            Analyzer(
                bundle=bundle.result(),
                fast=fast,
                view=view.named(),
                mirrored=mirrored,
                height_cm=height_cm,
                answers=answered,
                name=name,
                markers=markers,
                blur_face=blur_face,
            ) as analyzer,
        ):
            reports, failed = _analyze_all(analyzer, frames, folder, keeper, quiet=json_to == "-")
            if json_to:
                write_json(reports, json_to, single=len(paths) == 1)
    raise typer.Exit(exit_code(len(paths), failed))


def _read_ahead(
    reader: Executor, read: Callable[[Path], Frame], paths: Sequence[Path]
) -> Iterator[tuple[Path, Future[Frame]]]:
    """Return each photo and what it will be read as: the first at once, each other one photo ahead."""
    first = reader.submit(read, paths[0])

    def following() -> Iterator[tuple[Path, Future[Frame]]]:
        frame = first
        for path, after in pairwise(paths):
            ahead = reader.submit(read, after)
            yield path, frame
            frame = ahead
        yield paths[-1], frame

    return following()


def _analyze_all(
    analyzer: Analyzer,
    frames: Iterable[tuple[Path, Future[Frame]]],
    folder: Path | None,
    keeper: Keeper,
    *,
    quiet: bool,
) -> tuple[list[Report], int]:
    """Return the reports and how many photos could not be measured; say each as it is done."""
    reports: list[Report] = []
    failed = 0
    for path, frame in frames:
        try:
            report = keeper.keep(analyzer.analyze_frame(frame.result()), path)
        except PhotoError as error:
            say(f"{path.name}: {error}")
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

        say(summarize(report))
    elif not report.quality.usable:
        say(f"{report.photo.file}: {report.quality.issues[0].message}")
    if written is not None:
        say(f"Report: {written['html']}")
