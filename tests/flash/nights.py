"""Footage with flashes of which everything is known: nights filmed, or drawn, with light and trouble laid over them.

Of the light: flashes that fill the picture or a part of it, that a rolling shutter cuts, that decay. Of the trouble:
cuts, headlights that sweep by, an exposure that drifts, signs that blink, grain, and what x264 leaves of it at CRF 28.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from installation.flash.model import Flash

Picture = NDArray[np.float32]
"""Luma, rows × columns, in levels from 0 to 255."""
Scene = Callable[[int], Picture]

SIZE = WIDE, HIGH = 480, 270
KINDS = ("global", "local", "rolling", "decaying")
WEAKEST, STRONGEST = 0.04, 0.5
"""Light that a flash adds where it falls, in the mean, as a part of full scale."""
SHORTEST_S = 0.25
"""Between two flashes."""
NEAR = 2
"""Frames before a flash, and twice as many after, without a cut."""
SHORTEST_SHOT = 12
"""Frames."""


@dataclass(frozen=True, slots=True)
class Lit:
    """A flash: the frame in which it begins, its kind, its strength (a part of full scale) and its part of the area."""

    frame: int
    kind: str
    strength: float
    area: float


@dataclass(frozen=True, slots=True)
class Night:
    """A clip to be made; the same number gives the same clip."""

    background: str
    rate: int
    seed: int
    seconds: float = 12.0


def make(path: Path, night: Night, footage: Path | None = None) -> list[Lit]:
    """Write the clip and return its flashes, in order; `footage` is the folder of the filmed backgrounds."""
    rng = np.random.default_rng([night.seed, night.rate, *night.background.encode()])
    count = round(night.seconds * night.rate)
    beat = _beat(rng, night.rate, count)
    encode(path, night.rate, _frames(night, footage, beat, count, rng))
    return beat


def matched(beat: Iterable[Lit], seen: Iterable[Flash]) -> tuple[list[Lit], list[Flash]]:
    """Return which flashes were found within a frame of where they are, and what was found besides."""
    left, hit = list(seen), []
    for lit in beat:
        near = [flash for flash in left if abs(flash.frame - lit.frame) <= 1]
        if near:
            left.remove(min(near, key=lambda flash: abs(flash.frame - lit.frame)))
            hit.append(lit)
    return hit, left


def _beat(rng: np.random.Generator, rate: int, count: int) -> list[Lit]:
    """Flashes now and then, and now and then several after each other."""
    beat: list[Lit] = []
    at = rng.uniform(0.3, 1.0) * rate
    while at < count - 0.4 * rate:
        kind = str(rng.choice(KINDS))
        strength = float(np.exp(rng.uniform(np.log(WEAKEST), np.log(STRONGEST))))
        area = float(rng.uniform(0.15, 0.45)) if kind == "local" else 1.0
        beat.append(Lit(int(at), kind, strength, area))
        gap_s = rng.uniform(SHORTEST_S, 0.45) if rng.random() < 0.3 else rng.uniform(0.5, 1.6)
        at += max(gap_s * rate, 4)
    return beat


def _frames(
    night: Night, footage: Path | None, beat: list[Lit], count: int, rng: np.random.Generator
) -> Iterator[Picture]:
    scenes = [_scene(night.background, footage, rng) for _ in range(1 + rng.integers(2, 5))]
    cuts = _cuts(rng, beat, count, len(scenes) - 1)
    sweeps = [_sweep(rng, night.rate, count) for _ in range(rng.integers(2, 5))]
    drift = _drift(rng, night.rate, count)
    lights = [_flash(rng, lit, night.rate) for lit in beat]
    grain = float(rng.uniform(0.5, 6))
    for number in range(count):
        picture = scenes[int(np.searchsorted(cuts, number, "right"))](number) * drift[number]
        for light in (*sweeps, *lights):
            added = light(number)
            if added is not None:
                picture = picture + added
        yield picture + np.float32(grain) * rng.standard_normal((HIGH, WIDE), np.float32)


def _cuts(rng: np.random.Generator, beat: list[Lit], count: int, wanted: int) -> list[int]:
    """Frames at which a shot begins: beside a flash nothing would tell it from a shot of one frame."""
    cuts: list[int] = []
    for at in rng.permutation(np.arange(NEAR, count - NEAR)):
        apart = all(abs(at - cut) > SHORTEST_SHOT for cut in (0, *cuts, count))
        if len(cuts) < wanted and apart and all(not -NEAR <= at - lit.frame <= 2 * NEAR for lit in beat):
            cuts.append(int(at))
    return sorted(cuts)


Light = Callable[[int], Picture | None]


def _flash(rng: np.random.Generator, lit: Lit, rate: int) -> Light:
    """The light of one flash by frame: uneven, as what it falls on is."""
    surface = 1 + 0.35 * _noise(rng, 40)
    across, down = np.meshgrid(np.linspace(-1, 1, WIDE), np.linspace(-1, 1, HIGH))
    if lit.kind == "local":
        radius = np.sqrt(lit.area * 4 / np.pi)
        squeeze = rng.uniform(0.75, 1.3)
        x, y = rng.uniform(-0.5, 0.5, 2)
        far = np.hypot((across - x) / (radius * squeeze), (down - y) / (radius / squeeze))
        mask = np.clip((1.15 - far) / 0.3, 0, 1)
    else:
        x, y = rng.uniform(-0.6, 0.6, 2)
        mask = 1 / (1 + 0.5 * ((across - x) ** 2 + (down - y) ** 2))
    light = np.asarray(mask * np.clip(surface, 0.2, 2), np.float32)
    light *= np.float32(255 * lit.strength) / light[mask > 0.5].mean()
    edge = int(rng.uniform(0.2, 0.8) * HIGH)
    fall_s = rng.uniform(0.02, 0.05)

    def at(number: int) -> Picture | None:
        since = number - lit.frame
        if (
            since < 0
            or since > rate / 2
            or (since > 1 and lit.kind != "decaying")
            or (since and lit.kind in ("global", "local"))
        ):
            return None
        if lit.kind == "decaying":
            return light * np.float32(np.exp(-since / rate / fall_s))
        if lit.kind != "rolling":
            return light
        part = np.zeros_like(light)
        rows = slice(0, edge) if since else slice(edge, HIGH)
        part[rows] = light[rows]
        return part

    return at


def _sweep(rng: np.random.Generator, rate: int, count: int) -> Light:
    """Headlights that pass: a glow that comes nearer, crosses the picture and goes."""
    begin, lasts = int(rng.integers(0, count)), rng.uniform(0.6, 2.5) * rate
    ends = rng.permutation([rng.uniform(-0.4, 0.2), rng.uniform(0.8, 1.4)]) * WIDE
    row, radius, strength = rng.uniform(0.3, 0.8) * HIGH, rng.uniform(0.08, 0.22) * WIDE, rng.uniform(0.15, 0.6) * 255
    across, down = np.meshgrid(np.arange(WIDE, dtype=np.float32), np.arange(HIGH, dtype=np.float32))

    def at(number: int) -> Picture | None:
        part = (number - begin) / lasts
        if not 0 <= part <= 1:
            return None
        x, size = ends[0] + part * (ends[1] - ends[0]), radius * (0.6 + 0.8 * part)
        far = ((across - x) ** 2 + 2 * (down - row) ** 2) / (2 * size**2)
        return np.asarray(strength * np.sin(np.pi * part) ** 0.5 * np.exp(-far), np.float32)

    return at


def _drift(rng: np.random.Generator, rate: int, count: int) -> NDArray[np.float32]:
    """What the camera's own exposure does: now and then it goes from one gain to another within a second."""
    points = np.arange(0, count + 3 * rate, 3 * rate)
    gains = np.where(rng.random(len(points)) < 0.5, 1, rng.uniform(0.7, 1.3, len(points)))
    steps = np.interp(
        np.arange(count),
        np.repeat(points, 2)[1:-1] + np.tile([rate * 2, rate * 3], len(points) - 1)[: 2 * len(points) - 2] - 2 * rate,
        np.repeat(gains, 2)[1:-1],
    )
    return np.asarray(steps, np.float32)


