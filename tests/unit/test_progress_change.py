"""Change told from noise: series with known change, drawn from the estimators' own error model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from levelback.errors import DataFileError
from levelback.metrics.values import MEASURES, Estimate
from levelback.progress.change import Z95, compare, mean_reading, robust_trend
from levelback.progress.precision import Precision, load_precision, precision_of
from levelback.progress.values import Point

START = datetime(2026, 1, 5, tzinfo=UTC)
SERIES = 400
CASES = [
    ("shoulder_tilt", 2),
    ("pelvic_obliquity", 2),
    ("trunk_lean", 2),
    ("forward_head", 2),
    ("shoulder_tilt", 6),
]
PLAIN = Precision(mode="full", measure="x", slope=1.0, share=1.0, pictures=0)


def series(precision: Precision, truths, rng, *, half_width: float = 2.0, body_share: float = 0.0):
    """Readings of one person: slope · truth + what belongs to the body + what comes with each photo."""
    stated = half_width / Z95
    body = rng.normal(0, stated * body_share)
    points = []
    for week, truth in enumerate(truths):
        value = precision.slope * truth + body + rng.normal(0, stated * precision.share)
        estimate, sd = mean_reading([Estimate.around(value, half_width)], precision)
        points.append(Point(at=START + timedelta(weeks=week), estimate=estimate, sd=sd))
    return points


@pytest.mark.parametrize(("measure", "times"), CASES)
def test_without_change_a_verdict_is_false_in_at_most_5_percent(measure, times):
    rng, precision = np.random.default_rng(1), precision_of(measure, "full")
    false = 0
    for _ in range(SERIES):
        truth = rng.normal(0, 3)
        change = compare(measure, series(precision, [truth] * times, rng, body_share=1.0), precision)
        false += change.verdict != "no_change"
    assert false / SERIES <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / SERIES)


@pytest.mark.parametrize(("measure", "times"), CASES)
def test_a_true_change_of_twice_the_detectable_one_is_found_in_90_percent(measure, times):
    rng, precision = np.random.default_rng(2), precision_of(measure, "full")
    detectable = compare(measure, series(precision, [0, 0], rng), precision).detectable
    found = 0
    for _ in range(SERIES):
        truths = np.linspace(2 * detectable, 0, times)
        found += compare(measure, series(precision, truths, rng), precision).verdict == "better"
    assert found / SERIES >= 0.90


@pytest.mark.parametrize("slope", [0.5, 0.8, 1.0])
def test_the_interval_of_the_change_holds_the_truth_in_95_percent(slope):
    rng, precision = np.random.default_rng(3), replace(PLAIN, slope=slope, share=0.8)
    held = 0
    for _ in range(SERIES):
        change = rng.normal(0, 4)
        points = series(precision, [1.0, 1.0 + change], rng, body_share=2.0)
        interval = compare("x", points, precision).difference
        held += interval.low <= change <= interval.high
    assert held / SERIES >= 0.95 - 2 * np.sqrt(0.05 * 0.95 / SERIES)


def test_a_body_that_stands_differently_every_day_is_not_called_better_or_worse():
    rng = np.random.default_rng(4)
    false = scattered = 0
    for _ in range(SERIES // 2):
        truths = rng.normal(0, 3.0, 10)
        change = compare("x", series(PLAIN, truths, rng), PLAIN)
        false += change.verdict != "no_change"
        scattered += change.scattered
    assert scattered / (SERIES // 2) > 0.95
    assert false / (SERIES // 2) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / (SERIES // 2))


def test_the_trend_line_is_false_in_at_most_5_percent_and_finds_a_steady_change():
    rng = np.random.default_rng(5)

    def share(weekly: float) -> float:
        signs = [robust_trend(series(PLAIN, weekly * np.arange(8), rng)).sign for _ in range(100)]
        return float(np.mean([sign == np.sign(weekly) if weekly else sign != 0 for sign in signs]))

    assert share(0.0) <= 0.1
    assert share(1.0) >= 0.95


def test_one_wild_photo_does_not_turn_the_line():
    points = series(PLAIN, [0.0] * 8, np.random.default_rng(6), half_width=0.5)
    points[4] = replace(points[4], estimate=Estimate.around(30.0, 0.5))
    assert abs(robust_trend(points).per_week.value) < 0.2


def test_fewer_than_five_days_give_no_line():
    assert robust_trend(series(PLAIN, [0.0] * 4, np.random.default_rng(7))) is None
    assert robust_trend(series(PLAIN, [0.0] * 5, np.random.default_rng(7))) is not None


def test_crossing_level_to_the_same_size_is_neither_better_nor_worse():
    def two(first, last):
        readings = (Estimate.around(value, 0.5) for value in (first, last))
        return [Point(at=START + timedelta(weeks=k), estimate=e, sd=0.25) for k, e in enumerate(readings)]

    assert compare("x", two(4.0, 1.0), PLAIN).verdict == "better"
    assert compare("x", two(-1.0, -4.0), PLAIN).verdict == "worse"
    crossed = compare("x", two(3.0, -3.1), PLAIN)
    assert crossed.verdict == "no_change"
    assert crossed.chance < 0.01
    assert compare("x", two(30.0, 40.0), PLAIN, centre=41.0).verdict == "better"


values = st.floats(-20, 20)
widths = st.floats(0.1, 5)


@given(first=values, last=values, one=widths, two=widths)
def test_a_mirror_turns_the_change_round_and_keeps_the_verdict(first, last, one, two):
    def points(sign):
        pairs = ((first, one), (last, two))
        return [
            Point(at=START + timedelta(weeks=k), estimate=Estimate.around(sign * v, w), sd=w / 2)
            for k, (v, w) in enumerate(pairs)
        ]

    straight, mirrored = compare("x", points(1), PLAIN), compare("x", points(-1), PLAIN)
    assert mirrored.verdict == straight.verdict
    assert mirrored.difference == straight.difference.scaled(-1)
    assert mirrored.chance == pytest.approx(1 - straight.chance)


@given(first=values, last=values, width=widths, more=st.floats(1, 3))
def test_more_noise_never_narrows_the_interval(first, last, width, more):
    def interval(half_width):
        pairs = [mean_reading([Estimate.around(v, half_width)], PLAIN) for v in (first, last)]
        points = [Point(at=START + timedelta(weeks=k), estimate=e, sd=s) for k, (e, s) in enumerate(pairs)]
        return compare("x", points, PLAIN).difference

    narrow, wide = interval(width), interval(more * width)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


def test_three_photos_of_a_day_are_surer_than_one():
    one = mean_reading([Estimate.around(1.0, 2.0)], PLAIN)
    three = mean_reading([Estimate.around(v, 2.0) for v in (0.0, 1.0, 2.0)], PLAIN)
    assert three[0].value == 1.0
    assert three[1] == pytest.approx(one[1] / np.sqrt(3))


def test_the_table_of_precision_is_sound_and_conservative_where_it_knows_nothing():
    table = load_precision()
    assert {measure for mode, measure in table if mode == "full"} == {
        id for id, one in MEASURES.items() if not one.markers_only
    }
    assert all(0 < row.share <= 1 and 0 <= row.slope < 1.3 for row in table.values())
    assert precision_of("shoulder_tilt", "markers").share == 1.0
    assert precision_of("no_such_measure", "full").share == 1.0


def test_a_wrong_table_names_the_place(monkeypatch):
    from levelback.advice import tables
    from levelback.progress import precision

    row = {"mode": "full", "measure": "shoulder_tilt", "slope": 1.0, "share": 2.0, "pictures": 9}
    monkeypatch.setattr(tables, "parse_toml", lambda text, file: {"source": "s", "precision": [row]})
    with pytest.raises(DataFileError, match=r"precision\[0\].share"):
        precision.load_precision.__wrapped__()
