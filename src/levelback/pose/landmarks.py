"""What the pose stage hands on: where the body is in the picture, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from levelback.pose.joints import JOINT_COUNT, MIRROR, Joint


class View(StrEnum):
    """The side of the subject that the camera sees. ``LEFT``: the subject's left side is nearer."""

    FRONT = "front"
    BACK = "back"
    LEFT = "left"
    RIGHT = "right"

    @property
    def frontal(self) -> bool:
        """Whether left–right measures can be read (front or back)."""
        return self in (View.FRONT, View.BACK)


OUTLINE_POINTS = 9
MIRROR_VIEW = {
    View.FRONT: View.FRONT,
    View.BACK: View.BACK,
    View.LEFT: View.RIGHT,
    View.RIGHT: View.LEFT,
}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Landmarks:
    """33 landmarks of one person in one picture.

    Pixels count from the outer corner of the top-left pixel, x to the right and y down, so that the
    centre of that pixel is (0.5, 0.5).

    points      (33, 2) float64, pixels
    visibility  (33,) float64 in 0…1: chance that the landmark is in the picture and not hidden
    covariance  (66, 66) float64, px², of ``points.ravel()`` (x0, y0, x1, y1, …): spread of the mean
                over crops; zeros where a single pass gives none
    silhouette  (height, width) uint8, 0…255: chance that the pixel is the subject's; None if unknown
    width, height   of the picture in pixels
    view        which side of the subject the camera sees
    passes      number of crops that were averaged (1: a single pass)
    outline     (9,) float64: how far the body reaches above the line from its shoulders to its hips, in parts
                of that line, at tenths of it (`levelback.pose.back`); NaN where unseen, None if unknown
    """

    points: NDArray[np.float64]
    visibility: NDArray[np.float64]
    covariance: NDArray[np.float64]
    silhouette: NDArray[np.uint8] | None
    width: int
    height: int
    view: View
    passes: int = 1
    outline: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        shapes: dict[str, tuple[int, ...]] = {
            "points": (JOINT_COUNT, 2),
            "visibility": (JOINT_COUNT,),
            "covariance": (2 * JOINT_COUNT, 2 * JOINT_COUNT),
        }
        if self.outline is not None:
            shapes["outline"] = (OUTLINE_POINTS,)
        for name, shape in shapes.items():
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.shape != shape:
                raise ValueError(f"{name} has shape {array.shape}, expected {shape}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.silhouette is not None:
            mask = np.asarray(self.silhouette, dtype=np.uint8).view()
            if mask.shape != (self.height, self.width):
                raise ValueError(f"silhouette has shape {mask.shape}")
            mask.setflags(write=False)
            object.__setattr__(self, "silhouette", mask)

    def __getitem__(self, joint: Joint) -> NDArray[np.float64]:
        """Return the (2,) pixel position of one landmark."""
        return self.points[joint]  # type: ignore[no-any-return]

    def sd_px(self) -> NDArray[np.float64]:
        """Return the (33,) standard deviation of each landmark, root mean square of x and y, px."""
        variance = np.diag(self.covariance).reshape(JOINT_COUNT, 2).mean(axis=1)
        return np.sqrt(variance)  # type: ignore[no-any-return]

    def mirrored(self) -> Self:
        """Return what the mirrored picture would give: x reversed, left and right names exchanged."""
        order = np.stack([2 * MIRROR, 2 * MIRROR + 1], axis=1).ravel()
        sign = np.tile([-1.0, 1.0], JOINT_COUNT)
        points = self.points[MIRROR].copy()
        points[:, 0] = self.width - points[:, 0]
        return type(self)(
            points=points,
            visibility=self.visibility[MIRROR],
            covariance=self.covariance[np.ix_(order, order)] * np.outer(sign, sign),
            silhouette=None if self.silhouette is None else self.silhouette[:, ::-1],
            width=self.width,
            height=self.height,
            view=MIRROR_VIEW[self.view],
            passes=self.passes,
            outline=self.outline,
        )
