# ruff: noqa: RUF005  (a step in the picture is added, not appended)
"""Stick figures that exercise: landmarks from plain kinematics, with noise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from helpers.spoilt import noisy
from levelback.form import EXERCISES, end, load_specification, start, step, summarize
from levelback.form.values import Sample
from levelback.pose.joints import JOINT_COUNT, Joint
from levelback.pose.landmarks import Landmarks, View

TRUNK, THIGH, SHANK, FOOT, UPPER_ARM, FOREARM = 100.0, 84.0, 80.0, 32.0, 56.0, 50.0
WIDTH, HEIGHT = 900, 640
FLOOR = 520.0
OTHER = {"left": "right", "right": "left"}
FAR = 6.0
"""The far side stands a little higher in the picture."""


@dataclass(frozen=True)
class Rep:
    """One repetition of a movement: a smooth rise, a hold, and a fall."""

    side: str
    start_s: float
    rise_s: float = 1.2
    still_s: float = 2.0
    fall_s: float = 1.2
    range: float = 1.0
    fault: str = ""

    @property
    def end_s(self) -> float:
        return self.start_s + self.rise_s + self.still_s + self.fall_s

    @property
    def hold_s(self) -> float:
        """Time at 90 % or more of its own range: the smooth step 3 u² − 2 u³ passes 0.9 at u = 0.8042."""
        return self.still_s + (1 - 0.80420) * (self.rise_s + self.fall_s)

    def lift(self, time_s: float) -> float:
        u = min((time_s - self.start_s) / self.rise_s, (self.end_s - time_s) / self.fall_s)
        u = min(1.0, max(0.0, u))
        return self.range * u * u * (3 - 2 * u)


def planned(sides: str, *, rest_s: float = 1.2, first_s: float = 1.5, **how) -> list[Rep]:
    """Return repetitions one after the other; `sides` like "LLRR", "B" for both."""
    reps: list[Rep] = []
    for letter in sides:
        begin = reps[-1].end_s + rest_s if reps else first_s
        side = {"L": "left", "R": "right", "B": "both"}[letter]
        reps.append(Rep(side=side, start_s=begin, **how))
    return reps


def polar(degrees: float, length: float) -> np.ndarray:
    """Return a step in the picture: 0 to the right, 90 up."""
    angle = np.radians(degrees)
    return np.array([length * np.cos(angle), -length * np.sin(angle)])


class Figure:
    """Points of a figure as they are put together; heads to the right unless turned round."""

    def __init__(self) -> None:
        self.points = np.zeros((JOINT_COUNT, 2))

    def put(self, name: str, side: str, at) -> np.ndarray:
        self.points[Joint[f"{side}_{name}".upper()]] = at
        return np.asarray(at)

    def limb(self, side: str, first: str, at, *bones: tuple[str, float, float]) -> None:
        """Put a chain of joints, each (name, direction in degrees, length) from the one before."""
        here = self.put(first, side, at)
        for name, degrees, length in bones:
            here = self.put(name, side, here + polar(degrees, length))

    def head(self, at, nose_deg: float) -> None:
        for joint in Joint:
            if joint <= Joint.MOUTH_RIGHT:
                self.points[joint] = at + polar(nose_deg, 12.0)
        for side in OTHER:
            self.put("ear", side, at)

    def hands(self) -> None:
        for side in OTHER:
            for name in ("pinky", "index", "thumb"):
                self.put(name, side, self.points[Joint[f"{side}_wrist".upper()]])

    def landmarks(self, outline=None) -> Landmarks:
        self.hands()
        return Landmarks(
            points=self.points, visibility=np.full(JOINT_COUNT, 0.95),
            covariance=np.zeros((2 * JOINT_COUNT, 2 * JOINT_COUNT)), silhouette=None,
            width=WIDTH, height=HEIGHT, view=View.LEFT, outline=outline,
        )  # fmt: skip


def _depth(side: str, near: str) -> np.ndarray:
    return np.array([0.0, 0.0 if side == near else -FAR])


def bird_dog(lift: float, side: str, fault: str = "", near: str = "right") -> Landmarks:
    """On hands and knees, the head to the right; leg of `side` and the other arm lifted."""
    figure = Figure()
    lean = 16.0 * lift if fault == "hips_drop" else 0.0
    knee = np.array([360.0, FLOOR])
    hip = knee + polar(90 + lean, THIGH)
    shoulder = hip + polar(10, TRUNK)
    for one in OTHER:
        away = _depth(one, near)
        up = lift if one == side else 0.0
        thigh = -90 + lean if one != side else -90 + lean - up * (88 + lean)
        start = hip + away
        figure.limb(one, "hip", start, ("knee", thigh, THIGH), ("ankle", -180, SHANK), ("heel", -180, 6))
        figure.put("foot_index", one, figure.points[Joint[f"{one}_ankle".upper()]] + [-6, 24])
        arm = lift if one == OTHER[side] else 0.0
        along = -90 + 95 * arm
        figure.limb(one, "shoulder", shoulder + away, ("elbow", along, UPPER_ARM), ("wrist", along, FOREARM))
    figure.head(shoulder + polar(15, 35), -60)
    sag = {"spine_not_level": 0.08, "back_rounds": -0.08}.get(fault, 0.0) * lift
    outline = 0.2 - sag * np.sin(np.pi * np.arange(1, 10) / 10)
    outline[5:] += 0.05 * lift * (fault == "hips_turn")
    return figure.landmarks(outline=outline)


def bridge(lift: float, side: str = "both", fault: str = "", near: str = "right") -> Landmarks:
    """On the back, the head to the left; the hips rise about the shoulders."""
    figure = Figure()
    shoulder, ankle = np.array([260.0, FLOOR - 14]), np.array([445.0, FLOOR - 8])
    hip = shoulder + polar(28 * lift, TRUNK)
    knee = _two_links(hip, ankle, THIGH, SHANK)
    # The feet move only while the hips are up: half of it is what the mean of rest and now shows.
    wide, turned = (5.0 if fault == "feet_apart" else 1.5), (16.0 if fault == "toes_out" else 0.0)
    for one in OTHER:
        away = 2 * _depth(one, near)
        feet, down = wide * _depth(one, near), turned if one == near else -turned
        for name, at in (("hip", hip + away), ("knee", knee + away / 2), ("ankle", ankle + feet)):
            figure.put(name, one, at)
        figure.put("heel", one, ankle + feet + [-4, 6])
        figure.put("foot_index", one, ankle + feet + [26, 9.5 + down])
        figure.limb(one, "shoulder", shoulder + away, ("elbow", -5, UPPER_ARM), ("wrist", 0, FOREARM))
    figure.head(shoulder + polar(170, 35), 90)
    return figure.landmarks()


def clam(lift: float, side: str, fault: str = "", near: str = "") -> Landmarks:
    """On the side, the chest to the camera, the head away from the feet; the top knee opens."""
    figure = Figure()
    head = 1.0 if side == "right" else -1.0  # with the head to the right, the left side is the lower one
    along = 0.0 if head > 0 else 180.0
    for one in OTHER:
        top = one == side
        high = 46.0 if top else 0.0
        hip = np.array([450.0, FLOOR - 20 - high])
        shoulder = hip + polar(along, TRUNK) - [0, 14.0 if top else -8.0]
        ankle = np.array([450.0 - head * 110, FLOOR - 8 - (18 if top else 0)])
        if fault == "feet_apart" and top:
            ankle = ankle - [0, 25 * lift]
        opening = 14 + 45 * lift if top else 0.0
        knee = ankle + polar(opening, 66) * [head, 1]
        figure.put("hip", one, hip)
        figure.put("knee", one, knee)
        figure.put("ankle", one, ankle)
        figure.put("heel", one, ankle + [-head * 8, 4])
        figure.put("foot_index", one, ankle + [head * 8, 4])
        figure.limb(
            one, "shoulder", shoulder, ("elbow", 180 - along, UPPER_ARM), ("wrist", 180 - along, FOREARM)
        )
    low = np.array([0.0, 9 * lift])  # the elbow stands off the back, and sinks as that rolls over
    if fault == "hips_roll":
        figure.put("elbow", side, figure.points[Joint[f"{side}_elbow".upper()]] + low)
    outline = np.full(9, 0.2)
    outline[:4] -= 0.05 * lift * (fault == "trunk_turns")
    figure.head(np.array([450.0 + head * 145, FLOOR - 60]), 270)
    return figure.landmarks(outline=outline)


def pigeon(lift: float, side: str, fault: str = "", near: str = "right", rest_deg: float = 60) -> Landmarks:
    """On the back, the head to the left; the ankle of `side` goes across the other thigh, which is pulled in."""
    figure = Figure()
    hip = np.array([450.0, FLOOR - 14 - (9 * lift if fault == "tailbone_lifts" else 0)])
    pulled = rest_deg + 50 * lift
    for one in OTHER:
        start = hip + _depth(one, near)
        figure.limb(
            one, "hip", start, ("knee", pulled, THIGH), ("ankle", pulled - 110, SHANK), ("heel", -90, 6)
        )
        if one == side:
            floor = figure.points[Joint[f"{one}_ankle".upper()]]
            figure.put("ankle", one, lift * (start + polar(pulled, 70)) + (1 - lift) * floor)
        figure.put("foot_index", one, figure.points[Joint[f"{one}_ankle".upper()]] + [20, 0])
        shoulder = np.array([450.0 - TRUNK, FLOOR - 14]) + _depth(one, near)
        figure.limb(one, "shoulder", shoulder, ("elbow", -10, UPPER_ARM), ("wrist", 0, FOREARM))
    floor = np.array([450.0 - TRUNK - 35, FLOOR - 14 - 0.2 * TRUNK])
    figure.head(floor + ([12 * lift, -8 * lift] if fault == "head_lifts" else [0, 0]), 90)
    return figure.landmarks()


def plank(lift: float, side: str = "both", fault: str = "", near: str = "right") -> Landmarks:
    """On forearms, the head to the right; from the knees (0) to one line down to the feet (1)."""
    figure = Figure()
    shoulder = np.array([600.0, FLOOR - UPPER_ARM])
    bend = {"hips_drop": -16.0, "hips_high": 20.0}.get(fault, 0.0)
    line = 180 + np.degrees(np.arcsin(30 / (TRUNK + THIGH + SHANK)))
    hip_deg = (1 - lift) * 155 + lift * (line - bend / 2)
    leg_deg = (1 - lift) * 265 + lift * (line + bend / 2)
    shank_deg = (1 - lift) * 180 + lift * (line + bend / 2)
    for one in OTHER:
        away = _depth(one, near)
        start = shoulder + away
        hip = start + polar(hip_deg, TRUNK)
        figure.limb(one, "hip", hip, ("knee", leg_deg, THIGH), ("ankle", shank_deg, SHANK), ("heel", 90, 6))
        figure.put("foot_index", one, figure.points[Joint[f"{one}_ankle".upper()]] + [8, 24])
        figure.limb(one, "shoulder", start, ("elbow", -90, UPPER_ARM), ("wrist", 0, FOREARM))
    figure.head(shoulder + polar(hip_deg - 180, 35), hip_deg - 240)
    return figure.landmarks()


def side_plank(lift: float, side: str, fault: str = "", near: str = "", rest: float = 0.0) -> Landmarks:
    """On the forearm of `side`, the chest to the camera; at rest the hips are lifted by the share `rest`."""
    figure = Figure()
    lift = rest + (1 - rest) * lift
    head = 1.0 if side == "left" else -1.0
    feet = np.array([450.0 - head * 150, FLOOR - 12])
    elbow = np.array([450.0 + head * 110, FLOOR - 6])
    shoulder = elbow + [0.0, -UPPER_ARM - 18]
    straight = (shoulder * (THIGH + SHANK) + feet * TRUNK) / (TRUNK + THIGH + SHANK)
    sunk = 16.0 if fault == "hips_drop" else 0.0
    hip = straight + [0, 40 * (1 - lift) + sunk * lift]
    for one in OTHER:
        half = 18.0 * (1 - 0.2 * lift if fault == "trunk_turns" else 1)
        offset = np.array([0.0, half if one == side else -half])
        here, low = hip + offset, feet + offset * 0.25
        figure.put("hip", one, here)
        figure.put("knee", one, here + (low - here) * THIGH / (THIGH + SHANK))
        figure.put("ankle", one, low)
        figure.put("heel", one, low + [-head * 6, 0])
        figure.put("foot_index", one, low + [0, 6])
        figure.put("shoulder", one, shoulder + offset)
        hand = elbow if one == side else hip + offset
        figure.put("elbow", one, hand)
        figure.put("wrist", one, hand)
    figure.head(shoulder + [head * 36, -16], 270)
    return figure.landmarks()


def deep_lunge(lift: float, side: str, fault: str = "", near: str = "right") -> Landmarks:
    """From both knees into the lunge, facing right; `side` is the rear leg."""
    figure = Figure()
    sunk = 42.0 * lift
    knee = np.array([380.0, FLOOR])
    hip = knee + polar(90 - sunk, THIGH)
    shoulder = hip + polar(88 - (24 * lift if fault == "torso_leans" else 0), TRUNK)
    over = 24 * lift if fault == "knee_past_foot" else 0.0
    for one in OTHER:
        away = _depth(one, near)
        if one == side or lift < 0.05:
            figure.limb(
                one, "hip", hip + away, ("knee", -90 - sunk, THIGH), ("ankle", 178, SHANK), ("heel", 90, 6)
            )
            toe = figure.points[Joint[f"{one}_ankle".upper()]] + [-28, 6]
        else:
            ankle = np.array([hip[0] + 60 + 18 * lift - over, FLOOR - 8])
            for name, at in (("hip", hip), ("knee", _two_links(hip, ankle, THIGH, SHANK)), ("ankle", ankle)):
                figure.put(name, one, at + away)
            figure.put("heel", one, ankle + away + [-6, 4])
            toe = ankle + away + [26, 6]
        figure.put("foot_index", one, toe)
        figure.limb(one, "shoulder", shoulder + away, ("elbow", -110, UPPER_ARM), ("wrist", -20, FOREARM))
    figure.head(shoulder + polar(88, 35), 0)
    return figure.landmarks()


def walk(phase: float, weak: str = "", short: float = 1.0, fault: str = "", near: str = "right") -> Landmarks:
    """One moment of a stride, walking to the right; phase 0: the left heel strikes."""
    figure = Figure()
    hip = np.array([450.0, FLOOR - THIGH - SHANK + 6])
    shoulder = hip + polar(88, TRUNK)
    for one in OTHER:
        away = _depth(one, near)
        turn = 2 * np.pi * (phase + (0.0 if one == "left" else 0.5))
        swing = 25 * np.cos(turn)
        if one == weak and swing > 0:
            swing *= short
        bend = 30 * max(0.0, -np.sin(turn - 0.6)) ** 2
        landing, pushing = max(0.0, np.cos(turn)) ** 8, max(0.0, np.cos(turn - 3.6)) ** 4
        pitch = (4 if fault == "no_heel_strike" and one == weak else 24) * landing
        pitch -= (8 if fault == "no_push_off" and one == weak else 55) * pushing
        shank = -90 + swing - bend
        figure.limb(
            one, "hip", hip + away, ("knee", -90 + swing, THIGH), ("ankle", shank, SHANK), ("heel", -100, 8)
        )
        heel = figure.points[Joint[f"{one}_heel".upper()]]
        figure.put("foot_index", one, heel + polar(pitch, FOOT))
        arm = -90 - 0.7 * swing
        figure.limb(one, "shoulder", shoulder + away, ("elbow", arm, UPPER_ARM), ("wrist", arm + 20, FOREARM))
    figure.head(shoulder + polar(88, 35), 0)
    return figure.landmarks()


def standing(turn: float = 0.0, shift: float = 0.0) -> Landmarks:
    """Square to the camera at `turn` 0, seen from the side at 90."""
    figure = Figure()
    middle = np.array([450.0 + shift, 320.0])
    across = np.cos(np.radians(turn))
    for one, sign in (("left", 1.0), ("right", -1.0)):
        out = np.array([sign * across, 0.0])
        figure.limb(
            one, "hip", middle + 20 * out, ("knee", -90, THIGH), ("ankle", -90, SHANK), ("heel", -90, 8)
        )
        figure.put("foot_index", one, figure.points[Joint[f"{one}_heel".upper()]] + [4 * sign, 8])
        shoulder = middle + [0, -TRUNK] + 36 * out
        figure.limb(one, "shoulder", shoulder, ("elbow", -88, UPPER_ARM), ("wrist", -88, FOREARM))
    figure.head(middle + [14 * np.sin(np.radians(turn)), -TRUNK - 36], -90)
    for one, sign in (("left", 1.0), ("right", -1.0)):
        figure.put("ear", one, middle + [sign * 14 * across, -TRUNK - 36])
    return figure.landmarks()


POSES: dict[str, Callable[..., Landmarks]] = {
    "bird-dog": bird_dog,
    "bridge": bridge,
    "clam": clam,
    "deep-lunge": deep_lunge,
    "pigeon": pigeon,
    "plank": plank,
    "side-plank": side_plank,
}
assert set(POSES) < set(EXERCISES)


def _two_links(start, end_, first: float, second: float) -> np.ndarray:
    """Return the joint between two links that bends upwards."""
    line = np.asarray(end_) - start
    distance = min(float(np.hypot(*line)), 0.999 * (first + second))
    cosine = (first**2 + distance**2 - second**2) / (2 * first * distance)
    along = np.degrees(np.arctan2(-line[1], line[0]))
    return start + polar(along + np.degrees(np.arccos(cosine)), first)


def filmed(
    exercise: str, reps: Iterable[Rep], *, rate: float = 30.0, noise_px: float = 0.6, seed: int = 0,
    near: str = "right", tail_s: float = 1.5, **how: float,
) -> list[Sample]:  # fmt: skip
    """Return the samples of a set, evenly `rate` times a second, with `noise_px` on every landmark."""
    reps = list(reps)
    rng = np.random.default_rng(seed)
    samples = []
    side = reps[0].side
    for number in range(round((reps[-1].end_s + tail_s) * rate)):
        time_s = number / rate
        rep = next((one for one in reps if one.start_s <= time_s <= one.end_s), None)
        coming = next((one for one in reps if one.end_s >= time_s), reps[-1])
        # Whoever changes sides turns over in the middle of the rest.
        side = rep.side if rep else coming.side if coming.start_s - time_s < 1.0 else side
        pose = POSES[exercise](rep.lift(time_s) if rep else 0.0, side, rep.fault if rep else "", near, **how)
        samples.append(Sample(time_s=time_s, landmarks=noisy(pose, rng, noise_px)))
    return samples


def walked(
    seconds: float, *, rate: float = 30.0, stride_s: float = 1.1, seed: int = 0, **how
) -> list[Sample]:
    """Return the samples of somebody who stands for a second and then walks on the spot."""
    rng = np.random.default_rng(seed)
    still, count = walk(0.25), round(seconds * rate)
    poses = (
        (k / rate, walk((k / rate - 1.0) / stride_s + 0.25, **how) if k > rate else still)
        for k in range(count)
    )
    return [Sample(time_s=time_s, landmarks=noisy(pose, rng, 0.5)) for time_s, pose in poses]


def played(exercise: str, samples: Iterable[Sample], side: str | None = None):
    """Return the summary and all events of a set."""
    spec = load_specification(exercise)
    state, events = start(spec, side), []
    for sample in samples:
        state, new = step(spec, state, sample)
        events += new
    state, new = end(spec, state)
    return summarize(spec, state), [*events, *new]
