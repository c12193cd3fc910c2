"""From a picture's numbers to light: sRGB undone, and weighed as the eye does."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Rows of blue, green and red, 0 to 255, as sRGB has them."""
Light = NDArray[np.float32]

SHARES = (0.0722, 0.7152, 0.2126)
"""What blue, green and red give to luminance: ITU-R BT.709, and WCAG's relative luminance."""
_BREAK = 0.04045
"""Below it sRGB is a straight line: IEC 61966-2-1. WCAG 2.0 printed 0.03928; no 8-bit number lies between."""


def linear(picture: Picture, into: Light | None = None) -> Light:
    """Return the light of each colour, 0 to 1, in an array that is there already if one is given."""
    return np.asarray(cv2.LUT(picture, _TABLE, dst=into), np.float32)


def luminance(light: Light) -> Light:
    """Return the relative luminance of linear blue, green and red: 0 black, 1 white."""
    return np.asarray(cv2.transform(light, np.array([SHARES], np.float32)), np.float32)


def _table() -> Light:
    signal = np.arange(256) / 255
    curve = ((signal + 0.055) / 1.055) ** 2.4
    return np.where(signal <= _BREAK, signal / 12.92, curve).astype(np.float32)


_TABLE = _table()
