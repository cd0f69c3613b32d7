"""The sample pictures: rendered people whose truth is known exactly.

    python -m benchmarks.synthetic.samples [--only NAME] [--samples 12] [--out sample_images]

writes ``sample_images/*.jpg`` and, next to them, ``truth.json``.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.synthetic.body import BodyShape
from benchmarks.synthetic.cases import (
    VIEW_YAW_DEG,
    Case,
    build_scene,
    fitted,
    place_camera,
    posed,
    with_stature,
)
from benchmarks.synthetic.face import linear
from benchmarks.synthetic.markers import FOREARMS_FORWARD_DEG, Worn, marker_surfaces, marker_truth, place
from benchmarks.synthetic.posture import Arms, PosedBody, Posture, Support
from benchmarks.synthetic.rooms import RoomSpec
from benchmarks.synthetic.scene import Scene
from benchmarks.synthetic.truth import image_truth, stature_m, truth_of
from benchmarks.synthetic.wardrobe import Band, Bottom, Feet, Outfit, Top

WIDTH, HEIGHT = 1080, 1440
MAX_BYTES = 295_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A case with a sentence about it, the picture issues that levelback should report, and markers."""

    case: Case
    about: str
    issues: tuple[str, ...] = ()
    worn: Worn | None = None


def person(
    *, woman: bool, height: float, weight: float = 0.5, muscle: float = 0.5, age: float = 0.67,
    proportions: float = 0.65,
) -> BodyShape:  # fmt: skip
    """Return a body of a given stature in metres."""
    shape = BodyShape(
        female=1.0 if woman else 0.0,
        age=age,
        muscle=muscle,
        weight=weight,
        height=0.5,
        proportions=proportions,
    )
    return with_stature(shape, height)


def room(
    wall: str, color: tuple[float, float, float], floor: str, *pieces: str, **settings: object
) -> RoomSpec:
    """Return a well-lit room with lines; `settings` overrule its fields."""
    spec = RoomSpec(
        lines=True, wall=wall, floor=floor, wall_color=color, pieces=pieces, skirting=True, ceiling=False,
        corner=False, wall_distance_m=1.0, light="soft", brightness=0.95, ambient_share=0.5, seed=11,
    )  # fmt: skip
    return replace(spec, **settings)  # type: ignore[arg-type]


def wear(**choices: object) -> Outfit:
    """Return an outfit: barefoot in navy shorts with a light waistband unless `choices` say otherwise."""
    plain = Outfit(
        skin_tone=4, hair="short", hair_color=linear("2a1d14"), iris=linear("5a3d20"),
        top=Top.BARE, top_color=linear("8c2f39"), bottom=Bottom.SHORTS, bottom_color=linear("22304f"),
        waist=0.085, feet=Feet.BARE, feet_color=linear("4a4a4f"), band=None, seed=5,
    )  # fmt: skip
    return replace(plain, **choices)  # type: ignore[arg-type]


def _case(
    name: str, shape: BodyShape, posture: Posture, outfit: Outfit, space: RoomSpec, **camera: float
) -> Case:
    view = name.split("-")[0]
    keep = bool(camera.pop("keep", 0))
    heading = camera.pop("heading", 0.0)
    settings = {"distance": 3.2, "height": 1.15, "fov": 32.0, "aim": 0.88} | camera
    placed = place_camera(view, **settings, width=WIDTH, pixel_height=HEIGHT)
    case = Case(
        name=name, split=None, body_id=name, view=view, shape=shape, posture=posture, heading_deg=heading,
        outfit=outfit, room=space, camera=placed,
    )  # fmt: skip
    return case if keep else replace(case, camera=fitted(placed, posed(case).vertices, margin=0.04))


