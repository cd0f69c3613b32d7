"""Verification without a model: the table and its mistakes, comparisons, and what people see."""

import json
from pathlib import Path

import numpy as np
import pytest

from levelback.errors import DataFileError
from levelback.metrics.values import Estimate
from levelback.verify import Comparison, Known, Verification, read_table, to_dict, to_text, write_outputs


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pictures").mkdir()
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "pictures" / name).write_bytes(b"")
    return tmp_path


def write(folder, text, encoding="utf-8"):
    path = folder / "truth.csv"
    path.write_text(text, encoding=encoding)
    return path


def made_up(count=40, seed=3):
    """Return a verification of shoulder tilts with known errors, and two values that failed."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 3, count)
    value = truth + rng.normal(0.1, 0.3, count)

    def known(i, measure="shoulder_tilt"):
        return Known(
            photo=Path(f"photo-{i}.jpg"),
            measure=measure,
            true_value=float(truth[i]) if i < count else 0.0,
            subject=f"person {i}",
        )

    done = [Comparison(known=known(i), estimate=Estimate.around(float(value[i]), 0.6)) for i in range(count)]
    failed = Comparison(known=known(count, "head_tilt"), estimate=None, reason="Nobody was found.")
    return Verification(comparisons=(*done, failed))


def test_a_table_with_all_columns(folder):
    table = write(
        folder,
        "photo,measure,true_value,unit,view,mirrored,height_cm,subject\n"
        "pictures/a.jpg, shoulder_tilt, -2.5, deg, front, yes, 171, anna\n"
        "\n"
        "pictures/b.jpg,pelvic_tilt,4,,left,,,\n",
        encoding="utf-8-sig",
    )
    first, second = read_table(table)
    assert first == Known(
        photo=folder / "pictures" / "a.jpg",
        measure="shoulder_tilt",
        true_value=-2.5,
        view="front",
        mirrored=True,
        height_cm=171.0,
        subject="anna",
    )
    assert (second.view, second.mirrored, second.height_cm, second.subject) == ("left", None, None, "b.jpg")


def test_semicolons_with_decimal_commas(folder):
    table = write(folder, "photo;measure;true_value\npictures/a.jpg;head_tilt;1,5\n")
    assert read_table(table)[0].true_value == 1.5


GOOD = "pictures/a.jpg,head_tilt,1"


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("photo,measure\n", "row 1", "'true_value' is missing"),
        ("photo,measure,true_value,angle\n", "row 1", "no column 'angle'"),
        ("photo,measure,true_value\n", "row 2", "no line"),
        (f"photo,measure,true_value\n{GOOD},5\n", "row 2", "more cells than columns"),
        (f"photo,measure,true_value\n{GOOD}\nno.jpg,head_tilt,1\n", "row 3, column photo", "no file"),
        ("photo,measure,true_value\n,head_tilt,1\n", "row 2, column photo", "empty"),
        (f"photo,measure,true_value\n{GOOD}\n\npictures/a.jpg,neck,1\n", "row 4, column measure", "'neck'"),
        ("photo,measure,true_value\npictures/a.jpg,head_tilt,\n", "row 2, column true_value", "empty"),
        ("photo,measure,true_value\npictures/a.jpg,head_tilt,two\n", "row 2, column true_value", "no number"),
        ("photo,measure,true_value\npictures/a.jpg,head_tilt,nan\n", "row 2, column true_value", "no number"),
        (f"photo,measure,true_value,unit\n{GOOD},mm\n", "row 2, column unit", "is in deg, not mm"),
        (f"photo,measure,true_value,view\n{GOOD},top\n", "row 2, column view", "'top' is none of"),
        (f"photo,measure,true_value,view\n{GOOD},left\n", "row 2, column measure", "does not show"),
        (
            f"photo,measure,true_value,mirrored\n{GOOD},maybe\n",
            "row 2, column mirrored",
            "neither yes nor no",
        ),
        (f"photo,measure,true_value,height_cm\n{GOOD},17\n", "row 2, column height_cm", "no body height"),
        (
            "photo,measure,true_value\npictures/a.jpg,hip_height_difference,8\n",
            "row 2, column height_cm",
            "needs the body height",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(folder, text, place, problem):
    with pytest.raises(DataFileError) as caught:
        read_table(write(folder, text))
    assert caught.value.path == place
    assert problem in caught.value.problem
    assert len(str(caught.value).splitlines()) == 1


def test_a_missing_table_and_a_picture_for_a_table_are_named(folder):
    with pytest.raises(DataFileError, match="no such file"):
        read_table(folder / "none.csv")
    (folder / "photo.csv").write_bytes(b"\xff\xd8\xff\xe0\x00")
    with pytest.raises(DataFileError, match="no CSV text"):
        read_table(folder / "photo.csv")


def test_failures_are_listed_and_do_not_count_as_values():
    verification = made_up()
    text = to_text(verification)
    assert "1 of 41 values could not be measured" in text
    assert "photo-40.jpg, head_tilt: Nobody was found." in text
    assert verification.rows["shoulder_tilt"].n == 40
    assert "head_tilt" not in verification.rows


def test_text_fits_its_width():
    assert max(len(line) for line in to_text(made_up()).splitlines()) <= 120


def test_the_dictionary_is_plain_json():
    document = json.loads(json.dumps(to_dict(made_up()), allow_nan=False))
    assert document["schema"] == "levelback.verify/1"
    assert (document["values"], document["failed"]) == (41, 1)
    row = document["accuracy"][0]
    assert (row["measure"], row["unit"]) == ("shoulder_tilt", "deg")
    errors = [one["value"] - one["true_value"] for one in document["comparisons"] if one["value"] is not None]
    assert row["mae"] == pytest.approx(np.mean(np.abs(errors)))


def test_outputs_are_the_json_and_one_picture_per_measure(tmp_path):
    written = write_outputs(made_up(), tmp_path / "new" / "folder")
    assert [path.name for path in written] == ["verify.json", "shoulder_tilt.png"]
    assert written[1].read_bytes().startswith(b"\x89PNG")


def test_a_single_value_still_makes_a_figure(tmp_path):
    written = write_outputs(made_up(count=1), tmp_path)
    assert written[1].stat().st_size > 10_000
