"""A live set over a WebSocket: pictures in, what is drawn and said over them out.

The page sends JPEG pictures, each behind eight bytes that hold its own time (seconds, little-endian double),
and gets one JSON answer a picture. Text from the page is a command: ``{"do": "pause"}``, ``"resume"``,
``"switch"`` or ``"end"``. The last answer holds the summary. Pictures are not mirrored; only the screen is.
"""

from __future__ import annotations

import asyncio
import io
import json
import math
import secrets
import struct
from collections import OrderedDict
from typing import Any

import cv2
import numpy as np
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from PIL import Image, UnidentifiedImageError

from levelback.advice import load_catalogue
from levelback.errors import LevelbackError, UsageError
from levelback.form import (
    EXERCISES,
    Specification,
    end,
    expect_side,
    load_specification,
    start,
    step,
    summarize,
)
from levelback.form.values import FormEvent, Sample, SetState, SetSummary
from levelback.live.session import OTHER
from levelback.live.standing import EXERCISE as STANDING
from levelback.live.words import result, short_result
from levelback.metrics.values import Roll
from levelback.pose.landmarks import Landmarks
from levelback.pose.tracker import Tracker, open_tracker
from levelback.web import framing
from levelback.web.desk import Forgotten
from levelback.web.plans import picture_views
from levelback.web.schemas import LiveExercise

router = APIRouter(tags=["live"])
MAX_SETS = 4
"""Sets that may run at once; each holds the models of its own."""
MAX_ENDED = 24
"""Sets that have ended and may still be kept for somebody."""
MAX_SIDE = 1920
MAX_PICTURE_BYTES = 2 * 2**20
_TIME = struct.Struct("<d")
_running: set[int] = set()


@router.get("/live")
def live_exercises() -> list[LiveExercise]:
    """Return the exercises that can be coached live, and where the camera belongs."""
    return [_listed(load_specification(name)) for name in EXERCISES]


def _listed(spec: Specification) -> LiveExercise:
    known = spec.view_of or spec.exercise
    pictures = picture_views(known)
    return LiveExercise(
        id=spec.exercise,
        name=spec.name,
        explained=known if known in load_catalogue() else None,
        picture=pictures[-1] if pictures else None,
        placement=spec.placement.text,
        sides=spec.working != "both",
    )


@router.websocket("/live/{exercise}")
async def live(socket: WebSocket, exercise: str) -> None:
    """Follow one set; see the head of this module."""
    await socket.accept()
    if len(_running) >= MAX_SETS:
        await _close_with(socket, "Other sets are running on this machine. End one of them first.")
        return
    _running.add(id(socket))
    try:
        following = await asyncio.to_thread(LiveSet, exercise)
    except LevelbackError as error:
        _running.discard(id(socket))
        await _close_with(socket, str(error))
        return
    try:
        await _follow(socket, following)
    except LevelbackError as error:
        await _close_with(socket, str(error))
    except WebSocketDisconnect:
        pass
    finally:
        _running.discard(id(socket))
        following.close()


async def _follow(socket: WebSocket, following: LiveSet) -> None:
    while following.summary is None:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if message.get("bytes") is not None:
            answer = await asyncio.to_thread(following.look, message["bytes"])
        else:
            answer = following.do(message.get("text") or "")
        if following.summary is not None:
            answer["id"] = socket.app.state.sets.add(following.summary)
        await socket.send_json(answer)
    await socket.close()


async def _close_with(socket: WebSocket, message: str) -> None:
    await socket.send_json({"message": message})
    await socket.close(code=4400)


class EndedSets:
    """The live sets that have ended in this run, the latest few, in memory only."""

    def __init__(self) -> None:
        """Begin empty."""
        self._sets: OrderedDict[str, SetSummary] = OrderedDict()

    def add(self, summary: SetSummary) -> str:
        """Keep a set and return its id."""
        id = secrets.token_urlsafe(12)
        self._sets[id] = summary
        while len(self._sets) > MAX_ENDED:
            self._sets.popitem(last=False)
        return id

    def get(self, id: str) -> SetSummary:
        """Return a set. Raises Forgotten."""
        if id not in self._sets:
            raise Forgotten("This set is not in memory any more.")
        return self._sets[id]


