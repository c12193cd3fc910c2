"""Which transitions a field of view makes together, what of them are flashes, and how many there are in a second.

**Together.** A flash is seldom over in one picture: its light decays, a rolling shutter puts its upper half into one
picture and its lower half into the next, an encoder smears it, and pixels that change little reach the threshold later
than those that change much. So pixels of a field count together whose transitions, in one direction, lie within
TOGETHER_S, half a period of the three flashes a second that are allowed: whatever flashes faster has its edges nearer
to each other. Those of two neighbouring pictures count together however slow the film is. A pixel that changes while
too little of any field around it does so has made no transition: that is grain, rain, or a lamp.

**Flashes** are told pixel by pixel: a transition and the opposing one of the same pixel, less than a second apart, each
together with enough others. The first is its leading edge. So a cut that brightens half the picture and darkens the
other half is one transition of each; a car that passes brightens what it comes to and darkens what it leaves, and is no
flicker for that; light that flickers from picture to picture is followed at any rate.

**Counting.** A pixel's flashes are counted by their leading edges in any second, from its beginning up to but not
including its end: an even beat of three a second gives three, for the fourth begins when the second is over. Bright
flashes on dark and dark ones on bright are counted apart, so each edge counts once. A field has as many flashes as
enough of its pixels have had when they end together.
"""

from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.flash.limits import SECOND_S, TOGETHER_S, Field
from installation.flash.swings import Mask, Swing, put

TELLING = 0.25
"""From this part of what is enough on it is looked where exactly the pixels lie that changed."""

_ROUNDING_S = 1e-6
_SOME = 0.5
_HALF = 0.5
"""Where less than this part of what is enough changes the other way, nothing is balanced."""
_NOTHING = {True: 0, False: 0}
_LONG_AGO = -(2**30)
_BALANCED = 3
"""A pixel of a fine pattern has at least so many of its four neighbours changing the other way."""
_CROSS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.uint8)

Pictures = NDArray[np.int32]
"""For each pixel the number of a picture."""


def _sums(mask: Mask, field: Field) -> NDArray[np.int32]:
    """Count a mask's pixels in the field, by the place of its upper left corner."""
    if mask.shape == (field.height, field.width):
        return np.array([[cv2.countNonZero(mask.view(np.uint8))]], np.int32)
    sums, wide, high = cv2.integral(mask.view(np.uint8)), field.width, field.height
    return np.asarray(sums[high:, wide:] - sums[:-high, wide:] - sums[high:, :-wide] + sums[:-high, :-wide])


def _covered(places: Mask, shape: tuple[int, ...], field: Field) -> Mask:
    """Return the pixels that lie in the field at any of these places."""
    if places.all():
        return np.ones(shape, np.bool_)
    spread = np.zeros(shape, np.float32)
    spread[: places.shape[0], : places.shape[1]] = places
    size, corner = (field.width, field.height), (field.width - 1, field.height - 1)
    border = cv2.BORDER_CONSTANT
    return np.asarray(cv2.boxFilter(spread, -1, size, anchor=corner, normalize=False, borderType=border) > _SOME)


@dataclass(frozen=True, slots=True)
class FieldFlash:
    """A flash of a field that is over, in seconds: from its leading edge to its trailing one.

    `count` flashes of the same pixels, this one the last, have their leading edges in one second, from `first_s` on.
    """

    first_s: float
    start_s: float
    end_s: float
    count: int
    is_bright: bool


class Together:
    """The pixels that made a transition in one direction up to a picture, and how many of them lie in a field."""

    def __init__(self, where: Mask, field: Field) -> None:
        self.where, self._field = where, field
        self.whole = cv2.countNonZero(where.view(np.uint8))

    @cached_property
    def sums(self) -> NDArray[np.int32]:
        """Their number in the field, by its place."""
        return _sums(self.where, self._field)

    @cached_property
    def most(self) -> int:
        """The most of them in any field."""
        return int(self.sums.max())

    def enough(self, enough: float) -> Mask:
        """Return those that lie in a field together with enough others."""
        return self.where & _covered(self.sums >= enough, self.where.shape, self._field)


