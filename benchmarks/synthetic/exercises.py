"""Bodies in the poses of an exercise: how far a movement has come, and what is wrong with it.

On all fours a body looks towards −y; on its back its head is at +y; on its side its chest faces −y. The
middle is near the origin. Hands, knees, feet and shoulders stay where they bear.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from benchmarks.synthetic.body import RestBody
from benchmarks.synthetic.limbs import middle
from benchmarks.synthetic.poses.face_down import plank
from benchmarks.synthetic.poses.move import Move
from benchmarks.synthetic.poses.on_all_fours import bird_dog
from benchmarks.synthetic.poses.on_the_back import bridge, pigeon
from benchmarks.synthetic.poses.on_the_side import clam, side_plank
from benchmarks.synthetic.poses.upright import deep_lunge, standing, walk
from benchmarks.synthetic.posture import PosedBody

__all__ = ["POSES", "Move", "pelvis_deg", "trunk_deg"]

POSES: dict[str, Callable[[RestBody, Move], PosedBody]] = {
    "bird-dog": bird_dog,
    "bridge": bridge,
    "clam": clam,
    "deep-lunge": deep_lunge,
    "pigeon": pigeon,
    "plank": plank,
    "side-plank": side_plank,
    "standing": standing,
    "walk": walk,
    "walk-front": walk,
}


def trunk_deg(body: PosedBody) -> float:
    """Return the angle of the line from hips to shoulders over the horizontal, degrees."""
    hips, shoulders = middle(body.joints, "upperleg01"), middle(body.joints, "upperarm01")
    line = shoulders - hips
    return float(np.degrees(np.arctan2(line[2], np.hypot(line[0], line[1]))))


def pelvis_deg(body: PosedBody) -> float:
    """Return how much higher the left hip joint is than the right one, as an angle in degrees."""
    line = body.joint("upperleg01.L") - body.joint("upperleg01.R")
    return float(np.degrees(np.arctan2(line[2], np.hypot(line[0], line[1]))))