def samples() -> tuple[Sample, ...]:
    """Return all samples, in the order of the README."""
    light, brick, sage, blue = (0.66, 0.63, 0.58), (0.42, 0.25, 0.16), (0.45, 0.52, 0.42), (0.42, 0.50, 0.55)
    band = Band(width=0.035, color=linear("d9d4c7"))
    woman, man = person(woman=True, height=1.67), person(woman=False, height=1.80, muscle=0.62)
    older = person(woman=False, height=1.74, weight=0.85, muscle=0.4, age=0.9)
    short = person(woman=True, height=1.58, weight=0.85, age=0.75)
    slim = person(woman=True, height=1.72, weight=0.2, muscle=0.6)
    tall = person(woman=False, height=1.86, weight=0.35)
    balls = Worn(ball=True, radius=0.009, color_name="green", color=linear("18a84a"), seed=0)
    sports = {"hair": "ponytail", "top": Top.BRA, "bottom": Bottom.LEGGINGS, "waist": 0.115}
    return (
        Sample(
            case=_case("front-symmetric", woman, Posture(), wear(**sports, skin_tone=3, top_color=linear("2a6f72"),
                       bottom_color=linear("1d1f24"), band=Band(width=0.03, color=linear("2a6f72"))),
                       room("paint", light, "boards", "door")),
            about="Level and symmetrical, from the front.",
        ),
        Sample(
            case=_case("front-left-hip-high", man, Posture(pelvic_obliquity=5.0, trunk_lean=-0.8),
                       wear(band=band, bottom_color=linear("22304f"), skin_tone=4),
                       room("paint", (0.46, 0.53, 0.58), "boards", "shelf", "door", seed=5,
                            wall_distance_m=1.1, ambient_share=0.35)),
            about="The left hip is five degrees high; the right knee is bent to match.",
        ),
        Sample(
            case=_case("front-right-shoulder-high", short, Posture(shoulder_tilt=-5.0, head_tilt=2.0),
                       wear(hair="bun", top=Top.TANK, top_color=linear("d9d4c7"), bottom_color=linear("3d5a40"),
                            skin_tone=7, band=Band(width=0.03, color=linear("1d1f24"))),
                       room("brick", brick, "boards", seed=5)),
            about="The right shoulder is five degrees high.",
        ),
        Sample(
            case=_case("front-hip-and-shoulder", tall, Posture(pelvic_obliquity=-4.0, shoulder_tilt=4.0,
                       trunk_lean=1.5, support=Support.BOARD),
                       wear(hair="buzz", skin_tone=9, bottom=Bottom.TROUSERS, bottom_color=linear("4a4a4f"),
                            band=Band(width=0.035, color=linear("b98b5e")), feet=Feet.SHOES),
                       room("panels", sage, "concrete", "shelf", seed=9)),
            about="The right hip is four degrees high on a board, and the left shoulder four degrees high.",
        ),
        Sample(
            case=_case("front-tshirt", older, Posture(pelvic_obliquity=3.5, shoulder_tilt=-2.0),
                       wear(top=Top.TSHIRT, top_color=linear("6a8fb5"), bottom_color=linear("4a4a4f"),
                            skin_tone=2, hair_color=linear("8a8682"), feet=Feet.SOCKS),
                       room("mottled", blue, "tiles", "wardrobe", seed=14)),
            about="The left hip is high under a loose T-shirt that hides the waistband.",
        ),
        Sample(
            case=_case("front-tilted-camera", slim, Posture(shoulder_tilt=2.5, pelvic_obliquity=2.0),
                       wear(hair="long", top=Top.BRA, bottom=Bottom.BRIEFS, top_color=linear("5b3a58"),
                            bottom_color=linear("5b3a58"), skin_tone=5),
                       room("tiles", (0.70, 0.71, 0.72), "tiles", "door", seed=3), roll=4.0),
            about="The camera is turned by four degrees; door frame and tiles show it.",
        ),
        Sample(
            case=_case("front-too-close", woman, Posture(pelvic_obliquity=3.0),
                       wear(**sports, skin_tone=3, top_color=linear("c7868f"), bottom_color=linear("4a4a4f")),
                       room("paint", light, "boards", "window", seed=8), keep=1, distance=1.7, height=1.2,
                       aim=0.95, fov=42.0),
            about="Too close: head and feet are cut off.",
            issues=("cut_off",),
        ),
        Sample(
            case=_case("front-arms-crossed", older, Posture(pelvic_obliquity=2.0, arms=Arms.CROSSED),
                       wear(skin_tone=6, bottom_color=linear("8c2f39"), hair="bald"),
                       room("plaster", sage, "concrete", "shelf", seed=17)),
            about="The hands are folded in front of the hips.",
            issues=("hips_hidden",),
        ),
        Sample(
            case=_case("back-left-hip-high", slim, Posture(pelvic_obliquity=6.0, shoulder_tilt=1.0),
                       wear(**sports, skin_tone=8, top_color=linear("d98f3d"), bottom_color=linear("2f4a6d"),
                            band=Band(width=0.04, color=linear("d98f3d"))),
                       room("paint", (0.60, 0.45, 0.45), "boards", "pictures", seed=6)),
            about="The left hip is high, from behind.",
        ),
        Sample(
            case=_case("back-symmetric", man, Posture(),
                       wear(skin_tone=1, bottom_color=linear("7c8f5a"), hair_color=linear("a37a45"), feet=Feet.SHOES),
                       room("stripes", blue, "carpet", "door", seed=2)),
            about="Level and symmetrical, from behind.",
        ),
        Sample(
            case=_case("left-neutral", woman, Posture(),
                       wear(**sports, skin_tone=6, top_color=linear("efefec"), bottom_color=linear("22304f")),
                       room("paint", light, "boards", "wardrobe", seed=12)),
            about="Upright, from the left.",
        ),
        Sample(
            case=_case("left-anterior-pelvic-tilt", short, Posture(pelvic_tilt=16.0, leg_lean=2.5),
                       wear(**sports, skin_tone=4, top_color=linear("3d5a40"), bottom_color=linear("4a4a4f"),
                            band=Band(width=0.03, color=linear("efefec"))),
                       room("brick", (0.60, 0.57, 0.52), "boards", seed=4)),
            about="The pelvis is tipped forward by sixteen degrees, with a deep hollow in the lower back.",
        ),
        Sample(
            case=_case("right-forward-head", tall, Posture(forward_head=14.0, thoracic_rounding=16.0,
                       shoulder_protraction=9.0),
                       wear(skin_tone=3, bottom_color=linear("1d1f24"), feet=Feet.SHOES),
                       room("paint", sage, "boards", "shelf", seed=10)),
            about="The head is held forward and the upper back is rounded.",
        ),
        Sample(
            case=_case("right-neutral", man, Posture(),
                       wear(skin_tone=8, hair="buzz", bottom=Bottom.LEGGINGS, bottom_color=linear("4a4a4f")),
                       room("panels", light, "tiles", "pictures", seed=13)),
            about="Upright, from the right.",
        ),
        Sample(
            case=_case("front-stickers", slim, Posture(pelvic_obliquity=-3.0, shoulder_tilt=3.0),
                       wear(hair="bun", top=Top.BRA, bottom=Bottom.SHORTS, waist=0.045, skin_tone=5,
                            top_color=linear("1d1f24"), bottom_color=linear("1d1f24")),
                       room("paint", light, "boards", "door", seed=15)),
            about="Coloured balls on the front hip bones and shoulder tips, for sticker mode.",
            worn=balls,
        ),
        Sample(
            case=_case("left-stickers", slim, Posture(pelvic_tilt=8.0, elbow_flexion=FOREARMS_FORWARD_DEG),
                       wear(hair="bun", top=Top.BRA, bottom=Bottom.SHORTS, waist=0.045, skin_tone=5,
                            top_color=linear("1d1f24"), bottom_color=linear("1d1f24")),
                       room("paint", light, "boards", "door", seed=15)),
            about="Coloured balls from the side: hip bone in front, dimple behind, shoulder tip, C7.",
            worn=balls,
        ),
    )  # fmt: skip


