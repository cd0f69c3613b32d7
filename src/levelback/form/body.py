"""One person in one picture as plain numbers, which is what the signals are computed from.

Plain floats, since a set is followed many times a second and NumPy is slow on single numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from levelback.pose.joints import Joint
from levelback.pose.landmarks import Landmarks

Part = Literal["ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index"]
Point = tuple[float, float]
SEEN = 0.15
"""Visibility from which a landmark counts. BlazePose gives a far limb that it places well 0.2 and more."""
NAN = float("nan")
NOWHERE: Point = (NAN, NAN)
LEFT: dict[str, int] = {
    "ear": Joint.LEFT_EAR,
    "shoulder": Joint.LEFT_SHOULDER,
    "elbow": Joint.LEFT_ELBOW,
    "wrist": Joint.LEFT_WRIST,
    "hip": Joint.LEFT_HIP,
    "knee": Joint.LEFT_KNEE,
    "ankle": Joint.LEFT_ANKLE,
    "heel": Joint.LEFT_HEEL,
    "foot_index": Joint.LEFT_FOOT_INDEX,
}
"""Index of the left landmark of each part; the right one follows it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """One person in one picture. Pixels, x to the right and y down.

    points          33 (x, y); visible: 33 in 0…1
    hip, shoulder   midpoints
    trunk           length of the line between them, which other lengths are parts of;  scale: the same,
                    averaged over half a minute, for what is small beside the changes of a trunk that bends
    front           +1 where the person faces the right of the picture, −1 the left, near 0 the camera
    speed           how fast the trunk moves, in trunk lengths a second
    width, height   of the picture
    outline         how far the body reaches above the line of the trunk; see `Landmarks.outline`
    """

    points: list[list[float]]
    visible: list[float]
    hip: Point
    shoulder: Point
    trunk: float
    scale: float
    front: float
    speed: float
    width: int
    height: int
    outline: list[float] | None = None

    def at(self, part: str, side: int) -> Point:
        """Return where a part is; `side` 0 is left, 1 right. NaN where it is hidden."""
        index = LEFT[part] + side
        if self.visible[index] < SEEN:
            return NOWHERE
        x, y = self.points[index]
        return x, y

    def either(self, part: str) -> Point:
        """Return the middle of a pair, or the one of it that is seen."""
        left, right = self.at(part, 0), self.at(part, 1)
        if math.isnan(left[0]) or math.isnan(right[0]):
            return right if math.isnan(left[0]) else left
        return (left[0] + right[0]) / 2, (left[1] + right[1]) / 2

    @property
    def center(self) -> Point:
        """The middle of the trunk."""
        return (self.hip[0] + self.shoulder[0]) / 2, (self.hip[1] + self.shoulder[1]) / 2

    @property
    def head(self) -> float:
        """+1 where the head lies to the right of the hips in the picture, otherwise −1."""
        return 1.0 if self.shoulder[0] >= self.hip[0] else -1.0


def body_of(landmarks: Landmarks, front: float = 0.0, speed: float = 0.0) -> Body | None:
    """Return the person as plain numbers; None where shoulders or hips are not seen."""
    points, visible = landmarks.points.tolist(), landmarks.visibility.tolist()
    hip, shoulder = _middle(points, visible, "hip"), _middle(points, visible, "shoulder")
    trunk = math.dist(hip, shoulder)
    if not trunk > 0:
        return None
    return Body(
        points=points,
        visible=visible,
        hip=hip,
        shoulder=shoulder,
        trunk=trunk,
        scale=trunk,
        front=front,
        speed=speed,
        width=landmarks.width,
        height=landmarks.height,
        outline=None if landmarks.outline is None else landmarks.outline.tolist(),
    )


def facing(landmarks: Landmarks) -> float:
    """Return where the person faces in the picture: −1 left … +1 right, near 0 towards the camera.

    Knees bend forwards, whatever the feet do, and the nose is ahead of the ears.
    """
    points = landmarks.points.tolist()
    x = [point[0] for point in points]
    ahead: float = 1.5 * (x[Joint.NOSE] - (x[Joint.LEFT_EAR] + x[Joint.RIGHT_EAR]) / 2)
    trunk = 1e-9
    for side in (0, 1):
        hip, knee, ankle, shoulder = (LEFT[part] + side for part in ("hip", "knee", "ankle", "shoulder"))
        ahead += x[knee] - (x[hip] + x[ankle]) / 2
        trunk = max(trunk, math.dist(points[hip], points[shoulder]))
    return max(-1.0, min(1.0, ahead / (0.4 * trunk)))


def _middle(points: list[list[float]], visible: list[float], part: str) -> Point:
    left, right = LEFT[part], LEFT[part] + 1
    pair = [points[index] for index in (left, right) if visible[index] >= SEEN]
    if not pair:
        return NOWHERE
    return sum(x for x, _ in pair) / len(pair), sum(y for _, y in pair) / len(pair)
