"""A camera that plays a clip, for a browser."""

from __future__ import annotations

from pathlib import Path

import cv2


def play_as_camera(clip: Path, file: Path) -> Path:
    """Write `clip` as uncompressed YUV4MPEG2, which Chromium's fake camera plays again and again."""
    video = cv2.VideoCapture(str(clip))
    rate = round(video.get(cv2.CAP_PROP_FPS))
    width, height = int(video.get(cv2.CAP_PROP_FRAME_WIDTH)), int(video.get(cv2.CAP_PROP_FRAME_HEIGHT))
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        while True:
            there, frame = video.read()
            if not there:
                break
            out.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
    video.release()
    return file