def describe(sample: Sample) -> dict[str, object]:
    """Return the entry of truth.json for one sample."""
    case = sample.case
    body = posed(case)
    outfit, camera = case.outfit, case.camera
    swing = camera.yaw_deg - VIEW_YAW_DEG[case.view]
    return {
        "about": sample.about,
        "view": case.view,
        "truth": {name: round(value, 3) for name, value in truth_of(body).items()},
        "markers": _marker_lines(sample, body),
        "points_px": {name: [round(x, 1), round(y, 1)] for name, (x, y) in image_truth(body, camera).items()},
        "expected_issues": list(sample.issues),
        "body": {
            "sex": "female" if case.shape.female > 0.5 else "male",
            "height_cm": round(100 * stature_m(body), 1),
            "traits": {name: round(value, 3) for name, value in asdict(case.shape).items()},
            "skin_tone_monk": outfit.skin_tone,
        },
        "outfit": {
            "top": outfit.top, "bottom": outfit.bottom, "feet": outfit.feet, "hair": outfit.hair,
            "waistband_visible": outfit.waistband_visible, "stickers": sample.worn is not None,
        },
        "camera": {
            "roll_deg": camera.roll_deg,
            "height_m": round(camera.position[2], 3),
            "distance_m": round(float(np.hypot(*camera.position[:2])), 3),
            "pitch_deg": round(camera.pitch_deg, 3),
            "vertical_fov_deg": round(camera.vertical_fov_deg, 3),
            "subject_yaw_deg": round(case.heading_deg - swing, 3),
        },
        "room": {"lines": case.room.lines, "wall": case.room.wall, "pieces": list(case.room.pieces)},
    }  # fmt: skip


