"""Output files: whole or absent, safely named, never overwritten, without EXIF."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from helpers import reports
from levelback.errors import UsageError
from levelback.report import safe_stem, write_outputs, write_whole

RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def test_all_four_files_are_written_beside_each_other(tmp_path):
    paths = write_outputs(reports.left_hip_high(), tmp_path / "new" / "folder")
    assert {name: path.name for name, path in paths.items()} == {
        name: f"photo.{name}" for name in ("html", "pdf", "png", "json")
    }
    assert sorted(path.name for path in (tmp_path / "new" / "folder").iterdir()) == sorted(
        path.name for path in paths.values()
    )
    assert paths["pdf"].read_bytes().startswith(b"%PDF-")
    assert json.loads(paths["json"].read_text(encoding="utf-8"))["schema"] == "levelback.report/1"
    with Image.open(paths["png"]) as picture:
        assert picture.format == "PNG"
        assert dict(picture.getexif()) == {}


def test_nothing_is_overwritten(tmp_path):
    report = reports.unusable()
    (tmp_path / "photo.pdf").write_text("mine")
    names = [write_outputs(report, tmp_path, ["json", "pdf"])["json"].name for _ in range(2)]
    assert names == ["photo-2.json", "photo-3.json"]
    assert (tmp_path / "photo.pdf").read_text() == "mine"


def test_a_name_cannot_leave_the_folder(tmp_path):
    report = reports.unusable()
    report = replace(report, photo=replace(report.photo, file="../../..\\etc/passwd\x00.jpg"))
    written = write_outputs(report, tmp_path / "out", ["json"])["json"]
    assert written.parent == tmp_path / "out"
    assert written.exists()


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("me.jpg", "me"),
        ("/a/b/Urlaub 2024.final.HEIC", "Urlaub 2024.final"),
        ("C:\\bilder\\ich.png", "ich"),
        ("照片.jpg", "照片"),
        ("CON.png", "photo-CON"),
        ("aux", "photo-aux"),
        ("..", "photo"),
        (".jpg", "jpg"),
        ('a<b>:"|?*.jpg', "a-b------"),
    ],
)
def test_stems(file, stem):
    assert safe_stem(file) == stem


@given(st.text())
def test_every_stem_is_safe(file):
    stem = safe_stem(file)
    assert stem
    assert len(stem.encode()) <= 90
    assert stem.isprintable()
    assert not set(stem) & set('/\\<>:"|?*')
    assert not stem.startswith(".")
    assert not stem.endswith((".", " "))
    assert stem.split(".")[0].lower() not in RESERVED
    assert safe_stem(f"{stem}.jpg") == stem


def test_a_failed_write_leaves_nothing(tmp_path):
    (tmp_path / "report.json").mkdir()
    (tmp_path / "report.json" / "inside").write_text("")
    with pytest.raises(UsageError, match="directory"):
        write_whole(tmp_path / "report.json", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["report.json"]


def test_wrong_requests_are_said_in_a_sentence(tmp_path):
    with pytest.raises(UsageError, match="no output format 'docx'"):
        write_outputs(reports.unusable(), tmp_path, ["docx"])
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Cannot write to the folder"):
        write_outputs(reports.unusable(), tmp_path / "file", ["json"])
