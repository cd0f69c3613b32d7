"""The wheel, installed in an empty environment elsewhere, works without the checkout."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_images" / "front-left-hip-high.jpg"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT], check=True, capture_output=True
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_the_model_and_nothing_that_is_not_the_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "levelback/models/pose_landmarker_full.task" in names
    assert "levelback/py.typed" in names
    assert "levelback/metrics/data/calibration.json" in names
    outside = [name for name in names if not name.startswith(("levelback/", "levelback-"))]
    assert not outside


def test_the_wheel_works_in_an_empty_environment(wheel, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    tool = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run(
        [tool / "python", "-m", "pip", "install", "--quiet", wheel], check=True, capture_output=True
    )
    away = tmp_path / "away"
    away.mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [tool / "levelback", "photo", SAMPLE, "--json", "-", "--out", "reports"],
        cwd=away,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["schema"] == "levelback.report/1"
    assert {path.suffix for path in (away / "reports").iterdir()} >= {".html", ".pdf", ".png", ".json"}
