"""Cars in their light: dark bodies under street lamps, and what the flash makes of them."""

from collections.abc import Callable

import cv2
import numpy as np

from installation.footage.stand_in import body
from installation.footage.stand_in.cabin import cabin
from installation.footage.stand_in.camera import SIZE, Floats
from installation.footage.stand_in.canvas import Canvas, Patch
from installation.footage.stand_in.crossings import RATE, Car, Crossing

BOUNCE = np.array([0.7, 0.85, 1.0])  # headlamps, thrown back by the road
NEAR = 36.0  # metres; farther cars need fewer facets
GLASS = np.array([0.030, 0.026, 0.022])

Shade = Callable[[Floats, Floats, Floats], Floats]  # places, normals, paint → linear light, a row a facet


def lamps(car: Car, distance: float) -> Floats:
    """The two headlamps' places in the world (2 × 3)."""
    return np.asarray(body.lamps(car.shape) + np.array([car.lane, distance, 0]))


def by_night(car: Car, distance: float, crossing: Crossing) -> Patch:
    """A car as the lamps show it: a dark body, a sheen on bonnet and glass, its own lights, blurred by its speed."""
    near = distance < NEAR  # so near it is blurred so much that half the size will do
    canvas = _body(car, distance, crossing, _lamplit(crossing), 2 if near else 1, 0.5 if near else 1)
    canvas.fill(body.outline(car.shape, body.WINDSCREEN), (0.0028, 0.0026, 0.0025))
    for low, strength in ((6.9, 0.5), (7.25, 1.0), (7.55, 1.6)):  # the sky in the glass, brighter towards the roof
        band = ((low, -0.89), (low + 0.15, 0.0), (low, 0.89), (7.9, 0.87), (7.97, 0.0), (7.9, -0.87))
        sheen = strength * (0.009 * np.array(crossing.lamp) + 0.006 * np.array(crossing.sky))
        canvas.fill(body.outline(car.shape, band), sheen)
    ahead = float(np.clip((distance - 8) / 30, 0.15, 1))
    for lamp in (body.LEFT_LAMP, body.RIGHT_LAMP):
        canvas.fill(body.outline(car.shape, lamp), np.array([0.95, 0.98, 1.0]) * (1.5 + 14 * ahead))
    canvas.fill(body.outline(car.shape, body.PLATE), (0.020, 0.016, 0.014))
    if car.taxi:
        canvas.fill(_roof_sign(car), (0.12, 0.45, 0.55))
    steps = np.array([[0, 0, 0.8], [0, -0.5 * car.speed / RATE, 0.8]])  # the shutter is open half the time
    here, there = crossing.camera.project(canvas.origin + steps)[:, :2]
    return canvas.patch(1.4 if near else 0.9, there - here)


def by_flash(car: Car, distance: float, crossing: Crossing, moment: int) -> Patch:
    """A car at the instant of a flash: its paint, its plate blown out, and whoever sits behind the glass.

    The same people at another `moment` hold their heads otherwise.
    """
    canvas = _body(car, distance, crossing, _flashlit(crossing), 4 if distance < NEAR else 2, 2)
    glass = canvas.mask(body.outline(car.shape, body.WINDSCREEN))
    if glass.any():
        inside = cabin(car, distance, crossing, canvas, moment)
        canvas.layer[..., :3] += (inside - canvas.layer[..., :3]) * glass
    for lamp in (body.LEFT_LAMP, body.RIGHT_LAMP):
        canvas.fill(body.outline(car.shape, lamp), (2.2, 2.3, 2.3))
    canvas.fill(body.outline(car.shape, body.PLATE), (2.9, 2.0, 1.7))
    for side in (-0.6, 0.1):  # wipers at rest
        wiper = body.surface(car.shape, np.linspace(6.15, 6.4, 8), np.linspace(side, side + 0.55, 8))
        canvas.line(wiper, (0.02, 0.02, 0.02), 0.02)
    if car.taxi:
        canvas.fill(_roof_sign(car), (0.5, 0.95, 1.1))
    return canvas.patch(0.7)


def shadows(cars: list[tuple[Car, float]], crossing: Crossing) -> Floats:
    """How much of the flash cars, each at its distance, keep from each pixel of the road: 0 to 1 (720 × 1280 × 1)."""
    unit = np.array(crossing.unit)
    mask = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    for car, distance in cars:
        corners = body.hull(car.shape) + np.array([car.lane, distance, 0])
        cast = unit + (corners - unit) * (unit[2] / np.maximum(unit[2] - corners[:, 2:], 0.2))
        pixels = np.clip(crossing.camera.project(cast)[:, :2], -4000, 4000).astype(np.float32)
        cv2.fillConvexPoly(mask, np.round(cv2.convexHull(pixels) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), 1.4).astype(np.float32)[..., None] / 255)


