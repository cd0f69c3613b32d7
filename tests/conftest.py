"""What all tests share: the sample pictures, one loaded model, and no silent skips where all must run."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_images"
MAY_SKIP = ("of the synthetic extra", "could not import 'anny'", "no shared real pictures")
"""Reasons for which a test may be skipped where LEVELBACK_REQUIRE is ``most``; none where it is ``all``."""


def pytest_configure():
    """Let programs that tests start hear Ctrl-C: a shell has what it runs in the background ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where LEVELBACK_REQUIRE says that everything has to run."""
    report = yield
    required = os.environ.get("LEVELBACK_REQUIRE")
    if report.skipped and required and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if required == "all" or not any(allowed in reason for allowed in MAY_SKIP):
            report.outcome = "failed"
            report.longrepr = f"must run here, but was skipped: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _own_history(tmp_path_factory):
    """Keep the tests away from the history of whoever runs them."""
    os.environ["LEVELBACK_HISTORY"] = str(tmp_path_factory.mktemp("history") / "history.sqlite3")


@pytest.fixture(scope="session")
def samples() -> dict:
    """Return truth.json of the sample pictures, by file name."""
    return json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def analyzer():
    """One analyzer with the bundled model, for all tests that read pictures."""
    from levelback.pipeline import Analyzer

    with Analyzer() as one:
        yield one


@pytest.fixture(scope="session")
def real_pictures() -> Path:
    """The folder of real people beside the checkout, which is not part of the repository."""
    folder = ROOT.parent / "shared" / "real"
    if not folder.is_dir():
        pytest.skip("no shared real pictures beside this checkout")
    return folder
