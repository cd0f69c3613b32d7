"""`levelback verify` as a whole process on the sample pictures, with the real model."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_images"
PICTURES = ("front-left-hip-high.jpg", "back-symmetric.jpg")
TOOL = Path(sys.executable).with_name("levelback")


def levelback(*arguments):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def truth_of(samples, picture):
    return samples["pictures"][picture]["truth"]


@pytest.fixture(scope="module")
def table(samples, tmp_path_factory):
    """Return a table of two sample pictures, shoulders and pelvis each, beside copies of the pictures."""
    folder = tmp_path_factory.mktemp("verify")
    rows = []
    for picture in PICTURES:
        (folder / picture).write_bytes((SAMPLES / picture).read_bytes())
        for measure in ("shoulder_tilt", "pelvic_obliquity"):
            view = picture.partition("-")[0]
            rows.append((picture, measure, truth_of(samples, picture)[measure], view))
    path = folder / "truth.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("photo", "measure", "true_value", "view"), *rows])
    return path


def test_a_table_becomes_the_accuracy_table(table, tmp_path):
    done = levelback("verify", table, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "shoulder_tilt" in done.stdout
    assert "pelvic_obliquity" in done.stdout
    assert {path.name for path in tmp_path.iterdir()} == {
        "verify.json",
        "shoulder_tilt.png",
        "pelvic_obliquity.png",
    }


def test_json_holds_the_values_that_went_in(table):
    done = levelback("verify", table, "--fast", "--json", "-")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    with table.open(newline="", encoding="utf-8") as file:
        went_in = [float(row["true_value"]) for row in csv.DictReader(file)]
    assert [one["true_value"] for one in document["comparisons"]] == pytest.approx(went_in)
    assert all(one["low"] <= one["value"] <= one["high"] for one in document["comparisons"])


def test_a_photo_without_a_person_is_listed_and_counted(table, tmp_path):
    wall = tmp_path / "wall.png"
    import cv2
    import numpy as np

    cv2.imwrite(str(wall), np.full((600, 400, 3), 170, np.uint8))
    (tmp_path / PICTURES[0]).write_bytes((SAMPLES / PICTURES[0]).read_bytes())
    mixed = tmp_path / "mixed.csv"
    mixed.write_text(
        f"photo,measure,true_value\nwall.png,head_tilt,1\n{PICTURES[0]},shoulder_tilt,0\n", encoding="utf-8"
    )
    done = levelback("verify", mixed, "--fast")
    assert done.returncode == 4
    assert "1 of 2 values could not be measured" in done.stdout
    assert "wall.png, head_tilt:" in done.stdout


def test_markers_that_nobody_wears_are_reasons(table):
    done = levelback("verify", table, "--fast", "--markers", "--json", "-")
    assert done.returncode == 3
    document = json.loads(done.stdout)
    assert all("No marker was found on the left" in one["reason"] for one in document["comparisons"])


def test_a_bad_table_is_one_line_and_exit_code_2(tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("photo,measure,true_value\nnobody.jpg,shoulder_tilt,1\n", encoding="utf-8")
    done = levelback("verify", path)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "row 2, column photo" in done.stderr
