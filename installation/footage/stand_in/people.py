"""The people behind the windscreens: modelled softly, lit by one hard light, nobody in particular.

A face is a landscape of heights in millimetres on a grid; the flash lights its slopes and casts its shadows, as
it would in a relief. Everything about a person is drawn at random from a seed.
"""

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np

from installation.footage.stand_in.camera import Floats

SPAN = 640.0  # millimetres that a portrait is wide and high
GRID = 240  # pixels that it is wide and high
HEAD = (0.0, -96.0)  # the middle of the head in the portrait, millimetres from its centre


@dataclass
class _Relief:
    """What is seen from the front: heights (mm) and reflectance (blue, green, red) on one grid."""

    x: Floats
    y: Floats
    height: Floats
    tone: Floats

    def lay(self, height: Floats, tone: tuple[float, float, float]) -> None:
        """Put a body there wherever it stands out above what is there already."""
        front = height > self.height
        self.height = np.where(front, height, self.height)
        self.tone[front] = tone

    def tint(self, weight: Floats, tone: tuple[float, float, float]) -> None:
        """Colour the surface without changing its shape."""
        self.tone += (np.array(tone, np.float32) - self.tone) * np.clip(weight, 0, 1)[..., None]


def portrait(rng: np.random.Generator, moment: np.random.Generator, light: tuple[float, float]) -> Floats:
    """Make one person, head and shoulders, as GRID × GRID × 4 (linear blue, green, red; cover).

    `rng` says who it is, `moment` how they hold themselves just now; `light` is where the flash stands as seen from
    the face: right and up, in units of its distance in front.
    """
    axis = (np.arange(GRID, dtype=np.float32) + 0.5) * (SPAN / GRID) - SPAN / 2
    x, y = np.meshgrid(axis, axis)
    relief = _Relief(x, y, np.full(x.shape, -300.0, np.float32), np.zeros((*x.shape, 3), np.float32))
    mood = str(
        moment.choice(["startled", "tired", "away", "hand", "plain", "yawn"], p=[0.27, 0.20, 0.25, 0.08, 0.14, 0.06])
    )
    turn = {"away": moment.choice([-1, 1]) * moment.uniform(28, 48), "tired": moment.uniform(-14, 14)}.get(
        mood, moment.uniform(-11, 11)
    )
    nod = {"tired": moment.uniform(6, 14), "yawn": -9.0, "startled": moment.uniform(-6, 2)}.get(
        mood, moment.uniform(-5, 6)
    )
    tilt = radians(moment.normal(0, 5) + (8 if mood == "tired" else 0))
    _body(relief, rng)
    hx, hy = x - HEAD[0], y - HEAD[1]
    head = _Relief(hx * cos(tilt) + hy * sin(tilt), hy * cos(tilt) - hx * sin(tilt), relief.height, relief.tone)
    _head(head, rng, mood, radians(turn), radians(nod))
    relief.height, relief.tone = head.height, head.tone
    if mood == "hand":
        _hand(relief, moment)
    return _lit(relief, light)


def _body(relief: _Relief, rng: np.random.Generator) -> None:
    x, y = relief.x, relief.y
    shirts = ((0.55, 0.56, 0.56), (0.03, 0.03, 0.035), (0.22, 0.13, 0.08), (0.12, 0.11, 0.24), (0.18, 0.20, 0.18))
    shirt = shirts[int(rng.integers(len(shirts)))]
    width = rng.uniform(195, 225)
    fall = 52 + 0.00105 * x**2 + 38 * np.clip((np.abs(x) - 150) / 60, 0, 2) ** 2
    shoulders = -40 - 0.0014 * x**2 - 90 * np.clip((fall - y) / 42, 0, 1) ** 2 - 0.10 * np.maximum(0, y - 60)
    folds = cv2.resize(rng.standard_normal((9, 14), dtype=np.float32), (GRID, GRID), interpolation=cv2.INTER_CUBIC)
    shoulders = shoulders + 5 * folds
    relief.lay(np.where((np.abs(x) < width) & (y > fall - 42), shoulders, -300), shirt)
    neck = np.sqrt(np.maximum(0, 1 - (x / 60) ** 2)) * 44 - 44
    relief.lay(np.where((np.abs(x) < 60) & (y > -70) & (y < 70 - 0.5 * np.abs(x)), neck, -300), (0.15, 0.21, 0.30))
    if rng.random() < 0.4:  # stripes
        relief.tint((np.sin(y / 7) > 0.3) * (y > 75) * 0.55, (0.1, 0.08, 0.07))
    side = rng.choice([-1, 1])
    strap = np.abs(x * 0.80 + side * (y - 120) * 0.56) < 23
    height = np.where(strap & (y > 66), shoulders + 5, -300)
    relief.lay(height, (0.028, 0.028, 0.03))


