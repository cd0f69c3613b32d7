"""Knowing when not to measure: what about a picture weakens or forbids which measures.

Limits and sentences stand in data/quality.toml.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from levelback.metrics.body import Body
from levelback.metrics.geometry import bend_deg, lean_deg, percentile
from levelback.metrics.values import Issue, Quality, measures_for
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks, View

LEVEL_MEASURES = (
    "shoulder_tilt",
    "pelvic_obliquity",
    "head_tilt",
    "trunk_lean",
    "trunk_shift",
    "weight_shift",
    "shoulder_height_difference",
    "hip_height_difference",
    "forward_head",
    "trunk_inclination",
)
_LEFT_LEG = (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE)
_RIGHT_LEG = (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)
_HEAD = (Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_EAR)
_FEET = (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE, Joint.LEFT_FOOT_INDEX, Joint.RIGHT_FOOT_INDEX)
_TRUNK = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP)
_SHARPNESS_HEIGHT_PX = 600


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureFacts:
    """What the picture says besides the landmarks.

    overlap     share of the subject's box that another person covers, 0…1
    turn_deg    turn of the subject away from square (frontal) or from side-on (sagittal); None: unknown
    has_lines   whether the scene's lines gave the camera roll
    sides_in_doubt   the picture may be a mirror image, and nothing tells
    swapped     share of the looks at the picture that took left for right, 0…0.5
    full_scale  pixels of the full picture per pixel of the working picture
    markers     the subject wears markers, which are measured
    """

    overlap: float = 0.0
    turn_deg: float | None = None
    has_lines: bool = True
    sides_in_doubt: bool = False
    swapped: float = 0.0
    full_scale: float = 1.0
    markers: bool = False


@cache
def _data() -> dict[str, dict[str, object]]:
    text = (files("levelback.metrics") / "data" / "quality.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _limits() -> dict[str, float]:
    return {name: float(value) for name, value in _data()["limits"].items()}  # type: ignore[arg-type]


def make_issue(code: str, view: View, *, markers: bool = False) -> Issue:
    """Return the issue of data/quality.toml with its measures narrowed to those of `view`."""
    entry: dict[str, object] = _data()["issues"][code]  # type: ignore[assignment]
    shown = [measure.id for measure in measures_for(view, markers=markers)]
    names: set[str] = set(entry["affects"])  # type: ignore[call-overload]
    if "*" in names:
        affected = shown
    else:
        wanted = names | (set(LEVEL_MEASURES) if "level" in names else set())
        affected = [id for id in shown if id in wanted]
    return Issue(
        code=code, message=str(entry["message"]), affects=tuple(affected), forbids=bool(entry["forbids"])
    )


def assess(image: NDArray[np.uint8], landmarks: Landmarks, body: Body | None, facts: PictureFacts) -> Quality:
    """Return the picture's issues, those that forbid first.

    image   (height, width, 3) uint8 RGB
    body    the landmarks in the body frame; None where the shoulders are not above the ankles
    """
    codes = list(_pose_issues(landmarks, body))
    codes += _framing_issues(landmarks)
    codes += _picture_issues(image, landmarks, body, facts)
    issues = tuple(make_issue(code, landmarks.view, markers=facts.markers) for code in dict.fromkeys(codes))
    everything = {measure.id for measure in measures_for(landmarks.view, markers=facts.markers)}
    forbidden = {id for issue in issues if issue.forbids for id in issue.affects}
    return Quality(
        usable=not everything <= forbidden,
        issues=tuple(sorted(issues, key=lambda issue: (not issue.forbids, -len(issue.affects)))),
    )


def _pose_issues(landmarks: Landmarks, body: Body | None) -> Iterator[str]:
    if body is None or not _stands(body):
        yield "not_standing"
        return
    limits = _limits()
    if landmarks.view.frontal and _hand_on_hip(body, limits["wrist_over_hip"]):
        yield "arms_hide_hips"


def _stands(body: Body) -> bool:
    """Tell whether the pose is upright on two legs with the arms down."""
    limits = _limits()
    up = np.array([1.0, -1.0])  # the angle functions count y downwards
    trunk = lean_deg(body.middle(Joint.LEFT_HIP) * up, body.middle(Joint.LEFT_SHOULDER) * up)
    legs = [[body[joint] for joint in leg] for leg in (_LEFT_LEG, _RIGHT_LEG)]
    bends = [abs(float(bend_deg(*(point * up for point in leg)))) for leg in legs]
    lengths = [(float(np.linalg.norm(h - k)), float(np.linalg.norm(k - a))) for h, k, a in legs]
    ankles = np.abs(body[Joint.LEFT_ANKLE] - body[Joint.RIGHT_ANKLE])
    return bool(
        abs(float(trunk)) <= limits["trunk_lean_deg"]
        and max(bends) <= limits["leg_bend_deg"]
        and min(thigh / max(shank, 1e-6) for thigh, shank in lengths) >= limits["thigh_to_shank"]
        and ankles[0] <= limits["stance_width"]
        and ankles[1] <= limits["foot_lift"]
        and not any(_arm_raised(body, left) for left in (False, True))
    )


def _arm_raised(body: Body, left: bool) -> bool:
    limits = _limits()
    side = "LEFT" if left else "RIGHT"
    shoulder, elbow, wrist = (body[Joint[f"{side}_{part}"]] for part in ("SHOULDER", "ELBOW", "WRIST"))
    upper = elbow - shoulder
    out = np.degrees(np.arctan2(abs(upper[0]), -upper[1]))
    return bool(wrist[1] - shoulder[1] > limits["wrist_above_shoulder"] or out > limits["arm_out_deg"])


def _hand_on_hip(body: Body, reach: float) -> bool:
    """Tell whether a hand lies before or on the pelvis rather than beside it."""
    half_width = abs(body[Joint.LEFT_HIP][0] - body[Joint.RIGHT_HIP][0]) / 2
    for wrist in (Joint.LEFT_WRIST, Joint.RIGHT_WRIST):
        point = body[wrist]
        near = min(np.linalg.norm(point - body[hip]) for hip in (Joint.LEFT_HIP, Joint.RIGHT_HIP))
        before = abs(point[0]) < half_width and abs(point[1]) < 2.5 * reach
        if near < reach or before:
            return True
    return False


def _framing_issues(landmarks: Landmarks) -> list[str]:
    head, feet = _cut_off(landmarks, _HEAD), _cut_off(landmarks, _FEET)
    knees = _cut_off(landmarks, (Joint.LEFT_KNEE, Joint.RIGHT_KNEE))
    if _cut_off(landmarks, _TRUNK) or knees or (head and feet):
        return ["body_cut_off"]
    return ["head_cut_off"] * head + ["feet_cut_off"] * feet


def _cut_off(landmarks: Landmarks, joints: tuple[Joint, ...]) -> bool:
    """Tell whether any of `joints` lies outside the picture; a far side may be hidden in a side view."""
    margin = _limits()["edge_share"] * landmarks.height
    points = landmarks.points[list(joints)]
    inside = (
        (points[:, 0] > margin)
        & (points[:, 0] < landmarks.width - margin)
        & (points[:, 1] > margin)
        & (points[:, 1] < landmarks.height - margin)
    )
    return not bool(inside.all())


def _picture_issues(
    image: NDArray[np.uint8], landmarks: Landmarks, body: Body | None, facts: PictureFacts
) -> Iterator[str]:
    limits = _limits()
    if facts.overlap > limits["overlap_forbids"]:
        yield "people_overlap"
    elif facts.overlap > limits["overlap_weakens"]:
        yield "people_touch"
    if facts.turn_deg is not None and abs(facts.turn_deg) > limits["turn_weakens_deg"]:
        yield "turned_away" if abs(facts.turn_deg) > limits["turn_forbids_deg"] else "not_square"
    brightness, sharpness = _light_and_sharpness(image, landmarks)
    if brightness < limits["dark_level"]:
        yield "too_dark"
    elif sharpness < limits["sharpness"]:
        yield "blurred"
    if body is not None and body.scale_px * facts.full_scale < limits["small_px"]:
        yield "too_small"
    if facts.sides_in_doubt:
        yield "sides_in_doubt"
    if facts.swapped > limits["swapped"]:
        yield "front_or_back"
    if not facts.has_lines:
        yield "no_scene_lines"


def _light_and_sharpness(image: NDArray[np.uint8], landmarks: Landmarks) -> tuple[float, float]:
    """Return the mean grey level on the subject and the steepest grey steps around it.

    Both on the subject's box brought to a height of 600 px, so that the number of pixels of the camera
    does not matter; the step is relative to the subject's own contrast, in percent.
    """
    low = np.clip(landmarks.points.min(axis=0), 0, None).astype(int)
    high = np.ceil(landmarks.points.max(axis=0)).astype(int) + 1
    patch = image[low[1] : high[1], low[0] : high[0]]
    if patch.size == 0 or min(patch.shape[:2]) < 8:
        return 255.0, 100.0
    grey = cv2.cvtColor(np.ascontiguousarray(patch), cv2.COLOR_RGB2GRAY)
    factor = _SHARPNESS_HEIGHT_PX / grey.shape[0]
    if factor < 1:
        grey = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    steps = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)) / 8
    contrast = max(percentile(grey, 95) - percentile(grey, 5), 8.0)
    return float(grey.mean()), 100 * percentile(steps, 99) / contrast


def reason_for(measure_id: str, quality: Quality) -> str | None:
    """Return why a measure must not be given, in the words of the gravest issue; None: it may be."""
    for issue in quality.issues:
        if issue.forbids and measure_id in issue.affects:
            return issue.message
    return None


def widening(measure_id: str, quality: Quality) -> float:
    """Return how many times wider the issues that weaken a measure make its interval."""
    weakened = [issue.code for issue in quality.issues if not issue.forbids and measure_id in issue.affects]
    factors = [float(_data()["issues"][code].get("widen", 1.0)) for code in weakened]  # type: ignore[attr-defined]
    return math.prod(factors)
