"""What `levelback live` does: puts source, set, window, sound and files together, and says what came out."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from levelback.errors import NoPersonFound, PhotoError, UsageError
from levelback.form import load_specification
from levelback.form.specification import Specification
from levelback.form.values import WorkingSide
from levelback.live import standing
from levelback.live.session import Controls, LiveResult, Moment, Observer, run_set
from levelback.live.sources import Replay, SampleSource, open_source
from levelback.live.words import short_result, summarize_set
from levelback.pose.recorded import LandmarkWriter, Recorded
from levelback.report import Report, write_whole

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSettings:
    """The options of `levelback live`.

    source    a camera's number, a video file, or recorded landmarks (``.jsonl``)
    json_to   ``-`` or a file for the ``levelback.set/1`` document
    record    a file for the landmarks
    name      save the set to the history of this person; `history` is the URL of another history
    out       folder for the report of a standing photo; None: no files
    """

    exercise: str
    source: str = "0"
    side: WorkingSide | None = None
    window: bool = True
    json_to: str | None = None
    record: Path | None = None
    quiet: bool = False
    name: str | None = None
    history: str | None = None
    model: Path | None = None
    out: Path | None = None


def run_live(settings: LiveSettings, say: Say) -> None:
    """Run one set; `say` is told, line by line, what people should read.

    The result is written and said first. What failed meanwhile is raised after it, so that nothing is lost:
    CameraError where the camera went away, NoPersonFound where nobody was seen, PhotoError where a standing
    photo could not be taken or measured.
    """
    specification = load_specification(settings.exercise)
    _check_writable(settings)
    with ExitStack() as stack:
        result, burst = _watch(specification, settings, say, stack)
    failure, report = result.stopped_by, None
    if not result.summary.frames_with_pose:
        failure = failure or NoPersonFound(f"Nobody was seen. {specification.placement.text}")
    try:
        report = None if burst is None else _measured(burst, settings, say)
    except PhotoError as error:
        failure = failure or error
    _write(result, report, settings)
    if report is None:
        say(summarize_set(specification, result.summary))
    if result.placement and not result.summary.reps:
        say(f"Counting did not begin: {result.placement}")
    _present(report, settings, say)
    _save(result, report, settings, say)
    if failure is not None:
        raise failure


def _check_writable(settings: LiveSettings) -> None:
    """Raise before anybody has exercised where the result could not be written or saved."""
    if settings.json_to not in (None, "-") and not Path(str(settings.json_to)).absolute().parent.is_dir():
        raise UsageError(f"There is no folder for '{settings.json_to}'.")
    if settings.name is not None:
        from levelback.history import open_history

        open_history(settings.history).close()


def _watch(
    specification: Specification, settings: LiveSettings, say: Say, stack: ExitStack
) -> tuple[LiveResult, standing.Burst | None]:
    """Run the set with all that watches it; everything is closed with `stack`."""
    if settings.window:
        from levelback.live.window import check_screen

        check_screen()
    source = open_source(settings.source, model=settings.model, notice=say)
    stack.callback(source.close)
    controls = Controls()

    def end() -> None:
        controls.end()
        source.stop()

    burst = None
    if specification.exercise == standing.EXERCISE and not isinstance(source, Replay):
        burst = standing.Burst(specification.target_s or 0.0, end)
    observers: list[Observer] = [] if burst is None else [burst]
    observers += [_notices(say), *_observers(specification, source, settings, stack)]
    say(specification.placement.text)
    stack.enter_context(_ended_by_interrupt(end))

    def work() -> LiveResult:
        return run_set(specification, source, side=settings.side, observers=observers, controls=controls)

    if not settings.window:
        return work(), burst
    from levelback.live.window import Window, real_time

    window = Window(specification, controls, live=source.live)
    stack.callback(window.close)
    observers += [window.watch] if source.live else [window.watch, real_time()]
    result = window.run(work, end)
    taken = burst is not None and bool(burst.frames)
    window.farewell(
        "The pictures are being measured." if taken else short_result(specification, result.summary)
    )
    return result, burst


def _observers(
    specification: Specification, source: SampleSource, settings: LiveSettings, stack: ExitStack
) -> list[Observer]:
    """Return what records, prints and sounds a set."""
    observers: list[Observer] = []
    if settings.record is not None:
        observers.append(_recorder(stack.enter_context(LandmarkWriter(settings.record)), source.origin))
    if not settings.window and settings.json_to != "-":
        observers.append(_print_events)
    if not settings.quiet and (settings.window or source.live):
        from levelback.live.sound import Sound

        sound = stack.enter_context(Sound())
        sound.say(specification.placement.text, yields=True)
        observers += [sound, _notices(sound.say)]
    return observers


@contextmanager
def _ended_by_interrupt(end: Callable[[], None]) -> Iterator[None]:
    """Let the first Ctrl-C end the set, so that its result is kept; the next one stops the program."""

    def handle(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, before)
        end()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _notices(tell: Say) -> Observer:
    """Return an observer that tells each notice once, until there is none or another."""
    told = [""]

    def notice(moment: Moment) -> None:
        text = moment.seen.notice if moment.seen is not None else ""
        if text and text != told[0]:
            tell(text)
        told[0] = text

    return notice


def _recorder(writer: LandmarkWriter, origin: str) -> Observer:
    def record(moment: Moment) -> None:
        if moment.seen is not None:
            sample = moment.seen.sample
            writer.write(Recorded(landmarks=sample.landmarks, picture=origin, time_s=sample.time_s))

    return record


def _print_events(moment: Moment) -> None:
    """Print the events as JSON lines; a reader who goes away does not end the set."""
    try:
        for event in moment.events:
            print(json.dumps(event.to_dict(), allow_nan=False), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _measured(burst: standing.Burst, settings: LiveSettings, say: Say) -> Report:
    """Return the report on a guided standing photo. Raises PhotoError where none was taken or measured."""
    if not burst.frames:
        raise PhotoError("No picture was taken, because nobody stood still long enough before the camera.")
    from levelback.pipeline import Analyzer

    say(f"Measuring {len(burst.frames)} pictures …")
    with Analyzer(model=settings.model, name=settings.name) as analyzer:
        return standing.measure_burst(burst.frames, analyzer)


def _write(result: LiveResult, report: Report | None, settings: LiveSettings) -> None:
    """Write the set, and in it the report of a standing photo, as JSON where it is wanted."""
    if settings.json_to is None:
        return
    document = result.summary.to_dict()
    if report is not None:
        document["report"] = report.to_dict()
    text = json.dumps(document, indent=2, allow_nan=False)
    if settings.json_to == "-":
        print(text)
    else:
        write_whole(Path(settings.json_to), (text + "\n").encode())


def _present(report: Report | None, settings: LiveSettings, say: Say) -> None:
    if report is None:
        return
    from levelback.report import summarize, write_outputs

    written = None if settings.out is None else write_outputs(report, settings.out)
    say(summarize(report))
    if written is not None:
        say(f"Report: {written['html']}")


def _save(result: LiveResult, report: Report | None, settings: LiveSettings, say: Say) -> None:
    """Save the set, and the standing photo's report, to the history, where a name was given."""
    if settings.name is None:
        return
    from levelback.history import open_history, save_report, save_set

    with open_history(settings.history) as history:
        if result.summary.reps:
            save_set(history, settings.name, result.summary)
        if report is not None:
            save_report(history, settings.name, report)
    say(f"Saved to the history of {settings.name}.")
