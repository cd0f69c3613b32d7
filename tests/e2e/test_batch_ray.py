"""A batch on a real Ray cluster of two nodes: the table of a local run, also where a node is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpers.albums import make_album
from helpers.ray_cluster import QUIET, ray_cluster

pytest.importorskip("ray", reason="Ray is not installed")

TOOL = Path(sys.executable).with_name("levelback")
COPIES = 4
LIMIT_S = 240


@pytest.fixture(scope="module")
def cluster():
    with ray_cluster() as one:
        yield one


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """An album four times over: enough blocks for both nodes."""
    folder = tmp_path_factory.mktemp("people")
    make_album(folder / "1")
    for number in range(2, COPIES + 1):
        shutil.copytree(folder / "1", folder / str(number))
    return folder


@pytest.fixture(scope="module")
def local(album, tmp_path_factory):
    out = tmp_path_factory.mktemp("local") / "out"
    finished(start(album, out, "--jobs", "2"))
    return out


def start(album, out, *options):
    command = [TOOL, "batch", album, "--out", out, "--fast", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=os.environ | QUIET)


def on_ray(cluster, album, out, *options):
    return start(album, out, "--engine", "ray", "--ray-address", cluster.address, *options)


def finished(run):
    printed, said = run.communicate(timeout=LIMIT_S)
    assert printed == ""
    assert "Traceback" not in said, said
    assert run.returncode == 4, said
    return said


def check_same(out, local):
    for name in ("measurements.csv", "measurements.parquet", "failures.csv", "overview.html"):
        assert (out / name).read_bytes() == (local / name).read_bytes(), name
    for path in local.glob("reports/**/*.json"):
        ours = json.loads((out / path.relative_to(local)).read_text())
        theirs = json.loads(path.read_text())
        assert ours | {"created_at": None} == theirs | {"created_at": None}
    lines = (out / ".levelback" / "journal.jsonl").read_text().splitlines()
    photos = [json.loads(line)["photo"] for line in lines]
    assert len(photos) == len(set(photos)), "a photo was stored twice"


def test_two_nodes_give_the_table_of_one_machine(cluster, album, local, tmp_path):
    finished(on_ray(cluster, f"file://{album}", tmp_path / "out"))
    check_same(tmp_path / "out", local)
    said = finished(on_ray(cluster, f"file://{album}", tmp_path / "out", "--resume"))
    assert f"{7 * COPIES} were done before" in said
    check_same(tmp_path / "out", local)


def test_a_node_that_is_lost_loses_nothing(cluster, album, local, tmp_path):
    out = tmp_path / "out"
    with on_ray(cluster, album, out) as run:
        end = time.monotonic() + LIMIT_S
        while not list(out.glob("reports/**/*.json")):
            assert time.monotonic() < end
            assert run.poll() is None, run.stderr.read()
            time.sleep(0.02)
        cluster.order("lose")
        finished(run)
    check_same(out, local)


def test_without_a_cluster_it_says_how_to_start_one(album, tmp_path):
    with start(album, tmp_path / "out", "--engine", "ray", "--ray-address", "127.0.0.1:1") as run:
        said = run.stderr.read()
    assert run.returncode == 2
    assert "ray start --head" in said
    assert "Traceback" not in said
