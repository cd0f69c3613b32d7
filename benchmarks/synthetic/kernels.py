"""The inner loops of the fast renderer, compiled by Numba.

Arrays: T triangles, N vertices, K fields, S surfaces, L layers, P picture levels of all textures laid
end to end. `first_layer` (S + 1) says which layers belong to a surface, the later on top.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

NOTHING = -1
EPSILON = 1e-9
GRAIN_PER_M = 400.0
FRESNEL = 0.04
SKY_GLOSS = 0.5
"""Part of the irradiance that counts as light from all sides when a surface mirrors it."""
FAR = 1e30
LIFT_M = 0.006
BIAS_M = 0.012
"""How far a place is moved off its face, and how much nearer a shadow has to be, to be no acne."""


@njit(cache=True, fastmath=True)
def depth_map(place, quads, out):
    """Draw quads into `out` (R, R), which keeps the largest of ``place[:, 2]`` in each texel.

    place   (N, 3) texel x, texel y, nearness
    """
    size = out.shape[0]
    out[:] = -FAR
    for q in range(quads.shape[0]):
        a, c = quads[q, 0], quads[q, 2]
        x0, y0 = int(place[a, 0]), int(place[a, 1])
        if x0 == int(place[c, 0]) and y0 == int(place[c, 1]):
            # No larger than a texel: it fills the one where it lies.
            out[y0, x0] = max(out[y0, x0], (place[a, 2] + place[c, 2]) / 2)
            continue
        for half in range(2):
            a, b, c = quads[q, 0], quads[q, 1 + half], quads[q, 2 + half]
            ax, ay = place[a, 0], place[a, 1]
            bx, by = place[b, 0] - ax, place[b, 1] - ay
            cx, cy = place[c, 0] - ax, place[c, 1] - ay
            area = bx * cy - by * cx
            if abs(area) < 1e-12:
                continue
            x0 = max(0, math.ceil(ax + min(0.0, bx, cx) - 0.5))
            x1 = min(size - 1, math.floor(ax + max(0.0, bx, cx) - 0.5))
            y0 = max(0, math.ceil(ay + min(0.0, by, cy) - 0.5))
            y1 = min(size - 1, math.floor(ay + max(0.0, by, cy) - 0.5))
            for y in range(y0, y1 + 1):
                dy = y + 0.5 - ay
                for x in range(x0, x1 + 1):
                    dx = x + 0.5 - ax
                    u = (dx * cy - dy * cx) / area
                    v = (bx * dy - by * dx) / area
                    if u >= 0 and v >= 0 and u + v <= 1:
                        near = (1 - u - v) * place[a, 2] + u * place[b, 2] + v * place[c, 2]
                        if near > out[y, x]:
                            out[y, x] = near


@njit(cache=True, fastmath=True)
def look_from(place, point, frame, focal, half, out):
    """Project `place` (N, 3) for a map of the view from `point`: texel x, texel y, minus metres ahead.

    frame (3, 3) rows right, down, forward; focal in texels; half: half of the map's texels
    """
    for i in range(place.shape[0]):
        x, y, z = place[i, 0] - point[0], place[i, 1] - point[1], place[i, 2] - point[2]
        ahead = max(0.05, x * frame[2, 0] + y * frame[2, 1] + z * frame[2, 2])
        out[i, 0] = half + focal * (x * frame[0, 0] + y * frame[0, 1] + z * frame[0, 2]) / ahead
        out[i, 1] = half + focal * (x * frame[1, 0] + y * frame[1, 1] + z * frame[1, 2]) / ahead
        out[i, 2] = -ahead


@njit(cache=True, fastmath=True)
def summed(depths, out):
    """Fill `out` (R + 1, R + 1) with how many texels above and left of a corner hold something."""
    size = depths.shape[0]
    out[0] = 0
    for y in range(size):
        out[y + 1, 0] = 0
        row = 0
        for x in range(size):
            row += depths[y, x] > -FAR
            out[y + 1, x + 1] = out[y, x + 1] + row


@njit(cache=True, fastmath=True, inline="always")
def _clear(depths, x, y, near):
    """Return whether nothing is nearer at a place of the map, 0…1, softened over one texel."""
    size = depths.shape[0]
    fx, fy = x - 0.5, y - 0.5
    ix, iy = math.floor(fx), math.floor(fy)
    if min(ix, iy) < 0 or max(ix, iy) >= size - 1:
        return 1.0
    wx, wy = fx - ix, fy - iy
    top = (1 - wx) * (depths[iy, ix] <= near) + wx * (depths[iy, ix + 1] <= near)
    low = (1 - wx) * (depths[iy + 1, ix] <= near) + wx * (depths[iy + 1, ix + 1] <= near)
    return (1 - wy) * top + wy * low


@njit(cache=True, fastmath=True, inline="always")
def _sum_at(sums, x, y):
    size = sums.shape[0] - 1
    x, y = min(max(x, 0.0), size - 1e-6), min(max(y, 0.0), size - 1e-6)
    ix, iy = int(x), int(y)
    wx, wy = x - ix, y - iy
    top = (1 - wx) * sums[iy, ix] + wx * sums[iy, ix + 1]
    low = (1 - wx) * sums[iy + 1, ix] + wx * sums[iy + 1, ix + 1]
    return (1 - wy) * top + wy * low


@njit(cache=True, fastmath=True, inline="always")
def _clear_around(sums, x, y, half):
    """Return the share of texels that hold nothing in a square of 2 · half around a place."""
    right, low = x + half, y + half
    left, top = x - half, y - half
    held = _sum_at(sums, right, low) - _sum_at(sums, left, low)
    held += _sum_at(sums, left, top) - _sum_at(sums, right, top)
    return 1.0 - held / (4 * half * half)


@njit(cache=True, fastmath=True)
def add_light(place, normal, reach, point, frame, focal, depths, sums, width, axis, color, glow, out, free):
    """Add the irradiance from one sample point of a light, with the subject's shadow.

    reach    (N) metres to the subject, 0 on it; what is off the subject lies behind it, and its shadow
             is softened as if the sample were `width` metres wide
    axis     where a lamp shines, and its irradiance falls with the square of the distance; zeros: a
             part of the sky, whose `color` is what falls on a face that looks at it
    glow     (3) comes instead of the light where the subject is in the way
    free     (N) the share of light that arrives is added to it
    """
    half = depths.shape[0] / 2
    lamp = axis[0] != 0 or axis[1] != 0 or axis[2] != 0
    for i in range(place.shape[0]):
        x = place[i, 0] + LIFT_M * normal[i, 0] - point[0]
        y = place[i, 1] + LIFT_M * normal[i, 1] - point[1]
        z = place[i, 2] + LIFT_M * normal[i, 2] - point[2]
        arriving = -(x * normal[i, 0] + y * normal[i, 1] + z * normal[i, 2])
        if arriving <= 0:
            continue
        distance = math.sqrt(x * x + y * y + z * z)
        gain = arriving / distance
        if lamp:
            gain *= max(0.0, x * axis[0] + y * axis[1] + z * axis[2]) / distance**3
        ahead = x * frame[2, 0] + y * frame[2, 1] + z * frame[2, 2]
        clear = 1.0
        if ahead > 0.05:
            u = half + focal * (x * frame[0, 0] + y * frame[0, 1] + z * frame[0, 2]) / ahead
            v = half + focal * (x * frame[1, 0] + y * frame[1, 1] + z * frame[1, 2]) / ahead
            if reach[i] > 0:
                soft = 0.5 * width * focal * reach[i] / (max(distance - reach[i], 0.3) * distance)
                clear = _clear_around(sums, u, v, max(0.7, soft))
            else:
                clear = _clear(depths, u, v, BIAS_M - ahead)
        for k in range(3):
            out[i, k] += gain * (clear * color[k] + (1 - clear) * glow[k])
        free[i] += clear


@njit(cache=True, fastmath=True, inline="always")
def _covered(fields, a, b, c, wa, wb, wc, count):
    """Return the index of the uppermost of `count` layers that is there, or `NOTHING`."""
    for k in range(count - 1, -1, -1):
        if wa * fields[a, k] + wb * fields[b, k] + wc * fields[c, k] > 0:
            return k
    return NOTHING


@njit(cache=True, fastmath=True)
def visible(flat, inverse, triangles, owner, cut, first_layer, fields, shift_x, shift_y, depth, seen):
    """Find the triangle that each pixel sees at its point (0.5 + shift_x, 0.5 + shift_y).

    flat (N, 2) pixels; inverse (N) 1 / distance ahead; owner (T) surface; cut (S) whether the surface
    has places without any layer; depth, seen (h, w): 1 / distance and triangle, or `NOTHING`
    """
    height, width = depth.shape
    depth[:] = 0.0
    seen[:] = NOTHING
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        if min(inverse[a], inverse[b], inverse[c]) <= 0:
            continue
        ax, ay = flat[a, 0] - 0.5 - shift_x, flat[a, 1] - 0.5 - shift_y
        bx, by = flat[b, 0] - flat[a, 0], flat[b, 1] - flat[a, 1]
        cx, cy = flat[c, 0] - flat[a, 0], flat[c, 1] - flat[a, 1]
        x0 = max(0, math.ceil(ax + min(0.0, bx, cx)))
        x1 = min(width - 1, math.floor(ax + max(0.0, bx, cx)))
        y0 = max(0, math.ceil(ay + min(0.0, by, cy)))
        y1 = min(height - 1, math.floor(ay + max(0.0, by, cy)))
        area = bx * cy - by * cx
        scale = 1 / area if abs(area) > 1e-14 else math.inf
        layers = first_layer[owner[t] + 1] - first_layer[owner[t]]
        for y in range(y0, y1 + 1):
            dy = y - ay
            for x in range(x0, x1 + 1):
                dx = x - ax
                u = (dx * cy - dy * cx) * scale
                v = (bx * dy - by * dx) * scale
                near = (1 - u - v) * inverse[a] + u * inverse[b] + v * inverse[c]
                if not (min(u, v, 1 - u - v) >= -EPSILON and near > depth[y, x]):
                    continue
                if cut[owner[t]]:
                    wa, wb, wc = (1 - u - v) * inverse[a], u * inverse[b], v * inverse[c]
                    if _covered(fields, a, b, c, wa, wb, wc, layers) == NOTHING:
                        continue
                depth[y, x] = near
                seen[y, x] = t


@njit(cache=True, fastmath=True, inline="always")
def _weights(flat, inverse, a, b, c, x, y, near):
    """Return the shares of three corners in the point that pixel place (x, y) shows."""
    ax, ay = flat[a, 0], flat[a, 1]
    bx, by = flat[b, 0] - ax, flat[b, 1] - ay
    cx, cy = flat[c, 0] - ax, flat[c, 1] - ay
    area = bx * cy - by * cx
    wb = ((x - ax) * cy - (y - ay) * cx) / area * inverse[b] / near
    wc = (bx * (y - ay) - by * (x - ax)) / area * inverse[c] / near
    return 1 - wb - wc, wb, wc


@njit(cache=True, fastmath=True, inline="always")
def _mixed(values, a, b, c, wa, wb, wc):
    """Return the three interpolated components of `values` (N, 3)."""
    return (
        wa * values[a, 0] + wb * values[b, 0] + wc * values[c, 0],
        wa * values[a, 1] + wb * values[b, 1] + wc * values[c, 1],
        wa * values[a, 2] + wb * values[b, 2] + wc * values[c, 2],
    )


@njit(cache=True, fastmath=True, inline="always")
def _unit(x, y, z):
    size = 1 / max(1e-12, math.sqrt(x * x + y * y + z * z))
    return x * size, y * size, z * size


@njit(cache=True, fastmath=True, inline="always")
def _grain(x, y, z):
    """Return noise in −1…1 that is the same within each grain of the cloth."""
    i = math.floor(x * GRAIN_PER_M)
    j = math.floor(y * GRAIN_PER_M)
    k = math.floor(z * GRAIN_PER_M)
    mixed = (i * 73856093) ^ (j * 19349663) ^ (k * 83492791)
    mixed = (mixed ^ (mixed >> 13)) * 1274126177
    return ((mixed ^ (mixed >> 16)) & 0xFFFF) / 32767.5 - 1.0


@njit(cache=True, fastmath=True, inline="always")
def _add_texel(pixels, level, u, v, weight, out):
    """Add a level (start, height, width) at (u, v) to `out` (3), bilinear and repeating; v upwards."""
    start, height, width = level[0], level[1], level[2]
    fx = (u - math.floor(u)) * width - 0.5
    fy = (math.ceil(v) - v) * height - 0.5
    ix, iy = math.floor(fx), math.floor(fy)
    wx, wy = fx - ix, fy - iy
    x0 = ix if ix >= 0 else width - 1
    x1 = ix + 1 if ix + 1 < width else 0
    y0 = start + width * (iy if iy >= 0 else height - 1)
    y1 = start + width * (iy + 1 if iy + 1 < height else 0)
    for k in range(3):
        top = (1 - wx) * pixels[y0 + x0, k] + wx * pixels[y0 + x1, k]
        low = (1 - wx) * pixels[y1 + x0, k] + wx * pixels[y1 + x1, k]
        out[k] += weight * ((1 - wy) * top + wy * low)


@njit(cache=True, fastmath=True, inline="always")
def _read_texture(pixels, levels, first, count, at, u, v, out):
    """Set `out` (3) to the texture between the two levels around `at`."""
    at = min(max(at, 0.0), count - 1.0)
    lower = int(at)
    upper = min(lower + 1, count - 1)
    out[:] = 0.0
    _add_texel(pixels, levels[first + lower], u, v, 1 - (at - lower), out)
    if at > lower:
        _add_texel(pixels, levels[first + upper], u, v, at - lower, out)


@njit(cache=True, fastmath=True, inline="always")
def _gloss(lamp, px, py, pz, nx, ny, nz, vx, vy, vz, rough):
    """Return the share of a lamp's watts that a rough dielectric mirrors to the eye (GGX)."""
    lx, ly, lz = lamp[0] - px, lamp[1] - py, lamp[2] - pz
    square = lx * lx + ly * ly + lz * lz
    lx, ly, lz = _unit(lx, ly, lz)
    cosine = max(0.0, nx * lx + ny * ly + nz * lz)
    hx, hy, hz = _unit(lx + vx, ly + vy, lz + vz)
    tip = nx * hx + ny * hy + nz * hz
    alpha2 = rough**4
    spread = alpha2 / (math.pi * (tip * tip * (alpha2 - 1) + 1) ** 2)
    return FRESNEL * spread / 4 * cosine / square


