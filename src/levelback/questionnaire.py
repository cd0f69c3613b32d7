"""Asks the questions of `levelback screen` one by one, and writes the answers down.

    answers, finished = ask(input, print)
    save_answers(answers, Path("answers.toml"))
    print(result(answers, Path("answers.toml")))

What is asked stands in ``advice/data/questions.toml``. Nothing here knows a terminal: `read` takes a prompt
and returns a line, `say` takes a line.
"""

from __future__ import annotations

import os
import shlex
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import tomli_w

from levelback.advice import Answers, Question, load_questions, screen
from levelback.advice.values import AnswerValue
from levelback.errors import UsageError
from levelback.report import write_whole

WIDTH = 88
INTRO = (
    "A few questions about warning signs, your body and your day; they take about two minutes. Answer with "
    "y or n, a side, a number or a word. Enter skips a question, < goes back, q stops. Your answers stay on "
    "this machine."
)
TITLES = {
    "red_flag": "Warning signs",
    "pain": "Pain",
    "limit": "What to spare",
    "sign": "What you see and feel",
    "habit": "Your day",
    "goal": "What you want",
}
LIMITS = Question(
    id="limits",
    group="limit",
    kind="yes_no",
    text="Does anything hold you back: a sore joint or neck, an artificial hip, getting down to the floor, "
    "poor balance, or high blood pressure?",
    source="Sums up the questions of this group; no answers them all.",
)
YES_OR_NO = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}
SIDES = {"left": "left", "right": "right", "both": "both", "no": "no", "neither": "no", "none": "no"}
Given = dict[str, AnswerValue | None]
"""What was answered so far, by question id and in the order of asking; None where it was skipped."""


def ask(read: Callable[[str], str], say: Callable[[str], None]) -> tuple[Answers, bool]:
    """Ask every question that fits what was answered before; return the answers, and whether all were asked.

    After a warning sign nothing but the other warning signs is asked. `read` may end it all by EOFError or
    KeyboardInterrupt; what was answered until then is returned.
    """
    given: Given = {}
    group = ""
    say(textwrap.fill(INTRO, WIDTH))
    while open_questions := _open_questions(given):
        question = open_questions[0]
        if question.group != group:
            group = question.group
            say(f"\n{TITLES[group]}")
        try:
            line = read(_prompt(question, len(given) + 1, len(given) + len(open_questions))).strip().lower()
        except (EOFError, KeyboardInterrupt):
            say("")
            break
        except UnicodeDecodeError:
            line = "\N{REPLACEMENT CHARACTER}"
        if line in ("q", "quit"):
            break
        if line in ("<", "back"):
            if given:
                given.popitem()
            continue
        try:
            given[question.id] = understand(question, line) if line else None
        except ValueError:
            say(f"   Please answer {_expected(question)}, or press Enter to skip.")
    return _answers(given), not _open_questions(given)


def _open_questions(given: Given) -> list[Question]:
    """Return what is still to be asked, in order."""
    questions = load_questions()
    flagged = any(
        given.get(id) is True and questions[id].group == "red_flag" for id in given if id in questions
    )
    wanted = []
    for question in questions.values():
        if question.id in given or (flagged and question.group != "red_flag"):
            continue
        if question.id == "pain_cleared" and given.get("persistent_pain") is not True:
            continue
        if question.group == "limit" and given.get(LIMITS.id) is not True:
            if LIMITS.id not in given and LIMITS not in wanted:
                wanted.append(LIMITS)
            continue
        wanted.append(question)
    return wanted


def understand(question: Question, line: str) -> AnswerValue:
    """Return the answer that a line of text in small letters means. Raises ValueError where it means none.

    Words may be cut short where that is plain: ``l`` for left. A choice is a word of it or its number.
    """
    if question.kind == "yes_no":
        return YES_OR_NO[line] if line in YES_OR_NO else _cut_short(line, YES_OR_NO)
    if question.kind == "side":
        return _cut_short(line, SIDES)
    if question.kind == "choice":
        if line.isdecimal() and 1 <= int(line) <= len(question.options):
            return question.options[int(line) - 1]
        return _cut_short(line.replace(" ", "_"), {option: option for option in question.options})
    number = int(line.split()[0])
    if not question.low <= number <= question.high:
        raise ValueError
    return number


