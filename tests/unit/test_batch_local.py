"""Workers on this machine: in any number the same bits, and a dead one costs nothing."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import os
import signal
import threading

import pytest

from helpers.albums import BAD, make_album
from levelback.batch import local
from levelback.batch.local import measure_locally
from levelback.batch.measure import version_of
from levelback.batch.photos import find_photos
from levelback.batch.values import Job, Settings
from levelback.errors import LevelbackError, ModelError

FAST = Settings(fast=True)


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    folder = tmp_path_factory.mktemp("album")
    make_album(folder)
    return find_photos([str(folder)], out=folder / "out")


@pytest.fixture(scope="module")
def job():
    return Job(settings=FAST, version=version_of(FAST))


@pytest.fixture(scope="module")
def serial(photos, job):
    """What one worker makes of the photos."""
    return comparable(measure_locally(photos, job, jobs=1))


def comparable(outcomes):
    """Return the outcomes by photo, without the time at which a report was made."""
    rows = {}
    for one in outcomes:
        report = None if one.report is None else json.loads(one.report) | {"created_at": None}
        rows[one.photo.index] = (one.key, one.record, report, one.thumbnail)
    return rows


def test_any_number_of_workers_gives_the_same_bits(photos, job, serial):
    assert len(serial) == len(photos)
    assert [one[1].reason is None for one in serial.values()].count(False) == BAD
    assert comparable(measure_locally(photos, job, jobs=2)) == serial


def test_a_worker_gives_the_bits_of_a_report_on_one_photo(photos, serial):
    from levelback import analyze_photo

    alone = analyze_photo(photos[0].location, fast=True).to_dict() | {"created_at": None}
    assert serial[0][2] == json.loads(json.dumps(alone))


def test_what_is_known_is_not_measured(photos, job, serial):
    keys = {serial[index][0] for index in (0, 1)}
    known = dataclasses.replace(job, known=frozenset(keys))
    again = list(measure_locally(photos[:2], known, jobs=1))
    assert [one.record for one in again] == [None, None]
    assert {one.key for one in again} == keys


def test_a_worker_that_is_killed_costs_no_photo(photos, job, serial):
    outcomes = []
    for outcome in measure_locally(photos, job, jobs=2):
        outcomes.append(outcome)
        if len(outcomes) == 1:
            victim = multiprocessing.active_children()[0]
            os.kill(victim.pid, signal.SIGKILL)
    assert comparable(outcomes) == serial


def test_a_photo_on_which_a_worker_hangs_twice_is_a_failure(photos, job, monkeypatch):
    monkeypatch.setattr(local, "PHOTO_LIMIT_S", 0.0)
    (outcome,) = measure_locally(photos[:1], job, jobs=1)
    assert "ended or hung, twice" in outcome.record.reason
    assert outcome.key is None
    assert not multiprocessing.active_children()


def test_workers_give_way_to_new_ones(photos, job, monkeypatch):
    monkeypatch.setattr(local, "PHOTOS_A_WORKER", 1)
    started = []
    start = local._Worker.__init__
    monkeypatch.setattr(local._Worker, "__init__", lambda self, job: (started.append(1), start(self, job))[1])
    assert len(list(measure_locally(photos[:2], job, jobs=1))) == 2
    assert len(started) == 2


def test_closing_early_ends_the_workers(photos, job):
    outcomes = measure_locally(photos, job, jobs=2)
    next(outcomes)
    assert multiprocessing.active_children()
    outcomes.close()
    assert not multiprocessing.active_children()


def test_a_worker_that_cannot_start_ends_the_batch(photos, tmp_path):
    missing = Settings(model=tmp_path / "none.task")
    with pytest.raises(ModelError):
        version_of(missing)
    with pytest.raises(LevelbackError, match="could not start: The model"):
        next(measure_locally(photos, Job(settings=missing, version="v"), jobs=1))
    assert not multiprocessing.active_children()


def test_settings_decide_the_version(tmp_path):
    versions = {
        version_of(one) for one in (FAST, Settings(), Settings(view="front"), Settings(height_cm=180))
    }
    assert len(versions) == 4
    assert version_of(Settings(fast=True)) == version_of(FAST)


def test_workers_start_from_other_threads_too(photos, job):
    found = []
    thread = threading.Thread(target=lambda: found.extend(measure_locally(photos[:1], job, jobs=1)))
    thread.start()
    thread.join()
    assert len(found) == 1