def _head(head: _Relief, rng: np.random.Generator, mood: str, turn: float, nod: float) -> None:
    x, y = head.x, head.y
    half, tall = rng.uniform(72, 80), rng.uniform(108, 118)
    skin = np.array([0.22, 0.31, 0.45]) * rng.uniform(0.78, 1.12)
    cheek = half * (1 - 0.30 * np.clip((y - 6) / tall, 0, 1) ** 1.5)
    inside = np.maximum(0, 1 - (x / cheek) ** 2 - (y / tall) ** 2)
    face = 92 * np.sqrt(inside)

    def spot(lon: float, lat: float, wide: float, high: float) -> Floats:
        """A soft spot at an angle of the head, degrees to its left and up, and as wide and high in millimetres."""
        a, b = radians(lon) + turn, radians(lat) - nod
        cx, cy, squeeze = half * 1.03 * sin(a) * cos(b), -tall * sin(b), max(0.25, cos(a))
        blob: Floats = np.exp(-(((x - cx) / (wide * squeeze)) ** 2) - ((y - cy) / high) ** 2) * (cos(a) > -0.15)
        return blob

    wide_eyed = {"startled": 1.35, "tired": 0.5, "yawn": 0.22}.get(mood, rng.uniform(0.75, 1.05))
    brow = 26 + (4 if mood == "startled" else 0)
    for side in (-25, 25):
        face += 5 * spot(side, brow - 2, 24, 8) - 17 * spot(side, 11, 22, 15) + 7 * spot(side, 9, 13, 10)
        face += 6 * spot(side * 1.7, -9, 24, 20) - 4 * spot(side * 1.25, -36, 16, 22)
    for n in range(9):
        lat = 14 - 3.1 * n
        face += (1.2 + 0.75 * n) * spot(0, lat, 8 + 0.5 * n, 7)
    face += 7 * spot(0, -13, 13, 9) + 4 * spot(-8, -15, 8, 7) + 4 * spot(8, -15, 8, 7)
    face += 6 * spot(0, -33, 24, 9) + 7 * spot(0, -56, 22, 14) - 5 * spot(0, -45, 26, 7)
    gape = {"startled": rng.uniform(2, 8), "yawn": 17.0, "tired": 3.0}.get(mood, rng.uniform(0, 3.5))
    face -= 10 * spot(0, -35, 15 + 0.2 * gape, max(2.0, gape)) * (gape > 1)
    head.lay(np.where(inside > 0, face - 18, -300), (float(skin[0]), float(skin[1]), float(skin[2])))
    on_face = (inside > 0).astype(np.float32)
    mottle = cv2.resize(rng.standard_normal((50, 50), dtype=np.float32), (GRID, GRID), interpolation=cv2.INTER_CUBIC)
    head.tone *= 1 + 0.07 * (on_face * mottle)[..., None]
    for side in (-50, 50):
        head.tint(on_face * spot(side, -14, 24, 20) * 0.25, (0.16, 0.22, 0.46))
    for side in (-25, 25):
        lid = max(1.2, 5.6 * wide_eyed)
        head.tint(on_face * spot(side, 8.5, 18, lid + 3.2) * 0.95, (0.045, 0.05, 0.075))
        eye = np.clip(1.8 * spot(side, 8.5, 13, lid) - 0.55, 0, 1)
        head.tint(on_face * eye * 0.8, (0.34, 0.36, 0.38))
        gaze = side + rng.uniform(-2, 2)
        head.tint(
            on_face * np.clip(eye * 2, 0, 1) * np.clip(2.4 * spot(gaze, 8.8, 6.6, 7) - 0.4, 0, 1), (0.012, 0.012, 0.016)
        )
        head.tint(on_face * eye * np.clip(3 * spot(gaze + 1.5, 10.0, 2.4, 2.2) - 1, 0, 1), (1.2, 1.2, 1.2))
        head.tint(on_face * np.clip(1.5 * spot(side * 1.06, brow, 22, 5.0) - 0.25, 0, 1) * 0.85, (0.02, 0.02, 0.025))
        head.tint(on_face * spot(side * 0.28, -18.5, 4.2, 3) * 0.9, (0.02, 0.02, 0.04))
    head.tint(on_face * np.clip(1.4 * spot(0, -34, 22, 7 + 0.6 * gape) - 0.3, 0, 1) * 0.75, (0.12, 0.12, 0.30))
    head.tint(on_face * np.clip(1.7 * spot(0, -35, 17 + 0.2 * gape, max(1.6, gape)) - 0.4, 0, 1), (0.015, 0.012, 0.035))
    _hair(head, rng, half, tall, turn, nod)
    if rng.random() < 0.22:
        _glasses(head, spot, on_face, rng)


