"""What the live window shows: the person with their skeleton, one cue, the hold and the counts.

Everything is sized to be read from three metres on a laptop's screen. `draw` is a function of values; the
window itself is in `levelback.live.window`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from levelback.form.specification import Specification
from levelback.form.values import SetState, WorkingSide
from levelback.live.lettering import LEADING, Colour, fitting, lettering, put
from levelback.pose.crops import Floats
from levelback.pose.crops import Image as Pixels
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks

WIDTH, HEIGHT = 1280, 720
PANEL_X = 920
CUE_Y = 590
DARK: Colour = (43, 32, 16)
PANEL: Colour = (59, 46, 27)
DIM: Colour = (112, 97, 78)
SOFT: Colour = (200, 188, 172)
WHITE: Colour = (255, 255, 255)
AMBER: Colour = (0, 176, 255)
SKY: Colour = (233, 180, 86)
ROSE: Colour = (190, 150, 230)
GREEN: Colour = (140, 205, 110)
"""Colours as OpenCV orders them, blue first: those of the report (`levelback.report.picture`), rose for the
right side and green for a hold that is long enough. Amber is kept for what to put right."""

SIDE_COLOUR: dict[WorkingSide, Colour] = {"left": SKY, "right": ROSE, "both": WHITE}
SEEN = 0.5
"""A landmark below this visibility is not drawn."""
RING = (1100, 420, 104)
PHASES = {
    "placement": "Get in place",
    "ready": "Ready",
    "moving": "Go on",
    "holding": "Hold",
    "lost": "Come back",
    "ended": "Done",
}
KEYS = "Space: pause   S: other side   Q: end"
_LIMBS = ("SHOULDER ELBOW", "ELBOW WRIST", "HIP KNEE", "KNEE ANKLE", "ANKLE HEEL", "HEEL FOOT_INDEX")
BONES: tuple[tuple[Joint, Joint, Colour], ...] = (
    *(
        (Joint[f"{side.upper()}_{a}"], Joint[f"{side.upper()}_{b}"], SIDE_COLOUR[side])
        for side in ("left", "right")
        for a, b in (limb.split() for limb in _LIMBS)
    ),
    (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, WHITE),
    (Joint.LEFT_HIP, Joint.RIGHT_HIP, WHITE),
    (Joint.LEFT_SHOULDER, Joint.LEFT_HIP, WHITE),
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_HIP, WHITE),
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Scene:
    """All that one picture of the window shows.

    image     (height, width, 3) uint8 RGB; None where landmarks are replayed
    mirrored  whether the picture is shown as in a mirror
    notice    a word about the camera, which goes before any cue
    farewell  the result, when the set is over
    fps       analysed frames a second; None while unknown
    """

    specification: Specification
    state: SetState
    image: Pixels | None
    landmarks: Landmarks | None
    mirrored: bool = False
    paused: bool = False
    notice: str = ""
    farewell: str = ""
    fps: float | None = None


def draw(scene: Scene) -> Pixels:
    """Return the window's picture, (720, 1280, 3) uint8 BGR as OpenCV shows it."""
    canvas = _ground().copy()
    _draw_person(canvas[:CUE_Y, :PANEL_X], scene)
    _draw_cue(canvas, scene)
    _draw_title(canvas, scene)
    _draw_counts(canvas, scene)
    _draw_ring(canvas, scene)
    _draw_foot(canvas, scene)
    return canvas


@cache
def _ground() -> Pixels:
    canvas = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    canvas[:, :PANEL_X] = DARK
    canvas[:, PANEL_X:] = PANEL
    return canvas


def _draw_person(area: Pixels, scene: Scene) -> None:
    """Fit the picture into `area`, mirrored where it should be, and draw the skeleton on it."""
    marks = scene.landmarks
    if scene.image is not None:
        height, width = scene.image.shape[:2]
    elif marks is not None:
        height, width = marks.height, marks.width
    else:
        return
    zoom = min(area.shape[1] / width, area.shape[0] / height)
    size = max(1, round(width * zoom)), max(1, round(height * zoom))
    left, top = (area.shape[1] - size[0]) // 2, (area.shape[0] - size[1]) // 2
    room = area[top : top + size[1], left : left + size[0]]
    if scene.image is not None:
        shown = cv2.cvtColor(cv2.resize(scene.image, size), cv2.COLOR_RGB2BGR)
        shown = cv2.flip(shown, 1) if scene.mirrored else shown
    else:
        shown = np.ascontiguousarray(room)
    if marks is not None:
        across = [-zoom, zoom] if scene.mirrored else [zoom, zoom]
        points = marks.points * across + [size[0] if scene.mirrored else 0, 0]
        _draw_bones(shown.astype(np.uint8, copy=False), points, marks.visibility)
    room[:] = shown