def _scene(background: str, footage: Path | None, rng: np.random.Generator) -> Scene:
    if footage and (footage / background).is_file():
        return _filmed(footage / background, rng)
    return DRAWN[background](rng)


def _filmed(path: Path, rng: np.random.Generator) -> Scene:
    """A stretch of a clip by night: darker, forth and back."""
    pictures = _pictures(path)
    first = int(rng.integers(0, len(pictures) // 2))
    gain, lift = np.float32(rng.uniform(0.15, 0.55)), np.float32(rng.uniform(0, 12))

    def at(number: int) -> Picture:
        last = len(pictures) - 1 - first
        turn = number % (2 * last)
        return np.asarray(pictures[first + min(turn, 2 * last - turn)] * gain + lift, np.float32)

    return at


@cache
def _pictures(path: Path) -> NDArray[np.uint8]:
    with av.open(str(path)) as clip:
        frames = [frame.reformat(*SIZE, "gray").to_ndarray() for frame in clip.decode(video=0)]
    return np.stack(frames[:400])


def _panned(rng: np.random.Generator) -> Scene:
    """A camera that turns over a rough scene, and shakes."""
    wide = np.clip(45 + 45 * np.tile(_noise(rng, 12, 30, 90), (1, 2)), 2, 200)
    speed, shake = rng.uniform(-10, 10), rng.uniform(0, 2)
    jitter = np.random.default_rng(rng.integers(1 << 30)).normal(0, shake, (4096, 2))

    def at(number: int) -> Picture:
        x = int(number * speed + jitter[number % 4096, 0]) % WIDE
        y = int(jitter[number % 4096, 1])
        return np.roll(wide[:, x : x + WIDE], y, 0)

    return at


def _traffic(rng: np.random.Generator) -> Scene:
    """A dark street on which cars drive, some of them white and near."""
    road = np.clip(22 + 12 * _noise(rng, 60) + 40 * (_noise(rng, 5) > 2.2), 0, 255).astype(np.float32)
    cars = [
        (
            rng.uniform(0, 2000),
            rng.uniform(2, 22) * rng.choice([-1, 1]),
            rng.uniform(0.3, 0.9) * HIGH,
            rng.uniform(20, 110),
            rng.uniform(20, 190),
        )
        for _ in range(7)
    ]

    def at(number: int) -> Picture:
        picture = road.copy()
        for start, speed, row, size, level in cars:
            x, y = int((start + speed * number) % (WIDE + 500) - 250), int(row)
            cv2.rectangle(picture, (x, y - int(size / 3)), (x + int(size), y + int(size / 4)), float(level), -1)
            cv2.circle(picture, (x + int(size * (speed > 0)), y), max(2, int(size / 10)), 250.0, -1)
        return picture

    return at


def _signs(rng: np.random.Generator) -> Scene:
    """A street of shops: signs that blink, lamps that flicker, people who pass in front."""
    wall = np.clip(30 + 18 * _noise(rng, 25), 0, 255).astype(np.float32)
    signs = []
    for _ in range(6):
        x, y, w, h = (
            int(v)
            for v in (
                rng.uniform(0, 0.85) * WIDE,
                rng.uniform(0, 0.6) * HIGH,
                rng.uniform(0.05, 0.17) * WIDE,
                rng.uniform(0.05, 0.2) * HIGH,
            )
        )
        signs.append((slice(y, y + h), slice(x, x + w), rng.uniform(30, 180), rng.uniform(7, 60), rng.uniform(0, 60)))
    flicker, period = rng.uniform(0, 0.03), rng.uniform(3, 20)
    walkers = [(rng.uniform(0, 900), rng.uniform(-5, 5), rng.uniform(15, 60)) for _ in range(4)]

    def at(number: int) -> Picture:
        picture = wall * np.float32(1 + flicker * np.sin(2 * np.pi * number / period))
        for rows, columns, level, every, phase in signs:
            if (number + phase) % every < every / 2:
                picture[rows, columns] += np.float32(level)
        for start, speed, size in walkers:
            x = int((start + speed * number) % (WIDE + 200) - 100)
            cv2.ellipse(picture, (x, int(0.75 * HIGH)), (int(size / 2), int(2 * size)), 0, 0, 360, 8.0, -1)
        return picture

    return at


def _rain(rng: np.random.Generator) -> Scene:
    """Rain in front of a crossing: bright streaks, each frame others, and reflections that shimmer."""
    wall = np.clip(28 + 20 * _noise(rng, 30, 80), 0, 255).astype(np.float32)
    streaks = int(rng.integers(60, 400))
    seed = int(rng.integers(1 << 30))

    def at(number: int) -> Picture:
        here = np.random.default_rng([seed, number])
        picture = wall.copy()
        x, y, long = (here.uniform(0, most, streaks).astype(int) for most in (WIDE, HIGH, 30))
        for one in range(streaks):
            cv2.line(
                picture,
                (int(x[one]), int(y[one])),
                (int(x[one]) + 2, int(y[one] + long[one])),
                float(here.uniform(40, 120)),
                1,
            )
        picture[HIGH * 2 // 3 :] *= np.float32(here.uniform(0.93, 1.07))
        return picture

    return at


def _crowd(rng: np.random.Generator) -> Scene:
    """People near the camera who pass in front of lit windows, some with a lamp in their hand."""
    windows = np.clip(60 + 60 * _noise(rng, 35), 4, 220).astype(np.float32)
    people = [
        (rng.uniform(0, 1500), rng.uniform(3, 16) * rng.choice([-1, 1]), rng.uniform(40, 130), rng.uniform(4, 40))
        for _ in range(6)
    ]

    def at(number: int) -> Picture:
        picture = windows.copy()
        for start, speed, size, level in people:
            x, sway = int((start + speed * number) % (WIDE + 400) - 200), int(6 * np.sin(number / 4 + start))
            middle = (x, int(0.7 * HIGH) + sway)
            cv2.ellipse(picture, middle, (int(size / 2), int(1.6 * size)), 0, 0, 360, float(level), -1)
            cv2.circle(picture, (x + int(size / 2), int(0.6 * HIGH) + sway), max(2, int(size / 9)), 230.0, -1)
        return picture

    return at


DRAWN: dict[str, Callable[[np.random.Generator], Scene]] = {
    "panned": _panned,
    "traffic": _traffic,
    "signs": _signs,
    "rain": _rain,
    "crowd": _crowd,
}


def _noise(rng: np.random.Generator, *sizes: float) -> Picture:
    """Noise whose grains are of the sizes, in pixels; its deviation is about one."""
    made = np.zeros((HIGH, WIDE), np.float32)
    for size in sizes:
        coarse = rng.normal(0, 1, (int(HIGH / size) + 3, int(WIDE / size) + 3)).astype(np.float32)
        made += cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
    return np.asarray(made / np.float32(len(sizes) ** 0.5), np.float32)


def encode(path: Path, rate: int, pictures: Iterable[Picture]) -> Path:
    """Write pictures of one even size as a clip of x264's at CRF 28."""
    coming = iter(pictures)
    first = next(coming)
    high, wide = first.shape
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = wide, high, "yuv420p"
        stream.options = {"crf": "28", "preset": "veryfast"}
        planes = np.full((high * 3 // 2, wide), 128, np.uint8)
        for number, picture in enumerate(chain([first], coming)):
            planes[:high] = np.clip(16 + picture * (219 / 255), 16, 235)
            frame = av.VideoFrame.from_ndarray(planes, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def flat(path: Path, levels: Iterable[int], rate: int = 25) -> Path:
    """Write a small clip whose frames are even, each of one level."""
    return encode(path, rate, (np.full((48, 64), level, np.float32) for level in levels))
