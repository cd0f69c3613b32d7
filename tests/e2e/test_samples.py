"""The real model on every sample picture: what it says against the exact truth."""

import json
from pathlib import Path

import numpy as np
import pytest

from levelback.metrics.values import MEASURES

SAMPLES = Path(__file__).parents[2] / "sample_images"
TRUTH = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))["pictures"]
GOOD = sorted(name for name, entry in TRUTH.items() if not entry["expected_issues"])
LIMIT_BYTES = 300_000
FAR = 2.0
"""No value may miss its truth by more than this many half-widths of its 95 % interval."""


@pytest.fixture(scope="module")
def reports(analyzer):
    return {name: analyzer.analyze(SAMPLES / name) for name in TRUTH}


def estimates(report):
    return {one.id: one.estimate for one in report.measurements if one.estimate}


def test_there_are_enough_samples_and_they_are_small():
    assert len(TRUTH) >= 12
    assert {entry["view"] for entry in TRUTH.values()} == {"front", "back", "left", "right"}
    assert max((SAMPLES / name).stat().st_size for name in TRUTH) < LIMIT_BYTES


@pytest.mark.parametrize("name", TRUTH)
def test_the_view_is_seen(name, reports):
    assert reports[name].photo.view == TRUTH[name]["view"]


@pytest.mark.parametrize("name", GOOD)
def test_no_value_is_far_from_its_truth(name, reports):
    truth = TRUTH[name]["truth"]
    found = estimates(reports[name])
    assert found
    for id, estimate in found.items():
        assert abs(estimate.value - truth[id]) <= FAR * estimate.half_width, (
            id,
            round(estimate.value, 2),
            round(truth[id], 2),
            round(estimate.half_width, 2),
        )


def test_the_intervals_hold_the_truth(reports):
    inside = [
        estimate.low <= TRUTH[name]["truth"][id] <= estimate.high
        for name in GOOD
        for id, estimate in estimates(reports[name]).items()
    ]
    assert len(inside) > 100
    assert np.mean(inside) >= 0.88


@pytest.mark.parametrize("name", GOOD)
def test_no_wrong_side_is_named(name, reports):
    truth = TRUTH[name]["truth"]
    for one in reports[name].measurements:
        if one.estimate and MEASURES[one.id].sided and one.higher_side != "level":
            assert np.sign(one.estimate.value) == np.sign(truth[one.id]), one.id


def test_the_tilts_that_the_pictures_are_named_after_are_found(reports):
    def side(name, id):
        return next(one.higher_side for one in reports[name].measurements if one.id == id)

    assert side("front-left-hip-high.jpg", "pelvic_obliquity") == "left"
    assert side("back-left-hip-high.jpg", "pelvic_obliquity") == "left"
    assert side("front-right-shoulder-high.jpg", "shoulder_tilt") == "right"


@pytest.mark.parametrize("name", [name for name in GOOD if "symmetric" in name or "neutral" in name])
def test_a_symmetric_body_gets_no_finding(name, reports):
    standing_out = [one for one in reports[name].findings if one.confidence in ("likely", "possible")]
    assert not standing_out


def test_a_body_that_is_cut_off_is_said_to_be(reports):
    codes = {issue.code for issue in reports["front-too-close.jpg"].quality.issues}
    assert codes & {"body_cut_off", "feet_cut_off", "head_cut_off"}


def test_hidden_hips_are_said_to_be(reports):
    codes = {issue.code for issue in reports["front-arms-crossed.jpg"].quality.issues}
    assert "arms_hide_hips" in codes


def test_the_same_photo_twice_gives_the_same_bits(analyzer, reports):
    name = "front-left-hip-high.jpg"
    again = analyzer.analyze(SAMPLES / name)
    assert again.measurements == reports[name].measurements
    assert np.array_equal(again.landmarks.points, reports[name].landmarks.points)


@pytest.mark.parametrize("name", ["front-left-hip-high.jpg", "back-symmetric.jpg", "left-neutral.jpg"])
def test_a_mirrored_photo_gives_exactly_opposite_numbers(name, analyzer, reports):
    picture = reports[name].picture
    straight = estimates(analyzer.analyze(picture))
    mirrored = estimates(analyzer.analyze(np.ascontiguousarray(picture[:, ::-1])))
    for id, estimate in straight.items():
        other = mirrored[MEASURES[id].pair or id]
        expected = estimate.scaled(-1.0) if MEASURES[id].sided else estimate
        assert (other.value, other.low, other.high) == (expected.value, expected.low, expected.high), id
