# ruff: noqa: RUF005  (a step in the picture is added, not appended)
"""Walking towards the camera: steps of the foot that stands, and where its toes point."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from helpers.figures import FLOOR, SHANK, THIGH, TRUNK, Figure, played
from helpers.spoilt import noisy
from levelback.form.values import Sample

STRIDE_S, FIRST = 1.1, 0.6
"""A stride, and where in it a set begins: the right foot stands, and the left one is the first that counts."""


def facing(phase: float, *, out: str = "", away: bool = False, size: float = 1.0):
    """One moment of a stride towards the camera; phase 0.25: the left foot stands, the right one swings.

    out    the foot whose toes turn out by a third of its shank;  away: walks back instead
    size   how large the figure is, about the place where it stands
    """
    figure = Figure()
    for one, sign in (("left", 1.0), ("right", -1.0)):
        x = 450.0 - 14 * sign if away else 450.0 + 14 * sign
        outwards = np.sign(x - 450.0)
        lower = 17 * sign * np.sin(2 * np.pi * phase)
        ankle = np.array([x, FLOOR + lower])
        figure.put("hip", one, [x, FLOOR - THIGH - SHANK])
        figure.put("knee", one, [x, FLOOR - SHANK])
        figure.put("ankle", one, ankle)
        figure.put("heel", one, ankle + [0, 6])
        turned = SHANK / 3 if one == out else 3.0
        figure.put("foot_index", one, ankle + [turned * outwards, 14])
        shoulder = [x + 22 * outwards, FLOOR - THIGH - SHANK - TRUNK]
        figure.limb(one, "shoulder", shoulder, ("elbow", -90, 56), ("wrist", -90, 50))
    figure.head(np.array([450.0, FLOOR - THIGH - SHANK - TRUNK - 35]), 90)
    figure.points = [450.0, FLOOR] + size * (figure.points - [450.0, FLOOR])
    return figure.landmarks()


def walked(parts, *, rate=12.0, **how):
    """Return samples of parts after each other, each (seconds, what differs from `how`)."""
    rng, samples, number = np.random.default_rng(0), [], 0
    for seconds, what in parts:
        for _ in range(round(seconds * rate)):
            pose = facing(FIRST + number / rate / STRIDE_S, **(how | what))
            samples.append(Sample(time_s=number / rate, landmarks=noisy(pose, rng, 0.5)))
            number += 1
    return samples


@pytest.mark.parametrize("rate", [12.0, 30.0])
@pytest.mark.parametrize("out", ["", "left", "right"])
def test_steps_are_counted_and_toes_that_turn_out_are_told_of_their_foot(rate, out):
    summary, events = played("walk-front", walked([(10.9, {})], rate=rate, out=out))
    counts = Counter(rep.side for rep in summary.reps)
    assert counts == {"left": 10, "right": 9}
    assert Counter(rep.side for rep in summary.reps if rep.faults) == ({out: counts[out]} if out else {})
    assert ("toes_out" in {event.id for event in events if event.kind == "cue"}) == bool(out)


def test_how_high_feet_rise_is_no_range_and_names_no_side():
    summary, _ = played("walk-front", walked([(8.0, {})], out="left"))
    assert {rep.range for rep in summary.reps} == {None}
    assert "range" not in {one.aspect for one in summary.comparisons}
    assert summary.weaker_side is None


def test_only_the_way_towards_the_camera_counts():
    there, back = (4.4, {"size": 0.8}), (3.3, {"size": 0.8, "away": True, "out": "left"})
    summary, _ = played("walk-front", walked([there, back, there]))
    assert not any(rep.faults for rep in summary.reps)
    assert 13 <= len(summary.reps) <= 16  # a part of a step at each end of the way

    _, events = played("walk-front", walked([back]))
    assert [event.text for event in events if event.kind == "placement"] == ["Walk towards the camera."]


def test_who_comes_nearer_is_counted_alike():
    grows = [(0.1, {"size": size}) for size in np.linspace(0.7, 1.2, 54)]
    summary, _ = played("walk-front", walked(grows, rate=30.0, out="right"))
    assert Counter(rep.side for rep in summary.reps) == {"left": 5, "right": 4}
    assert all(bool(rep.faults) == (rep.side == "right") for rep in summary.reps)
