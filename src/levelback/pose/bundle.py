"""The model bundle: found, checked against its checksum, and unpacked into its two members."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from levelback.errors import ModelError

BUNDLE = "pose_landmarker_full.task"
DETECTOR = "pose_detector.tflite"
LANDMARKER = "pose_landmarks_detector.tflite"
_CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """A pose model: the detector and the landmark model, as LiteRT flat buffers.

    `sha256` is of the whole bundle file. `path` is where it lies, for libraries that load it again.
    """

    name: str
    sha256: str
    path: Path
    detector: bytes = field(repr=False)
    landmarker: bytes = field(repr=False)


def models_folder() -> Path:
    """Return the folder of the bundled model: in the installed package, or in a checkout."""
    installed = Path(str(resources.files("levelback"))) / "models"
    return installed if installed.is_dir() else _CHECKOUT / "models"


def open_bundle(path: Path | None = None) -> Bundle:
    """Return the model bundle at `path`, or the one that comes with levelback.

    The bundle that comes with levelback must have the checksum of its manifest. Any other is taken
    as it is, if it holds the two models. Raises ModelError, with the command that mends it, for a
    file that is missing, short, changed, or no pose bundle.
    """
    if path is None:
        return _open_own(models_folder())
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(
            f"The model {path} cannot be read ({error.strerror or error}).",
            remedy="give the path of a pose_landmarker .task file, or leave --model out.",
        ) from error
    return _unpack(path, data, remedy="give another pose_landmarker .task file, or leave --model out.")


def _open_own(folder: Path) -> Bundle:
    remedy = _reinstall_command()
    path = folder / BUNDLE
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"The pose model is missing from {folder}.", remedy=remedy) from error
    bundle = _unpack(path, data, remedy=remedy)
    if bundle.sha256 != manifest["sha256"]:
        raise ModelError(f"The pose model {path} is damaged: its checksum is wrong.", remedy=remedy)
    return bundle


def _unpack(path: Path, data: bytes, *, remedy: str) -> Bundle:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            detector, landmarker = archive.read(DETECTOR), archive.read(LANDMARKER)
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, NotImplementedError) as error:
        raise ModelError(
            f"{path} is no pose model: it should be a bundle of {DETECTOR} and {LANDMARKER}.", remedy=remedy
        ) from error
    return Bundle(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        path=path,
        detector=detector,
        landmarker=landmarker,
    )


def _reinstall_command() -> str:
    if (_CHECKOUT / ".git").exists() and not (Path(str(resources.files("levelback"))) / "models").is_dir():
        return f"git -C {_CHECKOUT} checkout -- models"
    return f"{sys.executable} -m pip install --force-reinstall --no-deps levelback"
