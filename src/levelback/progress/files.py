"""Writes progress into a folder: page, PDF, JSON, table, plots, aligned pictures and a timelapse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from levelback.errors import UsageError
from levelback.progress.content import Content, course_key, day, make_content
from levelback.progress.html import Captioned, Drawings, to_html
from levelback.progress.values import Course, Progress
from levelback.report.files import free_stem, safe_stem, write_whole


def write_outputs(progress: Progress, folder: Path) -> dict[str, Path]:
    """Write everything into `folder`, which is made where missing, and return the paths by their ends.

    ``progress-NAME.html``, ``.pdf``, ``.json``, ``.csv`` (one row for each reading); for each view its
    plot and, where pictures are there, ``-before-after.jpg`` and ``-timelapse.gif``. Each file
    appears whole, and none is overwritten: a number is added to the name. Raises UsageError where the
    folder cannot be written.
    """
    from levelback.progress.pdf import to_pdf
    from levelback.progress.present import to_frame, to_json

    content, drawings = drawn(progress)
    csv = to_frame(progress).write_csv().encode()
    files = {
        ".html": to_html(content, drawings).encode(),
        ".pdf": to_pdf(content, drawings),
        ".json": (to_json(progress) + "\n").encode(),
        ".csv": csv,
        **{f"-{key}.png": data for key, data in drawings.plots.items()},
        **({} if drawings.sides is None else {"-sides.png": drawings.sides}),
    }
    for key, shots in drawings.shots.items():
        files |= {f"-{key}-timelapse.gif": shot.data for shot in shots if shot.kind == "gif"}
        files[f"-{key}-before-after.jpg"] = _side_by_side([s.data for s in shots if s.kind == "jpeg"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"progress-{progress.material.name}.x" if progress.material.name else "progress.x"
        stem = free_stem(folder, safe_stem(name), ("html", "pdf", "json"))
        paths = {end: folder / f"{stem}{end}" for end in files}
        for end, path in paths.items():
            write_whole(path, files[end])
    except OSError as error:
        raise UsageError(f"Cannot write to the folder '{folder}': {error.strerror}.") from error
    return paths


def drawn(progress: Progress) -> tuple[Content, Drawings]:
    """Return progress in words, and everything that is drawn of it."""
    from levelback.progress.figure import course_figure, png, sides_figure

    content = make_content(progress)
    names = [row.name for row in content.sides]
    drawings = Drawings(
        plots={course_key(one): png(course_figure(one)) for one in progress.courses if one.changes},
        shots={course_key(one): shots for one in progress.courses if (shots := _shots(one))},
        sides=png(sides_figure(progress.sides, names)) if progress.sides else None,
    )
    return content, drawings


def _shots(course: Course) -> tuple[Captioned, ...]:
    """Return before, after, overlay and timelapse of a view; nothing without pictures of two days."""
    if not any(shot.report.picture is not None for shot in course.shots):
        return ()
    from levelback.progress.aligned import align, can_align, overlay, timelapse
    from levelback.report.encoded import jpeg

    shots = [shot for shot in course.shots if can_align(shot)]
    if len({shot.at.date() for shot in shots}) < 2:
        return ()
    first, last = shots[0], shots[-1]
    makers: tuple[tuple[Callable[[], bytes], str, str], ...] = (
        (lambda: jpeg(align(first)), "jpeg", f"Then: {day(first.at)}"),
        (lambda: jpeg(align(last)), "jpeg", f"Now: {day(last.at)}"),
        (lambda: jpeg(overlay(first, last)), "jpeg", "Both in one: lines then in orange, now in green"),
        (lambda: timelapse(shots), "gif", f"All {len(shots)} photos in turn"),
    )
    return tuple(Captioned(data=make(), kind=kind, caption=caption) for make, kind, caption in makers)


def _side_by_side(pictures: list[bytes]) -> bytes:
    import io

    import numpy as np
    from PIL import Image

    from levelback.report.encoded import jpeg

    images = [np.asarray(Image.open(io.BytesIO(one))) for one in pictures]
    gap = np.full((images[0].shape[0], 12, 3), 255, dtype=np.uint8)
    strip = [part for image in images for part in (gap, image)][1:]
    return jpeg(np.concatenate(strip, axis=1))
