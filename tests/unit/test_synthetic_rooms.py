"""Rooms leave space for the subject, turn with the view, and have exactly upright and level lines."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.synthetic.rooms import build_room, sample_room

SEEDS = range(8)


def room(seed: int, lines: bool | None = None):
    return sample_room(np.random.default_rng(seed), lines)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_stands_where_the_subject_stands(seed: int) -> None:
    surfaces, _, _ = build_room(room(seed))
    for surface in surfaces:
        above_floor = surface.vertices[surface.vertices[:, 2] > 0.05]
        near = (np.abs(above_floor[:, 0]) < 0.6) & (above_floor[:, 1] < 0.3)
        assert not near.any(), surface.name


@pytest.mark.parametrize("seed", SEEDS)
def test_edges_of_furniture_are_upright_or_level(seed: int) -> None:
    surfaces, _, _ = build_room(room(seed, lines=True))
    for surface in surfaces:
        if surface.smooth:
            continue
        corners = surface.vertices[surface.faces]
        step = np.abs(np.roll(corners, -1, axis=1) - corners)
        along_one_axis = (step > 1e-12).sum(axis=2) == 1
        assert along_one_axis.all(), surface.name


@pytest.mark.parametrize("seed", SEEDS)
def test_bare_rooms_are_one_smooth_sheet(seed: int) -> None:
    surfaces, _, _ = build_room(room(seed, lines=False))
    assert [surface.name for surface in surfaces] == ["wall"]
    assert surfaces[0].smooth


@pytest.mark.parametrize("heading_deg", [90.0, 180.0, -90.0])
def test_heading_turns_the_whole_room(heading_deg: float) -> None:
    spec = room(3, lines=True)
    straight, lights, ambient = build_room(spec)
    turned, turned_lights, turned_ambient = build_room(spec, heading_deg)
    c, s = np.cos(np.radians(heading_deg)), np.sin(np.radians(heading_deg))
    turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    assert ambient == turned_ambient
    for one, other in zip(straight, turned, strict=True):
        np.testing.assert_allclose(one.vertices @ turn.T, other.vertices, atol=1e-12)
    for light, other in zip(lights, turned_lights, strict=True):
        np.testing.assert_allclose(turn @ light.position, other.position, atol=1e-12)
        assert light.power_w == other.power_w


def test_the_wall_is_behind_the_subject_as_seen_from_its_left() -> None:
    spec = room(5, lines=True)
    surfaces, _, _ = build_room(spec, heading_deg=90.0)
    wall = next(surface for surface in surfaces if surface.name == "wall")
    np.testing.assert_allclose(wall.vertices[:, 0], -spec.wall_distance_m, atol=1e-12)


def test_the_same_seed_gives_the_same_room() -> None:
    one, other = (build_room(room(11, lines=True)) for _ in range(2))
    for a, b in zip(one[0], other[0], strict=True):
        np.testing.assert_array_equal(a.vertices, b.vertices)
        assert (a.texture is None) == (b.texture is None)
        if a.texture is not None:
            np.testing.assert_array_equal(a.texture, b.texture)
    assert one[1:] == other[1:]


def test_textures_repeat_without_a_seam() -> None:
    from benchmarks.synthetic import textures

    rng = np.random.default_rng(0)
    clouds = textures.paint(rng, (0.5, 0.5, 0.5), mottle=0.2).picture[..., 0]
    inside = np.abs(np.diff(clouds, axis=1)).mean()
    seam = np.abs(clouds[:, 0] - clouds[:, -1]).mean()
    assert seam < 1.5 * inside
