"""Written cases: inputs and the plan that a careful trainer would expect, read against the sources."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from levelback.advice import Answers, SideComparison, check_answers, find, load_questions, make_plan, screen
from levelback.metrics.values import MEASURES, Estimate, Measurement, Quality

CASES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text())["cases"]


def inputs(case: dict) -> tuple[list[Measurement], Quality, Answers, list[SideComparison]]:
    measurements = [
        Measurement(id=id, unit=MEASURES[id].unit, estimate=Estimate.around(*pair), reason=None)
        for id, pair in case.get("photo", {}).items()
    ]
    comparisons = [
        SideComparison(exercise=id.split(".")[0], aspect=id.split(".")[1], difference=Estimate.around(*pair))
        for id, pair in case.get("sets", {}).items()
    ]
    flags = [q.id for q in load_questions().values() if q.group == "red_flag"]
    denied = dict.fromkeys(flags, False) if case.get("cleared") else {}
    answers = check_answers({**denied, **case.get("answers", {})})
    return measurements, Quality(usable=case.get("usable", True)), answers, comparisons


def in_order(wanted: list[str], there: list[str]) -> bool:
    rest = iter(there)
    return all(item in rest for item in wanted)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    measurements, quality, answers, comparisons = inputs(case)
    findings = find(measurements, quality, answers, comparisons)
    plan = make_plan(findings, screen(answers), answers)

    told = [f"{f.id} {f.side or '-'} {f.confidence} {f.severity}" for f in findings]
    assert told == case["findings"]
    assert plan.screening.status == case.get("status", "not_answered")

    items = [f"{p.id} {i.exercise} {i.side} {i.sets}" for p in plan.phases for i in p.items]
    assert in_order(case.get("has", []), items), items
    assert [id for id in case.get("lacks", []) if any(f" {id} " in item for item in items)] == []
    assert bool(items) != case.get("empty", False)
    if case.get("one_sided") is False:
        assert {item.split()[2] for item in items} <= {"both"}

    habits = {habit.id for habit in plan.habits}
    assert habits >= set(case.get("habits", []))
    assert not habits & set(case.get("no_habits", []))
    assert bool(habits) != case.get("empty", False)

    text = "\n".join(
        [f.explanation + "\n".join(f.reasons) for f in findings]
        + [i.because for p in plan.phases for i in p.items]
        + [*plan.screening.reasons, *plan.checks]
    )
    assert [part for part in case.get("says", []) if part not in text] == []


def test_there_are_thirty_cases_and_each_says_why():
    assert len({case["name"] for case in CASES}) == len(CASES) >= 30
    assert all(case["why"] for case in CASES)
