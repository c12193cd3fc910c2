"""Transitions, pixel by pixel: where light, or a saturated red, goes from one extreme to the next.

Each class looks at one picture after the other and says which pixels have just made a transition. It keeps a few arrays
of a picture's size and nothing else, however long the film is.
"""

from collections import deque
from collections.abc import Callable
from math import inf
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.flash.limits import CHANGE, COLOUR, CONTRAST, DARK, RED, SECOND_S, TOGETHER_S
from installation.flash.luminance import Light, Picture, linear

Mask = NDArray[np.bool_]
Numbers = NDArray[np.integer[Any] | np.floating[Any]]
Places = NDArray[np.intp]
"""Pixels of a picture, counted along its rows from 0."""

BLACK = 0.2 / 80
"""The light of a screen's black: 0.2 of 80 cd/m² in sRGB's reference conditions (IEC 61966-2-1).

A number of a few levels says nothing of colour, and noise in the dark would be a saturated red without it; so red is
saturated from level 36 on where it stands alone. Black has the colour of white so, which is why red and black flash.
"""

_ROUNDING = 1e-6
"""Levels are 32-bit floats: a change of exactly a tenth counts."""
_MOVED = CHANGE - _ROUNDING


def wcag(light: Light) -> Light:
    """Return luminance on a scale on which a difference of CHANGE is a transition in the terms of WCAG.

    That is luminance itself, but nothing above DARK + CHANGE makes a difference: a darker state below DARK is then
    darker by CHANGE than anything from there on, and no other is.
    """
    return np.asarray(cv2.threshold(light, DARK + CHANGE - 2 * _ROUNDING, 0, cv2.THRESH_TRUNC)[1], np.float32)


def bt1702(light: Light) -> Light:
    """Return luminance on a scale on which a difference of CHANGE is a transition in the terms of BT.1702.

    With the darker state at DARK or above, the brighter must be 9/8 of it: (1 + 1/17) / (1 - 1/17). So the scale is
    luminance up to 9/8 of DARK, and what lies above is as far over its 8/9 as the rule below asks.
    """
    above = cv2.addWeighted(light, (1 - CONTRAST) / (1 + CONTRAST), light, 0, CHANGE)
    return np.asarray(cv2.min(light, above), np.float32)


def put(levels: Numbers, where: Mask, into: Numbers) -> None:
    """Copy numbers to where a mask says so: ten times as fast as NumPy where it is in pieces."""
    cv2.copyTo(levels, where.view(np.uint8), into)


class Swing:
    """The pixels that have just risen, and those that have just fallen, by whether they rose; and how many."""

    def __init__(self, risen: Places, fallen: Places) -> None:
        self.where = {True: risen, False: fallen}
        self.count = {True: risen.size, False: fallen.size}

    def __bool__(self) -> bool:
        return any(self.count.values())


NOTHING = Swing(np.empty(0, np.intp), np.empty(0, np.intp))


class Swings:
    """Transitions of luminance, on one of the two scales, between adjacent peaks and valleys.

    A peak is one once the pixel has fallen by CHANGE since, a valley likewise; smaller ups and downs on the way are
    none, so a slow ramp with noise on it is one transition and not many. What goes on rising or falling takes both
    along, so they lie CHANGE apart only where a pixel has just moved.
    """

    def __init__(self, scale: Callable[[Light], Light], pixels: int) -> None:
        self._scale = scale
        self._peak, self._valley = np.full(pixels, -inf, np.float32), np.full(pixels, inf, np.float32)
        self._facing = np.zeros(pixels, np.int8)
        """1 where a pixel's last transition was a rise, -1 where it was a fall."""

    def see(self, bright: Light) -> Swing:
        """Look at the next picture's luminance; return what has just risen and fallen."""
        level, peak, valley = self._scale(bright).ravel(), self._peak, self._valley
        np.maximum(peak, level, out=peak)
        np.minimum(valley, level, out=valley)
        moved = np.flatnonzero(peak - valley >= _MOVED)
        levels = level.take(moved)
        facing = np.where(levels == peak.take(moved), np.int8(1), np.int8(-1))
        turned = facing != self._facing.take(moved)
        peak[moved] = valley[moved] = levels
        self._facing[moved] = facing
        return Swing(moved.compress(turned & (facing > 0)), moved.compress(turned & (facing < 0)))


