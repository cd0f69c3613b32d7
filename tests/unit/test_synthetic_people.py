"""The truth of synthetic people: known outlines, mirrored postures, feet on the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.synthetic.mesh import catmull_clark
from benchmarks.synthetic.truth import back_curves, image_truth, truth_of

CUBE = np.array([[0, 3, 2, 1], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]])
CORNERS = np.array([[x, y, z] for z in (-1, 1) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))], dtype=float)


def outline(lumbar_deg: float, thoracic_deg: float) -> np.ndarray:
    """A back of 50 cm whose tangent swings back by `lumbar_deg`, then forward by `thoracic_deg`."""
    at = np.linspace(0, 0.5, 60)
    turn_at = 0.22
    back = np.sin(np.pi / 2 * np.clip(at / turn_at, 0, 1)) ** 2
    forward = np.sin(np.pi / 2 * np.clip((at - turn_at) / (0.5 - turn_at), 0, 1)) ** 2
    inclination = 10 - lumbar_deg * back + thoracic_deg * forward
    steps = np.stack([np.sin(np.radians(inclination)), np.cos(np.radians(inclination))], axis=1)
    return np.cumsum(steps * (at[1] - at[0]), axis=0)


@pytest.mark.parametrize(("lumbar", "thoracic"), [(30.0, 35.0), (60.0, 25.0), (15.0, 50.0)])
def test_curves_of_a_back_with_a_hollow_and_a_round(lumbar: float, thoracic: float) -> None:
    found = back_curves(outline(lumbar, thoracic))
    assert found == pytest.approx((lumbar, thoracic), abs=1.0)


def test_a_straight_back_has_no_curves() -> None:
    assert back_curves(outline(0.0, 0.0)) == pytest.approx((0.0, 0.0), abs=1e-6)


def test_subdividing_a_cube_rounds_it_evenly() -> None:
    matrix, faces = catmull_clark(CUBE, len(CORNERS))
    fine = matrix @ CORNERS
    assert fine.shape == (26, 3)
    assert faces.shape == (24, 4)
    np.testing.assert_allclose(np.abs(fine[:8]), 5 / 9)
    np.testing.assert_allclose(fine.mean(axis=0), 0, atol=1e-12)


def sided_posture():
    from benchmarks.synthetic.posture import Posture

    return Posture(
        shoulder_tilt=4.0,
        pelvic_obliquity=-3.0,
        trunk_lean=1.5,
        trunk_shift=6.0,
        weight_shift=-5.0,
        head_tilt=3.0,
        hip_rotation=6.0,
        knee_valgus_left=4.0,
        knee_valgus_right=-1.0,
        foot_turnout_left=12.0,
        foot_turnout_right=4.0,
        pelvic_tilt=12.0,
    )


def mirrored(posture):
    sided = ("shoulder_tilt", "pelvic_obliquity", "trunk_lean", "trunk_shift", "weight_shift", "head_tilt")
    return replace(
        posture,
        **{name: -getattr(posture, name) for name in (*sided, "hip_rotation")},
        knee_valgus_left=posture.knee_valgus_right,
        knee_valgus_right=posture.knee_valgus_left,
        foot_turnout_left=posture.foot_turnout_right,
        foot_turnout_right=posture.foot_turnout_left,
    )


@pytest.fixture(scope="module")
def shape():
    pytest.importorskip("anny")
    from benchmarks.synthetic.body import BodyShape

    return BodyShape(female=1.0, age=0.67, muscle=0.5, weight=0.5, height=0.3, proportions=0.6)


def test_a_mirrored_posture_has_the_mirrored_truth(shape) -> None:
    from benchmarks.synthetic.posture import pose_body
    from levelback.metrics.values import MEASURES

    one = truth_of(pose_body(shape, sided_posture(), heading_deg=8.0))
    other = truth_of(pose_body(shape, mirrored(sided_posture()), heading_deg=-8.0))
    seen = {id: measure for id, measure in MEASURES.items() if not measure.markers_only}
    assert set(one) == set(seen)
    for name, measure in seen.items():
        partner = other[measure.pair or name]
        assert one[name] == pytest.approx(-partner if measure.sided else partner, abs=0.05), name


def test_the_truth_does_not_depend_on_the_heading(shape) -> None:
    from benchmarks.synthetic.posture import pose_body

    one, other = (truth_of(pose_body(shape, sided_posture(), heading)) for heading in (0.0, 25.0))
    assert one == pytest.approx(other, abs=1e-6)


@pytest.mark.parametrize("support", ["knee", "board"])
def test_feet_stand_on_the_floor_or_on_the_board(shape, support: str) -> None:
    from benchmarks.synthetic.body import rig
    from benchmarks.synthetic.posture import Support, pose_body

    body = pose_body(shape, replace(sided_posture(), support=Support(support)))
    for side in ("left", "right"):
        foot = rig().weight_of(f"foot.{side[0].upper()}") > 0.9
        assert body.vertices[foot, 2].min() == pytest.approx(body.boards[side], abs=0.004)
    assert max(body.boards.values()) == pytest.approx(0.0 if support == "knee" else 0.0105, abs=0.004)


def test_the_picture_shows_the_shoulder_tilt(shape) -> None:
    from benchmarks.synthetic.cases import place_camera
    from benchmarks.synthetic.posture import pose_body

    body = pose_body(shape, sided_posture())
    height = float(body.point("acromion_left")[2] + body.point("acromion_right")[2]) / 2
    camera = place_camera("front", distance=60.0, height=height, fov=2.0, aim=height)
    pixels = image_truth(body, camera)
    left, right = (np.array(pixels[f"acromion_{side}"]) for side in ("left", "right"))
    assert left[0] > right[0]
    seen = np.degrees(np.arctan2(right[1] - left[1], left[0] - right[0]))
    assert seen == pytest.approx(truth_of(body)["shoulder_tilt"], abs=0.1)
