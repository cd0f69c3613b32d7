"""Puts the page together: routes, errors in words, files."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from levelback import __version__
from levelback.errors import DataFileError, LevelbackError, MissingPart, PhotoError, UsageError
from levelback.web import live, people, photos, plans
from levelback.web.desk import Busy, Desk, Forgotten
from levelback.web.guard import Door, Guard
from levelback.web.schemas import Problem

logger = logging.getLogger(__name__)
STATIC = files("levelback.web") / "static"
FONTS = files("levelback.report") / "fonts"
STYLES = (
    Path(str(files("levelback.report") / "templates" / "style.css")),
    Path(str(files("levelback.progress") / "templates" / "progress.css")),
)
"""The styles of the reports, which the page shares."""
STATUS: tuple[tuple[type[LevelbackError], int], ...] = (
    (Forgotten, 404),
    (Busy, 429),
    (DataFileError, 422),
    (UsageError, 400),
    (PhotoError, 422),
    (MissingPart, 503),
)
"""The HTTP status of each branch of the error tree; the first that fits."""
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in (
        (400, "The request makes no sense."),
        (401, "The token of this run is missing."),
        (403, "Asked for by another web site."),
        (404, "There is no such thing, or it has been forgotten."),
        (413, "Too large."),
        (421, "Asked for under another name."),
        (422, "What was sent is not right; the message says where."),
        (429, "Too many at once; try again in a minute."),
        (503, "A needed part is missing."),
    )
}


def create_app(desk: Desk, door: Door, history: str | None = None) -> FastAPI:
    """Return the application. It closes `desk` when it ends. `history` is the URL of another history."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    app = FastAPI(
        title="levelback",
        version=__version__,
        description="The local page of levelback. It runs on your own machine, for you alone.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        responses=PROBLEMS,
    )
    app.state.desk = desk
    app.state.sets = live.EndedSets()
    app.state.shelf = people.Shelf(history)
    for router in (photos.router, plans.router, live.router, people.router):
        app.include_router(router, prefix="/api")
    app.add_exception_handler(LevelbackError, _said)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _surprise)
    app.add_api_route("/", _page, include_in_schema=False)
    for style in STYLES:
        app.add_api_route(f"/{style.name}", _style(style), include_in_schema=False)
    app.mount("/fonts", StaticFiles(directory=str(FONTS)), name="fonts")
    app.mount("/static", StaticFiles(directory=str(STATIC)), name="static")
    app.add_middleware(Guard, door=door)
    return app


def _style(file: Path) -> Callable[[], FileResponse]:
    return lambda: FileResponse(file, media_type="text/css")


async def _page() -> FileResponse:
    return FileResponse(str(STATIC / "index.html"), media_type="text/html")


def _answer(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status_code=status)


async def _said(_: Request, error: Exception) -> JSONResponse:
    """Answer with the error's own words. What is missing on this machine is told without its paths."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    if isinstance(error, MissingPart):
        logger.error("%s", error)
        return _answer(status, "A part of levelback is missing. In a terminal, levelback doctor says which.")
    return _answer(status, str(error))


async def _unfit(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return _answer(422, f"{place}: {first['msg']}" if place else str(first["msg"]))


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    said = {404: "There is no such page.", 405: "This cannot be done here."}
    answer = _answer(error.status_code, said.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


async def _surprise(_: Request, error: Exception) -> JSONResponse:
    logger.exception("a request failed", exc_info=error)
    return _answer(500, "Something went wrong inside levelback. Nothing was changed; please try again.")
