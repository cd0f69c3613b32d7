"""Finding the person in a picture: who is the subject, and where the landmarks are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np

from levelback.errors import NoPersonFound
from levelback.pose.bundle import Bundle, open_bundle
from levelback.pose.crops import Crop, Floats, Image, Picture
from levelback.pose.face import NO_FACE, face_structure
from levelback.pose.joints import JOINT_COUNT
from levelback.pose.landmarks import Landmarks, View
from levelback.pose.models import LANDMARK_SIDE, LandmarkModel, PersonDetector, Reading
from levelback.pose.people import FirstPass, LiteRtFirstPass, Person, covered
from levelback.pose.refine import Averaged, refine, worker_count
from levelback.pose.silhouette import silhouette_of
from levelback.pose.view import turn_deg, view_of


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Found:
    """The subject's landmarks, and who else is there.

    people          number of people in the picture, the subject included
    others          the other people
    overlap         part of the subject's box that others' boxes cover, 0…1
    score           landmark model's score for the subject, 0…1
    detector_score  detector's score for the subject, 0…1
    world           (33, 3) metres round the hips, x to the picture's right, y down, z away from the camera;
                    a hint about depth only, never for asymmetry
    turn_deg        how far the subject is turned, rough: 0 front, positive to the subject's left, ±180 back
    swapped         part of the crops that saw left and right the other way round, in the whole body or
                    in a part of it, 0…1: high where front and back are easily confused
    """

    landmarks: Landmarks
    people: int
    others: tuple[Person, ...]
    overlap: float
    score: float
    detector_score: float
    world: Floats
    turn_deg: float
    swapped: float


def prominence(person: Person, width: int, height: int) -> float:
    """Return how much `person` looks like the subject: large, central, whole and surely seen.

    The product of the body's size in the picture, the part of its landmarks inside the picture, both
    scores, and 1 in the middle of the picture falling to ½ at its edge.
    """
    x, y = person.points.T
    inside = float(((x >= 0) & (x < width) & (y >= 0) & (y < height)).mean())
    off_centre = min(1.0, abs(person.roi.x / width - 0.5) * 2)
    return person.roi.size * inside * person.score * person.detector_score * (1 - off_centre / 2)


def overlap_of(subject: Person, others: Sequence[Person]) -> float:
    """Return the largest part of the subject's box that one other person's box covers."""
    return max((covered(subject, other) for other in others), default=0.0)


def _named(mean: Averaged, image: Image, view: View | None) -> tuple[Averaged, float]:
    """Return the landmarks with left and right named as the view demands, and how far the body is turned.

    The view is `view`, where it is given. Otherwise a front view without a face is a back view.
    """
    turn = turn_deg(mean.points, mean.world)
    seen = view_of(turn)
    if view is None:
        wrong = seen is View.FRONT and face_structure(image, mean.points) < NO_FACE
    else:
        wrong = {seen, view} == {View.FRONT, View.BACK}
    if not wrong:
        return mean, turn
    mean = mean.exchanged()
    return mean, turn_deg(mean.points, mean.world)


class PoseFinder:
    """Finds the subject of a photo. Holds the models; close it, or use it in a ``with`` block.

    Not for use by two threads at once.
    """

    def __init__(
        self,
        bundle: Bundle | None = None,
        *,
        first_pass: FirstPass | None = None,
        threads: int | None = None,
    ) -> None:
        """Open the models of `bundle` (by default the one that comes with levelback).

        `threads` is how many crops to read at once: by default as many as the machine has cores, at most
        four; 1 where every core has a process of its own. Raises ModelError where the bundle is missing
        or damaged.
        """
        self.bundle = bundle or open_bundle()
        self._threads = threads or worker_count()
        # The detector first: both are ready in 64 ms so, and in 74 ms the other way round.
        detector = PersonDetector(self.bundle.detector, threads=min(2, self._threads))
        self._looker = LandmarkModel(self.bundle.landmarker, threads=min(2, self._threads))
        # One look is over sooner with two threads, many side by side with one thread each.
        self._models = [self._looker] if self._threads == 1 else []
        self._first = first_pass or LiteRtFirstPass(detector, self._looker)

    def find(
        self,
        image: Image,
        *,
        fast: bool = False,
        view: View | None = None,
        on_landmarks: Callable[[], object] = lambda: None,
    ) -> Found:
        """Return the subject of (height, width, 3) uint8 RGB `image`.

        `fast` makes a single pass; otherwise the landmarks are averaged over many crops and carry their
        covariance. `view` overrules what the picture says. `on_landmarks` is called when only the silhouette
        is still to come, which leaves cores idle. Raises NoPersonFound.
        """
        height, width = image.shape[:2]
        people = self._first.people(image, everybody=not fast)
        if not people:
            raise NoPersonFound(
                "Nobody was found in this picture. "
                "Use one that shows the whole body, well lit and not too small."
            )
        subject = max(people, key=lambda person: prominence(person, width, height))
        others = tuple(person for person in people if person is not subject)
        mean, readings = self._single(image, subject) if fast else self._refined(image, subject)
        mean, turn = _named(mean, image, view)
        on_landmarks()
        landmarks = Landmarks(
            points=mean.points,
            visibility=mean.visibility,
            covariance=mean.covariance,
            silhouette=silhouette_of(readings, image, sharpen=not fast),
            width=width,
            height=height,
            view=view or view_of(turn),
            passes=mean.passes,
        )
        return Found(
            landmarks=landmarks,
            people=len(people),
            others=others,
            overlap=overlap_of(subject, others),
            score=mean.score,
            detector_score=subject.detector_score,
            world=mean.world,
            turn_deg=turn,
            swapped=mean.swapped,
        )

    def _single(self, image: Image, subject: Person) -> tuple[Averaged, list[Reading]]:
        reading = subject.reading or self._look(image, subject.roi)
        mean = Averaged(
            points=subject.points,
            covariance=np.zeros((2 * JOINT_COUNT, 2 * JOINT_COUNT)),
            visibility=subject.visibility,
            world=subject.world,
            score=subject.score,
            passes=1,
            swapped=0.0,
        )
        return mean, [reading]

    def _refined(self, image: Image, subject: Person) -> tuple[Averaged, list[Reading]]:
        while len(self._models) < self._threads:
            self._models.append(LandmarkModel(self.bundle.landmarker))
        # After a second look at the body, feet seen from behind err by a sixth less on the validation split.
        return refine(self._models, image, self._look(image, subject.roi).roi)

    def _look(self, image: Image, roi: Crop) -> Reading:
        picture = Picture.shrunk(image, crop_px=roi.size, side=LANDMARK_SIDE)
        return self._looker.read(picture, roi)

    def close(self) -> None:
        """Free the models."""
        self._first.close()
        self._models.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
