"""The questions, what the answers allow, and the exercises."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from levelback.advice import check_answers, load_questions, screen
from levelback.advice.catalogue import Exercise, load_catalogue
from levelback.advice.describe import dose_text
from levelback.advice.pictures import POSITIONS, Picture, pictures_of
from levelback.advice.sources import spelled_out
from levelback.advice.values import FindingSide
from levelback.questionnaire import TITLES
from levelback.web.desk import Forgotten
from levelback.web.schemas import Answered, ExerciseView, PictureView, QuestionView, ScreeningView

router = APIRouter(tags=["plan"])


@router.get("/questions")
def questions() -> list[QuestionView]:
    """Return the screening questions, in the order in which to ask them."""
    return [
        QuestionView(
            id=one.id,
            group=one.group,
            group_title=TITLES[one.group],
            kind=one.kind,
            text=one.text,
            options=list(one.options) or (["left", "right", "both", "no"] if one.kind == "side" else []),
            low=one.low,
            high=one.high,
        )
        for one in load_questions().values()
    ]


@router.post("/screening")
def screening(answered: Answered) -> ScreeningView:
    """Say what answers allow; nothing is kept."""
    result = screen(check_answers(dict(answered.answers)))
    return ScreeningView(status=result.status, reasons=list(result.reasons))


@router.get("/exercises")
def exercises() -> list[ExerciseView]:
    """Return the catalogue, in the order of the phases."""
    return [_view(one) for one in load_catalogue().values()]


@router.get("/exercises/{id}")
def exercise(id: str) -> ExerciseView:
    """Return one exercise."""
    known = load_catalogue().get(id)
    if known is None:
        raise Forgotten("There is no exercise of this name.")
    return _view(known)


@router.get(
    "/exercises/{id}/{position}.webp",
    response_class=Response,
    responses={200: {"content": {"image/webp": {}}}},
)
def exercise_picture(id: str, position: Literal["start", "end"]) -> Response:
    """Return a picture of an exercise, with the left side at work."""
    pictures = pictures_of(id)
    if not pictures:
        raise Forgotten("There is no picture of this exercise.")
    file = pictures[POSITIONS.index(position)].file
    return Response(file.read_bytes(), media_type="image/webp", headers={"cache-control": "max-age=86400"})


def picture_address(picture: Picture) -> str:
    """Return where the page finds a picture of an exercise."""
    id, _, position = picture.file.stem.rpartition("-")
    return f"/api/exercises/{id}/{position}.webp"


def picture_views(id: str, side: FindingSide = "left") -> list[PictureView]:
    """Return the pictures of an exercise of the catalogue as the page shows them, start and end."""
    return [
        PictureView(src=picture_address(one), alt=one.alt, mirrored=one.mirrored)
        for one in pictures_of(id, side)
    ]


def _view(one: Exercise) -> ExerciseView:
    sides: tuple[FindingSide, ...] = ("left", "right") if one.sides == "each" else ("both",)
    return ExerciseView(
        id=one.id,
        name=one.name,
        phase=one.phase,
        purpose=one.purpose,
        muscles=list(one.muscles),
        sides=one.sides,
        equipment=list(one.equipment),
        setup=one.setup,
        steps=list(one.steps),
        feel=one.feel,
        faults=list(one.faults),
        easier=one.easier,
        harder=one.harder,
        dose=dose_text(one),
        live=one.form_check is not None,
        source=spelled_out(one.source),
        pictures={side: picture_views(one.id, side) for side in sides},
    )
