"""The pictures of the exercises: the same woman at the start and at the end of each, the left side working.

    python -m benchmarks.synthetic.exercise_pictures [ID ...] [--samples 3] [--out src/levelback/advice/pictures]

writes ``ID-start.webp`` and ``ID-end.webp``. Who works with the right side is shown their mirror image.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.synthetic.pictures.script import Drawing, load_drawings, scenes
from benchmarks.synthetic.scene import Scene

QUALITY = 82


def draw(drawing: Drawing, folder: Path, rays: int) -> None:
    """Write both pictures of an exercise: Cycles with `rays` a pixel, or the fast renderer for 0."""
    for name, scene in scenes(drawing).items():
        picture = Image.fromarray(_rendered(scene, rays))
        picture.save(folder / f"{drawing.id}-{name}.webp", quality=QUALITY, method=6)


def _rendered(scene: Scene, rays: int) -> np.ndarray:
    if rays == 0:
        from benchmarks.synthetic.fast import render as render_fast

        return render_fast(scene)
    from benchmarks.synthetic.cycles import render

    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder, "drawn.bmp")
        render(scene, drawn, samples=rays, threads=1)
        return np.asarray(Image.open(drawn).convert("RGB"))


def main(arguments: list[str] | None = None) -> None:
    """Draw all exercises, or those that are named."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.synthetic.exercise_pictures", description="Draw the exercises."
    )
    parser.add_argument("ids", nargs="*", metavar="ID", choices=[[], *load_drawings()])
    parser.add_argument("--samples", type=int, default=3, help="rays a pixel; 0: the fast renderer")
    parser.add_argument("--out", type=Path, default=Path("src/levelback/advice/pictures"))
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for id in options.ids or load_drawings():
        draw(load_drawings()[id], options.out, options.samples)
        sys.stderr.write(f"{id}\n")


if __name__ == "__main__":
    main()
