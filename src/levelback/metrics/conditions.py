"""How a photo was taken and read: what has to be alike before two photos of one person are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.geometry import Floats, percentile
from levelback.metrics.values import Roll
from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks

if TYPE_CHECKING:
    from levelback.metrics.body import Body  # loads OpenCV, which reading a report back does not need
    from levelback.metrics.roll import Segments

Mode = Literal["full", "fast", "markers"]

KNOWN_HEIGHT_SD = 0.08
"""A camera height less sure than this, in body units, is not told: of two such photos from one place 2 in 100
differ by the limit of comparability.toml. Engineering choice."""

PATCH = 0.05
"""Half the side of the patch of cloth whose colour is read, body units."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conditions:
    """How one photo was taken and read. None: the photo does not tell.

    mode             which estimators read it: `full`, `fast` (one look) or `markers`
    turn_deg         turn of the body from facing the camera squarely (or side-on), positive to the left
    person_share     height of the shoulders above the ankles, in heights of the picture
    camera_height    of the camera above the soles, in units of shoulders above ankles
    camera_distance  from the camera to the body, in the same unit; needs the focal length
    upper_color, lower_color   sRGB of what is worn, or of the skin, at the belly and at the thighs
    """

    mode: Mode
    turn_deg: float | None = None
    person_share: float | None = None
    camera_height: float | None = None
    camera_distance: float | None = None
    upper_color: str | None = None
    lower_color: str | None = None

    def mirrored(self) -> Self:
        """Return the conditions of the mirrored picture."""
        return self if self.turn_deg is None else replace(self, turn_deg=-self.turn_deg)


def read_conditions(
    image: NDArray[np.uint8],
    landmarks: Landmarks,
    body: Body,
    roll: Roll,
    *,
    mode: Mode,
    turn_deg: float | None,
    vertical_fov_deg: float | None,
    segments: Segments | None = None,
) -> Conditions:
    """Return how `image` was taken, as far as it shows.

    image      (height, width, 3) uint8 RGB that `landmarks` refer to
    body       made with `roll`
    turn_deg   what the calibrated head says; None: unknown
    vertical_fov_deg   of the picture, from its tags; None: unknown
    segments   of the scene, where they are known; None: find them
    """
    from levelback.metrics.horizon import estimate_horizon

    horizon = None
    if mode != "fast":
        horizon = estimate_horizon(
            image, landmarks.silhouette, body, roll, vertical_fov_deg, segments=segments
        )
    known = horizon is not None and horizon.height_sd < KNOWN_HEIGHT_SD
    sole = min(body[Joint.LEFT_HEEL][1], body[Joint.RIGHT_HEEL][1])
    return Conditions(
        mode=mode,
        turn_deg=None if turn_deg is None else _rounded(turn_deg),
        person_share=_rounded(body.scale_px / landmarks.height),
        camera_height=_rounded(horizon.height - sole) if horizon is not None and known else None,
        camera_distance=_rounded(horizon.distance) if horizon is not None and vertical_fov_deg else None,
        upper_color=_color(image, body, _between(body, Joint.LEFT_HIP, Joint.LEFT_SHOULDER, 0.4)),
        lower_color=_color(image, body, _between(body, Joint.LEFT_HIP, Joint.LEFT_KNEE, 0.3, one_side=True)),
    )


def _between(body: Body, start: Joint, end: Joint, share: float, *, one_side: bool = False) -> Floats:
    """Return the point part of the way from one joint to the other, in the body's middle or on its left."""
    first, last = (body[one] if one_side else body.middle(one) for one in (start, end))
    return np.asarray(first + share * (last - first))


def _color(image: NDArray[np.uint8], body: Body, point: Floats) -> str | None:
    """Return the median colour around a point of the body as ``#rrggbb``; None outside of the picture."""
    x, y = body.to_picture[:, :2] @ point + body.to_picture[:, 2]
    reach = max(1.0, PATCH * body.scale_px)
    rows, columns = (slice(max(0, round(c - reach)), max(0, round(c + reach))) for c in (y, x))
    patch = image[rows, columns].reshape(-1, 3)
    if len(patch) == 0:
        return None
    red, green, blue = (round(percentile(levels, 50)) for levels in patch.T)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _rounded(value: float) -> float:
    return round(float(value), 3)
