"""Reports on hand-made bodies, for tests of what people see. No model and no file is needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from PIL import Image, ImageDraw

from levelback.advice.values import Finding, Habit, Phase, Plan, Prescription, Screening
from levelback.metrics.values import MEASURES, Estimate, Issue, Measurement, Quality, Roll
from levelback.pose.joints import JOINT_COUNT, JOINT_NAMES, MIRROR, Joint
from levelback.pose.landmarks import Landmarks, View
from levelback.report.values import ModelIdentity, PhotoFacts, Report

WIDTH, HEIGHT = 720, 1280
_FRONT = {
    "nose": (360, 205), "left_eye_inner": (370, 190), "left_eye": (378, 189), "left_eye_outer": (386, 190),
    "left_ear": (404, 200), "mouth_left": (374, 226), "left_shoulder": (452, 330), "left_elbow": (496, 490),
    "left_wrist": (522, 630), "left_pinky": (528, 672), "left_index": (516, 678), "left_thumb": (506, 660),
    "left_hip": (408, 648), "left_knee": (414, 888), "left_ankle": (418, 1110), "left_heel": (414, 1134),
    "left_foot_index": (440, 1168),
}  # fmt: skip
_SIDE = {
    "nose": (270, 212), "left_eye_inner": (276, 194), "left_eye": (280, 193), "left_eye_outer": (286, 193),
    "left_ear": (326, 204), "mouth_left": (282, 232), "left_shoulder": (352, 338), "left_elbow": (372, 500),
    "left_wrist": (346, 634), "left_pinky": (336, 676), "left_index": (326, 678), "left_thumb": (322, 662),
    "left_hip": (350, 648), "left_knee": (352, 888), "left_ankle": (372, 1112), "left_heel": (392, 1140),
    "left_foot_index": (292, 1164),
}  # fmt: skip


def body(view: View = View.FRONT) -> Landmarks:
    """A person who stands straight, in the middle of a 720 × 1280 picture."""
    half = _FRONT if view.frontal else _SIDE
    points = np.zeros((JOINT_COUNT, 2))
    for name, place in half.items():
        points[JOINT_NAMES.index(name)] = place
    for index, name in enumerate(JOINT_NAMES):
        if name not in half:
            x, y = points[MIRROR[index]]
            points[index] = (WIDTH - x, y) if view.frontal else (x + 6, y - 3)
    visibility = np.full(JOINT_COUNT, 0.98)
    if not view.frontal:
        visibility[[j for j in Joint if "RIGHT" in j.name]] = 0.35
    landmarks = Landmarks(
        points=points,
        visibility=visibility,
        covariance=np.eye(2 * JOINT_COUNT) * 2.0**2,
        silhouette=None,
        width=WIDTH,
        height=HEIGHT,
        view=View.FRONT if view.frontal else View.LEFT,
        passes=24,
    )
    if view is View.BACK:
        points = points.copy()
        points[:, 0] = WIDTH - points[:, 0]
        return replace(landmarks, points=points, view=View.BACK)
    return landmarks.mirrored() if view is View.RIGHT else landmarks


def paint(landmarks: Landmarks) -> np.ndarray:
    """A plain picture of a person with these landmarks."""
    image = Image.new("RGB", (landmarks.width, landmarks.height), (203, 199, 190))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 1120, landmarks.width, landmarks.height), fill=(140, 118, 96))
    p = {joint: tuple(landmarks[joint]) for joint in Joint}

    def limb(color: tuple[int, int, int], width: int, *joints: Joint) -> None:
        draw.line([p[j] for j in joints], fill=color, width=width, joint="curve")
        for j in joints:
            x, y = p[j]
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=color)

    skin, cloth = (176, 124, 96), (52, 66, 92)
    for side in ("LEFT", "RIGHT"):
        leg = [Joint[f"{side}_{part}"] for part in ("HIP", "KNEE", "ANKLE")]
        limb(skin, 62, *leg)
        limb(cloth, 90, leg[0], leg[1])
        limb(skin, 44, *(Joint[f"{side}_{part}"] for part in ("SHOULDER", "ELBOW", "WRIST")))
        limb((60, 60, 60), 30, Joint[f"{side}_HEEL"], Joint[f"{side}_FOOT_INDEX"])
    trunk = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP, Joint.LEFT_HIP)
    draw.polygon([p[j] for j in trunk], fill=(150, 66, 62))
    limb((150, 66, 62), 90, *trunk, trunk[0])
    x, y = p[Joint.NOSE]
    ear = (p[Joint.LEFT_EAR][0] + p[Joint.RIGHT_EAR][0]) / 2
    centre = (x + ear) / 2
    draw.rectangle((centre - 28, y + 40, centre + 28, y + 110), fill=skin)
    draw.ellipse((centre - 58, y - 82, centre + 58, y + 72), fill=skin)
    draw.pieslice((centre - 60, y - 90, centre + 60, y + 30), 180, 360, fill=(50, 36, 30))
    return np.asarray(image)


def measured(id: str, value: float, half_width: float) -> Measurement:
    return Measurement(
        id=id, unit=MEASURES[id].unit, estimate=Estimate.around(value, half_width), reason=None
    )


def unmeasured(id: str, reason: str) -> Measurement:
    return Measurement(id=id, unit=MEASURES[id].unit, estimate=None, reason=reason)


def report(
    *measurements: Measurement,
    view: View = View.FRONT,
    findings: tuple[Finding, ...] = (),
    plan: Plan | None = None,
    quality: Quality | None = None,
    roll: Roll | None = None,
    file: str = "photo.jpg",
) -> Report:
    """A report on `body(view)`, analysed at half of the photo's size."""
    landmarks = body(view)
    return Report(
        version="0.1.0",
        created_at=datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC),
        model=ModelIdentity(name="pose_landmarker_full", sha256="4eaa5eb7a98365221087693fcc286334cf0858e2eb6e15b506aa4a7ecdcec4ad"),
        photo=PhotoFacts(
            file=file,
            sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            width=2 * WIDTH,
            height=2 * HEIGHT,
            view=view,
            taken_at=datetime(2026, 3, 12, 18, 5),
            mirrored=False,
        ),
        roll=roll or Roll(estimate=Estimate.around(1.2, 0.4), source="scene_lines"),
        quality=quality or Quality(usable=True),
        measurements=measurements,
        findings=findings,
        plan=plan or Plan(screening=Screening(status="not_answered"), phases=(), habits=()),
        landmarks=landmarks,
        picture=paint(landmarks),
    )  # fmt: skip


