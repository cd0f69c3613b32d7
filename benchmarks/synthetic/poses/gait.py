"""One moment of level walking, from the joint angles of healthy adults."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from benchmarks.synthetic.body import Floats, RestBody
from benchmarks.synthetic.limbs import LETTER, OUT, Turned, arm, leg, place, spine
from benchmarks.synthetic.poses.move import DOWN, FRONT, LEFT, Move, ramp
from benchmarks.synthetic.posture import turn

TOE_OFF = 0.61
"""Share of the gait cycle at which the foot leaves the floor."""
PERCENT = np.array([0, 5, 10, 20, 30, 40, 50, 60, 65, 73, 80, 90, 100]) / 100
HIP_DEG = (30, 28, 24, 14, 4, -6, -11, -3, 6, 22, 30, 33, 30)
KNEE_DEG = (5, 11, 16, 15, 9, 6, 11, 36, 50, 60, 46, 16, 5)
ANKLE_DEG = (0, -5, -5, 3, 7, 10, 9, -15, -18, -8, 0, 2, 0)
"""Flexion and dorsiflexion over the gait cycle from heel strike on, read off Perry and Burnfield (2010)."""
ARM_DEG, ELBOW_DEG, TURN_DEG = 18.0, 24.0, 4.0


def gait(rest: RestBody, move: Move) -> tuple[Turned, Floats]:
    """Return rotations and root. `Move.lift` scales the swing of the hip of `Move.side`.

    toes_out        degrees by which the foot of that side turns out
    no_heel_strike  degrees by which its toes hang when it lands
    no_push_off     0 … 1: how much of its heel rise is missing
    """
    swing = float(np.sin(2 * np.pi * (move.phase + 0.25)))
    pelvis = turn(yaw=-TURN_DEG * swing, pitch=3.0)
    turned = spine(pelvis, turn(yaw=TURN_DEG * swing, pitch=2.0), turn(pitch=0.0))
    for side, letter in LETTER.items():
        own = move if side == move.side else Move()
        reach = move.lift if side == move.side else 1.0
        phase = (move.phase + (0.0 if side == "left" else 0.5)) % 1.0
        turned |= _walking_leg(rest, turned, side, phase, reach, own)
        flexed = np.radians(-ARM_DEG * swing * OUT[side] + 2.0)
        bent = flexed + np.radians(ELBOW_DEG + 0.5 * np.degrees(flexed))
        out = 0.10 * OUT[side] * LEFT
        upper, fore = (np.sin(angle) * FRONT + np.cos(angle) * DOWN + out for angle in (flexed, bent))
        turned |= arm(rest, turned, letter, upper, fore)
    return turned, place(rest, turned)[0]


def _walking_leg(rest: RestBody, turned: Turned, side: str, phase: float, reach: float, move: Move) -> Turned:
    hip, knee, ankle = (_cycle(curve, phase) for curve in (HIP_DEG, KNEE_DEG, ANKLE_DEG))
    hip = 10.0 + reach * (hip - 10.0)
    landing = ramp(phase, 0.78, 0.95) if phase > 0.5 else 1.0 - ramp(phase, 0.02, 0.10)
    ankle -= move.shows("no_heel_strike") * landing
    pushing = ramp(phase, 0.42, 0.52) * (1.0 - ramp(phase, 0.70, 0.85)) * move.shows("no_push_off")
    hip, knee = hip + 9.0 * pushing, (1.0 - 0.35 * pushing) * knee
    ankle = (1.0 - pushing) * ankle + pushing * 6.0

    letter = LETTER[side]
    plane = turn(yaw=OUT[side] * 0.6 * move.shows("toes_out"))
    thigh_deg, shank_deg = hip, hip - knee
    thigh, shank = (
        plane @ (np.sin(np.radians(angle)) * FRONT + np.cos(np.radians(angle)) * DOWN)
        for angle in (thigh_deg, shank_deg)
    )
    bones = leg(rest, turned, letter, thigh + 0.035 * OUT[side] * LEFT, shank, plane @ FRONT)
    heading = turn(yaw=OUT[side] * (6.0 + move.shows("toes_out")))
    foot_deg = shank_deg + ankle
    foot = heading @ turn(pitch=-foot_deg)
    toes = heading if foot_deg < 0 and 0.3 < phase < 0.66 else foot
    return bones | {f"foot.{letter}": foot} | {f"toe{toe}-1.{letter}": toes for toe in range(1, 6)}


def _cycle(curve: tuple[float, ...], phase: float) -> float:
    return float(CubicSpline(PERCENT, curve, bc_type="periodic")(phase))
