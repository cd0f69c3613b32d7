"""What a newer photo does to a plan: nothing is dropped for chance, nothing forbidden comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpers import reports
from levelback.advice import Answers, find, make_plan, screen
from levelback.advice.revision import load_reasons, revise
from levelback.metrics.values import Quality
from levelback.progress.plan import revised, side_comparisons
from levelback.progress.values import LiveSet, Material, Shot
from levelback.report import describe_plan, from_json

SINCE = "2 March 2026"
TOPICS = {"pelvic_obliquity": "hips", "shoulder_tilt": "shoulders"}
CLEAR = Answers.of({"equipment": "gym", "minutes": 60})


def advised(*measurements, answers=CLEAR):
    findings = find(measurements, Quality(usable=True), answers)
    return findings, make_plan(findings, screen(answers), answers)


def hips(value):
    return reports.measured("pelvic_obliquity", value, 1.0)


def exercises(plan):
    return {item.exercise for phase in plan.phases for item in phase.items}


def actions(plan):
    return {change.exercise: change.action for change in plan.changes}


def result(now, before, verdicts, answers=CLEAR):
    (findings, plan), (old_findings, old) = now, before
    return revise(plan, findings, old, old_findings, verdicts, since=SINCE, topics=TOPICS, answers=answers)


TILTED, LEVEL = advised(hips(5.0)), advised(hips(0.2))
FOR_HIPS = exercises(TILTED[1]) - exercises(LEVEL[1])


def test_the_cases_differ():
    assert FOR_HIPS
    assert exercises(LEVEL[1]) - exercises(TILTED[1])


def test_what_is_new_is_added_with_the_reason_of_the_plan():
    plan = result(TILTED, LEVEL, {"pelvic_obliquity": "worse"})
    added = {change.exercise: change.because for change in plan.changes if change.action == "add"}
    assert set(added) == FOR_HIPS
    because = {item.exercise: item.because for phase in plan.phases for item in phase.items}
    assert all(added[id] == because[id] for id in added)


def test_what_got_level_is_dropped_only_where_the_change_is_real():
    plan = result(LEVEL, TILTED, {"pelvic_obliquity": "better"})
    assert {id for id, action in actions(plan).items() if action == "drop"} == FOR_HIPS
    assert exercises(plan) == exercises(LEVEL[1])


@pytest.mark.parametrize("verdicts", [{"pelvic_obliquity": "no_change"}, {}])
def test_what_may_be_chance_is_kept_in_the_plan_and_says_so(verdicts):
    plan = result(LEVEL, TILTED, verdicts)
    assert exercises(plan) >= FOR_HIPS
    assert all(actions(plan)[id] == "keep" for id in FOR_HIPS)
    kept = next(item for phase in plan.phases for item in phase.items if item.exercise in FOR_HIPS)
    assert "hips" in kept.because
    assert "another day" in kept.because
    phases = [phase.id for phase in plan.phases]
    assert phases == sorted(phases, key=["release", "strengthen", "integrate"].index)


@pytest.mark.parametrize(
    ("verdict", "says"),
    [("better", "is better than"), ("worse", "is worse than"), ("no_change", "no change")],
)
def test_what_stays_says_how_it_went(verdict, says):
    plan = result(TILTED, TILTED, {"pelvic_obliquity": verdict})
    reasons = [change.because for change in plan.changes if change.exercise in FOR_HIPS]
    assert {change.action for change in plan.changes} == {"keep"}
    assert all(says in reason and SINCE in reason for reason in reasons)


def test_a_red_flag_brings_nothing_back():
    flagged = Answers.of({"bladder_bowel": True})
    now = advised(hips(0.2), answers=flagged)
    assert now[1].screening.status == "no_exercise"
    assert result(now, TILTED, {}, flagged) == now[1]


def test_what_an_answer_forbids_does_not_come_back():
    from levelback.advice import load_catalogue

    limit = next(limit for id in sorted(FOR_HIPS) for limit in load_catalogue()[id].contraindications)
    answers = Answers.of({limit: True, "equipment": "gym", "minutes": 60})
    plan = result(advised(hips(0.2), answers=answers), TILTED, {}, answers)
    for id in exercises(plan):
        assert limit not in load_catalogue()[id].contraindications


def test_every_reason_is_there_and_fits_its_texts():
    for reason in load_reasons().values():
        text = reason.text.format(topic="hips", since=SINCE, because="because")
        assert "{" not in text


def test_the_report_shows_the_changes_and_reads_them_back():
    at = datetime(2026, 3, 2, tzinfo=UTC)
    first = reports.report(hips(6.0))
    first = replace(first, photo=replace(first.photo, taken_at=datetime(2026, 3, 2), sha256="1" * 64))
    findings, plan = advised(hips(6.0))
    first = replace(first, findings=findings, plan=plan)
    now = reports.report(hips(0.1))
    now = replace(
        now, photo=replace(now.photo, taken_at=datetime(2026, 4, 27), sha256="2" * 64), plan=LEVEL[1]
    )
    new = revised(now, Material(name="Anna", shots=(Shot(at=at, report=first),)))
    assert {c.exercise for c in new.plan.changes if c.action == "drop"} == FOR_HIPS
    assert "No longer needed" in new.to_html()
    assert "No longer needed" in describe_plan(new)
    assert from_json(new.to_json()).plan.changes == new.plan.changes
    assert revised(now, Material(name="Anna", shots=())) is now


def test_only_fresh_sets_are_evidence_and_the_newest_counts():
    now = datetime(2026, 4, 1, tzinfo=UTC)

    def clam(days_ago, value):
        row = {"aspect": "range", "value": value, "low": value - 5, "high": value + 5}
        document = {"exercise": "clam", "symmetry": {"comparisons": [row]}}
        return LiveSet(at=now - timedelta(days=days_ago), document=document)

    (found,) = side_comparisons((clam(3, 15.0), clam(10, 30.0)), before=now)
    assert (found.id, found.difference.value) == ("clam.range", 15.0)
    assert side_comparisons((clam(100, 15.0),), before=now) == ()


def test_a_set_in_the_history_is_evidence_in_the_next_report():
    now = reports.report(hips(0.2))
    row = {"aspect": "range", "value": 25.0, "low": 15.0, "high": 35.0}
    document = {"exercise": "clam", "symmetry": {"comparisons": [row]}}
    done = LiveSet(at=(now.photo.taken_at or now.created_at).replace(tzinfo=UTC), document=document)
    new = revised(now, Material(name="Anna", shots=(), sets=(done,)))
    (weak,) = (finding for finding in new.findings if finding.id == "one_side_weaker")
    assert (weak.side, weak.measure) == ("left", "clam.range")
    assert new.plan.phases != now.plan.phases
