"""The photo with what was measured drawn into it: bones, plumb line, level lines, angles."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patheffects import Stroke, withStroke
from numpy.typing import NDArray
from PIL import Image

from levelback.metrics.values import Estimate
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks, View
from levelback.report.fonts import SEMIBOLD
from levelback.report.labels import Label, place_labels
from levelback.report.marks import (
    DARK,
    FRONTAL_LINES,
    LEVEL,
    MEASURED,
    PLUMB,
    Floats,
    World,
    bones_of,
    crop_box,
    label_text,
    middle_of,
    tilted,
    world_of,
)
from levelback.report.values import Report

HEIGHT_PX = 1600
MAX_WIDTH_PX = 1200


def render_picture(report: Report) -> NDArray[np.uint8]:
    """Return the annotated picture, (height, width, 3) uint8 RGB, cropped to the body with room for labels.

    The amber lines stand at the measured angles, not through the bare landmarks, with their 95 % interval
    as a fan; the dashed white lines are truly level, so they turn with the camera's roll. An unusable
    picture shows the joints only. Raises ValueError where the report holds no picture.
    """
    if report.picture is None:
        raise ValueError("a report that was read from JSON holds no picture")
    left, top, right, bottom = box = crop_box(report.landmarks)
    zoom = min(HEIGHT_PX / (bottom - top), MAX_WIDTH_PX / (right - left))
    size = (round((right - left) * zoom), round((bottom - top) * zoom))
    image = Image.fromarray(np.asarray(report.picture)).resize(size, Image.Resampling.LANCZOS, box=box)
    figure = Figure(figsize=(size[0] / 100, size[1] / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    draw_picture(axes, report, np.asarray(image), box)
    canvas.draw()  # type: ignore[no-untyped-call]
    rgba = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return np.ascontiguousarray(rgba[..., :3])


def draw_picture(axes: Axes, report: Report, image: NDArray[np.uint8], box: tuple[float, ...]) -> None:
    """Draw `image`, which shows the part `box` of the working picture, and the marks on it, into `axes`."""
    left, top, right, bottom = box
    axes.imshow(image, extent=(left, right, bottom, top), interpolation="nearest", aspect="equal")
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.axis("off")
    world = world_of(report)
    _draw_bones(axes, report.landmarks)
    if not report.quality.usable:
        return
    _draw_plumb(axes, report.landmarks, world)
    estimates = {m.id: m.estimate for m in report.measurements if m.estimate is not None}
    draw = _draw_frontal if report.photo.view.frontal else _draw_sagittal
    labels = list(draw(axes, report.landmarks, estimates, world))
    place_labels(axes, labels, _keep_clear(report.landmarks))
    _draw_sides(axes, report.photo.view)


def _unit(axes: Axes) -> float:
    """Return one thousandth of the picture's height, in points: the measure of all strokes."""
    return float(axes.bbox.height / 1000 * 72 / axes.figure.dpi)


def _stroke(axes: Axes, points: Floats, color: str, width: float, **style: object) -> None:
    """Draw a line through (N, 2) `points` with a dark edge, so that it shows on any background."""
    unit = _unit(axes)
    edge = [Stroke(linewidth=(width + 2.4) * unit, foreground=DARK, alpha=0.55), withStroke(linewidth=0)]
    axes.plot(*points.T, color=color, linewidth=width * unit, path_effects=edge, **style)  # type: ignore[arg-type]


def _draw_bones(axes: Axes, landmarks: Landmarks) -> None:
    bones = bones_of(landmarks.view)
    for ends in bones:
        _stroke(axes, landmarks.points[list(ends)], "white", 1.6, alpha=0.75, solid_capstyle="round")
    _draw_dots(axes, landmarks.points[sorted({joint for ends in bones for joint in ends})])


def _draw_dots(axes: Axes, points: Floats, color: str = "white") -> None:
    unit = _unit(axes)
    axes.plot(*points.T, "o", ms=8 * unit, mfc=color, mec=DARK, mew=1.6 * unit)


def _draw_plumb(axes: Axes, landmarks: Landmarks, world: World) -> None:
    """Draw the true vertical through the ankles, up to the shoulders or the ear: the face stays free."""
    ankle, shoulder = middle_of(landmarks, "ankle"), middle_of(landmarks, "shoulder")
    rise = float(((shoulder if landmarks.view.frontal else middle_of(landmarks, "ear")) - ankle) @ world.up)
    ends = np.array([ankle - 0.03 * world.height * world.up, ankle + rise * world.up])
    _stroke(axes, ends, PLUMB, 3.0)


