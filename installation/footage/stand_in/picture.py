"""The frames of a crossing: light added up, seen through a small tired sensor.

Everything is linear light in float32 until the last step; glows live at a quarter of the size. The full-size work
goes in strips of rows that stay in the processor's cache.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.footage.stand_in import cars as traffic
from installation.footage.stand_in import street as streets
from installation.footage.stand_in.camera import SIZE, Floats
from installation.footage.stand_in.canvas import Patch
from installation.footage.stand_in.crossings import RATE, Car, Crossing, Flash

STRIP = 60  # rows
SMALL = (SIZE[0] // 4, SIZE[1] // 4)
LABEL = ("STAND-IN · not the artist’s footage", "替代影像 · 並非藝術家的作品")
ONE: Any = (1.0, 1.0, 1.0, 0.0)  # in each channel, as OpenCV writes a constant
BEAM = np.array([0.86, 0.95, 1.0], np.float32)  # the colour of headlamps: blue, green, red


class Picture:
    """Makes the frames of one crossing, any frame in any order but for the grain, which the seed fixes."""

    def __init__(self, crossing: Crossing, beat: tuple[Flash, ...], cars: tuple[Car, ...], seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.crossing, self.beat, self.cars, self.seed = crossing, beat, cars, seed
        self.street = streets.build(crossing, rng)
        self.wet = np.asarray(cv2.resize(self.street.wet, SMALL, interpolation=cv2.INTER_AREA))[..., None]
        self.pool = _pool()
        self.grain = _grain(rng)
        self.vignette = _vignette()
        self.frozen: tuple[int, Floats] | None = None

    def frame(self, number: int) -> NDArray[np.uint8]:
        """Return frame `number` as 720 × 1280 × 3 (blue, green, red), full range."""
        rng = np.random.default_rng([self.seed, number])
        visible = sorted(self._visible(number), key=lambda pair: -pair[1])
        light = self.street.night.copy()
        thrown, mirrored = self._on_the_road(visible)
        for rows in _strips():
            pool = cv2.multiply(self.street.surface[rows], _enlarge(thrown, rows))
            cv2.add(light[rows], cv2.add(pool, _enlarge(mirrored, rows)), dst=light[rows])
        for car, distance in visible:
            lay(light, traffic.by_night(car, distance, self.crossing))
        glow = self._in_the_lens(visible, light)
        if self.crossing.rain:
            _rain(light, glow, rng)
        for flash, strength, first, last in self._lit(number):
            _expose(light, self._freeze(flash), strength, first, last)
        shown = self._develop(light, glow, self._gain(number), rng)
        if number < RATE:
            _label(shown, min(1.0, (RATE - number) / 6))
        return shown

    def _visible(self, number: float) -> Iterator[tuple[Car, float]]:
        for car in self.cars:
            distance = car.place(number, self.crossing.trigger)
            if 3.0 < distance < 110.0:
                yield car, distance

    def _on_the_road(self, visible: list[tuple[Car, float]]) -> tuple[Floats, Floats]:
        """What headlamps throw on the road, and how the wet mirrors them; a quarter of the size."""
        camera = self.crossing.camera
        small = np.diag([0.25, 0.25, 1.0]) @ camera.ground
        pool = np.zeros((SMALL[1], SMALL[0]), np.float32)
        below = np.zeros((SMALL[1] + 40, SMALL[0]), np.float32)
        for car, distance in visible:
            place = np.array([[1 / 12, 0, car.lane - 5.0], [0, -1 / 12, distance], [0, 0, 1]])
            pool += np.asarray(cv2.warpPerspective(self.pool, small @ place, SMALL))
            for x, y, depth in camera.project(traffic.lamps(car, distance) * [1, 1, -1]):
                _stamp(below, x / 4, y / 4, _power(depth))
        drawn = np.asarray(cv2.GaussianBlur(below, (0, 0), 2.2, sigmaY=15))[: SMALL[1]]
        return pool[..., None] * BEAM, 3.2 * drawn[..., None] * self.wet * BEAM

    def _in_the_lens(self, visible: list[tuple[Car, float]], light: Floats) -> Floats:
        """The glow round each headlamp that no other car hides in the picture so far; a quarter of the size."""
        spark = np.zeros((SMALL[1], SMALL[0]), np.float32)
        for car, distance in visible:
            for x, y, depth in self.crossing.camera.project(traffic.lamps(car, distance)):
                seen = light[int(np.clip(y, 0, SIZE[1] - 1)), int(np.clip(x, 0, SIZE[0] - 1))].mean()
                _stamp(spark, x / 4, y / 4, _power(depth) * min(1.0, float(seen)))
        tiny = cv2.resize(spark, (SMALL[0] // 4, SMALL[1] // 4), interpolation=cv2.INTER_AREA)
        wide = cv2.resize(cv2.GaussianBlur(tiny, (0, 0), 7.5), SMALL, interpolation=cv2.INTER_CUBIC)
        glow = 1.6 * cv2.GaussianBlur(spark, (0, 0), 1.7) + 2.2 * cv2.GaussianBlur(spark, (0, 0), 6) + 1.5 * wide
        column = cv2.GaussianBlur(spark.sum(axis=0, keepdims=True), (0, 0), 0.8)
        glow = np.asarray(glow + 0.0003 * column)  # charge that spills along the sensor's columns
        return (glow[..., None] * BEAM).astype(np.float32)

    def _lit(self, number: int) -> Iterator[tuple[Flash, float, int, int]]:
        for flash in self.beat:
            if 0 <= number - flash.frame < len(flash.bands):
                yield flash, *flash.bands[number - flash.frame]

    def _gain(self, number: int) -> float:
        """The camera turns itself down after a flash and recovers in half a second."""
        since = min(
            (number - f.frame - len(f.bands) for f in self.beat if number >= f.frame + len(f.bands)), default=99
        )
        return 1.0 - 0.30 * float(np.exp(-since / 5))

    def _freeze(self, flash: Flash) -> Floats:
        """All that one flash adds, at the instant it fired: the same for each of its frames."""
        if self.frozen and self.frozen[0] == flash.frame:
            return self.frozen[1]
        crossing = self.crossing
        visible = sorted(self._visible(flash.frame), key=lambda pair: -pair[1])
        light = self.street.flash * (1 - 0.93 * traffic.shadows(visible, crossing))
        for car, distance in visible:
            lay(light, traffic.by_flash(car, distance, crossing, flash.frame))
        if crossing.rain:
            _drops(light, np.random.default_rng([self.seed, flash.frame, 1]))
        small = cv2.resize(np.minimum(light, 4), SMALL, interpolation=cv2.INTER_AREA)
        bloom = 0.10 * cv2.GaussianBlur(np.maximum(small - 0.9, 0), (0, 0), 4) + 0.05 * cv2.GaussianBlur(
            small, (0, 0), 24
        )
        for rows in _strips():
            cv2.add(light[rows], _enlarge(np.asarray(bloom), rows), dst=light[rows])
        self.frozen = (flash.frame, light)
        return light

    def _develop(self, light: Floats, glow: Floats, gain: float, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Turn light into a picture: bloom, vignette, the sensor's curve and its grain, coarser where it is dark."""
        shown = np.empty((SIZE[1], SIZE[0], 3), np.uint8)
        top, left = (int(v) for v in rng.integers(0, (self.grain.shape[0] - SIZE[1], self.grain.shape[1] - SIZE[0])))
        for rows in _strips():
            strip = cv2.add(light[rows], _enlarge(glow, rows))
            strip = cv2.multiply(strip, self.vignette[rows], scale=gain)
            strip = cv2.sqrt(cv2.divide(strip, cv2.add(strip, ONE)))
            grain = self.grain[top + rows.start : top + rows.stop, left : left + SIZE[0]]
            noisy = cv2.multiply(grain, cv2.subtract(ONE, strip))
            cv2.addWeighted(strip, 268.0, noisy, 6.0, -12.0, dst=shown[rows], dtype=cv2.CV_8U)
        return shown