class Changes:
    """When each pixel last rose and fell, as numbers of pictures, and which pictures count together with the last."""

    def __init__(self, field: Field, shape: tuple[int, int]) -> None:
        self.field, self.shape = field, shape
        self.number, self.since, self.second = 0, 0, 0
        """The last picture, the first that counts together with it, and the first of the second that ends with it."""
        self.last: dict[bool, Pictures] = {is_rise: np.full(shape, _LONG_AGO, np.int32) for is_rise in (True, False)}
        self.together: dict[bool, Together] = {}
        """What changed up to the last picture, by whether it rose; left out where that is less than TELLING."""
        self.most = 0
        """Pixels of a field that changed in one direction; of the whole picture, where that is less than TELLING."""
        self._pictures: deque[tuple[float, dict[bool, int]]] = deque()
        """Time in seconds and what changed, of the pictures of the last two seconds."""

    def see(self, time_s: float, swing: Swing | None) -> None:
        """Take in the next picture's transitions."""
        self.number += 1
        self._pictures.append((time_s, swing.count if swing else _NOTHING))
        while self._pictures[0][0] < time_s - 2 * SECOND_S - TOGETHER_S:
            self._pictures.popleft()
        self.since = min(self._after(time_s - TOGETHER_S - 2 * _ROUNDING_S), max(self.number - 1, self._oldest))
        self.second = self._after(time_s - SECOND_S)
        self.together, self.most = {}, 0
        if swing:
            self._put(swing)
            for is_rise in (True, False):
                self._gather(is_rise=is_rise)

    def time_s(self, number: int) -> float:
        """Return the time of a picture of the last two seconds."""
        return self._pictures[number - self._oldest][0]

    def knows(self, number: int) -> bool:
        """Whether a picture lies no farther back."""
        return number >= self._oldest

    @property
    def _oldest(self) -> int:
        return self.number - len(self._pictures) + 1

    def _after(self, time_s: float) -> int:
        """Return the first picture that is later than a time."""
        return self._oldest + bisect_right(self._pictures, time_s + _ROUNDING_S, key=lambda picture: picture[0])

    def _put(self, swing: Swing) -> None:
        where = swing.where
        if self.field.is_fine and min(swing.count.values()) > self.field.enough * _HALF:
            where = {is_rise: mask & ~_balanced(where[not is_rise]) for is_rise, mask in where.items()}
        for is_rise, mask in where.items():
            if swing.count[is_rise]:
                put(self.number, mask, self.last[is_rise])

    def _gather(self, *, is_rise: bool) -> None:
        least = self.field.enough * TELLING
        whole = sum(count[is_rise] for _, count in islice(self._pictures, self.since - self._oldest, None))
        if whole >= least:
            together = Together(self.last[is_rise] >= self.since, self.field)
            whole = together.whole
            if whole >= least:
                self.together[is_rise], whole = together, together.most
        self.most = max(self.most, whole)


@dataclass(frozen=True, slots=True)
class _Step:
    number: int
    is_rise: bool
    bits: NDArray[np.uint8]
    """One for each pixel that made it."""


