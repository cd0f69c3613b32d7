"""The answers file and what it allows."""

from __future__ import annotations

import pytest

from levelback.advice import Answers, check_answers, load_questions, parse_answers, screen
from levelback.errors import DataFileError

FLAGS = [question for question in load_questions().values() if question.group == "red_flag"]


def test_a_half_answered_file_is_fine(tmp_path):
    file = tmp_path / "answers.toml"
    file.write_text('belt_line = "left"\nnight_pain = false\ndays_per_week = 4\ngoal = "sport"\n')
    answers = parse_answers(file)
    assert answers.get("belt_line") == "left"
    assert answers.get("night_pain") is False
    assert answers.get("days_per_week") == 4
    assert answers.get("fever") is None


def test_an_empty_file_is_no_answer(tmp_path):
    file = tmp_path / "answers.toml"
    file.write_text("")
    assert parse_answers(file) == Answers()


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("belt = 'left'", "belt", "no such question"),
        ("night_pain = 'yes'", "night_pain", "true or false"),
        ("night_pain = 1", "night_pain", "true or false"),
        ("belt_line = 'up'", "belt_line", '"left", "right", "both", "no"'),
        ("belt_line = true", "belt_line", '"left"'),
        ("minutes = 200", "minutes", "whole number from 5 to 60"),
        ("minutes = true", "minutes", "whole number"),
        ("minutes = 7.5", "minutes", "whole number"),
        ("goal = 'win'", "goal", '"stand_level"'),
        ("[night_pain]\nyes = true", "night_pain", "true or false"),
        ("night_pain =", "", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_one_line_with_the_place(tmp_path, text, path, words):
    file = tmp_path / "answers.toml"
    file.write_text(text)
    with pytest.raises(DataFileError) as caught:
        parse_answers(file)
    assert caught.value.path == path
    assert caught.value.exit_code == 2
    assert str(caught.value).startswith("answers.toml: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_no_text(tmp_path):
    with pytest.raises(DataFileError, match="cannot be read"):
        parse_answers(tmp_path / "none.toml")
    file = tmp_path / "picture.toml"
    file.write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(DataFileError, match="not a text file"):
        parse_answers(file)


@pytest.mark.parametrize("flag", FLAGS, ids=lambda flag: flag.id)
def test_each_red_flag_forbids_exercise_and_says_why(flag):
    screening = screen(check_answers({flag.id: True}))
    assert screening.status == "no_exercise"
    assert flag.reason in screening.reasons[0]
    assert screening.reasons[0].startswith("Go to a doctor" if flag.urgent else "See a doctor")


def test_the_urgent_flag_comes_first():
    screening = screen(check_answers({"injury": True, "bladder_bowel": True}))
    assert "bladder" in screening.reasons[0]
    assert screening.reasons[0].startswith("Go to a doctor or an emergency department today.")
    assert len(screening.reasons) == 2


def test_what_is_left_open_is_said():
    assert screen(None).status == "not_answered"
    some = screen(check_answers({FLAGS[0].id: False}))
    assert some.status == "not_answered"
    assert f"{len(FLAGS) - 1} of {len(FLAGS)} questions" in some.reasons[0]
    every = screen(check_answers({flag.id: False for flag in FLAGS}))
    assert every.status == "clear"
    assert every.reasons == ()


def test_persistent_pain_waits_for_the_doctor():
    assert screen(check_answers({"persistent_pain": True})).status == "see_doctor_first"
    assert (
        screen(check_answers({"persistent_pain": True, "pain_cleared": False})).status == "see_doctor_first"
    )
    cleared = {"persistent_pain": True, "pain_cleared": True} | {flag.id: False for flag in FLAGS}
    assert screen(check_answers(cleared)).status == "clear"


def test_a_mirrored_person_gives_mirrored_answers():
    answers = check_answers({"belt_line": "left", "bag": "right", "pain_side": "both", "night_pain": False})
    mirrored = answers.mirrored()
    assert mirrored.get("belt_line") == "right"
    assert mirrored.get("bag") == "left"
    assert mirrored.get("pain_side") == "both"
    assert mirrored.get("night_pain") is False
    assert mirrored.mirrored() == answers
