"""What a phone does to a clean picture: lens blur, sensor noise, sharpening and JPEG."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

WHITE_ELECTRONS = (400.0, 4000.0)
BLUR_PX = (0.3, 1.0)
SHARPEN = (0.0, 0.8)
QUALITY = (70, 96)


def photograph(picture: NDArray[np.uint8], seed: int) -> NDArray[np.uint8]:
    """Return the (h, w, 3) sRGB `picture` as a phone might have taken and saved it.

    Blur, grain, sharpening and JPEG quality are drawn from `seed` and move no edge. Grain is that of
    counted light (its variance grows with brightness), smoothed a little as phones do.
    """
    rng = np.random.default_rng(seed)
    light = (picture / 255.0) ** 2.2
    light = gaussian_filter(light, (*[rng.uniform(*BLUR_PX)] * 2, 0))
    electrons = np.exp(rng.uniform(*np.log(WHITE_ELECTRONS)))
    grain = rng.standard_normal(light.shape) * np.sqrt(light / electrons + (1.5 / electrons) ** 2)
    light += gaussian_filter(grain, (0.5, 0.5, 0))
    value = np.clip(light, 0, 1) ** (1 / 2.2)
    value += rng.uniform(*SHARPEN) * (value - gaussian_filter(value, (1.0, 1.0, 0)))
    shown = np.rint(255 * np.clip(value, 0, 1)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(shown).save(file, "JPEG", quality=int(rng.integers(*QUALITY)))
    return np.asarray(Image.open(file))
