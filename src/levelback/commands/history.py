"""The commands `history` and `progress`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levelback.commands.common import EXIT_SOME_FAILED, JsonTo, Url, say
from levelback.errors import PhotoError, UsageError

if TYPE_CHECKING:
    from levelback.progress.values import Material

PROGRESS_FOLDER = Path("levelback-progress")
app = typer.Typer(no_args_is_help=True, help="What is kept of whom; take it out, bring it in, forget it.")


@app.command("list")
def list_people(history: Url = None) -> None:
    """List the people in the history."""
    from levelback.history import history_exists, open_history, people

    if not history_exists(history):
        say("The history is empty; there is no file yet.")
        return
    with open_history(history) as opened:
        for person in people(opened):
            period = (
                f"{person.first:%Y-%m-%d} to {person.last:%Y-%m-%d}" if person.first and person.last else ""
            )
            print(f"{person.name}: {person.sessions} session{'' if person.sessions == 1 else 's'}, {period}")
        say(f"Kept in {opened.where}")


@app.command("export")
def export_command(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="One person; everybody if left out.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write. Default: standard output.")] = None,
    history: Url = None,
) -> None:
    """Write the history as one JSON file."""
    from levelback.history import export_history, open_history

    with open_history(history, new=False) as opened:
        pieces = export_history(opened, name)
        if out is None:
            sys.stdout.buffer.writelines(pieces)
            return
        from levelback.report import write_whole

        write_whole(out, pieces)
        say(f"Exported: {out}")


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `levelback history export`.")],
    history: Url = None,
) -> None:
    """Add what a file holds and the history does not."""
    from levelback.history import import_history, open_history

    with open_history(history) as opened:
        new, known = import_history(opened, file)
    say(f"{new} session{'' if new == 1 else 's'} imported, {known} known already.")


@app.command("forget")
def forget_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose photos, sets, plans and pictures go.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    history: Url = None,
) -> None:
    """Delete a person and everything that was kept of them, for good."""
    from levelback.history import forget, open_history, sessions

    with open_history(history, new=False) as opened:
        count = len(sessions(opened, name))
        if not yes and sys.stdin.isatty():
            typer.confirm(f"Delete {name} with {count} sessions for good?", abort=True, err=True)
        forget(opened, name)
    say(f"Forgotten: {name}, {count} session{'' if count == 1 else 's'}. Reports that you wrote stay.")


def progress(
    who: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME | SOURCE...]", help="A name in the history; or photos, reports, folders."
        ),
    ] = None,
    history: Url = None,
    out: Annotated[
        Path | None,
        typer.Option(help=f"Folder to write to. Default: {PROGRESS_FOLDER}, or none with --json."),
    ] = None,
    json_to: JsonTo = None,
    fast: Annotated[bool, typer.Option("--fast", help="A single look at each photo of SOURCE.")] = False,
    blur_face: Annotated[
        bool, typer.Option("--blur-face", help="Hide the face in all that is written.")
    ] = False,
) -> None:
    """Tell what got better or worse since the first photo, and what cannot be told from noise."""
    from levelback.progress import assess, summarize, to_json, with_hidden_faces, write_outputs
    from levelback.report import write_whole

    material = _material(who or [], history, fast=fast)
    found = assess(with_hidden_faces(material) if blur_face else material)
    folder = out or (None if json_to else PROGRESS_FOLDER)
    written = None if folder is None else write_outputs(found, folder)
    if json_to and json_to != "-":
        write_whole(Path(json_to), (to_json(found) + "\n").encode())
    if json_to == "-":
        print(to_json(found))
    else:
        print(summarize(found))
    if written is not None:
        say(f"Progress: {written['.html']}")
    if material.failed:
        raise typer.Exit(EXIT_SOME_FAILED if material.shots else PhotoError.exit_code)


def _material(who: list[str], history: str | None, *, fast: bool) -> Material:
    """Return what is compared: sources that are there, or the sessions of a person."""
    from levelback.progress import from_history, from_sources, who_of

    if who and all(Path(one).exists() or any(sign in one for sign in "*?[") for one in who):
        return from_sources(who, fast=fast, progress=_counter())
    if len(who) > 1:
        missing = next(one for one in who if not Path(one).exists())
        raise UsageError(
            f"There is no file or folder '{missing}'. Name one person, or photos that are there."
        )
    from levelback.history import open_history

    with open_history(history, new=False) as opened:
        return from_history(opened, who_of(opened, who[0] if who else None))


def _counter() -> Callable[[int, int], None] | None:
    """Return a callback that counts photos on a terminal, None where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def count(done: int, total: int) -> None:
        print(f"\r{done} of {total} photos", end="\n" if done == total else "", file=sys.stderr, flush=True)

    return count
