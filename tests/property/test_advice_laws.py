"""Laws of the advice: what must hold for every photo, every answer and every live set."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from levelback.advice import (
    Answers,
    Finding,
    Plan,
    SideComparison,
    find,
    load_catalogue,
    load_questions,
    make_plan,
    screen,
)
from levelback.advice.evidence import CONFIDENCES, FOUND, OTHER, weigh_side
from levelback.advice.hypotheses import load_hypotheses
from levelback.advice.sources import load_sources
from levelback.metrics.values import MEASURES, Estimate, Measurement, Quality

USABLE = Quality(usable=True)
EVIDENCE = [item for hypothesis in load_hypotheses().values() for item in hypothesis.evidence]
MEASURED = sorted({item.id for item in EVIDENCE if item.kind == "measure"})
COMPARED = sorted({item.id for item in EVIDENCE if item.kind == "set"})
FLAGS = [question.id for question in load_questions().values() if question.group == "red_flag"]
RED = dict.fromkeys(FLAGS, False)


def estimates(reach: float) -> st.SearchStrategy[Estimate]:
    def build(value: float, below: float, above: float) -> Estimate:
        return Estimate(value=value, low=value - below, high=value + above)

    width = st.floats(0.0, 8.0)
    return st.builds(build, st.floats(-reach, reach), width, width)


def answer_to(id: str) -> st.SearchStrategy[object]:
    question = load_questions()[id]
    if question.kind == "yes_no":
        return st.booleans()
    if question.kind == "number":
        return st.integers(question.low, question.high)
    return st.sampled_from(question.options or ("left", "right", "both", "no"))


def readings() -> st.SearchStrategy[dict[str, Estimate]]:
    reach = {id: 12.0 if MEASURES[id].sided else 70.0 for id in MEASURED}
    return st.fixed_dictionaries({}, optional={id: estimates(reach[id]) for id in MEASURED})


def all_answers() -> st.SearchStrategy[Answers]:
    asked = {id: answer_to(id) for id in load_questions() if id not in FLAGS}
    return st.fixed_dictionaries({}, optional=asked).map(Answers.of)


def all_sets() -> st.SearchStrategy[dict[str, Estimate]]:
    return st.fixed_dictionaries({}, optional={id: estimates(60.0) for id in COMPARED})


def findings(photo: dict, answers: Answers, sets: dict, quality: Quality = USABLE) -> tuple[Finding, ...]:
    measurements = [
        Measurement(id=id, unit=MEASURES[id].unit, estimate=estimate, reason=None)
        for id, estimate in photo.items()
    ]
    comparisons = [
        SideComparison(exercise=id.split(".")[0], aspect=id.split(".")[1], difference=estimate)
        for id, estimate in sets.items()
    ]
    return find(measurements, quality, answers, comparisons)


def plan(photo: dict, answers: Answers, sets: dict) -> Plan:
    return make_plan(findings(photo, answers, sets), screen(answers), answers)


def items(plan: Plan) -> list:
    return [item for phase in plan.phases for item in phase.items]


def swapped(text: str) -> str:
    return re.sub("left|right", lambda match: OTHER[match[0]], text)


@given(readings(), all_answers(), all_sets())
@settings(max_examples=150, deadline=None)
def test_a_mirrored_person_gets_the_mirrored_plan(photo, answers, sets):
    turned = {id: e.scaled(-1) if MEASURES[id].sided else e for id, e in photo.items()}
    turned_sets = {id: e.scaled(-1) for id, e in sets.items()}
    ours, theirs = plan(photo, answers, sets), plan(turned, answers.mirrored(), turned_sets)
    mirrored = [
        replace(item, side=OTHER.get(item.side, item.side), because=swapped(item.because))
        for item in items(theirs)
    ]
    assert items(ours) == mirrored
    assert [phase.id for phase in ours.phases] == [phase.id for phase in theirs.phases]
    assert [habit.id for habit in ours.habits] == [habit.id for habit in theirs.habits]
    told = [(f.id, f.side, f.severity, f.confidence) for f in findings(photo, answers, sets)]
    back = findings(turned, answers.mirrored(), turned_sets)
    assert told == [(f.id, OTHER.get(f.side, f.side), f.severity, f.confidence) for f in back]


@given(readings(), all_answers(), all_sets(), st.sampled_from(FLAGS))
def test_a_red_flag_gets_no_exercise_whatever_else_is_true(photo, answers, sets, flag):
    raised = Answers.of({**dict(answers.pairs), flag: True})
    result = plan(photo, raised, sets)
    assert result.screening.status == "no_exercise"
    assert result.screening.reasons
    assert result.phases == ()
    assert result.habits == ()


@given(readings(), all_answers())
def test_level_people_without_complaints_get_no_one_sided_work(photo, answers):
    level = {
        id: Estimate(value=0.0, low=min(e.low, 0.0), high=max(e.high, 0.0)) if MEASURES[id].sided else e
        for id, e in photo.items()
    }
    content = {id: value for id, value in answers.pairs if load_questions()[id].kind != "side"}
    result = plan(level, Answers.of(content), {})
    assert {item.side for item in items(result)} <= {"both"}


@given(readings(), all_answers(), all_sets())
@example({"pelvic_obliquity": Estimate(value=3.0, low=-1.0, high=7.0)}, Answers.of({"belt_line": "left"}), {})
def test_a_side_is_named_only_where_the_interval_excludes_zero(photo, answers, sets):
    for finding in findings(photo, answers, sets):
        if finding.side is not None:
            assert finding.confidence in FOUND
            assert finding.estimate is not None
            assert finding.estimate.low > 0


@given(readings(), all_answers(), all_sets())
def test_one_sided_work_has_a_sided_finding_or_a_tight_side_behind_it(photo, answers, sets):
    sides = {f.side for f in findings(photo, answers, sets) if f.confidence in FOUND} & set(OTHER)
    if not sides and answers.get("tight_side") not in OTHER:
        assert {item.side for item in items(plan(photo, answers, sets))} <= {"both"}


@given(readings(), all_answers())
def test_an_unusable_picture_gives_no_posture_finding(photo, answers):
    assert findings(photo, answers, {}, Quality(usable=False)) == ()


def rank(hypothesis, side, readings, answers) -> int:
    return -CONFIDENCES.index(weigh_side(hypothesis, side, readings, answers).confidence)


@given(
    st.sampled_from(EVIDENCE),
    readings(),
    all_sets(),
    all_answers(),
    st.sampled_from(["left", "right"]),
    st.floats(0.1, 12.0),
    st.floats(0.0, 3.0),
)
@settings(max_examples=400)
def test_more_evidence_for_a_hypothesis_never_lowers_it(item, photo, sets, answers, side, width, size):
    hypothesis = next(h for h in load_hypotheses().values() if item in h.evidence)
    facing = side if hypothesis.sided else None
    others = {**photo, **sets}
    if item.kind == "answer":
        low = rank(hypothesis, facing, others, answers)
        more = Answers.of({**dict(answers.pairs), item.id: side if hypothesis.sided else True})
        assert rank(hypothesis, facing, others, more) >= low
        return
    usual, notable, _ = item.scale()
    ranks = []
    for share in (-2.0, -1.0, -0.5, 0.0, 0.3, 0.6, 0.9, 1.0, 1.0 + size / 2, 1.0 + size, 5.0):
        estimate = Estimate.around(usual + share * (notable - usual), width / 6 * (notable - usual))
        own = estimate.scaled(-1) if facing == "right" else estimate
        ranks.append(rank(hypothesis, facing, {**others, item.id: own}, answers))
    assert ranks == sorted(ranks)


@given(readings(), all_answers(), all_sets())
@example({"pelvic_obliquity": Estimate.around(4.0, 1.0)}, Answers(), {})
def test_every_prescription_says_why_and_from_where(photo, answers, sets):
    names = [source.name for source in load_sources().values()]
    result = plan(photo, answers, sets)
    assert items(result)
    for item in items(result):
        assert item.because.endswith(").")
        assert any(name in item.because for name in names)
        assert item.sets >= 1
        assert item.reps or item.hold_s
    assert all(habit.because for habit in result.habits)


@given(readings(), all_answers(), all_sets())
def test_nothing_contraindicated_and_nothing_that_is_not_at_hand(photo, answers, sets):
    levels = ["none", "home", "gym"]
    has = levels.index(str(answers.get("equipment") or "none"))
    for item in items(plan(photo, answers, sets)):
        exercise = load_catalogue()[item.exercise]
        assert not any(answers.get(limit) is True for limit in exercise.contraindications)
        assert levels.index(exercise.needs) <= has


@given(readings(), all_answers(), all_sets())
def test_the_same_input_gives_the_same_plan(photo, answers, sets):
    assert plan(photo, answers, sets) == plan(dict(reversed(photo.items())), answers, sets)


@given(readings(), all_answers(), all_sets())
def test_no_exercise_twice_for_one_side_and_the_weak_side_first(photo, answers, sets):
    for phase in plan(photo, answers, sets).phases:
        places = [(item.exercise, item.side) for item in phase.items]
        assert len(set(places)) == len(places)
        for first, second in zip(phase.items, phase.items[1:], strict=False):
            if first.exercise == second.exercise:
                assert {first.side, second.side} == {"left", "right"}
                assert first.sets == second.sets + 1
