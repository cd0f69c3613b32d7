"""The annotated picture and the scales: what is drawn stands where the numbers say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from helpers import reports
from levelback.advice.norms import load_norms
from levelback.metrics.values import MEASURES, Estimate, Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View
from levelback.report.picture import MEASURED, crop_box, draw_picture, render_picture
from levelback.report.scale import make_scale


def lines_of(report, color: str) -> list[np.ndarray]:
    """The straight lines of one colour that were drawn, (2, 2) px each."""
    axes = Figure(figsize=(6, 10)).add_axes((0, 0, 1, 1))
    draw_picture(axes, report, np.asarray(report.picture), crop_box(report.landmarks))
    return [line.get_xydata() for line in axes.lines if line.get_color() == color]


def rise_deg(line: np.ndarray) -> float:
    """How far the line rises towards the picture's right."""
    (x0, y0), (x1, y1) = line[np.argsort(line[:, 0])]
    return float(np.degrees(np.arctan2(y0 - y1, x1 - x0)))


@pytest.mark.parametrize(("view", "towards"), [(View.FRONT, 1), (View.BACK, -1)])
@pytest.mark.parametrize("roll", [0.0, 3.0, -2.0])
def test_lines_stand_at_the_measured_angle_against_true_level(view, towards, roll):
    camera = Roll(estimate=Estimate.around(roll, 0.3), source="given")
    drawn = lines_of(reports.left_hip_high(view, roll=camera), MEASURED)
    shoulders, hips = drawn
    # A picture of a scene turned clockwise by the roll lowers the right end of every level line.
    assert rise_deg(hips) == pytest.approx(towards * 4.2 - roll, abs=0.01)
    assert rise_deg(shoulders) == pytest.approx(towards * -1.3 - roll, abs=0.01)


@pytest.mark.parametrize(("view", "forward"), [(View.LEFT, -1), (View.RIGHT, 1)])
def test_in_a_side_view_forward_is_where_the_nose_points(view, forward):
    report = reports.side_view(view)
    nose, ankle = report.landmarks[Joint.NOSE], report.landmarks[Joint.LEFT_ANKLE]
    assert np.sign(nose[0] - ankle[0]) == forward
    level = replace(report, roll=Roll(estimate=Estimate.around(0, 1), source="assumed_level"))
    pelvis, head = lines_of(level, MEASURED)
    assert rise_deg(pelvis) == pytest.approx(-forward * 14.8, abs=0.01)
    top, bottom = head[np.argsort(head[:, 1])]
    lean = np.degrees(np.arctan2(forward * (top[0] - bottom[0]), bottom[1] - top[1]))
    assert lean == pytest.approx(24.0, abs=0.01)


def test_an_unusable_picture_shows_no_lines():
    assert lines_of(reports.unusable(), MEASURED) == []


@pytest.mark.parametrize("view", list(View))
def test_labels_leave_face_and_joints_free_and_stay_inside(view):
    report = reports.left_hip_high(view) if view.frontal else reports.side_view(view)
    figure = Figure(figsize=(6, 10))
    axes = figure.add_axes((0, 0, 1, 1))
    box = crop_box(report.landmarks)
    axes.set_aspect("equal")
    draw_picture(axes, report, np.asarray(report.picture), box)
    labels = [text for text in axes.texts if "±" in text.get_text()]
    assert len(labels) == 2
    boxes = [label.get_window_extent() for label in labels]
    assert not boxes[0].overlaps(boxes[1])
    near = ("LEFT", "RIGHT") if view.frontal else (view.name,)
    names = [f"{side}_{part}" for side in near for part in ("SHOULDER", "HIP", "EAR", "EYE")]
    kept = axes.transData.transform([report.landmarks[Joint[name]] for name in [*names, "NOSE"]])
    for extent in boxes:
        assert not any(extent.contains(x, y) for x, y in kept)
        assert axes.bbox.x0 <= extent.x0
        assert extent.x1 <= axes.bbox.x1


def test_the_picture_is_cropped_to_the_body_and_bounded():
    report = reports.symmetric()
    wide = np.pad(np.asarray(report.picture), ((0, 0), (900, 900), (0, 0)))
    landmarks = replace(
        report.landmarks, points=report.landmarks.points + np.array([900, 0]), width=720 + 1800
    )
    left, top, right, bottom = crop_box(landmarks)
    assert left > 700
    assert right < 1900
    picture = render_picture(replace(report, picture=wide, landmarks=landmarks))
    assert picture.dtype == np.uint8
    assert picture.shape[0] == 1600
    assert picture.shape[1] == pytest.approx(1600 * (right - left) / (bottom - top), abs=1)


def test_a_report_from_json_has_no_picture_to_draw():
    with pytest.raises(ValueError, match="no picture"):
        render_picture(replace(reports.symmetric(), picture=None))


def test_the_figure_shows_every_number():
    report = reports.left_hip_high()
    figure = report.plot()
    texts = " ".join(text.get_text() for axes in figure.axes for text in axes.texts)
    for name in ("Hips", "Shoulders", "Left foot"):
        assert name in texts
    assert "4.2° left higher" in texts


@given(
    id=st.sampled_from(sorted(MEASURES)),
    value=st.floats(-60, 60),
    half=st.floats(0.01, 40),
)
def test_everything_on_a_scale_is_inside_and_in_order(id, value, half):
    scale = make_scale(id, Estimate.around(value, half), load_norms()[id])
    assert 0 < scale.low <= scale.value <= scale.high < 1
    assert 0 < scale.common[0] < scale.common[1] < 1
    assert all(0 < place < 1 for place in scale.notable)


@given(id=st.sampled_from([m.id for m in MEASURES.values() if m.sided]), value=st.floats(0.1, 30))
def test_the_subject_s_left_is_at_the_left_of_a_scale(id, value):
    scale = make_scale(id, Estimate.around(value, 0.05), load_norms()[id])
    mirrored = make_scale(id, Estimate.around(-value, 0.05), load_norms()[id])
    assert scale.value < 0.5
    assert scale.zero == pytest.approx(0.5)
    assert scale.value == pytest.approx(1 - mirrored.value)
