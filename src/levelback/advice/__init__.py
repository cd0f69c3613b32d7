"""From measurements and answers to findings and a plan.

    screening = screen(answers)
    findings = find(measurements, quality, answers)
    plan = make_plan(findings, screening, answers)

Screening comes first, then the evidence for what stands out, then a plan in three phases. What the
package knows stands in ``data/*.toml`` with its sources; it is read on first use, and so are its modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levelback.lazy import names_of

if TYPE_CHECKING:
    from levelback.advice.catalogue import Exercise, load_catalogue
    from levelback.advice.describe import describe_exercise, list_exercises
    from levelback.advice.evidence import find
    from levelback.advice.norms import Norm, load_norms
    from levelback.advice.pictures import Picture, pictures_of
    from levelback.advice.plan import make_plan
    from levelback.advice.screening import Question, check_answers, load_questions, parse_answers, screen
    from levelback.advice.values import (
        Answers,
        Finding,
        Habit,
        Phase,
        Plan,
        Prescription,
        Screening,
        SideComparison,
    )

__all__ = [
    "Answers",
    "Exercise",
    "Finding",
    "Habit",
    "Norm",
    "Phase",
    "Picture",
    "Plan",
    "Prescription",
    "Question",
    "Screening",
    "SideComparison",
    "check_answers",
    "describe_exercise",
    "find",
    "list_exercises",
    "load_catalogue",
    "load_norms",
    "load_questions",
    "make_plan",
    "parse_answers",
    "pictures_of",
    "screen",
]

__getattr__ = names_of(
    __name__,
    {
        "Answers": "values",
        "Exercise": "catalogue",
        "Finding": "values",
        "Habit": "values",
        "Norm": "norms",
        "Phase": "values",
        "Picture": "pictures",
        "Plan": "values",
        "Prescription": "values",
        "Question": "screening",
        "Screening": "values",
        "SideComparison": "values",
        "check_answers": "screening",
        "describe_exercise": "describe",
        "find": "evidence",
        "list_exercises": "describe",
        "load_catalogue": "catalogue",
        "load_norms": "norms",
        "load_questions": "screening",
        "make_plan": "plan",
        "parse_answers": "screening",
        "pictures_of": "pictures",
        "screen": "screening",
    },
)
