"""Tones for holds and spoken cues, played by what the system has; silent where it has nothing.

Programs of the system are started for both, so that a set never waits for a sound, and no audio library has
to be installed: PipeWire, PulseAudio or ALSA and espeak-ng or speech-dispatcher on Linux, afplay and say on
macOS, PowerShell on Windows.
"""

from __future__ import annotations

import io
import logging
import shutil
import subprocess
import tempfile
import threading
import wave
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from levelback.live.session import Moment

logger = logging.getLogger(__name__)

RATE = 44_100
TONES: dict[str, tuple[float, ...]] = {
    "hold_started": (523.25,),
    "hold_reached": (659.26, 783.99),
    "hold_ended": (523.25, 392.0),
}
"""Notes in Hz, one after the other: c″ as a hold starts, e″ g″ when it is long enough, c″ g′ when it ends."""
NOTE_S, RAMP_S, LOUDNESS = 0.16, 0.03, 0.35
PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
VOICES = (("espeak-ng", "-s", "150"), ("spd-say", "--wait"), ("espeak", "-s", "150"), ("say",))
_POWERSHELL = "powershell"
_PLAY = "(New-Object Media.SoundPlayer $args[0]).PlaySync()"
_SPEAK = (
    "Add-Type -AssemblyName System.Speech; "
    "(New-Object System.Speech.Synthesis.SpeechSynthesizer).Speak($args[0])"
)
_LONGEST_S = 15.0


def tone(notes: tuple[float, ...]) -> bytes:
    """Return `notes` (Hz), each for `NOTE_S` with a soft beginning and end, as a mono 16-bit WAV file."""
    time_s = np.arange(round(NOTE_S * RATE)) / RATE
    envelope = np.clip(np.minimum(time_s, NOTE_S - time_s) / RAMP_S, 0, 1)
    waves = [envelope * np.sin(2 * np.pi * note * time_s) for note in notes]
    samples = (32767 * LOUDNESS * np.concatenate(waves)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


def find_player() -> tuple[str, ...] | None:
    """Return the command that plays the WAV file that is added to it; None where there is none."""
    return _first(PLAYERS, _PLAY)


def find_voice() -> tuple[str, ...] | None:
    """Return the command that speaks the text that is added to it; None where there is none."""
    return _first(VOICES, _SPEAK)


def _first(commands: tuple[tuple[str, ...], ...], script: str) -> tuple[str, ...] | None:
    for command in commands:
        if shutil.which(command[0]):
            return command
    if shutil.which(_POWERSHELL):
        return (_POWERSHELL, "-NoProfile", "-Command", f"& {{{script}}}")
    return None


class Channel:
    """Runs one program at a time in a thread. What comes meanwhile waits, and only the newest of it."""

    def __init__(self, command: tuple[str, ...] | None) -> None:
        """Take the command to which each word or file is added; None: do nothing."""
        self._command = command
        self._next: tuple[str, bool] | None = None
        self._yields = False
        self._wanted = threading.Condition()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = command is None
        if command is not None:
            threading.Thread(target=self._work, name=command[0], daemon=True).start()

    def play(self, what: str, *, yields: bool = False) -> None:
        """Play `what` as soon as the channel is free, and return at once.

        What `yields` is broken off by what comes next.
        """
        with self._wanted:
            self._next = what, yields
            if self._yields:
                self._silence()
            self._wanted.notify()

    def _work(self) -> None:
        while True:
            with self._wanted:
                self._wanted.wait_for(lambda: self._next is not None or self._closed)
                wanted, self._next = self._next, None
                if self._closed or wanted is None or self._command is None:
                    return
                what, self._yields = wanted
            self._run((*self._command, what))

    def _run(self, command: tuple[str, ...]) -> None:
        quiet = subprocess.DEVNULL
        try:
            self._running = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
            if self._yields and self._next is not None:
                self._silence()
            self._running.wait(timeout=_LONGEST_S)
        except (OSError, subprocess.TimeoutExpired) as error:
            logger.debug("no sound: %s", error)
            self._silence()

    def _silence(self) -> None:
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def close(self) -> None:
        """Play nothing more, and stop what plays."""
        with self._wanted:
            self._closed = True
            self._wanted.notify()
        self._silence()


class Sound:
    """An observer that sounds the holds of a set and speaks its cues. Close it, or use it in a ``with``."""

    def __init__(
        self, *, player: tuple[str, ...] | None = None, voice: tuple[str, ...] | None = None
    ) -> None:
        """Use these programs; by default those that the system has."""
        self._folder = tempfile.TemporaryDirectory(prefix="levelback-", ignore_cleanup_errors=True)
        self._files = {kind: Path(self._folder.name) / f"{kind}.wav" for kind in TONES}
        for kind, notes in TONES.items():
            self._files[kind].write_bytes(tone(notes))
        self._tones = Channel(player or find_player())
        self._speech = Channel(voice or find_voice())

    def __call__(self, moment: Moment) -> None:
        """Sound what happened: the holds, the count, and what the events say."""
        for event in moment.events:
            if event.kind in self._files:
                self._tones.play(str(self._files[event.kind]))
            if event.text or event.count is not None:
                self.say(event.text or str(event.count))

    def say(self, text: str, *, yields: bool = False) -> None:
        """Speak `text` after what is being said, in place of what waits; see `Channel.play`."""
        self._speech.play(text, yields=yields)

    def close(self) -> None:
        """Be silent."""
        self._tones.close()
        self._speech.close()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
