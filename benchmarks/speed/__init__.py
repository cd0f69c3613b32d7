"""Speed and memory beside a bare MediaPipe script, and beside what the models alone need."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_images" / "front-left-hip-high.jpg"
CLIP = ROOT / "tests" / "clips" / "bird-dog-001.mp4"
EXERCISE = "bird-dog"
