"""Where in a repetition a body is, and what bodies have in common that bear on the floor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

KNEE_M, WRIST_M, ANKLE_M, ELBOW_M, BACK_M, SIDE_M = 0.055, 0.045, 0.075, 0.045, 0.105, 0.115
"""Height of a joint over the floor when that part bears, on a body of 1.7 m; `SIDE_M`: the lower hip."""
UP, LEFT, BACK = np.eye(3)[[2, 0, 1]]
DOWN, RIGHT, FRONT = -UP, -LEFT, -BACK


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """Where in a repetition a body is.

    side    the working side: the lifted leg of a bird-dog, the top leg of a clam, the rear leg of a
            lunge, the crossed leg of a pigeon, the side that a side plank rests on
    lift    0 at rest, 1 in the full position; a repetition of less range stops below 1
    phase   of walking: 0 … 1 from one left heel strike to the next
    turn    degrees by which somebody who stands still has to turn to be square
    sway    degrees of slow leaning while standing
    faults  pairs of a fault and how far it has gone, most often in degrees
    """

    side: str = "left"
    lift: float = 0.0
    phase: float = 0.0
    turn: float = 0.0
    sway: float = 0.0
    faults: tuple[tuple[str, float], ...] = ()

    def shows(self, fault: str) -> float:
        """Return how far `fault` has gone, 0 where it is not there."""
        return dict(self.faults).get(fault, 0.0)


def ramp(value: float, start: float, end: float) -> float:
    """Return 0 below `start`, 1 above `end`, and a smooth step between."""
    u = float(np.clip((value - start) / (end - start), 0.0, 1.0))
    return u * u * (3 - 2 * u)
