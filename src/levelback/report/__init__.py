"""What people see of a report: JSON, HTML, PDF, picture, table and a summary in words.

Names load on first use, so that a run that writes JSON only imports no drawing library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from levelback.lazy import names_of

if TYPE_CHECKING:
    from levelback.report.decode import from_dict, from_json
    from levelback.report.encode import to_dict, to_json
    from levelback.report.figure import plot
    from levelback.report.files import read_report, safe_stem, write_outputs, write_whole
    from levelback.report.html import to_html
    from levelback.report.pdf import to_pdf
    from levelback.report.picture import render_picture
    from levelback.report.plan_text import describe_plan
    from levelback.report.planning import replan, replan_with_sets, together
    from levelback.report.summary import summarize
    from levelback.report.table import to_frame
    from levelback.report.values import ModelIdentity, PhotoFacts, Report

_HOMES = {
    "from_dict": "decode",
    "from_json": "decode",
    "to_dict": "encode",
    "to_json": "encode",
    "plot": "figure",
    "describe_plan": "plan_text",
    "read_report": "files",
    "replan": "planning",
    "replan_with_sets": "planning",
    "together": "planning",
    "safe_stem": "files",
    "write_outputs": "files",
    "write_whole": "files",
    "to_html": "html",
    "to_pdf": "pdf",
    "render_picture": "picture",
    "summarize": "summary",
    "to_frame": "table",
    "ModelIdentity": "values",
    "PhotoFacts": "values",
    "Report": "values",
}

__all__ = [
    "ModelIdentity",
    "PhotoFacts",
    "Report",
    "describe_plan",
    "from_dict",
    "from_json",
    "plot",
    "read_report",
    "render_picture",
    "replan",
    "replan_with_sets",
    "safe_stem",
    "summarize",
    "to_dict",
    "to_frame",
    "to_html",
    "to_json",
    "to_pdf",
    "together",
    "write_outputs",
    "write_whole",
]

__getattr__ = names_of(__name__, _HOMES)