class Flashes:
    """The flashes of a film's pixels, and of the fields of view around them; `enough` pixels make one of a field."""

    def __init__(self, changes: Changes, enough: float) -> None:
        self._changes, self._enough = changes, enough
        shape = changes.shape
        self._facing = np.zeros(shape, np.int8)
        """1 where a pixel's last transition that counted was a rise, -1 where it was a fall."""
        self._stepped, self._since, self._begun, self._ended = (np.full(shape, _LONG_AGO, np.int32) for _ in range(4))
        """The picture of that transition, that in which it counted, and those of the last flash's two edges."""
        self._count, self._ended_count = (np.zeros(shape, np.uint8) for _ in range(2))
        """How many leading edges there were in a second when the last transition came, and when the last flash did."""
        self._edges = {is_rise: np.zeros(shape, np.uint8) for is_rise in (True, False)}
        """How often each pixel rose and fell in the last second."""
        self._steps: deque[_Step] = deque()
        self._past: deque[_Step] = deque()

    def see(self) -> FieldFlash | None:
        """Look at the last changes; return the flash of a field that ends with them, the one of most in a second."""
        together = {
            is_rise: changed.enough(self._enough)
            for is_rise, changed in self._changes.together.items()
            if changed.most >= self._enough
        }
        if not together:
            return None
        self._forget()
        # a pixel may have fallen before it rose, or after: what is later than its last transition that counted, counts
        ended = dict.fromkeys((True, False), 0)
        for is_rise in [*together, *list(together)[:-1]]:
            ended[is_rise] += self._step(together[is_rise], is_rise=is_rise)
        return self._flash(is_bright=ended[False] >= ended[True]) if any(ended.values()) else None

    def _step(self, together: Mask, *, is_rise: bool) -> int:
        """Let pixels make their transition, where it opposes the last or that is a second old; count flashes ended."""
        changes, way = self._changes, 1 if is_rise else -1
        when, is_over = changes.last[is_rise], self._since < changes.second
        where = together & (when > self._stepped) & ((self._facing != way) | is_over)
        if not where.any():
            return 0
        ended = where & (self._facing == -way) & ~is_over
        put(changes.number, ended, self._ended)
        put(self._since, ended, self._begun)
        put(self._count, ended, self._ended_count)
        self._steps.append(_Step(changes.number, is_rise, np.packbits(where)))
        self._edges[is_rise] += where
        put(self._edges[is_rise], where, self._count)
        put(when, where, self._stepped)
        put(changes.number, where, self._since)
        put(way, where, self._facing)
        return cv2.countNonZero(ended.view(np.uint8))

    def _flash(self, *, is_bright: bool) -> FieldFlash | None:
        """Return the flash of most in a second, of those that enough pixels of a field have just ended together."""
        changes, field = self._changes, self._changes.field
        counts = np.where(self._ended >= changes.since, self._ended_count, 0)
        for count in range(int(counts.max()), 0, -1):
            where = counts >= count
            if np.count_nonzero(where) < self._enough:
                continue
            sums = _sums(where, field)
            down, across = np.unravel_index(int(sums.argmax()), sums.shape)
            if sums[down, across] >= self._enough:
                inside = where[down : down + field.height, across : across + field.width]
                latest = np.where(inside, self._ended[down : down + field.height, across : across + field.width], -1)
                row, column = np.unravel_index(int(latest.argmax()), latest.shape)
                return self._told(int(down + row), int(across + column), count, is_bright=is_bright)
        return None

    def _told(self, row: int, column: int, count: int, *, is_bright: bool) -> FieldFlash:
        """Return the flash that one pixel has ended."""
        bit, begun = row * self._changes.shape[1] + column, int(self._begun[row, column])
        leading = self._facing[row, column] < 0
        edges = [
            step.number
            for step in chain(self._past, self._steps)
            if step.is_rise == leading and step.number <= begun and step.bits[bit // 8] >> (7 - bit % 8) & 1
        ]
        first_s, begun_s, end_s = map(self._changes.time_s, (edges[-count], begun, self._changes.number))
        return FieldFlash(first_s, begun_s, end_s, count, is_bright)

    def _forget(self) -> None:
        """Count no longer what lies a second back; a flash that ends now may have begun with edges up to two back."""
        while self._steps and self._steps[0].number < self._changes.second:
            step = self._steps.popleft()
            bits = np.unpackbits(step.bits, count=self._facing.size)
            self._edges[step.is_rise] -= bits.reshape(self._changes.shape)
            self._past.append(step)
        while self._past and not self._changes.knows(self._past[0].number):
            self._past.popleft()


def _balanced(changed: Mask) -> Mask:
    """Return the pixels whose neighbours, as in a checkerboard, changed the other way."""
    neighbours = cv2.filter2D(changed.view(np.uint8), -1, _CROSS, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(neighbours >= _BALANCED, np.bool_)
