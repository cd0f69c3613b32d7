"""What the network reads off the hips: arcs, the mirror law, and people whose waistband is known."""

from pathlib import Path

import numpy as np
import pytest

from levelback.capture import read_photo
from levelback.metrics.body import body_frame
from levelback.metrics.hips import CELL, POINTS, X_LEFT, Y_TOP, HipReading, _both_ways, read_hips
from levelback.metrics.roll import estimate_roll
from levelback.metrics.skin_points import COLUMNS, ROWS
from levelback.metrics.unet import load_networks
from levelback.pose.finder import PoseFinder

SAMPLES = Path(__file__).parents[2] / "sample_images"
EDGES = np.array([-0.14, 0.16])


def drawn(slope_deg, sag, height, spread=0.6):
    """A reading of a waistband on a known arc round the middle of `EDGES`."""
    x = X_LEFT + (np.arange(COLUMNS // 2) + 0.5) * CELL - EDGES.mean()
    row = (Y_TOP - (height + np.tan(np.radians(slope_deg)) * x - sag * x**2)) / CELL - 0.5
    logits = -0.5 * ((np.arange(ROWS // 2)[:, None] - row) / spread) ** 2
    edge = np.exp(logits - logits.max(axis=0))
    return HipReading(points={}, edge=edge / edge.sum(axis=0), hidden=np.linspace(-3, -1, COLUMNS // 2))


@pytest.mark.parametrize(("slope", "sag", "height"), [(0.0, 0.0, 0.1), (4.0, 0.8, 0.05), (-7.5, -0.5, 0.12)])
def test_the_arc_runs_through_the_marked_cells(slope, sag, height):
    arc = drawn(slope, sag, height).arc(EDGES)
    assert arc.slope_deg == pytest.approx(slope, abs=0.1)
    assert arc.sag == pytest.approx(sag, abs=0.05)
    assert arc.height == pytest.approx(height, abs=0.001)


def test_a_hand_before_the_waistband_does_not_bend_the_arc():
    reading = drawn(3.0, 0.4, 0.08)
    edge = reading.edge.copy()
    edge[:, 24:34] = 1 / len(edge)
    arc = reading._replace(edge=edge).arc(EDGES)
    assert arc.slope_deg == pytest.approx(3.0, abs=0.15)


def test_a_line_along_the_waistband_is_likelier_than_one_beside_it():
    reading = drawn(2.0, 0.0, 0.1)
    x = np.linspace(-0.1, 0.12, 40)
    y = 0.1 + np.tan(np.radians(2.0)) * (x - EDGES.mean())
    assert reading.along(x, y) > reading.along(x, y - 0.02) + 1
    assert reading.along(x, y) > reading.along(x, 0.1 - (y - 0.1)) + 0.1
    assert reading.along(x, y) == pytest.approx(reading.sureness(EDGES), abs=0.3)


def test_how_hidden_it_is_counts_between_the_sides_of_the_trunk():
    assert drawn(0.0, 0.0, 0.1).hidden_there(np.array([-0.28, -0.2])) < -2.5
    assert drawn(0.0, 0.0, 0.1).hidden_there(np.array([0.2, 0.28])) > -1.5


def test_maps_and_their_mirror_images_give_mirrored_readings():
    maps = np.random.default_rng(4).normal(0, 3, (9, 2, ROWS // 2, COLUMNS // 2)).astype(np.float32)
    turned = np.ascontiguousarray(maps[:, ::-1])
    cells, edge, hidden = _both_ways(maps)
    other_cells, other_edge, other_hidden = _both_ways(turned)
    order = list(POINTS.mirrored())
    assert other_cells[order] * [-1, 1] + [COLUMNS, 0] == pytest.approx(cells, abs=1e-9)
    assert other_edge[:, ::-1] == pytest.approx(edge, abs=1e-9)
    assert other_hidden[::-1] == pytest.approx(hidden, abs=1e-9)


@pytest.mark.parametrize("name", ["front-symmetric.jpg", "back-left-hip-high.jpg"])
def test_the_waistband_of_a_rendered_person_is_read(name, samples):
    truth = samples["pictures"][name]["truth"]
    image = read_photo(SAMPLES / name).image
    with PoseFinder() as finder:
        landmarks = finder.find(image).landmarks
    body = body_frame(landmarks, estimate_roll(image, landmarks.silhouette).estimate.value)
    reading = read_hips(image, landmarks.silhouette, body, load_networks())
    assert reading.hidden_there(EDGES) < 0
    assert reading.arc(EDGES).slope_deg == pytest.approx(truth["pelvic_obliquity"], abs=2.5)
    assert reading.points["hip_left"][0] > reading.points["hip_right"][0]