def lay(light: Floats, patch: Patch) -> None:
    """Put a patch over the light, as far as it lies inside the frame."""
    height, width = patch.cover.shape
    x0, y0 = max(0, patch.left), max(0, patch.top)
    x1, y1 = min(SIZE[0], patch.left + width), min(SIZE[1], patch.top + height)
    if x1 <= x0 or y1 <= y0:
        return
    inside = (slice(y0 - patch.top, y1 - patch.top), slice(x0 - patch.left, x1 - patch.left))
    under = light[y0:y1, x0:x1]
    keep = cv2.cvtColor(1 - patch.cover[inside], cv2.COLOR_GRAY2BGR)
    cv2.add(cv2.multiply(under, keep), patch.light[inside], dst=under)


def _strips() -> Iterator[slice]:
    for start in range(0, SIZE[1], STRIP):
        yield slice(start, start + STRIP)


def _enlarge(small: Floats, rows: slice) -> Floats:
    """The rows of a quarter-size picture at full size, without seams between strips."""
    first, last = rows.start // 4, rows.stop // 4
    low, high = max(0, first - 2), min(small.shape[0], last + 2)
    large = cv2.resize(small[low:high], (SIZE[0], (high - low) * 4), interpolation=cv2.INTER_LINEAR)
    return np.asarray(large[(first - low) * 4 : (first - low) * 4 + rows.stop - rows.start], np.float32)


