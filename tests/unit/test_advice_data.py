"""The tables of the advice: every fact of the sources is there, every mistake is named with its path."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib import resources
from pathlib import Path
from typing import Literal

import pytest

from levelback.advice import catalogue as exercises
from levelback.advice import hypotheses, norms, programme, screening, sources, tables
from levelback.advice.catalogue import FORM_CHECKS, load_catalogue, parse_catalogue
from levelback.advice.hypotheses import load_hypotheses
from levelback.advice.norms import load_norms
from levelback.advice.plain import MisfitError, fit
from levelback.advice.programme import load_habits, load_programme
from levelback.advice.screening import load_questions
from levelback.advice.sources import load_sources
from levelback.errors import DataFileError
from levelback.metrics.values import MEASURES

FACTS = tomllib.loads(Path(__file__).with_name("test_advice_facts.toml").read_text())["facts"]
NAMED_IN_THE_TASK = {
    *FORM_CHECKS,
    "single-arm-row",
    "single-arm-pulldown",
    "landmine-row",
}


def table(name: str) -> dict[str, dict]:
    """The raw rows of one table of the package's data, by id."""
    files = {"phases": "plan", "work": "plan"}
    text = resources.files("levelback.advice").joinpath("data", f"{files.get(name, name)}.toml").read_text()
    rows = tomllib.loads(text)[name]
    for row in rows:
        if "work" in row:
            row["exercises"] = [id for work in row["work"] for id in work["exercises"]]
            row["evidence"] = {item["id"]: item for item in row["evidence"]}
    return {row.get("id") or row["exercises"][0]: row for row in reversed(rows)}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["fact"])
def test_every_fact_of_the_sources_stands_in_the_data(fact):
    value = table(fact["at"][0])
    for key in fact["at"][1:]:
        value = value[key]
    if "equals" in fact:
        assert value == fact["equals"]
    else:
        text = value if isinstance(value, str) else " | ".join(value)
        assert [part for part in fact["has"] if part not in text] == []


def test_the_fact_list_covers_each_part_of_both_articles():
    heads = {fact["fact"].split(":")[0] for fact in FACTS}
    assert heads == {"A", "A, root", "A, sign", "B", "B, cause 1", "B, cause 2"}
    assert len(FACTS) == len({(fact["fact"]) for fact in FACTS}) > 65


def test_the_catalogue_has_what_the_task_names_and_a_trainer_adds():
    exercises = load_catalogue()
    assert exercises.keys() >= NAMED_IN_THE_TASK
    assert len(exercises) >= 24
    for phase in ("release", "strengthen", "integrate"):
        assert sum(exercise.phase == phase for exercise in exercises.values()) >= 6
    assert {e.form_check for e in exercises.values() if e.form_check} == set(FORM_CHECKS)
    assert all(e.form_check in (None, e.id) for e in exercises.values())


def test_every_measure_has_a_norm_and_says_where_it_comes_from():
    assert list(load_norms()) == list(MEASURES)
    for norm in load_norms().values():
        assert "ngineering choice" in norm.source or any(char.isdigit() for char in norm.source)


@pytest.mark.parametrize(
    ("measure", "value", "size"),
    [("shoulder_tilt", -3.0, 3.0), ("pelvic_tilt", -12.0, -12.0), ("knee_flexion", -9.0, 9.0)],
)
def test_a_size_counts_in_the_direction_that_stands_out(measure, value, size):
    assert load_norms()[measure].size(value) == size


def test_shoulders_and_hips_are_labelled_as_engineering_choices():
    for measure in ("shoulder_tilt", "pelvic_obliquity"):
        assert load_norms()[measure].source.startswith("Engineering choice")


def test_red_flags_cite_where_they_come_from():
    flags = [question for question in load_questions().values() if question.group == "red_flag"]
    assert {flag.id for flag in flags} == {
        *("injury", "night_pain", "saddle_numbness", "bladder_bowel", "growing_weakness", "fever"),
        *("weight_loss", "cancer", "slipped_disc", "operation", "pregnancy", "heart"),
    }
    for flag in flags:
        assert any(name in flag.source for name in ("Finucane", "Warburton", "ACOG", "B (a Pilates"))


def test_every_source_is_cited_somewhere():
    cited = " ".join(work.source for hypothesis in load_hypotheses().values() for work in hypothesis.work)
    cited += " ".join(row.source for row in load_programme().work)
    cited += " ".join(row.source for row in load_habits().values())
    assert [id for id in load_sources() if id not in cited] == []


# A broken copy of the first exercise: what is changed, and the path and words of the complaint.
BROKEN = [
    ("dose = { sets = 1, hold_s = 30 }", 'dose = { sets = 1, reps = "many" }', "exercises[0].dose.reps"),
    ("dose = { sets = 1, hold_s = 30 }", "dose = { sets = 0, hold_s = 30 }", "exercises[0].dose.sets"),
    ("dose = { sets = 1, hold_s = 30 }", "dose = { sets = 1 }", "exercises[0].dose"),
    ('phase = "release"', 'phase = "relax"', "exercises[0].phase"),
    ('sides = "each"', 'sides = "both"', "exercises[0].working_side"),
    ('form_check = "pigeon"', 'form_check = "dove"', "exercises[0].form_check"),
    ('"hip_replacement"', '"hip_trouble"', "exercises[0].contraindications[0]"),
    ('purpose = "Loosens', 'porpoise = "Loosens', "exercises[0].purpose"),
    ('feel = "', 'color = "red"\nfeel = "', "exercises[0].color"),
    ('"piriformis"', "7", "exercises[0].muscles[1]"),
    ('name = "Lying pigeon stretch"', 'name = " "', "exercises[0].name"),
]


