"""Safety first: the questions, a person's answers, and what they allow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from levelback.advice import tables
from levelback.advice.values import Answers, AnswerValue, Screening
from levelback.errors import DataFileError

FILE = "questions.toml"
SIDES = ("left", "right", "both", "no")
Group = Literal["red_flag", "pain", "limit", "sign", "habit", "goal"]
Kind = Literal["yes_no", "side", "choice", "number"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question. `group` says what an answer does (see the head of ``questions.toml``).

    reason    for a red flag and for persistent pain: the sentence that a "yes" leads to
    urgent    a red flag that cannot wait until tomorrow
    options   of a choice; `low` and `high` bound a number
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    id: str
    group: Group
    kind: Kind
    text: str
    source: str
    reason: str = ""
    urgent: bool = False
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


@cache
def load_questions() -> dict[str, Question]:
    """Return the questions by id, in the order in which to ask them. Raises DataFileError."""
    rows = tables.read_table(FILE, "questions", Question)
    for index, question in enumerate(rows):
        at = f"questions[{index}]"
        if question.group == "red_flag" and not question.reason:
            raise DataFileError(FILE, f"{at}.reason", "a red flag needs a reason")
        if question.kind == "choice" and len(question.options) < 2:
            raise DataFileError(FILE, f"{at}.options", "a choice needs at least two options")
        if question.kind == "number" and not question.low < question.high:
            raise DataFileError(FILE, f"{at}.low", "must be below high")
    return tables.keyed(rows, lambda question: question.id, file=FILE, table="questions")


def parse_answers(file: Path) -> Answers:
    """Return the answers of a TOML file that has one ``question_id = answer`` a line.

    Any question may be missing. Raises DataFileError, with the question's id as its path, where the
    file cannot be read, an id is unknown or an answer does not fit its question.
    """
    return check_answers(tables.read_toml(file), file=file.name)


def check_answers(raw: dict[str, object], *, file: str = "answers") -> Answers:
    """Return a dictionary of answers, checked as `parse_answers` does; `file` names it in errors."""
    questions = load_questions()
    checked: dict[str, AnswerValue] = {}
    for id, value in raw.items():
        if id not in questions:
            raise DataFileError(file, id, "there is no such question; `levelback screen` lists them")
        checked[id] = _fitting(questions[id], value, file)
    return Answers.of(checked)


def _fitting(question: Question, value: object, file: str) -> AnswerValue:
    if question.kind == "yes_no":
        if isinstance(value, bool):
            return value
        expected = "true or false"
    elif question.kind == "number":
        if isinstance(value, int) and not isinstance(value, bool) and question.low <= value <= question.high:
            return value
        expected = f"a whole number from {question.low} to {question.high}"
    else:
        options = SIDES if question.kind == "side" else question.options
        if isinstance(value, str) and value in options:
            return value
        expected = "one of " + ", ".join(f'"{option}"' for option in options)
    raise DataFileError(file, question.id, f"must be {expected}, not {value!r}")


URGENT = "Go to a doctor or an emergency department today. "
SEE_DOCTOR = "See a doctor before you do any exercise. "
DOCTOR_FIRST = "Show this plan to the doctor, and start when you are told that you may. "


def screen(answers: Answers | None) -> Screening:
    """Return what the answers allow.

    ``no_exercise``       a red flag was answered with yes; the reasons say which, the urgent first
    ``see_doctor_first``  pain that lasts and has not been looked at: the plan waits for the doctor
    ``not_answered``      not every red flag was answered; the reason asks for it
    ``clear``             every red flag was answered with no
    """
    given = answers or Answers()
    questions = load_questions()
    flags = [question for question in questions.values() if question.group == "red_flag"]
    raised = sorted((q for q in flags if given.get(q.id) is True), key=lambda q: not q.urgent)
    if raised:
        word = URGENT if raised[0].urgent else SEE_DOCTOR
        reasons = (word + raised[0].reason, *(question.reason for question in raised[1:]))
        return Screening(status="no_exercise", reasons=reasons)
    if given.get("persistent_pain") is True and given.get("pain_cleared") is not True:
        reason = f"{questions['persistent_pain'].reason} {DOCTOR_FIRST}".strip()
        return Screening(status="see_doctor_first", reasons=(reason,))
    open_flags = sum(given.get(question.id) is None for question in flags)
    if open_flags:
        return Screening(status="not_answered", reasons=(_open_reason(open_flags, len(flags)),))
    return Screening(status="clear")


def _open_reason(open_flags: int, all_flags: int) -> str:
    which = "The" if open_flags == all_flags else f"{open_flags} of {all_flags}"
    return (
        f"{which} questions about warning signs are not answered. Answer them before you start, and see a "
        "doctor if one of them applies to you or if your pain lasts."
    )
