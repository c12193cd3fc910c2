"""The three crossings and their traffic: what stands where, what comes when. Plain values, nothing drawn."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from installation.footage.stand_in.body import Shape
from installation.footage.stand_in.camera import Camera

RATE = 25  # frames a second, exactly
QUIET = 13  # frames between two flashes at the least: two in any one second, where WCAG 2.3.1 bears three

Colour = tuple[float, float, float]  # linear light: blue, green, red
Kind = Literal["global", "rolling", "decay"]


@dataclass(frozen=True)
class Crossing:
    """One crossing at night and the camera over it. Metres, frames, linear light."""

    name: str
    frames: int
    flashes: int
    camera: Camera
    trigger: float  # metres along the street where a car sets off the flash
    lanes: tuple[float, ...]  # the middle of each lane across the street
    edges: tuple[float, float]  # left and right kerb
    stop: float  # the far side's stop line; the zebra lies before it
    zebra: tuple[float, float]
    lamps: tuple[tuple[float, float, float], ...]
    lamp: Colour
    sky: Colour
    unit: tuple[float, float, float]  # where the flash unit hangs
    speed: float  # metres a second
    wet: float  # 0 dry … 1 rain
    rain: bool
    rails: tuple[int, ...]  # sides with a railing: -1 left, 1 right
    shops: tuple[tuple[int, float, float, float, Colour], ...]  # side, from, to, height, colour of their light
    sound: bool


CROSSINGS = (
    Crossing(
        name="crossing-1",
        frames=480,
        flashes=9,
        camera=Camera(x=0.4, height=4.1, pitch=5.8, yaw=-1.2, roll=0.5, focal=3200),
        trigger=24.5,
        lanes=(-3.3, 0.0, 3.3),
        edges=(-5.1, 5.1),
        stop=38.0,
        zebra=(31.0, 35.5),
        lamps=((-6.4, 20, 9), (6.6, 34, 9), (-6.4, 52, 9), (6.6, 70, 9), (-6.4, 95, 9)),
        lamp=(0.16, 0.52, 1.0),
        sky=(0.30, 0.24, 0.25),
        unit=(-5.8, 3.0, 5.6),
        speed=8.6,
        wet=0.35,
        rain=False,
        rails=(-1, 1),
        shops=(
            (-1, 40, 50, 3.2, (0.25, 0.45, 0.95)),
            (-1, 56, 63, 3.4, (0.10, 0.12, 0.85)),
            (-1, 72, 90, 3.6, (0.80, 0.60, 0.30)),
            (1, 44, 53, 3.3, (0.35, 0.75, 0.35)),
            (1, 60, 76, 3.6, (0.60, 0.72, 0.85)),
        ),
        sound=False,
    ),
    Crossing(
        name="crossing-2",
        frames=500,
        flashes=8,
        camera=Camera(x=7.4, height=4.7, pitch=7.9, yaw=-15.0, roll=-0.8, focal=3250),
        trigger=23.0,
        lanes=(-1.7, 1.7),
        edges=(-3.6, 3.6),
        stop=41.0,
        zebra=(33.0, 38.0),
        lamps=((4.6, 27, 8), (-5.0, 44, 8), (4.6, 60, 8), (-5.0, 80, 8)),
        lamp=(1.0, 0.88, 0.72),
        sky=(0.34, 0.26, 0.20),
        unit=(8.6, 4.0, 5.4),
        speed=7.6,
        wet=0.25,
        rain=False,
        rails=(-1,),
        shops=(
            (-1, 31, 37, 3.0, (0.95, 0.85, 0.70)),
            (-1, 39, 46, 3.2, (0.15, 0.22, 0.90)),
            (-1, 52, 66, 3.4, (0.85, 0.55, 0.20)),
            (-1, 74, 92, 3.6, (0.30, 0.55, 0.85)),
        ),
        sound=False,
    ),
    Crossing(
        name="crossing-3",
        frames=520,
        flashes=9,
        camera=Camera(x=0.3, height=4.6, pitch=8.3, yaw=-0.4, roll=-0.4, focal=4900),
        trigger=24.0,
        lanes=(-1.65, 1.65),
        edges=(-3.4, 3.4),
        stop=36.5,
        zebra=(28.5, 33.5),
        lamps=((-5.0, 30, 8), (5.0, 30, 8), (-5.0, 55, 8), (5.0, 62, 8)),
        lamp=(0.74, 0.95, 0.80),
        sky=(0.42, 0.30, 0.24),
        unit=(4.6, 4.0, 5.6),
        speed=7.0,
        wet=1.0,
        rain=True,
        rails=(-1, 1),
        shops=(
            (-1, 72, 92, 3.4, (0.85, 0.12, 0.75)),
            (-1, 100, 150, 4.5, (0.80, 0.60, 0.10)),
            (1, 70, 86, 3.2, (0.10, 0.22, 0.95)),
            (1, 96, 140, 4.2, (0.85, 0.75, 0.45)),
        ),
        sound=True,
    ),
)


@dataclass(frozen=True)
class Flash:
    """One flash: the first lit frame, and how much of it each frame gets, in which rows."""

    frame: int
    kind: Kind
    bands: tuple[tuple[float, int, int], ...]  # per frame from `frame` on: strength, first row, row after the last


@dataclass(frozen=True)
class Car:
    """One car: where it is at the instant its flash fires, and what it looks like."""

    flash: int  # frame
    lane: float
    speed: float
    shape: Shape
    paint: Colour
    taxi: bool
    seed: int  # for the people inside

    def place(self, frame: float, trigger: float) -> float:
        """How far along the street its bumper is at a frame, in metres; behind the camera below 0."""
        return trigger - self.speed * (frame - self.flash) / RATE


PAINTS: tuple[Colour, ...] = (
    (0.60, 0.62, 0.62),
    (0.34, 0.35, 0.36),
    (0.018, 0.018, 0.020),
    (0.05, 0.035, 0.20),
    (0.16, 0.07, 0.03),
    (0.22, 0.30, 0.36),
    (0.10, 0.10, 0.11),
)


def flashes(crossing: Crossing, rng: np.random.Generator) -> tuple[Flash, ...]:
    """Draw the beat of the light: never regular, one flash close upon another, one long wait."""
    first, last = int(rng.integers(34, 75)), crossing.frames - int(rng.integers(30, 75))
    count = crossing.flashes - 1
    gaps = np.full(count, QUIET)
    while gaps.std() < 0.5 * gaps.mean():
        gaps = QUIET + np.floor(rng.dirichlet([0.7] * count) * (last - first - QUIET * count)).astype(int)
    starts = first + np.concatenate([[0], np.cumsum(gaps)])
    kinds: list[Kind] = ["global", "rolling", "decay"] * crossing.flashes
    order = rng.permutation(crossing.flashes)
    return tuple(_flash(int(start), kinds[order[n]], rng) for n, start in enumerate(starts))


def _flash(frame: int, kind: Kind, rng: np.random.Generator) -> Flash:
    whole = (0, 720)
    if kind == "global":
        return Flash(frame, kind, ((1.0, *whole),))
    if kind == "decay":
        fade = rng.uniform(0.10, 0.18)
        return Flash(frame, kind, tuple((fade**n, *whole) for n in range(int(rng.integers(2, 4)))))
    split = int(rng.uniform(0.36, 0.62) * 720)  # the sensor is read from the top: the lower rows get the light first
    return Flash(frame, kind, ((1.0, split, 720), (1.0, 0, split)))


def traffic(crossing: Crossing, beat: tuple[Flash, ...], rng: np.random.Generator) -> tuple[Car, ...]:
    """Give each flash the car that sets it off, in a lane where the car before is far enough ahead."""
    freed = dict.fromkeys(crossing.lanes, -1000)
    cars = []
    for flash in beat:
        free = [lane for lane in crossing.lanes if flash.frame - freed[lane] > 1.5 * RATE]
        lane = float(rng.choice(free or [min(freed, key=lambda lane: freed[lane])]))
        freed[lane] = flash.frame
        shape: Shape = ("sedan", "sedan", "suv", "van")[int(rng.integers(4))]
        taxi = shape == "sedan" and bool(rng.random() < 0.25)
        paint = (0.30, 0.26, 0.05) if taxi else PAINTS[int(rng.integers(len(PAINTS)))]
        cars.append(
            Car(
                flash=flash.frame,
                lane=lane + float(rng.uniform(-0.2, 0.2)),
                speed=crossing.speed * float(rng.uniform(0.98, 1.02)),
                shape=shape,
                paint=paint,
                taxi=taxi,
                seed=int(rng.integers(1 << 31)),
            )
        )
    return tuple(cars)
