"""Cut the crops that the small networks read, from every picture of a rendered split.

    python -m benchmarks.accuracy.point_crops DATA/learn DATA/learn-crops.npz [--jobs 2]

The pictures go through pose finder and camera roll as in the product, with the true view.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import cache
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


@cache
def _finder() -> PoseFinder:
    """Return this process's pose finder."""
    return PoseFinder()


def crops_of(job: tuple[Path, str]) -> dict[str, Any] | None:
    """Return the crops of one picture, (path, true view), and where they lie; None where nobody is found."""
    path, view = job
    try:
        image = read_photo(path).image
        landmarks = _finder().find(image, view=View(view)).landmarks
        body = body_frame(landmarks, estimate_roll(image, landmarks.silhouette).estimate.value)
    except (LevelbackError, ValueError) as error:
        print(f"{path.name}: {error}")
        return None
    if landmarks.silhouette is None:
        return None
    return {
        "picture": path.name,
        "view": view,
        "to_picture": body.to_picture,
        "crop": cut(image, landmarks.silhouette, body),
        "hips": cut_hips(image, landmarks.silhouette, body),
        "corner": np.array(crop_corner(body)),
    }


def main() -> None:
    """Parse the command line, cut and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    work = [(options.folder / row["file"], row["view"]) for row in read_truth(options.folder)]
    with ProcessPoolExecutor(options.jobs) as pool:
        rows = [row for row in pool.map(crops_of, work, chunksize=4) if row is not None]
    np.savez(options.out, **{name: np.array([row[name] for row in rows]) for name in rows[0]})


if __name__ == "__main__":
    main()
