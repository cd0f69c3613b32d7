"""What the report says: which words stand for which number, and that they can be read."""

from __future__ import annotations

import re
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import reports
from levelback.advice.norms import load_norms
from levelback.advice.values import Phase, Plan, Prescription, Screening
from levelback.metrics.values import MEASURES, Estimate
from levelback.report.content import make_content, read_estimate
from levelback.report.words import direction, interval, measure_words


@pytest.mark.parametrize("id", MEASURES)
def test_every_measure_has_its_words(id):
    words = measure_words()[id]
    texts = (
        words.name,
        words.topic,
        words.plus,
        words.minus,
        words.plus_short,
        words.minus_short,
        words.even,
    )
    assert all(text and not text.endswith(".") for text in texts)
    assert words.about.endswith(".")
    if MEASURES[id].sided:
        assert "left" in words.plus_short
        assert "right" in words.minus_short


@pytest.mark.parametrize(
    ("id", "low", "value", "high", "says"),
    [
        ("shoulder_tilt", 2.2, 3.1, 4.0, "2.2° to 4.0°"),
        ("shoulder_tilt", -4.0, -3.1, -2.2, "2.2° to 4.0°"),
        ("shoulder_tilt", -0.5, 0.3, 1.1, "0.5° right to 1.1° left"),
        ("knee_flexion", -7.0, -4.0, -1.0, "1.0° to 7.0°"),
        ("shoulder_protraction", -1.0, 3.0, 7.0, "1.0° backward to 7.0° forward"),
        ("hip_height_difference", 6.6, 10.0, 13.4, "7 mm to 13 mm"),
    ],
)
def test_intervals_in_words(id, low, value, high, says):
    assert interval(id, Estimate(value=value, low=low, high=high)) == says


def test_a_number_that_shows_as_zero_has_no_side():
    assert direction("shoulder_tilt", 0.04) == ""
    assert direction("shoulder_tilt", 0.06) == "left higher"
    assert direction("shoulder_tilt", -0.06) == "right higher"


@given(
    id=st.sampled_from([m.id for m in MEASURES.values() if m.sided]),
    value=st.floats(-40, 40),
    half=st.floats(0, 40),
)
def test_a_mirror_changes_no_reading_and_level_needs_a_narrow_interval(id, value, half):
    norm = load_norms()[id]
    reading = read_estimate(id, Estimate.around(value, half), norm)
    assert read_estimate(id, Estimate.around(-value, half), norm) == reading
    if reading == "even":
        assert half <= norm.common_high + 1e-9
        assert abs(value) <= half + 1e-9


def test_a_wide_interval_is_not_called_level():
    content = make_content(reports.report(reports.measured("pelvic_obliquity", 0.1, 4.0)))
    assert content.rows[0].label == "Not sure"
    assert [seen.text for seen in content.seen] == ["Not sure: hips."]


def test_millimetres_stand_out_with_their_angle_and_are_told_once():
    angle = reports.left_hip_high()
    with_height = replace(
        angle, measurements=(*angle.measurements[:-1], reports.measured("hip_height_difference", 14.0, 4.0))
    )
    content = make_content(with_height)
    assert {row.id: row.reading for row in content.rows}["hip_height_difference"] == "stands_out"
    assert [seen.text for seen in content.seen if "mm" in seen.text] == []


def test_the_subtitle_names_the_person_and_the_method_names_the_company():
    report = reports.symmetric()
    report = replace(report, name="Ada", photo=replace(report.photo, people=3))
    content = make_content(report)
    assert content.subtitle == "Ada: photo.jpg, seen from the front, taken on 12 March 2026"
    assert dict(content.method)["People"].startswith("3 people")


def test_both_sides_of_an_exercise_are_one_item_and_a_cause_is_said_once():
    def item(exercise: str, side: str, because: str) -> Prescription:
        return Prescription(
            exercise=exercise, name=exercise, side=side, sets=2, reps=None, hold_s=30, because=because
        )

    cause = "Because your left hip sits 4.2° higher"
    items = (
        item("clam", "left", f"{cause}: it is the long side."),
        item("clam", "right", f"{cause}: it is the long side."),
        item("plank", "both", f"{cause}: the middle holds both."),
    )
    phase = Phase(id="strengthen", items=items)
    plan = Plan(screening=Screening(status="clear"), phases=(phase,), habits=())
    (shown,) = make_content(reports.left_hip_high(plan=plan)).phases
    assert [text.doses for text in shown.items] == [
        (("left", "2 × 30 s"), ("right", "2 × 30 s")),
        (("", "2 × 30 s"),),
    ]
    assert [text.because for text in shown.items] == [items[0].because, "The middle holds both."]


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(a: str, b: str) -> float:
    low, high = sorted((_luminance(a), _luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_text_and_marks_have_the_contrast_of_wcag_aa():
    style = (resources.files("levelback.report") / "templates" / "style.css").read_text(encoding="utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w+);", block)) for block in re.findall(r":root \{.*?\}", style, re.S)
    ]
    assert len(themes) == 3
    for theme in themes:
        whole = {name: color if len(color) == 7 else "#" + 2 * color[1:] for name, color in theme.items()}
        for ground in ("paper", "card"):
            for text in ("ink", "soft", "accent", "amber"):
                assert _contrast(whole[text], whole[ground]) >= 4.5, (text, ground)
        assert _contrast(whole["accent"], whole["accent-soft"]) >= 4.5
        assert _contrast(whole["amber"], whole["amber-soft"]) >= 4.5
        assert _contrast(whole["ink"], whole["amber-soft"]) >= 4.5
        for mark in ("bar", "dot", "edge", "tick"):
            assert _contrast(whole[mark], whole["paper"]) >= 3, mark