def _hair(head: _Relief, rng: np.random.Generator, half: float, tall: float, turn: float, nod: float) -> None:
    x, y = head.x, head.y
    dark = (0.012, 0.011, 0.012)
    strands = cv2.resize(rng.standard_normal((40, GRID), dtype=np.float32), (GRID, GRID), interpolation=cv2.INTER_CUBIC)
    long = rng.random() < 0.45
    dome = 1 - (x / (half + 11)) ** 2 - ((y + 10) / (tall + 9)) ** 2
    cap = np.where(dome > 0, 104 * np.sqrt(np.maximum(0, dome)) - 12 + 2.2 * strands, -300)
    line = (
        -tall * (0.50 + 0.5 * nod) + 0.0035 * (x - half * sin(turn)) ** 2 * rng.uniform(-1.1, 0.2) + rng.uniform(-9, 9)
    )
    line = line + 0.22 * (x - half * sin(turn)) * rng.choice([-1, 0, 1])
    temple = np.abs(x - half * 0.75 * sin(turn)) > half * (0.93 - 0.0012 * np.abs(y))
    head.lay(np.where((y < line) | (temple & (y < (60 if long else 2))), cap, -300), dark)
    if long:
        fall = -25 - 0.004 * x**2 + 2.0 * strands
        sides = (np.abs(x) < half + 16 + 0.05 * y) & (np.abs(x) > half * 0.80) & (y > -40) & (y < rng.uniform(120, 210))
        head.lay(np.where(sides, fall + 30, -300), dark)
    else:
        for side in (-1, 1):
            ear = np.sqrt(np.maximum(0, 1 - ((x - side * (half + 1)) / 9) ** 2 - ((y - 4) / 27) ** 2)) * 12 - 26
            head.lay(np.where(ear > -26, ear, -300), (0.17, 0.23, 0.35))


def _glasses(head: _Relief, spot, on_face: Floats, rng: np.random.Generator) -> None:  # type: ignore[no-untyped-def]
    for side in (-24, 24):
        lens = spot(side, 7, 40, 32)
        head.tint(on_face * ((lens > 0.40) & (lens < 0.52)) * 0.9, (0.02, 0.02, 0.02))
        head.tint(on_face * (lens >= 0.52) * 0.12, (0.5, 0.5, 0.48))
        if rng.random() < 0.4:
            head.tint(
                on_face * np.clip(2 * spot(side + rng.uniform(-6, 6), 10, 14, 8) - 0.6, 0, 1) * 0.8, (1.0, 1.0, 0.95)
            )


