"""Clips of exercises with known repetitions, holds and faults.

    python -m benchmarks.synthetic.clips bird-dog --fault hips_drop --weak-side left --fps 12 --out FOLDER
    python -m benchmarks.synthetic.clips --all --out FOLDER
    python -m benchmarks.synthetic.clips --fresh 1 --out FOLDER
    python -m benchmarks.synthetic.clips --tests --out tests/clips

write ``NAME.mp4`` and ``NAME.json``. `--all` draws the evaluation set of `evaluation`, or that of the named
exercise, and `--fresh` a round of other people, each fault and weaker side once, of all exercises or of the
named one; clips that are there already are left alone. `--tests` draws the short clips of the tests.
`--mirror` draws the mirror image: left becomes right, and the camera stands on the other side.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.synthetic.body import BodyShape, Floats, coarse_bodies, rest_body
from benchmarks.synthetic.camera import focal_px, project
from benchmarks.synthetic.cases import sample_outfit, sample_shape
from benchmarks.synthetic.clip_truth import truth
from benchmarks.synthetic.exercises import POSES, Move
from benchmarks.synthetic.limbs import OTHER
from benchmarks.synthetic.posture import PosedBody
from benchmarks.synthetic.rooms import RoomSpec, build_room, sample_room
from benchmarks.synthetic.scene import Camera, Scene
from benchmarks.synthetic.sets import FAULTS, PAUSE_S, WALKING, Repetition, move_at, plan, strides
from benchmarks.synthetic.wardrobe import Bottom, Feet, Outfit, Top, dress

WIDTH, HEIGHT = 640, 400
SKY_SAMPLES, LAMP_GRID = 20, 2
POINTS = ((-0.25, -0.25), (0.25, 0.25))
MARGIN_PX, CHANGED = 16, 3
GRAIN = 1.5
CRF, SMALL_CRF = 26, 31
FROM_THE_FRONT = ("clam", "side-plank", "standing", "walk-front")
WALKING_S, STANDING_S = 12.0, 9.0
FILLED = (0.72, 0.85)
"""Share of the picture that the body is wide or high, as a user is told to stand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """All that decides a clip. `mirrored`: drawn as planned, then turned round like a picture in a mirror."""

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
    mirrored: bool = False


def sample_clip(
    exercise: str, seed: int, *, fault: str | None = None, weaker_side: str | None = None,
    repetitions: int = 4, fps: float = 12.0, mirrored: bool = False, share: float = 1.0,
) -> Clip:  # fmt: skip
    """Draw person, room and camera by `seed`, and plan a set.

    fault         every second repetition has it;  None: a clean set
    share         how far the fault goes, in parts of what `FAULTS` says
    weaker_side   repetitions of this side have less range and shorter holds
    mirrored      the same set in a mirror: of a weaker left side, the right one is weaker
    """
    if fault is not None and fault not in FAULTS[exercise]:
        raise ValueError(f"{exercise} knows the faults {', '.join(FAULTS[exercise])}, not {fault}")
    rng = np.random.default_rng([31, seed])
    shape = sample_shape(rng)
    shape = replace(shape, weight=min(shape.weight, 0.75))
    tight = Top.BRA if shape.female > 0.5 else Top.BARE
    bottom = Bottom.LEGGINGS if rng.random() < 0.5 else Bottom.BRIEFS
    outfit = replace(
        sample_outfit(rng, shape), top=tight, bottom=bottom, feet=Feet.BARE, band=None, stickers=None
    )
    room = replace(sample_room(rng), wall_distance_m=float(rng.uniform(1.0, 1.8)))
    if room.light == "dim":
        room = replace(room, light="soft", brightness=0.8)
    planned, duration_s = _set(exercise, rng, repetitions, fault, weaker_side, share)
    part = f"by-{share:g}" if share != 1 else None
    words = (exercise, fault, part, weaker_side and f"weak-{weaker_side}", f"{seed:03d}")
    camera = _camera(exercise, rng, shape, planned)
    drawn = Clip(
        name="-".join(filter(None, words)) + (f"-{fps:g}fps" if fps != 12 else ""),
        exercise=exercise, repetitions=planned, duration_s=duration_s, fps=fps, shape=shape, outfit=outfit,
        room=room, camera=camera, weaker_side=weaker_side,
    )  # fmt: skip
    return in_a_mirror(drawn) if mirrored else drawn


