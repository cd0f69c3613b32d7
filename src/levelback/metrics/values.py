"""What is measured: the ids of DESIGN.md, and the values that carry an answer and its doubt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self

from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import View

Side = Literal["left", "right"]
HigherSide = Literal["left", "right", "level"]
FRONTAL = (View.FRONT, View.BACK)
SAGITTAL = (View.LEFT, View.RIGHT)


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A value with its 95 % interval; ``low <= value <= high``."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"not in order: {self.low} <= {self.value} <= {self.high}")

    @classmethod
    def around(cls, value: float, half_width: float) -> Self:
        """Return the symmetric interval ``value ± half_width``."""
        return cls(value=value, low=value - half_width, high=value + half_width)

    @property
    def half_width(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2

    @property
    def sign(self) -> int:
        """+1 or −1 where the interval excludes zero, otherwise 0."""
        return int(self.low > 0) - int(self.high < 0)

    def scaled(self, factor: float) -> Self:
        """Return the estimate times `factor`; a negative factor turns the interval round."""
        low, high = sorted((self.low * factor, self.high * factor))
        return type(self)(value=self.value * factor, low=low, high=high)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One thing that levelback measures.

    `sided` measures are positive towards the subject's left and change sign in a mirror; the others
    either come in a left and a right version (`pair`) or do not depend on the side at all.
    `markers_only`: nothing but markers on the skin shows it.
    """

    id: str
    label: str
    unit: Literal["deg", "mm", "%"]
    views: tuple[View, ...]
    meaning: str
    sided: bool = False
    pair: str | None = None
    markers_only: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Measurement:
    """The answer for one measure: an estimate, or the reason why there is none."""

    id: str
    unit: str
    estimate: Estimate | None
    reason: str | None
    joints: tuple[Joint, ...] = ()

    def __post_init__(self) -> None:
        if (self.estimate is None) == (self.reason is None):
            raise ValueError(f"{self.id}: needs either an estimate or a reason")

    @property
    def higher_side(self) -> HigherSide | None:
        """The side that the interval supports, ``level`` where it includes zero, None if unsided."""
        if self.estimate is None or not MEASURES[self.id].sided:
            return None
        return ("level", "left", "right")[self.estimate.sign]

    def mirrored(self) -> Self:
        """Return what the mirrored picture would give: sides exchanged, sided measures negated."""
        measure = MEASURES[self.id]
        flips = measure.sided and self.estimate is not None
        return replace(
            self,
            id=measure.pair or self.id,
            estimate=self.estimate.scaled(-1.0) if flips and self.estimate else self.estimate,
            joints=tuple(Joint(int(MIRROR[joint])) for joint in self.joints),
        )


def _frontal(id: str, label: str, unit: Literal["deg", "mm", "%"], meaning: str) -> Measure:
    return Measure(id=id, label=label, unit=unit, views=FRONTAL, meaning=meaning, sided=True)


def _pair(stem: str, label: str, views: tuple[View, ...], meaning: str) -> tuple[Measure, Measure]:
    def one(side: str, other: str) -> Measure:
        return Measure(
            id=f"{stem}_{side}",
            label=f"{label}, {side}",
            unit="deg",
            views=views,
            meaning=meaning,
            pair=f"{stem}_{other}",
        )

    return one("left", "right"), one("right", "left")


def _sagittal(id: str, label: str, unit: Literal["deg", "mm", "%"], meaning: str) -> Measure:
    return Measure(id=id, label=label, unit=unit, views=SAGITTAL, meaning=meaning)


PLUMB_POINTS = ("ear", "shoulder", "hip", "knee")