class RedSwings:
    """Transitions to saturated red, which are told as risen, and from it, told as fallen.

    Between two of them stands the state that is reddest, or farthest from red: nearest to or farthest from the primary.
    Colours are followed only while `least` pixels of a picture are saturated red, and a second longer; when that many
    come, the pictures of the last moment are looked at first. Most films are spared the effort so.
    """

    def __init__(self, least: float) -> None:
        self._least = least
        self._before: deque[tuple[float, Picture]] = deque()
        self._until_s = -inf
        self._extreme = _Colour(*[np.empty(0, np.float32)] * 3)
        """Each pixel's reddest state since it turned red, or the one farthest from red since it is that no longer."""
        self._is_red = np.empty(0, np.bool_)

    def see(self, time_s: float, picture: Picture, light: Light) -> Swing:
        """Look at the next picture and its light; return what has just turned red and what is red no longer."""
        saturated = _saturated(light)
        is_red = cv2.countNonZero(saturated.view(np.uint8)) >= self._least
        if not is_red and time_s >= self._until_s:
            self._wait(time_s, picture)
            return NOTHING
        colour = _colour(light)
        if time_s >= self._until_s:
            self._begin(colour, saturated)
        if is_red:
            self._until_s = time_s + SECOND_S
        return self._follow(colour, saturated)

    def _wait(self, time_s: float, picture: Picture) -> None:
        while self._before and self._before[0][0] < time_s - TOGETHER_S:
            self._before.popleft()
        self._before.append((time_s, picture))

    def _begin(self, colour: "_Colour", saturated: Mask) -> None:
        if not self._before:
            self._extreme, self._is_red = colour.copy(), saturated.copy()
            return
        self._is_red = np.zeros(saturated.shape, np.bool_)
        first, *others = [_colour(linear(picture)) for _, picture in self._before]
        self._before.clear()
        self._extreme = first
        for one in others:
            self._extreme.take(one, one.off > self._extreme.off)

    def _follow(self, colour: "_Colour", saturated: Mask) -> Swing:
        is_red, extreme = self._is_red, self._extreme
        extreme.take(colour, (is_red & (colour.off < extreme.off)) | (~is_red & (colour.off > extreme.off)))
        turned = (is_red | saturated) & (colour.apart(extreme) > COLOUR**2)
        risen, fallen = turned & ~is_red, turned & is_red
        extreme.take(colour, turned)
        is_red ^= turned
        return Swing(np.flatnonzero(risen), np.flatnonzero(fallen))


class _Colour:
    """Chromaticities u′ and v′ of a picture's pixels, and how far, squared, they lie off the primary red."""

    def __init__(self, u: Light, v: Light, off: Light) -> None:
        self.u, self.v, self.off = u, v, off

    def copy(self) -> "_Colour":
        return _Colour(self.u.copy(), self.v.copy(), self.off.copy())

    def take(self, other: "_Colour", where: Mask) -> None:
        if where.any():
            for mine, theirs in ((self.u, other.u), (self.v, other.v), (self.off, other.off)):
                put(theirs, where, mine)

    def apart(self, other: "_Colour") -> Light:
        """Return the squared distances between two pictures' colours."""
        return np.asarray((self.u - other.u) ** 2 + (self.v - other.v) ** 2, np.float32)


_XYZ = np.array(
    [[0.1804375, 0.3575761, 0.4124564], [0.0721750, 0.7151522, 0.2126729], [0.9503041, 0.1191920, 0.0193339]]
)
"""From linear blue, green and red to CIE XYZ: IEC 61966-2-1."""
_UCS = np.array([[4, 0, 0], [0, 9, 0], [1, 15, 3]]) @ _XYZ
"""To the two numerators of u′ and v′ and the denominator of both: CIE 15, 8.2.1."""
_BLACKENED = np.split(np.column_stack([_UCS, _UCS.sum(axis=1) * BLACK]).astype(np.float32), 3)
_PRIMARY_U, _PRIMARY_V = (_UCS[:2, 2] / _UCS[2, 2]).astype(np.float32)
_REDNESS = np.array([[-RED, -RED, 1 - RED, (1 - 3 * RED) * BLACK]], np.float32)
"""Not negative where red has the share RED, with the light of the screen's black on each colour."""


def _colour(light: Light) -> _Colour:
    over_u, over_v, under = (cv2.transform(light, row) for row in _BLACKENED)  # thrice as fast as all at once and split
    u, v = np.divide(over_u, under, out=over_u), np.divide(over_v, under, out=over_v)
    return _Colour(u, v, np.asarray((u - _PRIMARY_U) ** 2 + (v - _PRIMARY_V) ** 2, np.float32))


def _saturated(light: Light) -> Mask:
    return np.asarray(cv2.transform(light, _REDNESS) >= 0, np.bool_)
