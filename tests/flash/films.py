"""Films made of arrays, in exact levels of light, as the standards' limits are told in."""

from collections.abc import Iterable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from installation.flash.limits import View
from installation.flash.risk import Risk
from installation.flash.verdicts import Assessment, Standard

SHAPE = (180, 320)
SMALL = (54, 96)
"""Rows and columns of films in which only time matters."""
DARK, BRIGHT = 0.05, 0.4

Picture = NDArray[np.uint8]
Timed = tuple[float, Picture]


@cache
def level(light: float) -> int:
    """Return the sRGB number, 0 to 255, next to a linear light of 0 to 1."""
    signal = light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055
    return round(signal * 255)


def flat(light: float, shape: tuple[int, int] = SMALL) -> Picture:
    return np.full((*shape, 3), level(light), np.uint8)


def coloured(red: int, green: int, blue: int, shape: tuple[int, int] = SMALL) -> Picture:
    picture = np.empty((*shape, 3), np.uint8)
    picture[:] = blue, green, red
    return picture


def square_wave(
    edges_s: Iterable[float], rate: float, length_s: float, bright: Picture | None = None, dark: Picture | None = None
) -> list[Timed]:
    """Return a film that changes between dark and bright at each of these times, beginning dark."""
    bright, dark = flat(BRIGHT) if bright is None else bright, flat(DARK) if dark is None else dark
    edges = sorted(edges_s)
    film = []
    for number in range(round(length_s * rate)):
        time_s = number / rate
        film.append((time_s, bright if sum(edge <= time_s + 1e-9 for edge in edges) % 2 else dark))
    return film


def flashes(starts_s: Iterable[float], lasting_s: float = 0.1) -> list[float]:
    """Return the edges of flashes that begin at these times."""
    return [edge for start_s in starts_s for edge in (start_s, start_s + lasting_s)]


def beat(hertz: float, length_s: float, begin_s: float = 0.5) -> list[float]:
    """Return the edges of an even beat: half of each period bright."""
    return [begin_s + number / hertz / 2 for number in range(2 * int(hertz * (length_s - begin_s) + 1e-9))]


def assessed(film: Iterable[Timed], view: View | None = None, spacing_s: float = 0.36) -> Assessment:
    risk = Risk(view, spacing_s)
    for time_s, picture in film:
        risk.see(time_s, picture)
    return risk.finish()


def verdicts(film: Iterable[Timed], view: View | None = None, spacing_s: float = 0.36) -> tuple[str, str]:
    """Return what WCAG and BT.1702 say."""
    wcag, bt1702 = assessed(film, view, spacing_s).standards.values()
    return wcag.verdict, bt1702.verdict


def kinds(standard: Standard) -> list[str]:
    return [finding.kind for finding in standard.findings]


def changing(bright: Picture, dark: Picture, hertz: float = 5, rate: float = 25, length_s: float = 2) -> list[Timed]:
    """Return a film of two pictures by turns, in an even beat."""
    return square_wave(beat(hertz, length_s), rate, length_s, bright, dark)
