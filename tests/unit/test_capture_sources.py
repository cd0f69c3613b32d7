"""Files, folders and globs stand for photos."""

from __future__ import annotations

import pytest

from levelback.capture import list_photos
from levelback.errors import UsageError


@pytest.fixture
def album(tmp_path):
    """Photos 1, 2 and 10, a HEIC in capitals, and what a folder has besides."""
    for name in ("img10.jpg", "img2.jpg", "Img1.JPG", "zoe.HEIC", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "more.jpg").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "deep.png").write_bytes(b"x")
    return tmp_path


def names(sources):
    return [path.name for path in list_photos(sources)]


def test_a_folder_gives_its_pictures_in_natural_order(album):
    assert names([str(album)]) == ["Img1.JPG", "img2.jpg", "img10.jpg", "zoe.HEIC"]


def test_a_named_file_is_taken_whatever_its_name(album):
    assert names([album / "notes.txt"]) == ["notes.txt"]
    assert names([album / ".hidden.jpg"]) == [".hidden.jpg"]


def test_globs(album):
    assert names([f"{album}/img*.jpg"]) == ["img2.jpg", "img10.jpg"]
    assert names([f"{album}/**/*.png"]) == ["deep.png"]
    assert names([f"{album}/*"]) == ["Img1.JPG", "img2.jpg", "img10.jpg", "zoe.HEIC"]


def test_sources_keep_their_order_and_count_once(album):
    sources = [album / "zoe.HEIC", album, album / "img2.jpg"]
    assert names(sources) == ["zoe.HEIC", "Img1.JPG", "img2.jpg", "img10.jpg"]


def test_a_file_with_brackets_in_its_name_is_no_glob(album):
    (album / "me [front].jpg").write_bytes(b"x")
    assert names([album / "me [front].jpg"]) == ["me [front].jpg"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{album}/img3.jpg", "Did you mean 'img"),
        ("{album}/quite_another", "Check the spelling"),
        ("{album}/nowhere/a.jpg", "nor the folder"),
        ("{album}/*.bmp", "No photo matches"),
        ("{album}/more.jpg", "holds no photo"),
        ("https://example.org/me.jpg", "address on a network"),
        ("a\0b", "There is no file"),
        ("x" * 5000, "There is no file"),
    ],
)
def test_a_source_without_photos_gives_a_helpful_sentence(album, source, words):
    with pytest.raises(UsageError, match=words) as caught:
        list_photos([source.format(album=album)])
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


def test_no_source_at_all():
    with pytest.raises(UsageError, match="Name a photo"):
        list_photos([])


def test_a_pattern_reaches_into_a_folder(album):
    (album / ".cache").mkdir()
    (album / ".cache" / "thumb.jpg").write_bytes(b"x")
    (album / "again").symlink_to(album)
    found = list_photos([album], within="**/*")
    assert [path.name for path in found] == ["Img1.JPG", "img2.jpg", "img10.jpg", "deep.png", "zoe.HEIC"]
    assert [path.name for path in list_photos([album], within="sub/*.png")] == ["deep.png"]
    for pattern, words in (("*.gif", r"that matches '\*\.gif'"), ("/abs", "cannot be understood")):
        with pytest.raises(UsageError, match=words):
            list_photos([album], within=pattern)