@pytest.mark.parametrize(("old", "new", "path"), BROKEN, ids=[f"{row[2]}: {row[1][:30]}" for row in BROKEN])
def test_a_wrong_catalogue_names_the_place(old, new, path):
    text = resources.files("levelback.advice").joinpath("data", "exercises.toml").read_text()
    text = "[[exercises]]" + text.split("[[exercises]]")[1]
    assert old in text
    with pytest.raises(DataFileError) as caught:
        parse_catalogue(text.replace(old, new, 1), file="exercises.toml")
    assert caught.value.path == path
    assert str(caught.value).startswith(f"exercises.toml: in '{path}': ")
    assert "\n" not in str(caught.value)


# One mistake in each of the other files: file, its loader, what is changed, and the path of the complaint.
MISTAKES = [
    (norms, "load_norms", 'measure = "shoulder_tilt"', 'measure = "shoulder"', "norms[0].measure"),
    (norms, "load_norms", "notable = 2.0", "notable = 7.0", "norms[0].notable"),
    (norms, "load_norms", "common_low = -2.0", "common_low = 3.0", "norms[0].common_low"),
    (norms, "load_norms", 'measure = "pelvic_obliquity"', 'measure = "shoulder_tilt"', "norms[1]"),
    (screening, "load_questions", 'kind = "yes_no"', 'kind = "maybe"', "questions[0].kind"),
    (screening, "load_questions", 'id = "night_pain"', 'id = "injury"', "questions[1]"),
    (screening, "load_questions", "low = 1\n", "low = 9\n", "questions[39].low"),
    (hypotheses, "load_hypotheses", 'id = "belt_line"', 'id = "belt"', "hypotheses[0].evidence[1].id"),
    (hypotheses, "load_hypotheses", "weight = 3", "weight = 0", "hypotheses[0].evidence[0].weight"),
    (hypotheses, "load_hypotheses", "    key = true", "    key = false", "hypotheses[0].evidence"),
    (programme, "load_programme", '["walk"]', '["wander"]', "work[1].exercises[0]"),
    (programme, "load_programme", 'answer = "tight_side"', 'answer = "side"', "work[8].answer"),
    (programme, "load_programme", 'source = "B"', 'source = "C"', "work[0].source"),
    (programme, "load_habits", 'answers = ["bag"]', 'answers = ["sack"]', "habits[4]"),
    (sources, "load_sources", 'id = "B"', 'id = "A"', "sources[1]"),
]


@pytest.mark.parametrize(
    ("module", "loader", "old", "new", "path"), MISTAKES, ids=[f"{row[1]}: {row[3]}" for row in MISTAKES]
)
def test_a_mistake_in_any_table_names_the_place(module, loader, old, new, path, monkeypatch):
    read = tables.packaged_text

    def broken(name: str) -> str:
        own = (module.FILE, getattr(module, "HABITS_FILE", None))
        return read(name).replace(old, new, 1) if name in own else read(name)

    monkeypatch.setattr(tables, "packaged_text", broken)
    with pytest.raises(DataFileError) as caught:
        getattr(module, loader).__wrapped__()
    assert caught.value.path == path


def test_text_that_is_no_toml_is_one_line():
    with pytest.raises(DataFileError, match="not valid TOML") as caught:
        tables.parse_toml("a = [1,\n", file="mine.toml")
    assert str(caught.value).startswith("mine.toml: ")


def test_importing_the_package_does_not_import_pydantic():
    code = "import sys, levelback.advice; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_finding_and_planning_does_without_pydantic():
    code = (
        "import sys; from levelback.advice import find, make_plan, screen;"
        "from levelback.metrics.values import Quality;"
        "plan = make_plan(find((), Quality(usable=True)), screen(None));"
        "assert plan.phases; sys.exit('pydantic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


ROWS = {
    exercises.FILE: ("exercises", exercises.Exercise),
    hypotheses.FILE: ("hypotheses", hypotheses.Hypothesis),
    norms.FILE: ("norms", norms.Norm),
    screening.FILE: ("questions", screening.Question),
    sources.FILE: ("sources", sources.Source),
    programme.HABITS_FILE: ("habits", programme.HabitRule),
}


@pytest.mark.parametrize("name", ROWS)
def test_the_quick_way_reads_every_table_as_pydantic_does(name):
    key, row = ROWS[name]
    raw = tables.parse_toml(tables.packaged_text(name), file=name)[key]
    assert fit(raw, tuple[row, ...]) == tables.check(raw, tuple[row, ...], file=name)


def test_the_quick_way_reads_the_programme_as_pydantic_does():
    raw = tables.parse_toml(tables.packaged_text(programme.FILE), file=programme.FILE)
    assert fit(raw, programme.Programme) == tables.check(raw, programme.Programme, file=programme.FILE)


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (True, int), (1, bool), ("", str), (" left", str), (1.5, int), ("1", float), ("up", Literal["left"]),
        ({"sets": 1, "tempo": 2}, exercises.Dose), ({"reps": 2}, exercises.Dose), ([], exercises.Dose),
        ("abc", tuple[str, ...]), ([1, 2, 3], tuple[int, int]), (1.5, int | None), ("", bool | str),
    ],
)  # fmt: skip
def test_the_quick_way_refuses_what_does_not_fit(raw, form):
    with pytest.raises(MisfitError):
        fit(raw, form)