LEVEL_FRONT = (
    measured("shoulder_tilt", 0.3, 0.8),
    measured("pelvic_obliquity", -0.2, 1.1),
    measured("head_tilt", 0.9, 1.6),
    measured("trunk_lean", -0.1, 0.6),
    measured("trunk_shift", 1.0, 4.0),
    measured("weight_shift", 6.0, 5.0),
    measured("hip_rotation", 1.5, 5.5),
    measured("knee_alignment_left", -1.4, 2.0),
    measured("knee_alignment_right", -2.6, 2.0),
    measured("foot_turnout_left", 9.0, 7.0),
    measured("foot_turnout_right", 12.0, 7.0),
    unmeasured("shoulder_height_difference", "needs your height: give it with --height-cm"),
    unmeasured("hip_height_difference", "needs your height: give it with --height-cm"),
)


def symmetric() -> Report:
    """Nothing stands out; a short plan for both sides."""
    plan = Plan(
        screening=Screening(status="clear"),
        phases=(
            Phase(
                id="integrate",
                items=(
                    _item("plank", "Plank", "both", 3, None, 30, "Strong abdominals help every back."),
                    _item("walk", "Walk", "both", 1, None, 600, "Walking trains the whole body evenly."),
                ),
            ),
        ),
        habits=(
            Habit(id="microbreaks", text="Stand up, stretch and walk every 30 to 60 minutes.", source="A"),
        ),
    )
    return report(*LEVEL_FRONT, plan=plan)


