"""Lines of cloth in drawn hips, and the fit of their mixture."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.accuracy.fit_fusion import fit_fusion, loss, packed
from helpers.reports import body as standing_body
from levelback.metrics.body import body_frame
from levelback.metrics.cloth import TRAITS, line_traits
from levelback.metrics.fusion import Fusion, Lines, fuse
from levelback.metrics.waistband import find_cloth_lines, hip_patch
from levelback.pose.landmarks import View

SKIN, CLOTH, SHIRT = (200, 150, 125), (40, 60, 110), (230, 230, 225)
EDGES = np.array([-0.13, 0.13])


def draw_hips(tilt_deg, sag=0.0, height=0.05, above=SKIN, below=CLOTH, noise=3.0, view=View.FRONT):
    """A picture whose body changes colour at an arc across the hips."""
    landmarks = standing_body(view)
    body = body_frame(landmarks, 0.0)
    rows, columns = np.mgrid[: landmarks.height, : landmarks.width] + 0.5
    to_body = np.linalg.inv(body.to_picture[:, :2])
    points = np.stack([columns - body.to_picture[0, 2], rows - body.to_picture[1, 2]], axis=-1) @ to_body.T
    x, y = points[..., 0], points[..., 1]
    arc = height + np.tan(np.radians(tilt_deg)) * x - sag * x**2
    # A cell of transition, as a lens makes it.
    share = np.clip((arc - y) / 0.004 + 0.5, 0, 1)[..., None]
    image = (1 - share) * np.array(above) + share * np.array(below)
    image = image + np.random.default_rng(0).normal(0, noise, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8), body


def clearest(image, body):
    return find_cloth_lines(hip_patch(image, body, EDGES), 5)[0]


@pytest.mark.parametrize("view", [View.FRONT, View.BACK])
@pytest.mark.parametrize(("tilt", "sag"), [(0.0, 0.0), (2.3, 0.0), (-5.1, 0.5), (7.4, -0.3)])
def test_the_edge_of_a_garment_is_read_to_a_fraction_of_a_degree(tilt, sag, view):
    line = clearest(*draw_hips(tilt, sag, view=view))
    assert line.slope_deg == pytest.approx(tilt, abs=0.15)
    assert line.sag == pytest.approx(sag, abs=0.15)
    assert line.height == pytest.approx(0.05, abs=0.003)
    assert line.support > 0.95


def test_a_change_put_in_is_the_change_measured():
    tilts = np.array([-6.0, -3.0, 0.0, 3.0, 6.0])
    slopes = [clearest(*draw_hips(tilt, noise=8.0)).slope_deg for tilt in tilts]
    assert np.polyfit(tilts, slopes, 1)[0] == pytest.approx(1.0, abs=0.02)


def test_a_plain_surface_has_no_clear_line():
    image, body = draw_hips(3.0, below=SKIN)
    edge, _ = draw_hips(3.0)
    assert clearest(image, body).contrast < 0.1 * clearest(edge, body).contrast


def test_a_trunk_too_narrow_to_carry_a_line_gives_none():
    image, body = draw_hips(3.0)
    assert hip_patch(image, body, np.array([-0.02, 0.02])) is None


def test_traits_tell_skin_from_cloth():
    image, body = draw_hips(1.0)
    patch = hip_patch(image, body, EDGES)
    lines = find_cloth_lines(patch, 3)
    traits = dict(zip(TRAITS, line_traits(lines, image, body, patch, EDGES)[0], strict=True))
    # Forearms beside the trunk are below the edge in this picture's two colours: cloth is "skin" there.
    assert abs(traits["skin_above"] - traits["skin_below"]) > 0.5
    assert traits["thigh_below"] < 0.1 < traits["thigh_above"]
    assert traits["chest_above"] < 0.1 < traits["chest_below"]


def made_lines(seed=0, n=60, k=4):
    """Pictures with one true line and strays; the true one is told by its first trait."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 2.5, n)
    slope = rng.normal(0, 4.0, (n, k))
    slope[:, 1] = truth + rng.normal(0, 0.3, n)
    slope[rng.random((n, k)) < 0.1] = np.nan
    traits = rng.normal(0, 1, (n, k, len(TRAITS)))
    traits[:, 1, 0] += 3.0
    lines = Lines(
        slope_deg=slope,
        sag=rng.normal(0, 0.4, (n, k)),
        traits=traits,
        base=0.5 * truth + rng.normal(0, 1.0, n),
        base_sd=np.full(n, 1.4),
        turn=rng.normal(0, 3, n),
        elevation=rng.normal(-5, 5, n),
        roll_sd=np.abs(rng.normal(0, 0.4, n)),
    )
    return lines, truth


def test_the_gradient_of_the_fit_is_the_slope_of_its_loss():
    lines, truth = made_lines()
    rng = np.random.default_rng(1)
    count = len(TRAITS)
    like = Fusion(
        center=np.zeros(count), scale=np.ones(count), odds=rng.normal(0, 0.3, count + 1),
        spread=rng.normal(0, 0.1, count + 1), stray=3.0, turn=0.03, turn_sag=0.05, turn_elevation=0.4, roll=0.5,
    )  # fmt: skip
    x = packed(like)
    _, gradient = loss(x, like, lines, truth)
    for index in range(len(x)):
        step = np.zeros(len(x))
        step[index] = 1e-5
        rise = loss(x + step, like, lines, truth)[0] - loss(x - step, like, lines, truth)[0]
        assert gradient[index] == pytest.approx(rise / 2e-5, rel=1e-4, abs=1e-7), index


def test_the_fit_learns_which_line_is_the_waistband():
    lines, truth = made_lines(n=200)
    fusion = fit_fusion(lines, truth)
    fresh, fresh_truth = made_lines(seed=5, n=200)
    value, _ = fuse(fresh, fusion)
    before = np.abs(fresh.base - fresh_truth).mean()
    assert np.abs(value - fresh_truth).mean() < 0.5 * before
    blind = replace(fusion, odds=np.concatenate([[-30.0], np.zeros(len(TRAITS))]))
    assert np.abs(fuse(fresh, blind)[0] - fresh_truth).mean() == pytest.approx(before, rel=1e-6)
