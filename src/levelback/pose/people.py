"""The first pass: who is in the picture, from one look at each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from levelback.pose.crops import Crop, Floats, Image, Picture
from levelback.pose.models import DETECTOR_SIDE, LANDMARK_SIDE, LandmarkModel, PersonDetector, Reading

MIN_SCORE = 0.5
MAX_PEOPLE = 6
SAME_BODY = 0.4
"""Who is covered more than this by somebody known, in a second look, is that same body."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Person:
    """Somebody in the picture, from a single pass.

    points (33, 2) px and visibility (33,) as in Landmarks; world (33, 3) m; roi the square round the
    body; score 0…1 of the landmark model, detector_score 0…1 of the detector; reading what the landmark
    model said, where it was asked directly
    """

    points: Floats
    visibility: Floats
    world: Floats
    roi: Crop
    score: float
    detector_score: float
    reading: Reading | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The upright box round the landmarks, (x0, y0, x1, y1) px."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


class FirstPass(Protocol):
    """Finds people in a picture with one look each."""

    def people(self, image: Image, *, everybody: bool = False) -> list[Person]:
        """Return the people in (height, width, 3) RGB `image`, best first; empty if none.

        `everybody` asks for a closer look at people beside the most visible ones.
        """
        ...

    def close(self) -> None:
        """Free what is held."""
        ...


class LiteRtFirstPass:
    """The first pass by the two models run directly; people who are small are searched in squares."""

    def __init__(self, detector: PersonDetector, model: LandmarkModel) -> None:
        self._detector = detector
        self._model = model

    def people(self, image: Image, *, everybody: bool = False) -> list[Person]:
        """Return the people in `image`, best first.

        The detector sees 224 × 224 pixels, and a large person outshines smaller ones. Where it finds
        nobody, or where `everybody` is wanted, it looks again in squares of half the size; where there is
        still nobody, of a third.
        """
        found = _merged(self._look(image, None, []))
        for parts in (2, 3):
            if found and not (everybody and parts == 2):
                break
            squares = search_squares(image.shape[1], image.shape[0], parts)
            shrunk = Picture.shrunk(image, crop_px=squares[0].size, side=DETECTOR_SIDE)
            for square in squares:
                found += self._look(image, square, found, shrunk)
        return found

    def _look(
        self, image: Image, within: Crop | None, known: Sequence[Person], shrunk: Picture | None = None
    ) -> list[Person]:
        """Return who is seen; in a square, only who is plainly apart from everybody known."""
        people: list[Person] = []
        for detection in self._detector.detect(image, within=within, shrunk=shrunk)[:MAX_PEOPLE]:
            others = [*known, *people] if within else []
            if any(_inside(detection.roi, one.box) for one in others):
                continue
            person = _person(self._reading(image, detection.roi), detection.score)
            if person.score >= MIN_SCORE and all(covered(person, one) < SAME_BODY for one in others):
                people.append(person)
        return people

    def _reading(self, image: Image, roi: Crop) -> Reading:
        """Return what the model says of `roi`.

        The detector now and then takes somebody who stands for somebody who hangs head down. Where it says
        so, the model looks both ways, and the surer answer counts.
        """
        picture = Picture.shrunk(image, crop_px=roi.size, side=LANDMARK_SIDE)
        ways = [roi, replace(roi, angle_deg=roi.angle_deg + 180)] if _head_down(roi) else [roi]
        return max((self._model.read(picture, way) for way in ways), key=lambda reading: reading.score)

    def close(self) -> None:
        """Nothing is held that would not free itself."""


def search_squares(width: int, height: int, parts: int) -> list[Crop]:
    """Return squares of 1/`parts` of the longer side that cover the picture, half overlapping."""
    size = max(width, height) / parts

    def starts(length: int) -> Floats:
        count = max(1, int(np.ceil(2 * (length - size) / size)) + 1)
        return np.linspace(size / 2, max(size / 2, length - size / 2), count)

    return [Crop(x=float(x), y=float(y), size=size) for y in starts(height) for x in starts(width)]


def _person(reading: Reading, detector_score: float) -> Person:
    return Person(
        points=reading.points,
        visibility=reading.visibility,
        world=reading.world,
        roi=reading.roi,
        score=reading.score,
        detector_score=detector_score,
        reading=reading,
    )


def covered(person: Person, other: Person) -> float:
    """Return the part of a person's box that the other's box covers, 0…1."""
    x0, y0, x1, y1 = person.box
    a0, b0, a1, b1 = other.box
    shared = max(0.0, min(x1, a1) - max(x0, a0)) * max(0.0, min(y1, b1) - max(y0, b0))
    return shared / max((x1 - x0) * (y1 - y0), 1e-9)


def _head_down(roi: Crop) -> bool:
    return bool(np.cos(np.radians(roi.angle_deg)) < 0)


def _inside(roi: Crop, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= roi.x <= box[2] and box[1] <= roi.y <= box[3]


def _merged(people: Sequence[Person]) -> list[Person]:
    """Return the people without doubles: landmarks within 12 % of another's square are the same body's."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda one: -one.score * one.detector_score):
        distances = [
            np.linalg.norm(person.points - other.points, axis=1).mean() / other.roi.size for other in kept
        ]
        if all(distance > 0.12 for distance in distances):
            kept.append(person)
    return kept
