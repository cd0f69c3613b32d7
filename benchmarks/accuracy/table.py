"""The accuracy table: the whole product on a rendered split, beside bare MediaPipe.

    python -m benchmarks.accuracy.table DATA/test [--out docs/accuracy-table.md] [--jobs 2]

Every picture goes through `levelback.Analyzer` as a user's photo would (default and --fast), and once through
MediaPipe's own pose landmarker, whose angles are read straight off its landmarks. What each said is kept in
DATA/test/said-*.jsonl, so that the table can be printed again without measuring again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.accuracy.extract import read_truth
from levelback import Analyzer, LevelbackError
from levelback.capture import read_photo
from levelback.metrics import direct
from levelback.metrics.accuracy import AccuracyRow, accuracy_row
from levelback.metrics.body import body_frame
from levelback.metrics.values import MEASURES, Estimate, measures_for
from levelback.pose.bundle import models_folder
from levelback.pose.landmarks import Landmarks, View

MODES = ("bare", "fast", "default")
TRUNK_MEASURES = (
    "shoulder_tilt", "pelvic_obliquity", "head_tilt", "trunk_lean", "trunk_shift", "weight_shift", "hip_rotation",
    "knee_alignment_left", "knee_alignment_right", "foot_turnout_left", "foot_turnout_right",
)  # fmt: skip
SAGITTAL_MEASURES = tuple(one.id for one in measures_for(View.LEFT))
STANDING_OUT = ("likely", "possible")
GROUPS = ("sex", "weight_group", "skin_tone_group", "waistband_visible", "view", "room_lines")


@cache
def _analyzer(fast: bool) -> Analyzer:
    return Analyzer(fast=fast)


@cache
def _bare_finder() -> Any:
    from mediapipe.tasks.python import BaseOptions, vision

    model = str(models_folder() / "pose_landmarker_full.task")
    options = vision.PoseLandmarkerOptions(base_options=BaseOptions(model_asset_path=model))
    return vision.PoseLandmarker.create_from_options(options)


def say_bare(path: str, view: str) -> dict[str, Any]:
    """Return what bare MediaPipe says: angles between its landmarks, no interval, camera roll not undone."""
    import mediapipe as mp

    image = np.ascontiguousarray(read_photo(path).image)
    found = _bare_finder().detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=image))
    if not found.pose_landmarks:
        return {"error": "nobody found"}
    height, width = image.shape[:2]
    points = np.array([(one.x * width, one.y * height) for one in found.pose_landmarks[0]])
    landmarks = Landmarks(
        points=points, visibility=np.ones(33), covariance=np.zeros((66, 66)), silhouette=None, width=width,
        height=height, view=View(view),
    )  # fmt: skip
    body = body_frame(landmarks, 0.0)
    said = direct.frontal(body) if landmarks.view.frontal else direct.sagittal(body)
    return {"estimates": {id: [value] * 3 for id, value in said.items() if np.isfinite(value)}, "view": view}


def say(path: str, fast: bool) -> dict[str, Any]:
    """Return what levelback says about one picture."""
    try:
        report = _analyzer(fast).analyze(path)
    except LevelbackError as error:
        return {"error": str(error)}
    return {
        "view": report.photo.view.value,
        "estimates": {
            one.id: [one.estimate.value, one.estimate.low, one.estimate.high]
            for one in report.measurements
            if one.estimate
        },
        "findings": [one.measure for one in report.findings if one.confidence in STANDING_OUT],
        "issues": [issue.code for issue in report.quality.issues],
        "roll": report.roll.estimate.value,
        "roll_source": report.roll.source,
    }


def say_all(folder: Path, mode: str, jobs: int) -> dict[str, dict[str, Any]]:
    """Return what `mode` says about every picture of `folder`; what is there already is not asked again."""
    kept = folder / f"said-{mode}.jsonl"
    said = {line["file"]: line for line in map(json.loads, kept.open())} if kept.exists() else {}
    rows = [row for row in read_truth(folder) if row["file"] not in said and (folder / row["file"]).exists()]
    ask: Callable[[dict[str, str]], dict[str, Any]] = partial(_ask, str(folder), mode)
    with kept.open("a", encoding="utf-8") as file:
        for row, answer in zip(rows, _map(ask, rows, jobs), strict=True):
            said[row["file"]] = {"file": row["file"], **answer}
            file.write(json.dumps(said[row["file"]]) + "\n")
            file.flush()
    return said


def _ask(folder: str, mode: str, row: dict[str, str]) -> dict[str, Any]:
    path = str(Path(folder) / row["file"])
    return say_bare(path, row["view"]) if mode == "bare" else say(path, mode == "fast")


def _map(
    work: Callable[[dict[str, str]], dict[str, Any]], rows: Sequence[dict[str, str]], jobs: int
) -> Iterator[dict[str, Any]]:
    if jobs == 1:
        yield from map(work, rows)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, rows, chunksize=4)


def row_for(id: str, said: dict[str, dict[str, Any]], truth: Sequence[dict[str, str]]) -> AccuracyRow | None:
    """Return the statistics of one measure over the pictures in which it was given, None for fewer than five."""
    pairs = [
        (Estimate(value=value, low=low, high=high), row)
        for row in truth
        if (answer := said.get(row["file"]))
        and id in answer.get("estimates", {})
        and answer["view"] == row["view"]
        for value, low, high in [answer["estimates"][id]]
    ]
    if len(pairs) < 5:
        return None
    return accuracy_row(
        [estimate for estimate, _ in pairs],
        [float(row[id]) for _, row in pairs],
        sided=MEASURES[id].sided,
        subjects=[row["body_id"] for _, row in pairs],
    )


def _cells(row: AccuracyRow | None, *, bare: bool) -> str:
    if row is None:
        return "– | | | | | |" if not bare else "– | |"
    slope = "–" if row.slope is None else f"{row.slope:.2f}"
    if bare:
        return f"{row.mae:.2f} | {slope} |"
    wrong = "–" if row.wrong_side_rate is None else f"{100 * row.wrong_side_rate:.1f} %"
    found = "–" if row.found_rate is None else f"{100 * row.found_rate:.0f} %"
    return (
        f"{row.mae:.2f} | {slope} | {row.bias:+.2f} | {100 * row.coverage:.0f} % | ±{row.mean_width / 2:.1f} | "
        f"{wrong} | {found} |"
    )


def main_table(said: dict[str, dict[str, Any]], truth: Sequence[dict[str, str]]) -> Iterator[str]:
    """Yield the lines of the table of all measures, bare MediaPipe, --fast and default side by side."""
    yield "| measure | n | bare MAE | slope | fast MAE | slope | bias | cover | width | wrong | found | default MAE | slope | bias | cover | width | wrong | found |"
    yield "|---|---|" + "---|" * 16
    for id in (*TRUNK_MEASURES, *SAGITTAL_MEASURES):
        row = row_for(id, said["default"], truth)
        cells = " ".join(_cells(row_for(id, said[mode], truth), bare=mode == "bare") for mode in MODES)
        yield f"| `{id}` | {row.n if row else 0} | {cells}"


def group_table(said: dict[str, Any], truth: Sequence[dict[str, str]], ids: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the fairness table: mean absolute error by group, default mode."""
    yield "| group | " + " | ".join(f"`{id}`" for id in ids) + " |"
    yield "|---|" + "---|" * len(ids)
    for column in GROUPS:
        for value in sorted({row[column] for row in truth}):
            rows = [row_for(id, said, [one for one in truth if one[column] == value]) for id in ids]
            cells = " | ".join("–" if row is None else f"{row.mae:.2f} (n={row.n})" for row in rows)
            yield f"| {column} {value} | {cells} |"


