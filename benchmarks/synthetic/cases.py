"""One case is everything that decides one picture; a scene is built from it and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import atan, atan2, cos, degrees, radians, sin, tan

import numpy as np

from benchmarks.synthetic.body import BodyShape, Floats, rest_body
from benchmarks.synthetic.camera import project
from benchmarks.synthetic.face import Color, linear
from benchmarks.synthetic.posture import Arms, PosedBody, Posture, Support, pose_body
from benchmarks.synthetic.rooms import RoomSpec, build_room, sample_room
from benchmarks.synthetic.scene import Camera, Layer, Scene, Surface
from benchmarks.synthetic.wardrobe import Band, Bottom, Feet, Outfit, Top, dress

VIEW_YAW_DEG = {"front": 0.0, "left": 90.0, "back": 180.0, "right": -90.0}
VIEW_SHARES = {"front": 0.40, "back": 0.25, "left": 0.175, "right": 0.175}
SYMMETRIC_SHARE = 0.15
STICKER_SHARE = 0.08
PICTURES_PER_BODY = 3
WIDTH, HEIGHT = 720, 1280


class Split(StrEnum):
    """Pictures that networks learn from, to fit on, to choose by, and to test on; no body is in two of them."""

    LEARN = "learn"
    FIT = "fit"
    VALIDATE = "validate"
    TEST = "test"


_SPLIT_CODE = {Split.FIT: 1, Split.VALIDATE: 2, Split.TEST: 3, Split.LEARN: 4}

CLOTH_COLORS = (
    "1d1f24", "22304f", "2f4a6d", "6a8fb5", "8c2f39", "b5544d", "3d5a40", "7c8f5a", "c9b458", "d9d4c7",
    "efefec", "5b3a58", "9a7aa0", "4a4a4f", "8a8d91", "b98b5e", "d98f3d", "2a6f72", "c7868f", "6b4a33",
)  # fmt: skip
HAIR_COLORS = ("12100e", "2a1d14", "3f2a1a", "6b4a2b", "a37a45", "7a3b1d", "8a8682", "c9c3b8")
IRIS_COLORS = ("3b2413", "5a3d20", "4a5d3a", "5f7d94", "6d6a5a")
STICKER_COLORS = ("18c25a", "e0269a", "f2d21b", "1f7ae0")


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What decides one picture. `heading_deg` turns the subject to its left, away from the wall's square."""

    name: str
    split: Split | None
    body_id: str
    view: str
    shape: BodyShape
    posture: Posture
    heading_deg: float
    outfit: Outfit
    room: RoomSpec
    camera: Camera


def sample_case(split: Split, number: int) -> Case:
    """Draw picture `number` of a split; the same arguments give the same case."""
    code, body_number = _SPLIT_CODE[split], number // PICTURES_PER_BODY
    shape = sample_shape(np.random.default_rng([7, code, body_number]))
    rng = np.random.default_rng([11, code, number])
    view = str(rng.choice(list(VIEW_SHARES), p=list(VIEW_SHARES.values())))
    outfit = sample_outfit(rng, shape)
    posture = sample_posture(rng, outfit)
    heading = float(np.clip(rng.normal(0, 4.5), -12, 12)) if rng.random() < 0.85 else 0.0
    camera = _sample_camera(rng, view, _stature(shape))
    case = Case(
        name=f"{split}-{number:05d}",
        split=split,
        body_id=f"{split}-{body_number:04d}",
        view=view,
        shape=shape,
        posture=posture,
        heading_deg=heading,
        outfit=outfit,
        room=sample_room(rng),
        camera=camera,
    )
    return case if rng.random() < 0.03 else replace(case, camera=fitted(camera, posed(case).vertices))


def posed(case: Case) -> PosedBody:
    """Return the body of a case."""
    return _posed(case.shape, case.posture, case.heading_deg)


@lru_cache(maxsize=2)
def _posed(shape: BodyShape, posture: Posture, heading_deg: float) -> PosedBody:
    return pose_body(shape, posture, heading_deg)


def build_scene(case: Case, body: PosedBody | None = None) -> Scene:
    """Return the scene of a case: the clothed person, a board if one is needed, and the room."""
    body = posed(case) if body is None else body
    room, lights, ambient = build_room(case.room, VIEW_YAW_DEG[case.view])
    return Scene(
        surfaces=(*room, *dress(body, case.outfit), *_boards(body)),
        lights=lights,
        ambient=ambient,
        camera=case.camera,
    )


def place_camera(
    view: str,
    *,
    distance: float,
    height: float,
    fov: float,
    aim: float = 0.9,
    roll: float = 0.0,
    turn: float = 0.0,
    sideways: float = 0.0,
    width: int = WIDTH,
    pixel_height: int = HEIGHT,
) -> Camera:
    """Return a camera at `distance` that looks at height `aim` over the origin (metres, degrees).

    `turn` swings it around the subject, `sideways` moves the subject out of the picture's middle.
    """
    yaw = VIEW_YAW_DEG[view] + turn
    forward = np.array([-sin(radians(yaw)), cos(radians(yaw))])
    right = np.array([forward[1], -forward[0]])
    x, y = -distance * forward + sideways * right
    return Camera(
        position=(float(x), float(y), height),
        yaw_deg=yaw,
        pitch_deg=degrees(atan2(aim - height, distance)),
        roll_deg=roll,
        vertical_fov_deg=fov,
        width=width,
        height=pixel_height,
    )


