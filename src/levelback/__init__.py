"""levelback measures how level and symmetrical a body stands, and says how sure it is.

    import levelback

    report = levelback.analyze_photo("front.jpg")
    for measurement in report.measurements:
        print(measurement.id, measurement.estimate or measurement.reason)
    open("report.html", "w").write(report.to_html())

Importing the package loads neither OpenCV nor MediaPipe; the first call does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from levelback.lazy import names_of

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
    "MEASURES": "metrics.values",
    "Analyzer": "pipeline",
    "Estimate": "metrics.values",
    "Landmarks": "pose.landmarks",
    "Measurement": "metrics.values",
    "Report": "report.values",
    "View": "pose.landmarks",
    "analyze_photo": "pipeline",
}

__getattr__ = names_of(__name__, _HOMES)
