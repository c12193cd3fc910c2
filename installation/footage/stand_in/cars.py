"""Cars: a body drawn from facets, lit by lamps or by the flash, and what the flash shows behind the windscreen.

A body is a profile (how far behind the bumper, how high, how wide) swept from side to side. Its places are given as
(station, side): station counts along the profile from the bumper's lower lip, side runs from -1 to 1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.footage.stand_in import people
from installation.footage.stand_in.camera import SIZE, Camera, Floats
from installation.footage.stand_in.crossings import RATE, Car, Colour, Crossing

# Rows: metres behind the bumper, height, half the width. Stations: 0 lip, 1 bumper, 2 grille, 3 lamps, 4 the bonnet's
# edge, 5 bonnet, 6 foot of the windscreen, 7 its middle, 8 its head, 9 roof, 10 end of the roof.
PROFILES = {
    "sedan": ((0.10, 0.20, 0.80), (0.0, 0.36, 0.86), (0.0, 0.52, 0.88), (0.05, 0.64, 0.89), (0.20, 0.76, 0.89),
              (0.72, 0.88, 0.90), (1.22, 0.95, 0.84), (1.62, 1.19, 0.74), (2.05, 1.40, 0.62), (2.5, 1.46, 0.60),
              (3.5, 1.40, 0.60)),
    "suv": ((0.10, 0.28, 0.84), (0.0, 0.45, 0.90), (0.0, 0.66, 0.92), (0.04, 0.84, 0.93), (0.16, 0.98, 0.93),
            (0.66, 1.08, 0.94), (1.10, 1.14, 0.88), (1.42, 1.40, 0.79), (1.80, 1.64, 0.69), (2.3, 1.72, 0.67),
            (4.2, 1.68, 0.67)),
    "van": ((0.08, 0.26, 0.80), (0.0, 0.42, 0.86), (0.0, 0.62, 0.88), (0.05, 0.82, 0.88), (0.14, 0.94, 0.88),
            (0.36, 1.02, 0.88), (0.62, 1.10, 0.85), (0.98, 1.45, 0.80), (1.36, 1.78, 0.74), (1.8, 1.88, 0.72),
            (4.2, 1.88, 0.72)),
}  # fmt: skip
BOUNCE = np.array([0.7, 0.85, 1.0])  # headlamps, thrown back by the road
GLASS = (0.030, 0.026, 0.022)


@dataclass(frozen=True)
class Patch:
    """A piece of picture: linear light already weighted by its cover, and the place of its upper left pixel."""

    left: int
    top: int
    light: Floats  # height × width × 3
    cover: Floats  # height × width


Shade = Callable[[Floats, Floats, Floats, float], Floats]  # places, normals, paint, gloss → linear light


def surface(car: Car, distance: float, station: Floats, side: Floats) -> Floats:
    """The places (…, 3) in the world of stations and sides on a car whose bumper is at `distance` along the street."""
    profile = np.array(PROFILES[car.shape])
    knots = np.arange(len(profile))
    behind, height, half = (np.interp(station, knots, column) for column in profile.T)
    bulge = np.abs(side)
    rounded = np.clip((bulge - 0.80) / 0.20, 0, 1) ** 2
    nose = np.clip(1.5 - station / 3.6, 0.35, 1)
    cabin = np.clip((station - 5.6) / 0.8, 0, 1)
    crown = (0.035 * bulge**2 + (0.075 - 0.04 * cabin) * rounded) * np.clip((station - 2) / 2, 0, 1)
    ridge = 0.012 * np.exp(-(((bulge - 0.62) / 0.10) ** 2)) * np.exp(-(((station - 5) / 1.0) ** 2))
    return np.stack(
        [
            car.lane + side * half,
            distance + behind + nose * (0.13 * bulge**2 + 0.12 * rounded),
            height - crown + ridge,
        ],
        axis=-1,
    )


def _facets(car: Car, distance: float, fine: int) -> tuple[Floats, Floats, Floats]:
    """Corners (n, 4, 3), normals (n, 3) and a mark (n) of each facet, far ones first; the mark is 1 on glass."""
    stations = np.linspace(10, 0, 10 * fine + 1)
    sides = np.linspace(-1, 1, 10 * fine + 1)
    grid = surface(car, distance, *np.meshgrid(stations, sides, indexing="ij"))
    marks = np.zeros((len(stations) - 1, len(sides) - 1))
    sheets = [(grid, marks)]
    for edge in (-1.0, 1.0):  # the flanks: roof edge, shoulder, sill
        top = surface(car, distance, stations, np.full_like(stations, edge))
        widest = car.lane + edge * max(row[2] for row in PROFILES[car.shape])
        belt = PROFILES[car.shape][6][1]
        shoulder, sill = top.copy(), top.copy()
        shoulder[:, 0] = np.where(stations > 5.5, widest, top[:, 0])
        shoulder[:, 2] = np.minimum(top[:, 2], belt - 0.04)
        sill[:, 0], sill[:, 2] = shoulder[:, 0], np.minimum(shoulder[:, 2], 0.30)
        flank = np.stack([top, shoulder, sill], axis=1)
        glass = np.zeros((len(stations) - 1, 2))
        glass[:, 0] = (stations[:-1] > 7.0) & (stations[:-1] < 9.9)
        sheets.insert(0, (flank if edge > 0 else flank[:, ::-1], glass if edge > 0 else glass[:, ::-1]))
    corners, glassy = [], []
    for points, mark in sheets:
        quads = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2)
        corners.append(quads.reshape(-1, 4, 3))
        glassy.append(mark.reshape(-1))
    quads = np.concatenate(corners)
    cross = np.cross(quads[:, 2] - quads[:, 0], quads[:, 1] - quads[:, 3])
    outward = np.sum(cross * (quads.mean(axis=1) - [car.lane, distance + 1.9, 0.55]), axis=-1, keepdims=True)
    normals = cross * np.sign(outward) / np.maximum(np.linalg.norm(cross, axis=-1, keepdims=True), 1e-9)
    return quads, normals, np.concatenate(glassy)


class _Canvas:
    """A small picture in front of the camera on which a car is drawn, `scale` times as fine as the frame."""

    def __init__(self, camera: Camera, points: Floats, scale: float) -> None:
        projected = camera.project(points).reshape(-1, 3)
        pixels, self.depth = projected[:, :2], float(projected[:, 2].mean())
        low = np.floor(pixels.min(axis=0)).astype(int) - 24
        high = np.ceil(pixels.max(axis=0)).astype(int) + 24
        self.left, self.top = int(max(low[0], -40)), int(max(low[1], -40))
        self.width = max(0, int(min(high[0], SIZE[0] + 40)) - self.left)
        self.height = max(0, int(min(high[1], SIZE[1] + 120)) - self.top)
        self.camera, self.scale = camera, scale
        shape = (max(1, round(self.height * scale)), max(1, round(self.width * scale)), 4)
        self.layer = np.zeros(shape, np.float32)

    def pixels(self, points: Floats) -> NDArray[np.int32]:
        """Where places fall on the canvas, in sixteenths of its pixels."""
        flat = self.camera.project(points)[..., :2] - [self.left, self.top]
        return np.asarray(np.round(flat * self.scale * 16), np.int32)

    def fill(self, points: Floats, colour: Floats | Colour) -> None:
        cv2.fillPoly(self.layer, [self.pixels(points)], (*map(float, colour), 1.0), cv2.LINE_8, 4)

    def line(self, points: Floats, colour: Floats | Colour, metres: float) -> None:
        depth = float(self.camera.project(points)[..., 2].mean())
        thick = max(1, round(metres * self.camera.focal / depth * self.scale))
        cv2.polylines(self.layer, [self.pixels(points)], False, (*map(float, colour), 1.0), thick, cv2.LINE_8, 4)

    def mask(self, points: Floats) -> Floats:
        shape = np.zeros(self.layer.shape[:2], np.uint8)
        cv2.fillPoly(shape, [self.pixels(points)], 255, cv2.LINE_AA, 4)
        return shape.astype(np.float32) / 255

    def patch(self, soft: float, smear: tuple[float, float] = (0.0, 0.0)) -> Patch:
        """Bring the canvas to the frame's size, softened and dragged by `smear` pixels."""
        layer = self.layer
        width, height = max(1, self.width), max(1, self.height)
        if self.scale > 1:
            layer = np.asarray(cv2.resize(layer, (width, height), interpolation=cv2.INTER_AREA), np.float32)
        layer = np.asarray(cv2.GaussianBlur(layer, (0, 0), soft * min(1, self.scale)), np.float32)
        drag = np.array(smear) * min(1, self.scale)
        length = int(np.abs(drag).max())
        if length >= 2:
            kernel = np.zeros((2 * (length // 2) + 3,) * 2, np.float32)
            middle = kernel.shape[0] // 2
            ends = [np.round(middle + sign * drag / 2).astype(int).tolist() for sign in (-1, 1)]
            cv2.line(kernel, ends[0], ends[1], 1.0, 1)
            layer = np.asarray(cv2.filter2D(layer, -1, kernel / kernel.sum()), np.float32)
        if self.scale < 1:
            layer = np.asarray(cv2.resize(layer, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
        return Patch(self.left, self.top, layer[..., :3], layer[..., 3])

    def smooth(self, metres: float) -> None:
        """Melt the facets into one another without touching the outline."""
        depth = self.depth
        sigma = max(0.6, metres * self.camera.focal / depth * self.scale)
        soft = cv2.GaussianBlur(self.layer, (0, 0), sigma)
        inside = self.layer[..., 3] > 0
        self.layer[inside, :3] = soft[inside, :3] / np.maximum(soft[inside, 3:], 1e-3)


def _outline(car: Car, distance: float, corners: tuple[tuple[float, float], ...]) -> Floats:
    """A closed line over the body through (station, side) corners, bent with it."""
    loop = np.array([*corners, corners[0]])
    knots = np.arange(len(loop))
    fine = np.linspace(0, len(loop) - 1, 8 * (len(loop) - 1), endpoint=False)
    return surface(car, distance, np.interp(fine, knots, loop[:, 0]), np.interp(fine, knots, loop[:, 1]))


def _mirrored(corners: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    return tuple((station, -side) for station, side in corners)


WINDSCREEN = ((6.12, -0.90), (6.05, 0.0), (6.12, 0.90), (7.9, 0.88), (7.97, 0.0), (7.9, -0.88))
LAMP = ((2.55, 0.66), (2.75, 0.97), (3.75, 0.99), (3.35, 0.62))
GRILLE = ((1.75, -0.36), (1.75, 0.36), (3.0, 0.50), (3.0, -0.50))
INTAKE = ((0.30, -0.50), (0.30, 0.50), (0.85, 0.58), (0.85, -0.58))
PLATE = ((0.95, -0.25), (0.95, 0.25), (1.72, 0.25), (1.72, -0.25))


def lamps(car: Car, distance: float) -> Floats:
    """The two headlamps' places (2 × 3)."""
    return surface(car, distance, np.array([3.1, 3.1]), np.array([-0.8, 0.8]))


def by_night(car: Car, distance: float, crossing: Crossing) -> Patch:
    """A car as the lamps show it: a dark body, a sheen on bonnet and glass, its own lights, blurred by its speed."""
    steps = np.array([[car.lane, distance, 0.8], [car.lane, distance - 0.5 * car.speed / RATE, 0.8]])
    here, there = crossing.camera.project(steps)[:, :2]
    shade = _lamplit(crossing)
    near = distance < 34
    canvas = _body(car, distance, crossing, shade, 3 if near else 2, 0.5 if near else 1)
    canvas.fill(_outline(car, distance, WINDSCREEN), (0.0028, 0.0026, 0.0025))
    for low, strength in ((6.9, 0.5), (7.25, 1.0), (7.55, 1.6)):  # the sky in the glass, brighter towards the roof
        sheen = (0.009 * np.array(crossing.lamp) + 0.006 * np.array(crossing.sky)) * strength
        band = ((low, -0.89), (low + 0.15, 0.0), (low, 0.89), (7.9, 0.87), (7.97, 0.0), (7.9, -0.87))
        canvas.fill(_outline(car, distance, band), sheen)
    ahead = float(np.clip((distance - 8) / 30, 0.15, 1))
    for corners in (LAMP, _mirrored(LAMP)):
        canvas.fill(_outline(car, distance, corners), np.array([0.95, 0.98, 1.0]) * (1.5 + 14 * ahead))
    canvas.fill(_outline(car, distance, PLATE), (0.020, 0.016, 0.014))
    if car.taxi:
        canvas.fill(_roof_sign(car, distance), (0.12, 0.45, 0.55))
    return canvas.patch(1.3 if near else 0.9, tuple(there - here))


def _body(car: Car, distance: float, crossing: Crossing, shade: Shade, fine: int, scale: float) -> _Canvas:
    quads, normals, glass = _facets(car, distance, fine)
    foot = np.array(
        [[car.lane + x, distance + y, 0.02] for x, y in ((-0.80, 0.4), (0.80, 0.4), (0.84, 4.2), (-0.84, 4.2))]
    )
    canvas = _Canvas(crossing.camera, np.concatenate([quads.reshape(-1, 3), foot]), scale)
    if not canvas.width or not canvas.height:
        return canvas
    canvas.fill(foot, (0.0004, 0.0004, 0.0004))
    for side in (-0.74, 0.74):  # the front wheels under the lip
        tread = ((-0.11, 0), (0.11, 0), (0.11, 0.5), (-0.11, 0.5))
        canvas.fill(np.array([[car.lane + side + x, distance + 0.62, z] for x, z in tread]), (0.001, 0.001, 0.001))
    places = quads.mean(axis=1)
    seen = np.sum(normals * (crossing.camera.position - places), axis=-1) > 0
    paint = np.where(glass[:, None] > 0, np.array(GLASS), np.array(car.paint))
    light = shade(places, normals, paint, 1.0)
    pixels = canvas.pixels(quads)
    for index in np.flatnonzero(seen):
        b, g, r = light[index]
        cv2.fillConvexPoly(canvas.layer, pixels[index], (float(b), float(g), float(r), 1.0), cv2.LINE_8, 4)
    if scale > 1:
        canvas.smooth(0.028)
    mean = light[seen].mean(axis=0)
    dark = 0.08 * mean
    _wheels(canvas, car, distance, mean)
    canvas.fill(_outline(car, distance, GRILLE), dark)
    canvas.fill(_outline(car, distance, INTAKE), dark)
    seam = surface(car, distance, np.full(24, 4.0), np.linspace(-0.9, 0.9, 24))
    canvas.line(seam, 2 * dark, 0.012)
    for side in (-0.86, 0.86):
        canvas.line(surface(car, distance, np.linspace(4.0, 6.0, 12), np.full(12, side)), 2 * dark, 0.012)
        _mirror(canvas, car, distance, side, mean)
    return canvas


def _mirror(canvas: _Canvas, car: Car, distance: float, side: float, colour: Floats) -> None:
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    foot = surface(car, distance, np.array(6.35), np.array(np.sign(side)))
    ear = foot + np.stack([np.sign(side) * 0.13 + 0.12 * np.cos(turn), 0 * turn, 0.05 + 0.075 * np.sin(turn)], axis=-1)
    canvas.fill(ear, colour * 0.8)


def _wheels(canvas: _Canvas, car: Car, distance: float, colour: Floats) -> None:
    """The wheels of the flank that the camera sees."""
    side = np.sign(canvas.camera.x - car.lane)
    across = car.lane + side * max(row[2] for row in PROFILES[car.shape])
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    for behind in (0.95, 3.45):
        for radius, grey in ((0.38, 0.02), (0.32, 0.06), (0.21, 0.35)):
            rim = [across + 0 * turn, distance + behind + radius * np.cos(turn), 0.33 + radius * np.sin(turn)]
            canvas.fill(np.stack(rim, axis=-1), grey * colour)


def _roof_sign(car: Car, distance: float) -> Floats:
    middle = surface(car, distance, np.array(8.9), np.array(0.0))
    box = ((-0.2, 0.0), (0.2, 0.0), (0.17, 0.13), (-0.17, 0.13))
    return np.array([middle + [x, 0, z] for x, z in box])


def _lamplit(crossing: Crossing) -> Shade:
    camera, colour = crossing.camera, np.array(crossing.lamp)

    def shade(places: Floats, normals: Floats, paint: Floats, gloss: float) -> Floats:
        above = 0.5 + 0.5 * normals[:, 2:]
        light = (0.05 * above * np.array(crossing.sky) + 0.05 * (1 - above) * BOUNCE) * (paint + 0.03)
        view = camera.position - places
        view /= np.linalg.norm(view, axis=-1, keepdims=True)
        bounce = 2 * np.sum(view * normals, axis=-1, keepdims=True) * normals - view
        for place in crossing.lamps:
            beam = np.array(place) - places
            away = np.linalg.norm(beam, axis=-1, keepdims=True)
            beam /= away
            power = 0.2 * place[2] ** 2 / away**2
            light = light + power * np.maximum(0, np.sum(beam * normals, axis=-1, keepdims=True)) * colour * paint
            light = (
                light + gloss * power * 2.2 * np.exp(26 * (np.sum(bounce * beam, axis=-1, keepdims=True) - 1)) * colour
            )
        return np.asarray(light + 0.010 * gloss * np.maximum(0, bounce[:, 2:]) ** 2 * np.array(crossing.sky))

    return shade


def by_flash(car: Car, distance: float, crossing: Crossing, moment: int) -> Patch:
    """A car at the instant of its flash: its paint, its plate blown out, and whoever sits behind the glass.

    The same people at another `moment` hold their heads otherwise.
    """
    near = distance < 34
    canvas = _body(car, distance, crossing, _flashlit(crossing), 6 if near else 3, 2)
    glass = canvas.mask(_outline(car, distance, WINDSCREEN))[..., None]
    cabin = _cabin(car, distance, crossing, canvas, moment)
    canvas.layer[..., :3] += (cabin - canvas.layer[..., :3]) * glass
    for corners in (LAMP, _mirrored(LAMP)):
        canvas.fill(_outline(car, distance, corners), (2.2, 2.3, 2.3))
    canvas.fill(_outline(car, distance, PLATE), (2.9, 2.0, 1.7))
    for side in (-0.6, 0.1):  # wipers at rest
        canvas.line(
            surface(car, distance, np.linspace(6.15, 6.4, 8), np.linspace(side, side + 0.55, 8)),
            (0.02, 0.02, 0.02),
            0.02,
        )
    if car.taxi:
        canvas.fill(_roof_sign(car, distance), (0.5, 0.95, 1.1))
    return canvas.patch(0.7)


def _flashlit(crossing: Crossing) -> Shade:
    unit, camera = np.array(crossing.unit), crossing.camera

    def shade(places: Floats, normals: Floats, paint: Floats, gloss: float) -> Floats:
        beam = unit - places
        away = np.linalg.norm(beam, axis=-1, keepdims=True)
        beam /= away
        power = 3.2 * (crossing.trigger / away) ** 2
        view = camera.position - places
        view /= np.linalg.norm(view, axis=-1, keepdims=True)
        middle = beam + view
        middle /= np.linalg.norm(middle, axis=-1, keepdims=True)
        facing = np.sum(middle * normals, axis=-1, keepdims=True)
        slope = np.maximum(0, np.sum(beam * normals, axis=-1, keepdims=True))
        skim = (1 - np.clip(np.sum(view * normals, axis=-1, keepdims=True), 0, 1)) ** 4
        shine = gloss * (0.35 * np.clip(facing, 0, 1) ** 110 + 0.03 * skim)
        return np.asarray(power * (paint * (0.06 + slope) + shine * (0.2 + slope)))

    return shade


def shadow(car: Car, distance: float, crossing: Crossing) -> Floats:
    """How much of the flash a car keeps from each pixel of the road, 0 to 1 (720 × 1280)."""
    profile = np.array(PROFILES[car.shape])
    corners = np.array([[car.lane + side * half, distance + y, z] for y, z, half in profile for side in (-1, 1)])
    unit = np.array(crossing.unit)
    reach = unit[2] / np.maximum(unit[2] - corners[:, 2:], 0.2)
    cast = unit + (corners - unit) * reach
    below = np.array(
        [[car.lane + x, distance + y, 0] for x, y in ((-0.82, 0.4), (0.82, 0.4), (0.85, 4.2), (-0.85, 4.2))]
    )
    pixels = crossing.camera.project(np.concatenate([cast, below]))[:, :2]
    hull = cv2.convexHull(np.clip(pixels, -4000, 4000).astype(np.float32))
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round(hull * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.4).astype(np.float32) / 255)


def _cabin(car: Car, distance: float, crossing: Crossing, canvas: _Canvas, moment: int) -> Floats:
    """What the flash shows through the windscreen, as large as the canvas."""
    rng = np.random.default_rng(car.seed)
    profile = PROFILES[car.shape]
    foot, belt, roof = profile[6][0], profile[6][1], profile[9][1]
    inside = _Canvas.__new__(_Canvas)
    inside.__dict__.update(canvas.__dict__)
    inside.layer = np.zeros_like(canvas.layer)
    inside.layer[..., :3] = (0.012, 0.012, 0.013)
    head = (belt + 1.35 * roof) / 2.35
    for x in (-0.37, 0.37):
        _seat(inside, np.array([car.lane + x, distance + foot + 1.15, head - 0.02]))
    light = (crossing.unit[0] - car.lane) / crossing.trigger * 1.8, 0.16
    riders = [0.37] if rng.random() < 0.35 else [-0.37, 0.37]
    for x in riders:
        sway = np.array([rng.normal(0, 0.03), rng.normal(0, 0.03), rng.normal(0, 0.015)])
        place = np.array([car.lane + x, distance + foot + 0.82, head - 0.075]) + sway
        who, now = (np.random.default_rng([car.seed, int(x > 0), when]) for when in (0, moment))
        strength = float(rng.uniform(1.9, 2.6)) * min(1.2, (crossing.trigger / distance) ** 2)
        _sit(inside, people.portrait(who, now, light), place, strength)
    turn = np.linspace(0, 2 * np.pi, 40)
    rim = [0.37 + 0.185 * np.cos(turn), foot + 0.40 + 0.08 * np.sin(turn), belt - 0.06 + 0.165 * np.sin(turn)]
    inside.line(np.stack(rim, axis=-1) + [car.lane, distance, 0], (0.03, 0.03, 0.03), 0.032)
    board = [(-0.8, 0.1, 0.0), (0.8, 0.1, 0.0), (0.74, 0.42, 0.02), (-0.74, 0.42, 0.02)]
    inside.fill(np.array([[car.lane + x, distance + foot + y, belt + z] for x, y, z in board]), (0.045, 0.045, 0.048))
    eye = surface(car, distance, np.array(7.72), np.array(0.0)) + [0, 0.12, -0.02]
    inside.fill(
        eye + np.array([[-0.12, 0, -0.035], [0.12, 0, -0.035], [0.12, 0, 0.035], [-0.12, 0, 0.035]]), (0.03, 0.03, 0.03)
    )
    rows = np.linspace(0, 1, inside.layer.shape[0], dtype=np.float32)[:, None, None]
    haze = 0.022 + 0.035 * (1 - rows)
    return np.asarray(0.85 * inside.layer[..., :3] + haze * np.array([1.05, 1.0, 0.95], np.float32))


def _seat(inside: _Canvas, middle: Floats) -> None:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    rest = np.stack(
        [0.14 * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.5, 0 * turn, 0.10 * np.sin(turn)], axis=-1
    )
    inside.fill(middle + rest, (0.05, 0.05, 0.052))
    back = [(-0.25, 0, -0.75), (0.25, 0, -0.75), (0.22, 0, -0.16), (-0.22, 0, -0.16)]
    inside.fill(middle + np.array(back), (0.04, 0.04, 0.042))


def _sit(inside: _Canvas, portrait: Floats, place: Floats, light: float) -> None:
    """Put a portrait at a place in the cabin, its size given by its distance."""
    x, y, depth = inside.camera.project(place)
    size = inside.camera.focal / depth * people.SPAN / 830 * inside.scale / people.GRID
    corner = (np.array([x, y]) - [inside.left, inside.top]) * inside.scale - size * people.GRID / 2
    matrix = np.array([[size, 0, corner[0]], [0, size, corner[1]]])
    if size < 0.7:  # shrink in two steps: warping alone would skip pixels
        half = cv2.resize(portrait, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        matrix[:, :2] *= 2
        portrait = np.asarray(half, np.float32)
    height, width = inside.layer.shape[:2]
    person = cv2.warpAffine(portrait, matrix, (width, height), flags=cv2.INTER_LINEAR)
    inside.layer[..., :3] = inside.layer[..., :3] * (1 - person[..., 3:]) + light * person[..., :3]
