"""CONTRIBUTING's smallest changes work: each is applied to a copy of the package, and the copy is run."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHANGES = ROOT / "docs" / "changes"
SAMPLE = ROOT / "sample_images" / "front-left-hip-high.jpg"


@pytest.fixture
def changed(tmp_path):
    """Apply a change of docs/changes to a copy; return what runs the copy."""

    def apply(change):
        copy = tmp_path / "copy"
        shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
        (copy / "models").symlink_to(ROOT / "models")
        patch = ["git", "apply", "-C1", str(CHANGES / change)]
        done = subprocess.run(patch, cwd=copy, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (
            f"make docs/changes/{change} anew, it does not fit any more: {done.stderr}"
        )
        path = os.pathsep.join(map(str, (copy / "src", ROOT / "tests")))

        def run(*command):
            done = subprocess.run(
                [sys.executable, *map(str, command)], capture_output=True, text=True, check=False,
                cwd=tmp_path, env=os.environ | {"PYTHONPATH": path},
            )  # fmt: skip
            assert done.returncode == 0, done.stderr
            return done.stdout

        assert Path(run("-c", "import levelback; print(levelback.__file__)").strip()).is_relative_to(copy)
        return run

    return apply


def test_a_new_measure_is_measured_and_named(changed):
    run = changed("measure.diff")
    report = json.loads(run("-m", "levelback", "photo", SAMPLE, "--fast", "--json", "-", "--out", "out"))
    found = {one["id"]: one for one in report["measurements"]}
    upper, lower = found["shoulder_tilt"], found["pelvic_obliquity"]
    new = found["shoulders_over_hips"]
    assert new["value"] == pytest.approx(upper["value"] - lower["value"], abs=0.02)
    assert new["high"] - new["low"] > lower["high"] - lower["low"]


def test_a_new_exercise_reaches_a_plan(changed, tmp_path):
    run = changed("exercise.diff")
    assert "Seated inner thigh stretch" in run("-m", "levelback", "exercises", "seated-adductor-stretch")
    (tmp_path / "answers.toml").write_text("knee_pain = true\n")
    report = ROOT / "tests" / "golden" / "report_left_hip_high.json"
    assert "Seated inner thigh stretch" in run("-m", "levelback", "plan", report, "--answers", "answers.toml")


def test_a_new_form_check_judges_a_set(changed):
    run = changed("form-check.diff")
    judge = (
        "from helpers.figures import filmed, planned, played\n"
        "for still_s in (5.0, 18.0):\n"
        "    summary, _ = played('bridge-hold', filmed('bridge', planned('B', still_s=still_s), rate=10))\n"
        "    print([(round(rep.hold_s), *rep.faults) for rep in summary.reps])\n"
    )
    assert run("-c", judge).splitlines() == ["[(6, 'hold_too_short')]", "[(19,)]"]


def test_contributing_names_each_change():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert all(f"docs/changes/{path.name}" in text for path in CHANGES.glob("*"))
