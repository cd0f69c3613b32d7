"""The table of `make bench`: who runs when, and what a row says."""

import pytest

from benchmarks.speed.contenders import ModelsAlone, Taken
from benchmarks.speed.figures import installed
from benchmarks.speed.growth import Growth, draw, endless
from benchmarks.speed.table import Row, markdown, row_of, take_turns


def test_contenders_take_turns_and_another_one_begins_each_round():
    ran = []
    contenders = [lambda name=name: ran.append(name) or Taken(1.0, 1.0) for name in "abc"]
    taken = take_turns(contenders, 3)
    assert "".join(ran) == "abc" + "abc" + "bca" + "cab"
    assert [len(one) for one in taken] == [3, 3, 3]


def test_the_ratio_is_the_median_of_the_rounds_and_not_the_ratio_of_the_medians():
    ours = [Taken(0.010, 0.03), Taken(0.100, 0.03), Taken(0.030, 0.03)]
    bare = [Taken(0.020, 0.01), Taken(0.050, 0.02), Taken(0.020, 0.03)]
    _, _, line = markdown([row_of("a thing", [ours, bare], "≤ 2")])
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[0] == "a thing"
    assert cells[1].startswith("30 ms (")
    assert cells[2].startswith("20 ms (")
    assert cells[3:6] == ["1.50", "≤ 2", "1.50"]
    assert cells[6:] == ["", "", ""]


def test_a_row_has_as_many_cells_as_the_head_with_and_without_a_limit():
    with_limit = Row(name="x", unit="ms", ours=[2.0], bare=[4.0], limit=[1.0])
    without = Row(name="x", unit="MB", ours=[30.0], bare=[20.0])
    lines = list(markdown([with_limit, without]))
    assert {line.count("|") for line in lines} == {lines[0].count("|")}
    assert "| 2.0 ms | 4.0 ms | 0.50 |" in lines[2]
    assert "| 1.0 ms | 2.00 |" in lines[2]


@pytest.mark.parametrize("crops", [1, 5])
def test_the_models_alone_run(crops):
    ModelsAlone().look(detections=1, crops=crops)


def test_what_is_installed_counts_the_libraries():
    (row,) = installed()
    assert row.ours[0] > row.bare[0] > 50


def test_growth_is_a_table_and_a_picture(tmp_path):
    growth = Growth(
        what="photos",
        about="A batch.",
        names=("a photo, ms", "MB"),
        steps=[(10, [12.34, 150.0]), (10_000, [8.0, 1500.0])],
    )
    lines = list(growth.lines())
    assert lines[2] == "| photos | a photo, ms | MB |"
    assert lines[-1] == "| 10,000 | 8.0 | 1,500 |"
    assert {line.count("|") for line in lines[2:]} == {4}
    draw([growth, growth], tmp_path / "images" / "growth.png")
    assert (tmp_path / "images" / "growth.png").stat().st_size > 10_000


def test_an_endless_set_says_what_each_stretch_of_video_costs():
    (first, frame_ms, megabytes), (second, _, _) = endless([0.01, 0.02])
    assert (first, second) == (0.01, 0.02)
    assert 0.5 < frame_ms < 1000
    assert 50 < megabytes < 4000
