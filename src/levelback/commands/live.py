"""The commands `live` and `web`: a person before a camera."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from levelback.commands.common import REPORT_FOLDER, Model, Url, say


class SideChoice(StrEnum):
    """The values of --side."""

    LEFT = "left"
    RIGHT = "right"


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
    model: Model = None,
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
        out=None if json_to else REPORT_FOLDER,
    )
    run_live(settings, say)


def web(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port on this machine; 0 takes a free one.")
    ] = 8765,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open the browser.")] = False,
    lan: Annotated[bool, typer.Option("--lan", help="Let a phone on the same network use the page.")] = False,
    history: Url = None,
    model: Model = None,
) -> None:
    """Start the local page and open it in the browser."""
    from levelback.web import serve

    serve(port=port, browser=not no_browser, lan=lan, model=model, history=history, say=say)
