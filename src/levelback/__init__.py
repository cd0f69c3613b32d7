"""levelback measures how level and symmetrical a body stands, and says how sure it is.

    import levelback

    report = levelback.analyze_photo("front.jpg")
    for measurement in report.measurements:
        print(measurement.id, measurement.estimate or measurement.reason)
    open("report.html", "w").write(report.to_html())

Importing the package loads neither OpenCV nor MediaPipe; the first call does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from levelback.errors import (
    DataFileError,
    LevelbackError,
    MissingPart,
    ModelError,
    NoPersonFound,
    PhotoError,
    UnreadablePhoto,
    UsageError,
)

if TYPE_CHECKING:
    from levelback.metrics.values import MEASURES, Estimate, Measurement
    from levelback.pipeline import Analyzer, analyze_photo
    from levelback.pose.landmarks import Landmarks, View
    from levelback.report.values import Report

__version__ = "0.1.0"

__all__ = [
    "MEASURES",
    "Analyzer",
    "DataFileError",
    "Estimate",
    "Landmarks",
    "LevelbackError",
    "Measurement",
    "MissingPart",
    "ModelError",
    "NoPersonFound",
    "PhotoError",
    "Report",
    "UnreadablePhoto",
    "UsageError",
    "View",
    "__version__",
    "analyze_photo",
]

_HOMES = {
    "MEASURES": "levelback.metrics.values",
    "Analyzer": "levelback.pipeline",
    "Estimate": "levelback.metrics.values",
    "Landmarks": "levelback.pose.landmarks",
    "Measurement": "levelback.metrics.values",
    "Report": "levelback.report.values",
    "View": "levelback.pose.landmarks",
    "analyze_photo": "levelback.pipeline",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'levelback' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
