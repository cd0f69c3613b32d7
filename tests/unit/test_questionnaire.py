"""The questions in a terminal: what is asked, what is understood, and what is kept."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levelback.advice import Answers, check_answers, load_questions, parse_answers
from levelback.errors import UsageError
from levelback.questionnaire import LIMITS, answers_text, ask, check_target, result, save_answers, understand

QUESTIONS = load_questions()
FLAGS = [id for id, question in QUESTIONS.items() if question.group == "red_flag"]
LIMIT_IDS = [id for id, question in QUESTIONS.items() if question.group == "limit"]


class Terminal:
    """Types prepared lines, then ends; or types by question where a dictionary is given."""

    def __init__(self, lines, at_the_end=EOFError, **by_question):
        self.lines = iter(lines)
        self.at_the_end = at_the_end
        self.by_text = {
            (LIMITS if id == "limits" else QUESTIONS[id]).text: line for id, line in by_question.items()
        }
        self.said: list[str] = []
        self.prompts: list[str] = []

    def read(self, prompt):
        self.prompts.append(" ".join(prompt.split()))
        for text, line in self.by_text.items():
            if text in self.prompts[-1]:
                return line
        for line in self.lines:
            return line
        raise self.at_the_end

    def ask(self):
        return ask(self.read, self.said.append)


def no_to_everything():
    while True:
        yield "n"


def typed(lines=None, **by_question):
    return Terminal(no_to_everything() if lines is None else lines, **by_question)


NUMBERS_AND_CHOICES = {"goal": "", "days_per_week": "", "minutes": "", "equipment": ""}


def test_no_to_everything_is_a_clear_way_in_few_questions():
    terminal = typed(**NUMBERS_AND_CHOICES)
    answers, finished = terminal.ask()
    assert finished
    assert all(answers.get(id) is False for id in (*FLAGS, *LIMIT_IDS, "persistent_pain"))
    assert answers.get("belt_line") == "no"
    assert answers.get("limits") is None
    assert not any(
        QUESTIONS[id].text in prompt for id in (*LIMIT_IDS, "pain_cleared") for prompt in terminal.prompts
    )
    assert "No warning sign" in result(answers, "answers.toml")


def test_it_takes_at_most_two_minutes():
    """By 238 words a minute (Brysbaert 2019, adults who read silently) and half a second for each key."""
    terminal = typed(**NUMBERS_AND_CHOICES)
    terminal.ask()
    words = sum(len(prompt.split("(")[0].split()) - 1 for prompt in terminal.prompts)
    assert words / 238 * 60 + len(terminal.prompts) / 2 <= 120


def test_every_question_can_be_skipped():
    terminal = typed([""] * 100)
    answers, finished = terminal.ask()
    assert finished
    assert answers == Answers()
    assert 25 < len(terminal.prompts) < len(QUESTIONS)


def test_progress_counts_to_the_end():
    terminal = typed(limits="y", persistent_pain="y", **NUMBERS_AND_CHOICES)
    terminal.ask()
    assert [prompt.split()[0] for prompt in terminal.prompts[-3:]] == ["41/43", "42/43", "43/43"]
    assert terminal.prompts[0].startswith("1/34 ")


def test_a_warning_sign_ends_the_questions_after_the_other_warning_signs():
    terminal = typed(injury="y", bladder_bowel="yes")
    answers, finished = terminal.ask()
    assert finished
    assert len(terminal.prompts) == len(FLAGS)
    assert dict(answers.pairs) == dict.fromkeys(FLAGS, False) | {"injury": True, "bladder_bowel": True}
    said = " ".join(result(answers, "answers.toml").split())
    assert "Go to a doctor or an emergency department today." in said
    assert QUESTIONS["injury"].reason in said
    assert said.index(QUESTIONS["bladder_bowel"].reason) < said.index(QUESTIONS["injury"].reason)


def test_lasting_pain_asks_whether_a_doctor_has_looked():
    terminal = typed(persistent_pain="y", pain_cleared="y", **NUMBERS_AND_CHOICES)
    answers, _ = terminal.ask()
    assert answers.get("pain_cleared") is True


def test_limits_are_asked_one_by_one_only_where_there_are_any():
    terminal = typed(limits="y", knee_pain="y", **NUMBERS_AND_CHOICES)
    answers, _ = terminal.ask()
    assert {id for id in LIMIT_IDS if answers.get(id) is True} == {"knee_pain"}
    skipped, _ = typed(limits="", **NUMBERS_AND_CHOICES).ask()
    assert all(skipped.get(id) is None for id in LIMIT_IDS)


@pytest.mark.parametrize("end", [EOFError, KeyboardInterrupt])
def test_an_early_end_keeps_what_was_said(end):
    answers, finished = typed(["n", "y", ""], at_the_end=end).ask()
    assert not finished
    assert dict(answers.pairs) == {"injury": False, "night_pain": True}


def test_q_stops_and_back_asks_again():
    terminal = typed(["<", "y", "<", "n", "n", "q", "n"])
    answers, finished = terminal.ask()
    assert not finished
    assert dict(answers.pairs) == {"injury": False, "night_pain": False}
    assert [prompt.split("/")[0] for prompt in terminal.prompts] == ["1", "1", "2", "1", "2", "3"]


def test_what_is_not_understood_is_asked_again():
    terminal = typed(["perhaps", "\ufffd", "n"])
    answers, _ = terminal.ask()
    assert dict(answers.pairs) == {"injury": False}
    assert sum("y (yes) or n (no)" in line for line in terminal.said) == 2


@pytest.mark.parametrize(
    ("id", "line", "meant"),
    [
        ("fever", "y", True), ("fever", "ye", True), ("fever", "no", False),
        ("belt_line", "l", "left"), ("belt_line", "right", "right"), ("belt_line", "b", "both"),
        ("belt_line", "n", "no"), ("belt_line", "neither", "no"),
        ("goal", "1", "stand_level"), ("goal", "stand level", "stand_level"), ("goal", "get", "get_stronger"),
        ("goal", "sport", "sport"), ("equipment", "none", "none"), ("equipment", "3", "gym"),
        ("days_per_week", "3", 3), ("minutes", "20 minutes", 20),
    ],
)  # fmt: skip
def test_lines_and_what_they_mean(id, line, meant):
    value = understand(QUESTIONS[id], line)
    assert value == meant
    assert type(value) is type(meant)


@pytest.mark.parametrize(
    ("id", "line"),
    [
        ("fever", "maybe"), ("fever", "left"), ("belt_line", "up"), ("goal", "s"), ("goal", "0"), ("goal", "5"),
        ("days_per_week", "8"), ("days_per_week", "0"), ("minutes", "7.5"), ("minutes", "many"), ("minutes", "-10"),
    ],
)  # fmt: skip
def test_lines_that_mean_nothing(id, line):
    with pytest.raises(ValueError):  # noqa: PT011
        understand(QUESTIONS[id], line)


@settings(max_examples=40, deadline=None)
@given(
    lines=st.lists(
        st.text(max_size=12) | st.sampled_from(["y", "n", "", "<", "left", "2", "10"]), max_size=80
    )
)
def test_whatever_is_typed_gives_answers_that_can_be_read_back(lines, tmp_path_factory):
    answers, _ = typed(lines).ask()
    file = tmp_path_factory.mktemp("typed") / "answers.toml"
    save_answers(answers, file)
    assert parse_answers(file) == answers


def test_the_file_holds_each_answer_under_its_question():
    text = answers_text(check_answers({"bag": "left", "minutes": 15, "fever": False}))
    lines = [line for line in text.splitlines() if line]
    assert lines[1::2] == [f"# {QUESTIONS[id].text}" for id in ("fever", "bag", "minutes")]
    assert lines[2::2] == ["fever = false", 'bag = "left"', "minutes = 15"]


def test_a_file_that_is_there_is_not_replaced_unasked(tmp_path):
    file = tmp_path / "answers.toml"
    check_target(file, force=False)
    file.write_text("fever = true\n")
    with pytest.raises(UsageError, match="--force"):
        check_target(file, force=False)
    check_target(file, force=True)
    with pytest.raises(UsageError, match="is a folder"):
        check_target(tmp_path, force=True)
    with pytest.raises(UsageError, match="no folder"):
        check_target(tmp_path / "none" / "answers.toml", force=False)


def test_the_next_command_names_the_file_safely(tmp_path):
    text = result(Answers(), tmp_path / "my answers.toml")
    assert f"--answers '{tmp_path}/my answers.toml'" in text
    assert "questions about warning signs are not answered" in " ".join(text.split())
