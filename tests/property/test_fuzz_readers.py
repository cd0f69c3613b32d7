"""Every reader meets hostile input: only errors of our tree come out, in one line, soon, and nothing gets lost.

`benchmarks/fuzz.py` makes the inputs, and runs 200,000 of them in a night (``make fuzz``); here is a slice.
"""

from __future__ import annotations

import json
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import seeds
from benchmarks.fuzz.damage import mutate as damaged
from benchmarks.fuzz.readers import targets
from benchmarks.fuzz.watch import Target, refusal
from levelback.errors import DataFileError

pytestmark = pytest.mark.filterwarnings(
    "ignore::UserWarning:PIL", "ignore::PIL.Image.DecompressionBombWarning"
)
EXAMPLES = 150
COMMANDS = seeds.COMMANDS
DEEP = b"[" * 100_000
LONG = b"9" * 5_000


@pytest.fixture
def folder(tmp_path):
    """The folder that an input gets; what lies around it is watched."""
    inner = tmp_path / "around" / "folder"
    inner.mkdir(parents=True)
    return inner


@pytest.mark.parametrize("name", sorted(targets()))
def test_damaged_input_is_read_or_refused_in_a_sentence(folder, name):
    @settings(
        max_examples=max(5, int(EXAMPLES * targets()[name].share)),
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(rng=st.randoms(use_true_random=False))
    def read_or_refused(rng):
        refusal(targets()[name], damaged(targets()[name].seeds, rng), folder)

    read_or_refused()


@pytest.mark.parametrize("name", sorted(targets()))
def test_sound_input_is_read(folder, name):
    """Otherwise the fuzz above would prove nothing."""
    for seed in targets()[name].seeds:
        assert refusal(targets()[name], seed, folder) is None


def test_a_file_outside_the_folder_is_seen(folder):
    """Otherwise the fuzz above would not see one."""
    target = Target(seeds=(), read=lambda data, where: (where.parent / "escaped").write_bytes(data))
    with pytest.raises(AssertionError, match="outside"):
        refusal(target, b"x", folder)


@pytest.mark.parametrize("data", [DEEP, b'{"schema": ' + LONG + b"}"], ids=["deep", "long number"])
@pytest.mark.parametrize("name", ["report", "history", "landmarks", "WebSocket, command"])
def test_json_too_deep_or_a_number_too_long(tmp_path, name, data):
    """Found: RecursionError, and a ValueError that is no JSONDecodeError."""
    assert refusal(targets()[name], data, tmp_path)


@pytest.mark.parametrize("data", [b"a = " + DEEP, b"a = " + LONG], ids=["deep", "long number"])
@pytest.mark.parametrize("name", ["answers", "catalogue", "form check", "words of a batch"])
def test_toml_too_deep_or_a_number_too_long(tmp_path, name, data):
    """Found: RecursionError, and a ValueError that is no TOMLDecodeError."""
    assert "not valid TOML" in refusal(targets()[name], data, tmp_path)


@pytest.mark.parametrize(
    ("cell", "words"),
    [(b"x" * 5_000, "there is no file"), (b"x" * 200_000, "it is no CSV table")],
    ids=["no file has this name", "no cell is this long"],
)
def test_a_table_with_an_endless_cell(tmp_path, cell, words):
    """Found: OSError of a name that is too long, and csv.Error."""
    data = b"photo,measure,true_value\n" + cell + b",shoulder_tilt,1\n"
    assert words in refusal(targets()["table of verify"], data, tmp_path)


def test_a_recorded_number_that_is_too_large(tmp_path):
    """Found: OverflowError."""
    line = {"schema": "levelback.landmarks/1", "picture": "a", "time_s": 10**400, "points": None}
    assert "no recorded landmarks" in refusal(targets()["landmarks"], json.dumps(line).encode(), tmp_path)


@pytest.mark.parametrize("size", ["[]", "{}", "true", "0", "9" * 25, "1.5"])
def test_a_recorded_picture_of_no_size(tmp_path, size):
    """Found: TypeError and ZeroDivisionError in the form check."""
    data = targets()["landmarks"].seeds[0].replace(b'"width": 640', b'"width": ' + size.encode())
    assert "width must be" in refusal(targets()["landmarks"], data, tmp_path)


def test_a_report_with_half_a_letter(tmp_path):
    """Found: half a surrogate pair passed every check and broke the page."""
    target = targets()["report"]
    data = target.seeds[0].replace(b'"version": "0.1.0"', b'"version": "\\ud800"')
    assert "half a letter" in refusal(target, data, tmp_path)


@pytest.mark.parametrize("value", [b"1e999", b'"\\ud800"'], ids=["infinite", "half a letter"])
def test_a_history_file_with_what_no_database_keeps(tmp_path, value):
    """Found: 1e999 is read as infinity, which cannot be written again; half a surrogate pair is no UTF-8."""
    data = targets()["history"].seeds[0].replace(b'"phases": []', b'"phases": ' + value)
    assert "cannot be kept" in refusal(targets()["history"], data, tmp_path)


def test_a_set_that_ends_before_its_first_picture_gives_json_that_a_browser_reads(tmp_path):
    """Found: the end of the set was at minus infinity, which is no JSON."""
    assert refusal(targets()["WebSocket, command"], b'{"do": "end"}', tmp_path) is None
    assert refusal(targets()["WebSocket, command"], COMMANDS[0], tmp_path) is None


def test_a_message_that_quotes_a_file_is_short_and_has_no_control_characters():
    """Found: 100,000 brackets in one message, and what a terminal would obey."""
    said = str(DataFileError("table.csv", "row 2", "'" + "[" * 100_000 + "' is no number"))
    assert len(said) < 700
    assert str(DataFileError("a.toml", "\x1b[31mred\n\u202e", "is unknown")).isprintable()


@pytest.mark.parametrize("time", [float("nan"), float("inf"), -float("inf")])
def test_a_picture_at_no_time_is_refused(tmp_path, time):
    target = targets()["WebSocket, picture"]
    assert "without a time" in refusal(target, struct.pack("<d", time) + target.seeds[0][8:], tmp_path)


@pytest.mark.parametrize(
    ("sound", "broken"), [(b'"value": 20.0', b'"value": 0'), (b'"value": 20.0', b'"other": 20.0')]
)
def test_a_history_file_whose_set_compares_nothing(folder, sound, broken):
    """Found: KeyError and ValueError where progress reads the set."""
    seed = targets()["history"].seeds[0]
    assert sound in seed
    assert "left and right" in refusal(targets()["history"], seed.replace(sound, broken), folder)


def test_a_history_file_whose_picture_is_none(folder):
    """Found: the picture was kept, and progress could not be read any more."""
    seed = targets()["history"].seeds[0]
    broken = seed.replace(b'"photo": "/9j/', b'"photo": "AAAA')
    assert broken != seed
    assert refusal(targets()["history"], broken, folder) is None


@pytest.mark.parametrize(
    ("sound", "damaged"),
    [
        (b'"record"', b'"other"'),
        (b'"taken_at": "2024-05-06T', b'"taken_at": "2024-05-06T0I'),
        (b'"reason": "Nobody."', b'"reason": [[]]'),
        (b'"value": -1.3', b'"value": ""'),
        (b'"stem": "in/', b'"stem": "../../'),
        (b'"key": "ffff', b'"key": "gggg'),
        (b'{"photo"', DEEP),
        (b"}}\n", b"}}"),
    ],
)
def test_a_batch_goes_on_where_its_journal_was_changed(folder, sound, damaged):
    """Found: KeyError, RecursionError, ValueError of a date, tables that no library writes, two lines in one."""
    [seed] = targets()["batch journal"].seeds
    assert sound in seed
    assert refusal(targets()["batch journal"], seed.replace(sound, damaged), folder) is None


def test_a_batch_of_folders_whose_names_are_no_utf8(folder):
    """Found: half a letter in a name ended the batch at its last step, when the tables are written."""
    assert refusal(targets()["batch folders"], b"Zo\xeb/front.jpg\nZo\xe9/front.jpg", folder) is None