def other_lines(said: dict[str, Any], truth: Sequence[dict[str, str]]) -> Iterator[str]:
    """Yield sentences on views, roll and false findings, default mode."""
    answered = [
        (said[row["file"]], row) for row in truth if "error" not in said.get(row["file"], {"error": ""})
    ]
    seen = np.mean([answer["view"] == row["view"] for answer, row in answered])
    yield f"- View told rightly: {100 * seen:.1f} % of {len(answered)} pictures; no person found in {len(truth) - len(answered)}."
    for source, name in (
        ("scene_lines", "with lines"),
        ("stance", "from the stance"),
        ("assumed_level", "assumed level"),
    ):
        errors = [
            abs(a["roll"] - float(row["camera_roll"])) for a, row in answered if a["roll_source"] == source
        ]
        if errors:
            yield f"- Camera roll {name}: MAE {np.mean(errors):.2f}° over {len(errors)} pictures."
    level = [a for a, row in answered if _is_symmetric(row) and row["view"] in ("front", "back")]
    false = sum(bool(a["findings"]) for a in level)
    yield f"- Findings on symmetric bodies, front and back: {false} of {len(level)}."


def _is_symmetric(row: dict[str, str]) -> bool:
    sided = [id for id, one in MEASURES.items() if one.sided and one.unit == "deg" and id in row]
    return all(abs(float(row[id])) < 0.05 for id in sided)


def main() -> None:
    """Measure what is missing and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    truth = [row for row in read_truth(options.folder) if (options.folder / row["file"]).exists()]
    said = {mode: say_all(options.folder, mode, options.jobs) for mode in MODES}
    clothed = [row for row in truth if row["waistband_visible"] == "1"]
    lines = [
        f"## All pictures ({len(truth)})", "", *main_table(said, truth), "",
        "## Waistband visible", "", *main_table(said, clothed), "",
        "## By group, default mode, mean absolute error", "",
        *group_table(said["default"], truth, ("shoulder_tilt", "pelvic_obliquity", "trunk_lean", "pelvic_tilt")), "",
        *other_lines(said["default"], truth),
    ]  # fmt: skip
    text = "\n".join(lines) + "\n"
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
