"""The light of a film from frame to frame, as it is drawn: how bright the picture is, and each row of it."""

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from installation.flash.model import Luma

ROWS = 90


class Trace:
    """Times of all frames in seconds; their mean, 0 black, 1 white; and the levels of their rows, frames × ROWS."""

    def __init__(self, frames: int) -> None:
        import numpy as np

        self.times_s, self.mean = np.zeros(frames), np.zeros(frames, np.float32)
        self.rows = np.zeros((frames, ROWS), np.uint8)
        self._seen = 0

    def see(self, time: Fraction, luma: "Luma") -> None:
        """Take the next picture, shown `time` seconds after the first."""
        import cv2

        self.times_s[self._seen], self.mean[self._seen] = time, luma.mean() / 255
        self.rows[self._seen] = cv2.resize(luma, (1, ROWS), interpolation=cv2.INTER_AREA)[:, 0]
        self._seen += 1
