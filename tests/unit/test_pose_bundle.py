"""The model bundle: what is opened, and what is refused with which words."""

import hashlib
import json
import shutil
import zipfile

import pytest

from levelback.errors import ModelError
from levelback.pose import bundle
from levelback.pose.bundle import BUNDLE, DETECTOR, LANDMARKER, models_folder, open_bundle
from levelback.pose.models import LandmarkModel, PersonDetector


@pytest.fixture
def own_models(tmp_path, monkeypatch):
    """A copy of the models folder that levelback takes for its own."""
    folder = tmp_path / "models"
    folder.mkdir()
    for name in (BUNDLE, "manifest.json"):
        shutil.copy(models_folder() / name, folder / name)
    monkeypatch.setattr(bundle, "models_folder", lambda: folder)
    return folder


def test_own_bundle_and_members_have_the_checksums_of_the_manifest():
    manifest = json.loads((models_folder() / "manifest.json").read_text(encoding="utf-8"))
    opened = open_bundle()
    assert opened.sha256 == manifest["sha256"]
    for name, data in ((DETECTOR, opened.detector), (LANDMARKER, opened.landmarker)):
        assert hashlib.sha256(data).hexdigest() == manifest["members"][name]["sha256"]


def flip_one_byte(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        flip_one_byte,
        lambda path: path.with_name("manifest.json").unlink(),
        lambda path: path.with_name("manifest.json").write_text("{", encoding="utf-8"),
    ],
    ids=["missing", "empty", "one byte short", "one byte changed", "no manifest", "damaged manifest"],
)
def test_harmed_own_bundle_is_refused_with_the_command_that_mends_it(own_models, harm):
    assert open_bundle().name == BUNDLE
    harm(own_models / BUNDLE)
    with pytest.raises(ModelError) as caught:
        open_bundle()
    assert caught.value.exit_code == 5
    assert caught.value.remedy.startswith(("git -C", "pip", "/")) or "pip install" in caught.value.remedy
    assert "\n" not in str(caught.value)


def write_zip(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_another_bundle_with_both_models_is_taken(tmp_path):
    own = open_bundle()
    path = write_zip(tmp_path / "mine.task", {DETECTOR: own.detector, LANDMARKER: own.landmarker, "x": b"y"})
    other = open_bundle(path)
    assert other.name == "mine.task"
    assert other.sha256 == hashlib.sha256(path.read_bytes()).hexdigest() != own.sha256
    PersonDetector(other.detector)
    LandmarkModel(other.landmarker)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 no zip", None], ids=["empty", "no zip", "one model only"]
)
def test_a_file_that_is_no_bundle_is_refused(tmp_path, content):
    path = tmp_path / "other.task"
    if content is None:
        write_zip(path, {DETECTOR: b"TFL3"})
    else:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="no pose model"):
        open_bundle(path)


@pytest.mark.parametrize("name", ["nothing.task", "."])
def test_a_path_without_a_file_is_refused(tmp_path, name):
    with pytest.raises(ModelError, match="cannot be read"):
        open_bundle(tmp_path / name)


@pytest.mark.parametrize("model", [PersonDetector, LandmarkModel])
def test_bytes_that_are_no_model_are_refused(model):
    with pytest.raises(ModelError, match="cannot be loaded"):
        model(b"no model at all")


def test_the_models_are_not_taken_for_each_other():
    own = open_bundle()
    with pytest.raises(ModelError, match="detector"):
        PersonDetector(own.landmarker)
    with pytest.raises(ModelError, match="landmark model"):
        LandmarkModel(own.detector)