def _draw_bones(canvas: Pixels, points: Floats, visibility: Floats) -> None:
    places = [(round(x), round(y)) for x, y in np.clip(points, -4000, 4000).tolist()]
    bones = [(a, b, colour) for a, b, colour in BONES if min(visibility[a], visibility[b]) >= SEEN]
    for a, b, _ in bones:
        cv2.line(canvas, places[a], places[b], DARK, 9, cv2.LINE_AA)
    for a, b, colour in bones:
        cv2.line(canvas, places[a], places[b], colour, 5, cv2.LINE_AA)
    for joint in {joint for a, b, _ in bones for joint in (a, b)}:
        cv2.circle(canvas, places[joint], 7, DARK, -1, cv2.LINE_AA)
        cv2.circle(canvas, places[joint], 5, WHITE, -1, cv2.LINE_AA)


def cue_of(scene: Scene) -> tuple[str, bool]:
    """Return the one sentence that matters now, and whether something is wrong."""
    state = scene.state
    if scene.notice or scene.farewell:
        return scene.notice or scene.farewell, bool(scene.notice)
    if scene.paused:
        return "Paused. Press Space to go on.", False
    if state.phase == "placement":
        return state.placement or scene.specification.placement.text, bool(state.placement)
    if state.phase == "lost":
        return "I cannot see you.", True
    if state.cue is not None:
        return state.cue.text, True
    return "", False


def _draw_cue(canvas: Pixels, scene: Scene) -> None:
    text, wrong = cue_of(scene)
    ground, colour = (AMBER, DARK) if wrong else (DARK, WHITE)
    if wrong:
        cv2.rectangle(canvas, (0, CUE_Y), (PANEL_X - 1, HEIGHT), ground, cv2.FILLED)
    size, lines = fitting(text, PANEL_X - 48, HEIGHT - CUE_Y - 4)
    y = (CUE_Y + HEIGHT - len(lines) * LEADING * size) / 2
    for number, line in enumerate(lines):
        patch = lettering(line, size, colour, ground)
        put(canvas, patch, PANEL_X / 2, y + number * LEADING * size, anchor=0.5)


def _draw_title(canvas: Pixels, scene: Scene) -> None:
    size, lines = fitting(scene.specification.name, WIDTH - PANEL_X - 24, 64)
    put(canvas, lettering(lines[0], size, WHITE, PANEL), RING[0], 44 - 0.6 * size, anchor=0.5)


def _draw_counts(canvas: Pixels, scene: Scene) -> None:
    """Draw a number for each side; on a mirrored screen, and as people read, left stands on the left."""
    counts = dict(scene.state.counts) or {"both": 0}
    quarter = (WIDTH - PANEL_X) / 4
    for number, (side, count) in enumerate(counts.items()):
        x = RING[0] if len(counts) == 1 else PANEL_X + quarter * (1 + 2 * number)
        works = scene.state.side in (side, None) or scene.state.phase == "ended"
        both = "Holds" if scene.specification.kind == "hold" else "Repetitions"
        name = {"left": "Left", "right": "Right", "both": both}[side]
        put(canvas, lettering(str(count), 124, WHITE if works else DIM, PANEL), x, 112, anchor=0.5)
        put(canvas, lettering(name, 36, SIDE_COLOUR[side] if works else DIM, PANEL), x, 88, anchor=0.5)


def _draw_ring(canvas: Pixels, scene: Scene) -> None:
    """Draw the hold as it grows to its target; while moving, how far the movement has come."""
    state = scene.state
    x, y, radius = RING
    holding = state.phase == "holding"
    word = "Paused" if scene.paused else PHASES[state.phase]
    put(canvas, lettering(word, 50, WHITE if state.ready else SOFT, PANEL), x, y + radius + 26, anchor=0.5)
    cv2.circle(canvas, (x, y), radius, DIM, 18, cv2.LINE_AA)
    if state.phase == "ended":
        return
    full = state.hold_s / state.target_s if holding and state.target_s else state.progress
    reached = holding and state.target_s is not None and state.hold_s >= state.target_s
    share = min(max(full, 0.0), 1.0)
    if share > 0.005:
        colour = GREEN if reached else WHITE if holding else SOFT
        cv2.ellipse(canvas, (x, y), (radius, radius), -90, 0, 360 * share, colour, 18, cv2.LINE_AA)
    if holding:
        put(canvas, lettering(f"{state.hold_s:.0f}", 96, WHITE, PANEL), x, y - 72, anchor=0.5)
        unit = "seconds" if state.target_s is None else f"of {state.target_s:.0f} s"
        put(canvas, lettering(unit, 30, SOFT, PANEL, bold=False), x, y + 34, anchor=0.5)


def _draw_foot(canvas: Pixels, scene: Scene) -> None:
    put(canvas, lettering(KEYS, 19, SOFT, PANEL, bold=False), RING[0], HEIGHT - 66, anchor=0.5)
    if scene.fps is not None:
        rate = lettering(f"{scene.fps:.0f} pictures a second", 20, SOFT, PANEL, bold=False)
        put(canvas, rate, RING[0], HEIGHT - 38, anchor=0.5)
