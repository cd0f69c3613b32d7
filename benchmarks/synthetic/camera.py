"""Where a point of the world lands in the picture; both renderers are tested against this."""

from __future__ import annotations

from math import cos, radians, sin, tan

import numpy as np

from benchmarks.synthetic.scene import Camera, Floats


def axes(camera: Camera) -> Floats:
    """Return the (3, 3) rows *right*, *down* and *forward* of the camera in world axes."""
    yaw, pitch, roll = (radians(a) for a in (camera.yaw_deg, camera.pitch_deg, camera.roll_deg))
    forward = np.array([-sin(yaw) * cos(pitch), cos(yaw) * cos(pitch), sin(pitch)])
    level_right = np.array([cos(yaw), sin(yaw), 0.0])
    level_up = np.cross(level_right, forward)
    right = cos(roll) * level_right + sin(roll) * level_up
    up = cos(roll) * level_up - sin(roll) * level_right
    return np.array([right, -up, forward])


def focal_px(camera: Camera) -> float:
    """Return the focal length in pixels; pixels are square."""
    return camera.height / 2 / tan(radians(camera.vertical_fov_deg) / 2)


def to_camera(camera: Camera, points: Floats) -> Floats:
    """Return (N, 3) metres to the right, down and forward of the camera for (N, 3) world points."""
    return (np.asarray(points, dtype=np.float64) - camera.position) @ axes(camera).T


def project(camera: Camera, points: Floats) -> Floats:
    """Return the (N, 2) pixel positions of (N, 3) world points in metres.

    Pixels count from the outer corner of the top-left pixel, x to the right and y down, so that the
    centre of that pixel is (0.5, 0.5). Points behind the camera have no meaningful position.
    """
    local = to_camera(camera, points)
    centre = np.array([camera.width / 2, camera.height / 2])
    return centre + focal_px(camera) * local[:, :2] / local[:, 2:]
