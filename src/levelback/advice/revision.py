"""What a newer photo changes in a plan: what to add, to keep and to drop, and why.

Nothing is dropped for a change that may be chance: an exercise goes only where what it was for got better
by more than two photos differ anyway, and no longer stands out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Literal, get_args

from levelback.advice import tables
from levelback.advice.evidence import FOUND
from levelback.advice.hypotheses import load_hypotheses
from levelback.advice.plan import first_allowed
from levelback.advice.values import Answers, Finding, Phase, PhaseId, Plan, PlanChange
from levelback.errors import DataFileError

FILE = "revision.toml"
PHASES: tuple[PhaseId, ...] = get_args(PhaseId)
Happened = Literal["new", "better", "worse", "no_change", "unknown", "gone", "unsure", "general", "over"]
Verdicts = Mapping[str, str]
"""``better``, ``worse`` or ``no_change`` by measure id, or by ids of comparisons like ``clam.range``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """What follows from what happened; see the head of ``revision.toml``."""

    __pydantic_config__: ClassVar[dict[str, Any]] = tables.STRICT

    when: Happened
    action: Literal["add", "keep", "drop"]
    text: str
    source: str


def revise(
    plan: Plan,
    findings: Iterable[Finding],
    previous: Plan,
    previous_findings: Iterable[Finding],
    verdicts: Verdicts,
    *,
    since: str,
    topics: Mapping[str, str],
    answers: Answers | None = None,
) -> Plan:
    """Return `plan` with its changes against the previous one, and with what may not be dropped yet.

    verdicts   what became of each measure since the first photo; what is not in it could not be compared
    since      the day of that photo, in words;  topics   what each measure is called
    Where the screening forbids exercise the plan stays empty, whatever was in it before; what an answer
    forbids is not brought back.
    """
    if plan.screening.status == "no_exercise":
        return plan
    now, before = _aims(findings), _aims(previous_findings)
    items = {item.exercise: item for phase in plan.phases for item in phase.items}
    old = {item.exercise: item for phase in previous.phases for item in phase.items}
    changes: list[PlanChange] = []
    back: dict[str, str] = {}
    for exercise, item in (old | items).items():
        happened = _happened(exercise, exercise in old, exercise in items, now, before, verdicts)
        reason = load_reasons()[happened]
        aim = now.get(exercise) or before.get(exercise)
        if happened == "unsure" and first_allowed((exercise,), answers or Answers()) is None:
            reason = load_reasons()["over"]
        topic = topics.get(aim.measure, item.name.lower()) if aim else item.name.lower()
        because = reason.text.format(topic=topic, since=since, because=item.because)
        if reason.when == "unsure":
            back[exercise] = because
        changes.append(PlanChange(action=reason.action, exercise=exercise, name=item.name, because=because))
    phases = _brought_back(plan.phases, previous.phases, back)
    order = ("add", "drop", "keep")
    return replace(
        plan, phases=phases, changes=tuple(sorted(changes, key=lambda one: order.index(one.action)))
    )


def _aims(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Return the finding that each exercise is for; the surest one where there are several."""
    aims: dict[str, Finding] = {}
    for finding in findings:
        hypothesis = load_hypotheses().get(finding.id)
        if hypothesis is not None and finding.confidence in FOUND:
            for exercise in (one for work in hypothesis.work for one in work.exercises):
                aims.setdefault(exercise, finding)
    return aims


def _happened(
    exercise: str,
    was: bool,
    is_there: bool,
    now: Mapping[str, Finding],
    before: Mapping[str, Finding],
    verdicts: Verdicts,
) -> Happened:
    """Return what happened to what an exercise is for."""
    if not was:
        return "new"
    if is_there:
        verdict = verdicts.get(now[exercise].measure, "unknown") if exercise in now else "general"
        return verdict  # type: ignore[return-value]  # one of those that the table knows
    if exercise in now or exercise not in before:
        return "over"
    return "gone" if verdicts.get(before[exercise].measure) == "better" else "unsure"


def _brought_back(
    now: Sequence[Phase], before: Sequence[Phase], back: Mapping[str, str]
) -> tuple[Phase, ...]:
    """Return the phases of the plan, at the end of each what comes back in it, with its reason."""
    kept = {
        phase.id: tuple(replace(i, because=back[i.exercise]) for i in phase.items if i.exercise in back)
        for phase in before
    }
    there = {phase.id: phase for phase in before if kept[phase.id]} | {phase.id: phase for phase in now}
    present = {phase.id for phase in now}
    return tuple(
        replace(phase, items=(*(phase.items if id in present else ()), *kept.get(id, ())))
        for id in PHASES
        if (phase := there.get(id)) is not None
    )


@cache
def load_reasons() -> dict[str, Reason]:
    """Return what follows, by what happened. Raises DataFileError."""
    rows = tables.read_table(FILE, "reasons", Reason)
    missing = set(get_args(Happened)) - {row.when for row in rows}
    if missing:
        raise DataFileError(FILE, "reasons", f"nothing is said for '{min(missing)}'")
    return tables.keyed(rows, lambda row: row.when, file=FILE, table="reasons")
