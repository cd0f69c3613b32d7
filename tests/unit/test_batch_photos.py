"""Which photos a batch has, and how it calls them."""

from __future__ import annotations

import pytest

from levelback.batch.photos import find_photos, read_location
from levelback.batch.store import stem_of
from levelback.errors import UnreadablePhoto, UsageError


@pytest.fixture
def album(tmp_path):
    """Two people, a hidden folder, and the results of an earlier batch."""
    for name in ("anna/10.jpg", "anna/2.png", "ben/2024-05-01/front.JPG", ".trash/x.jpg", "out/thumbs/t.jpg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def names(*sources, out="nowhere", **options):
    return [photo.name for photo in find_photos([str(one) for one in sources], out=out, **options)]


def test_a_folder_gives_what_is_in_all_its_folders(album):
    photos = find_photos([str(album)], out=album / "out")
    assert [photo.name for photo in photos] == ["anna/2.png", "anna/10.jpg", "ben/2024-05-01/front.JPG"]
    assert [photo.index for photo in photos] == [0, 1, 2]
    assert photos[2].folders == (album.name, "ben", "2024-05-01")
    assert photos[2].file == "front.JPG"


def test_patterns_and_globs(album):
    out = album / "out"
    assert names(album, out=out, within="*/*.png") == ["anna/2.png"]
    assert names(f"{album}/*/*.jpg", out=out) == ["anna/10.jpg"]
    (one,) = find_photos([f"{album}/a*/*.png"], out=out)
    assert one.folders == (album.name, "anna")


def test_several_sources_keep_their_names_and_count_once(album):
    found = names(album / "ben", album / "anna", album / "anna" / "2.png", out=album / "out")
    assert found == ["ben/2024-05-01/front.JPG", "anna/2.png", "anna/10.jpg"]


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_an_address_gives_the_same_photos_as_a_path(album, scheme):
    pytest.importorskip("pyarrow")
    photos = find_photos([f"{scheme}{album}/anna"], out=album / "out")
    assert {photo.name for photo in photos} == {"2.png", "10.jpg"}
    assert {read_location(photo) for photo in photos} == {b"anna/2.png", b"anna/10.jpg"}
    assert len({stem_of(photo) for photo in photos}) == 2
    again = find_photos([f"{album}/anna"], out=album / "out")
    assert [stem_of(photo) for photo in photos] == [stem_of(photo) for photo in again]


@pytest.mark.parametrize(
    "within", ["**/*", "*", "*/*", "a*/*.png", "**/front.*", "ben/**/*", "*/*/*.JPG", "**/**/2.png"]
)
def test_a_pattern_takes_the_same_photos_behind_an_address(album, within):
    pytest.importorskip("pyarrow")
    taken = []
    for source in (str(album), f"file://{album}"):
        try:
            taken.append(names(source, out=album / "out", within=within))
        except UsageError:
            taken.append([])
    local = [name for name in taken[0] if not name.startswith("out/")]
    assert [name for name in taken[1] if not name.startswith("out/")] == local


def test_names_that_an_address_must_escape_are_read(tmp_path):
    pytest.importorskip("pyarrow")
    folder = tmp_path / "two words"
    folder.mkdir()
    for name in ("a b.jpg", "a%20b.jpg", "a#b.jpg", "a?b.jpg", "ü.jpg", "[x].jpg", "a&b=c+d.jpg"):
        (folder / name).write_bytes(name.encode())
    photos = find_photos([f"file://{folder}"], out=tmp_path / "out")
    assert len(photos) == 7
    assert all(read_location(photo).decode() == photo.name for photo in photos)
    local = find_photos([str(folder)], out=tmp_path / "out")
    assert {stem_of(photo) for photo in photos} == {stem_of(photo) for photo in local}


def test_a_file_that_is_gone_cannot_be_read(album):
    photos = find_photos([f"{album}/anna"], out=album / "out")
    (album / "anna" / "2.png").unlink()
    with pytest.raises(UsageError, match=r"no file '2\.png'"):
        read_location(photos[0])


def test_a_stored_file_that_is_gone_cannot_be_read(album):
    pytest.importorskip("pyarrow")
    photos = find_photos([f"file://{album}/anna"], out=album / "out")
    for file in (album / "anna").iterdir():
        file.unlink()
    with pytest.raises(UnreadablePhoto, match="cannot be opened"):
        read_location(photos[0])


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{album}/none", "There is no file or folder"),
        ("{album}/out", "besides the results"),
        ("nonsense://x/y", "cannot be understood"),
        ("file://{album}/none", "cannot be listed|holds no photo"),
    ],
)
def test_a_source_without_photos_gives_a_sentence(album, source, words):
    pytest.importorskip("pyarrow")
    with pytest.raises(UsageError, match=words) as caught:
        find_photos([source.format(album=album)], out=album / "out")
    assert "\n" not in str(caught.value)


def test_names_of_any_kind_become_names_of_files(tmp_path):
    for name in (
        "=1+1.jpg",
        "a\nb.jpg",
        "con.jpg",
        "ünï.jpg",
        "x" * 200 + ".jpg",
        b"\xff.jpg".decode("utf-8", "surrogateescape"),
    ):
        (tmp_path / name).write_bytes(b"x")
    photos = find_photos([str(tmp_path)], out=tmp_path / "out")
    stems = {stem_of(photo) for photo in photos}
    assert len(stems) == len(photos) == 6
    for photo in photos:
        photo.name.encode("utf-8")
        assert "\n" not in photo.name
        (tmp_path / f"{stem_of(photo)}.json").write_bytes(b"{}")
