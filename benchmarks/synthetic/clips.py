"""Clips of exercises with known repetitions, holds and faults.

    python -m benchmarks.synthetic.clips bird-dog --fault hips_drop --weak-side left --fps 12 --out FOLDER

writes ``NAME.mp4`` and ``NAME.json``. A repetition is a rise, a hold and a fall of known lengths; its
`hold_s` is the time spent at 90 % or more of its own range, as `levelback live` counts it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic.body import BodyShape, rest_body
from benchmarks.synthetic.cases import sample_outfit, sample_shape
from benchmarks.synthetic.exercises import POSES, Move, pelvis_deg, trunk_deg
from benchmarks.synthetic.limbs import OTHER
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.rooms import RoomSpec, build_room, sample_room
from benchmarks.synthetic.scene import Camera, Scene
from benchmarks.synthetic.wardrobe import Bottom, Feet, Outfit, Top, dress

WIDTH, HEIGHT = 640, 400
PAUSE_S = 1.2
REACHED = 0.9
WEAK_RANGE, WEAK_HOLD = 0.72, 0.5
SKY_SAMPLES, LAMP_GRID = 32, 2
FULL_HOLD_S = {"bird-dog": 2.5, "bridge": 4.0}
SHORT_HOLD_S = 0.3
FAULTS: dict[str, dict[str, dict[str, float]]] = {
    "bird-dog": {
        "hips_drop": {"hip_drop": 26.0},
        "spine_not_level": {"sag": 14.0},
        "hips_turn": {"pelvis_roll": 16.0},
        "incomplete_lift": {},
        "hold_too_short": {},
    },
    "bridge": {"pelvis_not_level": {"pelvis_roll": 10.0}, "incomplete_lift": {}, "hold_too_short": {}},
    "standing": {},
}
"""Per exercise, each fault and the angles of `Move` that show it at full lift."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """One repetition: seconds from the start of the clip, its range (1: full), its faults."""

    side: str
    start_s: float
    rise_s: float
    still_s: float
    fall_s: float
    range: float = 1.0
    faults: tuple[str, ...] = ()

    @property
    def end_s(self) -> float:
        """When the body is at rest again."""
        return self.start_s + self.rise_s + self.still_s + self.fall_s

    @property
    def hold_s(self) -> float:
        """Time at `REACHED` or more of this repetition's own range."""
        # Where the smooth step 3 u² − 2 u³ comes to REACHED (its inverse).
        reached = 0.5 - np.sin(np.arcsin(1 - 2 * REACHED) / 3)
        return self.still_s + float(1 - reached) * (self.rise_s + self.fall_s)

    def lift(self, time_s: float) -> float:
        """Return the share of a full movement at a time."""
        rising = (time_s - self.start_s) / self.rise_s
        falling = (self.end_s - time_s) / self.fall_s
        u = float(np.clip(min(rising, falling), 0.0, 1.0))
        return self.range * u * u * (3 - 2 * u)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """All that decides a clip."""

    name: str
    exercise: str
    repetitions: tuple[Repetition, ...]
    duration_s: float
    fps: float
    shape: BodyShape
    outfit: Outfit
    room: RoomSpec
    camera: Camera
    weaker_side: str | None = None


def sample_clip(
    exercise: str, seed: int, *, fault: str | None = None, weaker_side: str | None = None,
    repetitions: int = 4, fps: float = 12.0,
) -> Clip:  # fmt: skip
    """Draw person, room and camera by `seed`, and plan a set.

    fault         every second repetition has it;  None: a clean set
    weaker_side   repetitions of this side have less range and shorter holds
    """
    if fault is not None and fault not in FAULTS[exercise]:
        raise ValueError(f"{exercise} knows the faults {', '.join(FAULTS[exercise])}, not {fault}")
    rng = np.random.default_rng([31, seed])
    shape = sample_shape(rng)
    shape = replace(shape, weight=min(shape.weight, 0.75))
    tight = Top.BRA if shape.female > 0.5 else Top.BARE
    bottom = Bottom.LEGGINGS if rng.random() < 0.5 else Bottom.BRIEFS
    outfit = replace(sample_outfit(rng, shape), top=tight, bottom=bottom, feet=Feet.BARE, stickers=None)
    planned = _plan(exercise, rng, repetitions, fault, weaker_side) if exercise in FULL_HOLD_S else ()
    room = replace(sample_room(rng), wall_distance_m=float(rng.uniform(1.0, 1.8)))
    return Clip(
        name="-".join(filter(None, (exercise, fault, weaker_side and f"weak-{weaker_side}", f"{seed:03d}"))),
        exercise=exercise,
        repetitions=planned,
        duration_s=(planned[-1].end_s if planned else 6.0) + PAUSE_S,
        fps=fps,
        shape=shape,
        outfit=outfit,
        room=room,
        camera=_camera(exercise, rng),
        weaker_side=weaker_side,
    )


def _plan(
    exercise: str, rng: np.random.Generator, count: int, fault: str | None, weaker_side: str | None
) -> tuple[Repetition, ...]:
    planned: list[Repetition] = []
    side = str(rng.choice(("left", "right"))) if exercise == "bird-dog" else "both"
    for number in range(count):
        has = fault if fault is not None and number % 2 == 1 else None
        weak = side == weaker_side
        still = FULL_HOLD_S[exercise] * float(rng.uniform(0.9, 1.2)) * (WEAK_HOLD if weak else 1.0)
        full = float(rng.uniform(0.94, 1.0)) * (WEAK_RANGE if weak else 1.0)
        planned.append(
            Repetition(
                side=side,
                start_s=(planned[-1].end_s if planned else 0.3) + PAUSE_S * float(rng.uniform(0.8, 1.3)),
                rise_s=float(rng.uniform(0.9, 1.4)),
                still_s=SHORT_HOLD_S if has == "hold_too_short" else still,
                fall_s=float(rng.uniform(0.9, 1.4)),
                range=0.55 if has == "incomplete_lift" else full,
                faults=() if has is None else (has,),
            )
        )
        # In a bird-dog each side has two repetitions in a row, so that a fault meets both sides.
        if side != "both" and number % 2 == 1:
            side = OTHER[side]
    return tuple(planned)