def _body(car: Car, distance: float, crossing: Crossing, shade: Shade, fine: int, scale: float) -> Canvas:
    corners, normals, glass = body.facets(car.shape, fine)
    origin = np.array([car.lane, distance, 0.0])
    canvas = Canvas(crossing.camera, origin, body.hull(car.shape), scale)
    canvas.fill(body.FOOTPRINT, (0.0004, 0.0004, 0.0004))
    for side in (-0.74, 0.74):  # the front wheels under the lip
        tread = [(side + x, 0.62, z) for x, z in ((-0.11, 0), (0.11, 0), (0.11, 0.5), (-0.11, 0.5))]
        canvas.fill(np.array(tread), (0.001, 0.001, 0.001))
    places = corners.mean(axis=1) + origin
    seen = np.sum(normals * (crossing.camera.position - places), axis=-1) > 0
    paint = np.where(glass[seen, None] > 0, GLASS, np.array(car.paint))
    light = shade(places[seen], normals[seen], paint)
    canvas.facets(corners[seen], light)
    if scale > 1:
        canvas.smooth(0.11 / fine)
    mean = light.mean(axis=0)
    if distance > 2 * NEAR:
        return canvas
    if abs(canvas.camera.x - car.lane) > 0.12 * distance:  # seen from the front the wheels hide behind the bumper
        _wheels(canvas, car, mean)
    for dark in (body.GRILLE, body.INTAKE):
        canvas.fill(body.outline(car.shape, dark), 0.08 * mean)
    canvas.line(body.surface(car.shape, 4.0, np.linspace(-0.9, 0.9, 24)), 0.16 * mean, 0.012)
    turn = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    for side in (-1, 1):  # the bonnet's gap and the wing mirror
        canvas.line(body.surface(car.shape, np.linspace(4.0, 6.0, 12), 0.86 * side), 0.16 * mean, 0.012)
        ear = np.stack([0.13 * side + 0.12 * np.cos(turn), 0 * turn, 0.05 + 0.075 * np.sin(turn)], axis=-1)
        canvas.fill(body.surface(car.shape, 6.35, side) + ear, 0.8 * mean)
    return canvas


def _wheels(canvas: Canvas, car: Car, colour: Floats) -> None:
    """The wheels of the flank that the camera sees."""
    across = np.sign(canvas.camera.x - car.lane) * body.PROFILES[car.shape][:, 2].max()
    turn = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    for behind in (0.95, 3.45):
        for radius, grey in ((0.38, 0.02), (0.32, 0.06), (0.21, 0.35)):
            rim = [across + 0 * turn, behind + radius * np.cos(turn), 0.33 + radius * np.sin(turn)]
            canvas.fill(np.stack(rim, axis=-1), grey * colour)


def _roof_sign(car: Car) -> Floats:
    box = np.array([(-0.2, 0, 0), (0.2, 0, 0), (0.17, 0, 0.13), (-0.17, 0, 0.13)])
    return np.asarray(body.surface(car.shape, 8.9, 0.0) + box)


def _lamplit(crossing: Crossing) -> Shade:
    """Street lamps: a little of each on the paint, and each mirrored in it."""
    colour = np.array(crossing.lamp)

    def shade(places: Floats, normals: Floats, paint: Floats) -> Floats:
        above = 0.5 + 0.5 * normals[:, 2:]
        light = 0.05 * (above * np.array(crossing.sky) + (1 - above) * BOUNCE) * (paint + 0.03)
        view = _unit(crossing.camera.position - places)
        bounce = 2 * _dot(view, normals) * normals - view
        for place in crossing.lamps:
            beam = np.array(place) - places
            power = 0.2 * place[2] ** 2 / _dot(beam, beam)
            beam = _unit(beam)
            shine = 2.2 * np.exp(26 * (_dot(bounce, beam) - 1))
            light = light + power * colour * (np.maximum(0, _dot(beam, normals)) * paint + shine)
        return np.asarray(light + 0.010 * np.maximum(0, bounce[:, 2:]) ** 2 * np.array(crossing.sky))

    return shade


def _flashlit(crossing: Crossing) -> Shade:
    """The flash unit: the paint's own colour, a hard spot where it mirrors the unit, a pale rim where it is skimmed."""

    def shade(places: Floats, normals: Floats, paint: Floats) -> Floats:
        beam = np.array(crossing.unit) - places
        power = 3.2 * crossing.trigger**2 / _dot(beam, beam)
        beam, view = _unit(beam), _unit(crossing.camera.position - places)
        slope = np.maximum(0, _dot(beam, normals))
        facing = np.clip(_dot(_unit(beam + view), normals), 0, 1)
        skim = (1 - np.clip(_dot(view, normals), 0, 1)) ** 4
        return np.asarray(power * (paint * (0.06 + slope) + (0.35 * facing**110 + 0.03 * skim) * (0.2 + slope)))

    return shade


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.sum(a * b, axis=-1, keepdims=True))


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
