"""The command `batch`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from levelback.commands.common import (
    EXIT_INTERRUPTED,
    AnswersFile,
    Fast,
    Markers,
    Model,
    ViewChoice,
    exit_code,
    say,
)

BATCH_FOLDER = Path("levelback-batch")


class EngineChoice(StrEnum):
    """The values of --engine."""

    LOCAL = "local"
    RAY = "ray"


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
    answers: AnswersFile = None,
    fast: Fast = False,
    markers: Markers = False,
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
    model: Model = None,
) -> None:
    """Measure folders of photos: tables, an overview, and a report for each."""
    from levelback.batch import Settings, run_batch
    from levelback.batch.bar import progress_bar
    from levelback.pipeline import load_answers

    settings = Settings(
        view=view.named(),
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
        say("levelback: stopped. What is done is kept: run the same command with --resume.")
        raise
    say(str(summary))
    raise typer.Exit(EXIT_INTERRUPTED if summary.interrupted else exit_code(summary.total, summary.failed))
