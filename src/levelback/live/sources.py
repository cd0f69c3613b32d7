"""Where samples come from: a camera or a video file with a tracker, or landmarks that were recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from levelback.capture.frame import Frame
from levelback.capture.photo import printable
from levelback.capture.video import FrameSource, VideoFile, Webcam
from levelback.errors import UsageError
from levelback.form.values import Sample
from levelback.live.feed import Feed
from levelback.pose.bundle import open_bundle
from levelback.pose.recorded import read_landmarks
from levelback.pose.tracker import Engine, Tracker, open_tracker

RECORDED = ".jsonl"
DARK = 30.0
"""Mean brightness, of 255, below which the light is blamed where nobody is seen. An engineering choice."""
TOO_DARK = "It is too dark to see you. Switch on a light."
Notice = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Seen:
    """One moment of a source: the sample, and the frame that it was read from, where there is one.

    notice   what is wrong with the picture where nobody is seen in it, in a sentence; mostly nothing
    """

    sample: Sample
    frame: Frame | None
    notice: str = ""


class SampleSource(Protocol):
    """A stream of samples whose own times grow.

    origin   file name or camera, for people
    live     whether it runs at its own pace, so that moments are lost while nobody looks
    """

    origin: str
    live: bool

    def samples(self) -> Iterator[Seen]:
        """Yield the samples once, in order. Raises LevelbackError where the source fails."""
        ...

    def stop(self) -> None:
        """End the samples soon; for any thread and for signal handlers."""
        ...

    def close(self) -> None:
        """Free what is held."""
        ...


class TrackedFrames:
    """Frames and a tracker: capture runs in a thread of its own, tracking in the reader's."""

    def __init__(self, frames: FrameSource, tracker: Tracker, *, notice: Notice = lambda text: None) -> None:
        """Take over both; they are closed with this source."""
        self.origin, self.live = frames.origin, frames.live
        self._feed = Feed(frames, notice=notice)
        self._tracker = tracker

    def samples(self) -> Iterator[Seen]:
        """Yield every frame of a file, of a camera always the newest."""
        for frame in self._feed:
            landmarks = self._tracker.track(frame.image, frame.time_s)
            notice = TOO_DARK if landmarks is None and _is_dark(frame) else ""
            sample = Sample(time_s=frame.time_s, landmarks=landmarks)
            yield Seen(sample=sample, frame=frame, notice=notice)

    def stop(self) -> None:
        """End the samples soon."""
        self._feed.stop()

    def close(self) -> None:
        """Close the frames and the tracker."""
        self._feed.close()
        self._tracker.close()


def _is_dark(frame: Frame) -> bool:
    return float(frame.image[::16, ::16].mean()) < DARK


class Replay:
    """Landmarks that `levelback live --record` wrote: the same samples, bit for bit, without pictures."""

    live = False

    def __init__(self, path: Path) -> None:
        """Take the file. Raises UsageError if there is none."""
        self.origin = printable(path.name)
        if not path.is_file():
            raise UsageError(f"There is no file '{printable(str(path))}' of recorded landmarks.")
        self._path = path
        self._stopped = False

    def samples(self) -> Iterator[Seen]:
        """Yield what was recorded. Raises DataFileError where a line is wrong."""
        for one in read_landmarks(self._path):
            if self._stopped:
                return
            yield Seen(sample=Sample(time_s=one.time_s, landmarks=one.landmarks), frame=None)

    def stop(self) -> None:
        """End the samples."""
        self._stopped = True

    def close(self) -> None:
        """Nothing is held."""


def open_source(
    name: str, *, engine: Engine = "litert", model: Path | None = None, notice: Notice = lambda text: None
) -> SampleSource:
    """Return the source that `name` stands for: a camera's number, recorded landmarks, or a video file.

    `notice` is told in a sentence when a camera stalls. Raises UsageError, UnreadableVideo, CameraError
    or ModelError.
    """
    if name.isdecimal():
        frames: FrameSource = Webcam(int(name))
    elif name.lower().endswith(RECORDED):
        return Replay(Path(name))
    else:
        frames = VideoFile(Path(name))
    try:
        tracker = open_tracker(engine, bundle=None if model is None else open_bundle(model))
    except BaseException:
        frames.close()
        raise
    return TrackedFrames(frames, tracker, notice=notice)
