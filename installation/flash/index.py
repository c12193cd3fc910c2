"""The flash index: every burst of light in a run of pictures, found while they pass, in memory that does not grow."""

from fractions import Fraction
from typing import TYPE_CHECKING

from installation.flash.model import FULL, Flash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from installation.flash.model import Luma

_ACROSS, _DOWN = 16, 9
"""Blocks of a picture."""
_BEFORE, _AFTER = 6, 6
"""Frames on either side with which a block is compared."""
_CHUNK = 64
"""Frames that are judged together."""
_RISE = 10.0
"""Levels of 255 by which a block must be brighter than before and after."""
_AREA = 0.15
"""Part of the blocks that must be lit."""


class Index:
    """Sees a run of pictures one after the other; `finish` ends it."""

    def __init__(self) -> None:
        self._blocks: list[NDArray[np.float32]] = []
        self._times: list[Fraction] = []
        self._first = 0  # the number of the first frame of both
        self._found: list[Flash] = []

    def see(self, time: Fraction, luma: "Luma") -> None:
        """Take the next picture, shown `time` seconds after the first."""
        import cv2
        import numpy as np

        small = cv2.resize(luma, (_ACROSS, _DOWN), interpolation=cv2.INTER_AREA)
        self._blocks.append(np.asarray(small, np.float32))
        self._times.append(time)
        if len(self._blocks) == _BEFORE + _CHUNK + _AFTER:
            self._judge(_AFTER)

    def finish(self) -> tuple[Flash, ...]:
        """Return every flash, in order."""
        if self._blocks:
            self._judge(0)
        return tuple(self._found)

    def _judge(self, left: int) -> None:
        """Judge all pictures but the last `left`, and forget those that none to come is compared with."""
        import numpy as np

        blocks = np.stack(self._blocks)
        begin = 0 if self._first == 0 else _BEFORE
        end = len(blocks) - left
        for at in range(begin, end):
            before, after = blocks[max(0, at - _BEFORE) : at], blocks[at + 1 : at + 1 + _AFTER]
            if not len(before) or not len(after):
                continue
            excess = blocks[at] - np.maximum(np.median(before, axis=0), np.median(after, axis=0))
            area = float((excess > _RISE).mean())
            if area >= _AREA:
                lit = float(excess[excess > _RISE].mean()) / 255
                frame = self._first + at
                self._add(Flash(self._times[at], frame, 1, area, lit, FULL, frame))
        kept = min(_BEFORE, end)
        self._first += end - kept
        del self._blocks[: end - kept], self._times[: end - kept]

    def _add(self, flash: Flash) -> None:
        last = self._found[-1] if self._found else None
        if last and flash.frame <= last.frame + last.frames:
            self._found[-1] = Flash(
                last.time,
                last.frame,
                flash.frame - last.frame + 1,
                max(last.area, flash.area),
                max(last.excess, flash.excess),
                FULL,
                max(last, flash, key=lambda one: one.area * one.excess).brightest,
            )
        else:
            self._found.append(flash)