def _fan(axes: Axes, centre: Floats, half: tuple[float, ...], low: Floats, high: Floats) -> None:
    """Fill the region between two directions through `centre`: `half` is its reach backwards and forwards."""
    for reach in half:
        if reach:
            corners = np.array([centre, centre + reach * low, centre + reach * high])
            axes.fill(*corners.T, color=MEASURED, alpha=0.35, linewidth=0)


def _draw_tilt(axes: Axes, centre: Floats, reach: float, estimate: Estimate, sign: int, world: World) -> None:
    """Draw a level line through `centre` and the measured line across it, with its interval."""
    low, value, high = (tilted(world, sign * d) for d in (estimate.low, estimate.value, estimate.high))
    _fan(axes, centre, (-reach, reach), low, high)
    level = np.array([centre - reach * world.level, centre + reach * world.level])
    _stroke(axes, level, LEVEL, 2.2, dashes=(5, 3))
    _stroke(axes, np.array([centre - reach * value, centre + reach * value]), MEASURED, 4.2)


def _draw_frontal(
    axes: Axes, landmarks: Landmarks, estimates: dict[str, Estimate], world: World
) -> Iterator[Label]:
    reach = 0.18 * world.height
    for id, part in FRONTAL_LINES.items():
        if id in estimates:
            centre = middle_of(landmarks, part)
            _draw_tilt(axes, centre, reach, estimates[id], world.towards, world)
            yield Label(text=label_text(id, estimates[id]), at=(centre[0], centre[1]), reach=reach)


def _draw_sagittal(
    axes: Axes, landmarks: Landmarks, estimates: dict[str, Estimate], world: World
) -> Iterator[Label]:
    ankle = middle_of(landmarks, "ankle")
    parts = ("ear", "shoulder", "hip", "knee")
    places = np.array([middle_of(landmarks, part) for part in parts])
    for place in places:
        foot = ankle + float((place - ankle) @ world.up) * world.up
        _stroke(axes, np.array([foot, place]), PLUMB, 1.8)
    reach = 0.11 * world.height
    if "pelvic_tilt" in estimates:
        # Forward tilt lowers the front of the pelvis, so the end of the line that looks forward falls.
        _draw_tilt(axes, places[2], reach, estimates["pelvic_tilt"], -world.towards, world)
        at = (places[2][0], places[2][1])
        yield Label(text=label_text("pelvic_tilt", estimates["pelvic_tilt"]), at=at, reach=reach)
    if "forward_head" in estimates:
        _draw_head(axes, places[0], places[1], estimates["forward_head"], world)
        at = (places[1][0], places[0][1])
        yield Label(text=label_text("forward_head", estimates["forward_head"]), at=at, reach=reach)
    _draw_dots(axes, places)


def _draw_head(axes: Axes, ear: Floats, shoulder: Floats, estimate: Estimate, world: World) -> None:
    reach = float(np.linalg.norm(ear - shoulder))

    def leaning(degrees: float) -> Floats:
        return tilted(world, 90 - world.towards * degrees)

    _fan(axes, shoulder, (reach,), leaning(estimate.low), leaning(estimate.high))
    _stroke(axes, np.array([shoulder, shoulder + reach * world.up]), LEVEL, 2.2, dashes=(5, 3))
    _stroke(axes, np.array([shoulder, shoulder + reach * leaning(estimate.value)]), MEASURED, 4.2)


def _keep_clear(landmarks: Landmarks) -> Floats:
    """Return (N, 2) points that labels should not cover; the face and the joints count many times."""
    shares = np.linspace(0, 1, 9)[:, None]
    ends = bones_of(landmarks.view)
    bones = [(1 - shares) * landmarks[a] + shares * landmarks[b] for a, b in ends]
    joints = landmarks.points[[joint for pair in ends for joint in pair]]
    face = landmarks.points[: Joint.MOUTH_RIGHT + 1]
    centre = face.mean(axis=0)
    spread = 2.0 * np.abs(face - centre).max()
    corners = [centre + spread * np.array([dx, dy]) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
    return np.concatenate([*bones, *[joints] * 3, *[face, corners] * 20])


def _draw_sides(axes: Axes, view: View) -> None:
    """Write at the foot of the picture which side is the subject's left and right, or where front is."""
    names = {
        View.FRONT: ("your right", "your left"),
        View.BACK: ("your left", "your right"),
        View.LEFT: ("front", "back"),
        View.RIGHT: ("back", "front"),
    }[view]
    for name, x, align in ((names[0], 0.02, "left"), (names[1], 0.98, "right")):
        axes.text(
            x, 0.012, name, ha=align, va="bottom", transform=axes.transAxes, color="white",
            fontproperties=FontProperties(fname=str(SEMIBOLD), size=28 * _unit(axes)),
            path_effects=[withStroke(linewidth=5 * _unit(axes), foreground=DARK)],
        )  # fmt: skip
