"""What a night crossing sounds like from its gantry: a far hum, tyres on the wet, the flash unit's click and whine."""

import numpy as np

from installation.footage.stand_in.camera import Floats
from installation.footage.stand_in.crossings import RATE, Car, Crossing, Flash

SAMPLES = 48_000  # a second
PEAK = 0.40  # of full scale, -8 dBFS: AAC may overshoot a little and must stay under -6


def mix(crossing: Crossing, beat: tuple[Flash, ...], cars: tuple[Car, ...], seed: int) -> Floats:
    """Return the whole clip's sound, float32, 2 × samples, with peaks of at most PEAK."""
    rng = np.random.default_rng([seed, SAMPLES])
    length = crossing.frames * SAMPLES // RATE
    time = np.arange(length) / SAMPLES
    sound = np.stack([_band(rng, length, 30, 320, -1.0) for _ in range(2)]) * 0.035
    sound += 0.006 * np.sin(2 * np.pi * 100 * time) * (1 + 0.2 * np.sin(2 * np.pi * 0.31 * time))
    if crossing.rain:
        sound += np.stack([_band(rng, length, 1500, 9000, -0.5) for _ in range(2)]) * 0.010
    tyres, engine = _band(rng, length, 350, 4200, -0.7), _band(rng, length, 45, 150, 0.0)
    for car in cars:
        near = car.flash / RATE + crossing.trigger / car.speed  # the instant it passes beneath
        away = (time - near) * car.speed
        swell = 1 / (1 + (away / 7.5) ** 2)
        pan = 0.5 + 0.5 * np.clip(car.lane / 5 + away / 60, -0.8, 0.8)
        passing = swell * (0.085 * tyres + 0.05 * engine)
        sound += np.stack([passing * np.sqrt(1 - pan), passing * np.sqrt(pan)])
    for flash in beat:
        start = flash.frame * SAMPLES // RATE
        burst = _unit(rng)[: length - start]
        sound[:, start : start + len(burst)] += burst
    fade = np.clip(np.minimum(time, time[::-1]) / 0.05, 0, 1)
    sound *= fade * PEAK / max(PEAK, float(np.abs(sound).max()))
    return sound.astype(np.float32)


def _unit(rng: np.random.Generator) -> Floats:
    """One firing: a dry click, then the capacitor charging, a thin tone that rises and is gone within a second."""
    time = np.arange(int(1.1 * SAMPLES)) / SAMPLES
    click = rng.standard_normal(len(time)) * np.exp(-time / 0.0016) * 0.30
    thump = np.sin(2 * np.pi * 170 * time) * np.exp(-time / 0.012) * 0.10
    pitch = 2600 + 5200 * (1 - np.exp(-time / 0.45))
    whine = np.sin(2 * np.pi * np.cumsum(pitch) / SAMPLES) * np.clip(time / 0.06, 0, 1) * np.exp(-time / 0.30) * 0.012
    return np.asarray(click + thump + whine)


def _band(rng: np.random.Generator, length: int, low: float, high: float, slope: float) -> Floats:
    """Noise between two frequencies in hertz, its amplitude following frequency to the power `slope`; deviation 1."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    pitch = np.fft.rfftfreq(length, 1 / SAMPLES)
    pitch[0] = 1
    spectrum *= pitch**slope / (1 + (low / pitch) ** 4) / (1 + (pitch / high) ** 4)
    noise = np.fft.irfft(spectrum, length)
    return np.asarray(noise / noise.std())
