"""Everything in the data can be reached, and everything is worded with care."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from itertools import product

import pytest

from levelback.advice import (
    Answers,
    SideComparison,
    describe_exercise,
    find,
    list_exercises,
    load_catalogue,
    load_questions,
    make_plan,
    screen,
)
from levelback.advice.evidence import FOUND
from levelback.advice.hypotheses import load_hypotheses
from levelback.advice.programme import load_habits
from levelback.errors import UsageError
from levelback.metrics.values import MEASURES, Estimate, Measurement, Quality

SHOWN = {
    "hip_high": {"pelvic_obliquity": 4.0},
    "hips_rotated": {"hip_rotation": 14.0},
    "anterior_pelvic_tilt": {"pelvic_tilt": 16.0},
    "shoulder_high": {"shoulder_tilt": 4.0},
    "forward_head": {"forward_head": 26.0},
    "one_side_weaker": {"bird-dog.hold": 30.0},
    "nothing": {},
}


def plan_for(shown: dict[str, float], answers: dict):
    given = Answers.of({"minutes": 60, **answers})
    measurements = [
        Measurement(id=id, unit=MEASURES[id].unit, estimate=Estimate.around(value, 1.0), reason=None)
        for id, value in shown.items()
        if id in MEASURES
    ]
    sets = [
        SideComparison(exercise=id.split(".")[0], aspect=id.split(".")[1], difference=Estimate.around(v, 1.0))
        for id, v in shown.items()
        if id not in MEASURES
    ]
    findings = find(measurements, Quality(usable=True), given, sets)
    return findings, make_plan(findings, screen(given), given)


LIMITS = [question.id for question in load_questions().values() if question.group == "limit"]
GOALS = load_questions()["goal"].options


def every_plan():
    wishes = [{}, {"knee_pain": True, "equipment": "home"}, *({limit: True} for limit in LIMITS)]
    wishes += [{"goal": goal} for goal in GOALS] + [{"goal": goal, "no_floor": True} for goal in GOALS]
    wishes += [{"goal": "get_stronger", "knee_pain": True}]
    for shown, wish, equipment in product(SHOWN.values(), wishes, ("none", "home", "gym")):
        yield plan_for(shown, {"equipment": equipment, **wish})[1]


def test_every_exercise_can_be_prescribed():
    reached = {item.exercise for plan in every_plan() for phase in plan.phases for item in phase.items}
    assert load_catalogue().keys() - reached == set()


def test_every_habit_can_be_chosen():
    reached = set()
    for question in load_questions().values():
        if question.group in ("habit", "sign"):
            answer = "left" if question.kind == "side" else True
            reached |= {habit.id for habit in plan_for({}, {question.id: answer})[1].habits}
    assert load_habits().keys() - reached == set()


@pytest.mark.parametrize("id", load_hypotheses())
def test_every_hypothesis_reaches_an_exercise_of_its_own_in_each_phase(id):
    findings, plan = plan_for(SHOWN[id], {})
    assert [finding.id for finding in findings if finding.confidence in FOUND] == [id]
    for phase in plan.phases:
        assert any(item.because.startswith("Because ") for item in phase.items)
    assert [phase.id for phase in plan.phases] == ["release", "strengthen", "integrate"]


def test_every_question_does_something():
    used = {item.id for hypothesis in load_hypotheses().values() for item in hypothesis.evidence}
    used |= {answer for habit in load_habits().values() for answer in habit.answers}
    used |= {limit for exercise in load_catalogue().values() for limit in exercise.contraindications}
    used |= {"tight_side", "goal", "persistent_pain", "pain_cleared", "days_per_week", "minutes", "equipment"}
    used |= {question.id for question in load_questions().values() if question.group == "red_flag"}
    assert load_questions().keys() - used == set()


def texts():
    for file in resources.files("levelback.advice").joinpath("data").iterdir():
        stack = [tomllib.loads(file.read_text())]
        while stack:
            value = stack.pop()
            if isinstance(value, dict):
                stack += [item for key, item in value.items() if key not in ("source", "note", "full")]
            elif isinstance(value, list):
                stack += value
            elif isinstance(value, str) and " " in value:
                yield file.name, value


def test_the_words_make_no_diagnosis_and_no_promise():
    banned = r"\b(diagnos\w*|patholog\w*|cure[sd]?|heals?|guarantee\w*|will fix|abnormal\w*|deformit\w*|disorder\w*)\b"
    assert [pair for pair in texts() if re.search(banned, pair[1], re.IGNORECASE)] == []


def test_sentences_are_short():
    long = [
        (file, sentence)
        for file, text in texts()
        for sentence in re.split(r"(?<=[.?!:;])\s", text)
        if len(sentence.split()) > 34
    ]
    assert long == []


def test_the_catalogue_as_text():
    listed = list_exercises()
    for exercise in load_catalogue().values():
        assert exercise.id in listed
        text = describe_exercise(exercise.id)
        assert max(len(line) for line in text.splitlines() if not line.endswith(".webp")) <= 90
        for step in exercise.steps:
            assert " ".join(step.split()) in " ".join(text.split())
        assert "None" not in text
    with pytest.raises(UsageError, match="did you mean 'bird-dog'"):
        describe_exercise("birddog")
