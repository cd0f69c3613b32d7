"""Weighs what the photo, the answers and the live sets say, and tells what stands out.

Each hypothesis, for each side where it has one, adds up weighted evidence. Its key measure must be
notable before anything is called a finding: healthy people are not level, and what people say of
themselves cannot make a tilt that the photo does not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from levelback.advice.hypotheses import Evidence, Hypothesis, load_hypotheses
from levelback.advice.sources import spelled_out
from levelback.advice.values import Answers, Confidence, Finding, Severity, SideComparison
from levelback.metrics.values import MEASURES, Estimate, Measurement, Quality, Side

FOR_A_FINDING = 2.0
FOR_LIKELY = 3.0
AGAINST = -2.0
Z99_OVER_Z95 = 2.576 / 1.960
OTHER: dict[Side, Side] = {"left": "right", "right": "left"}
SEVERITIES: tuple[Severity, ...] = ("mild", "moderate", "marked")
CONFIDENCES: tuple[Confidence, ...] = ("likely", "possible", "inconclusive", "contradicted")
FOUND: tuple[Confidence, ...] = ("likely", "possible")
Readings = Mapping[str, Estimate]
"""Estimates by measure id, and by ids of comparisons like ``clam.range``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What all evidence says about one hypothesis on one side (None: it has no side).

    score     the weighted sum; `confidence` follows from it and from `grade`
    key       the key evidence with the highest grade; None where none of it was measured
    grade     of `key`, −3…3
    claimed   whether the person's own answers or sets speak for it
    reasons   sentences
    """

    hypothesis: Hypothesis
    side: Side | None
    score: float
    key: Evidence | None
    grade: int
    claimed: bool
    reasons: tuple[str, ...]

    @property
    def confidence(self) -> Confidence:
        """How sure: a finding needs a notable key measure; evidence that cancels is inconclusive."""
        if self.grade >= 1 and self.score >= FOR_A_FINDING:
            return "likely" if self.score >= FOR_LIKELY else "possible"
        return "contradicted" if self.score <= AGAINST else "inconclusive"


def find(
    measurements: Iterable[Measurement],
    quality: Quality,
    answers: Answers | None = None,
    comparisons: Iterable[SideComparison] = (),
) -> tuple[Finding, ...]:
    """Return what stands out, the surest and plainest first.

    `likely` and `possible` findings have a notable key measure and, where they have a side, an interval
    that excludes zero. What the person's answers or sets speak for and the key measure does not bear
    out is returned as `inconclusive` or `contradicted`, without a side. A picture that is not usable
    gives no posture finding.
    """
    readings = {m.id: m.estimate for m in measurements if quality.usable and m.estimate is not None}
    readings |= {comparison.id: comparison.difference for comparison in comparisons}
    findings = (_finding(weigh(h, readings, answers), readings) for h in load_hypotheses().values())
    return tuple(sorted((finding for finding in findings if finding), key=_rank))


def weigh(hypothesis: Hypothesis, readings: Readings, answers: Answers | None = None) -> Verdict:
    """Return the verdict on one hypothesis; of a sided one, on the side with more evidence for it."""
    if not hypothesis.sided:
        return weigh_side(hypothesis, None, readings, answers)
    verdicts = (weigh_side(hypothesis, side, readings, answers) for side in OTHER)
    return max(verdicts, key=lambda verdict: (verdict.score, verdict.grade, verdict.claimed))


def weigh_side(
    hypothesis: Hypothesis, side: Side | None, readings: Readings, answers: Answers | None = None
) -> Verdict:
    """Return the verdict on one hypothesis on one side (None for a hypothesis without sides)."""
    shares: list[tuple[Evidence, float]] = []
    for item in hypothesis.evidence:
        if item.kind == "answer":
            shares.append((item, answer_share((answers or Answers()).get(item.id), side)))
        elif item.id in readings:
            usual, notable, _ = item.scale()
            shares.append((item, grade(turned(readings[item.id], side), usual, notable) / 3))
    keys = [(share, item) for item, share in shares if item.key]
    top, key = max(keys, key=lambda pair: pair[0], default=(0.0, None))
    return Verdict(
        hypothesis=hypothesis,
        side=side,
        score=sum(item.weight * share for item, share in shares),
        key=key,
        grade=round(3 * top),
        claimed=any(item.kind != "measure" and share > 0 and item.weight >= 1 for item, share in shares),
        reasons=tuple(r for item, share in shares if (r := _reason(item, share, side, readings))),
    )


def grade(estimate: Estimate, usual: float, notable: float) -> int:
    """Return how strongly an estimate, turned so that positive speaks for it, shows a notable size.

     3   notable, `usual` excluded at 99 %, and the interval's near end at least half way to notable
     2   notable, and `usual` excluded at 99 %
     1   notable, and `usual` excluded at 95 %
     0   the interval leaves it open
    −1   the whole interval is below notable;  −2: below half way;  −3: below `usual`

    `usual` is 0 for sided measures. The 99 % bound takes the error as normal, so that it lies 2.576 / 1.960
    times as far as the end of the 95 % interval; it keeps findings on level people near 1 in 100 a measure.
    """
    half_way = (usual + notable) / 2
    if estimate.value >= notable and estimate.low > usual:
        sure = estimate.value - usual > (estimate.value - estimate.low) * Z99_OVER_Z95
        return 1 + sure + (sure and estimate.low >= half_way)
    return -sum(estimate.high < bound for bound in (notable, half_way, usual))


def answer_share(answer: object, side: Side | None) -> float:
    """Return 1 for an answer that names `side` (or is yes, where there is no side), −1 for the other side."""
    if side is None:
        return float(answer is True)
    return float(answer == side) - float(answer == OTHER[side])


def turned(estimate: Estimate, side: Side | None) -> Estimate:
    """Return the estimate with positive meaning `side`."""
    return estimate.scaled(-1) if side == "right" else estimate


def size_text(id: str, size: float) -> str:
    """Return a size in the words of its measure: ``3.2°``, ``12 mm``, ``8 %``."""
    unit = MEASURES[id].unit if id in MEASURES else "%"
    number = f"{size:.1f}" if unit == "deg" else f"{size:.0f}"
    if float(number) == 0:
        number = number.lstrip("-")
    return number.replace("-", "−") + {"deg": "°", "mm": " mm", "%": " %"}[unit]


def interval_text(id: str, estimate: Estimate) -> str:
    """Return the interval in words: ``95 % interval 2.1° to 4.3°``."""
    return f"95 % interval {size_text(id, estimate.low)} to {size_text(id, estimate.high)}"


def statement(item: Evidence, estimate: Estimate, side: Side | None) -> str:
    """Return half a sentence with number and interval; `estimate` is turned towards `side`."""
    other = OTHER[side] if side else None
    says = item.says.format(side=side, other=other, value=size_text(item.id, estimate.value))
    return f"{says} ({interval_text(item.id, estimate)})"


def _reason(item: Evidence, share: float, side: Side | None, readings: Readings) -> str:
    """Return the sentence in which one piece of evidence speaks; empty for an answer that says nothing."""
    word = "For it" if share > 0 else "Against it" if share < 0 else "Not clear"
    if item.kind == "answer":
        said = side if share > 0 or side is None else OTHER[side]
        return f"{word}: {item.says.format(side=said)}." if share else ""
    estimate = turned(readings[item.id], side)
    if share > 0:
        return f"{word}: {statement(item, estimate, side)}."
    facing = side
    if side is not None and estimate.value < 0:
        estimate, facing = estimate.scaled(-1), OTHER[side]
    towards = f", towards the {facing}" if facing and estimate.sign else ""
    size = size_text(item.id, estimate.value)
    return f"{word}: {item.topic} is {size}{towards} ({interval_text(item.id, estimate)})."


def _finding(verdict: Verdict, readings: Readings) -> Finding | None:
    """Return the finding of a verdict; None where nothing was found and nobody claimed it."""
    key, hypothesis = verdict.key, verdict.hypothesis
    found = verdict.confidence in FOUND
    if key is None or not (found or verdict.claimed or verdict.grade >= 2):
        return None
    estimate = turned(readings[key.id], verdict.side)
    _, notable, marked = key.scale()
    moderate = (notable + marked) / 2
    level = sum(estimate.value >= bound for bound in (moderate, marked)) if found else 0
    return Finding(
        id=hypothesis.id,
        measure=key.id,
        side=verdict.side if found else None,
        severity=SEVERITIES[level],
        confidence=verdict.confidence,
        explanation=_explanation(verdict, key, estimate, notable),
        source=spelled_out(hypothesis.source),
        estimate=estimate,
        reasons=verdict.reasons,
    )


def _explanation(verdict: Verdict, key: Evidence, estimate: Estimate, notable: float) -> str:
    if verdict.confidence in FOUND:
        says = statement(key, estimate, verdict.side)
        about = verdict.hypothesis.about.format(notable=size_text(key.id, notable).replace(".0", ""))
        return f"{says[0].upper()}{says[1:]}. {about}"
    if verdict.confidence == "contradicted":
        opening = verdict.hypothesis.denied
    else:
        opening = "What we know about this does not agree, or is not enough."
    return f"{opening} {' '.join(verdict.reasons)}"


def _rank(finding: Finding) -> tuple[int, int]:
    return CONFIDENCES.index(finding.confidence), -SEVERITIES.index(finding.severity)
