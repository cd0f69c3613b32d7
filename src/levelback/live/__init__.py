"""A set before the camera: a source's samples, through the form's fold, to window, sound and files.

    source = open_source("clip.mp4")
    result = run_set(load_specification("bird-dog"), source, observers=[print])
    source.close()

`run_live` (live/command.py) is all of it, for the command line.
"""

from levelback.live.session import Controls, LiveResult, Moment, run_set
from levelback.live.sources import Replay, SampleSource, Seen, TrackedFrames, open_source

__all__ = [
    "Controls",
    "LiveResult",
    "Moment",
    "Replay",
    "SampleSource",
    "Seen",
    "TrackedFrames",
    "open_source",
    "run_set",
]
