"""The commands screen, plan and exercises as a person meets them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from icalendar import Calendar

from helpers import reports
from helpers.figures import filmed, planned, played
from levelback.advice import load_catalogue, load_questions, parse_answers

TOOL = Path(sys.executable).with_name("levelback")
FLAGS = [q.id for q in load_questions().values() if q.group == "red_flag"]


def levelback(*arguments, cwd, typed=""):
    done = subprocess.run(
        [TOOL, *arguments], input=typed, capture_output=True, text=True, cwd=cwd, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture
def report(tmp_path) -> Path:
    file = tmp_path / "report.json"
    file.write_text(reports.left_hip_high().to_json(), encoding="utf-8")
    return file


def answers_file(folder, **answers):
    lines = [f"{id} = false" for id in FLAGS if id not in answers]
    lines += [f"{id} = {json.dumps(value)}" for id, value in answers.items()]
    file = folder / "answers.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def clam_set(folder, sides, *, weak="", file="clam.json"):
    """What `levelback live clam --json` writes of a set in which the `weak` side opens less far."""
    reps = [replace(rep, range=0.5 if rep.side == weak else 1.0) for rep in planned(sides)]
    summary, _ = played("clam", filmed("clam", reps))
    (folder / file).write_text(json.dumps(summary.to_dict()), encoding="utf-8")
    return summary


def test_screen_writes_answers_that_are_read_back_and_says_what_is_next(tmp_path):
    done = levelback("screen", "--out", "mine.toml", cwd=tmp_path, typed="n\n" * 100)
    assert done.returncode == 0
    assert "1/34" in done.stdout
    assert "No warning sign" in done.stdout
    assert "levelback photo YOUR-PHOTO.jpg --answers mine.toml" in done.stdout
    answers = parse_answers(tmp_path / "mine.toml")
    assert all(answers.get(flag) is False for flag in FLAGS)


def test_a_red_flag_is_a_clear_word_and_no_failure(tmp_path):
    done = levelback("screen", cwd=tmp_path, typed="y\n" + "n\n" * 100)
    assert done.returncode == 0
    assert "See a doctor before you do any exercise." in done.stdout
    assert "broken bone" in " ".join(done.stdout.split())
    assert parse_answers(tmp_path / "answers.toml").get("injury") is True


def test_screen_keeps_what_was_answered_when_the_input_ends(tmp_path):
    done = levelback("screen", cwd=tmp_path, typed="n\nn")
    assert done.returncode == 0
    assert len(parse_answers(tmp_path / "answers.toml").pairs) == 2
    assert "10 of 12 questions" in done.stdout


def test_screen_with_no_input_writes_nothing(tmp_path):
    done = levelback("screen", cwd=tmp_path)
    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []
    assert "Nothing was answered" in done.stdout


def test_ctrl_c_keeps_what_was_answered(tmp_path):
    process = subprocess.Popen(
        [TOOL, "screen"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, cwd=tmp_path,
    )  # fmt: skip
    process.stdin.write("n\ny\n")
    process.stdin.flush()
    seen = ""
    while "3/" not in seen:
        seen += process.stdout.read(1)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err == ""
    assert "See a doctor" in out
    assert dict(parse_answers(tmp_path / "answers.toml").pairs) == {"injury": False, "night_pain": True}


def test_screen_replaces_no_file_unasked(tmp_path):
    file = answers_file(tmp_path)
    before = file.read_bytes()
    done = levelback("screen", cwd=tmp_path, typed="n\n")
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert file.read_bytes() == before
    assert levelback("screen", "--force", cwd=tmp_path, typed="y\n").returncode == 0
    assert parse_answers(file).pairs == (("injury", True),)


def test_plan_shows_the_programme_and_writes_every_form(tmp_path, report):
    answers = answers_file(tmp_path, days_per_week=2, minutes=15, bag="left")
    done = levelback(
        *("plan", report, "--answers", answers, "--out", "out", "--json", "new.json"),
        *("--ics", "plan.ics", "--start", "2026-03-16", "--breaks", "40"),
        cwd=tmp_path,
    )
    assert done.returncode == 0
    for words in ("2 days a week, about 15 minutes", "1. Release", "Weeks 1 and 2", "left 2 × 20, right 1 × 20",
                  "Because your left hip stands 4.2° higher", "Move on when", "Check it yourself", "Every day",
                  "heavy bag", "levelback exercises ID"):  # fmt: skip
        assert words in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 88
    new = json.loads((tmp_path / "new.json").read_text(encoding="utf-8"))
    assert new["plan"]["screening"]["status"] == "clear"
    assert new["plan"]["days_per_week"] == 2
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".html", ".pdf", ".json"}
    calendar = Calendar.from_ical((tmp_path / "plan.ics").read_bytes())
    assert len(calendar.walk("VEVENT")) == 5


def plan_with(*arguments, cwd):
    done = levelback("plan", "report.json", *arguments, "--json", "new.json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    new = json.loads((cwd / "new.json").read_text(encoding="utf-8"))
    found = {one["id"]: one for one in new["findings"]}
    clams = [i for phase in new["plan"]["phases"] for i in phase["items"] if i["exercise"] == "clam"]
    return done, found, clams


def test_a_weak_side_in_live_sets_changes_the_plan(tmp_path):
    (tmp_path / "report.json").write_text(reports.report(*reports.LEVEL_FRONT).to_json(), encoding="utf-8")
    answers = answers_file(tmp_path)
    _, before, _ = plan_with("--answers", answers, cwd=tmp_path)
    assert "one_side_weaker" not in before
    assert clam_set(tmp_path, "LLLRRR", weak="left").weaker_side == "left"
    done, found, clams = plan_with("--answers", answers, "--sets", "clam.json", cwd=tmp_path)
    assert found["one_side_weaker"]["side"] == "left"
    assert "in the clam your left hip opened" in done.stdout.replace("\n", " ")
    assert clams


def test_sets_that_disagree_with_the_photo_settle_nothing_and_say_what_would(tmp_path, report):
    clam_set(tmp_path, "LLLRRR", weak="right")
    answers = answers_file(tmp_path)
    _, before, _ = plan_with("--answers", answers, cwd=tmp_path)
    assert (before["hip_high"]["side"], before["hip_high"]["confidence"]) == ("left", "likely")
    done, found, clams = plan_with("--answers", answers, "--sets", "clam.json", cwd=tmp_path)
    assert (found["hip_high"]["side"], found["hip_high"]["confidence"]) == (None, "inconclusive")
    assert "Do the clam slowly on both sides" in done.stdout.replace("\n ", "")
    assert {(one["side"], one["sets"]) for one in clams} == {("right", 2), ("left", 1)}


def test_sets_do_not_bring_back_what_answers_forbid(tmp_path, report):
    clam_set(tmp_path, "LLLRRR", weak="left")
    flagged = levelback("plan", report, "--answers", answers_file(tmp_path), "--json", "b.json", cwd=tmp_path)
    assert flagged.returncode == 0
    done = levelback("plan", "b.json", "--sets", "clam.json", cwd=tmp_path)
    assert done.returncode == 2
    assert "--answers FILE" in done.stderr


def test_plan_as_json_alone(tmp_path, report):
    done = levelback("plan", report, "--answers", answers_file(tmp_path), "--json", "-", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["plan"]["phases"][0]["id"] == "release"


def test_without_answers_the_plan_of_the_report_stays(tmp_path, report):
    flagged = tmp_path / "flagged.json"
    answers = answers_file(tmp_path, fever=True)
    assert levelback("plan", report, "--answers", answers, "--json", flagged, cwd=tmp_path).returncode == 0
    done = levelback("plan", flagged, "--ics", "plan.ics", cwd=tmp_path)
    assert done.returncode == 0
    assert "infection" in done.stdout
    assert not [
        exercise.name for exercise in load_catalogue().values() if f"- {exercise.name}" in done.stdout
    ]
    assert "see a doctor first" in done.stderr
    assert not (tmp_path / "plan.ics").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.json"], "cannot be read"),
        (["text.json"], "not valid JSON"),
        (["list.json"], "list of reports"),
        (["report.json", "--answers", "none.toml"], "cannot be read"),
        (["report.json", "--sets", "none.json"], "cannot be read"),
        (["report.json", "--sets", "text.json"], "not a JSON file"),
        (["report.json", "--sets", "report.json"], "schema"),
        (["report.json", "--sets", "one-side.json"], "train both sides"),
        (["report.json", "--ics", "no-folder/plan.ics"], "Cannot write"),
        (["report.json", "--json", "no-folder/plan.json"], "Cannot write"),
        (["report.json", "--ics", "a.ics", "--days", "never"], "no weekday 'never'"),
        (["report.json", "--ics", "a.ics", "--breaks", "5"], "--breaks"),
    ],
)
def test_wrong_usage_of_plan_is_exit_code_2(tmp_path, report, arguments, words):
    (tmp_path / "text.json").write_text("hello")
    (tmp_path / "list.json").write_text("[]")
    clam_set(tmp_path, "RR", file="one-side.json")
    done = levelback("plan", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_photo_that_could_not_be_measured_has_no_plan(tmp_path):
    (tmp_path / "report.json").write_text(reports.unusable().to_json(), encoding="utf-8")
    done = levelback("plan", "report.json", cwd=tmp_path)
    assert done.returncode == 3
    assert "no plan" in done.stderr
