"""Rebuild `pose_landmarker_full.task`, byte for byte, from the models inside mediapipe 0.10.21.

That is the last wheel which carries the pose models, and it runs on Python 3.9 to 3.12. In a
throwaway environment, from the root of the repository:

    python3.11 -m venv /tmp/mp21
    /tmp/mp21/bin/pip install mediapipe==0.10.21 flatbuffers==25.2.10
    /tmp/mp21/bin/python models/build_task.py

The writer adds to each model how pixels become numbers, (pixel - mean) / std, which the Tasks API
wants to know; the weights stay as they are. Members are stored with a fixed date, so the same
inputs give the same bytes. `--write-manifest` renews manifest.json instead of comparing with it.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

BUNDLE = "pose_landmarker_full.task"
MANIFEST = Path(__file__).with_name("manifest.json")
EPOCH = (1980, 1, 1, 0, 0, 0)
MEMBERS = {
    "pose_detector.tflite": ("modules/pose_detection/pose_detection.tflite", 127.5, 127.5),
    "pose_landmarks_detector.tflite": ("modules/pose_landmark/pose_landmark_full.tflite", 0.0, 255.0),
}


def with_metadata(model: bytes, mean: float, std: float) -> bytes:
    """Return the model with its input described as an image that is normalized by mean and std."""
    from mediapipe.tasks.python.metadata.metadata_writers import metadata_writer

    writer = metadata_writer.MetadataWriter.create(bytearray(model))
    writer.add_image_input([mean], [std])
    return bytes(writer.populate()[0])


def build(package: Path) -> tuple[bytes, dict[str, bytes]]:
    """Return the bundle and its members, made from an installed mediapipe 0.10.21."""
    members = {
        name: with_metadata((package / source).read_bytes(), mean, std)
        for name, (source, mean, std) in MEMBERS.items()
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue(), members


def describe(data: bytes) -> dict[str, Any]:
    """Return the checksum and size of some bytes."""
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}


def main() -> int:
    """Build, compare with the manifest, write."""
    parser = argparse.ArgumentParser(description="Rebuild the pose model bundle.")
    parser.add_argument("out", type=Path, nargs="?", default=MANIFEST.with_name(BUNDLE))
    parser.add_argument("--write-manifest", action="store_true")
    arguments = parser.parse_args()
    import mediapipe

    if mediapipe.__version__ != "0.10.21":
        sys.exit(f"This needs mediapipe 0.10.21, which carries the models; found {mediapipe.__version__}.")
    package = Path(mediapipe.__file__).parent
    bundle, members = build(package)
    manifest = {
        "name": BUNDLE,
        **describe(bundle),
        "members": {name: describe(data) for name, data in members.items()},
        "source": {
            "package": "mediapipe 0.10.21 (Apache-2.0)",
            "files": {path: describe((package / path).read_bytes()) for path, _, _ in MEMBERS.values()},
        },
    }
    if arguments.write_manifest:
        MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    elif manifest != json.loads(MANIFEST.read_text(encoding="utf-8")):
        sys.exit("The rebuilt bundle differs from manifest.json; nothing was written.")
    arguments.out.write_bytes(bundle)
    print(f"{arguments.out}: {len(bundle)} bytes, SHA-256 {manifest['sha256']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
