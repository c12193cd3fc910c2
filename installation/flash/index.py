"""The flash index: every burst of light in a run of pictures, found while they pass, in memory that does not grow.

A picture is seen in blocks of four sizes: small ones find a flash that lights a part of a still scene, large ones a
flash that lights all of a scene that moves. A block that brightens from one frame to the next and is dark again soon
is where a flash may be; `burst` decides.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from installation.flash.burst import AROUND, Burst, Reach, judge
from installation.flash.model import Flash

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from installation.flash.burst import Levels
    from installation.flash.model import Luma

_ROWS, _COLUMNS = 18, 32
_SCALES = ((18, 32, 0.11), (6, 8, 0.14), (3, 4, 0.33), (1, 1, 1.0))
"""Rows and columns of blocks, and the part of them that must brighten (more than darken) together."""
_CHUNK = 96
"""Frames that are judged together; the noise of a block is taken from as many."""
_STEP = 5.0
"""Levels of 255 by which a block must brighten,"""
_NOISE = 3.0
"""or so many times what it changes by from frame to frame, whichever is more."""


class Index:
    """Sees a run of pictures one after the other, about `rate` a second; `finish` ends it.

    In the first and the last picture no flash is found: nothing tells how it came, or whether it goes.
    """

    def __init__(self, rate: Fraction) -> None:
        self._reach = Reach.at(float(rate))
        self._lead = AROUND + 1
        self._lag = self._reach.longest + AROUND + 1
        self._kept: list[NDArray[np.float32]] = []
        self._times: list[Fraction] = []
        self._first = 0  # the number of the first picture that is kept
        self._judged = 0  # pictures that are done with
        self._open: tuple[Fraction, Burst] | None = None  # the last one, and its time: it may go on
        self._found: list[Flash] = []

    def see(self, time: Fraction, luma: "Luma") -> None:
        """Take the next picture, shown `time` seconds after the first."""
        import cv2
        import numpy as np

        blocks = cv2.resize(luma.astype(np.float32), (_COLUMNS, _ROWS), interpolation=cv2.INTER_AREA)
        self._kept.append(np.asarray(blocks, np.float32))
        self._times.append(time)
        if self._first + len(self._kept) - self._judged == _CHUNK + self._lag:
            self._judge(self._judged + _CHUNK)

    def finish(self) -> tuple[Flash, ...]:
        """Return every flash, in order."""
        if len(self._kept) > 1:
            self._judge(self._first + len(self._kept) - 1)
        if self._open:
            self._found.append(_told(*self._open))
            self._open = None
        return tuple(self._found)

    def _judge(self, end: int) -> None:
        """Judge the pictures up to `end`, and forget those that none to come is compared with."""
        import numpy as np

        levels = np.stack(self._kept)
        for burst in _bursts(levels, max(1, self._judged - self._first), end - self._first, self._reach):
            frame, brightest = self._first + burst.frame, self._first + burst.brightest
            self._add(self._times[burst.frame], replace(burst, frame=frame, brightest=brightest))
        self._judged = end
        done = max(0, end - self._lead - self._first)
        del self._kept[:done], self._times[:done]
        self._first += done

    def _add(self, time: Fraction, burst: Burst) -> None:
        """Add a burst to the one before it, where it goes on from that: a shutter rolled over both; else by itself."""
        if self._open:
            began, before = self._open
            if burst.frame <= before.frame + max(before.frames - 1, 1):
                end = max(before.frame + before.frames, burst.frame + burst.frames)
                stronger = max(before, burst, key=lambda one: one.light)
                whole = replace(stronger, frame=before.frame, frames=end - before.frame, band=before.band)
                self._open = began, whole
                return
            self._found.append(_told(*self._open))
        self._open = time, burst


def _bursts(levels: "Levels", begin: int, end: int, reach: Reach) -> Iterator[Burst]:
    """Yield the bursts of the frames [begin, end), by frame; several of one frame where several scales see them."""
    import numpy as np

    wanted: list[tuple[int, NDArray[np.bool_]]] = []
    for rows, columns, least in _SCALES:
        down, across = _ROWS // rows, _COLUMNS // columns
        pooled = levels.reshape(len(levels), rows, down, columns, across).mean(axis=(2, 4))
        brighter, darker = _onsets(pooled, reach)
        limit = np.maximum(_STEP, _NOISE * np.median(np.abs(np.diff(pooled, axis=0)), axis=0))
        lit = brighter > limit
        share = lit.mean(axis=(1, 2)) - (darker > limit).mean(axis=(1, 2))
        together = (at for at in range(begin, end) if share[at] >= least)
        wanted += [(at, np.repeat(np.repeat(lit[at], down, 0), across, 1)) for at in together]
    for at, places in sorted(wanted, key=lambda one: one[0]):
        burst = judge(levels, at, places, reach)
        if burst:
            yield burst


def _onsets(blocks: "Levels", reach: Reach) -> "tuple[Levels, Levels]":
    """Return by how much every block is brighter than just before and as it is soon after; and darker."""
    import numpy as np

    before = np.concatenate([blocks[:1], blocks[:-1]])
    lowest, highest = blocks.copy(), blocks.copy()
    lowest[:-1], highest[:-1] = blocks[1:], blocks[1:]
    for later in range(2, reach.longest + 1):
        np.minimum(lowest[:-later], blocks[later:], out=lowest[:-later])
        np.maximum(highest[:-later], blocks[later:], out=highest[:-later])
    return blocks - np.maximum(before, lowest), np.minimum(before, highest) - blocks


def _told(time: Fraction, burst: Burst) -> Flash:
    area, excess = round(burst.area, 3), round(burst.rise / 255, 3)
    return Flash(time, burst.frame, burst.frames, area, excess, burst.band, burst.brightest)
