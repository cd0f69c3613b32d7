"""Cut the crops that the networks of skin points read, from every picture of a rendered split.

    python -m benchmarks.accuracy.point_crops DATA/fit DATA/fit-crops.npz

The pictures go through pose finder and camera roll as in the product, with the true view.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.extract import read_truth
from levelback.capture import read_photo
from levelback.errors import LevelbackError
from levelback.metrics.body import Body, body_frame, resample
from levelback.metrics.roll import estimate_roll
from levelback.metrics.skin_points import COLUMNS, ROWS, STEP, crop_corner
from levelback.pose.finder import PoseFinder
from levelback.pose.landmarks import View

CROPS = ("upper", "pelvis")


def crops_of(image: np.ndarray, silhouette: np.ndarray, body: Body) -> dict[str, Any]:
    """Return both crops (rows, columns, 4), their corners, and how the body frame lies in the picture."""
    colours = np.dstack([image, silhouette])
    corners = {crop: crop_corner(body, crop) for crop in CROPS}
    patches = {
        crop: resample(colours, body, (x, x + COLUMNS * STEP), (y - ROWS * STEP, y), STEP)
        for crop, (x, y) in corners.items()
    }
    return {
        "to_picture": body.to_picture,
        **patches,
        **{f"{crop}_corner": np.array(corner) for crop, corner in corners.items()},
    }


def main() -> None:
    """Parse the command line, cut and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with PoseFinder() as finder:
        for row in read_truth(options.folder):
            try:
                image = read_photo(options.folder / row["file"]).image
                landmarks = finder.find(image, view=View(row["view"])).landmarks
                body = body_frame(landmarks, estimate_roll(image, landmarks.silhouette).estimate.value)
            except (LevelbackError, ValueError) as error:
                print(f"{row['file']}: {error}")
                continue
            if landmarks.silhouette is not None:
                crops = crops_of(image, landmarks.silhouette, body)
                rows.append({"picture": row["file"], "view": row["view"], **crops})
    np.savez(options.out, **{name: np.array([row[name] for row in rows]) for name in rows[0]})


if __name__ == "__main__":
    main()
