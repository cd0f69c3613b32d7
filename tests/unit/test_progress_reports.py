"""What is compared, what is not and why, and what people see of it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from helpers import reports
from levelback.errors import DataFileError
from levelback.metrics.conditions import Conditions
from levelback.metrics.values import Issue, Quality
from levelback.pose.landmarks import View
from levelback.progress import Material, Shot, assess, summarize, to_frame, to_json, write_outputs
from levelback.progress.aligned import HEIGHT, STEP, WIDTH, align, timelapse
from levelback.progress.audit import audit, lab, parse_checks
from levelback.progress.content import make_content
from levelback.progress.values import LiveSet

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ALIKE = Conditions(
    mode="full",
    turn_deg=1.0,
    person_share=0.6,
    camera_height=0.8,
    upper_color="#803030",
    lower_color="#303850",
)


def shot(week: int, *measurements, conditions=ALIKE, view=View.FRONT, **photo) -> Shot:
    at = START + timedelta(weeks=week)
    report = reports.report(*(measurements or reports.LEVEL_FRONT), view=view, file=f"{at:%Y-%m-%d}.jpg")
    facts = replace(report.photo, taken_at=at.replace(tzinfo=None), **photo)
    return Shot(at=at, report=replace(report, photo=facts, conditions=conditions))


def tilted(week: int, degrees: float, **changes) -> Shot:
    rows = {m.id: m for m in reports.LEVEL_FRONT}
    rows["pelvic_obliquity"] = reports.measured("pelvic_obliquity", degrees, 1.0)
    return shot(week, *rows.values(), **changes)


def live_set(week: int, behind: float) -> LiveSet:
    row = {"aspect": "range", "unit": "%", "value": behind, "low": behind - 5, "high": behind + 5}
    document = {"exercise": "clam", "symmetry": {"weaker_side": "left", "comparisons": [row]}}
    return LiveSet(at=START + timedelta(weeks=week), document=document)


def only(progress):
    (course,) = progress.courses
    return course


def verdict(course, measure):
    return next(change.verdict for change in course.changes if change.measure == measure)


def test_a_tilt_that_goes_is_better_one_that_comes_is_worse_and_the_rest_stays():
    course = only(assess(Material(name="Anna", shots=(tilted(0, 6.0), tilted(8, 0.5)))))
    assert verdict(course, "pelvic_obliquity") == "better"
    assert {c.verdict for c in course.changes if c.measure != "pelvic_obliquity"} == {"no_change"}
    back = only(assess(Material(name="Anna", shots=(tilted(0, 0.5), tilted(8, -6.0)))))
    assert verdict(back, "pelvic_obliquity") == "worse"


def test_the_order_of_the_photos_given_does_not_matter():
    shots = [tilted(week, 6.0 - week) for week in range(6)]
    there, back = (assess(Material(name=None, shots=tuple(s))) for s in (shots, shots[::-1]))
    assert to_json(there) == to_json(back)


def test_views_are_never_compared_with_each_other():
    front, side = tilted(0, 5.0), reports.side_view()
    progress = assess(Material(name=None, shots=(front, Shot(at=START + timedelta(weeks=4), report=side))))
    assert [course.view for course in progress.courses] == [View.FRONT, View.LEFT]
    assert all(not course.changes for course in progress.courses)


def test_photos_read_in_another_way_or_not_usable_are_left_out_and_named():
    fast = tilted(2, 9.0, conditions=replace(ALIKE, mode="fast"))
    broken = tilted(3, 9.0)
    issue = Issue(code="dark", message="Too dark.", affects=("pelvic_obliquity",), forbids=True)
    broken = replace(broken, report=replace(broken.report, quality=Quality(usable=False, issues=(issue,))))
    course = only(assess(Material(name=None, shots=(tilted(0, 5.0), fast, broken, tilted(4, 5.0)))))
    assert [s.at for s in course.shots] == [START, START + timedelta(weeks=4)]
    dark, fast_one = (reason for _, reason in course.left_out)
    assert dark == "Too dark."
    assert "fast" in fast_one


@pytest.mark.parametrize(
    ("id", "first", "last"),
    [
        ("turn", {}, {"turn_deg": 8.0}),
        ("camera_height", {}, {"camera_height": 1.2}),
        ("camera_distance", {"camera_distance": 2.0}, {"camera_distance": 3.0}),
        ("size", {}, {"person_share": 0.4}),
        ("upper_color", {}, {"upper_color": "#e0e0e0"}),
        ("lower_color", {}, {"lower_color": "#c0b090"}),
    ],
)
def test_what_differs_is_named_and_alone(id, first, last):
    pair = [
        tilted(0, 5.0, conditions=replace(ALIKE, **first)),
        tilted(4, 5.0, conditions=replace(ALIKE, **last)),
    ]
    differs, _ = audit(*pair)
    assert [one.id for one in differs] == [id]
    assert not differs[0].forbids
    assert audit(pair[0], pair[0])[0] == ()


def test_mirrored_roll_model_and_moved_points_are_in_the_audit():
    first = tilted(0, 5.0)
    other = tilted(4, 5.0, mirrored=True)
    roll = replace(other.report.roll, source="assumed_level")
    model = replace(other.report.model, sha256="0" * 64)
    other = replace(other, report=replace(other.report, roll=roll, model=model))
    assert [one.id for one in audit(first, other)[0]] == ["mirrored", "roll_source", "model"]


def test_a_body_turned_far_is_not_compared_and_the_reason_says_what_to_do():
    turned = tilted(4, 0.0, conditions=replace(ALIKE, turn_deg=15.0))
    course = only(assess(Material(name=None, shots=(tilted(0, 6.0), turned))))
    assert course.changes == ()
    assert "Stand square" in dict(course.not_compared)["pelvic_obliquity"]


def test_what_the_reports_do_not_say_is_said_to_be_unknown():
    course = only(assess(Material(name=None, shots=(tilted(0, 5.0, conditions=None), tilted(4, 5.0)))))
    assert "your clothes" in course.unknown
    assert course.changes, "an old report is compared all the same"


def test_a_measure_that_photos_hardly_show_gets_no_verdict():
    hasty = replace(ALIKE, mode="fast")
    shots = tuple(tilted(week, 5.0, conditions=hasty) for week in (0, 4))
    course = only(assess(Material(name=None, shots=shots)))
    assert "hardly show" in dict(course.not_compared)["hip_rotation"]


def test_photos_of_one_day_count_once():
    shots = (tilted(0, 5.0), replace(tilted(0, 7.0), at=START + timedelta(minutes=2)), tilted(4, 6.0))
    change = next(
        c for c in only(assess(Material(name=None, shots=shots))).changes if c.measure == "pelvic_obliquity"
    )
    assert [point.estimate.value for point in change.points] == [6.0, 6.0]
    assert change.points[0].sd < change.points[1].sd


def test_left_against_right_over_time():
    sets = tuple(live_set(week, 25 - 6 * week) for week in range(4))
    (side,) = assess(Material(name=None, shots=(), sets=sets)).sides
    assert (side.exercise, side.aspect, side.change.verdict) == ("clam", "range", "better")


@pytest.mark.parametrize(("color", "named"), [("#8e8e8e", False), ("#6e5a4a", True)])
def test_darker_light_is_not_other_clothes(color, named):
    pair = [
        tilted(week, 5.0, conditions=replace(ALIKE, upper_color=one))
        for week, one in ((0, "#6f6f6f"), (4, color))
    ]
    assert [one.id for one in audit(*pair)[0]] == (["upper_color"] if named else [])


def test_what_changed_sides_is_not_called_still():
    pair = [tilted(0, 4.0), tilted(4, -4.0)]
    content = make_content(assess(Material(name=None, shots=tuple(pair))))
    (row,) = [row for row in content.courses[0].rows if row.id == "pelvic_obliquity"]
    assert (row.verdict, row.label) == ("no_change", "Changed sides")
    assert any("Hips:" in line and "Changed sides" in line for line in content.lead)
    quiet = next(line for line in content.lead if line.startswith("No change"))
    assert "hips" not in quiet.partition(": ")[2].split(", ")


def test_colours_are_as_far_apart_as_eyes_say():
    assert np.allclose(lab("#ffffff"), (100, 0, 0), atol=0.1)
    assert np.linalg.norm(lab("#808080") - lab("#828282")) < 2
    assert np.linalg.norm(lab("#803030") - lab("#303080")) > 40


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('reads = "weather"\nrule = "same"', "checks[0].reads"),
        ('reads = "turn"\nrule = "difference"', "checks[0].limit"),
        ('reads = "turn"\nrule = "difference"\nlimit = 5.0\nforbids = 1.0', "checks[0].forbids"),
    ],
)
def test_a_wrong_table_of_checks_names_the_place(text, path):
    with pytest.raises(DataFileError) as caught:
        parse_checks(f'[[checks]]\n{text}\naffects = ["*"]\ntext = "t"\nadvice = "a"\n')
    assert caught.value.path == path


def test_alignment_puts_two_sizes_of_one_body_into_one_place():
    large = tilted(0, 0.0).report
    small = np.asarray(Image.fromarray(large.picture).resize((360, 640), Image.Resampling.LANCZOS))
    shots = [Shot(at=START, report=large), Shot(at=START, report=replace(large, picture=small))]
    a, b = (align(one).astype(int) for one in shots)
    assert a.shape == b.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(a - b).mean() < 4
    red = (a[..., 0] > 120) & (a[..., 1] < 90)
    assert abs(np.nonzero(red)[1].mean() - WIDTH / 2) < 0.03 / STEP


def test_the_timelapse_shows_every_photo_once():
    shots = [tilted(week, float(week)) for week in range(3)]
    with Image.open(io.BytesIO(timelapse(shots))) as gif:
        assert (gif.n_frames, gif.size) == (3, (WIDTH, HEIGHT))


def test_every_file_is_written_and_says_the_same(tmp_path):
    shots = tuple(tilted(week, 6.0 - week) for week in range(6))
    sets = tuple(live_set(week, 25 - 6 * week) for week in range(4))
    hostile = (("<script>.jpg", "=1+1"),)
    progress = assess(Material(name="An/na <b>", shots=shots, sets=sets, failed=hostile))
    paths = write_outputs(progress, tmp_path / "out")
    assert set(paths) == {
        ".html", ".pdf", ".json", ".csv", "-front.png", "-sides.png", "-front-timelapse.gif", "-front-before-after.jpg",
    }  # fmt: skip
    assert {path.parent for path in paths.values()} == {tmp_path / "out"}
    page = paths[".html"].read_text(encoding="utf-8")
    assert "Better" in page
    assert "<script>" not in page
    assert "<b>" not in page.split("</style>")[1].split("<main>")[0].replace("<b>levelback</b>", "")
    pages = PdfReader(paths[".pdf"]).pages
    assert "Better" in "".join(one.extract_text() for one in pages)
    document = json.loads(paths[".json"].read_text(encoding="utf-8"))
    hips = next(c for c in document["views"][0]["changes"] if c["measure"] == "pelvic_obliquity")
    assert (hips["verdict"], hips["first"]["value"], hips["last"]["value"]) == ("better", 6.0, 1.0)
    assert hips["trend_per_week"]["value"] == -1.0


def test_the_summary_and_the_table_hold_every_reading():
    progress = assess(Material(name="Anna", shots=tuple(tilted(week, 6.0 - week) for week in range(6))))
    text = summarize(progress)
    assert text.startswith("Hips: better")
    assert "6.0° left higher" in text
    table = to_frame(progress)
    assert table.filter(table["measure"] == "pelvic_obliquity")["value"].to_list() == [
        6.0,
        5.0,
        4.0,
        3.0,
        2.0,
        1.0,
    ]
