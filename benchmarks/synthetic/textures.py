"""Pictures of wall and floor coverings that repeat without a seam, made with NumPy alone.

Each function takes a random generator and linear-light colours in 0…1 and returns a `Texture`.
Joints, seams and stripes are exactly vertical or horizontal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Color = tuple[float, float, float]
Image = NDArray[np.float32]
PX_PER_M = 400


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Texture:
    """A picture (h, w, 3) of linear-light reflectance that covers `width_m` by `height_m`."""

    picture: Image
    width_m: float
    height_m: float


def noise(
    rng: np.random.Generator, shape: tuple[int, int], slope: float, stretch: float = 1.0
) -> NDArray[np.float64]:
    """Return periodic noise of mean 0 and variance 1 whose amplitude falls as frequency**−slope.

    `stretch` above 1 draws the features out upwards, like grain in an upright board.
    """
    height, width = shape
    fy = np.fft.fftfreq(height)[:, None] * stretch
    fx = np.fft.rfftfreq(width)[None, :]
    frequency = np.hypot(fx, fy)
    frequency[0, 0] = np.inf
    white = np.fft.rfft2(rng.standard_normal(shape))
    values: NDArray[np.float64] = np.fft.irfft2(white * frequency**-slope, s=shape)
    return np.asarray(values / values.std())


def paint(rng: np.random.Generator, color: Color, mottle: float = 0.0) -> Texture:
    """A painted wall: a trace of the roller, and cloudy stains of relative size `mottle`."""
    shape = (1024, 1024)
    value = 1 + 0.01 * noise(rng, shape, 0.3) + mottle * noise(rng, shape, 1.6)
    return _texture(_shade(color, value))


def plaster(rng: np.random.Generator, color: Color, depth: float = 0.06) -> Texture:
    """Rough plaster, lit from above: dark and light flecks without a direction."""
    bumps = noise(rng, (1024, 1024), 0.9)
    relief = bumps - np.roll(bumps, 2, axis=0)
    return _texture(_shade(color, 1 + depth * relief / relief.std() + 0.03 * noise(rng, bumps.shape, 1.6)))


def carpet(rng: np.random.Generator, color: Color) -> Texture:
    """Short pile: fine grain and faint patches."""
    shape = (800, 800)
    return _texture(_shade(color, 1 + 0.10 * noise(rng, shape, 0.2) + 0.05 * noise(rng, shape, 1.3)))


def brick(rng: np.random.Generator, color: Color, mortar: Color) -> Texture:
    """Running bond of 0.24 m by 0.07 m bricks, each of its own shade."""
    width, height, joint = 96, 28, 4
    rows, columns = 24, 8
    shape = (rows * height, columns * width)
    y, x = np.indices(shape)
    row = y // height
    shifted = (x + (row % 2) * width // 2) % shape[1]
    shade = rng.normal(1.0, 0.13, (rows, columns))[row, shifted // width]
    value = shade + 0.06 * noise(rng, shape, 0.8)
    gap = (y % height < joint) | (shifted % width < joint)
    return _texture(
        np.where(gap[..., None], _shade(mortar, 1 + 0.05 * noise(rng, shape, 0.5)), _shade(color, value))
    )


def tiles(rng: np.random.Generator, color: Color, joint_color: Color, size_m: float, shade: float) -> Texture:
    """Square tiles with straight joints; `shade` is how much one tile differs from the next."""
    size = round(size_m * PX_PER_M)
    count = max(2, 900 // size)
    y, x = np.indices((count * size, count * size))
    value = 1 + shade * rng.standard_normal((count, count))[y // size, x // size]
    value = value + 0.02 * noise(rng, y.shape, 1.4)
    gap = (y % size < 2) | (x % size < 2)
    return _texture(np.where(gap[..., None], _shade(joint_color, np.ones(y.shape)), _shade(color, value)))


def boards(rng: np.random.Generator, color: Color, width_m: float, length_m: float | None = None) -> Texture:
    """Upright wooden boards side by side; with `length_m` also butt joints, as on a floor."""
    width = round(width_m * PX_PER_M)
    columns = max(3, 900 // width)
    height = 1000 if length_m is None else round(length_m * PX_PER_M)
    shape = (height, columns * width)
    y, x = np.indices(shape)
    column = x // width
    start = rng.integers(0, height, columns)[column]
    shade = rng.normal(1.0, 0.09, columns)[column]
    grain = np.stack([noise(rng, (height, width), 0.9, stretch=25) for _ in range(columns)], axis=1)
    value = shade + 0.07 * grain.reshape(shape)
    gap = x % width < 2
    if length_m is not None:
        gap |= (y - start) % height < 2
    return _texture(_shade(color, np.where(gap, 0.35 * value, value)))


def stripes(rng: np.random.Generator, color: Color, second: Color, period_m: float) -> Texture:
    """Wallpaper with upright stripes."""
    period = round(period_m * PX_PER_M)
    shape = (256, max(2, 900 // period) * period)
    x = np.indices(shape)[1] % period
    cloth = 1 + 0.02 * noise(rng, shape, 0.3)
    second_here = (x < 0.45 * period)[..., None]
    return _texture(np.where(second_here, _shade(second, cloth), _shade(color, cloth)))


def painting(rng: np.random.Generator) -> Texture:
    """An abstract picture for a frame on the wall; it does not repeat."""
    shape = (160, 128)
    weight = np.stack([noise(rng, shape, 2.0) for _ in range(3)])
    palette = rng.uniform(0.02, 0.8, (3, 3))
    share = np.exp(3 * weight)
    return _texture(np.einsum("khw,kc->hwc", share / share.sum(axis=0), palette))


def view_outside(rng: np.random.Generator) -> Texture:
    """What a window shows: a bright sky over blurred trees."""
    shape = (256, 192)
    height = np.linspace(1, 0, shape[0])[:, None]
    trees = 1 / (1 + np.exp(30 * (height - 0.45 - 0.08 * noise(rng, shape, 1.8))))
    sky = np.array([0.75, 0.87, 1.0]) * (0.75 + 0.25 * height[..., None])
    green = np.array([0.10, 0.16, 0.06]) * np.clip(1 + 0.5 * noise(rng, shape, 1.0), 0.2, 3)[..., None]
    return _texture(sky * (1 - trees[..., None]) + green * trees[..., None])


def _shade(color: Color, value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(color) * value[..., None]


def _texture(picture: NDArray[np.float64]) -> Texture:
    height, width = picture.shape[:2]
    return Texture(
        picture=np.clip(picture, 0.01, 0.95).astype(np.float32),
        width_m=width / PX_PER_M,
        height_m=height / PX_PER_M,
    )
