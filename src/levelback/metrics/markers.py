"""Sticker mode: round markers of one strong colour on bony points, found to a fraction of a pixel.

Flat dots or small balls of 10 to 20 mm on the shoulder tips (acromia), the front hip bones (ASIS), the
dimples at the back of the pelvis (PSIS) and the base of the neck (C7). Each anatomical point has a zone
relative to the landmarks (data/markers.toml); in it, small round spots are candidates. Markers of one
person share their colour, which tells them from moles, buttons and prints.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from levelback.metrics.blobs import Blob, find_blobs
from levelback.metrics.body import Body
from levelback.metrics.geometry import Floats
from levelback.pose.joints import Joint
from levelback.pose.landmarks import View

WORN: dict[View, tuple[str, ...]] = {
    View.FRONT: ("acromion_left", "acromion_right", "asis_left", "asis_right"),
    View.BACK: ("acromion_left", "acromion_right", "psis_left", "psis_right", "c7"),
    View.LEFT: ("acromion_left", "asis_left", "psis_left", "c7"),
    View.RIGHT: ("acromion_right", "asis_right", "psis_right", "c7"),
}
"""The markers that each view can show."""

_CENTER_SD_PX = 0.06
_CENTER_SD_RADII = 0.015
"""What a centre is off by beyond noise: compression, shading; of discs in pixels, of all in radii. Measured
on rendered people of the fit split."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Marker:
    """One marker: its centre (2,) in pixels, the covariance (2, 2) of it, px², and its radius, pixels."""

    point: Floats
    covariance: Floats
    radius: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Markers:
    """The markers of one picture by name (`WORN`), without those that were not found."""

    view: View
    found: dict[str, Marker]

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the markers that this view could show and that were not found."""
        return tuple(name for name in WORN[self.view] if name not in self.found)

    def mirrored(self, width: int) -> Markers:
        """Return what the mirrored picture would give, `width` pixels wide."""
        flip = np.diag([-1.0, 1.0])
        view = {View.LEFT: View.RIGHT, View.RIGHT: View.LEFT}.get(self.view, self.view)
        found = {
            _other_side(name): Marker(
                point=np.array([width - one.point[0], one.point[1]]),
                covariance=flip @ one.covariance @ flip,
                radius=one.radius,
            )
            for name, one in self.found.items()
        }
        return Markers(view=view, found=found)


def _other_side(name: str) -> str:
    swap = {"left": "right", "right": "left"}
    stem, _, side = name.rpartition("_")
    return f"{stem}_{swap[side]}" if side in swap else name


@cache
def marker_data() -> dict[str, Any]:
    """Return data/markers.toml."""
    return tomllib.loads((files("levelback.metrics") / "data" / "markers.toml").read_text(encoding="utf-8"))


def find_markers(image: NDArray[np.uint8], body: Body) -> Markers:
    """Return the markers of the subject.

    image   (height, width, 3) uint8 RGB that the landmarks of `body` refer to
    """
    candidates = {name: list(_candidates(image, body, name)) for name in WORN[body.view]}
    chosen = _same_kind(candidates)
    found = {name: _marker(one.blob) for name, one in chosen.items()}
    return Markers(view=body.view, found=found)


def _marker(blob: Blob) -> Marker:
    extra = _CENTER_SD_PX**2 + (_CENTER_SD_RADII * blob.axes[0]) ** 2
    return Marker(point=blob.center, covariance=blob.covariance + extra * np.eye(2), radius=blob.axes[0])


# --- candidates ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Candidate:
    """A spot that may be a marker; `offset`: from the middle of its zone, 1 on the border."""

    blob: Blob
    offset: float


def _candidates(image: NDArray[np.uint8], body: Body, name: str) -> Iterator[_Candidate]:
    """Yield the spots in the zone of one anatomical point that have the shape of a marker."""
    shape = marker_data()["shape"]
    center, reach = _zone(body, name)
    to_pixels, origin = body.to_picture[:, :2], body.to_picture[:, 2]
    half = (reach.max() + 4 * shape["radius"]) * body.scale_px
    middle = to_pixels @ center + origin
    size = np.array(image.shape[1::-1])
    low = np.clip(np.floor(middle - half), 0, size).astype(int)
    high = np.clip(np.ceil(middle + half), 0, size).astype(int)
    if (high - low).min() < 8:
        return
    window = np.ascontiguousarray(image[low[1] : high[1], low[0] : high[0]])
    for blob in find_blobs(window, shape["radius"] * body.scale_px):
        spot = blob.moved(low)
        offset = (np.linalg.solve(to_pixels, spot.center - origin) - center) / reach
        distance = float(np.hypot(*offset))
        if distance <= 1 and _is_marker_like(spot, body.scale_px):
            yield _Candidate(blob=spot, offset=distance)


def _zone(body: Body, name: str) -> tuple[Floats, Floats]:
    """Return centre and reach (2,) of the zone of one point, in the body frame."""
    stem, _, side = name.partition("_")
    zone = marker_data()["zones"]["frontal" if body.view.frontal else "side"][stem]
    center = np.array(zone["center"])
    if body.view.frontal and side == "right":
        center = center * [-1.0, 1.0]
    left = Joint.LEFT_HIP if zone["anchor"] == "hips" else Joint.LEFT_SHOULDER
    base = body.middle(left)
    if zone["anchor"] == "shoulder":
        base = _own_shoulder(body, side)
    return base + center, np.array(zone["reach"])


def _own_shoulder(body: Body, side: str) -> Floats:
    """Return the shoulder landmark of a side; in frontal views by its place, whatever its name."""
    shoulders = [body[Joint.LEFT_SHOULDER], body[Joint.RIGHT_SHOULDER]]
    if body.view.frontal:
        shoulders.sort(key=lambda point: -point[0])
    return shoulders[0 if side == "left" else 1]


def _is_marker_like(blob: Blob, scale_px: float) -> bool:
    shape = marker_data()["shape"]
    return bool(
        shape["radius_low"] <= blob.axes[0] / scale_px <= shape["radius_high"]
        and blob.roundness >= shape["roundness"]
        and blob.compactness >= shape["compactness"]
        and blob.chroma_step >= shape["chroma_step"]
        and blob.saliency >= shape["saliency"]
    )


# --- which belong together -----------------------------------------------------------------------


def _same_kind(candidates: dict[str, list[_Candidate]]) -> dict[str, _Candidate]:
    """Return the set of candidates, at most one per point, that fits best: many, alike, in their places.

    Every candidate is tried as the pattern of the others. A set of fewer than two is none.
    """
    best: tuple[float, dict[str, _Candidate]] = (0.0, {})
    for pattern in [one for group in candidates.values() for one in group]:
        chosen = _like(pattern, candidates)
        score = sum(2.0 - one.offset - _unlike(pattern.blob, one.blob) for one in chosen.values())
        if score > best[0]:
            best = (score, chosen)
    return best[1] if len(best[1]) >= 2 else {}


def _like(pattern: _Candidate, candidates: dict[str, list[_Candidate]]) -> dict[str, _Candidate]:
    """Return for each point the candidate like `pattern`, the best fitting first; no spot serves twice."""
    alike = [
        (one.offset + _unlike(pattern.blob, one.blob), name, one)
        for name, group in candidates.items()
        for one in group
        if _unlike(pattern.blob, one.blob) <= 1
    ]
    chosen: dict[str, _Candidate] = {}
    for _, name, one in sorted(alike, key=lambda entry: entry[:2]):
        taken = any(
            np.linalg.norm(one.blob.center - two.blob.center) < two.blob.axes[0] for two in chosen.values()
        )
        if name not in chosen and not taken:
            chosen[name] = one
    return chosen


def _unlike(one: Blob, two: Blob) -> float:
    """Return how much two spots differ in hue, saturation and size; above 1: not of one kind."""
    limits = marker_data()["color"]
    first, second = (blob.color[1:] for blob in (one, two))
    hues = np.degrees([np.arctan2(ab[1], ab[0]) for ab in (first, second)])
    hue = abs((hues[0] - hues[1] + 180) % 360 - 180) / limits["hue_deg"]
    chroma = abs(np.log(np.hypot(*first) / max(np.hypot(*second), 1e-6))) / np.log(limits["chroma_ratio"])
    size = abs(np.log(one.axes[0] / two.axes[0])) / np.log(limits["size_ratio"])
    return float(max(hue, chroma, size))
