"""Real people, from the folder beside the checkout: what must and must not be said of them."""

import cv2
import pytest

from levelback import NoPersonFound


def test_a_yoga_pose_gets_no_posture_finding(analyzer, real_pictures):
    try:
        report = analyzer.analyze(real_pictures / "pose.jpg")
    except NoPersonFound:
        return
    assert not report.findings
    assert not report.quality.usable
    assert "not_standing" in {issue.code for issue in report.quality.issues}


@pytest.fixture(scope="module")
def squats(real_pictures):
    clip = cv2.VideoCapture(str(real_pictures / "pose_squats.mp4"))
    frames = []
    while True:
        more, frame = clip.read()
        if not more:
            return frames
        frames.append(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))


def test_somebody_turned_away_is_said_not_to_be_square(analyzer, squats):
    report = analyzer.analyze(squats[0])
    assert report.photo.view == "front"
    assert {"not_square", "turned_away"} & {issue.code for issue in report.quality.issues}


def test_a_squat_gets_no_posture_finding(analyzer, squats):
    squatting = [analyzer.analyze(frame) for frame in squats[20:60:10]]
    lowest = max(squatting, key=lambda report: report.landmarks.points[23, 1])
    assert not lowest.quality.usable
    assert not lowest.findings
