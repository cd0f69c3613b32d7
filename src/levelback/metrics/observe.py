"""Everything that the estimators read from one picture, gathered once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from levelback.metrics import direct
from levelback.metrics.body import Body, body_frame
from levelback.metrics.features import (
    Features,
    frontal_features,
    sagittal_features,
    skin_point_features,
    turn_features,
)
from levelback.metrics.geometry import Floats
from levelback.metrics.hips import find_hip_points, read_hips
from levelback.metrics.roll import Segments, detect_lines, roll_from_segments, scene_segments
from levelback.metrics.skin_points import find_skin_points
from levelback.metrics.stance import roll_from_stance
from levelback.metrics.unet import load_networks
from levelback.metrics.values import Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks
from levelback.pose.view import off_view_deg, turn_deg

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_STEADY = (Joint.LEFT_SHOULDER, Joint.RIGHT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Observation:
    """One body in one picture, in numbers.

    direct    measures straight off the landmarks, by id; NaN where they do not show it
    jitter    root mean square spread of shoulders and hips over the crops, body units
    """

    roll: Roll
    body: Body
    features: Features
    direct: dict[str, float]
    jitter: float


def observe(
    image: NDArray[np.uint8],
    landmarks: Landmarks,
    *,
    world: Floats | None = None,
    roll: Roll | None = None,
    segments: Segments | None = None,
    fast: bool = False,
) -> Observation:
    """Return what `image` shows of the body.

    image   (height, width, 3) uint8 RGB that `landmarks` refer to
    world   (33, 3) metres, x to the picture's right, z away from the camera: the model's guess at depth,
            good for telling how far the body is turned and for nothing finer; None: no such guess
    roll    the camera roll where it is known; None: read it from the scene's lines, or else
            from the body's stance
    segments   of the scene, where they are known; None: find them
    fast    read the landmarks only, not outline, cloth and what networks see
    Raises ValueError where the shoulders are not above the ankles.
    """
    if roll is None:
        roll = roll_from_segments(segments or scene_segments(detect_lines(image), landmarks.silhouette))
        if roll.source == "assumed_level":
            roll = roll_from_stance(landmarks, fast=fast)
    body = body_frame(landmarks, roll.estimate.value)
    silhouette = None if fast else landmarks.silhouette
    frontal = landmarks.view.frontal
    variance = np.diag(body.covariance).reshape(len(Joint), 2)[list(_STEADY)]
    values = direct.frontal(body) if frontal else direct.sagittal(body)
    features = _features(image, silhouette, body)
    if world is not None:
        values["turn"] = off_view_deg(turn_deg(landmarks.points, world), landmarks.view)
        if frontal:
            features.odd.update(turn_features(values["turn"], body))
    return Observation(
        roll=roll,
        body=body,
        features=features,
        direct=values,
        jitter=float(np.sqrt(variance.mean())),
    )


def _features(image: NDArray[np.uint8], silhouette: NDArray[np.uint8] | None, body: Body) -> Features:
    """Return what the estimators read; shoulders and head are looked at while the rest is read."""
    if silhouette is None:
        return frontal_features(image, None, body) if body.view.frontal else sagittal_features(None, body)
    networks = load_networks()
    with _blas().limit(limits=1, user_api="blas"), ThreadPoolExecutor(1) as beside:
        points = beside.submit(find_skin_points, image, silhouette, body, networks)
        if body.view.frontal:
            reading = read_hips(image, silhouette, body, networks)
            features, found = frontal_features(image, silhouette, body, reading), reading.points
        else:
            features, found = (
                sagittal_features(silhouette, body),
                find_hip_points(image, silhouette, body, networks),
            )
    more = skin_point_features(points.result() | found, frontal=body.view.frontal)
    return Features(odd=features.odd | more.odd, even=features.even | more.even)


@cache
def _blas() -> ThreadpoolController:
    """Return the switch of NumPy's linear algebra: its threads wait busily, and take the time of others."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