def _power(depth: float) -> float:
    """How much of a headlamp's light reaches the camera: most where the camera still stands in its beam."""
    return 46.0 * float(np.clip((depth - 6) / 10, 0, 1) * (0.55 + 0.45 * np.clip(24 / depth, 0, 1.4)))


def _stamp(picture: Floats, x: float, y: float, power: float) -> None:
    """Add a point of light between pixels."""
    x, y = x - 0.5, y - 0.5
    column, row = int(np.floor(x)), int(np.floor(y))
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        if 0 <= row + dy < picture.shape[0] and 0 <= column + dx < picture.shape[1]:
            picture[row + dy, column + dx] += power * abs(1 - dx - x + column) * abs(1 - dy - y + row)


def _expose(light: Floats, frozen: Floats, strength: float, first: int, last: int) -> None:
    """Add a flash to the rows [first, last), with an edge a few rows soft where the sensor was half way."""
    rows = np.arange(SIZE[1], dtype=np.float32) + 0.5
    share = np.ones_like(rows)
    if first > 0:
        share *= np.clip((rows - first) / 10 + 0.5, 0, 1)
    if last < SIZE[1]:
        share *= np.clip((last - rows) / 10 + 0.5, 0, 1)
    for strip in _strips():
        if share[strip].any():
            light[strip] += frozen[strip] * (strength * share[strip])[:, None, None]


def _pool() -> Floats:
    """A car's dipped beams on the road from above: 12 pixels a metre, 10 m wide, 30 m ahead of the bumper (rows)."""
    ahead, across = np.meshgrid((np.arange(360) + 0.5) / 12, (np.arange(120) + 0.5) / 12 - 5, indexing="ij")
    pool = np.zeros_like(ahead)
    for lamp in (-0.68, 0.68):
        spread = 0.45 + 0.085 * ahead
        pool += (
            np.exp(-(((across - lamp) / spread) ** 2)) * np.exp(-(((np.log(ahead + 0.2) - 1.7) / 0.75) ** 2)) / spread
        )
    return np.asarray(1.1 * pool, np.float32)


