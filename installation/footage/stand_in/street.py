"""A night crossing without its traffic: what the lamps show, and what a flash would show."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from installation.footage.stand_in.camera import SIZE, Camera, Floats
from installation.footage.stand_in.crossings import Crossing

PER_METRE = 36  # pixels a metre of the road's plan
ABOVE = 480  # rows over the frame whose mirror images still reach into it
Box = Callable[[float, float, float, float, tuple[int, int, int]], None]  # x from, to, y from, to, grey
LEFT, RIGHT, NEAR, FAR = -15.0, 15.0, 8.0, 125.0  # the plan's edges, metres


@dataclass(frozen=True)
class Street:
    """Linear light, float32, 720 × 1280 × 3 (blue, green, red)."""

    night: Floats  # as the lamps show it
    surface: Floats  # how much of a light from above each pixel gives back
    flash: Floats  # as a flash shows it
    wet: Floats  # how much of a mirror each pixel is, 720 × 1280


def noise(rng: np.random.Generator, height: int, width: int, *sizes: float) -> Floats:
    """Soft noise, mean 0, deviation 1: the sum of one layer for each grain size in pixels."""
    total = np.zeros((height, width), np.float32)
    for size in sizes:
        rows, columns = max(2, int(height / size) + 1), max(2, int(width / size) + 1)
        grains = rng.standard_normal((rows, columns), dtype=np.float32)
        total += cv2.resize(grains, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray((total - total.mean()) / total.std())


def build(crossing: Crossing, rng: np.random.Generator) -> Street:
    """Draw the empty crossing once; each frame starts from it."""
    camera = crossing.camera
    x, y = camera.places()
    plan = _plan(crossing, rng)
    surface = _seen(camera, plan)
    surface *= _asphalt(x, y, rng)[..., None]
    far = np.clip((FAR - 15 - y) / 60, 0, 1)[..., None] ** 1.5
    things, cover = _furniture(crossing, rng)
    surface = surface * far * (1 - cover) + things * cover
    wet = _puddles(crossing, x, y, rng) * far[..., 0] * (1 - cover[..., 0])
    direct, mirrored = _city(crossing, rng)
    night = surface * _lamplight(crossing, x, y) + direct * (1 - cover) + mirrored * wet[..., None]
    return Street(
        night=np.ascontiguousarray(night, np.float32),
        surface=np.ascontiguousarray(surface, np.float32),
        flash=_flashed(crossing, surface, x, y),
        wet=wet.astype(np.float32),
    )


def _plan(crossing: Crossing, rng: np.random.Generator) -> Floats:
    """The road from above: its reflectance, painted with 8-bit edges (square root scale) and returned linear."""
    height, width = int((FAR - NEAR) * PER_METRE), int((RIGHT - LEFT) * PER_METRE)
    plan = np.full((height, width, 3), (66, 64, 63), np.uint8)

    def box(x0: float, x1: float, y0: float, y1: float, grey: tuple[int, int, int]) -> None:
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        pixels = (corners - [LEFT, NEAR]) * PER_METRE * 16
        cv2.fillConvexPoly(plan, pixels.astype(np.int32), grey, cv2.LINE_AA, 4)

    left, right = crossing.edges
    box(LEFT, left, NEAR, FAR, (84, 88, 92))
    box(right, RIGHT, NEAR, FAR, (84, 88, 92))
    for edge in (left, right):
        box(edge - 0.12, edge + 0.12, NEAR, FAR, (112, 116, 118))
    for y in np.arange(NEAR, FAR, 0.6):
        box(LEFT, left - 0.12, y, y + 0.03, (66, 68, 70))
        box(right + 0.12, RIGHT, y, y + 0.03, (66, 68, 70))
    for _ in range(26):  # mended places
        x, y = rng.uniform(left, right), rng.uniform(NEAR, 70)
        grey = int(rng.integers(54, 74))
        box(x, x + rng.uniform(0.4, 1.8), y, y + rng.uniform(0.8, 7), (grey, grey, grey))
    for lane in crossing.lanes:  # where the wheels polish and the engines drip
        for side in (-0.75, 0.75):
            box(lane + side - 0.22, lane + side + 0.22, NEAR, FAR, (60, 58, 57))
        x, y = lane + rng.uniform(-0.5, 0.5), rng.uniform(16, 30)
        middle = (int((x - LEFT) * PER_METRE), int((y - NEAR) * PER_METRE))
        cv2.circle(plan, middle, int(0.36 * PER_METRE), (44, 44, 45), -1, cv2.LINE_AA)
        cv2.circle(plan, middle, int(0.30 * PER_METRE), (78, 78, 80), 2, cv2.LINE_AA)
    for _ in range(9):  # cracks
        steps = np.cumsum(rng.normal([0.02, 0.25], [0.12, 0.2], (40, 2)), axis=0)
        crack = steps + np.array([rng.uniform(left, right), rng.uniform(NEAR, 60)])
        cv2.polylines(
            plan, [((crack - [LEFT, NEAR]) * PER_METRE).astype(np.int32)], False, (48, 47, 47), 1, cv2.LINE_AA
        )
    road = (plan.astype(np.float32) / 255) ** 2
    plan[:] = 0
    _paint(crossing, box)
    worn = np.clip(0.78 + 0.22 * noise(rng, height, width, 3, 9, 40), 0.1, 1)[..., None]
    paint = plan.astype(np.float32) / 255
    return np.asarray(road + (0.62 * np.array([0.94, 1, 1], np.float32) - road) * paint * worn)


def _paint(crossing: Crossing, box: Box) -> None:
    white = (255, 255, 255)
    left, right = crossing.edges
    lanes, (start, end) = crossing.lanes, crossing.zebra
    box(left + 0.25, left + 0.4, NEAR, FAR, white)
    box(right - 0.4, right - 0.25, NEAR, FAR, white)
    for a, b in pairwise(lanes):
        middle = (a + b) / 2
        box(middle - 0.07, middle + 0.07, crossing.stop, crossing.stop + 30, white)
        for y in np.arange(NEAR, start - 4, 6.0):
            box(middle - 0.07, middle + 0.07, y, y + 3.2, white)
        for y in np.arange(crossing.stop + 30, FAR, 6.0):
            box(middle - 0.07, middle + 0.07, y, y + 3.2, white)
    box(left + 0.4, right - 0.4, crossing.stop, crossing.stop + 0.4, white)
    for x in np.arange(left + 0.6, right - 0.7, 0.95):
        box(x, x + 0.45, start, end, white)
    for lane in lanes:  # an arrow in each lane
        y = crossing.stop + 5.0
        box(lane - 0.08, lane + 0.08, y + 1.6, y + 5.0, white)
        for n in range(12):
            reach = 0.42 * n / 11
            box(lane - reach, lane + reach, y + 1.7 * n / 11, y + 1.7 * (n + 1.2) / 11, white)


def _seen(camera: Camera, plan: Floats) -> Floats:
    """The plan as the camera sees it, drawn at twice the size and shrunk so that far lines do not break up."""
    to_metres = np.array([[1 / PER_METRE, 0, LEFT], [0, 1 / PER_METRE, NEAR], [0, 0, 1]])
    double = np.diag([2.0, 2.0, 1.0])
    large = cv2.warpPerspective(
        plan, double @ camera.ground @ to_metres, (SIZE[0] * 2, SIZE[1] * 2), borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.resize(large, SIZE, interpolation=cv2.INTER_AREA), np.float32)


def _asphalt(x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    """The road's grain, finest near the camera; mean 1."""
    fine = noise(rng, 1024, 1024, 1, 2.5)
    broad = noise(rng, 1024, 1024, 24, 90)
    near = np.clip(30 / np.maximum(y, 1), 0, 1.3)
    across, along = (x * 90) % 1024, (y * 40) % 1024
    speckle = cv2.remap(fine, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    across, along = (x * 30) % 1024, (y * 14) % 1024
    patches = cv2.remap(broad, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return np.asarray(np.clip(1 + 0.22 * near * speckle + 0.10 * patches, 0.3, 2), np.float32)


def _lamplight(crossing: Crossing, x: Floats, y: Floats) -> Floats:
    light = np.zeros((*x.shape, 3), np.float32) + 0.045 * np.array(crossing.sky, np.float32)
    for lx, ly, height in crossing.lamps:
        away = (x - lx) ** 2 + (y - ly) ** 2 + height**2
        light += (0.40 * height**4 / away**2)[..., None] * np.array(crossing.lamp, np.float32)
    for side, y0, y1, _, colour in crossing.shops:
        away = (x - _front(crossing, side)) ** 2 + (y - (y0 + y1) / 2) ** 2 + 4
        light += (2.2 / away)[..., None] * np.array(colour, np.float32)
    return np.asarray(light)


def _puddles(crossing: Crossing, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    tile = noise(rng, 512, 512, 20, 60, 160)
    pools = cv2.remap(tile, (x * 24) % 512, (y * 7) % 512, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    edge = 1 / (1 + np.exp(-5 * (pools - 1.1 + 1.2 * crossing.wet)))
    grazing = np.clip(y / 50, 0.4, 1.2)
    kerb = np.where((x > crossing.edges[0]) & (x < crossing.edges[1]), 1.0, 0.45)
    return np.asarray(crossing.wet * kerb * grazing * (0.40 + 0.60 * edge), np.float32)


def _flashed(crossing: Crossing, surface: Floats, x: Floats, y: Floats) -> Floats:
    ux, uy, height = crossing.unit
    away = (x - ux) ** 2 + (y - uy) ** 2 + height**2
    reach = crossing.trigger / np.sqrt(away)
    aside = (x - 0.35 * ux * (1 - y / crossing.trigger)) / 6.5
    light = 11.5 * reach**3.4 * (0.22 + 0.78 * np.exp(-(aside**2)))
    shown = surface + 0.9 * np.maximum(surface - 0.22, 0)  # glass beads in the paint send the flash back
    return np.asarray(shown * light[..., None] * np.array([1.06, 1.0, 0.97], np.float32), np.float32)


def _furniture(crossing: Crossing, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Railings, bollards and bushes along the kerbs: reflectance and cover (720 × 1280 × 3 each)."""
    things = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    cover = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    camera = crossing.camera
    left, right = crossing.edges

    def line(a: tuple[float, float, float], b: tuple[float, float, float], width: float, grey: int) -> None:
        ends = camera.project(np.array([a, b]))
        thick = max(1, round(width * camera.focal / float(ends[:, 2].mean())))
        start, stop = ((int(p[0] * 16), int(p[1] * 16)) for p in ends)
        cv2.line(things, start, stop, (grey, grey, grey), thick, cv2.LINE_AA, 4)
        cv2.line(cover, start, stop, (255, 255, 255), thick, cv2.LINE_AA, 4)

    def leaf(place: Floats) -> None:
        centre = camera.project(place)
        radius = rng.uniform(0.02, 0.07) * camera.focal / centre[2]
        middle, axes = (int(centre[0] * 16), int(centre[1] * 16)), (int(radius * 16), int(radius * 9))
        angle, bright = float(rng.uniform(0, 180)), rng.uniform(0.3, 1)
        green = (int(36 * bright), int(62 * bright), int(46 * bright))
        cv2.ellipse(things, middle, axes, angle, 0, 360, green, -1, cv2.LINE_AA, 4)
        cv2.ellipse(cover, middle, axes, angle, 0, 360, (255, 255, 255), -1, cv2.LINE_AA, 4)

    for edge, side in ((left, -1), (right, 1)):
        if side not in crossing.rails:
            continue
        for _ in range(26):
            heart = np.array([edge + side * rng.uniform(1.8, 5.0), rng.uniform(crossing.trigger + 1, 100), 0.4])
            for spread in rng.normal(0, 1, (130, 3)):
                leaf(heart + spread * [0.5, 0.9, 0.20])
        x = edge + side * 0.35
        for y in np.arange(95, crossing.zebra[1] + 1, -0.5):
            line((x, y, 0.15), (x, y, 0.95), 0.025, 150)
        for y in np.arange(crossing.zebra[0] - 1, 12, -0.28):
            line((x, y, 0.15), (x, y, 0.95), 0.025, 150)
        for far, near in ((95.0, crossing.zebra[1] + 1), (crossing.zebra[0] - 1, 12.0)):
            for z in (0.2, 0.95):
                for y in np.arange(far, near, -2.0):
                    line((x, y, z), (x, max(y - 2.0, near), z), 0.05, 165)
    soft = cv2.GaussianBlur(cover, (0, 0), 0.8).astype(np.float32) / 255
    return (cv2.GaussianBlur(things, (0, 0), 0.8).astype(np.float32) / 255) ** 2, soft


def _front(crossing: Crossing, side: int) -> float:
    return crossing.edges[side > 0] + side * 5.5


def _city(crossing: Crossing, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Lights too far off to be sharp, and the same lights turned over in a perfect mirror of a road.

    Both are linear light, 720 × 1280 × 3; the mirror's are drawn out downwards and broken by the road's grain.
    """
    width, height = SIZE
    camera = crossing.camera
    direct, mirror = (np.zeros((height + more, width, 3), np.float32) for more in (0, ABOVE))

    def panel(x: float, y0: float, y1: float, z0: float, z1: float, colour: Floats) -> None:
        corners = np.array([[x, y0, z0], [x, y1, z0], [x, y1, z1], [x, y0, z1]])
        for layer, turned, lower in ((direct, 1, 0), (mirror, -1, ABOVE)):
            pixels = camera.project(corners * [1, 1, turned])[:, :2] + [0, lower]
            cv2.fillConvexPoly(layer, np.round(pixels * 16).astype(np.int32), colour.tolist(), cv2.LINE_8, 4)

    for side, y0, y1, top, shade in crossing.shops:
        x, colour = _front(crossing, side), np.array(shade)
        panel(x, y0, y1, 0.4, top - 0.7, 0.05 * colour + 0.035)
        for y in np.arange(y0, y1, 0.4):  # shelves, doors, people: nothing that can be made out
            z = rng.uniform(0.4, 1.6)
            panel(
                x,
                y,
                y + rng.uniform(0.1, 0.45),
                z,
                z + rng.uniform(0.3, 1.2),
                (0.4 * colour + 0.3) * rng.uniform(0.0, 0.55) ** 1.5,
            )
        for y in np.arange(y0 + 0.2, y1 - 0.3, 0.8):  # the sign's strokes
            panel(x, y, y + rng.uniform(0.2, 0.6), top - 0.55, top - rng.uniform(0.0, 0.2), 1.1 * colour)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (17, 17)).astype(np.float32)
    direct = np.asarray(cv2.filter2D(direct, -1, disc / disc.sum()), np.float32)
    palette = (crossing.lamp, crossing.lamp, (0.9, 0.9, 0.8), (0.05, 0.06, 1.0), (0.3, 0.9, 0.2), (0.2, 0.6, 1.0))
    for _ in range(110):
        place = np.array([rng.normal(0, 34), rng.uniform(110, 300), rng.exponential(2.6) + 0.4])
        colour = np.array(palette[int(rng.integers(len(palette)))]) * rng.uniform(0.02, 0.30)
        radius = rng.uniform(4, 11) * camera.focal / 3000
        _bokeh(direct, camera.project(place), radius, colour)
        _bokeh(mirror, camera.project(place * [1, 1, -1]) + np.array([0, ABOVE, 0]), radius * 1.2, 4 * colour)
    rows = np.arange(height, dtype=np.float32) - camera.horizon()
    haze = 0.0045 * np.exp(-np.abs(rows) / 55) + 0.0012
    direct += haze[:, None, None] * (np.array(crossing.lamp, np.float32) + np.array(crossing.sky, np.float32))
    small = cv2.resize(mirror, (width // 4, (height + ABOVE) // 4), interpolation=cv2.INTER_AREA)
    small = cv2.copyMakeBorder(small, 0, 100, 0, 0, cv2.BORDER_CONSTANT)
    drawn = cv2.GaussianBlur(small, (0, 0), 2.2, sigmaY=14) + 1.2 * cv2.GaussianBlur(small, (0, 0), 3, sigmaY=44)
    drawn = cv2.resize(drawn[ABOVE // 4 : (height + ABOVE) // 4], (width, height))
    across, down = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    sway = 7 * cv2.resize(noise(rng, height, width // 6, 2, 6), (width, height))
    broken = np.clip(1 + 0.45 * cv2.resize(noise(rng, height, width // 5, 1.5, 4), (width, height)), 0, 3)
    swayed = cv2.remap(drawn, across + sway, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return direct, np.asarray(2.4 * swayed * broken[..., None], np.float32)


def _bokeh(layer: Floats, centre: Floats, radius: float, colour: Floats) -> None:
    """Add a disc with a brighter rim, as a lens draws a point that is out of focus."""
    reach = int(radius) + 3
    left, top = int(centre[0]) - reach, int(centre[1]) - reach
    if left < 0 or top < -reach or left + 2 * reach >= layer.shape[1] or top + 2 * reach >= layer.shape[0]:
        return
    disc = np.zeros((2 * reach, 2 * reach), np.uint8)
    middle = (int((centre[0] - left) * 16), int((centre[1] - top) * 16))
    cv2.circle(disc, middle, int(radius * 16), 200, -1, cv2.LINE_AA, 4)
    cv2.circle(disc, middle, int(radius * 16), 255, 1, cv2.LINE_AA, 4)
    cut = max(0, -top)
    soft = np.asarray(cv2.GaussianBlur(disc, (0, 0), 0.8), np.float32)[cut:, :, None] / 255
    layer[top + cut : top + 2 * reach, left : left + 2 * reach] += soft * colour.astype(np.float32)