def _set(
    exercise: str, rng: np.random.Generator, count: int, fault: str | None, weaker_side: str | None,
    share: float,
) -> tuple[tuple[Repetition, ...], float]:  # fmt: skip
    if exercise == "standing":
        return (), STANDING_S
    if exercise in WALKING:
        front = exercise in FROM_THE_FRONT
        return strides(WALKING_S, fault, weaker_side, share, bearing=front), WALKING_S
    planned = plan(exercise, rng, count, fault, weaker_side, share)
    return planned, planned[-1].end_s + PAUSE_S


def in_a_mirror(clip: Clip) -> Clip:
    """Return the clip whose pictures are mirrored; its repetitions are said as they are to be seen."""
    weaker = clip.weaker_side and OTHER[clip.weaker_side]
    name = clip.name.replace(f"weak-{clip.weaker_side}", f"weak-{weaker}") + "-mirrored"
    return replace(clip, name=name, weaker_side=weaker, mirrored=True)


def _camera(
    exercise: str, rng: np.random.Generator, shape: BodyShape, planned: tuple[Repetition, ...]
) -> Camera:
    """Put the camera so that all of the set fills the picture well, a little oblique and not quite level."""
    front = exercise in FROM_THE_FRONT
    side = 0.0 if front else float(rng.choice((90.0, -90.0)))
    yaw = side + float(rng.uniform(-8, 8)) * (0.2 if exercise == "standing" else 1.0)
    upright = exercise == "standing"
    width, height = (HEIGHT, WIDTH) if upright else (WIDTH, HEIGHT)
    eye = float(rng.uniform(0.9, 1.2) if exercise in ("standing", *WALKING) else rng.uniform(0.5, 0.95))
    camera = Camera(
        position=(0.0, 0.0, eye), yaw_deg=yaw, pitch_deg=0.0, roll_deg=float(rng.normal(0, 0.7)),
        vertical_fov_deg=52.0 if upright else 38.0, width=width, height=height,
    )  # fmt: skip
    points = _extent(exercise, shape, planned)
    across = points @ np.array([math.cos(math.radians(yaw)), math.sin(math.radians(yaw)), 0.0])
    wide, high = np.ptp(across), np.ptp(points[:, 2])
    filled = float(rng.uniform(*FILLED))
    distance = focal_px(camera) / filled * max(wide / width, high / height) + 0.3
    ahead = np.array([-math.sin(math.radians(yaw)), math.cos(math.radians(yaw)), 0.0])
    low, far = points.min(axis=0), points.max(axis=0)
    centre = (low + far) / 2
    x, y, _ = centre - distance * ahead
    pitch = math.degrees(math.atan2(centre[2] - eye, distance))
    return replace(camera, position=(float(x), float(y), eye), pitch_deg=pitch)


def _extent(exercise: str, shape: BodyShape, planned: tuple[Repetition, ...]) -> Floats:
    """Return the skin of a body at rest and at the top, on both sides: (N, 3)."""
    sides = sorted({"left" if one.side == "both" else one.side for one in planned}) or ["left"]
    with coarse_bodies():
        bodies = [
            POSES[exercise](rest_body(shape), Move(side=side, lift=lift, phase=0.02))
            for side in sides
            for lift in (0.0, 1.0)
        ]
    return np.concatenate([body.vertices for body in bodies])


def pose_at(clip: Clip, time_s: float) -> PosedBody | None:
    """Return the body at a time, before any mirror; None: nobody is there."""
    move = move_at(clip.exercise, clip.repetitions, time_s)
    return None if move is None else POSES[clip.exercise](rest_body(clip.shape), move)


def moves(clip: Clip) -> list[Move | None]:
    """Return where the body is in each frame; None: nobody is there."""
    count = round(clip.duration_s * clip.fps)
    return [move_at(clip.exercise, clip.repetitions, number / clip.fps) for number in range(count)]


def bodies(clip: Clip) -> dict[Move, PosedBody]:
    """Return the body, before any mirror, in each of the poses of a clip."""
    with coarse_bodies():
        return {move: POSES[clip.exercise](rest_body(clip.shape), move) for move in set(moves(clip)) if move}


