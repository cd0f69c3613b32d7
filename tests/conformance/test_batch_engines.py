"""Every engine of a batch: each photo once, the bits of a serial run, whatever holds the photos."""

from __future__ import annotations

import dataclasses
import json
from functools import partial

import cv2
import pytest

from helpers.albums import BAD, make_album
from helpers.ray_cluster import ray_cluster
from helpers.storage import running_s3, upload
from levelback.batch.local import measure_locally
from levelback.batch.measure import measure_photo, open_analyzer, version_of
from levelback.batch.photos import find_photos
from levelback.batch.values import Job, Settings, failure_key

pytestmark = pytest.mark.filterwarnings("ignore:::ray")

FAST = Settings(fast=True)
ENGINES = ("local-1", "local-2", "ray")
STORAGES = ("folder", "file://", "s3://")


@pytest.fixture(scope="module")
def s3():
    """An S3 server on loopback, to which all clients of this module are sent."""
    pytest.importorskip("moto", reason="moto, the S3 server of the tests, is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    with running_s3() as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module", params=ENGINES)
def measure(request):
    """The engine, as a function of photos and job."""
    if request.param != "ray":
        yield partial(measure_locally, jobs=int(request.param[-1]))
        return
    pytest.importorskip("ray", reason="Ray is not installed")
    request.getfixturevalue("s3")
    from levelback.batch.on_ray import measure_on_ray

    with ray_cluster() as cluster:
        yield partial(measure_on_ray, jobs=None, address=cluster.address)


@pytest.fixture(scope="module")
def album(tmp_path_factory):
    """The album, with a name that an address has to escape."""
    folder = make_album(tmp_path_factory.mktemp("people") / "album 1")
    (folder / "ben/copy.jpg").rename(folder / "ben/copy #2 100%.jpg")
    return folder


@pytest.fixture(scope="module")
def photos(album):
    return find_photos([str(album)], out=album / "out")


@pytest.fixture(scope="module")
def job():
    return Job(settings=FAST, version=version_of(FAST))


@pytest.fixture(scope="module")
def serial(photos, job):
    """What one analyzer in this process makes of the photos, one after another."""
    threads = cv2.getNumThreads()
    with open_analyzer(FAST) as analyzer:
        outcomes = comparable(measure_photo(analyzer, photo, job) for photo in photos)
    cv2.setNumThreads(threads)
    assert [record.reason is None for _, _, record, _, _ in outcomes.values()].count(False) == BAD
    return outcomes


def comparable(outcomes):
    """Return the outcomes by photo, each there once, without the time at which a report was made."""
    rows = {}
    for one in outcomes:
        assert one.photo.index not in rows
        report = None if one.report is None else json.loads(one.report) | {"created_at": None}
        rows[one.photo.index] = (one.photo.name, one.key, one.record, report, one.thumbnail)
    return dict(sorted(rows.items()))


@pytest.mark.parametrize("storage", STORAGES)
def test_the_bits_of_a_serial_run_from_any_storage(measure, storage, album, job, serial, request):
    if storage == "s3://":
        request.getfixturevalue("s3")
    source = {"folder": str, "file://": lambda path: f"file://{path}", "s3://": upload}[storage](album)
    photos = find_photos([source], out=album / "out")
    assert comparable(measure(photos, job)) == serial


def test_what_is_known_is_not_measured(measure, photos, job, serial):
    broken = next(photo for photo in photos if photo.file == "broken.jpg")
    keys = {serial[0][1], failure_key(serial[broken.index][1], broken)}
    outcomes = list(measure([photos[0], broken], dataclasses.replace(job, known=frozenset(keys))))
    assert [one.record for one in outcomes] == [None, None]
    assert {one.key for one in outcomes} == {serial[0][1], serial[broken.index][1]}


def test_a_photo_that_goes_away_is_a_failure_that_may_end_better(measure, photos, job, serial):
    gone = dataclasses.replace(photos[0], location=f"{photos[0].location}.gone")
    outcomes = comparable(measure([gone, photos[1]], job))
    assert outcomes[1] == serial[1]
    _, key, record, report, _ = outcomes[0]
    assert (key, report) == (None, None)
    assert "no file" in record.reason


def test_closing_early_lets_another_run_begin(measure, photos, job, serial):
    outcomes = measure(photos, job)
    first = next(outcomes)
    outcomes.close()
    assert comparable([first])[first.photo.index] == serial[first.photo.index]
    assert comparable(measure(photos[:1], job)) == {0: serial[0]}