def _camera(exercise: str, rng: np.random.Generator) -> Camera:
    if exercise == "standing":
        yaw, height, distance = 0.0, float(rng.uniform(0.9, 1.2)), 3.2
        wide, high, fov = HEIGHT, WIDTH, 44.0
    else:
        yaw = float(rng.choice((90.0, -90.0)) + rng.uniform(-8, 8))
        height, distance = float(rng.uniform(0.5, 1.0)), float(rng.uniform(3.0, 3.4))
        wide, high, fov = WIDTH, HEIGHT, 38.0
    aim = 0.95 if exercise == "standing" else 0.4
    x, y = distance * np.sin(np.radians(yaw)), -distance * np.cos(np.radians(yaw))
    return Camera(
        position=(float(x), float(y), height),
        yaw_deg=yaw,
        pitch_deg=float(np.degrees(np.arctan2(aim - height, distance))),
        roll_deg=float(rng.normal(0, 0.7)),
        vertical_fov_deg=fov,
        width=wide,
        height=high,
    )


def move_at(clip: Clip, time_s: float) -> Move:
    """Return where the body is at a time of the clip."""
    sway = 0.6 * float(np.sin(0.9 * time_s) + 0.5 * np.sin(2.3 * time_s))
    for repetition in clip.repetitions:
        if repetition.start_s <= time_s <= repetition.end_s:
            lift = repetition.lift(time_s)
            angles: dict[str, float] = {}
            for fault in repetition.faults:
                angles |= FAULTS[clip.exercise][fault]
            shown = {name: lift * angle for name, angle in angles.items()}
            side = "left" if repetition.side == "both" else repetition.side
            return Move(side=side, lift=lift, **shown)
    return Move(sway=sway)


def pose_at(clip: Clip, time_s: float) -> PosedBody:
    """Return the posed body at a time of the clip."""
    return POSES[clip.exercise](rest_body(clip.shape), move_at(clip, time_s))


def frames(clip: Clip) -> Iterator[tuple[float, PosedBody, NDArray[np.uint8]]]:
    """Yield time in seconds, body and (h, w, 3) RGB picture, one after the other."""
    from benchmarks.synthetic import fast  # Numba, which the plan of a clip does without

    heading = 90.0 * round(clip.camera.yaw_deg / 90.0)
    room, lights, ambient = build_room(clip.room, heading)
    for number in range(round(clip.duration_s * clip.fps)):
        time_s = number / clip.fps
        body = pose_at(clip, time_s)
        surfaces = (*room, *dress(body, clip.outfit))
        scene = Scene(surfaces=surfaces, lights=lights, ambient=ambient, camera=clip.camera)
        yield time_s, body, fast.render(scene, SKY_SAMPLES, LAMP_GRID)


def truth(clip: Clip) -> dict[str, Any]:
    """Return what is known of a clip, with the names of `levelback.set/1`."""
    return {
        "name": clip.name,
        "exercise": clip.exercise,
        "fps": clip.fps,
        "frames": round(clip.duration_s * clip.fps),
        "reps": [
            {
                "side": repetition.side,
                "start_s": round(repetition.start_s, 3),
                "end_s": round(repetition.end_s, 3),
                "hold_s": round(repetition.hold_s, 3),
                "range": round(repetition.range, 3),
                "faults": list(repetition.faults),
            }
            for repetition in clip.repetitions
        ],
        "weaker_side": clip.weaker_side,
    }


def write(clip: Clip, folder: Path) -> Path:
    """Write ``NAME.mp4`` and ``NAME.json`` into `folder`; return the path of the clip.

    The JSON also has each frame's trunk angle over the horizontal and the pelvis's tilt, in degrees.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{clip.name}.mp4"
    size = (clip.camera.width, clip.camera.height)
    file = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), clip.fps, size)
    if not file.isOpened():
        raise OSError(f"cannot write {path.name}")
    angles = []
    for _, body, picture in frames(clip):
        file.write(picture[..., ::-1])
        angles.append((round(trunk_deg(body), 2), round(pelvis_deg(body), 2)))
    file.release()
    known = truth(clip) | {
        "trunk_deg": [trunk for trunk, _ in angles],
        "pelvis_deg": [pelvis for _, pelvis in angles],
    }
    path.with_suffix(".json").write_text(json.dumps(known, indent=1) + "\n")
    return path


def main(arguments: list[str] | None = None) -> None:
    """Draw one clip."""
    parser = argparse.ArgumentParser(description="Draw a clip of an exercise with known truth.")
    parser.add_argument("exercise", choices=POSES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fault")
    parser.add_argument("--weak-side", choices=("left", "right"))
    parser.add_argument("--repetitions", type=int, default=4)
    parser.add_argument("--fps", type=float, default=12.0)
    parser.add_argument("--out", type=Path, default=Path("generated/clips"))
    chosen = parser.parse_args(arguments)
    clip = sample_clip(
        chosen.exercise, chosen.seed, fault=chosen.fault, weaker_side=chosen.weak_side,
        repetitions=chosen.repetitions, fps=chosen.fps,
    )  # fmt: skip
    write(clip, chosen.out)


if __name__ == "__main__":
    main()