def frames(clip: Clip, posed: dict[Move, PosedBody]) -> Iterator[NDArray[np.uint8]]:
    """Yield the (h, w, 3) RGB pictures, before any mirror, of a clip and its `bodies`.

    Each pose is drawn once, and only the part of the picture in which the body ever is; grain is new in
    each picture.
    """
    rng = np.random.default_rng(clip.room.seed)
    high, wide = clip.camera.height, clip.camera.width
    grain = np.rint(rng.normal(0, GRAIN, (high + 64, wide + 64, 3))).astype(np.int16)
    with coarse_bodies():
        pictures = _Pictures(clip, posed)
    for move in moves(clip):
        with coarse_bodies():
            drawn = pictures.of(move)
        top, left = rng.integers(64, size=2)
        yield np.clip(drawn + grain[top : top + high, left : left + wide], 0, 255).astype(np.uint8)


class _Pictures:
    """Pictures of one clip by where the body is; each is drawn once."""

    def __init__(self, clip: Clip, posed: dict[Move, PosedBody]) -> None:
        self._drawn: dict[Move | None, NDArray[np.uint8]]
        self._clip, self._posed = clip, posed
        self._room, self._lights, self._ambient = build_room(
            clip.room, 90.0 * round(clip.camera.yaw_deg / 90.0)
        )
        # Of the whole picture: a body at rest, and the furthest one on each side with its shadow.
        tops = {move.side: move for move in sorted(posed, key=lambda move: move.lift)}
        self._drawn = {
            move: self._draw(move) for move in (min(posed, key=lambda move: move.lift), *tops.values())
        }
        self._background = next(iter(self._drawn.values()))
        self._window = _window(clip.camera, posed, self._drawn)

    def of(self, move: Move | None) -> NDArray[np.uint8]:
        """Return the picture without grain."""
        if move not in self._drawn:
            self._drawn[move] = self._draw(move, self._window)
        return self._drawn[move]

    def _draw(self, move: Move | None, window: tuple[int, int, int, int] | None = None) -> NDArray[np.uint8]:
        from benchmarks.synthetic import fast  # Numba, which the plan of a clip does without

        body = () if move is None else dress(self._posed[move], self._clip.outfit)
        scene = Scene(
            surfaces=(*self._room, *body),
            lights=self._lights,
            ambient=self._ambient,
            camera=self._clip.camera,
        )
        if window is None:
            return fast.render(scene, SKY_SAMPLES, LAMP_GRID, points=POINTS)
        left, top, right, bottom = window
        picture = self._background.copy()
        picture[top:bottom, left:right] = fast.render(
            scene, SKY_SAMPLES, LAMP_GRID, points=POINTS, window=window
        )
        return picture


def _window(
    camera: Camera, posed: dict[Move, PosedBody], drawn: dict[Move | None, NDArray[np.uint8]]
) -> tuple[int, int, int, int]:
    """Return the part of the picture that any of the bodies is in, or that changes in the pictures drawn."""
    corners = [
        bound(project(camera, body.vertices), axis=0) for body in posed.values() for bound in (np.min, np.max)
    ]
    first, *others = (picture.astype(np.int16) for picture in drawn.values())
    for other in others:
        rows, columns, _ = np.nonzero(np.abs(other - first) > CHANGED)
        corners += [np.array([bound(columns), bound(rows)]) for bound in (np.min, np.max) if len(rows)]
    left, top = np.maximum(np.min(corners, axis=0).astype(int) - MARGIN_PX, 0)
    right, bottom = np.max(corners, axis=0).astype(int) + MARGIN_PX
    return int(left), int(top), min(int(right), camera.width), min(int(bottom), camera.height)


def write(clip: Clip, folder: Path, *, both: bool = False, small: bool = False) -> tuple[Path, ...]:
    """Write ``NAME.mp4`` (H.264) and ``NAME.json`` into `folder`; return the paths of the clips.

    both    write the clip's mirror image, too: it costs hardly more
    small   press harder, and leave the joints out of the JSON
    """
    posed = bodies(clip)
    clips = (clip, in_a_mirror(clip)) if both else (clip,)
    folder.mkdir(parents=True, exist_ok=True)
    files = [_File(one, folder, SMALL_CRF if small else CRF) for one in clips]
    for picture in frames(clip, posed):
        for file in files:
            file.add(picture)
    for one in clips:
        write_truth(one, folder, posed, joints=not small)
    return tuple(file.close() for file in files)


