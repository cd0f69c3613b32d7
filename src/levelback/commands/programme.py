"""The commands `screen`, `plan` and `exercises`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levelback.commands.common import AnswersFile, JsonTo, say, write_json
from levelback.errors import PhotoError

if TYPE_CHECKING:
    from levelback.report.values import Report


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


def plan(
    report: Annotated[Path, typer.Argument(metavar="REPORT.json", help="A report of `levelback photo`.")],
    answers: AnswersFile = None,
    sets: Annotated[
        list[Path] | None,
        typer.Option(help="What `levelback live --json FILE` wrote; once for each set.", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the report with the new plan.")] = None,
    json_to: JsonTo = None,
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
        say(f"Report: {write_outputs(made, out, ('html', 'pdf', 'json'))['html']}")
    if ics is not None:
        _write_calendar(made, ics, start=start, days=days, at=at, breaks=breaks)
    if json_to:
        write_json([made], json_to, single=True)
    if json_to != "-":
        print(describe_plan(made))


def _write_calendar(
    report: Report, file: Path, *, start: datetime | None, days: str | None, at: datetime, breaks: int | None
) -> None:
    """Write the sessions of a report's plan as a calendar file, or say why there is none yet."""
    from levelback.calendar import Times, make_calendar, next_monday, parse_days
    from levelback.report import write_whole

    if report.plan.screening.status in ("no_exercise", "see_doctor_first"):
        say("No calendar was made: see a doctor first.")
        return
    now = datetime.now(UTC)
    times = Times(
        first_day=start.date() if start else next_monday(datetime.now().date()),
        days=parse_days(days, report.plan.days_per_week),
        at=at.time(),
        break_minutes=breaks,
    )
    write_whole(file, make_calendar(report.plan, times, stamp=now))
    say(f"Calendar: {file}")


def exercises(
    exercise: Annotated[str | None, typer.Argument(metavar="[ID]", help="One exercise in full.")] = None,
) -> None:
    """List the exercises, or show one in full."""
    from levelback.advice import describe_exercise, list_exercises

    print(describe_exercise(exercise) if exercise else list_exercises())
