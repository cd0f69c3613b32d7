"""Landmarks of a pose with noise, with left and right mixed up, hidden or moved, on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from levelback.pose.joints import MIRROR, Joint
from levelback.pose.landmarks import Landmarks


def noisy(pose: Landmarks, rng, noise_px: float) -> Landmarks:
    return replace(pose, points=pose.points + rng.normal(0, noise_px, pose.points.shape))


def swapped(pose: Landmarks) -> Landmarks:
    """Return the same picture with the names left and right mixed up."""
    return replace(pose, points=pose.points[MIRROR], visibility=pose.visibility[MIRROR])


def narrower(pose: Landmarks) -> Landmarks:
    """Return the same pose with shoulders and hips a fifth nearer to each other."""
    points = pose.points.copy()
    for part in ("SHOULDER", "HIP"):
        pair = [Joint[f"LEFT_{part}"], Joint[f"RIGHT_{part}"]]
        points[pair] = 0.8 * points[pair] + 0.2 * points[pair].mean(axis=0)
    return replace(pose, points=points)


def hidden(pose: Landmarks, *joints: Joint) -> Landmarks:
    visibility = pose.visibility.copy()
    visibility[list(joints)] = 0.02
    return replace(pose, visibility=visibility)


def moved(pose: Landmarks, *, scale: float = 1.0, shift=(0.0, 0.0)) -> Landmarks:
    """Return the picture of another size, the body in another place of it."""
    points = pose.points * scale + np.asarray(shift) * scale
    return replace(pose, points=points, width=round(pose.width * scale), height=round(pose.height * scale))
