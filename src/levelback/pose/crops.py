"""Square crops of a picture, turned, scaled, shifted and mirrored, as the landmark model reads them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Crop:
    """A square of the picture. `x`, `y` is its centre and `size` its side, in picture pixels that count
    from the outer corner. `angle_deg` turns it clockwise, as seen. A `mirrored` crop is read from right
    to left.
    """

    x: float
    y: float
    size: float
    angle_deg: float = 0.0
    mirrored: bool = False

    def matrix(self, side: int) -> Floats:
        """Return the (2, 3) affine map from pixels of a `side` × `side` crop to picture pixels."""
        angle = np.radians(self.angle_deg)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        turn *= self.size / side
        if self.mirrored:
            turn[:, 0] *= -1
        centre = np.array([self.x, self.y])
        return np.column_stack([turn, centre - turn @ np.full(2, side / 2)])

    def mirror(self) -> Self:
        """Return the same square, read from the other side."""
        return replace(self, mirrored=not self.mirrored)

    def jittered(self, *, turn_deg: float, scale: float, shift_x: float, shift_y: float) -> Self:
        """Return a crop near this one; shifts are in parts of its size, along the picture's axes."""
        return replace(
            self,
            x=self.x + shift_x * self.size,
            y=self.y + shift_y * self.size,
            size=self.size * scale,
            angle_deg=self.angle_deg + turn_deg,
        )


def transform(matrix: Floats, points: Floats) -> Floats:
    """Return (n, 2) points mapped by a (2, 3) affine matrix."""
    return points @ matrix[:, :2].T + matrix[:, 2]


def centre_based(matrix: Floats) -> Floats:
    """Return the same affine map for coordinates that count from pixel centres, as OpenCV's do."""
    shifted = matrix.copy()
    shifted[:, 2] += matrix[:, :2] @ [0.5, 0.5] - 0.5
    return shifted


def _resized(image: Image, size: tuple[int, int]) -> Image:
    """Return `image` averaged over areas to (width, height)."""
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Picture:
    """A picture, shrunk without aliasing so that a crop near some size is read at about its own scale.

    `scale` is picture pixels per pixel of `image`.
    """

    image: Image
    scale: tuple[float, float]

    @classmethod
    def shrunk(cls, image: Image, *, crop_px: float, side: int, halved: bool = True) -> Self:
        """Return `image` reduced by area averaging for crops of about `crop_px`; never enlarged.

        halved   halve it first where that is exact: many times faster in OpenCV than reducing by a broken
                 factor, and a little softer
        """
        factor = crop_px / side
        height, width = image.shape[:2]
        if factor <= 1.05:
            return cls(image=image, scale=(1.0, 1.0))
        size = max(1, round(width / factor)), max(1, round(height / factor))
        half = width // 2, height // 2
        while (
            halved
            and half[0] >= size[0]
            and half[1] >= size[1]
            and image.shape[:2] == (2 * half[1], 2 * half[0])
        ):
            image = _resized(image, half)
            half = half[0] // 2, half[1] // 2
        return cls(image=_resized(image, size), scale=(width / size[0], height / size[1]))

    def read(self, crop: Crop, side: int) -> Image:
        """Return the (side, side, 3) pixels of `crop`; black outside of the picture."""
        matrix = np.diag(1 / np.array(self.scale)) @ crop.matrix(side)
        pixels = cv2.warpAffine(
            self.image, centre_based(matrix), (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        )
        return pixels.astype(np.uint8, copy=False)
