"""The guided standing photo: when the burst is taken, and what its median is."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.clips import numbered
from helpers.figures import standing
from helpers.reports import symmetric
from helpers.spoilt import noisy
from levelback.errors import NoPersonFound
from levelback.form import load_specification
from levelback.form.values import Sample
from levelback.live.session import run_set
from levelback.live.sources import Seen
from levelback.live.standing import APART_S, PICTURES, Burst, measure_burst
from levelback.metrics.values import Estimate, Quality

PICTURE = np.zeros((8, 8, 3), np.uint8)


class Filmed:
    """Somebody before a camera, moving where `moves(time_s)`, at 20 pictures a second."""

    origin, live = "camera", True

    def __init__(self, seconds, moves=lambda time_s: False):
        rng = np.random.default_rng(0)
        self._samples = [
            (k / 20, noisy(standing(shift=60 * np.sin(k / 4) if moves(k / 20) else 0.0), rng, 0.3))
            for k in range(int(20 * seconds))
        ]
        self._stopped = False

    def samples(self):
        for time_s, marks in self._samples:
            if self._stopped:
                return
            yield Seen(sample=Sample(time_s=time_s, landmarks=marks), frame=numbered(PICTURE, time_s))

    def stop(self):
        self._stopped = True


def filmed_burst(source):
    specification = load_specification("standing")
    burst = Burst(specification.target_s, source.stop)
    run_set(specification, source, observers=[burst])
    return burst.frames


def test_pictures_are_taken_once_the_person_is_still():
    times = [frame.time_s for frame in filmed_burst(Filmed(12, moves=lambda time_s: time_s < 4))]
    assert len(times) == PICTURES
    assert times[0] > 5
    assert min(np.diff(times)) >= APART_S - 1e-9


def test_who_moves_is_waited_for():
    early = [frame.time_s for frame in filmed_burst(Filmed(12))]
    late = filmed_burst(Filmed(16, moves=lambda time_s: early[3] < time_s < early[3] + 2))
    assert len(late) == PICTURES
    assert late[0].time_s > early[3] + 2


def test_who_never_stands_still_is_not_measured():
    assert filmed_burst(Filmed(8, moves=lambda time_s: True)) == []


class Reader:
    """An analyzer that has its answer ready for each frame in turn."""

    def __init__(self, answers):
        self._answers = iter(answers)

    def analyze_frame(self, frame):
        answer = next(self._answers)
        if isinstance(answer, Exception):
            raise answer
        return answer


def report_with(tilt):
    report = symmetric()
    measurements = tuple(
        replace(one, estimate=Estimate.around(tilt, 1.0), reason=None) if one.id == "shoulder_tilt" else one
        for one in report.measurements
    )
    return replace(report, measurements=measurements)


def measured(answers):
    return measure_burst([numbered(PICTURE, k) for k in range(len(answers))], Reader(answers))


def tilt_of(report):
    return next(one.estimate for one in report.measurements if one.id == "shoulder_tilt")


def test_the_median_is_reported_and_no_interval_gets_narrower():
    report = measured([report_with(tilt) for tilt in (1.0, 3.0, 2.5, 2.0, 19.0)])
    assert tilt_of(report).value == pytest.approx(2.5)
    assert tilt_of(report).half_width == pytest.approx(1.0)


def test_findings_follow_the_median():
    level, tilted = report_with(0.0), report_with(9.0)
    assert not any(one.measure == "shoulder_tilt" for one in measured([level, level, tilted]).findings)
    assert any(one.measure == "shoulder_tilt" for one in measured([tilted, level, tilted]).findings)


def test_frames_that_cannot_be_measured_are_left_out():
    unusable = replace(report_with(30.0), quality=Quality(usable=False, issues=()))
    answers = [NoPersonFound("nobody"), unusable, report_with(2.0)]
    assert tilt_of(measured(answers)).value == pytest.approx(2.0)


def test_where_none_can_be_measured_it_is_said():
    with pytest.raises(NoPersonFound, match="Stand still"):
        measured([NoPersonFound("nobody")] * 3)


def test_what_most_frames_cannot_measure_keeps_its_reason():
    known, unknown = report_with(2.0), report_with(2.0)
    unknown = replace(
        unknown,
        measurements=tuple(
            replace(one, estimate=None, reason="hidden") if one.id == "shoulder_tilt" else one
            for one in unknown.measurements
        ),
    )
    report = measured([known, unknown, unknown])
    assert [one.reason for one in report.measurements if one.id == "shoulder_tilt"] == ["hidden"]
