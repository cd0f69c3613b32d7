"""A small dark ball under an even sky must land where `project` says, in both renderers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from benchmarks.synthetic.camera import project
from benchmarks.synthetic.scene import Camera, Layer, Scene, Surface

LEVEL = Camera(
    position=(0, -3, 1), yaw_deg=0, pitch_deg=0, roll_deg=0, vertical_fov_deg=45, width=160, height=240
)
ASKEW = Camera(
    position=(2.6, 0.3, 1.3), yaw_deg=94, pitch_deg=-6, roll_deg=4, vertical_fov_deg=50, width=240, height=200
)
CAMERAS = [pytest.param(LEVEL, id="level"), pytest.param(ASKEW, id="askew")]
POINTS = np.array([[0.0, 0.0, 1.0], [0.35, 0.3, 0.4], [-0.3, -0.25, 1.7], [0.2, 0.35, 1.5]])


def ball(centre: np.ndarray, radius: float = 0.03) -> Surface:
    """A cube that one Catmull–Clark step turns into a ball around `centre`."""
    steps = np.linspace(-1, 1, 5)
    vertices, faces = [], []
    for axis in range(3):
        for side in (-1.0, 1.0):
            start = len(vertices)
            for a in steps:
                for b in steps:
                    corner = np.insert(np.array([a, b]), axis, side)
                    vertices.append(centre + radius * corner / np.linalg.norm(corner))
            for i in range(4):
                for j in range(4):
                    k = start + 5 * i + j
                    faces.append([k, k + 5, k + 6, k + 1])
    layer = Layer(name="paint", field=np.ones(len(vertices)), color=(0.0, 0.0, 0.0))
    return Surface(name="ball", vertices=np.array(vertices), faces=np.array(faces), layers=(layer,))


def dark_spot(picture: np.ndarray, near: np.ndarray) -> np.ndarray:
    """The centre of the darkness within 14 px of `near`, in pixels."""
    dark = 1 - picture.astype(float).mean(axis=2) / 255
    y, x = np.indices(dark.shape) + 0.5
    weight = dark * (np.hypot(x - near[0], y - near[1]) < 14)
    return np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()


def check(camera: Camera, picture: np.ndarray) -> None:
    expected = project(camera, POINTS)
    assert picture.shape == (camera.height, camera.width, 3)
    inside = np.all((expected > 14) & (expected < [camera.width - 14, camera.height - 14]), axis=1)
    assert inside.all(), "the test points must be in the picture"
    found = np.array([dark_spot(picture, near) for near in expected])
    assert np.abs(found - expected).max() < 0.3, found - expected


def balls(camera: Camera) -> Scene:
    return Scene(surfaces=tuple(map(ball, POINTS)), lights=(), ambient=1.2, camera=camera)


def test_camera_straight_ahead_has_left_on_the_right_and_up_on_top() -> None:
    middle, left, up = project(LEVEL, np.array([[0, 0, 1.0], [0.1, 0, 1.0], [0, 0, 1.1]]))
    assert middle == pytest.approx([80, 120])
    assert left[0] > 80
    assert left[1] == pytest.approx(120)
    assert up[0] == pytest.approx(80)
    assert up[1] < 120


def test_roll_turns_the_scene_clockwise() -> None:
    camera = replace(LEVEL, roll_deg=5)
    left, right = project(camera, np.array([[-0.5, 0, 1.0], [0.5, 0, 1.0]]))
    slope = (right - left)[1] / (right - left)[0]
    assert np.degrees(np.arctan(slope)) == pytest.approx(5)


def test_positive_pitch_looks_up_and_positive_yaw_towards_minus_x() -> None:
    ahead = np.array([[0, 0, 1.0]])
    assert project(replace(LEVEL, pitch_deg=5), ahead)[0, 1] > 120
    assert project(replace(LEVEL, yaw_deg=5), ahead)[0, 0] > 80


@pytest.mark.parametrize("camera", CAMERAS)
def test_cycles_agrees(camera: Camera, tmp_path) -> None:
    pytest.importorskip("bpy", reason="needs bpy, of the synthetic extra")
    from benchmarks.synthetic import cycles

    cycles.render(balls(camera), tmp_path / "balls.png", samples=64, threads=1)
    check(camera, np.asarray(Image.open(tmp_path / "balls.png")))


@pytest.mark.parametrize("camera", CAMERAS)
def test_fast_agrees(camera: Camera) -> None:
    pytest.importorskip("numba", reason="needs numba, of the synthetic extra")
    from benchmarks.synthetic import fast

    check(camera, fast.render(balls(camera)))