def _cut_short(line: str, words: Mapping[str, AnswerValue]) -> AnswerValue:
    """Return what the only word that begins with `line` means; words that mean the same count as one."""
    meant = {value for word, value in words.items() if word == line}
    meant = meant or {value for word, value in words.items() if word.startswith(line)}
    if len(meant) != 1:
        raise ValueError
    return meant.pop()


def _prompt(question: Question, number: int, total: int) -> str:
    hint = {
        "yes_no": "y/n",
        "side": "left/right/both/no",
        "choice": ", ".join(f"{n} {_shown(option)}" for n, option in enumerate(question.options, 1)),
        "number": f"{question.low} to {question.high}",
    }[question.kind]
    text = f"{f'{number}/{total}':>6}  {question.text} ({hint}) "
    return textwrap.fill(text, WIDTH, subsequent_indent=" " * 8) + " "


def _expected(question: Question) -> str:
    options = " or ".join(f"“{_shown(option)}”" for option in question.options)
    return {
        "yes_no": "y (yes) or n (no)",
        "side": "left, right, both or no",
        "choice": f"with a number from 1 to {len(question.options)}, or {options}",
        "number": f"with a whole number from {question.low} to {question.high}",
    }[question.kind]


def _shown(option: str) -> str:
    return option.replace("_", " ")


def _answers(given: Given) -> Answers:
    """Return what was answered; a no to all limits is a no to each."""
    said = {id: value for id, value in given.items() if value is not None and id != LIMITS.id}
    if given.get(LIMITS.id) is False:
        said |= {question.id: False for question in load_questions().values() if question.group == "limit"}
    return Answers.of(said)


def check_target(file: Path, *, force: bool) -> None:
    """Raise UsageError where the answers could not be written to `file`, before anything is asked."""
    if file.is_dir():
        raise UsageError(f"'{file}' is a folder; give a file name, like {file / 'answers.toml'}.")
    if file.exists() and not force:
        raise UsageError(f"'{file}' is there already; use --force to replace it, or --out for another file.")
    if not os.access(file.parent, os.W_OK):
        raise UsageError(f"There is no folder '{file.parent}' that could be written to.")


def save_answers(answers: Answers, file: Path) -> None:
    """Write an answers file that `parse_answers` reads back. Raises UsageError where that fails."""
    write_whole(file, answers_text(answers).encode())


def answers_text(answers: Answers) -> str:
    """Return the answers as TOML, each under its question, in the order of asking."""
    blocks = [
        "# Answers to the questions of `levelback screen`. Change them here, or leave any of them out.\n"
    ]
    for question in load_questions().values():
        value = answers.get(question.id)
        if value is not None:
            comment = textwrap.fill(question.text, 100, initial_indent="# ", subsequent_indent="# ")
            blocks.append(f"{comment}\n{tomli_w.dumps({question.id: value})}")
    return "\n".join(blocks)


def result(answers: Answers, file: Path, *, finished: bool = True) -> str:
    """Return what the answers allow, where they are kept, and what to do next."""
    screening = screen(answers)
    reasons = screening.reasons or ("No warning sign: you may exercise.",)
    blocks = ["\n".join(textwrap.fill(reason, WIDTH) for reason in reasons)]
    count = len(answers.pairs)
    if not count and not finished:
        return f"\n{blocks[0]}\n\nNothing was answered, so nothing was kept. To begin again: levelback screen"
    blocks.append(f"{count} answer{'' if count == 1 else 's'} kept in {file}.")
    after = "Next, measure a photo:"
    if screening.status == "no_exercise":
        after = "There will be no exercises until a doctor has looked. You can still measure a photo:"
    blocks.append(f"{after}\n  levelback photo YOUR-PHOTO.jpg --answers {shlex.quote(str(file))}")
    blocks.append(
        f"With a report that you have:\n  levelback plan REPORT.json --answers {shlex.quote(str(file))}"
    )
    return "\n" + "\n\n".join(blocks)
