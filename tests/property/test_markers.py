"""Laws of what markers measure, on markers given as numbers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from levelback.metrics.body import body_frame
from levelback.metrics.geometry import rotate
from levelback.metrics.horizon import Horizon, body_cues
from levelback.metrics.marker_measures import measure_markers
from levelback.metrics.markers import WORN, Marker, Markers
from levelback.metrics.values import Estimate, Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks, View

WIDTH, HEIGHT = 800, 1400
frontal = st.sampled_from([View.FRONT, View.BACK])
any_view = st.sampled_from(list(View))
seeds = st.integers(0, 10**6)
angle = st.floats(-8, 8)


def somebody(view: View, seed: int) -> tuple[Landmarks, Markers]:
    """Return a roughly standing person with markers near their places, all by chance."""
    rng = np.random.default_rng(seed)
    towards_left = {View.FRONT: 1, View.BACK: -1}.get(view, 0)
    ahead = {View.LEFT: -1, View.RIGHT: 1}.get(view, 0)
    points = np.full((33, 2), (400.0, 700.0))
    for part, out, y in (("SHOULDER", 110, 300), ("HIP", 60, 720), ("KNEE", 60, 960), ("ANKLE", 60, 1200)):
        for side, sign in (("LEFT", 1), ("RIGHT", -1)):
            points[Joint[f"{side}_{part}"]] = (400 + sign * towards_left * out, y)
    points += rng.normal(0, 4, points.shape)
    landmarks = Landmarks(
        points=points,
        visibility=np.ones(33),
        covariance=np.zeros((66, 66)),
        silhouette=None,
        width=WIDTH,
        height=HEIGHT,
        view=view,
    )
    places = {"acromion": (110, 270), "asis": (95, 660), "psis": (30, 650), "c7": (0, 250)}
    forward = {"acromion": 5, "asis": 65, "psis": -65, "c7": -45}
    found = {}
    for name in WORN[view]:
        stem, _, side = name.partition("_")
        out, y = places[stem]
        x = 400 + {"left": 1, "right": -1}.get(side, 0) * towards_left * out + ahead * forward[stem]
        found[name] = Marker(point=rng.normal((x, y), 6), covariance=np.eye(2) * 0.01, radius=5.0)
    return landmarks, Markers(view=view, found=found)


def horizon_of(seed: int) -> Horizon:
    rng = np.random.default_rng(seed + 1)
    return Horizon(
        height=float(rng.uniform(-0.1, 0.7)),
        height_sd=float(rng.uniform(0.01, 0.25)),
        distance=float(rng.uniform(1.5, 4)),
        distance_sd=float(rng.uniform(0.05, 0.7)),
    )


def measured(view, seed, roll=0.0, doubt=0.3, change=None):
    landmarks, markers = somebody(view, seed)
    roll_value = Roll(estimate=Estimate.around(roll, doubt), source="given")
    if change is not None:
        landmarks, markers, roll_value = change(landmarks, markers, roll_value)
    body = body_frame(landmarks, roll_value.estimate.value)
    return measure_markers(markers, body, roll_value, horizon_of(seed))


@settings(deadline=None)
@given(frontal, seeds, angle)
def test_a_mirror_negates_frontal_measures(view, seed, roll):
    def mirror(landmarks, markers, roll_value):
        return landmarks.mirrored(), markers.mirrored(WIDTH), roll_value.mirrored()

    there, back = measured(view, seed, roll), measured(view, seed, roll, change=mirror)
    assert there.keys() == back.keys()
    for id, estimate in there.items():
        assert back[id].value == pytest.approx(-estimate.value, abs=1e-8)
        assert back[id].half_width == pytest.approx(estimate.half_width, rel=1e-8)


@settings(deadline=None)
@given(seeds)
def test_a_mirror_exchanges_the_side_views(seed):
    def mirror(landmarks, markers, roll_value):
        return landmarks.mirrored(), markers.mirrored(WIDTH), roll_value.mirrored()

    there, back = measured(View.LEFT, seed, 2.0), measured(View.LEFT, seed, 2.0, change=mirror)
    assert back["pelvic_tilt"].value == pytest.approx(there["pelvic_tilt"].value, abs=1e-8)


@settings(deadline=None)
@given(any_view, seeds, angle)
def test_turning_the_picture_changes_nothing_once_roll_is_undone(view, seed, turn):
    centre = np.array([WIDTH / 2, HEIGHT / 2])

    def turned(landmarks, markers, roll_value):
        spin = rotate(np.eye(2), -turn, np.zeros(2)).T
        found = {
            name: replace(
                one, point=rotate(one.point, -turn, centre), covariance=spin @ one.covariance @ spin.T
            )
            for name, one in markers.found.items()
        }
        points = rotate(landmarks.points, -turn, centre)
        roll_value = replace(roll_value, estimate=Estimate.around(turn, roll_value.estimate.half_width))
        return replace(landmarks, points=points), replace(markers, found=found), roll_value

    before, after = measured(view, seed), measured(view, seed, change=turned)
    for id, estimate in before.items():
        assert after[id].value == pytest.approx(estimate.value, abs=1e-6)


@settings(deadline=None)
@given(any_view, seeds, st.floats(1.1, 5))
def test_less_certain_centres_roll_or_camera_never_narrow_an_interval(view, seed, factor):
    def blurred(landmarks, markers, roll_value):
        found = {
            name: replace(one, covariance=factor * one.covariance) for name, one in markers.found.items()
        }
        return landmarks, replace(markers, found=found), roll_value

    before = measured(view, seed)
    for after in (measured(view, seed, change=blurred), measured(view, seed, doubt=0.3 * factor)):
        for id, estimate in before.items():
            assert after[id].half_width > estimate.half_width
            assert after[id].value == estimate.value


@settings(deadline=None)
@given(frontal, seeds)
def test_the_order_of_left_and_right_decides_the_sign(view, seed):
    """Raising the left marker by ten pixels raises the left side by that angle."""

    def raised(landmarks, markers, roll_value):
        one = markers.found["acromion_left"]
        found = markers.found | {"acromion_left": replace(one, point=one.point - [0, 10])}
        return landmarks, replace(markers, found=found), roll_value

    before, after = (
        measured(view, seed)["shoulder_tilt"],
        measured(view, seed, change=raised)["shoulder_tilt"],
    )
    assert after.value - before.value == pytest.approx(np.degrees(10 / 220), rel=0.2)


@settings(max_examples=25, deadline=None)
@given(any_view, seeds)
def test_a_mirror_leaves_what_tells_the_height_of_the_camera(view, seed):
    landmarks, _ = somebody(view, seed)
    mirrored = landmarks.mirrored()
    there = body_cues(body_frame(landmarks, 0.0).points, view)
    back = body_cues(body_frame(mirrored, 0.0).points, mirrored.view)
    assert back == pytest.approx(there, abs=1e-9)
