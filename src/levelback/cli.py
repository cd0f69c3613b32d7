"""The command line: parse, call, print. Exit codes are those of the error tree (errors.py)."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from levelback.commands.batch import batch
from levelback.commands.common import EXIT_INTERRUPTED, Model, say
from levelback.commands.history import app as history
from levelback.commands.history import progress
from levelback.commands.live import live, web
from levelback.commands.photo import photo
from levelback.commands.programme import exercises, plan, screen
from levelback.commands.verify import verify
from levelback.errors import LevelbackError, MissingPart

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Measure how level a body stands in a photo, see how sure that is, and get the exercises for the "
    "weak side. Nothing leaves this machine.",
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    import logging  # here, since --help ends before it

    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    if version:
        from levelback import __version__

        print(__version__)
        raise typer.Exit


for _command in (photo, screen, plan, exercises, verify, batch, live, web, progress):
    app.command()(_command)
app.add_typer(history, name="history")


@app.command()
def doctor(
    model: Model = None,
) -> None:
    """Check what is installed and found, and time a self-test."""
    from levelback.doctor import examine

    for line in examine(model):
        print(line)


def main() -> None:
    """Run the command line; turn every deliberate error into one line and its exit code."""
    try:
        app()
    except LevelbackError as error:
        say(f"levelback: {error}")
        sys.exit(error.exit_code)
    except ImportError as error:
        mended = _missing_library(error)
        if mended is None:
            raise
        say(f"levelback: {mended}")
        sys.exit(MissingPart.exit_code)
    except KeyboardInterrupt:
        say("levelback: stopped.")
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
