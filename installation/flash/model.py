"""What a flash is, for all who write or read the index."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Luma = NDArray[np.uint8]
    """A picture's luma, HEIGHT × WIDTH: full scale, 0 black, 255 white, still in the file's own transfer curve."""
    Colour = NDArray[np.uint8]
    """A picture, HEIGHT × WIDTH × 3: blue, green and red as in sRGB, 0 to 255, not linear."""

WIDTH, HEIGHT = 320, 180
"""The size to which every picture is shrunk, by the mean of areas, whatever its shape."""

FULL, UPPER, MIDDLE, LOWER = "full", "upper", "middle", "lower"
"""Bands: what a flash lights of the picture's height when it begins; a rolling shutter cuts some of it off."""


@dataclass(frozen=True, slots=True)
class Flash:
    """A burst of light. `time` in seconds from the first frame shown; `frame` from 0, the first that is lit.

    `frames` are lit; `area` is the part of the picture that is, `excess` its light above what was there before, as a
    part of full scale, both where they are largest; `band` is one of FULL, UPPER, MIDDLE, LOWER; `brightest` is the
    frame among them that has most light: the one that is shown where a flash stays.
    """

    time: Fraction
    frame: int
    frames: int
    area: float
    excess: float
    band: str
    brightest: int
