"""Is it getting better? Photos of one person over time, and change told from noise.

    progress = assess(from_history(history, "Anna"))
    print(summarize(progress))
    write_outputs(progress, folder)

Photos are compared within one view, after an audit of how they were taken. Each change has its 95 %
interval; *better* is nearer to the middle of what is common in healthy people, which is level for
everything that has sides. Names load on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levelback.lazy import names_of

if TYPE_CHECKING:
    from levelback.progress.assessment import assess
    from levelback.progress.change import compare, robust_trend
    from levelback.progress.collect import from_history, from_sources, who_of, with_hidden_faces
    from levelback.progress.files import write_outputs
    from levelback.progress.plan import with_history
    from levelback.progress.present import summarize, to_dict, to_frame, to_json
    from levelback.progress.values import Change, Course, Material, Progress, Shot, Trend

_HOMES = {
    "Change": "values",
    "Course": "values",
    "Material": "values",
    "Progress": "values",
    "Shot": "values",
    "Trend": "values",
    "assess": "assessment",
    "compare": "change",
    "from_history": "collect",
    "from_sources": "collect",
    "robust_trend": "change",
    "summarize": "present",
    "to_dict": "present",
    "to_frame": "present",
    "to_json": "present",
    "who_of": "collect",
    "with_hidden_faces": "collect",
    "with_history": "plan",
    "write_outputs": "files",
}

__all__ = [
    "Change",
    "Course",
    "Material",
    "Progress",
    "Shot",
    "Trend",
    "assess",
    "compare",
    "from_history",
    "from_sources",
    "robust_trend",
    "summarize",
    "to_dict",
    "to_frame",
    "to_json",
    "who_of",
    "with_hidden_faces",
    "with_history",
    "write_outputs",
]

__getattr__ = names_of(__name__, _HOMES)
