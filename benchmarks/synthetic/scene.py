"""The scene that both renderers draw: surfaces with painted layers, lights and one camera.

World axes: metres, z up, the floor at z = 0. A standing subject faces −y; the subject's left is +x.
Colours are linear-light RGB reflectances in 0…1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Layer:
    """Paint on a surface wherever its field is positive.

    field      (V,) metres: signed distance to the layer's edge, positive inside. It is interpolated
               over each face and thresholded per pixel, so that edges are clean at any resolution.
    color      (3,)
    pattern    amplitude in 0…1 of a fine weave or grain noise in the colour
    stripe     None, or (period_m, contrast): horizontal fabric stripes by `Surface.rest_height`
    """

    name: str
    field: Floats
    color: tuple[float, float, float]
    roughness: float = 0.8
    pattern: float = 0.0
    stripe: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Surface:
    """A mesh. Later layers cover earlier ones; where none is positive, the surface is not there.

    vertices   (V, 3) metres
    faces      (F, 3) or (F, 4) vertex indices, counter-clockwise seen from outside
    uv, texture   (V, 2) and (h, w, 3) float32: a picture that multiplies the layer colour, or None;
               uv (0, 0) is the lower left corner of the picture, which repeats outside 0…1
    rest_height   (V,) metres along which stripes run, fixed to the cloth; None: the vertices' z
    smooth     interpolate normals, and round the mesh by one Catmull–Clark step where its faces would show
    """

    name: str
    vertices: Floats
    faces: NDArray[np.int64]
    layers: tuple[Layer, ...]
    smooth: bool = True
    uv: Floats | None = None
    texture: NDArray[np.float32] | None = None
    rest_height: Floats | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Light:
    """A square area light that points at `target`."""

    position: tuple[float, float, float]
    target: tuple[float, float, float]
    size_m: float
    power_w: float
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """A pinhole camera.

    position     metres
    yaw_deg      heading of the viewing axis about z: 0 looks along +y (at the subject's front),
                 positive turns towards −x (counter-clockwise from above)
    pitch_deg    positive looks up
    roll_deg     positive turns the camera counter-clockwise seen from behind it, so the picture
                 shows the scene turned clockwise (levelback.metrics.values.Roll has the same sign)
    vertical_fov_deg   of the picture's height
    """

    position: tuple[float, float, float]
    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    vertical_fov_deg: float
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Scene:
    """All that a renderer needs.

    ambient    radiance of a white sky on all sides
    exposure   factor from radiance to linear picture value; 1.0 in the picture is white
    """

    surfaces: tuple[Surface, ...]
    lights: tuple[Light, ...]
    ambient: float
    camera: Camera
    exposure: float = 1.0
