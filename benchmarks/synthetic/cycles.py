"""Draw a scene with Blender's path tracer (Cycles on the CPU): slow, and true to light.

Layer fields travel as vertex attributes and are thresholded in the shader, so that every edge of a
garment is as sharp as the picture. Needs the `synthetic` extra (bpy).
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from mathutils import Matrix, Vector
from PIL import Image

from benchmarks.synthetic.camera import axes
from benchmarks.synthetic.scene import Camera, Layer, Light, Scene, Surface
from benchmarks.synthetic.subdivide import shows_corners

JPEG_QUALITY = 92
GRAIN_PER_M = 400.0
SKIN_SUBSURFACE = 0.2
SKIN_RADIUS_M = (0.010, 0.004, 0.002)


def render(scene: Scene, path: Path, samples: int = 8, threads: int = 0) -> None:
    """Write the picture of `scene` to `path` (.png, .jpg), with `samples` rays a pixel, denoised.

    `threads` 0 uses every core. Nothing is printed, and the file carries no metadata. The same
    scene gives the same picture on one machine.
    """
    with _silence(), tempfile.TemporaryDirectory() as folder:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        for surface in scene.surfaces:
            smooth = surface.smooth and shows_corners(surface, scene.camera)
            _link(surface.name, _mesh(surface), smooth=smooth)
        for light in scene.lights:
            _add_light(light)
        _set_ambient(scene.ambient)
        _set_camera(scene.camera)
        drawn = Path(folder, "drawn.png")
        _set_output(scene, drawn, samples, threads)
        bpy.ops.render.render(write_still=True)
        with Image.open(drawn) as picture:
            picture.info.clear()
            picture.save(path, quality=JPEG_QUALITY, optimize=True)


@contextmanager
def _silence() -> Iterator[None]:
    """Send what Blender's C code writes to standard output to nowhere."""
    sys.stdout.flush()
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _link(name: str, data: Any, smooth: bool = False) -> Any:
    thing = bpy.data.objects.new(name, data)
    bpy.context.collection.objects.link(thing)
    if smooth:
        modifier = thing.modifiers.new("round", "SUBSURF")
        modifier.levels = modifier.render_levels = 1
    return thing


def _mesh(surface: Surface) -> Any:
    mesh = bpy.data.meshes.new(surface.name)
    mesh.from_pydata(surface.vertices.tolist(), [], surface.faces.tolist())
    mesh.polygons.foreach_set("use_smooth", np.full(len(mesh.polygons), surface.smooth))
    heights = surface.vertices[:, 2] if surface.rest_height is None else surface.rest_height
    _add_attribute(mesh, "rest_height", heights)
    for index, layer in enumerate(surface.layers):
        _add_attribute(mesh, f"field_{index}", layer.field)
    if surface.uv is not None:
        corners = np.empty(len(mesh.loops), dtype=np.int32)
        mesh.loops.foreach_get("vertex_index", corners)
        uv = mesh.uv_layers.new(name="uv")
        uv.data.foreach_set("uv", surface.uv[corners].astype(np.float32).ravel())
    mesh.materials.append(_material(surface))
    return mesh


def _add_attribute(mesh: Any, name: str, values: np.ndarray) -> None:
    attribute = mesh.attributes.new(name, "FLOAT", "POINT")
    attribute.data.foreach_set("value", np.asarray(values, dtype=np.float32))


class _Nodes:
    """Shader nodes of one material; a value is a number, a colour or a node's output socket."""

    def __init__(self, material: Any) -> None:
        self.tree = material.node_tree
        self.tree.nodes.clear()

    def add(self, kind: str, inputs: dict[Any, Any] | None = None, **settings: Any) -> Any:
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for name, value in settings.items():
            setattr(node, name, value)
        for socket, value in (inputs or {}).items():
            self.set(node.inputs[socket], value)
        return node

    def set(self, socket: Any, value: Any) -> None:
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation: str, *values: Any) -> Any:
        return self.add("Math", dict(enumerate(values)), operation=operation).outputs[0]

    def attribute(self, name: str) -> Any:
        return self.add("Attribute", attribute_name=name).outputs["Fac"]

    def mix(self, factor: Any, low: Any, high: Any) -> Any:
        return self.math("ADD", self.math("MULTIPLY", self.math("SUBTRACT", high, low), factor), low)

    def mix_color(self, factor: Any, low: Any, high: Any, blend: str = "MIX") -> Any:
        node = self.add("Mix", data_type="RGBA", blend_type=blend)
        for socket, value in ((0, factor), (6, low), (7, high)):
            self.set(node.inputs[socket], value)
        return node.outputs[2]