@njit(cache=True, fastmath=True)
def shade(
    seen, depth, flat, inverse, triangles, owner, level, place, normal, irradiance, free, uv, rest, fields,
    first_layer, color, roughness, pattern, stripe, levels, first_level, pixels,
    eye, lamp_place, lamp_color, sky, shift_x, shift_y, out,
):  # fmt: skip
    """Add the radiance of each pixel to `out` (h, w, 3).

    level       (T) texture level, fractional
    irradiance  (N, 3); free (N, lamps) share of a lamp that a vertex sees
    color (L, 3), roughness, pattern (L), stripe (L, 2) period and contrast
    levels      (P, 3) start in `pixels`, height and width; first_level (S + 1)
    lamp_color  (lamps, 3) watts over pi
    """
    paint = np.empty(3)
    for y in range(seen.shape[0]):
        for x in range(seen.shape[1]):
            t = seen[y, x]
            if t == NOTHING:
                out[y, x] += sky
                continue
            a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            wa, wb, wc = _weights(flat, inverse, a, b, c, x + 0.5 + shift_x, y + 0.5 + shift_y, depth[y, x])
            px, py, pz = _mixed(place, a, b, c, wa, wb, wc)
            nx, ny, nz = _mixed(normal, a, b, c, wa, wb, wc)
            nx, ny, nz = _unit(nx, ny, nz)
            vx, vy, vz = _unit(eye[0] - px, eye[1] - py, eye[2] - pz)

            s = owner[t]
            count = first_layer[s + 1] - first_layer[s]
            top = first_layer[s] + max(0, _covered(fields, a, b, c, wa, wb, wc, count))
            value = 1 + 0.35 * pattern[top] * _grain(px, py, pz)
            if stripe[top, 0] > 0:
                phase = (wa * rest[a] + wb * rest[b] + wc * rest[c]) / stripe[top, 0]
                value *= 1 - stripe[top, 1] * (phase - math.floor(phase) < 0.5)
            count = first_level[s + 1] - first_level[s]
            paint[:] = 1.0
            if count > 0:
                u = wa * uv[a, 0] + wb * uv[b, 0] + wc * uv[c, 0]
                v = wa * uv[a, 1] + wb * uv[b, 1] + wc * uv[c, 1]
                _read_texture(pixels, levels, first_level[s], count, level[t], u, v, paint)

            rough = roughness[top]
            facing = min(1.0, abs(nx * vx + ny * vy + nz * vz))
            mirror = FRESNEL + max(1 - rough - FRESNEL, 0.0) * (1 - facing) ** 5
            light = _mixed(irradiance, a, b, c, wa, wb, wc)
            for k in range(3):
                diffuse = color[top, k] * value * paint[k] * (1 - mirror)
                out[y, x, k] += light[k] / math.pi * (diffuse + SKY_GLOSS * mirror)
            for q in range(lamp_place.shape[0]):
                gloss = _gloss(lamp_place[q], px, py, pz, nx, ny, nz, vx, vy, vz, rough)
                gloss *= wa * free[a, q] + wb * free[b, q] + wc * free[c, q]
                for k in range(3):
                    out[y, x, k] += gloss * lamp_color[q, k]
