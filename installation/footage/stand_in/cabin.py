"""Behind the windscreen, for the instant of the flash: seats, a wheel, and whoever was caught."""

import cv2
import numpy as np

from installation.footage.stand_in import body, people
from installation.footage.stand_in.camera import Floats
from installation.footage.stand_in.canvas import Canvas
from installation.footage.stand_in.crossings import Car, Crossing

DRIVER, BESIDE = 0.37, -0.37  # metres from the middle; the wheel is on the left, as in all of China but Hong Kong
SEEN = 60.0  # metres; farther off, nobody is more than a speck
LARGER = 1.2  # people are drawn this much larger than life: the work is about them


def cabin(car: Car, distance: float, crossing: Crossing, canvas: Canvas, moment: int) -> Floats:
    """What the flash shows through the whole front of a car, as large as the canvas (… × 3, linear light).

    Who sits there comes from the car's seed, how they hold themselves from `moment`.
    """
    rng = np.random.default_rng(car.seed)
    profile = body.PROFILES[car.shape]
    foot, belt, roof = profile[6][0], profile[6][1], profile[9][1]
    head = (belt + 1.35 * roof) / 2.35
    inside = canvas.like((0.012, 0.012, 0.013))
    for x in (BESIDE, DRIVER):
        _seat(inside, np.array([x, foot + 1.15, head - 0.02]))
    light = (crossing.unit[0] - car.lane) / crossing.trigger * 1.8, 0.16
    riders = [DRIVER] if rng.random() < 0.35 else [BESIDE, DRIVER]
    for x in riders if distance < SEEN else []:
        place = np.array([x, foot + 0.82, head - 0.105]) + rng.normal(0, [0.03, 0.03, 0.015])
        strength = float(rng.uniform(2.3, 3.0)) * min(1.2, (crossing.trigger / distance) ** 2)
        who, now = (np.random.default_rng([car.seed, int(x > 0), when]) for when in (0, moment))
        _sit(inside, people.portrait(who, now, light), place, strength)
    turn = np.linspace(0, 2 * np.pi, 40)
    rim = [DRIVER + 0.185 * np.cos(turn), foot + 0.40 + 0.08 * np.sin(turn), belt - 0.06 + 0.165 * np.sin(turn)]
    inside.line(np.stack(rim, axis=-1), (0.03, 0.03, 0.03), 0.032)
    board = np.array([(-0.8, 0.1, 0.0), (0.8, 0.1, 0.0), (0.74, 0.42, 0.02), (-0.74, 0.42, 0.02)])
    inside.fill(board + np.array([0, foot, belt]), (0.045, 0.045, 0.048))
    mirror = [(-0.12, 0.12, -0.055), (0.12, 0.12, -0.055), (0.12, 0.12, 0.015), (-0.12, 0.12, 0.015)]
    inside.fill(body.surface(car.shape, 7.72, 0.0) + np.array(mirror), (0.03, 0.03, 0.03))
    rows = np.linspace(1, 0, inside.layer.shape[0], dtype=np.float32)[:, None, None]
    veil = (0.022 + 0.035 * rows) * np.array([1.05, 1.0, 0.95], np.float32)  # the glass itself lights up a little
    return np.asarray(0.85 * inside.layer[..., :3] + veil)


def _seat(inside: Canvas, middle: Floats) -> None:
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    round_off = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.5
    inside.fill(middle + np.stack([0.14 * round_off, 0 * turn, 0.10 * np.sin(turn)], axis=-1), (0.05, 0.05, 0.052))
    back = [(-0.25, 0, -0.75), (0.25, 0, -0.75), (0.22, 0, -0.16), (-0.22, 0, -0.16)]
    inside.fill(middle + np.array(back), (0.04, 0.04, 0.042))


def _sit(inside: Canvas, portrait: Floats, place: Floats, light: float) -> None:
    """Put a portrait at a place in the cabin, its size given by its distance."""
    x, y, depth = inside.camera.project(place + inside.origin)
    size = inside.camera.focal / depth * LARGER * people.SPAN / 1000 * inside.scale / people.GRID
    corner = (np.array([x, y]) - [inside.left, inside.top]) * inside.scale - size * people.GRID / 2
    matrix = np.array([[size, 0, corner[0]], [0, size, corner[1]]])
    if size < 0.7:  # shrink in two steps: warping alone would skip pixels
        portrait = np.asarray(cv2.resize(portrait, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.float32)
        matrix[:, :2] *= 2
    height, width = inside.layer.shape[:2]
    person = cv2.warpAffine(portrait, matrix, (width, height), flags=cv2.INTER_LINEAR)
    inside.layer[..., :3] = inside.layer[..., :3] * (1 - person[..., 3:]) + light * person[..., :3]
