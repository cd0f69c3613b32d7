"""--blur-face, in every picture of every file that is written: told by the pixels, not by finding faces.

Everything is written twice, with and without it. What differs between the two is where the face was; there
the fine detail has to be gone.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageSequence
from pypdf import PdfReader

from helpers.web import page, send

SAMPLES = Path(__file__).parents[2] / "sample_images"
TOOL = Path(sys.executable).with_name("levelback")
REMAINS = 0.35
"""Share of the detail that may remain where the picture was changed: its edge and the lines drawn over it."""


def run(*arguments, cwd):
    command = [str(one) for one in (TOOL, *arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 4), done.stderr


def embedded(text):
    """The photos in a page or in JSON; exercise pictures are WebP and plots are SVG or PNG files of their own."""
    data = re.findall(r"(?:data:image/jpeg;base64,|\"photo\": ?\")([A-Za-z0-9+/=]{400,})", text)
    return [base64.b64decode(one) for one in data]


def pictures(path):
    """Every photo of a file, as (height, width, 3) arrays."""
    if path.suffix in (".html", ".json"):
        files = embedded(path.read_text(encoding="utf-8"))
    elif path.suffix == ".pdf":
        files = [image.data for one in PdfReader(path).pages for image in one.images]
    else:
        files = [path.read_bytes()]
    opened = (Image.open(io.BytesIO(one)) for one in files)
    return [
        np.asarray(frame.convert("RGB"), dtype=int) for one in opened for frame in ImageSequence.Iterator(one)
    ]


def detail(picture, where):
    """Mean difference between neighbours where the mask is set."""
    steps = np.abs(np.diff(picture, axis=0))[:, :-1] + np.abs(np.diff(picture, axis=1))[:-1]
    return steps.sum(axis=2)[where[:-1, :-1]].mean()


def faces_hidden(plain, hidden):
    """Count the pictures of a folder whose face is hidden in its twin; check that their detail is gone."""
    count = 0
    for path in sorted(
        one for one in plain.rglob("*") if one.suffix in (".html", ".pdf", ".png", ".jpg", ".gif", ".json")
    ):
        twin = hidden / path.relative_to(plain)
        if not twin.exists():  # a photo in which nobody is found
            continue
        for one, other in zip(pictures(path), pictures(twin), strict=True):
            assert one.shape == other.shape
            changed = np.abs(one - other).sum(axis=2) > 24
            if changed.sum() < 40:
                continue
            assert detail(other, changed) < REMAINS * detail(one, changed), path.name
            count += 1
    return count


def both(folder, write):
    """Write with and without; return how many pictures were told apart."""
    for name, options in (("plain", ()), ("hidden", ("--blur-face",))):
        (folder / name).mkdir()
        write(folder / name, *options)
    return faces_hidden(folder / "plain", folder / "hidden")


def test_a_photo_and_what_is_kept_of_it(tmp_path):
    def write(folder, *options):
        url = folder / "h.sqlite3"
        run("photo", SAMPLES / "front-left-hip-high.jpg", "--fast", "--out", folder / "out", "--name", "Anna",
            "--history", url, "--keep-picture", *options, cwd=folder)  # fmt: skip
        run("history", "export", "--out", folder / "kept.json", "--history", url, cwd=folder)

    assert both(tmp_path, write) == 4  # page, PDF, picture, history


def test_a_batch(tmp_path):
    album = tmp_path / "anna"
    album.mkdir()
    for name in ("front-left-hip-high.jpg", "front-too-close.jpg"):
        shutil.copy(SAMPLES / name, album)
    Image.new("RGB", (300, 400), "grey").save(album / "nobody.jpg")

    def write(folder, *options):
        run("batch", album, "--fast", "--jobs", 1, "--out", folder / "out", *options, cwd=folder)

    assert both(tmp_path, write) == 2  # thumbnails
    assert not (tmp_path / "hidden").rglob("*nobody*.jpg") or not list(
        (tmp_path / "hidden").rglob("nobody*.jpg")
    )


def test_progress(tmp_path):
    for day, name in (("2026-01-05", "front-left-hip-high.jpg"), ("2026-02-05", "front-symmetric.jpg")):
        (tmp_path / "anna" / day).mkdir(parents=True)
        shutil.copy(SAMPLES / name, tmp_path / "anna" / day)

    def write(folder, *options):
        run(
            "progress",
            *sorted((tmp_path / "anna").iterdir()),
            "--fast",
            "--out",
            folder / "out",
            *options,
            cwd=folder,
        )

    # Before, after, overlay and two frames of a timelapse: on the page, on paper, and as files.
    assert both(tmp_path, write) >= 8


def test_a_picture_of_the_history(tmp_path):
    """It was kept with its face, smaller than the photo, and is hidden when progress is written."""
    url = tmp_path / "h.sqlite3"
    for day, name in (("2026-01-05", "front-left-hip-high.jpg"), ("2026-02-05", "front-symmetric.jpg")):
        (tmp_path / day).mkdir()
        shutil.copy(SAMPLES / name, tmp_path / day)
        run(
            "photo",
            tmp_path / day / name,
            "--fast",
            "--name",
            "Anna",
            "--keep-picture",
            "--history",
            url,
            cwd=tmp_path,
        )

    def write(folder, *options):
        run("progress", "Anna", "--history", url, "--out", folder / "out", *options, cwd=folder)

    assert both(tmp_path, write) >= 8


def test_a_download_of_the_page(tmp_path):
    with page() as client:
        photo = send(client, SAMPLES / "front-left-hip-high.jpg", fast=True)["id"]

        def write(folder, *options):
            query = {"blur_face": True} if options else {}
            for kind in ("html", "pdf", "png"):
                answer = client.get(f"/api/photos/{photo}/files/{kind}", params=query)
                assert answer.status_code == 200, answer.text
                (folder / f"report.{kind}").write_bytes(answer.content)

        assert both(tmp_path, write) == 3


def dated(source, day, folder):
    """Return a copy of a photo that says when it was taken."""
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = f"{day} 09:00:00"
    copy = folder / f"{source.stem}.jpg"
    with Image.open(source) as photo:
        photo.save(copy, exif=exif, quality=95)
    return copy


def test_progress_on_the_page(tmp_path, monkeypatch):
    monkeypatch.setenv("LEVELBACK_HISTORY", str(tmp_path / "h.sqlite3"))
    with page() as client:
        photos = [
            send(client, dated(SAMPLES / name, day, tmp_path), fast=True)["id"]
            for day, name in (
                ("2026:01:05", "front-left-hip-high.jpg"),
                ("2026:02:05", "front-symmetric.jpg"),
            )
        ]
        client.post("/api/people/photos", json={"person": "Anna", "photos": photos, "pictures": True})

        def write(folder, *options):
            query = {"person": "Anna"} | ({"blur_face": True} if options else {})
            answer = client.get("/api/people/progress.pdf", params=query)
            assert answer.status_code == 200, answer.text
            (folder / "progress.pdf").write_bytes(answer.content)

        assert both(tmp_path, write) >= 2  # before and after
