"""How far a body is turned off the view that it is measured in."""

import pytest

from levelback.pose.landmarks import MIRROR_VIEW, View
from levelback.pose.view import off_view_deg


@pytest.mark.parametrize(
    ("turn", "view", "off"),
    [
        (8, View.FRONT, 8),
        (180, View.BACK, 0),
        (-170, View.BACK, 10),  # 190 to the left: 10 beyond square
        (172, View.BACK, -8),
        (90, View.RIGHT, 0),
        (80, View.RIGHT, 10),  # the chest turns towards the camera
        (-80, View.LEFT, 10),
        (-100, View.LEFT, -10),
        (100, View.LEFT, -10),  # the depth has near and far exchanged: −100 is meant
    ],
)
def test_off_view(turn, view, off):
    assert off_view_deg(turn, view) == pytest.approx(off)


@pytest.mark.parametrize("turn", [-175.0, -95.0, -12.0, 3.0, 77.0, 168.0])
@pytest.mark.parametrize("view", list(View))
def test_a_mirror_negates_frontal_turns_and_keeps_sagittal_ones(turn, view):
    mirrored = off_view_deg(-turn, MIRROR_VIEW[view])
    assert mirrored == pytest.approx(-off_view_deg(turn, view) if view.frontal else off_view_deg(turn, view))
