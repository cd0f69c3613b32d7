"""The same photo gives the same numbers: twice, on one thread, and on a processor that knows less."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "sample_images" / "front-left-hip-high.jpg"
TOOL = Path(sys.executable).with_name("levelback")
TOLERANCE = 0.05
"""How far numbers may differ on another processor, as a share of half the 95 % interval."""
OLDER = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL",
    "OPENCV_CPU_DISABLE": "AVX512-SKX,AVX512-ICL,AVX2,FMA3,AVX,FP16",
}
"""NumPy, OpenBLAS and OpenCV as on a processor of 2008. LiteRT cannot be told; docs/reliability.md says what was tried."""


def measured(**environment):
    """The report as JSON, without the time at which it was made."""
    command = [TOOL, "photo", SAMPLE, "--height-cm", "170", "--json", "-"]
    known = {name: value for name, value in os.environ.items() if name not in OLDER}
    done = subprocess.run(command, env=known | environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout) | {"created_at": None}


@pytest.fixture(scope="module")
def once():
    return measured()


def test_two_runs_say_the_same(once):
    assert measured() == once


def test_an_older_processor_says_nearly_the_same(once):
    other = measured(**OLDER)
    assert [one["id"] for one in other["findings"]] == [one["id"] for one in once["findings"]]
    for one, two in zip(once["measurements"], other["measurements"], strict=True):
        assert (one["id"], one["status"], one["higher_side"]) == (
            two["id"],
            two["status"],
            two["higher_side"],
        )
        if one["status"] == "measured":
            half = (one["high"] - one["low"]) / 2
            assert two["value"] == pytest.approx(one["value"], abs=TOLERANCE * half), one["id"]
            assert two["high"] - two["low"] == pytest.approx(2 * half, rel=TOLERANCE), one["id"]