def _material(surface: Surface) -> Any:
    """Build the shader that lays one layer over the other and is transparent where there is none."""
    material = bpy.data.materials.new(surface.name)
    nodes = _Nodes(material)
    color: Any = (0.0, 0.0, 0.0, 1.0)
    roughness: Any = 0.5
    subsurface: Any = 0.0
    there: Any = 0.0
    for index, layer in enumerate(surface.layers):
        skin = SKIN_SUBSURFACE if layer.name.startswith("skin") else 0.0
        if np.min(layer.field) > 0:
            color, roughness, subsurface, there = _layer_color(nodes, layer), layer.roughness, skin, 1.0
            continue
        inside = nodes.math("GREATER_THAN", nodes.attribute(f"field_{index}"), 0.0)
        color = nodes.mix_color(inside, color, _layer_color(nodes, layer))
        roughness = nodes.mix(inside, roughness, layer.roughness)
        subsurface = nodes.mix(inside, subsurface, skin)
        there = nodes.math("MAXIMUM", there, inside)
    if surface.texture is not None:
        color = nodes.mix_color(1.0, color, _texture(nodes, surface), blend="MULTIPLY")
    shader = nodes.add(
        "BsdfPrincipled",
        {
            "Base Color": color,
            "Roughness": roughness,
            "Subsurface Weight": subsurface,
            "Subsurface Radius": SKIN_RADIUS_M,
            "Subsurface Scale": 1.0,
            "Alpha": there,
        },
    )
    nodes.add("OutputMaterial", {"Surface": shader.outputs[0]})
    return material


def _layer_color(nodes: _Nodes, layer: Layer) -> Any:
    """Return the layer's colour, times the grain of the cloth and its stripes."""
    factor: Any = None
    if layer.pattern > 0:
        place = nodes.add("TexCoord").outputs["Object"]
        noise = nodes.add("TexNoise", {"Vector": place, "Scale": GRAIN_PER_M, "Detail": 1.0})
        factor = nodes.math("MULTIPLY_ADD", noise.outputs[0], 2 * layer.pattern, 1 - layer.pattern)
    if layer.stripe is not None:
        period, contrast = layer.stripe
        phase = nodes.math("FRACT", nodes.math("DIVIDE", nodes.attribute("rest_height"), period))
        dark = nodes.math("MULTIPLY_ADD", nodes.math("LESS_THAN", phase, 0.5), -contrast, 1.0)
        factor = dark if factor is None else nodes.math("MULTIPLY", factor, dark)
    color = (*layer.color, 1.0)
    return color if factor is None else nodes.mix_color(1.0, color, factor, blend="MULTIPLY")


def _texture(nodes: _Nodes, surface: Surface) -> Any:
    texture = surface.texture
    assert texture is not None
    height, width = texture.shape[:2]
    image = bpy.data.images.new(surface.name, width, height, float_buffer=True)
    image.colorspace_settings.name = "Non-Color"
    pixels = np.ones((height, width, 4), dtype=np.float32)
    pixels[..., :3] = texture[::-1]
    image.pixels.foreach_set(pixels.ravel())
    place = nodes.add("UVMap", uv_map="uv").outputs[0]
    return nodes.add("TexImage", {"Vector": place}, image=image).outputs["Color"]


def _add_light(light: Light) -> None:
    data = bpy.data.lights.new("light", "AREA")
    data.shape, data.size, data.energy, data.color = "SQUARE", light.size_m, light.power_w, light.color
    thing = _link("light", data)
    thing.location = light.position
    aim = Vector(light.target) - Vector(light.position)
    thing.rotation_euler = aim.to_track_quat("-Z", "Y").to_euler()
    thing.visible_camera = False


def _set_ambient(ambient: float) -> None:
    world = bpy.data.worlds.new("world")
    world.node_tree.nodes["Background"].inputs["Color"].default_value = (1.0, 1.0, 1.0, 1.0)
    world.node_tree.nodes["Background"].inputs["Strength"].default_value = ambient
    bpy.context.scene.world = world


def _set_camera(camera: Camera) -> None:
    data = bpy.data.cameras.new("camera")
    data.sensor_fit = "VERTICAL"
    data.lens = data.sensor_height / 2 / math.tan(math.radians(camera.vertical_fov_deg) / 2)
    thing = _link("camera", data)
    right, down, forward = axes(camera)
    thing.matrix_world = Matrix.LocRotScale(
        Vector(camera.position), Matrix(np.stack([right, -down, -forward], axis=1).tolist()), None
    )
    bpy.context.scene.camera = thing


def _set_output(scene: Scene, path: Path, samples: int, threads: int) -> None:
    target = bpy.context.scene
    target.render.engine = "CYCLES"
    target.cycles.device = "CPU"
    target.cycles.samples = samples
    target.cycles.seed = 0
    target.cycles.use_denoising = True
    target.cycles.denoising_prefilter = "FAST"
    target.cycles.use_light_tree = False
    target.cycles.max_bounces = 4
    target.cycles.film_exposure = scene.exposure
    target.view_settings.view_transform = "Standard"
    target.render.threads_mode = "FIXED" if threads else "AUTO"
    if threads:
        target.render.threads = threads
    target.render.resolution_x = scene.camera.width
    target.render.resolution_y = scene.camera.height
    target.render.filepath = str(path.resolve())
    target.render.image_settings.file_format = "PNG"
    target.render.image_settings.color_mode = "RGB"
    target.render.image_settings.compression = 0
