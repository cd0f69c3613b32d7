"""What the page and the program say to each other, as the OpenAPI description shows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from levelback.advice import load_questions

AnswerMap = dict[Annotated[str, Field(max_length=60)], bool | int | Annotated[str, Field(max_length=60)]]
Place = tuple[Annotated[float, Field(ge=-1e5, le=1e5)], Annotated[float, Field(ge=-1e5, le=1e5)]]
ViewName = Literal["front", "back", "left", "right"]


class Strict(BaseModel):
    """Takes what it names and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """Why something was not done, and what to do: for the person at the screen."""

    message: str


class PhotoOptions(Strict):
    """What somebody says about a photo."""

    view: ViewName | None = None
    mirrored: bool | None = None
    height_cm: Annotated[float, Field(ge=50, le=260)] | None = None
    fast: bool = False
    markers: bool = False


class Upload(PhotoOptions):
    """The same, with the name of the file that is sent."""

    name: Annotated[str, Field(max_length=400)] = "photo.jpg"


class PhotoState(BaseModel):
    """How far a photo has come. `ahead`: how many wait before it."""

    id: str
    state: Literal["waiting", "working", "done", "failed"]
    step: str
    ahead: int
    message: str


class NumberView(BaseModel):
    """One measured number: ``4.2° left higher``, its 95 % range, and what both mean."""

    name: str
    says: str
    interval: str
    explained: str


class PhotoView(BaseModel):
    """A measured photo: the report as data, as pieces of HTML, and what to draw over the picture.

    `numbers` in words, by measure id, in the order of the report.
    """

    id: str
    report: dict[str, Any]
    headline: str
    numbers: dict[str, NumberView]
    words: str
    rest: str
    overlay: dict[str, Any]
    options: PhotoOptions


class Moved(Strict):
    """All landmarks that a hand has moved: name to (x, y) in pixels of the full photo."""

    places: Annotated[dict[Annotated[str, Field(max_length=40)], Place], Field(max_length=33)]


def _answers_schema(schema: dict[str, Any]) -> None:
    """Write into the description which questions there are and what fits them."""
    sides = {"enum": ["left", "right", "both", "no"]}
    kinds = {
        question.id: {
            "yes_no": {"type": "boolean"},
            "side": sides,
            "choice": {"enum": list(question.options)},
            "number": {"type": "integer", "minimum": question.low, "maximum": question.high},
        }[question.kind]
        for question in load_questions().values()
    }
    schema.clear()
    schema.update(type="object", properties=kinds, additionalProperties=False)


class Answered(Strict):
    """Answers to the screening questions, by question id."""

    answers: Annotated[AnswerMap, Field(max_length=80, json_schema_extra=_answers_schema)]


class Several(Strict):
    """Photos on the desk, by id."""

    photos: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=12)]


class Together(Several):
    """Photos of one person, and the answers to the screening questions."""

    answers: Annotated[AnswerMap, Field(max_length=80, json_schema_extra=_answers_schema)] = {}


class TogetherView(BaseModel):
    """One report of several photos: headline, what was seen, numbers and plan."""

    headline: str
    numbers: dict[str, NumberView]
    words: str
    rest: str


class QuestionView(BaseModel):
    """One screening question. `group_title` heads its group."""

    id: str
    group: str
    group_title: str
    kind: Literal["yes_no", "side", "choice", "number"]
    text: str
    options: list[str]
    low: int
    high: int


class ScreeningView(BaseModel):
    """What the answers allow."""

    status: Literal["clear", "not_answered", "see_doctor_first", "no_exercise"]
    reasons: list[str]


class PictureView(BaseModel):
    """One picture of an exercise; `mirrored`: to be shown as its mirror image."""

    src: str
    alt: str
    mirrored: bool


class LiveExercise(BaseModel):
    """An exercise that can be coached live.

    explained   the exercise of the catalogue that says how it is done, if there is one;  picture: how it ends
    placement   where the camera belongs
    """

    id: str
    name: str
    explained: str | None
    picture: PictureView | None
    placement: str
    sides: bool


class ExerciseView(BaseModel):
    """One exercise of the catalogue."""

    id: str
    name: str
    phase: str
    purpose: str
    muscles: list[str]
    sides: str
    equipment: list[str]
    setup: str
    steps: list[str]
    feel: str
    faults: list[str]
    easier: str
    harder: str
    dose: str
    live: bool
    source: str
    pictures: dict[Literal["left", "right", "both"], list[PictureView]]


class PersonName(Strict):
    """Whose history it is."""

    person: Annotated[str, Field(min_length=1, max_length=100)]


class ProgressFile(PersonName):
    """Whose progress to write. `blur_face`: hide the face in every picture, for sharing."""

    blur_face: bool = False


class KeptPhotos(PersonName):
    """Photos on the desk to keep for somebody. `pictures`: keep the pictures too."""

    photos: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=12)]
    pictures: bool = False


class KeptSet(PersonName):
    """A live set that has just ended, by its id, to keep for somebody."""

    id: Annotated[str, Field(max_length=40)]


class Done(BaseModel):
    """How many things were kept."""

    count: int


class PersonView(BaseModel):
    """Somebody in the history."""

    name: str
    sessions: int
    first: datetime | None
    last: datetime | None


class KeptPhotoView(BaseModel):
    """A photo of somebody's history whose picture was kept."""

    session: int
    at: datetime
    view: ViewName


class ProgressView(BaseModel):
    """How somebody's measures have changed: a headline, whose and when, and the rest as HTML."""

    headline: str
    subtitle: str
    html: str
