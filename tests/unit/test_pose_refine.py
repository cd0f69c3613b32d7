"""The average over crops, on made-up readings whose truth is known."""

import numpy as np
import pytest

from levelback.pose.crops import Crop
from levelback.pose.joints import JOINT_COUNT, MIRROR
from levelback.pose.models import Reading
from levelback.pose.refine import average, is_settled, jitter_table, jittered_crops, refine

ROI = Crop(x=200, y=300, size=500, angle_deg=3)


def body():
    rng = np.random.default_rng(4)
    points = rng.uniform(100, 500, (JOINT_COUNT, 2))
    points[11], points[12], points[23], points[24] = (320, 200), (180, 205), (290, 400), (210, 398)
    return points


def reading(points, visibility=None):
    return Reading(
        crop=ROI,
        points=points,
        visibility=np.full(JOINT_COUNT, 0.9) if visibility is None else visibility,
        score=0.9,
        roi=ROI,
        world=np.column_stack([points / 300, np.zeros(JOINT_COUNT)]),
        mask=np.zeros((256, 256), np.float32),
    )


def noisy(count, sd, seed=0):
    rng = np.random.default_rng(seed)
    return [reading(body() + rng.normal(0, sd, (JOINT_COUNT, 2))) for _ in range(count)]


def test_jitter_is_the_same_every_time_and_fills_its_range_evenly():
    table = jitter_table(12)
    np.testing.assert_array_equal(table[:8], jitter_table(8))
    assert np.abs(table).max() <= 1
    np.testing.assert_array_equal(table[1::2], -table[::2])
    thirds = np.sort(np.floor((table + 1) * 1.5), axis=0)
    assert (np.stack([(thirds == third).sum(axis=0) for third in range(3)]) >= 2).all()


def test_crops_come_in_mirrored_pairs_near_the_body():
    crops = jittered_crops(ROI, 24)
    assert len(crops) == len({(crop.x, crop.mirrored) for crop in crops}) == 24
    for plain, mirrored in zip(crops[::2], crops[1::2], strict=True):
        assert mirrored == plain.mirror() != plain
        assert abs(plain.angle_deg - ROI.angle_deg) <= 8
        assert abs(plain.x - ROI.x) <= 0.03 * ROI.size


def test_mean_is_near_the_truth_and_resists_wild_crops():
    readings = noisy(24, sd=1.0)
    wild = body() + 80
    mean = average([*readings[:20], *(reading(wild) for _ in range(4))])
    assert np.abs(mean.points - body()).max() < 1.5
    assert (
        np.abs(np.mean([*(one.points for one in readings[:20]), wild, wild, wild, wild], 0) - body()).max()
        > 10
    )


def exchanged(readings, *indices):
    return [reading(one.points[MIRROR]) if i in indices else one for i, one in enumerate(readings)]


def without_pairs(readings, *pairs):
    return [one for i, one in enumerate(readings) if i // 2 not in pairs]


def test_pairs_that_exchange_left_and_right_are_left_out():
    readings = noisy(24, sd=0.5)
    mixed = average(exchanged(readings, 3, 8, 9))
    np.testing.assert_array_equal(mixed.points, average(without_pairs(readings, 1, 4)).points)
    assert mixed.swapped == pytest.approx(3 / 24)
    assert mixed.passes == 20


def test_a_crop_that_exchanges_only_the_legs_is_left_out():
    readings = noisy(24, sd=0.5)
    legs = readings[6].points.copy()
    legs[23:33] = legs[MIRROR[23:33]]
    mixed = average([*readings[:6], reading(legs), *readings[7:]])
    np.testing.assert_array_equal(mixed.points, average(without_pairs(readings, 3)).points)
    assert mixed.swapped == pytest.approx(1 / 24)


def test_the_majority_decides_about_left_and_right():
    readings = noisy(24, sd=0.5)
    mixed = average(exchanged(readings, 0, 1, 2))
    np.testing.assert_array_equal(mixed.points, average(without_pairs(readings, 0, 1)).points)


def test_where_too_few_pairs_agree_the_names_are_put_right():
    readings = noisy(24, sd=0.5)
    mixed = average(exchanged(readings, *range(1, 20, 2)))
    np.testing.assert_allclose(mixed.points, average(readings).points, atol=1e-9)
    assert mixed.passes == 24


def test_exchanging_the_names_twice_changes_nothing():
    mean = average(noisy(24, sd=0.5))
    np.testing.assert_array_equal(mean.exchanged().points[11], mean.points[12])
    np.testing.assert_array_equal(mean.exchanged().covariance[22:24, 22:24], mean.covariance[24:26, 24:26])
    for name in ("points", "covariance", "visibility", "world"):
        np.testing.assert_array_equal(getattr(mean.exchanged().exchanged(), name), getattr(mean, name))


def test_covariance_grows_with_the_square_of_the_spread_and_is_a_covariance():
    small, large = average(noisy(24, sd=0.5)).covariance, average(noisy(24, sd=1.0)).covariance
    np.testing.assert_allclose(large, 4 * small, rtol=1e-6, atol=1e-9)
    np.testing.assert_array_equal(large, large.T)
    assert np.linalg.eigvalsh(large).min() > -1e-9


def test_a_bias_that_mirrored_pairs_cancel_is_not_counted_as_spread():
    quiet = noisy(24, sd=0.5)
    biased = [reading(one.points + (3 if index % 2 else -3)) for index, one in enumerate(quiet)]
    spread, spread_biased = (np.trace(average(one).covariance) for one in (quiet, biased))
    assert spread_biased < 1.5 * spread


class Scripted:
    """A model that sees the body with a given scatter, whatever it is shown; counts what it is shown."""

    def __init__(self, sd, wild=()):
        self.readings = [
            reading(one.points[MIRROR]) if index in wild else one for index, one in enumerate(noisy(24, sd))
        ]
        self.seen = []

    def read(self, picture, crop):
        self.seen.append(crop)
        return self.readings[len(self.seen) - 1]


def looks(sd, wild=()):
    model = Scripted(sd, wild)
    mean, readings = refine([model], np.zeros((800, 600, 3), np.uint8), ROI)
    assert mean.passes + 2 * len({index // 2 for index in wild}) == len(readings) == len(model.seen)
    np.testing.assert_array_equal(mean.points, average(model.readings[: len(readings)]).points)
    return len(readings)


def test_reading_ends_when_more_crops_would_not_narrow_the_mean():
    assert looks(sd=0.01) == 10
    assert looks(sd=8.0) == 24
    assert sorted({looks(sd) for sd in np.geomspace(0.1, 8, 30)}) == [10, 12, 16, 24]


def test_reading_goes_on_where_one_crop_exchanges_left_and_right():
    assert looks(sd=0.01, wild=[5]) == 24


def test_a_mirror_image_settles_after_the_same_number_of_crops():
    for sd in (0.1, 1.0, 2.0, 3.0, 8.0):
        readings = noisy(12, sd)
        mirrored = [reading(one.points[MIRROR] * [-1, 1] + [600, 0]) for one in readings]
        assert is_settled(average(readings)) == is_settled(average(mirrored))