def _marker_lines(sample: Sample, body: PosedBody) -> dict[str, float]:
    """Return the true lines between the centres of the worn balls, degrees; empty without balls."""
    if sample.worn is None:
        return {}
    lines = marker_truth(sample.case, body, place(body, sample.case.view, sample.worn))
    names = ("acromion_line", "asis_line", "psis_line", "asis_psis_tilt")
    return {name: round(lines[name], 3) for name in names if name in lines}


def scene_of(sample: Sample) -> Scene:
    """Return the scene of a sample, with its markers."""
    body = posed(sample.case)
    scene = build_scene(sample.case, body)
    if sample.worn is None:
        return scene
    placed = place(body, sample.case.view, sample.worn)
    return replace(scene, surfaces=(*scene.surfaces, *marker_surfaces(placed, sample.worn)))


def draw(sample: Sample, path: Path, rays: int) -> None:
    """Render a sample (Cycles with `rays` a pixel, or the fast renderer for 0) as a JPEG under 295 kB."""
    scene = scene_of(sample)
    if rays == 0:
        from benchmarks.synthetic.fast import render as render_fast

        picture = Image.fromarray(render_fast(scene))
    else:
        from benchmarks.synthetic.cycles import render

        with tempfile.TemporaryDirectory() as folder:
            drawn = Path(folder, "drawn.png")
            render(scene, drawn, samples=rays, threads=1)
            picture = Image.open(drawn).convert("RGB")
    path.write_bytes(_jpeg(picture))


def _jpeg(picture: Image.Image) -> bytes:
    """Return the best JPEG that is small enough."""
    for quality in range(94, 40, -3):
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
        if buffer.tell() <= MAX_BYTES:
            break
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> None:
    """Draw all samples, or those whose names are given, and write truth.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic.samples", description=__doc__)
    parser.add_argument("--only", action="append", help="draw only this sample (may be repeated)")
    parser.add_argument("--samples", type=int, default=12, help="rays a pixel; 0: the fast renderer")
    parser.add_argument("--out", type=Path, default=Path("sample_images"))
    parser.add_argument("--truth-only", action="store_true", help="write truth.json and draw nothing")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    every = samples()
    entries = {f"{sample.case.name}.jpg": describe(sample) for sample in every}
    text = json.dumps({"schema": "levelback.truth/1", "pictures": entries}, indent=1)
    Path(options.out, "truth.json").write_text(text + "\n", encoding="utf-8")
    for sample in every:
        if options.truth_only or (options.only and sample.case.name not in options.only):
            continue
        draw(sample, Path(options.out, f"{sample.case.name}.jpg"), options.samples)
        sys.stderr.write(f"{sample.case.name}\n")


if __name__ == "__main__":
    main()