def left_hip_high(view: View = View.FRONT, **changes: object) -> Report:
    """The left hip is plainly higher, the right shoulder a little."""
    rows = {m.id: m for m in LEVEL_FRONT} | {
        "pelvic_obliquity": measured("pelvic_obliquity", 4.2, 1.1),
        "shoulder_tilt": measured("shoulder_tilt", -1.3, 0.7),
        "weight_shift": measured("weight_shift", 28.0, 7.0),
    }
    finding = Finding(
        id="one_hip_higher",
        measure="pelvic_obliquity",
        side="left",
        severity="moderate",
        confidence="likely",
        explanation="A hip that sits higher often goes with tight muscles on that side of the lower back.",
        source="B; engineering choice",
    )
    why = "Your left hip sits 4.2° higher (3.1° to 5.3°)."
    plan = Plan(
        screening=Screening(status="not_answered"),
        phases=(
            Phase(id="release", items=(_item("pigeon", "Supine pigeon", "left", 2, None, 30, why),)),
            Phase(
                id="strengthen",
                items=(
                    _item("clam", "Clam", "right", 3, 12, None, why),
                    _item("bird-dog", "Bird-dog", "both", 3, 8, 5, "It trains the small muscles along the spine."),
                ),
            ),
            Phase(id="integrate", items=(_item("side-plank", "Side plank", "both", 3, None, 20, why),)),
        ),
        habits=(
            Habit(id="bag", text="Carry your bag on the other shoulder, or on both.", source="A"),
            Habit(id="stand", text="Stand on both legs; do not rest on one hip.", source="A"),
        ),
    )  # fmt: skip
    return replace(report(*rows.values(), view=view, findings=(finding,), plan=plan), **changes)


def side_view(view: View = View.LEFT) -> Report:
    """A forward-tipped pelvis and a forward head, seen from the side."""
    finding = Finding(
        id="anterior_pelvic_tilt",
        measure="pelvic_tilt",
        side=None,
        severity="moderate",
        confidence="possible",
        explanation="A pelvis that tips forward often goes with tight hip flexors.",
        source="B; Preece 2008",
    )
    return report(
        measured("pelvic_tilt", 14.8, 4.1),
        measured("lumbar_curve", 41.0, 6.0),
        measured("thoracic_curve", 38.0, 8.0),
        measured("forward_head", 24.0, 3.0),
        measured("shoulder_protraction", 3.0, 4.0),
        measured("trunk_inclination", -2.0, 1.0),
        measured("knee_flexion", -4.0, 3.0),
        measured("plumb_offsets_ear", 4.9, 0.5),
        measured("plumb_offsets_shoulder", 2.2, 0.5),
        measured("plumb_offsets_hip", 2.4, 0.5),
        measured("plumb_offsets_knee", 2.1, 0.5),
        view=view,
        findings=(finding,),
    )


def unusable() -> Report:
    """A picture that cannot be measured."""
    reason = "you are turned away from the camera"
    return report(
        *(unmeasured(m.id, reason) for m in LEVEL_FRONT),
        quality=Quality(
            usable=False,
            issues=(
                Issue(
                    code="not_square",
                    message="You are turned about 30° away from the camera. Stand square to it.",
                    affects=("shoulder_tilt", "pelvic_obliquity"),
                    forbids=True,
                ),
            ),
        ),
        roll=Roll(estimate=Estimate.around(0.0, 1.5), source="assumed_level"),
    )


def _item(
    id: str, name: str, side: str, sets: int, reps: int | None, hold_s: int | None, why: str
) -> Prescription:
    return Prescription(exercise=id, name=name, side=side, sets=sets, reps=reps, hold_s=hold_s, because=why)  # type: ignore[arg-type]
