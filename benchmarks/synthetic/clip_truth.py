"""What is known of a clip: repetitions with the names of ``levelback.set/1``, angles and joints per frame."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.synthetic.body import SKIN_POINTS, Floats, RestBody, coarse_bodies, rest_body
from benchmarks.synthetic.camera import project
from benchmarks.synthetic.exercises import POSES, Move, pelvis_deg, trunk_deg
from benchmarks.synthetic.limbs import LETTER, OTHER, middle
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.sets import GRID, STATIC, Repetition, move_of

if TYPE_CHECKING:
    from benchmarks.synthetic.clips import Clip

JOINTS = {
    "shoulder": "upperarm01", "elbow": "lowerarm01", "wrist": "wrist",
    "hip": "upperleg01", "knee": "lowerleg01", "ankle": "foot", "foot_index": "toe1-2",
}  # fmt: skip
STEP_S = 0.005
SPECIFICATIONS = Path(__file__).parents[2] / "src" / "levelback" / "form" / "data"


def truth(clip: Clip, moves: list[Move | None], posed: dict[Move, PosedBody]) -> dict[str, Any]:
    """Return what is known of a clip, for its JSON, from each frame's move and each move's body.

    trunk_deg    per frame, of the trunk over the horizontal; null where nobody is there
    pelvis_deg   per frame, of the line of the hip joints over the horizontal; positive: left higher
    joints       per frame, pixels (x, y) by the names of the landmarks
    view         the side of the body that the camera stands on
    reps         share: how far the faults of a repetition go, in parts of what ``sets.FAULTS`` says
    """
    sign = -1 if clip.mirrored else 1
    shown = {
        move: (round(trunk_deg(body), 2), sign * round(pelvis_deg(body), 2), marks(clip, body))
        for move, body in posed.items()
    }
    rows = [shown[move] if move else (None, None, None) for move in moves]
    return {
        "name": clip.name,
        "exercise": clip.exercise,
        "fps": clip.fps,
        "frames": len(rows),
        "view": _view(clip),
        "mirrored": clip.mirrored,
        "weaker_side": clip.weaker_side,
        "reps": [
            {
                "side": OTHER.get(one.side, one.side) if clip.mirrored else one.side,
                "start_s": round(one.start_s, 3),
                "end_s": round(one.end_s, 3),
                "hold_s": round(_hold_s(clip, one), 3),
                "range": round(one.range, 3),
                "faults": list(one.faults),
                "share": one.share,
            }
            for one in clip.repetitions
        ],
        **dict(zip(("trunk_deg", "pelvis_deg", "joints"), map(list, zip(*rows, strict=True)), strict=True)),
    }


def _view(clip: Clip) -> str:
    views = ("front", "left", "back", "right")
    view = views[round(clip.camera.yaw_deg / 90.0) % 4]
    return OTHER.get(view, view) if clip.mirrored else view


def marks(clip: Clip, body: PosedBody) -> dict[str, list[float]]:
    """Return where the joints are in the picture, in pixels, by the names of the landmarks.

    Where MediaPipe marks the skin the two differ by some centimetres, most of all at the shoulders.
    """
    points = {
        f"{side}_{name}": body.joint(f"{bone}.{letter}")
        for name, bone in JOINTS.items()
        for side, letter in LETTER.items()
    }
    points |= {f"{side}_ear": body.vertices[SKIN_POINTS[f"ear_{side}"]] for side in LETTER}
    points |= {f"{side}_heel": body.vertices[_heel(body.rest, side)] for side in LETTER}
    flat = project(clip.camera, np.array(list(points.values())))
    names = list(points)
    if clip.mirrored:
        flat[:, 0] = clip.camera.width - flat[:, 0]
        names = [f"{OTHER[name.split('_')[0]]}_{name.split('_', 1)[1]}" for name in names]
    return {name: [round(float(x), 1), round(float(y), 1)] for name, (x, y) in zip(names, flat, strict=True)}


def _heel(rest: RestBody, side: str) -> int:
    """Return the vertex that lies furthest back on the sole."""
    own = (rest.vertices[:, 0] > 0) == (side == "left")
    return int(np.argmax(np.where(own & (rest.vertices[:, 2] < 0.03), rest.vertices[:, 1], -np.inf)))


# --- how long a position was kept ----------------------------------------------------------------


def _hold_s(clip: Clip, repetition: Repetition) -> float:
    """Return the time at 90 % of the own range, or in a static exercise inside the stated tolerance.

    The tolerance is that of ``form/data``, applied to the true angles of the body.
    """
    if clip.exercise not in STATIC:
        return repetition.hold_s
    limits = tomllib.loads((SPECIFICATIONS / f"{clip.exercise}.toml").read_text())["within"]
    lifts = np.arange(0, round(GRID * repetition.range) + 1) / GRID
    with coarse_bodies():
        rest = rest_body(clip.shape)
        angles = np.array([_angles(clip.exercise, rest, repetition, float(lift), limits) for lift in lifts])
    own = np.array([limit.get("relative", False) for limit in limits]) * angles[0]
    low, high = (np.array([limit[end] for limit in limits]) + own for end in ("low", "high"))
    times = np.arange(repetition.start_s, repetition.end_s, STEP_S)
    margins = np.minimum(angles - low, high - angles).min(axis=1)
    reached = np.interp([repetition.lift(time) for time in times], lifts, margins)
    return STEP_S * int(np.count_nonzero(reached >= 0))


def _angles(
    exercise: str, rest: RestBody, repetition: Repetition, lift: float, limits: list[dict[str, Any]]
) -> list[float]:
    """Return what each limit of the tolerance is stated in, on the true body at `lift`."""
    move = move_of(exercise, repetition, lift)
    body = POSES[exercise](rest, move)
    return [_POSITION[limit["signal"]](body, move.side) for limit in limits]


def _rear_thigh_back(body: PosedBody, side: str) -> float:
    thigh = _between(body, "lowerleg01", "upperleg01", side)
    return float(np.degrees(np.arctan2(thigh[1], -thigh[2])))


def _thigh_pulled_in(body: PosedBody, side: str) -> float:
    thigh = _between(body, "lowerleg01", "upperleg01", OTHER[side])
    return float(np.degrees(np.arctan2(thigh[2], -thigh[1])))


def _line_bend(body: PosedBody, side: str) -> float:
    """Positive where the hips are over the line from the shoulders to the ankles."""
    shoulder, hip, ankle = (middle(body.joints, bone) for bone in ("upperarm01", "upperleg01", "foot"))
    along, on = hip - shoulder, ankle - hip
    cosine = along @ on / np.linalg.norm(along) / np.linalg.norm(on)
    bend = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    # In the bend the line turns down where the hips are high.
    turns_down = along[2] / np.linalg.norm(along) > on[2] / np.linalg.norm(on)
    return bend if turns_down else -bend


def _between(body: PosedBody, end: str, start: str, side: str) -> Floats:
    return body.joint(f"{end}.{LETTER[side]}") - body.joint(f"{start}.{LETTER[side]}")


_POSITION: dict[str, Callable[[PosedBody, str], float]] = {
    "rear_thigh_back": _rear_thigh_back,
    "knees_pulled_in": _thigh_pulled_in,
    "line_bend": _line_bend,
}
"""The signals of ``form`` that a tolerance is stated in, on the true body: degrees."""
