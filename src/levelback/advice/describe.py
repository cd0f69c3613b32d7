"""The exercise catalogue as plain text."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import fill

from levelback.advice.catalogue import Exercise, load_catalogue
from levelback.advice.pictures import pictures_of
from levelback.advice.screening import load_questions
from levelback.advice.sources import spelled_out
from levelback.errors import UsageError

WIDTH = 88
PHASES = {"release": "Release", "strengthen": "Strengthen", "integrate": "Integrate"}


def list_exercises() -> str:
    """Return all exercises as text, one a line under the heading of their phase."""
    lines: list[str] = []
    for phase, title in PHASES.items():
        lines += ["", title]
        for exercise in load_catalogue().values():
            if exercise.phase == phase:
                lines.append(f"  {exercise.id:26} {exercise.name:34} {dose_text(exercise)}")
    return "\n".join([*lines[1:], "", "One exercise in full: levelback exercises ID"])


def describe_exercise(id: str) -> str:
    """Return one exercise in full as text. Raises UsageError for an unknown id."""
    catalogue = load_catalogue()
    if id not in catalogue:
        close = get_close_matches(id.lower().replace(" ", "-"), catalogue, n=1)
        hint = f"did you mean '{close[0]}'?" if close else "`levelback exercises` lists them."
        raise UsageError(f"There is no exercise '{id}'; {hint}")
    exercise = catalogue[id]
    limits = [load_questions()[limit].text for limit in exercise.contraindications]
    return "\n".join(
        [
            f"{exercise.name} ({exercise.id})",
            _wrap(f"{exercise.purpose} Phase: {PHASES[exercise.phase].lower()}."),
            "",
            _entry("Muscles", ", ".join(exercise.muscles)),
            _entry("You need", ", ".join(exercise.equipment) or "nothing"),
            _entry("How much", dose_text(exercise)),
            *(
                [_entry("Side", f"left or right means {exercise.working_side}")]
                if exercise.working_side
                else []
            ),
            "",
            _entry("Set up", exercise.setup),
            *(_entry(str(number), step) for number, step in enumerate(exercise.steps, 1)),
            "",
            _entry("Feel", exercise.feel),
            *_entries("Faults", exercise.faults),
            _entry("Easier", exercise.easier),
            _entry("Harder", exercise.harder),
            *_entries("Not if", [f"you answer yes: {limit}" for limit in limits]),
            "",
            _entry("Source", spelled_out(exercise.source)),
            *(
                f"{'' if number else 'Pictures':9} {picture.file}"
                for number, picture in enumerate(pictures_of(id))
            ),
        ]
    )


def dose_text(exercise: Exercise) -> str:
    """Return a dose in words: ``1 × 30 s``, ``2 × 6 on each side, held 8 s each``."""
    dose = exercise.dose
    each = " on each side" if exercise.sides == "each" else ""
    if dose.reps is not None:
        held = f", held {dose.hold_s} s each" if dose.hold_s else ""
        return f"{dose.sets} × {dose.reps}{each}{held}"
    hold = dose.hold_s or 0
    return f"{dose.sets} × " + (f"{hold // 60} min" if hold >= 120 else f"{hold} s") + each


def _entry(label: str, text: str) -> str:
    return _wrap(f"{label:9} {text}")


def _entries(label: str, texts: list[str] | tuple[str, ...]) -> list[str]:
    return [_entry(label if index == 0 else "", text) for index, text in enumerate(texts)]


def _wrap(text: str) -> str:
    return fill(text, width=WIDTH, subsequent_indent=" " * 10)
