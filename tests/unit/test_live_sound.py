"""Tones and spoken words, with programs of our own in the place of the system's."""

import io
import sys
import time
import wave

import numpy as np
import pytest

from helpers.figures import filmed, planned
from levelback.form import load_specification
from levelback.form.engine import start
from levelback.form.values import FormEvent
from levelback.live import sound as sounds
from levelback.live.session import Moment, run_set
from levelback.live.sound import NOTE_S, RATE, TONES, Channel, Sound, find_player, find_voice, tone


def noted(path, *, slow=0.0):
    """A program that writes down what it was given."""
    script = f"import sys, time; open({str(path)!r}, 'a').write(sys.argv[1] + '\\n'); time.sleep({slow})"
    return (sys.executable, "-S", "-c", script)


def lines(path, count, seconds=20.0):
    """What was written down, as soon as it is so much."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = path.read_text().splitlines() if path.exists() else []
        if len(found) >= count:
            return found
        time.sleep(0.02)
    raise AssertionError(f"only {found}")


def moment(*events):
    state = start(load_specification("bird-dog"))
    return Moment(seen=None, state=state, events=events)


@pytest.mark.parametrize("notes", TONES.values(), ids=TONES)
def test_a_tone_has_its_notes_and_no_clicks(notes):
    with wave.open(io.BytesIO(tone(notes))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    parts = samples.reshape(len(notes), -1)
    assert len(parts[0]) == round(NOTE_S * RATE)
    for part, note in zip(parts, notes, strict=True):
        heard = np.argmax(np.abs(np.fft.rfft(part))) * RATE / len(part)
        assert heard == pytest.approx(note, abs=RATE / len(part))
        assert max(abs(part[0]), abs(part[-1])) < 100
        assert 5000 < np.abs(part).max() < 20000


def test_holds_sound_and_cues_and_counts_are_said(tmp_path):
    played, said = tmp_path / "played", tmp_path / "said"
    with Sound(player=noted(played), voice=noted(said)) as sound:
        sound(moment(FormEvent(time_s=1, kind="hold_started", side="left")))
        assert lines(played, 1)[0].endswith("hold_started.wav")
        sound(moment(FormEvent(time_s=2, kind="cue", text="Hips up.")))
        assert lines(said, 1) == ["Hips up."]
        sound(moment(FormEvent(time_s=3, kind="rep_ended", side="left", count=4)))
        assert lines(said, 2)[1] == "4"


def test_a_set_is_heard(tmp_path):
    """Of every hold of a set, run as fast as can be, the last tone at least is heard."""
    played = tmp_path / "played"
    samples = filmed("bird-dog", planned("L"), rate=15)

    class Source:
        origin, live = "list", False

        def samples(self):
            from levelback.live.sources import Seen

            return (Seen(sample=sample, frame=None) for sample in samples)

    with Sound(player=noted(played), voice=noted(tmp_path / "said")) as sound:
        run_set(load_specification("bird-dog"), Source(), observers=[sound])
        assert lines(played, 1)


def test_only_the_newest_of_what_waits_is_said(tmp_path):
    said = tmp_path / "said"
    channel = Channel(noted(said, slow=0.5))
    channel.play("first")
    assert lines(said, 1) == ["first"]
    start_s = time.monotonic()
    for text in ("second", "third", "fourth"):
        channel.play(text)
    assert time.monotonic() - start_s < 0.2
    assert lines(said, 2) == ["first", "fourth"]
    channel.close()


def test_a_long_explanation_gives_way_to_what_happens(tmp_path):
    said = tmp_path / "said"
    channel = Channel(noted(said, slow=60))
    channel.play("put the camera there", yields=True)
    assert lines(said, 1)
    channel.play("ready")
    assert lines(said, 2) == ["put the camera there", "ready"]
    channel.close()


def test_closing_stops_what_is_said(tmp_path):
    said = tmp_path / "said"
    channel = Channel(noted(said, slow=60))
    channel.play("a long story")
    assert lines(said, 1)
    channel.close()
    assert channel._running.wait(timeout=10) != 0


def test_without_a_program_it_is_silent():
    channel = Channel(None)
    channel.play("nothing")
    channel.close()


def test_a_program_that_fails_is_no_trouble(tmp_path):
    channel = Channel((str(tmp_path / "missing"),))
    channel.play("nothing")
    said = tmp_path / "said"
    other = Channel(noted(said))
    other.play("something")
    assert lines(said, 1)
    channel.close()
    other.close()


def test_the_system_s_programs_are_found_by_name(monkeypatch):
    def only(*there):
        monkeypatch.setattr(sounds.shutil, "which", lambda name: f"/bin/{name}" if name in there else None)

    only("aplay", "espeak-ng")
    assert find_player() == ("aplay", "-q")
    assert find_voice()[0] == "espeak-ng"
    only("afplay", "say")
    assert (find_player(), find_voice()) == (("afplay",), ("say",))
    only("powershell")
    assert find_player()[0] == find_voice()[0] == "powershell"
    only()
    assert find_player() is find_voice() is None