def _grain(rng: np.random.Generator) -> Floats:
    """A large tile of noise, a little soft, mostly in the brightness: 900 × 1600 × 3, deviation about 1."""
    fine = rng.standard_normal((900, 1600, 1), dtype=np.float32)
    colour = rng.standard_normal((300, 534, 3), dtype=np.float32)
    soft = np.asarray(cv2.GaussianBlur(fine, (0, 0), 0.75), np.float32)[..., None]
    stains = np.asarray(cv2.resize(colour, (1600, 900), interpolation=cv2.INTER_LINEAR), np.float32)
    rows = 0.08 * rng.standard_normal((900, 1, 1), dtype=np.float32)
    return np.ascontiguousarray(soft / soft.std() * 0.9 + 0.4 * stains + rows)


def _vignette() -> Floats:
    x, y = np.meshgrid(np.linspace(-1, 1, SIZE[0]), np.linspace(-0.75, 0.75, SIZE[1]))
    return np.repeat((1 - 0.26 * (x**2 + y**2))[..., None], 3, axis=-1).astype(np.float32)


def _rain(light: Floats, glow: Floats, rng: np.random.Generator) -> None:
    """Falling rain: drawn out by the exposure, seen where there is light behind it."""
    streaks = np.zeros((SIZE[1] // 2, SIZE[0] // 2), np.uint8)
    for x, y, length in zip(
        rng.uniform(0, 640, 170), rng.uniform(-60, 360, 170), rng.uniform(12, 60, 170), strict=True
    ):
        cv2.line(
            streaks,
            (int(x * 16), int(y * 16)),
            (int((x - 0.07 * length) * 16), int((y + length) * 16)),
            int(rng.integers(60, 255)),
            1,
            cv2.LINE_AA,
            4,
        )
    soft = cv2.resize(cv2.GaussianBlur(streaks, (0, 0), 0.8), SIZE, interpolation=cv2.INTER_LINEAR)
    shine = (0.03 + 0.6 * glow) / 255
    for rows in _strips():
        fall = cv2.cvtColor(soft[rows], cv2.COLOR_GRAY2BGR).astype(np.float32)
        cv2.add(light[rows], cv2.multiply(fall, _enlarge(shine, rows)), dst=light[rows])


def _drops(light: Floats, rng: np.random.Generator) -> None:
    """Rain at the instant of the flash: held still, bright; drops near the lens are discs."""
    layer = np.zeros((SIZE[1], SIZE[0]), np.uint8)
    for _ in range(420):
        x, y, near = rng.uniform(0, SIZE[0]), rng.uniform(0, SIZE[1]), rng.uniform(0, 1) ** 3
        cv2.line(
            layer,
            (int(x * 16), int(y * 16)),
            (int(x * 16 - 8 * near), int((y + 2 + 14 * near) * 16)),
            int(rng.integers(60, 230)),
            1,
            cv2.LINE_AA,
            4,
        )
    light += cv2.GaussianBlur(layer, (0, 0), 0.7).astype(np.float32)[..., None] * np.float32(1.6 / 255)
    for _ in range(16):
        x, y = int(rng.integers(0, SIZE[0] - 64)), int(rng.integers(0, SIZE[1] - 64))
        disc, radius = np.zeros((64, 64), np.uint8), int(rng.integers(7, 27))
        cv2.circle(disc, (32, 32), radius, 150, -1, cv2.LINE_AA)
        cv2.circle(disc, (32, 32), radius, 255, 2, cv2.LINE_AA)
        soft = cv2.GaussianBlur(disc, (0, 0), 1.2).astype(np.float32)[..., None]
        light[y : y + 64, x : x + 64] += soft * np.float32(rng.uniform(0.05, 0.25) / 255)


def _label(shown: NDArray[np.uint8], strength: float) -> None:
    layer = np.zeros((56, 420, 3), np.uint8)
    font = cv2.FontFace("sans")
    for n, text in enumerate(LABEL):
        cv2.putText(layer, text, (4, 20 + 22 * n), (255, 255, 255), font, 15, 400)
    corner = shown[SIZE[1] - 76 : SIZE[1] - 20, 28 : 28 + 420]
    weight = layer.astype(np.float32) / 255 * 0.62 * strength
    corner[:] = (corner * (1 - weight) + 222 * weight).astype(np.uint8)