def fitted(camera: Camera, vertices: Floats, margin: float = 0.025) -> Camera:
    """Return the camera with its angle of view widened until all of the body is in the picture."""
    size = np.array([camera.width, camera.height])
    for _ in range(40):
        pixels = project(camera, vertices[::7])
        if (pixels > margin * size).all() and (pixels < (1 - margin) * size).all():
            return camera
        wider = 2 * degrees(atan(1.04 * tan(radians(camera.vertical_fov_deg) / 2)))
        camera = replace(camera, vertical_fov_deg=wider)
    return camera


def _sample_camera(rng: np.random.Generator, view: str, stature: float) -> Camera:
    distance, height = rng.uniform(2.0, 5.0), rng.uniform(0.6, 1.7)
    aim = stature * rng.uniform(0.45, 0.56)
    half = 0.5 * stature * rng.uniform(1.08, 1.40)
    roll = float(np.clip(rng.normal(0, 2.0), -6, 6))
    return place_camera(
        view,
        distance=float(distance),
        height=float(height),
        fov=2 * degrees(atan(half / distance)),
        aim=float(aim),
        roll=roll,
        turn=float(np.clip(rng.normal(0, 2.0), -6, 6)),
        sideways=float(rng.uniform(-0.12, 0.12)),
    )


def sample_shape(rng: np.random.Generator) -> BodyShape:
    """Draw an adult; the stature follows that of women (1.64 ± 0.065 m) and men (1.77 ± 0.07 m)."""
    woman = bool(rng.random() < 0.5)
    aim = rng.normal(1.64, 0.065) if woman else rng.normal(1.77, 0.07)
    shape = BodyShape(
        female=float(rng.uniform(0.88, 1.0) if woman else rng.uniform(0.0, 0.12)),
        age=float(rng.uniform(0.62, 0.98)),
        muscle=float(rng.uniform(0.2, 0.9)),
        weight=float(rng.uniform(0.1, 1.0)),
        height=0.5,
        proportions=float(rng.uniform(0.2, 1.0)),
    )
    return with_stature(shape, float(aim))


def with_stature(shape: BodyShape, stature_m: float) -> BodyShape:
    """Return the shape with the trait `height` that gives this stature (secant steps)."""
    low, high = replace(shape, height=0.3), replace(shape, height=0.6)
    for _ in range(4):
        slope = (_stature(high) - _stature(low)) / (high.height - low.height)
        step = (stature_m - _stature(high)) / slope
        if abs(step) < 1e-4:
            break
        low, high = high, replace(high, height=float(np.clip(high.height + step, 0.0, 1.0)))
        if low.height == high.height:
            break
    return high


def _stature(shape: BodyShape) -> float:
    return float(np.ptp(rest_body(shape).vertices[:, 2]))


def sample_posture(rng: np.random.Generator, outfit: Outfit) -> Posture:
    """Draw a posture; about one in seven is the same left and right."""

    def normal(mean: float, sd: float, low: float, high: float) -> float:
        return float(np.clip(rng.normal(mean, sd), low, high))

    def tilt(sd: float, limit: float) -> float:
        return float(rng.uniform(-limit, limit)) if rng.random() < 0.4 else normal(0, sd, -limit, limit)

    arms = str(rng.choice([*Arms], p=(0.72, 0.12, 0.04, 0.04, 0.08)))
    posture = Posture(
        shoulder_tilt=tilt(2.5, 8),
        pelvic_obliquity=tilt(2.3, 7),
        trunk_lean=normal(0, 1.5, -4, 4),
        trunk_shift=normal(0, 7, -20, 20),
        weight_shift=normal(0, 8, -25, 25),
        head_tilt=normal(0, 3, -9, 9),
        head_turn=normal(0, 4, -12, 12),
        hip_rotation=normal(0, 5, -12, 12),
        knee_valgus_left=normal(0, 3, -7, 8),
        knee_valgus_right=normal(0, 3, -7, 8),
        foot_turnout_left=normal(8, 5, -5, 25),
        foot_turnout_right=normal(8, 5, -5, 25),
        pelvic_tilt=float(rng.uniform(-15, 25)) if rng.random() < 0.5 else normal(3, 6, -15, 25),
        thoracic_rounding=normal(5, 8, -8, 25),
        trunk_inclination=normal(0, 2.5, -6, 7),
        forward_head=normal(3, 6, -8, 18),
        head_nod=normal(0, 4, -10, 12),
        shoulder_protraction=normal(3, 6, -6, 15),
        leg_lean=normal(2, 1.2, -1, 5),
        knee_flexion=normal(3, 4, -8, 12),
        stance=float(rng.uniform(0.8, 1.6)),
        arms=Arms(arms),
        arm_spread=float(rng.uniform(8, 15)),
        elbow_flexion=float(rng.uniform(6, 24)),
        support=Support.BOARD if rng.random() < 0.3 else Support.KNEE,
    )
    return symmetric(posture) if rng.random() < SYMMETRIC_SHARE else posture


