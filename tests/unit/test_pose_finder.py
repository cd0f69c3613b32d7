"""Choosing the subject, searching in squares, the view, and refusing what cannot be used."""

import dataclasses
import itertools

import numpy as np
import pytest

from levelback.errors import MissingPart, NoPersonFound
from levelback.pose.crops import Crop
from levelback.pose.finder import PoseFinder, overlap_of, prominence
from levelback.pose.joints import JOINT_COUNT, MIRROR, Joint
from levelback.pose.landmarks import MIRROR_VIEW, View
from levelback.pose.people import Person, search_squares
from levelback.pose.tasks import check_version
from levelback.pose.view import turn_deg, view_of


def person(x=500.0, y=500.0, size=800.0, score=0.9):
    """Somebody whose landmarks lie on a grid round (x, y)."""
    grid = np.stack(np.meshgrid(np.linspace(-0.15, 0.15, 3), np.linspace(-0.4, 0.4, 11)), axis=-1)
    return Person(
        points=grid.reshape(-1, 2) * size + (x, y),
        visibility=np.ones(JOINT_COUNT),
        world=np.zeros((JOINT_COUNT, 3)),
        roi=Crop(x=x, y=y, size=size),
        score=score,
        detector_score=0.9,
    )


@pytest.mark.parametrize(
    "other",
    [person(size=400), person(x=950), person(score=0.5), person(y=950)],
    ids=["smaller", "at the edge", "less sure", "cut off"],
)
def test_the_subject_is_large_central_whole_and_sure(other):
    assert prominence(person(), 1000, 1000) > prominence(other, 1000, 1000)


def test_overlap_is_the_covered_part_of_the_subject():
    one = person()
    assert overlap_of(one, []) == 0
    assert overlap_of(one, [person(x=5000)]) == 0
    assert overlap_of(one, [person()]) == pytest.approx(1)
    half = dataclasses.replace(one, points=one.points + np.array([0.15 * 800, 0]))
    assert overlap_of(one, [half]) == pytest.approx(0.5)


@pytest.mark.parametrize("parts", [2, 3])
@pytest.mark.parametrize(("width", "height"), [(4000, 3000), (3000, 4000), (1000, 1000), (4000, 500)])
def test_search_squares_cover_the_picture_and_overlap_by_half(width, height, parts):
    squares = search_squares(width, height, parts)
    size = max(width, height) / parts
    for x, y in [
        (1, 1),
        (width - 1, 1),
        (width / 2, height / 2),
        (width - 1, height - 1),
        (width / 3, height / 4),
    ]:
        assert any(abs(x - s.x) <= size / 2 and abs(y - s.y) <= size / 2 for s in squares)
    columns = sorted({square.x for square in squares})
    assert all(b - a <= size / 2 + 1e-6 for a, b in itertools.pairwise(columns))


def turned(degrees):
    """Landmarks and world landmarks of a box-shaped trunk that is turned to its own left."""
    points, world = np.zeros((JOINT_COUNT, 2)), np.zeros((JOINT_COUNT, 3))
    angle = np.radians(degrees)
    for left, right, half, y in (
        (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, 0.17, -0.5),
        (Joint.LEFT_HIP, Joint.RIGHT_HIP, 0.105, 0.0),
    ):
        for joint, side in ((left, 1), (right, -1)):
            world[joint] = side * half * np.cos(angle), y, side * half * np.sin(angle)
            points[joint] = 500 + 400 * world[joint, :2]
    return points, world


@pytest.mark.parametrize("degrees", [0, 20, -20, 70, 90, -90, 110, 160, -160, 175])
def test_turn_is_read_from_width_and_depth(degrees):
    assert turn_deg(*turned(degrees)) == pytest.approx(degrees, abs=3)


@pytest.mark.parametrize("degrees", [5, -30, 80, -95, 170])
def test_the_mirror_image_is_turned_the_other_way(degrees):
    points, world = turned(degrees)
    mirrored = turn_deg(points[MIRROR] * [-1, 1], world[MIRROR] * [-1, 1, 1])
    assert mirrored == pytest.approx(-turn_deg(points, world))
    assert view_of(mirrored) == MIRROR_VIEW[view_of(turn_deg(points, world))]


@pytest.mark.parametrize(
    ("degrees", "view"),
    [
        (0, View.FRONT),
        (40, View.FRONT),
        (-40, View.FRONT),
        (180, View.BACK),
        (-179, View.BACK),
        (90, View.RIGHT),
        (-90, View.LEFT),
    ],
)
def test_view_of_a_turn(degrees, view):
    assert view_of(degrees) == view


@pytest.mark.parametrize("shape", [(240, 320, 3), (1, 1, 3), (2000, 10, 3)])
def test_a_picture_without_anybody_says_so(shape):
    noise = np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8)
    with PoseFinder() as finder, pytest.raises(NoPersonFound, match="Nobody"):
        finder.find(noise)


@pytest.mark.parametrize("version", ["0.10.21", "0.10.29", "0.10.32", "0.10.35", "1.2.2"])
def test_other_versions_of_mediapipe_are_refused_with_the_reason(version):
    with pytest.raises(MissingPart, match="metrics server") as caught:
        check_version(version)
    assert "mediapipe>=0.10.30,<0.10.32" in caught.value.remedy


@pytest.mark.parametrize("version", ["0.10.30", "0.10.31"])
def test_tested_versions_of_mediapipe_are_used(version):
    check_version(version)
