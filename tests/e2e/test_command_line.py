"""The command line as a person meets it: outputs, exit codes, and no traceback."""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from levelback.cli import app

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "sample_images"
GOOD = SAMPLES / "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")


def levelback(*arguments, cwd=None):
    done = subprocess.run([TOOL, *arguments], capture_output=True, text=True, cwd=cwd, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def empty_wall(tmp_path_factory):
    path = tmp_path_factory.mktemp("wall") / "wall.png"
    cv2.imwrite(str(path), np.full((600, 400, 3), 170, np.uint8))
    return path


def test_a_photo_becomes_a_report(tmp_path):
    done = levelback("photo", GOOD, "--out", tmp_path)
    assert done.returncode == 0
    assert done.stdout == ""
    stem = GOOD.stem
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{stem}.{kind}" for kind in ("html", "pdf", "png", "json")
    }
    assert str(tmp_path) in done.stderr


def test_a_reader_who_goes_away_loses_no_file(tmp_path):
    levelback("photo", GOOD, "--fast", "--json", tmp_path / "report.json")
    with subprocess.Popen(
        [TOOL, "plan", tmp_path / "report.json", "--ics", tmp_path / "plan.ics"], stdout=subprocess.PIPE
    ) as run:
        run.stdout.close()
    assert (tmp_path / "plan.ics").exists()


def test_json_alone_on_standard_output(tmp_path):
    done = levelback("photo", GOOD, "--fast", "--json", "-", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["schema"] == "levelback.report/1"
    assert not list(tmp_path.iterdir())


def test_json_of_several_photos_is_a_list(tmp_path):
    done = levelback(
        "photo", GOOD, SAMPLES / "back-symmetric.jpg", "--fast", "--json", tmp_path / "both.json"
    )
    assert done.returncode == 0
    assert [one["photo"]["file"] for one in json.loads((tmp_path / "both.json").read_text())] == [
        GOOD.name,
        "back-symmetric.jpg",
    ]


def test_nobody_in_the_picture_is_exit_code_3(empty_wall, tmp_path):
    done = levelback("photo", empty_wall, "--out", tmp_path / "out")
    assert done.returncode == 3
    assert "Nobody" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_some_of_several_failing_is_exit_code_4(empty_wall, tmp_path):
    done = levelback("photo", GOOD, empty_wall, "--fast", "--json", tmp_path / "report.json")
    assert done.returncode == 4
    assert len(json.loads((tmp_path / "report.json").read_text())) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["photo"],
        ["photo", "no-such-file.jpg"],
        ["photo", GOOD, "--view", "top"],
        ["photo", GOOD, "--height-cm", "4"],
        ["photo", GOOD, "--answers", "no-such.toml"],
        ["no-such-command"],
        ["exercises", "no-such-exercise"],
    ],
)
def test_wrong_usage_is_exit_code_2(arguments):
    done = levelback(*arguments)
    assert done.returncode == 2
    assert done.stderr


def test_a_damaged_model_is_exit_code_5_with_the_command(tmp_path):
    bundle = tmp_path / "cut.task"
    bundle.write_bytes((ROOT / "models" / "pose_landmarker_full.task").read_bytes()[:1000])
    done = levelback("photo", GOOD, "--model", bundle)
    assert done.returncode == 5
    assert "To mend it:" in done.stderr


def test_a_text_file_is_no_photo(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_text("hello")
    done = levelback("photo", path)
    assert done.returncode == 3
    assert len(done.stderr.strip().splitlines()) == 1


def test_native_libraries_stay_silent(tmp_path):
    done = levelback("photo", GOOD, "--fast", "--json", "-")
    assert done.stderr == ""


def test_doctor_finds_what_is_installed():
    done = levelback("doctor")
    assert done.returncode == 0
    assert "mediapipe" in done.stdout
    assert "pose_landmarker_full.task" in done.stdout


def test_every_command_has_help_and_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert command.callback.__doc__
        assert f"levelback {name}" in readme, name


def test_importing_the_package_loads_no_heavy_library():
    code = "import levelback, sys; print([m for m in ('cv2','mediapipe','scipy','matplotlib','typer') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_fast_photo_loads_no_library_that_it_does_not_need():
    code = (
        "import sys; sys.argv = ['levelback', 'photo', '--fast', '--json', '-', sys.argv[1]]\n"
        "from levelback.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = ('mediapipe', 'scipy', 'matplotlib', 'polars', 'jinja2', 'fpdf', 'pillow_heif')\n"
        "print([m for m in heavy if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, GOOD], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
