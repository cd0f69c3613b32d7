"""Finding people in pictures: small ones, several, real ones; and silence on standard error."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from levelback.capture import read_photo
from levelback.pose.bundle import open_bundle
from levelback.pose.face import NO_FACE, face_structure
from levelback.pose.finder import PoseFinder
from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import View
from levelback.pose.models import PersonDetector

SAMPLES = Path(__file__).parents[2] / "sample_images"
DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def finder():
    with PoseFinder() as one:
        yield one


@pytest.fixture(scope="module")
def person():
    return read_photo(SAMPLES / "front-symmetric.jpg").image


def scene(width, height, *placed):
    """A grey picture with `placed` (picture, left, top)."""
    canvas = np.full((height, width, 3), 190, np.uint8)
    for picture, left, top in placed:
        canvas[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return canvas


def shrunk(picture, height):
    return cv2.resize(
        picture, (round(picture.shape[1] * height / picture.shape[0]), height), interpolation=cv2.INTER_AREA
    )


def test_people_who_are_small_in_the_picture_are_found(finder, person):
    height = 220
    small = shrunk(person, height)
    where = (1350, 900)
    found = finder.find(scene(2000, 1500, (small, *where)))
    alone = finder.find(person).landmarks.points * height / person.shape[0] + where
    assert found.people == 1
    assert np.linalg.norm(found.landmarks.points - alone, axis=1).max() < 0.03 * height


def test_of_several_people_the_largest_in_the_middle_is_the_subject(finder, person):
    large, small = shrunk(person, 900), shrunk(read_photo(SAMPLES / "back-symmetric.jpg").image, 700)
    found = finder.find(scene(1800, 1000, (small, 0, 100), (large, 560, 50), (small, 1260, 100)))
    assert found.people == 3
    assert len(found.others) == 2
    assert 560 < found.landmarks.points[:, 0].mean() < 560 + large.shape[1]
    assert found.landmarks.view is View.FRONT
    assert found.overlap == 0


@pytest.mark.parametrize("turned", [False, True])
def test_who_stands_is_not_taken_for_head_down_nor_the_other_way_round(finder, turned):
    upright = read_photo(DATA / "taken-for-head-down.jpg").image
    detector = PersonDetector(open_bundle().detector)
    assert abs(detector.detect(upright)[0].roi.angle_deg) > 90, "the detector errs in this picture"
    image = np.ascontiguousarray(upright[::-1, ::-1]) if turned else upright
    points = finder.find(image).landmarks.points
    nose, hip, ankle = points[[Joint.NOSE, Joint.LEFT_HIP, Joint.LEFT_ANKLE], 1]
    assert (nose > hip > ankle) if turned else (nose < hip < ankle)


def with_hair_over_the_face(person, points):
    hair = person.copy()
    width = points[Joint.LEFT_EAR][0] - points[Joint.RIGHT_EAR][0]
    size = round(0.75 * width), round(0.9 * width)
    cv2.ellipse(hair, points[Joint.NOSE].astype(int).tolist(), size, 0, 0, 360, (70, 45, 30), -1)
    return hair


def test_view_can_be_overruled_and_the_sides_follow(finder, person):
    front, back = (finder.find(person, fast=True, view=view).landmarks for view in (None, View.BACK))
    assert (front.view, back.view) == (View.FRONT, View.BACK)
    np.testing.assert_array_equal(back.points, front.points[MIRROR])


@pytest.mark.parametrize("blur_px", [0, 3])
def test_faces_are_told_from_smooth_hair(finder, person, blur_px):
    shown = cv2.GaussianBlur(person, (0, 0), blur_px) if blur_px else person
    points = finder.find(shown, fast=True).landmarks.points
    assert face_structure(shown, points) > 1.5 * NO_FACE
    assert face_structure(with_hair_over_the_face(shown, points), points) < 0.5 * NO_FACE


def test_a_front_view_without_a_face_is_a_back_view(finder, person):
    front = finder.find(person, fast=True).landmarks
    found = finder.find(with_hair_over_the_face(person, front.points))
    assert found.landmarks.view is View.BACK
    assert found.landmarks[Joint.LEFT_SHOULDER][0] < found.landmarks[Joint.RIGHT_SHOULDER][0]


def test_a_real_person_who_is_turned_is_seen_as_turned(finder, real_pictures):
    clip = cv2.VideoCapture(str(real_pictures / "pose_squats.mp4"))
    image = np.ascontiguousarray(clip.read()[1][:, :, ::-1])
    clip.release()
    found = finder.find(image)
    assert found.landmarks.view is View.FRONT
    assert 10 < found.turn_deg < 45
    assert found.people == 1


UNCLOSED = """
import sys
from pathlib import Path
import numpy as np
from levelback.capture import read_photo
from levelback.pose.bundle import open_bundle
from levelback.pose.finder import PoseFinder
from levelback.pose.tasks import TasksFirstPass

image = read_photo(sys.argv[1]).image
bundle = open_bundle()
finders = [PoseFinder(bundle), PoseFinder(bundle, first_pass=TasksFirstPass(bundle))]
for finder in finders:
    finder.find(image, fast=True)
print("mediapipe" in sys.modules)
"""


def test_nothing_reaches_standard_error_even_if_nothing_is_closed():
    done = subprocess.run(
        [sys.executable, "-c", UNCLOSED, SAMPLES / "front-symmetric.jpg"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "True", "")


def test_the_default_finder_does_not_load_mediapipe():
    code = UNCLOSED.replace(", PoseFinder(bundle, first_pass=TasksFirstPass(bundle))", "")
    done = subprocess.run(
        [sys.executable, "-c", code, SAMPLES / "front-symmetric.jpg"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "False", "")