def symmetric(posture: Posture) -> Posture:
    """Return the posture with its left side like its right and nothing tilted, shifted or turned."""
    level = (
        "shoulder_tilt", "pelvic_obliquity", "trunk_lean", "trunk_shift", "weight_shift", "head_tilt",
        "head_turn", "hip_rotation",
    )  # fmt: skip
    one_hand = posture.arms in (Arms.ON_LEFT_HIP, Arms.ON_RIGHT_HIP)
    return replace(
        posture,
        **dict.fromkeys(level, 0.0),
        knee_valgus_left=posture.knee_valgus_right,
        foot_turnout_left=posture.foot_turnout_right,
        arms=Arms.HANGING if one_hand else posture.arms,
    )


def sample_outfit(rng: np.random.Generator, shape: BodyShape) -> Outfit:
    """Draw skin, hair and clothes."""
    woman = shape.female > 0.5

    def pick(values: dict[str, float]) -> str:
        return str(rng.choice(list(values), p=np.array(list(values.values())) / sum(values.values())))

    def cloth() -> Color:
        return linear(str(rng.choice(CLOTH_COLORS)), float(rng.uniform(0.8, 1.1)))

    hair = {"short": 20, "buzz": 5, "bun": 25, "ponytail": 30, "long": 20} if woman else {
        "short": 60, "buzz": 20, "bald": 15, "bun": 5}  # fmt: skip
    tops = (
        {"sports_bra": 45, "tank_top": 25, "tshirt": 30}
        if woman
        else {"bare": 55, "tank_top": 15, "tshirt": 30}
    )
    bottoms = {"briefs": 15, "shorts": 35, "leggings": 35, "trousers": 15} if woman else {
        "briefs": 15, "shorts": 50, "leggings": 12, "trousers": 23}  # fmt: skip
    top, bottom = Top(pick(tops)), Bottom(pick(bottoms))
    stickers = (
        top in (Top.BARE, Top.BRA) and bottom is not Bottom.TROUSERS and rng.random() < 2.0 * STICKER_SHARE
    )
    waist = rng.uniform(0.09, 0.14) if bottom is Bottom.LEGGINGS else rng.uniform(0.055, 0.115)
    band = Band(width=float(rng.uniform(0.02, 0.05)), color=cloth()) if rng.random() < 0.5 else None
    grey = shape.age > 0.85 and rng.random() < 0.7
    tone = int(rng.integers(1, 11))
    hair_codes = HAIR_COLORS[6:] if grey else HAIR_COLORS[: 6 if tone < 5 else 3]
    return Outfit(
        skin_tone=tone,
        hair=pick(hair),
        hair_color=linear(str(rng.choice(hair_codes))),
        iris=linear(str(rng.choice(IRIS_COLORS if tone < 6 else IRIS_COLORS[:2]))),
        top=top,
        top_color=cloth(),
        bottom=bottom,
        bottom_color=cloth(),
        waist=0.045 if stickers else float(waist),
        feet=Feet(pick({"bare": 45, "socks": 20, "shoes": 35})),
        feet_color=cloth(),
        band=band,
        stripe=(float(rng.uniform(0.02, 0.07)), float(rng.uniform(0.2, 0.6))) if rng.random() < 0.2 else None,
        weave=float(rng.uniform(0.05, 0.3)),
        stickers=linear(str(rng.choice(STICKER_COLORS))) if stickers else None,
        sticker_radius=float(rng.uniform(0.006, 0.010)),
        seed=int(rng.integers(1, 10**6)),
    )


def _boards(body: PosedBody) -> tuple[Surface, ...]:
    """Return the board under a foot, if there is one: it lies along the foot."""
    surfaces = []
    for side, thickness in body.boards.items():
        if thickness < 1e-4:
            continue
        letter = side[0].upper()
        toe, ankle = body.joint(f"toe2-1.{letter}"), body.joint(f"foot.{letter}")
        ahead = (toe - ankle) * [1, 1, 0]
        ahead /= np.linalg.norm(ahead)
        across = np.array([-ahead[1], ahead[0], 0.0])
        middle = 0.55 * ankle + 0.45 * toe
        corners = [
            middle * [1, 1, 0] + i * 0.19 * ahead + j * 0.085 * across + [0, 0, z]
            for z in (0.0, thickness)
            for i, j in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        faces = np.array([[0, 1, 2, 3], [7, 6, 5, 4], [4, 5, 1, 0], [5, 6, 2, 1], [6, 7, 3, 2], [7, 4, 0, 3]])
        wood = Layer(name="board", field=np.ones(8), color=(0.30, 0.19, 0.10), roughness=0.6, pattern=0.2)
        surfaces.append(
            Surface(name="board", vertices=np.array(corners), faces=faces, layers=(wood,), smooth=False)
        )
    return tuple(surfaces)
