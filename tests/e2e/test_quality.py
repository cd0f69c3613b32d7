"""Pictures that are not good enough: each trouble is named, and what it hides is not given."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from levelback.capture import read_photo
from levelback.metrics.values import measures_for

SAMPLES = Path(__file__).parents[2] / "sample_images"


@pytest.fixture(scope="module")
def picture():
    return read_photo(SAMPLES / "front-symmetric.jpg").image


@pytest.fixture(scope="module")
def landmarks(analyzer, picture):
    return analyzer.analyze(picture).landmarks


def codes(report):
    return {issue.code for issue in report.quality.issues}


def given(report):
    return {one.id for one in report.measurements if one.estimate}


def test_a_good_picture_has_no_grave_issue(analyzer, picture):
    report = analyzer.analyze(picture)
    assert report.quality.usable
    assert not any(issue.forbids for issue in report.quality.issues)
    assert not codes(report) & {
        "too_dark",
        "blurred",
        "too_small",
        "not_square",
        "not_standing",
        "people_touch",
    }


def test_a_dark_picture_is_said_to_be_dark(analyzer, picture):
    assert "too_dark" in codes(analyzer.analyze((picture * 0.12).astype(np.uint8)))


def test_a_blurred_picture_is_said_to_be_blurred_and_widens_intervals(analyzer, picture):
    blurred = cv2.GaussianBlur(picture, (0, 0), picture.shape[0] / 120)
    sharp, soft = analyzer.analyze(picture), analyzer.analyze(blurred)
    assert "blurred" in codes(soft)

    def width(report):
        return next(one.estimate.half_width for one in report.measurements if one.id == "trunk_lean")

    assert width(soft) > width(sharp)


def test_cut_off_feet_forbid_what_needs_them(analyzer, picture, landmarks):
    knees = landmarks.points[[25, 26], 1].mean()
    ankles = landmarks.points[[27, 28], 1].mean()
    report = analyzer.analyze(np.ascontiguousarray(picture[: int(0.5 * knees + 0.5 * ankles)]))
    assert "feet_cut_off" in codes(report)
    assert not given(report) & {"weight_shift", "knee_alignment_left", "foot_turnout_left"}


def test_a_cut_off_head_forbids_head_tilt_and_leaves_the_rest(analyzer, picture, landmarks):
    report = analyzer.analyze(np.ascontiguousarray(picture[int(landmarks.points[0, 1]) + 5 :]))
    assert "head_cut_off" in codes(report)
    assert "head_tilt" not in given(report)


def test_a_small_person_is_found_and_said_to_be_small(analyzer, picture):
    small = cv2.resize(picture, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    canvas = np.full((1600, 1600, 3), picture[5, 5], np.uint8)
    canvas[700 : 700 + small.shape[0], 300 : 300 + small.shape[1]] = small
    report = analyzer.analyze(canvas)
    assert report.landmarks.points[:, 0].mean() == pytest.approx(
        300 + small.shape[1] / 2, abs=small.shape[1] / 4
    )
    assert "too_small" in codes(report)


def test_two_people_are_counted_and_the_larger_one_is_the_subject(analyzer, picture):
    other = cv2.resize(picture, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA)
    height, width = picture.shape[:2]
    canvas = np.full((height, width + other.shape[1], 3), 190, np.uint8)
    canvas[:, :width] = picture
    canvas[height - other.shape[0] :, width:] = other
    report = analyzer.analyze(canvas)
    assert report.photo.people == 2
    assert report.landmarks.points[0, 0] < width


def test_every_issue_names_measures_of_the_view_and_what_to_do(analyzer, picture):
    report = analyzer.analyze((picture * 0.12).astype(np.uint8))
    known = {one.id for one in measures_for(report.photo.view)}
    for issue in report.quality.issues:
        assert set(issue.affects) <= known
        assert issue.affects
        assert issue.message.count(".") >= 2


def test_forbidden_measures_carry_the_reason(analyzer, picture, landmarks):
    report = analyzer.analyze(np.ascontiguousarray(picture[: int(landmarks.points[[25, 26], 1].mean()) - 30]))
    assert "body_cut_off" in codes(report)
    assert not report.quality.usable
    assert not report.findings
    assert all(one.reason for one in report.measurements)
