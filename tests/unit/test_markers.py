"""Markers on a drawn body whose true places are known to a fraction of a pixel."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from levelback.metrics.blobs import find_blobs
from levelback.metrics.body import body_frame
from levelback.metrics.horizon import Horizon, estimate_horizon
from levelback.metrics.marker_measures import (
    asis_psis_tilt,
    estimate_turn,
    measure_markers,
    missing_reasons,
    read_markers,
)
from levelback.metrics.markers import WORN, find_markers
from levelback.metrics.measure import measure
from levelback.metrics.observe import observe
from levelback.metrics.quality import make_issue
from levelback.metrics.roll import ASSUMED_LEVEL
from levelback.metrics.values import Estimate, Quality, Roll, measures_for
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks, View

WIDTH, HEIGHT = 700, 1200
SKIN, WALL = (188, 140, 116), (176, 178, 172)
COLORS = {
    "green": (24, 168, 74),
    "pink": (224, 38, 154),
    "blue": (31, 98, 208),
    "orange": (240, 112, 24),
    "yellow": (242, 210, 27),
    "red": (208, 26, 32),
}
FINE = 8
LEVEL = Roll(estimate=Estimate.around(0.0, 0.1), source="given")
FAR = Horizon(height=0.3, height_sd=0.02, distance=2.4, distance_sd=0.1)


def landmarks_of(view):
    """Return a person of 800 pixels from shoulders to ankles who stands square or side-on."""
    places = {
        "SHOULDER": (100, 250),
        "HIP": (55, 640),
        "KNEE": (60, 840),
        "ANKLE": (60, 1050),
        "HEEL": (60, 1070),
        "FOOT_INDEX": (80, 1090),
        "EAR": (40, 150),
    }
    towards_left = {"front": 1, "back": -1, "left": 0, "right": 0}[view.value]
    ahead = {"left": -1, "right": 1}.get(view.value, 0)
    points = np.full((33, 2), (350.0, 600.0))
    points[Joint.NOSE] = (350 + 60 * ahead, 160)
    for part, (out, y) in places.items():
        for side, sign in (("LEFT", 1), ("RIGHT", -1)):
            forward = 60 * ahead if part == "FOOT_INDEX" else 0
            points[Joint[f"{side}_{part}"]] = (350 + sign * towards_left * out + forward, y)
    return Landmarks(
        points=points,
        visibility=np.ones(33),
        covariance=np.zeros((66, 66)),
        silhouette=None,
        width=WIDTH,
        height=HEIGHT,
        view=view,
    )


PLACES = {
    View.FRONT: {
        "acromion_left": (453.3, 224.2),
        "acromion_right": (248.4, 221.7),
        "asis_left": (434.6, 590.4),
        "asis_right": (266.2, 594.9),
    },
    View.BACK: {
        "acromion_left": (246.8, 226.3),
        "acromion_right": (451.7, 221.1),
        "psis_left": (323.4, 588.7),
        "psis_right": (377.9, 586.3),
        "c7": (351.2, 203.6),
    },
    View.LEFT: {
        "acromion_left": (347.4, 224.6),
        "asis_left": (292.3, 600.7),
        "psis_left": (410.8, 577.6),
        "c7": (391.4, 214.2),
    },
}


def draw(view, places, color=COLORS["green"], radius=5.3, squeeze=1.0, noise=2.0, seed=0, extra=()):
    """Draw skin before a wall with ellipses of `color` at `places`; edges have the right grey levels.

    extra   more spots: (x, y, radius, colour)
    """
    spots = [(x, y, radius, radius * squeeze, color) for x, y in places.values()]
    spots += [(x, y, r, r, other) for x, y, r, other in extra]
    image = np.empty((HEIGHT, WIDTH, 3))
    image[:] = WALL
    half_width = 130 if view.frontal else 95
    shade = np.linspace(0.8, 1.1, 2 * half_width)[None, :, None]
    image[190:1100, 350 - half_width : 350 + half_width] = np.array(SKIN) * shade
    for x, y, wide, high, shown in spots:
        low = np.array([x, y]).astype(int) - 20
        fine = (np.arange(40 * FINE) + 0.5) / FINE
        inside = ((fine[None, :] + low[0] - x) / wide) ** 2 + ((fine[:, None] + low[1] - y) / high) ** 2 <= 1
        share = inside.reshape(40, FINE, 40, FINE).mean(axis=(1, 3))[..., None]
        window = image[low[1] : low[1] + 40, low[0] : low[0] + 40]
        window[:] = window * (1 - share) + share * np.array(shown)
    image += np.random.default_rng(seed).normal(0, noise, image.shape)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def found_in(image, view):
    return find_markers(image, body_frame(landmarks_of(view), 0.0))


@pytest.mark.parametrize("view", list(PLACES))
@pytest.mark.parametrize("color", list(COLORS))
def test_centres_are_found_to_a_tenth_of_a_pixel(view, color):
    markers = found_in(draw(view, PLACES[view], COLORS[color]), view)
    assert markers.missing == ()
    for name, place in PLACES[view].items():
        assert np.abs(markers.found[name].point - place).max() < 0.1, name


def test_a_foreshortened_dot_is_found_as_well():
    markers = found_in(draw(View.FRONT, PLACES[View.FRONT], radius=7.0, squeeze=0.5), View.FRONT)
    for name, place in PLACES[View.FRONT].items():
        assert np.abs(markers.found[name].point - place).max() < 0.1, name


def test_more_noise_means_larger_covariance_and_errors_stay_within_it():
    spread = {}
    for noise in (2.0, 12.0):
        markers = found_in(draw(View.FRONT, PLACES[View.FRONT], noise=noise), View.FRONT)
        ratios = []
        for name, place in PLACES[View.FRONT].items():
            error = markers.found[name].point - place
            ratios.append(error @ np.linalg.solve(markers.found[name].covariance, error) / 2)
        assert np.mean(ratios) < 2
        spread[noise] = sum(one.covariance.trace() for one in markers.found.values())
    assert spread[12.0] > spread[2.0]


def test_jpeg_does_not_move_the_centres():
    image = draw(View.FRONT, PLACES[View.FRONT], COLORS["red"])
    coded = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    markers = found_in(np.ascontiguousarray(cv2.imdecode(coded, cv2.IMREAD_COLOR)[..., ::-1]), View.FRONT)
    for name, place in PLACES[View.FRONT].items():
        assert np.abs(markers.found[name].point - place).max() < 0.25, name


def test_moles_buttons_and_a_spot_of_another_colour_are_not_markers():
    moles = [(x + dx, y + 14, 5, (92, 60, 48)) for x, y in PLACES[View.FRONT].values() for dx in (-15, 15)]
    buttons = [(300, 560, 5, (225, 225, 225)), (400, 560, 5, (225, 225, 225))]
    print_on_cloth = [(420, 600, 5, COLORS["blue"])]
    image = draw(View.FRONT, PLACES[View.FRONT], extra=(*moles, *buttons, *print_on_cloth))
    markers = found_in(image, View.FRONT)
    for name, place in PLACES[View.FRONT].items():
        assert np.linalg.norm(markers.found[name].point - place) < 0.2, name


@pytest.mark.parametrize("extra", [(), [(450, 224, 5, (92, 60, 48)), (250, 224, 5, (92, 60, 48))]])
def test_bare_skin_and_moles_alone_give_no_markers_but_reasons(extra):
    markers = found_in(draw(View.FRONT, {}, extra=extra), View.FRONT)
    assert markers.found == {}
    reasons = missing_reasons(markers)
    assert set(reasons) == {
        "shoulder_tilt",
        "shoulder_height_difference",
        "pelvic_obliquity",
        "hip_height_difference",
    }
    assert "left front hip bone and the right front hip bone" in reasons["pelvic_obliquity"]


def test_one_missing_marker_is_named_and_its_partner_does_not_count():
    places = {name: place for name, place in PLACES[View.BACK].items() if name != "psis_right"}
    markers = found_in(draw(View.BACK, places), View.BACK)
    assert markers.missing == ("psis_right",)
    body = body_frame(landmarks_of(View.BACK), 0.0)
    assert set(measure_markers(markers, body, LEVEL, FAR)) == {"shoulder_tilt"}
    assert "right dimple at the back of the pelvis" in missing_reasons(markers)["pelvic_obliquity"]


def test_no_spot_serves_as_two_markers():
    markers = found_in(
        draw(View.LEFT, {"c7": PLACES[View.LEFT]["c7"]} | {"asis_left": (292.3, 600.7)}), View.LEFT
    )
    centres = [tuple(one.point.round(1)) for one in markers.found.values()]
    assert len(set(centres)) == len(centres)


def seen_from_level(view):
    """Return what a camera at the height of each line sees: no false tilt from turning."""
    return Horizon(height=0.0, height_sd=1e-6, distance=1e6, distance_sd=1.0)


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
def test_tilts_are_the_lines_between_the_markers(view):
    markers = found_in(draw(view, PLACES[view]), view)
    measures = measure_markers(markers, body_frame(landmarks_of(view), 0.0), LEVEL, seen_from_level(view))
    stem = "asis" if view is View.FRONT else "psis"
    for id, name in (("shoulder_tilt", "acromion"), ("pelvic_obliquity", stem)):
        left, right = (np.array(PLACES[view][f"{name}_{side}"]) for side in ("left", "right"))
        tilt = np.degrees(np.arctan2(right[1] - left[1], abs(left[0] - right[0])))
        assert measures[id].value == pytest.approx(tilt, abs=0.15)
        assert measures[id].low < tilt < measures[id].high


def test_an_unknown_roll_widens_every_interval():
    markers = found_in(draw(View.FRONT, PLACES[View.FRONT]), View.FRONT)
    body = body_frame(landmarks_of(View.FRONT), 0.0)
    known = measure_markers(markers, body, LEVEL, FAR)
    assumed = measure_markers(markers, body, ASSUMED_LEVEL, FAR)
    for id, estimate in known.items():
        # A roll also moves the cues of the turn, so that a little of it may undo itself.
        assert assumed[id].half_width > max(3 * estimate.half_width, 0.75 * ASSUMED_LEVEL.estimate.half_width)
        assert assumed[id].value == estimate.value


def test_the_side_view_tells_the_bones_from_their_neutral():
    markers = found_in(draw(View.LEFT, PLACES[View.LEFT]), View.LEFT)
    body = body_frame(landmarks_of(View.LEFT), 0.0)
    far = seen_from_level(View.LEFT)
    bones = asis_psis_tilt(markers, body, LEVEL, far)
    assert bones.value == pytest.approx(np.degrees(np.arctan2(600.7 - 577.6, 410.8 - 292.3)), abs=0.2)
    measures = measure_markers(markers, body, LEVEL, far)
    tilt = measures["pelvic_tilt"]
    assert measures["asis_psis_tilt"] == bones
    assert tilt.value == pytest.approx(bones.value - 13.0)
    assert tilt.half_width > 9.8


def test_only_markers_show_the_line_of_the_hip_bones():
    def listed(view, **options):
        return [one.id for one in measures_for(view, **options)]

    assert "asis_psis_tilt" not in listed(View.LEFT)
    assert "asis_psis_tilt" not in listed(View.FRONT, markers=True)
    assert "asis_psis_tilt" in listed(View.LEFT, markers=True)
    assert "asis_psis_tilt" not in make_issue("body_cut_off", View.LEFT).affects
    assert "asis_psis_tilt" in make_issue("body_cut_off", View.LEFT, markers=True).affects


def test_a_side_view_without_markers_says_why_it_has_no_line_of_the_hip_bones():
    landmarks = landmarks_of(View.LEFT)
    image = draw(View.LEFT, {})
    observation = observe(image, landmarks, roll=LEVEL, fast=True)
    worn = read_markers(image, landmarks, observation.body, LEVEL, None)
    results = measure(observation, Quality(usable=True), fast=True, markers=worn)
    lines = {one.id: one for one in results}
    assert "left front hip bone" in lines["asis_psis_tilt"].reason
    assert "asis_psis_tilt" not in [one.id for one in measure(observation, Quality(usable=True), fast=True)]


def test_a_symmetric_body_is_not_turned():
    symmetric = {
        "acromion_left": (452.0, 222.0),
        "acromion_right": (248.0, 222.0),
        "asis_left": (434.0, 592.0),
        "asis_right": (266.0, 592.0),
    }
    markers = found_in(draw(View.FRONT, symmetric, noise=0.0), View.FRONT)
    turn = estimate_turn(markers, body_frame(landmarks_of(View.FRONT), 0.0), "asis")
    assert turn.value == pytest.approx(0.0, abs=0.5)


def test_a_body_whose_front_bones_lie_to_one_side_is_turned_there():
    shifted = {name: (x + 20 * name.startswith("asis"), y) for name, (x, y) in PLACES[View.FRONT].items()}
    body = body_frame(landmarks_of(View.FRONT), 0.0)
    turn = estimate_turn(found_in(draw(View.FRONT, shifted), View.FRONT), body, "asis")
    assert turn.value > 5


def draw_door_frames(pitch_deg, focal_px):
    """Draw upright lines as a camera that looks up by `pitch_deg` sees them."""
    image = np.full((HEIGHT, WIDTH, 3), 180, np.uint8)
    pitch = np.radians(pitch_deg)
    vanishing = np.array([WIDTH / 2, HEIGHT / 2 - focal_px / np.tan(pitch)])
    for x in (40, 160, 540, 660):
        bottom = np.array([x, HEIGHT + 50.0])
        top = bottom + (vanishing - bottom) * (HEIGHT + 100) / (bottom[1] - vanishing[1])
        ends = [tuple(int(v) for v in (p * 16).round()) for p in (bottom, top)]
        cv2.line(image, ends[0], ends[1], (70, 70, 70), 4, cv2.LINE_AA, 4)
    return image


@pytest.mark.parametrize("pitch_deg", [-9.0, -3.0, 5.0])
def test_converging_door_frames_give_the_height_of_the_camera(pitch_deg):
    focal = 1500.0
    fov = 2 * np.degrees(np.arctan(HEIGHT / 2 / focal))
    body = body_frame(landmarks_of(View.FRONT), 0.0)
    horizon = estimate_horizon(draw_door_frames(pitch_deg, focal), None, body, LEVEL, fov)
    row = HEIGHT / 2 + focal * np.tan(np.radians(pitch_deg))
    assert horizon.height == pytest.approx((640 - row) / body.scale_px, abs=0.05)
    assert horizon.distance == pytest.approx(focal / body.scale_px, rel=0.01)
    assert horizon.height_sd < 0.1


def test_without_lines_the_height_of_the_camera_is_in_doubt():
    wall = np.full((HEIGHT, WIDTH, 3), 180, np.uint8)
    body = body_frame(landmarks_of(View.FRONT), 0.0)
    seen = estimate_horizon(draw_door_frames(-3.0, 1500.0), None, body, LEVEL, 43.6)
    assert estimate_horizon(wall, None, body, ASSUMED_LEVEL).height_sd > max(0.1, 2 * seen.height_sd)


@pytest.mark.parametrize("view", list(View))
def test_toes_far_below_the_heels_tell_a_camera_from_above(view):
    wall = np.full((HEIGHT, WIDTH, 3), 180, np.uint8)
    landmarks = landmarks_of(view)
    heights = []
    for lower in (0, 25):
        points = landmarks.points.copy()
        toes = [Joint.LEFT_FOOT_INDEX, Joint.RIGHT_FOOT_INDEX]
        points[toes, 1] += lower * (1 if view is not View.BACK else -1)
        if not view.frontal:  # the far foot lies further back on the floor, higher in the picture
            far = "RIGHT" if view is View.LEFT else "LEFT"
            points[[Joint[f"{far}_{part}"] for part in ("ANKLE", "HEEL", "FOOT_INDEX")], 1] -= lower
        body = body_frame(replace(landmarks, points=points), 0.0)
        heights.append(estimate_horizon(wall, None, body, LEVEL, 43.6).height)
    assert heights[1] > heights[0] + 0.01


def test_a_uniform_window_has_no_spots():
    window = np.random.default_rng(0).normal(150, 2, (80, 80, 3)).clip(0, 255).astype(np.uint8)
    assert find_blobs(window, 5.0) == []


def test_every_view_has_zones_for_what_it_wears():
    for view in View:
        body = body_frame(landmarks_of(view), 0.0)
        plain = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
        assert find_markers(plain, body).missing == WORN[view]