def _hand(relief: _Relief, rng: np.random.Generator) -> None:
    """A hand, palm out, raised before the face."""
    side = rng.choice([-1, 1])
    px, py = side * rng.uniform(28, 70), HEAD[1] + rng.uniform(8, 46)
    lean = side * rng.uniform(0.0, 0.45)
    skin = (0.20, 0.29, 0.43)

    def bone(x0: float, y0: float, x1: float, y1: float, thick: float, lift: float) -> None:
        x, y = relief.x - px, relief.y - py
        x, y = x * cos(lean) + y * sin(lean), y * cos(lean) - x * sin(lean)
        along = np.clip(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2), 0, 1)
        off = np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
        relief.lay(np.where(off < thick, 128 + lift + np.sqrt(np.maximum(0, thick**2 - off**2)), -300), skin)

    bone(6, 60, 30 * side, 330, 31, -40)
    bone(-16, 8, 16, 8, 34, -22)
    bone(-10, 30, 10, 30, 32, -22)
    spread = rng.uniform(0.8, 1.3)
    for n, length in enumerate((62, 76, 80, 66)):
        foot = (n - 1.5) * 20
        bone(foot, -8, foot * (1 + 0.55 * spread), -22 - length * rng.uniform(0.85, 1), 9.5, -4)
    bone(-side * 34, 34, -side * 70 * spread, -2, 11, -4)


def _lit(relief: _Relief, light: tuple[float, float]) -> Floats:
    """Light the relief by one flash: slopes, cast shadows, the hollow places darker."""
    pixel = SPAN / GRID
    cover = (relief.height > -250).astype(np.float32)
    height = cv2.GaussianBlur(np.maximum(relief.height, -140), (0, 0), 1.1)
    across, down = np.gradient(height, pixel, axis=1), np.gradient(height, pixel, axis=0)
    normal = np.stack([-1.25 * across, -1.25 * down, np.ones_like(across)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    beam = np.array([light[0], -light[1], 1.0])
    beam /= np.linalg.norm(beam)
    lit = np.clip(normal @ beam, 0, 1)
    shade = np.ones_like(lit)
    for step in range(2, 60, 2):  # walk towards the light; whatever stands higher than the ray casts a shadow
        shift = np.array([[1, 0, -light[0] * step / pixel * 2], [0, 1, light[1] * step / pixel * 2]], np.float32)
        other = cv2.warpAffine(height, shift, (GRID, GRID), borderMode=cv2.BORDER_REPLICATE)
        shade = np.minimum(shade, 1 - np.clip((other - height - 2 * step) / 5, 0, 1))
    hollow = np.clip(1 + (height - cv2.GaussianBlur(height, (0, 0), 18 / pixel)) / 16, 0.25, 1.25)
    shine = np.clip(normal @ _half(beam), 0, 1) ** 26 * 0.10 * (relief.tone.mean(axis=-1) > 0.1)
    glow = (0.10 + 0.90 * lit * cv2.GaussianBlur(shade, (0, 0), 0.9)) * hollow
    colour = relief.tone * glow[..., None] + (shine * shade)[..., None]
    colour *= (1 - 0.8 * np.clip((relief.y - 60) / 190, 0, 1))[..., None]  # the dashboard keeps the light off the lap
    edge = cv2.GaussianBlur(cv2.erode(cover, np.ones((3, 3), np.uint8)), (0, 0), 1.0)
    return np.dstack([colour * edge[..., None], edge]).astype(np.float32)


def _half(beam: Floats) -> Floats:
    middle = beam + np.array([0.0, 0.0, 1.0])
    half: Floats = middle / np.linalg.norm(middle)
    return half
