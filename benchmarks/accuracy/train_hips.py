"""Train the network of levelback.metrics.hips on crops of rendered people.

    python -m benchmarks.accuracy.train_hips DATA/learn-crops.npz [--steps 16000]

Needs torch and the synthetic people: each is posed anew from the picture's number, and the plane of its
waistband, which is fixed to the pelvis, is cut with the skin. What the network is taught is where that cut
faces the camera, column by column, or that a shirt hangs over it. Variations of the crops and the file that is
written are those of `train_points`.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from benchmarks.accuracy.train_points import OUT, STEPS, keep, losses, number_of, places_of, train
from benchmarks.synthetic.body import rig
from benchmarks.synthetic.camera import project
from benchmarks.synthetic.cases import Case, Split, posed, sample_case
from benchmarks.synthetic.garments import figure_of
from benchmarks.synthetic.truth import points_of
from benchmarks.synthetic.wardrobe import waist_of
from levelback.metrics.hips import GROUP, POINTS, X_LEFT, Y_TOP
from levelback.metrics.skin_points import AHEAD_M, COLUMNS, ROWS, STEP
from levelback.metrics.unet import as_input
from levelback.pose.landmarks import View

PAIRS, COUNT = len(POINTS.pairs), len(POINTS.names(frontal=True))
LINE = 48
"""Points along a waistband."""

POINTS_SHARE, AHEAD_SHARE, NEAR_SHARE = 0.3, 0.3, 0.3
EDGE_CELLS = 1.5
FARTHEST = 20.0
"""Cells that a misplaced waistband counts at most."""


@cache
def skin_edges() -> np.ndarray:
    """Return the (n, 2) edges of the fine skin mesh."""
    quads = rig().fine_faces
    edges = np.sort(np.concatenate([quads[:, [i, (i + 1) % 4]] for i in range(4)]), axis=1)
    return np.unique(edges[edges[:, 0] != edges[:, 1]], axis=0)


def waistband(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """Return where the waistband faces the camera, and the points of `POINTS`: (n, 2) and (k, 2) pixels."""
    body = posed(case)
    figure = figure_of(body)
    below = waist_of(figure, case.outfit)
    start, end = skin_edges().T
    cut = (below[start] * below[end] < 0) & (np.abs(below[start] - below[end]) < 0.2)
    start, end = start[cut], end[cut]
    share = (below[start] / (below[start] - below[end]))[:, None]
    place, normal = ((1 - share) * one[start] + share * one[end] for one in (figure.posed, figure.normals))
    away = case.camera.position - place
    facing = np.einsum("nk,nk->n", away, normal) > 0.05 * np.linalg.norm(away, axis=1)
    joints = points_of(body)
    ahead = body.rotation("root") @ [0.0, -1.0, 0.0] * [1.0, 1.0, 0.0]
    ahead *= (AHEAD_M if case.view == "front" else -AHEAD_M) / np.linalg.norm(ahead)
    joints["pelvis_ahead"] = (joints["hip_left"] + joints["hip_right"]) / 2 + ahead
    named = np.stack([joints[name] for name in POINTS.names(frontal=True)])
    return project(case.camera, place[facing]), project(case.camera, named)


def along_columns(cells: np.ndarray) -> np.ndarray | None:
    """Return (LINE, 2) columns and rows along a waistband's (n, 2) cells; None where too few are in the crop."""
    near = np.abs(cells[:, 0] - (np.arange(COLUMNS) + 0.5)[:, None]) < 1.5
    columns = np.flatnonzero(near.any(axis=1))
    if len(columns) < 8:
        return None
    rows = [np.median(cells[near[column], 1]) for column in columns]
    at = np.linspace(columns[0], columns[-1], LINE)
    return np.stack([at + 0.5, np.interp(at, columns, rows)], axis=1)


def training_set(table: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return inputs (n, 5, rows, columns), places (n, k + LINE, 2) and whether a shirt hides the band (n)."""
    crops, places, hidden = [], [], []
    for i, (picture, view) in enumerate(zip(table["picture"], table["view"], strict=True)):
        if view not in ("front", "back"):
            continue
        case = sample_case(Split.LEARN, number_of(picture))
        to_picture = table["to_picture"][i]
        band, points = (
            (np.linalg.solve(to_picture[:, :2], (pixels - to_picture[:, 2]).T).T - [X_LEFT, Y_TOP])
            / [STEP, -STEP]
            for pixels in waistband(case)
        )
        line = along_columns(band)
        if line is not None:
            crops.append(as_input(table["hips"][i], View(view)))
            places.append(np.concatenate([points, line]))
            hidden.append(not case.outfit.waistband_visible)
    return np.array(crops), np.array(places, np.float32), np.array(hidden)


def rows_of_columns(lines: np.ndarray) -> np.ndarray:
    """Return (n, columns / 2) rows of (n, LINE, 2) waistbands; NaN beside the trunk and outside the crop."""
    at = 2 * np.arange(COLUMNS // 2) + 1.0
    rows = np.full((len(lines), len(at)), np.nan, np.float32)
    for row, line in zip(rows, lines, strict=True):
        order = np.argsort(line[:, 0])
        row[:] = np.interp(at, line[order, 0], line[order, 1], left=np.nan, right=np.nan)
    rows[~((rows > 1) & (rows < ROWS - 1))] = np.nan
    return rows


def loss_of(maps: Tensor, places: Tensor, hidden: Tensor) -> Tensor:
    """Return the mean loss: each column's waistband, or that it is hidden; and the points.

    maps   (n, k + 2, rows / 2, columns / 2): heat maps of the points, the waistband, and how hidden it is
    """
    edge, cover = maps[:, COUNT], maps[:, COUNT + 1].mean(1, keepdim=True)
    wanted = rows_of_columns(places[:, COUNT:].numpy())
    inside = torch.tensor(np.isfinite(wanted))
    row = torch.tensor(np.nan_to_num(wanted))
    at = (2 * torch.arange(ROWS // 2) + 1.0)[None, :, None]
    logs = functional.log_softmax(torch.cat([edge, cover], 1), 1)
    aim = functional.softmax(-((at - row[:, None]) ** 2) / (2 * EDGE_CELLS**2), 1)
    found = (functional.softmax(edge, 1) * at).sum(1)
    near = functional.smooth_l1_loss(found, row, beta=0.5, reduction="none").clamp(max=FARTHEST)
    shown = -(aim * logs[:, :-1]).sum(1) + NEAR_SHARE * near
    each = torch.where(hidden[:, None], -logs[:, -1], shown)
    points = losses(maps[:, :COUNT], places[:, :COUNT], PAIRS)
    across = (places_of(maps[:, COUNT - 1 : COUNT]) - places[:, COUNT - 1 : COUNT])[..., 0]
    ahead = functional.smooth_l1_loss(across, torch.zeros_like(across), beta=1.0)
    band = (each * inside).sum() / inside.sum()
    return band + POINTS_SHARE * points + AHEAD_SHARE * ahead


def main() -> None:
    """Parse the command line, train, write after each network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("crops", type=Path)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    with np.load(options.crops) as loaded:
        table = dict(loaded)
    crops, places, hidden = training_set(table)
    print(f"{GROUP}: {len(crops)} pictures", flush=True)
    covered = torch.tensor(hidden)
    network = train(
        crops, places, PAIRS, options.steps,
        lambda maps, moved, chosen: loss_of(maps, moved, covered[chosen]),
        maps=COUNT + 2, mirror=True,
    )  # fmt: skip
    keep(network, GROUP, options.out)


if __name__ == "__main__":
    main()
