"""The loop of a set, on figures: observers, pauses, the other side, the end, and sources that fail."""

import threading
from dataclasses import replace

import pytest

from helpers.clips import UNPLUGGED
from helpers.figures import filmed, planned, played
from levelback.errors import CameraError, UsageError
from levelback.form import load_specification
from levelback.live.session import Controls, run_set
from levelback.live.sources import Seen


class Listed:
    """A source of ready samples; `live` makes it one that does not wait."""

    def __init__(self, samples, *, live=False, error=None, before=lambda number: None):
        self.origin, self.live = "list", live
        self._samples, self._error, self._before = samples, error, before
        self.stopped = False

    def samples(self):
        for number, sample in enumerate(self._samples):
            if self.stopped:
                return
            self._before(number)
            yield Seen(sample=sample, frame=None)
        if self._error:
            raise self._error

    def stop(self):
        self.stopped = True

    def close(self):
        pass


SAMPLES = filmed("bird-dog", planned("LR"), rate=15)
SPEC = load_specification("bird-dog")


def test_a_set_gives_the_fold_s_summary_and_every_event_once():
    moments = []
    result = run_set(SPEC, Listed(SAMPLES), observers=[moments.append])
    summary, events = played("bird-dog", SAMPLES)
    assert result.summary == summary
    assert [event for moment in moments for event in moment.events] == list(events)
    assert result.stopped_by is None
    assert [moment.seen is None for moment in moments] == [False] * len(SAMPLES) + [True]
    assert moments[-1].state.phase == "ended"


def test_a_source_that_fails_halfway_ends_the_set_and_loses_nothing():
    half = SAMPLES[: int(len(SAMPLES) * 0.6)]
    result = run_set(SPEC, Listed(half, error=UNPLUGGED))
    assert result.stopped_by is UNPLUGGED
    assert [rep.side for rep in result.summary.reps] == ["left"]
    assert result.summary.frames == len(half)


def test_a_source_that_never_begins_raises():
    with pytest.raises(CameraError):
        run_set(SPEC, Listed([], error=UNPLUGGED))


def test_an_unknown_side_is_refused():
    with pytest.raises(UsageError):
        run_set(SPEC, Listed(SAMPLES), side="both")


def test_the_set_ends_when_asked():
    controls = Controls()
    source = Listed(SAMPLES, before=lambda number: controls.end() if number == 40 else None)
    assert run_set(SPEC, source, controls=controls).summary.frames == 40


def test_the_other_side_is_expected_when_asked():
    sides = []
    controls = Controls()
    source = Listed(SAMPLES[:20], before=lambda number: controls.switch_side() if number in (5, 10) else None)
    run_set(
        SPEC,
        source,
        side="left",
        controls=controls,
        observers=[lambda moment: sides.append(moment.state.side)],
    )
    assert sides[:5] == ["left"] * 5
    assert sides[5:10] == ["right"] * 5
    assert sides[10:] == ["left"] * 11


@pytest.mark.parametrize("live", [True, False])
def test_time_in_a_pause_does_not_count(live):
    """A camera's clock runs on in a pause of 20 s, and the frame from before it is old; a file stands still."""
    middle = next(k for k, one in enumerate(SAMPLES) if one.time_s > 4)
    later = 20.0 if live else 0.0
    samples = [*SAMPLES[:middle], *(replace(one, time_s=one.time_s + later) for one in SAMPLES[middle:])]
    controls = Controls()

    def pause(number):
        if number == middle:
            controls.pause()
            threading.Timer(0.1, controls.pause).start()

    result = run_set(SPEC, Listed(samples, live=live, before=pause), controls=controls)
    summary, _ = played("bird-dog", SAMPLES)
    assert len(result.summary.reps) == len(summary.reps)
    for paused, plain in zip(result.summary.reps, summary.reps, strict=True):
        assert paused.hold_s == pytest.approx(plain.hold_s, abs=0.15)
        assert paused.end_s == pytest.approx(plain.end_s, abs=0.15)


def test_ending_ends_a_pause():
    controls = Controls()

    def pause(number):
        if number == 10:
            controls.pause()
            threading.Timer(0.1, controls.end).start()

    result = run_set(SPEC, Listed(SAMPLES, live=True, before=pause), controls=controls)
    assert result.summary.frames == 10