def write_truth(clip: Clip, folder: Path, posed: dict[Move, PosedBody], joints: bool = True) -> None:
    """Write ``NAME.json`` of a clip and its `bodies` into `folder`."""
    known = truth(clip, moves(clip), posed)
    if not joints:
        del known["joints"]
    (folder / f"{clip.name}.json").write_text(json.dumps(known) + "\n")


class _File:
    """A clip that is being written."""

    def __init__(self, clip: Clip, folder: Path, crf: int) -> None:
        import av

        self._path, self._mirrored = folder / f"{clip.name}.mp4", clip.mirrored
        self._container = av.open(str(self._path.with_suffix(".part")), "w", format="mp4")
        self._stream = self._container.add_stream("libx264", rate=Fraction(clip.fps).limit_denominator(1001))
        self._stream.width, self._stream.height = clip.camera.width, clip.camera.height
        self._stream.pix_fmt = "yuv420p"
        self._stream.options = {"crf": str(crf), "preset": "veryfast"}

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Add a picture, as it is before any mirror."""
        import av

        shown = np.ascontiguousarray(picture[:, ::-1] if self._mirrored else picture)
        self._container.mux(self._stream.encode(av.VideoFrame.from_ndarray(shown, format="rgb24")))

    def close(self) -> Path:
        """Finish the file; one that was broken off has another name."""
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._path.with_suffix(".part").rename(self._path)


def _write_missing(clip: Clip, both: bool, folder: Path, renew: bool) -> None:
    wanted = (clip, in_a_mirror(clip)) if both else (clip,)
    if not all((folder / f"{one.name}.mp4").exists() for one in wanted):
        print(*write(clip, folder, both=both), sep="\n", flush=True)
    elif renew:
        posed = bodies(clip)
        for one in wanted:
            write_truth(one, folder, posed)


def main(arguments: list[str] | None = None) -> None:
    """Draw one clip, or the evaluation set."""
    parser = argparse.ArgumentParser(description="Draw a clip of an exercise with known truth.")
    parser.add_argument("exercise", nargs="?", choices=POSES)
    parser.add_argument("--all", action="store_true", help="the evaluation set, or that of EXERCISE")
    parser.add_argument("--fresh", type=int, metavar="ROUND", help="other people, by the number of the round")
    parser.add_argument("--tests", action="store_true", help="the short clips that the tests play")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fault")
    parser.add_argument("--share", type=float, default=1.0, help="of the size of the fault")
    parser.add_argument("--weak-side", choices=("left", "right"))
    parser.add_argument("--repetitions", type=int, default=4)
    parser.add_argument("--fps", type=float, default=12.0)
    parser.add_argument("--mirror", action="store_true")
    parser.add_argument(
        "--truth", action="store_true", help="with --all: renew the JSON of clips that are there"
    )
    parser.add_argument("--out", type=Path, default=Path("generated/clips"))
    chosen = parser.parse_args(arguments)
    if not (chosen.all or chosen.fresh is not None or chosen.tests) and chosen.exercise is None:
        parser.error("name an exercise, or ask for --all, --fresh or --tests")
    if chosen.tests:
        from benchmarks.synthetic.evaluation import test_set

        for clip in test_set():
            print(*write(clip, chosen.out, small=True), flush=True)
        return
    if chosen.all or chosen.fresh is not None:
        from benchmarks.synthetic.evaluation import evaluation_set, fresh_set

        clips = evaluation_set(chosen.exercise) if chosen.all else fresh_set(chosen.fresh, chosen.exercise)
        for clip, both in clips:
            _write_missing(clip, both, chosen.out, chosen.truth)
        return
    if chosen.fault is not None and chosen.fault not in FAULTS[chosen.exercise]:
        parser.error(f"{chosen.exercise} knows the faults {', '.join(FAULTS[chosen.exercise])}")
    clip = sample_clip(
        chosen.exercise, chosen.seed, fault=chosen.fault, weaker_side=chosen.weak_side,
        repetitions=chosen.repetitions, fps=chosen.fps, mirrored=chosen.mirror, share=chosen.share,
    )  # fmt: skip
    print(*write(clip, chosen.out))


if __name__ == "__main__":
    main()
