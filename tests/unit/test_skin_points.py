"""Points that the networks read: the convolution, the mirror law, and people with known truth."""

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import correlate

from levelback.capture import read_photo
from levelback.metrics import hips, skin_points, unet
from levelback.metrics.body import body_frame
from levelback.metrics.features import skin_point_features
from levelback.metrics.roll import estimate_roll
from levelback.metrics.skin_points import COLUMNS, GROUPS, ROWS, find_skin_points
from levelback.metrics.unet import load_networks
from levelback.pose.finder import PoseFinder
from levelback.pose.joints import Joint

SAMPLES = Path(__file__).parents[2] / "sample_images"
PEOPLE = ("front-right-shoulder-high.jpg", "front-symmetric.jpg", "back-left-hip-high.jpg")


@pytest.mark.parametrize("stride", [1, 2])
def test_the_convolution_is_the_sum_over_neighbours(stride):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(3, 2, 10, 12)).astype(np.float32)
    weights, bias = rng.normal(size=(4, 3, 3, 3)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    ours = unet._convolved(x, weights, bias, stride)
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    for out in range(4):
        for one in range(2):
            plain = correlate(padded[:, one], weights[out], mode="valid")[0][::stride, ::stride]
            assert ours[out, one] == pytest.approx(np.maximum(plain + bias[out], 0), abs=1e-4)


def test_a_place_is_the_mean_over_its_heat_map():
    maps = np.full((2, 1, 8, 10), -50.0, np.float32)
    maps[0, 0, 3, 7] = 0.0
    maps[1, 0, 2, 4:6] = 0.0
    assert unet.places(maps)[0] == pytest.approx(np.array([[15.0, 7.0], [10.0, 5.0]]))


def test_a_mirrored_crop_gives_mirrored_points():
    crop = np.random.default_rng(2).normal(size=(5, ROWS, COLUMNS)).astype(np.float32)
    names = GROUPS["frontal"].names(frontal=True)
    swapped = [
        names.index(name.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right"))
        for name in names
    ]
    plain = skin_points._read(crop, "frontal", load_networks())
    mirrored = skin_points._read(np.ascontiguousarray(crop[..., ::-1]), "frontal", load_networks())
    assert mirrored[swapped] * [-1, 1] + [COLUMNS, 0] == pytest.approx(plain, abs=1e-3)


def test_a_crop_that_is_its_own_mirror_image_is_exactly_level():
    half = np.random.default_rng(3).normal(size=(5, ROWS, COLUMNS // 2)).astype(np.float32)
    cells = skin_points._read(np.concatenate([half, half[..., ::-1]], axis=2), "frontal", load_networks())
    assert cells[0, 1] == cells[1, 1]
    assert cells[0, 0] + cells[1, 0] == pytest.approx(COLUMNS, abs=1e-9)


def test_every_group_has_a_network():
    networks = load_networks()
    maps = {name: len(group.names(frontal=name == "frontal")) for name, group in GROUPS.items()}
    maps[hips.SIDE_GROUP] = len(hips.SIDE_POINTS.names(frontal=False))
    maps[hips.GROUP] = len(hips.POINTS.names(frontal=True)) + 2
    assert networks.layers.keys() == maps.keys()
    for group, layers in networks.layers.items():
        assert len(layers["m"][1]) == maps[group]


@pytest.fixture(scope="module", params=PEOPLE)
def person(request):
    image = read_photo(SAMPLES / request.param).image
    with PoseFinder() as finder:
        landmarks = finder.find(image).landmarks
    roll = estimate_roll(image, landmarks.silhouette)
    return request.param, image, landmarks, body_frame(landmarks, roll.estimate.value)


def slopes_of(image, silhouette, body):
    points = find_skin_points(image, silhouette, body, load_networks())
    odd = skin_point_features(points, frontal=True).odd
    return tuple(np.degrees(odd[f"skin_{stem}_slope"]) for stem in ("acromion", "ear"))


def test_the_shoulder_tips_of_a_rendered_person_are_found(person, samples):
    name, image, landmarks, body = person
    truth = samples["pictures"][name]["truth"]
    shoulders, ears = slopes_of(image, landmarks.silhouette, body)
    assert shoulders == pytest.approx(truth["shoulder_tilt"], abs=2)
    assert ears == pytest.approx(truth["head_tilt"], abs=2.5)


@pytest.mark.parametrize("joint", [Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER])
def test_a_silhouette_without_a_shoulder_moves_the_tips_little(person, joint):
    _, image, landmarks, body = person
    down, across = np.mgrid[: image.shape[0], : image.shape[1]]
    x, y = landmarks.points[joint]
    bite = np.hypot(across - x, down - y) < 0.04 * body.scale_px
    bitten = np.where(bite, 0, landmarks.silhouette).astype(np.uint8)
    assert (bitten != landmarks.silhouette).any()
    before, after = (slopes_of(image, one, body)[0] for one in (landmarks.silhouette, bitten))
    assert after == pytest.approx(before, abs=2.5)  # networks that were taught whole silhouettes: 5 to 8


@pytest.mark.parametrize(("up_x", "lean"), [(0.02, 11.3), (0.3, 14.3), (-0.3, -1.7)])
def test_the_pelvis_leans_no_further_than_its_bones_allow(up_x, lean):
    names = hips.SIDE_POINTS.names(frontal=False) + GROUPS["side"].names(frontal=False)
    points = {name: np.zeros(2) for name in names}
    points |= {"pelvis_up": np.array([up_x, 0.1]), "ear_middle": np.array([0.0, 0.2])}
    points |= {"asis_middle": np.array([0.06, 0.04]), "psis_middle": np.array([-0.06, 0.06])}
    even = skin_point_features(points, frontal=False).even
    assert np.degrees(even["skin_bones"]) == pytest.approx(9.46, abs=0.01)
    assert np.degrees(even["skin_pelvis_lean"]) == pytest.approx(lean, abs=0.3)
    assert "skin_pelvis_up_x" not in even
