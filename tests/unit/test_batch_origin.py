"""Who is in a photo and when it was taken: folders, then EXIF, then the file's name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from levelback.batch.origin import date_in, origin_of, parse_words, when_taken
from levelback.batch.values import Photo
from levelback.errors import DataFileError


def origin(path, exif=None, name=None):
    *folders, file = path.split("/")
    photo = Photo(location=path, name="/".join([*folders[1:], file]), folders=tuple(folders), index=0)
    return origin_of(photo, exif, name=name)


@pytest.mark.parametrize(
    ("path", "who", "where"),
    [
        ("people/anna/2024-05-01/front.jpg", "anna", "folder"),
        ("people/2024-05-01/anna/front.jpg", "anna", "folder"),
        ("people/photos/Anna Meier/IMG_1.jpg", "Anna Meier", "folder"),
        ("people/anna 2024-05-01/front.jpg", "anna", "folder"),
        ("people/P0231/front.jpg", "P0231", "folder"),
        ("people/00231/front.jpg", "00231", "folder"),
        ("people/李明/front.jpg", "李明", "folder"),
        ("people/anna/ben_front.jpg", "anna", "folder"),
        ("photos/2024/05/01/ben_front.jpg", "ben", "file name"),
        ("photos/front/anna_2024-05-01.jpg", "anna", "file name"),
        ("photos/anna_2024-05-01_front.jpg", "anna", "file name"),
        ("photos/2024-05-01 Anna Meier side.jpg", "Anna Meier", "file name"),
        ("photos/0042_back_2.jpg", "0042", "file name"),
        ("photos/DCIM/100APPLE/IMG_0042.jpg", None, None),
        ("photos/PXL_20240501_101112345.jpg", None, None),
        ("photos/WhatsApp Image 2024-05-01 at 10.11.12.jpg", None, None),
        ("photos/front-left-hip-high.jpg", None, None),
        ("photos/week 3/front.jpg", None, None),
        ("photos/wall.jpg", None, None),
        ("photos/before/after.jpg", None, None),
        ("anna/IMG_0042.jpg", "anna", "source folder"),
        ("anna/ben_front.jpg", "ben", "file name"),
    ],
)
def test_who(path, who, where):
    found = origin(path)
    assert (found.who, found.who_from) == (who, where)


def test_names_that_are_no_utf8_stay_two_names():
    """Found: a file system's raw bytes, which no table can hold."""
    assert [origin(f"{name}/front.jpg").who for name in ("Zo\udceb", "Zo\udce9")] == ["Zoë", "Zoé"]


def test_a_given_name_counts_most():
    found = origin("people/anna/ben_front.jpg", name="Cleo")
    assert (found.who, found.who_from) == ("Cleo", "option")


@pytest.mark.parametrize(
    ("path", "exif", "when", "where"),
    [
        ("p/anna/2024-05-01/2023-01-01.jpg", "2022-02-02T08:09:10", "2024-05-01", "folder"),
        ("p/2024/05/01/x.jpg", None, "2024-05-01", "folder"),
        ("p/anna/2023-01-01.jpg", "2022-02-02T08:09:10+02:00", "2022-02-02T08:09:10", "exif"),
        ("p/anna/2023-01-01.jpg", None, "2023-01-01", "file name"),
        ("p/2024-05/x.jpg", None, None, None),
        ("p/anna/IMG_0042.jpg", None, None, None),
    ],
)
def test_when(path, exif, when, where):
    found = origin(path, exif)
    assert found.taken_at == (datetime.fromisoformat(when) if when else None)
    assert found.taken_at_from == where


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("anna_2024-05-01_front", "2024-05-01"),
        ("2024_5_1", "2024-05-01"),
        ("20240501", "2024-05-01"),
        ("1.5.2024", "2024-05-01"),
        ("PXL_20240501_101112345", "2024-05-01T10:11:12"),
        ("IMG_20240501_101112", "2024-05-01T10:11:12"),
        ("Screenshot 2024-05-01 at 10.11.12", "2024-05-01T10:11:12"),
        ("2024-05-01 2024-06-02", "2024-06-02"),
        ("2024-13-01", None),
        ("2023-02-29", None),
        ("1812-05-01", None),
        ("120240501", None),
        ("5-1-2024", None),
        ("", None),
    ],
)
def test_a_date_in_a_name(text, when):
    assert date_in(text) == (datetime.fromisoformat(when) if when else None)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("views = ['front']", "generic"),
        ("views = ['Front']\ngeneric = ['x']\ncamera = ['img']", r"views\[0\]"),
        ("views = ['a']\ngeneric = ['x']\ncamera = ['img', 3]", r"camera\[1\]"),
        ("views = ['a']\ngeneric = ['x']\ncamera = ['img']\nmore = []", "more"),
        ("views = [", "not valid TOML"),
    ],
)
def test_a_wrong_list_of_words_says_where(text, path):
    with pytest.raises(DataFileError, match=path):
        parse_words(text, file="names.toml")


@pytest.mark.parametrize(
    ("path", "exif", "when"),
    [
        ("2024-05-01/2024-07-01.jpg", "2024-06-01", "2024-05-01"),
        ("anna/2024-07-01.jpg", "2024-06-01", "2024-06-01"),
        ("2024-07-01.jpg", None, "2024-07-01"),
        ("anna/front.jpg", None, None),
    ],
)
def test_a_photo_of_no_batch_is_dated_by_the_same_rule(path, exif, when):
    found = when_taken(Path(path), exif and datetime.fromisoformat(exif))
    assert found == (when and datetime.fromisoformat(when))
