"""Turns findings, screening and answers into a programme: release, strengthen, integrate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from levelback.advice.catalogue import Exercise, load_catalogue
from levelback.advice.evidence import FOUND, OTHER, statement
from levelback.advice.hypotheses import Focus, Hypothesis, Work, load_hypotheses
from levelback.advice.programme import PhaseRule, load_habits, load_programme
from levelback.advice.screening import load_questions
from levelback.advice.sources import citation, references, spelled_out
from levelback.advice.values import (
    Answers,
    Finding,
    FindingSide,
    Habit,
    Phase,
    PhaseId,
    Plan,
    Prescription,
    Screening,
)
from levelback.metrics.values import Side

DAYS_PER_WEEK = 3
MINUTES = 20
EQUIPMENT = ("none", "home", "gym")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Work that something asks for. `focus` is the side that comes first; None: both alike.

    `keep` spares it from the cut for time.
    """

    work: Work
    focus: Side | None
    because: str
    keep: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One exercise that was chosen for a wish."""

    exercise: Exercise
    focus: Side | None
    because: str
    keep: bool

    def seconds(self) -> int:
        """Return about how long it takes."""
        dose, each = self.exercise.dose, self.exercise.sides == "each"
        extra = replace(dose, sets=1).seconds(1) if self.focus else 0
        return dose.seconds(2 if each else 1) + extra


def make_plan(findings: Sequence[Finding], screening: Screening, answers: Answers | None = None) -> Plan:
    """Return the programme for what was found; the same input gives the same plan.

    A red flag gives no phases and no habits. Only `likely` and `possible` findings choose exercises; the
    side that a finding points to comes first and gets one set more. Where nothing stands out, the plan
    is short and treats both sides alike. Exercises that an answer forbids are replaced or left out.
    """
    given = answers or Answers()
    days, minutes = given.get("days_per_week"), given.get("minutes")
    days = DAYS_PER_WEEK if days is None else int(days)
    minutes = MINUTES if minutes is None else int(minutes)
    if screening.status == "no_exercise":
        return Plan(screening=screening, phases=(), habits=(), days_per_week=days, minutes=minutes)
    found = tuple(finding for finding in findings if finding.confidence in FOUND)
    wishes = (*_from_findings(found), *_standing(found, given))
    phases = tuple(_phase(rule, wishes, given, minutes) for rule in load_programme().phases)
    habits = tuple(_habits(found, given))
    named = [item.because for phase in phases for item in phase.items] + [habit.source for habit in habits]
    return Plan(
        screening=screening,
        phases=tuple(phase for phase in phases if phase.items),
        habits=habits,
        references=references(" ".join(named)),
        days_per_week=days,
        minutes=minutes,
        checks=tuple(_checks(findings, given)),
    )


def reason_clause(finding: Finding) -> str:
    """Return a finding as half a sentence with its number and interval."""
    evidence = _hypothesis(finding).evidence
    item = next((item for item in evidence if item.id == finding.measure and item.key), None)
    if item is None or finding.estimate is None:
        return finding.explanation.split(". ")[0].rstrip(".")
    return statement(item, finding.estimate, _focus("same", finding.side))


def _hypothesis(finding: Finding) -> Hypothesis:
    try:
        return load_hypotheses()[finding.id]
    except KeyError:
        raise ValueError(f"no hypothesis is called '{finding.id}'") from None


def _from_findings(found: Sequence[Finding]) -> Iterator[Wish]:
    """Yield what the findings ask for: in each phase the first wish of each, then the second, and so on."""
    for rule in load_programme().phases:
        columns = ([_wish(finding, work) for work in _work(finding, rule.id)] for finding in found)
        yield from (wish for wish in chain.from_iterable(zip_longest(*columns)) if wish)


def _work(finding: Finding, phase: PhaseId) -> Sequence[Work]:
    """Return the work of a finding in one phase; the exercise that showed the difference comes first."""
    work = (work for work in _hypothesis(finding).work if work.phase == phase)
    measured = finding.measure.split(".")[0]
    return sorted(work, key=lambda work: measured not in work.exercises)


def _wish(finding: Finding, work: Work) -> Wish:
    because = f"Because {reason_clause(finding)}: {work.why} ({citation(work.source)})."
    return Wish(work=work, focus=_focus(work.focus, finding.side), because=because)


def _focus(focus: Focus, side: object) -> Side | None:
    if focus == "none" or side not in ("left", "right"):
        return None
    named: Side = "left" if side == "left" else "right"
    return named if focus == "same" else OTHER[named]


def _standing(found: Sequence[Finding], answers: Answers) -> Iterator[Wish]:
    """Yield the work that no finding asks for: for an answer, for level people, for everybody."""
    for row in load_programme().work:
        answer = answers.get(row.answer) if row.answer else None
        wanted = {
            "everybody": True,
            "level": not found,
            "answer": answer == row.value if row.value != "" else answer in OTHER,
        }
        opening = {"everybody": "For everybody: ", "level": "To stay even: ", "answer": "Because "}
        if wanted[row.audience]:
            yield Wish(
                work=row.work(),
                focus=_focus(row.focus, answer),
                because=f"{opening[row.audience]}{row.why} ({citation(row.source)}).",
                keep=row.audience == "everybody",
            )


def _phase(rule: PhaseRule, wishes: Sequence[Wish], answers: Answers, minutes: int) -> Phase:
    choices: dict[str, Choice] = {}
    for wish in wishes:
        exercise = first_allowed(wish.work.exercises, answers) if wish.work.phase == rule.id else None
        if exercise is not None:
            choice = Choice(exercise=exercise, focus=wish.focus, because=wish.because, keep=wish.keep)
            choices[exercise.id] = _merged(choices.get(exercise.id), choice)
    fitting = _fitting(tuple(choices.values()), rule.share * minutes * 60)
    items = chain.from_iterable(_prescriptions(choice) for choice in fitting)
    even = all(wish.focus is None for wish in wishes)
    return Phase(
        id=rule.id,
        items=tuple(items),
        about=(even and rule.about_even) or rule.about,
        when=rule.when,
        move_on=(even and rule.move_on_even) or rule.move_on,
        weeks=rule.weeks,
    )


def first_allowed(ids: Sequence[str], answers: Answers) -> Exercise | None:
    """Return the first exercise that no answer forbids and that the equipment allows."""
    has = EQUIPMENT.index(str(answers.get("equipment") or "none"))
    for id in ids:
        exercise = load_catalogue()[id]
        forbidden = any(answers.get(limit) is True for limit in exercise.contraindications)
        if not forbidden and EQUIPMENT.index(exercise.needs) <= has:
            return exercise
    return None


def _merged(first: Choice | None, second: Choice) -> Choice:
    """Return one choice for two wishes: a side beats none, and two different sides make none."""
    if first is None:
        return second
    if first.focus is None and second.focus is not None:
        return replace(second, keep=first.keep or second.keep)
    if second.focus is not None and second.focus != first.focus:
        return replace(first, focus=None)
    return replace(first, keep=first.keep or second.keep)


def _fitting(choices: Sequence[Choice], seconds: float) -> Iterator[Choice]:
    """Yield the choices that fit into the time, the first of them in any case."""
    used = 0
    for index, choice in enumerate(choices):
        if choice.keep:
            yield choice
        elif index == 0 or used + choice.seconds() <= seconds:
            used += choice.seconds()
            yield choice


def _prescriptions(choice: Choice) -> Iterator[Prescription]:
    """Yield one prescription for both sides alike, or two: the side in focus first, with one set more."""
    exercise, dose = choice.exercise, choice.exercise.dose
    sides: tuple[tuple[FindingSide, int], ...] = (("both", 0),)
    if choice.focus is not None and exercise.sides == "each":
        sides = (choice.focus, 1), (OTHER[choice.focus], 0)
    for side, extra in sides:
        yield Prescription(
            exercise=exercise.id,
            name=exercise.name,
            side=side,
            sets=dose.sets + extra,
            reps=dose.reps,
            hold_s=dose.hold_s,
            because=choice.because,
        )


def _habits(found: Sequence[Finding], answers: Answers) -> Iterator[Habit]:
    for rule in load_habits().values():
        finding = next((finding for finding in found if finding.id in rule.findings), None)
        answer = next((id for id in rule.answers if answers.get(id) not in (None, False, "no")), None)
        if rule.always:
            because = f"For everybody ({citation(rule.source)})."
        elif answer is not None:
            because = (
                f"Because of your answer to “{load_questions()[answer].text}” ({citation(rule.source)})."
            )
        elif finding is not None:
            because = f"Because {reason_clause(finding)} ({citation(rule.source)})."
        else:
            continue
        yield Habit(id=rule.id, text=rule.text, source=spelled_out(rule.source), because=because)


def _checks(findings: Sequence[Finding], answers: Answers) -> Iterator[str]:
    """Yield what would settle what is open: which side is weaker, and evidence that disagrees."""
    open_ids = {f.id for f in findings if f.confidence == "inconclusive"}
    open_ids |= {f.id for f in findings if f.confidence in FOUND and _hypothesis(f).sided}
    if answers.get("weak_side") in OTHER:
        open_ids.add("one_side_weaker")
    measured = {f.id for f in findings if f.id == "one_side_weaker" and f.confidence == "likely"}
    return (row.settle for row in load_hypotheses().values() if row.id in open_ids - measured)
