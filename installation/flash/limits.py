"""The limits of the standards, each with its source, and how a screen is seen. Plain figures, for all who need them."""

from dataclasses import dataclass
from fractions import Fraction
from math import pi, radians, tan

SECOND_S = 1.0
TOGETHER_S = SECOND_S / 6
"""Half a period of the three flashes a second that are allowed: the edges of faster ones are nearer to each other."""

CHANGE = 0.1
"""A transition changes luminance by a tenth of the brightest white (WCAG 2.3.1), or 20 of 200 cd/m² (BT.1702)."""
DARK = 0.8
"""Below this luminance the darker state has to lie (WCAG 2.3.1), or below 160 of 200 cd/m² (BT.1702)."""
CONTRAST = 1 / 17
"""Above it BT.1702 asks for this Michelson contrast; WCAG asks for nothing."""
RED = 0.8
"""The share of red, R / (R + G + B), from which on it is saturated: WCAG 2.2, ISO 9241-391, BT.1702."""
COLOUR = 0.2
"""The distance in CIE 1976 u′v′ that a transition to or from saturated red exceeds: WCAG 2.2, ISO 9241-391."""
ALLOWED = 3
"""Flashes in any one second."""
QUARTER = 0.25
"""The share of the field of view that has to change: WCAG 2.3.1, BT.1702."""
NEAR = 0.8
"""From this part of it on more than three flashes are a warning: a fifth of the field, broadcasters' strict limit."""
THIRD = 1 / 3
"""10 degrees of view, in shares of the picture's width and height: WCAG's 341 × 256 of 1024 × 768 pixels."""
FIELD_DEGREES, FINE_DEGREES = 10, 0.1
"""WCAG's field of view, and the size below which the squares of a balanced pattern are too small to flash."""
SPACING_50_S, SPACING_60_S = 9 / 25, 10 * 1001 / 30_000
"""Flashes so far apart are allowed: BT.1702's 360 ms, nine pictures at 25 a second, and 334 ms, ten at 29.97."""
SEQUENCE_S = 5.0
"""A longer sequence is a risk even where no second of it has more than three flashes: BT.1702, Ofcom."""

WCAG, BT1702 = "wcag-2.3.1", "bt.1702"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of view, in pixels, that may lie anywhere on the picture; `enough` of its pixels make a transition.

    `is_fine`: a pixel is smaller than a tenth of a degree, so that patterns as fine as that can be left out, as WCAG
    allows ("fine, balanced").
    """

    width: int
    height: int
    enough: float
    is_fine: bool = True


@dataclass(frozen=True, slots=True)
class View:
    """How large 10 degrees of view are, as shares of the picture's width and height, and how much of it is enough.

    Where no height is told they are as high as wide.
    """

    across: float = THIRD
    down: float | None = THIRD
    enough: float = QUARTER

    @classmethod
    def of(cls, distance_m: float, width_m: float) -> "View":
        """Return the view, from a distance, of a screen `width_m` metres wide.

        Enough is a quarter of the round field of 10 degrees, WCAG's 0.006 steradians, also where that is more than the
        whole screen: then nothing on it is enough.
        """
        return cls(2 * tan(radians(FIELD_DEGREES / 2)) * distance_m / width_m, None, QUARTER * pi / 4)

    def field(self, rows: int, columns: int) -> Field:
        """Return the field of view in pixels, which are taken for square where no height is told."""
        across = columns * self.across
        down = across if self.down is None else rows * self.down
        size = min(max(round(across), 1), columns), min(max(round(down), 1), rows)
        return Field(*size, self.enough * across * down, is_fine=FIELD_DEGREES / across < FINE_DEGREES)


def spacing(rate: Fraction | float) -> float:
    """Return how far apart flashes are allowed, in seconds, in a film of so many pictures a second."""
    return SPACING_50_S if rate % 12.5 == 0 else SPACING_60_S
