"""The command `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from levelback.commands.common import JsonTo, Markers, Model, exit_code


def verify(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV: photo, measure, true_value, ...")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for verify.json and one figure per measure.")
    ] = None,
    json_to: JsonTo = None,
    fast: Annotated[bool, typer.Option("--fast", help="A single look at each photo.")] = False,
    markers: Markers = False,
    model: Model = None,
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
    raise typer.Exit(exit_code(len(verification.comparisons), len(verification.failed)))