class LiveSet:
    """One set that a browser shows us picture by picture; close it at the end."""

    def __init__(self, exercise: str, tracker: Tracker | None = None) -> None:
        """Load the models. Raises UsageError for an exercise that cannot be coached."""
        self._specification: Specification = load_specification(exercise)
        self._tracker = tracker or open_tracker()
        self._state: SetState = start(self._specification)
        self._paused_at_s: float | None = None
        self._paused_s = 0.0
        self._latest_s = -math.inf
        self._pausing = False
        self._frames = exercise == STANDING
        self._roll: Roll | None = None
        self._roll_at_s = -math.inf
        self.summary: SetSummary | None = None

    def look(self, message: bytes) -> dict[str, Any]:
        """Return what to draw and say for one picture. Raises UsageError for what is no picture."""
        time_s, image = read_picture(message)
        self._latest_s = time_s
        if self._pausing:
            self._paused_at_s = time_s if self._paused_at_s is None else self._paused_at_s
            return self._answer(None, ())
        if self._paused_at_s is not None:
            self._paused_s += time_s - self._paused_at_s
            self._paused_at_s = None
        landmarks = self._tracker.track(image, time_s)
        sample = Sample(time_s=time_s - self._paused_s, landmarks=landmarks)
        self._state, events = step(self._specification, self._state, sample)
        if self._frames and landmarks is not None and time_s - self._roll_at_s >= framing.LOOK_EVERY_S:
            self._roll, self._roll_at_s = framing.camera_roll(image, landmarks), time_s
        return self._answer(landmarks, events)

    def do(self, text: str) -> dict[str, Any]:
        """Do what the page asks. Raises UsageError for what it cannot."""
        try:
            command = json.loads(text)["do"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UsageError("The page sent a command that cannot be read.") from None
        if command in ("pause", "resume"):
            self._pausing = command == "pause"
        elif command == "switch":
            if self._state.side != "both":
                other = OTHER[self._state.side or "right"]
                self._state = expect_side(self._specification, self._state, other)
        elif command == "end":
            return self._end()
        else:
            raise UsageError("The page sent a command that is not known.")
        return self._answer(None, ())

    def close(self) -> None:
        """Free the models."""
        self._tracker.close()

    def _end(self) -> dict[str, Any]:
        self._state, events = end(self._specification, self._state)
        self.summary = summary = summarize(self._specification, self._state)
        return self._answer(None, events) | {
            "summary": summary.to_dict(),
            "short": short_result(self._specification, summary),
            "result": result(summary) if len(summary.by_side) > 1 else "",
        }

    def _answer(self, landmarks: Landmarks | None, events: tuple[FormEvent, ...]) -> dict[str, Any]:
        state = self._state
        answer: dict[str, Any] = {
            "time_s": self._latest_s if math.isfinite(self._latest_s) else None,
            "phase": state.phase,
            "paused": self._pausing,
            "ready": state.ready,
            "side": state.side,
            "counts": dict(state.counts),
            "progress": round(state.progress, 3),
            "hold_s": round(state.hold_s, 2),
            "target_s": state.target_s,
            "cue": None if state.cue is None else {"id": state.cue.id, "text": state.cue.text},
            "placement": state.placement,
            "joints": [] if landmarks is None else _joints(landmarks),
            "events": [event.to_dict() for event in events],
        }
        if self._frames:
            answer["checks"] = framing.checks(self._specification, state.values, landmarks, self._roll)
            answer["tilt_deg"] = framing.tilt_deg(self._roll)
        return answer


def read_picture(message: bytes) -> tuple[float, np.ndarray[Any, np.dtype[np.uint8]]]:
    """Return time and (height, width, 3) RGB picture of one message. Raises UsageError."""
    if not _TIME.size < len(message) <= MAX_PICTURE_BYTES:
        raise UsageError("The page sent a picture that is empty or too large.")
    (time_s,) = _TIME.unpack_from(message)
    if not math.isfinite(time_s):
        raise UsageError("The page sent a picture without a time.")
    data = message[_TIME.size :]
    width, height = _jpeg_size(data)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise UsageError("The page sent a picture that is too large.")
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    if image is None:
        raise UsageError("The page sent something that is no picture.")
    return time_s, np.asarray(image, dtype=np.uint8)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Return width and height from the head of a JPEG file, before anything is decoded."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise UsageError("The page sent something that is no picture.") from None


def _joints(landmarks: Landmarks) -> list[list[float]]:
    """Return x, y (shares of the picture's width and height) and visibility of each landmark."""
    size = [landmarks.width, landmarks.height]
    shares = (landmarks.points / size).round(4)
    return [
        [*place, round(seen, 2)]
        for place, seen in zip(shares.tolist(), landmarks.visibility.tolist(), strict=True)
    ]