_ALL = (
    _frontal("shoulder_tilt", "Shoulder tilt", "deg", "line of the two shoulder tips against level"),
    _frontal("pelvic_obliquity", "Pelvic obliquity", "deg", "sideways tilt of the pelvis against level"),
    _frontal("head_tilt", "Head tilt", "deg", "line of the ears against level"),
    _frontal(
        "trunk_lean", "Trunk lean", "deg", "middle of the hips to middle of the shoulders against plumb"
    ),
    _frontal("trunk_shift", "Trunk shift", "%", "shoulders sideways of the hips, in percent of hip width"),
    _frontal("weight_shift", "Weight shift", "%", "hips sideways of the ankles, in percent of hip width"),
    _frontal("hip_rotation", "Hip rotation", "deg", "turn of the pelvis against the feet"),
    *_pair(
        "knee_alignment",
        "Knee alignment",
        FRONTAL,
        "hip, knee and ankle against straight; positive: knock-kneed (valgus)",
    ),
    *_pair(
        "foot_turnout",
        "Foot turnout",
        (View.FRONT,),
        "foot direction against straight ahead; positive: turned out",
    ),
    _frontal(
        "shoulder_height_difference",
        "Shoulder height difference",
        "mm",
        "left shoulder tip above the right one",
    ),
    _frontal("hip_height_difference", "Hip height difference", "mm", "left hip joint above the right one"),
    _sagittal(
        "pelvic_tilt",
        "Pelvic tilt",
        "deg",
        "forward tilt of the pelvis against neutral; a proxy from the outline",
    ),
    Measure(
        id="asis_psis_tilt",
        label="ASIS-PSIS tilt",
        unit="deg",
        views=SAGITTAL,
        meaning="how much lower the front hip bone (ASIS) is than the back one (PSIS), against level",
        markers_only=True,
    ),
    _sagittal("lumbar_curve", "Lumbar curve", "deg", "hollow of the lower back's outline"),
    _sagittal("thoracic_curve", "Thoracic curve", "deg", "rounding of the upper back's outline"),
    _sagittal("forward_head", "Forward head", "deg", "ear ahead of the shoulder against plumb"),
    _sagittal(
        "shoulder_protraction",
        "Shoulder protraction",
        "deg",
        "shoulder ahead of the trunk, seen from the hip",
    ),
    _sagittal("trunk_inclination", "Trunk inclination", "deg", "trunk against plumb; positive: forward"),
    _sagittal(
        "knee_flexion", "Knee flexion", "deg", "hip, knee and ankle against straight; negative: overstretched"
    ),
    *(
        _sagittal(
            f"plumb_offsets_{point}",
            f"{point.capitalize()} off plumb",
            "%",
            f"{point} ahead of the vertical through the ankle, in percent of body height",
        )
        for point in PLUMB_POINTS
    ),
)

MEASURES: dict[str, Measure] = {measure.id: measure for measure in _ALL}
"""Every measure by id, in the order in which reports list them."""


def measures_for(view: View, *, markers: bool = False) -> tuple[Measure, ...]:
    """Return the measures that `view` can show, in report order; `markers`: of a body that wears them."""
    return tuple(one for one in _ALL if view in one.views and (markers or not one.markers_only))


@dataclass(frozen=True, kw_only=True, slots=True)
class Issue:
    """Something about the picture that weakens or forbids measures, and what to do about it.

    `message` says what is wrong and how to take a better picture. `affects` names measure ids.
    `forbids`: the measures cannot be given at all; otherwise their intervals are wider.
    """

    code: str
    message: str
    affects: tuple[str, ...]
    forbids: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Quality:
    """Whether the picture can be measured, and its issues, the gravest first."""

    usable: bool
    issues: tuple[Issue, ...] = ()


RollSource = Literal["scene_lines", "stance", "assumed_level", "given"]
"""Where the camera roll comes from: lines of the scene, the body's stance, nothing, or the caller."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Roll:
    """How far the camera was turned about its viewing axis.

    `estimate` in degrees; positive: the picture shows the scene turned clockwise (the camera was
    turned counter-clockwise), so that a level line falls to the right of the picture.
    """

    estimate: Estimate
    source: RollSource

    def mirrored(self) -> Self:
        """Return the roll of the mirrored picture."""
        return replace(self, estimate=self.estimate.scaled(-1.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the markers of one picture say.

    estimates   by measure id
    reasons     for each measure that markers would give and do not: which are missing, and what to do
    """

    estimates: dict[str, Estimate]
    reasons: dict[str, str]
