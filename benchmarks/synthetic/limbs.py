"""Parts of a pose: from directions of trunk and limbs to the rotations of the bones.

A pose is a dictionary from the name of a bone to its (3, 3) total rotation from rest; a bone that is not
named turns with its parent. It grows from the pelvis outwards: `spine` or `trunk`, then `leg` and `arm`
for each side, then `posed`. Directions are (3,) vectors of any length in the axes of `scene`; a body at
rest stands upright, faces −y, and its left is +x.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation, Slerp

from benchmarks.synthetic.body import Floats, RestBody, place_bones, rig, skin
from benchmarks.synthetic.posture import PosedBody, Posture, between, turn

Turned = dict[str, Floats]

LETTER = {"left": "L", "right": "R"}
OTHER = {"left": "right", "right": "left"}
OUT = {"left": 1.0, "right": -1.0}
"""Sign of x on that side of a body that stands upright and faces −y."""

_SPINE = (("spine05", 0.1), ("spine04", 0.4), ("spine03", 0.75), ("spine02", 1.0), ("spine01", 1.0))
_NECK = (("neck01", 0.4), ("neck02", 0.6), ("neck03", 0.8), ("head", 1.0))
_LIMBS = {"leg": ("upperleg01", "lowerleg01", "foot"), "arm": ("upperarm01", "lowerarm01", "wrist")}


def spine(pelvis: Floats, thorax: Floats, head: Floats) -> Turned:
    """Return the rotations of root, spine, neck and head from the (3, 3) rotations of three of them.

    The spine turns from pelvis to thorax, and the neck from thorax to head, bone by bone on the shortest way.
    """
    turned = {"root": pelvis}
    for chain, start, end in ((_SPINE, pelvis, thorax), (_NECK, thorax, head)):
        turned |= {bone: blend(start, end, share) for bone, share in chain}
    return turned


def trunk(rest: RestBody, *, pelvis: float, thorax: float, roll: float, head: float) -> tuple[Turned, Floats]:
    """Return rotations of pelvis, spine and head, and the (B, 3) bone heads, the root where it rests.

    pelvis, thorax   pitch in degrees;  head   pitch of the head against the thorax
    roll             of the pelvis, left side up, fading out at the ribs
    """
    turned = {"root": turn(pitch=pelvis, roll=roll)}
    for bone, share in _SPINE:
        turned[bone] = turn(pitch=(1 - share) * pelvis + share * thorax, roll=(1 - share) * roll)
    for bone, share in _NECK:
        turned[bone] = turn(pitch=thorax + share * head)
    return turned, place(rest, turned)


def leg(
    rest: RestBody, turned: Turned, letter: str, thigh: Floats, shank: Floats, kneecap: Floats | None = None
) -> Turned:
    """Return the rotations of one leg (``"L"`` or ``"R"``) whose thigh and shank point so.

    kneecap   the direction that the kneecap faces, of which the part across the thigh counts;  None: as
              the thigh comes when it swings from the pelvis on the shortest way
    """
    hip, knee, ankle = (rest.head(f"{bone}.{letter}") for bone in _LIMBS["leg"])
    upper = aim(turned["root"], knee - hip, thigh)
    if kneecap is not None:
        upper = _twisted(upper, thigh, upper @ np.array([0.0, -1.0, 0.0]), kneecap)
    return {f"upperleg01.{letter}": upper, f"lowerleg01.{letter}": aim(upper, ankle - knee, shank)}


def arm(
    rest: RestBody, turned: Turned, letter: str, upper: Floats, fore: Floats, elbow: Floats | None = None
) -> Turned:
    """Return the rotations of one arm whose upper arm and forearm point so.

    elbow   the direction that the tip of the elbow faces, of which the part across the upper arm counts;
            None: as the arm comes on the shortest way from rest
    """
    shoulder, bend, wrist = (rest.head(f"{bone}.{letter}") for bone in _LIMBS["arm"])
    first = aim(turned["spine01"], bend - shoulder, upper)
    if elbow is not None:
        first = _twisted(first, upper, first @ np.array([0.0, 1.0, 0.0]), elbow)
    return {f"upperarm01.{letter}": first, f"lowerarm01.{letter}": aim(first, wrist - bend, fore)}


def hand(rest: RestBody, fore: Floats, letter: str, fingers: Floats, thumb: Floats) -> Floats:
    """Return the rotation of a wrist whose fingers point so, with the thumb on that side.

    fore   (3, 3) rotation of the forearm;  thumb   the part across the fingers counts
    """
    wrist, finger, thumb_tip = (rest.head(f"{bone}.{letter}") for bone in ("wrist", "finger3-2", "finger1-2"))
    start = aim(fore, finger - wrist, fingers)
    return _twisted(start, fingers, start @ (thumb_tip - wrist), thumb)


def blend(start: Floats, end: Floats, share: float) -> Floats:
    """Return the (3, 3) rotation that lies `share` of the shortest way from `start` to `end`."""
    return np.asarray(Slerp([0.0, 1.0], Rotation.from_matrix([start, end]))(share).as_matrix())


def aim(start: Floats, bone: Floats, direction: Floats) -> Floats:
    """Turn on from rotation `start` so that the rest direction `bone` points along `direction`."""
    return between(start @ bone, direction) @ start


def _twisted(rotation: Floats, axis: Floats, shown: Floats, wanted: Floats) -> Floats:
    """Turn on about `axis` until the direction `shown` comes as close to `wanted` as it can."""
    axis = axis / np.linalg.norm(axis)
    shown, wanted = (vector - axis * (vector @ axis) for vector in (shown, wanted))
    angle = np.arctan2(np.cross(shown, wanted) @ axis, shown @ wanted)
    return np.asarray(Rotation.from_rotvec(angle * axis).as_matrix() @ rotation)


def two_links(
    start: Floats, end: Floats, first: float, second: float, towards: Floats
) -> tuple[Floats, Floats]:
    """Return the unit directions (3,) of two links from `start` to `end` whose joint bends `towards`.

    first, second   lengths in metres. An `end` out of reach is aimed at with links almost straight.
    """
    line = end - start
    distance = min(float(np.linalg.norm(line)), 0.999 * (first + second))
    line = line / np.linalg.norm(line)
    across = towards - line * (towards @ line)
    across = across / np.linalg.norm(across)
    cosine = np.clip((first**2 + distance**2 - second**2) / (2 * first * distance), -1.0, 1.0)
    one = cosine * line + np.sqrt(1 - cosine**2) * across
    two = distance * line - first * one
    return one, two / np.linalg.norm(two)


def lengths(rest: RestBody, limb: str) -> tuple[float, float]:
    """Return the lengths in metres of the two links of an ``"arm"`` or a ``"leg"``."""
    a, b, c = (rest.head(f"{bone}.L") for bone in _LIMBS[limb])
    return float(np.linalg.norm(b - a)), float(np.linalg.norm(c - b))


def middle(heads: Floats, bone: str) -> Floats:
    """Return the point half-way between a left and a right joint of (B, 3) bone heads."""
    return np.asarray((heads[rig().bones[f"{bone}.L"]] + heads[rig().bones[f"{bone}.R"]]) / 2)


def joint(heads: Floats, bone: str) -> Floats:
    """Return where `bone` begins among (B, 3) bone heads."""
    return np.asarray(heads[rig().bones[bone]])


def size(rest: RestBody) -> float:
    """Return the height of the body over 1.7 m."""
    return float(np.ptp(rest.vertices[:, 2])) / 1.7


def inherit(turned: Turned) -> Floats:
    """Give each bone its own rotation or its parent's: (B, 3, 3)."""
    rotations = np.empty((len(rig().parents), 3, 3))
    for name, number in rig().bones.items():
        parent = rig().parents[number]
        rotations[number] = turned.get(name, rotations[parent] if parent >= 0 else np.eye(3))
    return rotations


def place(rest: RestBody, turned: Turned) -> Floats:
    """Return the (B, 3) bone heads of a pose, the root where it rests."""
    return place_bones(rest, inherit(turned))


def posed(rest: RestBody, turned: Turned, root: Floats, on_floor: bool = True) -> PosedBody:
    """Put the body together with its root at `root`; `on_floor` then brings its lowest point to z = 0."""
    rotations = inherit(turned)
    placed = place_bones(rest, rotations)
    placed = placed + (root - placed[0])
    vertices = np.asarray(rig().subdivide @ skin(rest, rotations, placed))
    floor = np.array([0.0, 0.0, vertices[:, 2].min() if on_floor else 0.0])
    return PosedBody(
        rest=rest, posture=Posture(), heading_deg=0.0, vertices=vertices - floor, rotations=rotations,
        joints=placed - floor, boards={"left": 0.0, "right": 0.0},
    )  # fmt: skip
