"""The tables and the overview of a batch, from outcomes made by hand."""

from __future__ import annotations

import csv
from html.parser import HTMLParser

import polars as pl
import pytest

from levelback.batch.origin import origin_of
from levelback.batch.overview import PHOTOS_A_PAGE, write_overview
from levelback.batch.store import Done
from levelback.batch.tables import FAILURES, MEASUREMENTS, Entry, write_tables
from levelback.batch.values import Photo, Record
from levelback.report.words import measure_words

FORMULAS = ("=1+1", "+1", "-1", "@x", "  =1", "＝1")


def measured(value):
    return {
        "id": "shoulder_tilt",
        "unit": "deg",
        "value": value,
        "low": value - 1,
        "high": value + 1,
        "higher_side": "left",
        "status": "measured",
        "reason": None,
    }


def entry(index, name, *, who="anna", reason=None):
    photo = Photo(location=name, name=name, folders=("people", who) if who else ("photos",), index=index)
    words = measure_words()["shoulder_tilt"]
    record = Record(
        key="k",
        sha256="ab",
        taken_at="2024-05-01T10:11:12",
        view=None if reason else "front",
        reason=reason,
        pictured=not reason,
        headline="Nothing stands out",
        lines=((words.name, "3.0° left higher", "stands_out"),),
        measurements=() if reason else (measured(-float(index)), measured(2.0)),
    )
    done = Done(photo=photo, record=record, stem=f"p{index}")
    return Entry(done=done, origin=origin_of(photo, record.taken_at))


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_row_for_each_photo_and_measure_in_the_order_of_the_input(tmp_path):
    entries = [entry(index, f"{index}.jpg") for index in range(2500)]
    write_tables(tmp_path, lambda: iter(entries))
    table = pl.read_parquet(tmp_path / "measurements.parquet")
    assert dict(table.schema) == MEASUREMENTS
    assert table["photo"].to_list() == [f"{index}.jpg" for index in range(2500) for _ in range(2)]
    rows = read(tmp_path / "measurements.csv")
    assert [row["photo"] for row in rows] == table["photo"].to_list()
    assert [float(row["value"]) for row in rows] == table["value"].to_list()
    assert rows[0]["taken_at"] == "2024-05-01T10:11:12"
    assert rows[0]["taken_at_from"] == "exif"
    assert (rows[0]["who"], rows[0]["who_from"]) == ("anna", "folder")
    assert read(tmp_path / "failures.csv") == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "failures.csv",
        "measurements.csv",
        "measurements.parquet",
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_from_a_name_is_a_formula(tmp_path, text):
    entries = [entry(0, f"{text}.jpg", who=text), entry(1, f"{text}.png", reason=f"{text} is empty.")]
    write_tables(tmp_path, lambda: iter(entries))
    for row in read(tmp_path / "measurements.csv") + read(tmp_path / "failures.csv"):
        assert row["photo"].startswith(f"'{text}")
        assert not any(cell.lstrip()[:1] in tuple("=+@＝") for cell in row.values())
    assert float(read(tmp_path / "measurements.csv")[0]["value"]) == 0
    table = pl.read_parquet(tmp_path / "measurements.parquet")
    assert table["photo"][0] == f"{text}.jpg"


def test_a_photo_that_failed_is_a_row_with_its_reason(tmp_path):
    entries = [entry(0, "a.jpg"), entry(1, "b.jpg", reason="Nobody was found.")]
    write_tables(tmp_path, lambda: iter(entries))
    (row,) = read(tmp_path / "failures.csv")
    assert list(row) == list(FAILURES)
    assert (row["photo"], row["reason"], row["who"]) == ("b.jpg", "Nobody was found.", "anna")


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path):
    write_tables(tmp_path, lambda: iter([entry(0, "a.jpg")]))
    before = (tmp_path / "measurements.csv").read_bytes()

    def broken():
        yield entry(0, "a.jpg")
        raise OSError("the journal is gone")

    with pytest.raises(OSError, match="journal is gone"):
        write_tables(tmp_path, broken)
    assert (tmp_path / "measurements.csv").read_bytes() == before
    assert not list(tmp_path.glob(".levelback-*"))


class Page(HTMLParser):
    """The ids and links of a page, its images, and its text."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.images, self.text = set(), [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        assert tag != "script"
        attributes = dict(attrs)
        self.ids.add(attributes.get("id"))
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "img":
            self.images.append(attributes["src"])

    def handle_data(self, data):
        self.text += data


def test_the_overview_shows_every_photo_on_as_few_pages_as_it_takes(tmp_path):
    who = ["anna"] * 100 + ["ben"] * 200 + ["cleo"] * 220
    entries = [
        entry(index, f"{index}.jpg", who=name, reason="Nobody." if index == 300 else None)
        for index, name in enumerate(who)
    ]
    (tmp_path / "overview-9.html").write_text("of an earlier run")
    assert write_overview(tmp_path, lambda: iter(entries)) == tmp_path / "overview.html"
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["overview-2.html", "overview-3.html", "overview.html"]
    pages = {name: Page((tmp_path / name).read_text(encoding="utf-8")) for name in names}
    assert sum(len(page.images) for page in pages.values()) == len(who) - 1
    assert len(pages["overview.html"].images) == PHOTOS_A_PAGE
    for page in pages.values():
        for link in page.links:
            name, _, anchor = link.partition("#")
            assert name in (*pages, "measurements.csv", "failures.csv") or name.startswith("reports/")
            assert not anchor or anchor in pages[name].ids
    assert "520 photos of 3 people" in pages["overview.html"].text
    assert "overview-2.html#p301" in pages["overview.html"].links


def test_names_in_the_overview_are_text(tmp_path):
    hostile = "<script>alert(1)</script>"
    entries = [entry(0, f"{hostile}.jpg", who=hostile), entry(1, "b.jpg", reason=hostile)]
    write_overview(tmp_path, lambda: iter(entries))
    text = (tmp_path / "overview.html").read_text(encoding="utf-8")
    assert hostile not in text
    assert hostile in Page(text).text
