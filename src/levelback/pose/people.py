"""The first pass: who is in the picture, from one look at each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from levelback.pose.crops import Crop, Floats, Image, Picture
from levelback.pose.models import LANDMARK_SIDE, LandmarkModel, PersonDetector, Reading

MIN_SCORE = 0.5
MAX_PEOPLE = 6


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

    def people(self, image: Image) -> list[Person]:
        """Return the people in (height, width, 3) RGB `image`, best first; empty if none."""
        ...

    def close(self) -> None:
        """Free what is held."""
        ...


class LiteRtFirstPass:
    """The first pass by the two models run directly; people who are small are searched in squares."""

    def __init__(self, detector: PersonDetector, model: LandmarkModel) -> None:
        self._detector = detector
        self._model = model

    def people(self, image: Image) -> list[Person]:
        """Return the people in `image`, best first."""
        found = self._look(image, None)
        for parts in (2, 3):
            if found:
                break
            for square in search_squares(image.shape[1], image.shape[0], parts):
                found = _merged([*found, *self._look(image, square)])
        return found

    def _look(self, image: Image, within: Crop | None) -> list[Person]:
        people: list[Person] = []
        for detection in self._detector.detect(image, within=within)[:MAX_PEOPLE]:
            picture = Picture.shrunk(image, crop_px=detection.roi.size, side=LANDMARK_SIDE)
            reading = self._model.read(picture, detection.roi)
            if reading.score >= MIN_SCORE:
                people.append(_person(reading, detection.score))
        return _merged(people)

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


def _merged(people: Sequence[Person]) -> list[Person]:
    """Return the people without doubles: who stands within 15 % of another's size is the same."""
    kept: list[Person] = []
    for person in sorted(people, key=lambda one: -one.score * one.detector_score):
        distances = [
            np.linalg.norm(person.points - other.points, axis=1).mean() / other.roi.size for other in kept
        ]
        if all(distance > 0.12 for distance in distances):
            kept.append(person)
    return kept
