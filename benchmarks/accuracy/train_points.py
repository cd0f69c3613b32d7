"""Train the networks of levelback.metrics.skin_points, and of hips seen from the side, on rendered people.

    python -m benchmarks.accuracy.train_points DATA/learn-crops.npz [--group frontal] [--steps 16000]

Needs torch and the synthetic people (the true places are posed anew from each picture's number). The bodies of
`Split.LEARN` are in no other split, so that the calibration sees how well the networks do on people whom they do
not know. Colours, blur, noise, covered parts, misread silhouettes, turn, scale, shift and mirror images are varied
at every step.
Convolutions run in bfloat16, which is twice as fast where the processor has it.
Writes src/levelback/metrics/data/networks.npz; a second run with --group replaces that group alone.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.synthetic.camera import project
from benchmarks.synthetic.cases import Split, posed, sample_case
from benchmarks.synthetic.posture import turn
from benchmarks.synthetic.truth import points_of
from levelback.metrics import hips, skin_points
from levelback.metrics.skin_points import AHEAD_M, COLUMNS, GROUPS, ROWS, STEP, PointGroup
from levelback.metrics.unet import as_input
from levelback.pose.landmarks import View

TRAINED = GROUPS | {hips.SIDE_GROUP: hips.SIDE_POINTS}
OUT = Path(skin_points.__file__).parent / "data" / "networks.npz"
BATCH, STEPS, SIDE_STEPS = 16, 16000, 8000
"""Crops in a step, and steps; of side views there are half as many pictures."""
RATE = 4e-3
DECAY = 3e-2
TURN_DEG, SCALE, SHIFT = 2.5, 0.04, 2.5
HEAT_SHARE, HEAT_CELLS = 0.1, 2.4
MISJUDGED, BLOB_CELLS = 0.35, (3.0, 14.0)
"""Share of the crops whose silhouette is wrong at one place, and half the size of the place."""

Loss = Callable[[Tensor, Tensor, list[int]], Tensor]
"""From maps (n, k, rows / 2, columns / 2), places (n, k, 2) and the numbers of the crops (n)."""

PART = {"left": ("near", "far"), "right": ("far", "near")}


def step_of(channels: int, out: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution, normalised and rectified."""
    return nn.Sequential(nn.Conv2d(channels, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU())


class PointNetwork(nn.Module):
    """The small U-Net that skin_points reads; its layers have the same names."""

    def __init__(self, points: int) -> None:
        super().__init__()
        self.c1, self.c2, self.c3 = step_of(5, 24, 2), step_of(24, 48, 2), step_of(48, 72, 2)
        self.c4, self.c5 = step_of(72, 96, 2), step_of(96, 96)
        self.u3, self.u2, self.u1 = step_of(168, 48), step_of(96, 24), step_of(48, 24)
        self.m = nn.Conv2d(24, points, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, points, rows / 2, columns / 2) heat maps."""
        a = self.c1(x)
        b = self.c2(a)
        c = self.c3(b)
        d = self.c5(self.c4(c))
        for layer, skip in ((self.u3, c), (self.u2, b), (self.u1, a)):
            d = layer(torch.cat([functional.interpolate(d, scale_factor=2.0), skip], 1))
        return self.m(d)


def true_points(number: int, group: PointGroup, to_picture: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Return (k, 2) columns and rows of the group's points in the crop of picture `number` of the split."""
    case = sample_case(Split.LEARN, number)
    body = posed(case)
    place = points_of(body)
    frontal = case.view in ("front", "back")
    middle = {stem: (place[f"{stem}_left"] + place[f"{stem}_right"]) / 2 for stem in ("shoulder", "hip")}
    place["pelvis_up"] = middle["hip"] + AHEAD_M * body.rotation("root") @ [0.0, 0.0, 1.0]
    ahead = turn(yaw=body.heading_deg) @ [0.0, -1.0, 0.0]
    place["shoulder_ahead"] = middle["shoulder"] + (-AHEAD_M if case.view == "back" else AHEAD_M) * ahead
    if not frontal:
        for stem in {name.rsplit("_", 1)[0] for name in place if name.endswith("_left")}:
            for side, part in zip(("left", "right"), PART[case.view], strict=True):
                place[f"{stem}_{part}"] = place[f"{stem}_{side}"]
            place[f"{stem}_middle"] = (place[f"{stem}_left"] + place[f"{stem}_right"]) / 2
    pixels = project(case.camera, np.stack([place[name] for name in group.names(frontal=frontal)]))
    inside = np.linalg.solve(to_picture[:, :2], (pixels - to_picture[:, 2]).T).T
    return (inside - corner) / [STEP, -STEP]


def varied(
    crops: Tensor, points: Tensor, pairs: int, *, mirror: bool, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Return crops (n, 5, rows, columns) and points (n, k, 2) turned, scaled, shifted, mirrored and recoloured."""
    count = len(crops)
    flipped = torch.tensor((rng.random(count) < 0.5) & mirror)
    order = [*np.arange(2 * pairs).reshape(-1, 2)[:, ::-1].ravel(), *range(2 * pairs, points.shape[1])]
    crops = torch.where(flipped[:, None, None, None], crops.flip(3), crops)
    other = points[:, order] * torch.tensor([-1.0, 1.0]) + torch.tensor([float(COLUMNS), 0.0])
    points = torch.where(flipped[:, None, None], other, points)
    angle, scale = np.radians(rng.normal(0, TURN_DEG, count)), np.exp(rng.normal(0, SCALE, count))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    back = torch.tensor(np.stack([cos, -sin, sin, cos], -1).reshape(-1, 2, 2), dtype=torch.float32)
    shift = torch.tensor(rng.normal(0, SHIFT, (count, 1, 2)), dtype=torch.float32)
    centre = torch.tensor([COLUMNS / 2, ROWS / 2])
    moved = (points - centre) @ torch.linalg.inv(back).transpose(1, 2) + centre + shift
    down, across = torch.meshgrid(torch.arange(ROWS) + 0.5, torch.arange(COLUMNS) + 0.5, indexing="ij")
    cells = torch.stack([across, down], -1).reshape(1, -1, 2)
    source = ((cells - centre - shift) @ back.transpose(1, 2) + centre).reshape(count, ROWS, COLUMNS, 2)
    grid = source * 2 / torch.tensor([float(COLUMNS), float(ROWS)]) - 1
    crops = functional.grid_sample(crops, grid, align_corners=False, padding_mode="border")
    return _recoloured(crops, rng), moved


def _recoloured(crops: Tensor, rng: np.random.Generator) -> Tensor:
    count = len(crops)

    def numbers(values: np.ndarray) -> Tensor:
        return torch.tensor(values, dtype=torch.float32)

    colours, silhouette, back = crops[:, :3], crops[:, 3:4], crops[:, 4:]
    gain = np.exp(rng.normal(0, 0.25, (count, 1, 1, 1))) * np.exp(rng.normal(0, 0.1, (count, 3, 1, 1)))
    colours = (colours + 2) * numbers(gain) - 2 + numbers(rng.normal(0, 0.15, (count, 1, 1, 1)))
    grey = torch.tensor(rng.random(count) < 0.15)[:, None, None, None]
    colours = torch.where(grey, colours.mean(1, keepdim=True).expand_as(colours), colours)
    if rng.random() < 0.35:
        colours = functional.avg_pool2d(colours, 3, 1, 1, count_include_pad=False)
    colours = colours + numbers(rng.random((count, 1, 1, 1)) * 0.12) * torch.randn_like(colours)
    for one in np.flatnonzero(rng.random(count) < 0.3):
        height, width = rng.integers(8, 28, 2)
        top, left = rng.integers(0, ROWS - height), rng.integers(0, COLUMNS - width)
        colours[one, :, top : top + height, left : left + width] = numbers(rng.normal(0, 1, (3, 1, 1)))
    silhouette = _misjudged(silhouette, rng)
    lost = torch.tensor(rng.random(count) < 0.08)[:, None, None, None]
    return torch.cat([colours, torch.where(lost, -torch.ones_like(silhouette), silhouette), back], 1)


def _misjudged(silhouette: Tensor, rng: np.random.Generator) -> Tensor:
    """Return silhouettes (n, 1, rows, columns) of which some have a bite at the rim, or a bulge.

    A segmentation takes a shoulder before a wall of its colour for the wall, and a shelf for a shoulder.
    """
    silhouette = silhouette.clone()
    down, across = torch.meshgrid(torch.arange(ROWS), torch.arange(COLUMNS), indexing="ij")
    for one in np.flatnonzero(rng.random(len(silhouette)) < MISJUDGED):
        rim = torch.nonzero(silhouette[one, 0].abs() < 0.9)
        if len(rim):
            row, column = rim[int(rng.integers(len(rim)))]
            high, wide = rng.uniform(*BLOB_CELLS, 2)
            away = ((down - row) / high) ** 2 + ((across - column) / wide) ** 2
            blob = torch.sigmoid((1 - away) * 6)
            silhouette[one, 0] += blob * (float(rng.choice([-1, 1])) - silhouette[one, 0])
    return silhouette


def _centres(maps: Tensor) -> tuple[Tensor, Tensor]:
    """Return columns and rows, in cells of the crop, of the cells of heat maps."""
    rows, columns = maps.shape[2:]
    return 2 * torch.arange(columns) + 1.0, 2 * torch.arange(rows) + 1.0


def places_of(maps: Tensor) -> Tensor:
    """Return (n, k, 2) columns and rows of the mean over each heat map."""
    share = functional.softmax(maps.flatten(2), -1).reshape(maps.shape)
    across, down = _centres(maps)
    return torch.stack([(share.sum(2) * across).sum(-1), (share.sum(3) * down).sum(-1)], -1)


def losses(maps: Tensor, points: Tensor, pairs: int) -> Tensor:
    """Return the loss: of places, of the spans between partners, and of the heat maps themselves."""
    count, channels = maps.shape[:2]
    across, down = _centres(maps)
    places = places_of(maps)
    spans = [one[:, 0 : 2 * pairs : 2] - one[:, 1 : 2 * pairs : 2] for one in (places, points)]
    offset = (across - points[..., 0, None, None]) ** 2 + (down[:, None] - points[..., 1, None, None]) ** 2
    aim = functional.softmax((-offset / (2 * HEAT_CELLS**2)).reshape(count, channels, -1), -1)
    heat = -(aim * functional.log_softmax(maps.flatten(2), -1)).sum(-1).mean()
    near = functional.smooth_l1_loss(places, points, beta=0.5) + functional.smooth_l1_loss(
        spans[0], spans[1], beta=0.5
    )
    return near + HEAT_SHARE * heat


def train(
    crops: np.ndarray, points: np.ndarray, pairs: int, steps: int, loss_of: Loss, *, maps: int, mirror: bool
) -> PointNetwork:
    """Return the network with so many `maps` for (n, 5, rows, columns) crops and (n, k, 2) places.

    Places are `pairs` of a left and a right one, then single ones.
    """
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    network = PointNetwork(maps).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps, pct_start=0.15)
    waiting: list[int] = []
    recent = 0.0
    for step in range(1, steps + 1):
        if len(waiting) < BATCH:
            waiting = rng.permutation(len(crops)).tolist()
        chosen, waiting = waiting[:BATCH], waiting[BATCH:]
        x, y = torch.tensor(crops[chosen]), torch.tensor(points[chosen])
        x, y = varied(x, y, pairs, mirror=mirror, rng=rng)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            answer = network(x.contiguous(memory_format=torch.channels_last))
        loss = loss_of(answer.float(), y, chosen)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        schedule.step()
        recent = 0.98 * recent + 0.02 * float(loss.detach())
        if step % 250 == 0:
            print(f"    step {step}: loss {recent:.2f}", flush=True)
    return network.eval()


def stored(network: PointNetwork) -> dict[str, np.ndarray]:
    """Return the weights of every layer, normalisation folded in, as bytes with a scale per output."""
    parts: dict[str, np.ndarray] = {}
    for name, module in network.named_children():
        if isinstance(module, nn.Sequential):
            convolution, norm = module[0], module[1]
            gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            weights, bias = (
                convolution.weight * gain[:, None, None, None],
                norm.bias - norm.running_mean * gain,
            )
        else:
            weights, bias = module.weight, module.bias
        full = weights.detach().numpy()
        scale = np.abs(full).max(axis=(1, 2, 3)) / 127
        parts[f"{name}:weights"] = np.round(full / scale[:, None, None, None]).astype(np.int8)
        parts[f"{name}:scale"] = scale.astype(np.float32)
        parts[f"{name}:bias"] = bias.detach().numpy().astype(np.float32)
    return parts


def keep(network: PointNetwork, group: str, out: Path) -> None:
    """Write the network into `out`, beside those of other groups."""
    before = dict(np.load(out)) if out.exists() else {}
    new = {f"{group}:{key}": value for key, value in stored(network).items()}
    np.savez_compressed(out, **(before | new))


def number_of(picture: str) -> int:
    """Return the number of a picture called like ``learn-00012.jpg``."""
    return int(Path(str(picture)).stem.split("-")[1])


def training_set(table: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs (n, 5, rows, columns) and places (n, k, 2) of one of `TRAINED`."""
    crops, points = [], []
    at_hips = name == hips.SIDE_GROUP
    for i, (picture, view) in enumerate(zip(table["picture"], table["view"], strict=True)):
        if (view in ("front", "back")) == (name == "frontal"):
            corner = np.array([hips.X_LEFT, hips.Y_TOP]) if at_hips else table["corner"][i]
            crops.append(as_input(table["hips" if at_hips else "crop"][i], View(view)))
            points.append(true_points(number_of(picture), TRAINED[name], table["to_picture"][i], corner))
    return np.array(crops), np.array(points, np.float32)


def main() -> None:
    """Parse the command line, train, write after each network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("crops", type=Path)
    parser.add_argument("--group", choices=list(TRAINED), action="append")
    parser.add_argument("--steps", type=int, help=f"default: {STEPS}, from the side {SIDE_STEPS}")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    with np.load(options.crops) as loaded:
        table = dict(loaded)
    for name in options.group or TRAINED:
        crops, points = training_set(table, name)
        print(f"{name}: {len(crops)} pictures", flush=True)
        pairs = len(TRAINED[name].pairs)
        steps = options.steps or (STEPS if name == "frontal" else SIDE_STEPS)
        network = train(
            crops, points, pairs, steps, lambda maps, places, _, pairs=pairs: losses(maps, places, pairs),
            maps=points.shape[1], mirror=name == "frontal",
        )  # fmt: skip
        keep(network, name, options.out)


if __name__ == "__main__":
    main()
