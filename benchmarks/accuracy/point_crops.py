"""Cut the crops that the small networks read, from every picture of a rendered split.

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
from levelback.metrics.body import body_frame
from levelback.metrics.hips import cut_hips
from levelback.metrics.roll import estimate_roll
from levelback.metrics.skin_points import crop_corner, cut
from levelback.pose.finder import PoseFinder
from levelback.pose.landmarks import View


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
                rows.append(
                    {
                        "picture": row["file"],
                        "view": row["view"],
                        "to_picture": body.to_picture,
                        "crop": cut(image, landmarks.silhouette, body),
                        "hips": cut_hips(image, landmarks.silhouette, body),
                        "corner": np.array(crop_corner(body)),
                    }
                )
    np.savez(options.out, **{name: np.array([row[name] for row in rows]) for name in rows[0]})


if __name__ == "__main__":
    main()
