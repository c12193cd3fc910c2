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

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.flash.limits import Field
from installation.flash.recent import Recent
from installation.flash.swings import Mask, Places, Swing, put

TELLING = 0.25
"""From this part of what is enough on it is looked where exactly the pixels lie that changed."""

_HALF = 0.5
"""Where less than this part of what is enough changes the other way, nothing is balanced."""
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
    rows = cv2.subtract(sums[high:], sums[:-high])
    return np.asarray(cv2.subtract(rows[:, wide:], rows[:, :-wide]), np.int32)


def _covered(places: Mask, field: Field) -> Mask:
    """Return the pixels that lie in the field at any of these places."""
    down, across, border = field.height - 1, field.width - 1, cv2.BORDER_CONSTANT
    spread = cv2.copyMakeBorder(places.view(np.uint8), 0, down, 0, across, border)
    size, corner = (field.width, field.height), (across, down)
    spread = cv2.boxFilter(spread, cv2.CV_8U, size, anchor=corner, normalize=False, borderType=border)
    return np.asarray(spread > 0)


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
        places = self.sums >= enough
        return self.where if places.all() else self.where & _covered(places, self._field)


class Changes:
    """When each pixel last rose and fell, as numbers of pictures, and what changed together with the last."""

    def __init__(self, field: Field, shape: tuple[int, int], recent: Recent) -> None:
        self.field, self.shape, self.recent = field, shape, recent
        self.last: dict[bool, Pictures] = {is_rise: np.full(shape, _LONG_AGO, np.int32) for is_rise in (True, False)}
        self.now = np.zeros(shape, np.int32)
        """The last picture, where it is looked what changed together."""
        self.together: dict[bool, Together] = {}
        """What changed up to the last picture, by whether it rose; left out where that is less than TELLING."""
        self.most = 0
        """Pixels of a field that changed in one direction; of the whole picture, where that is less than TELLING."""
        self._swings: deque[tuple[int, Swing]] = deque()
        """What changed in each of the pictures that count together."""
        self._known = 0
        """The last picture whose changes `last` tells of: those of calm pictures are never looked at."""

    def see(self, swing: Swing) -> None:
        """Take in the transitions of the last picture."""
        self._swings.append((self.recent.number, swing))
        while self._swings[0][0] < self.recent.since:
            self._swings.popleft()
        self.together, self.most = {}, 0
        if swing:
            for is_rise in (True, False):
                self._gather(is_rise=is_rise)

    def _look(self) -> None:
        for number, swing in self._swings:
            if number > self._known:
                self._put(number, swing)
        self._known = self.recent.number
        self.now.fill(self._known)

    def _put(self, number: int, swing: Swing) -> None:
        where = swing.where
        if self.field.is_fine and min(swing.count.values()) > self.field.enough * _HALF:
            balanced = {is_rise: _balanced(places, self.shape) for is_rise, places in where.items()}
            where = {is_rise: places[~balanced[not is_rise].take(places)] for is_rise, places in where.items()}
        for is_rise, places in where.items():
            self.last[is_rise].ravel()[places] = number

    def _gather(self, *, is_rise: bool) -> None:
        least = self.field.enough * TELLING
        whole = sum(swing.count[is_rise] for _, swing in self._swings)
        if whole >= least:
            self._look()
            together = Together(self.last[is_rise] >= self.recent.since, self.field)
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
    """The flashes of a film's pixels, and of the fields of view around them; `enough` pixels make one of a field.

    Those of a field are told that are at least `least` in a second.
    """

    def __init__(self, changes: Changes, enough: float, least: int = 1) -> None:
        self._changes, self._enough, self._least = changes, enough, least
        shape = changes.shape
        self._went = {is_rise: np.zeros(shape, np.bool_) for is_rise in (True, False)}
        """Where a pixel's last transition that counted was a rise, and where a fall."""
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
        changes, went, opposed = self._changes, self._went[is_rise], self._went[not is_rise]
        when, is_near = changes.last[is_rise], self._since >= changes.recent.second
        where = together & (when > self._stepped) & ~(went & is_near)
        if not where.any():
            return 0
        ended = where & opposed & is_near
        count = cv2.countNonZero(ended.view(np.uint8))
        if count:
            put(changes.now, ended, self._ended)
            put(self._since, ended, self._begun)
            put(self._count, ended, self._ended_count)
        self._steps.append(_Step(changes.recent.number, is_rise, np.packbits(where)))
        self._edges[is_rise] += where.view(np.uint8)
        put(self._edges[is_rise], where, self._count)
        put(when, where, self._stepped)
        put(changes.now, where, self._since)
        np.logical_or(went, where, out=went)
        np.logical_and(opposed, ~where, out=opposed)
        return count

    def _flash(self, *, is_bright: bool) -> FieldFlash | None:
        """Return the flash of most in a second, of those that enough pixels of a field have just ended together."""
        changes, field = self._changes, self._changes.field
        counts = self._ended_count * (self._ended >= changes.recent.since).view(np.uint8)
        for count in range(int(counts.max()), self._least - 1, -1):
            where = counts >= count
            if cv2.countNonZero(where.view(np.uint8)) < self._enough:
                continue
            sums = _sums(where, field)
            down, across = np.unravel_index(int(sums.argmax()), sums.shape)
            if sums[down, across] >= self._enough:
                inside = np.s_[down : down + field.height, across : across + field.width]
                latest = self._ended[inside] * where[inside]
                row, column = np.unravel_index(int(latest.argmax()), latest.shape)
                return self._told(int(down + row), int(across + column), count, is_bright=is_bright)
        return None

    def _told(self, row: int, column: int, count: int, *, is_bright: bool) -> FieldFlash:
        """Return the flash that one pixel has ended."""
        bit, begun = row * self._changes.shape[1] + column, int(self._begun[row, column])
        leading = not self._went[True][row, column]
        edges = (
            step.number
            for step in chain(reversed(self._steps), reversed(self._past))
            if step.is_rise == leading and step.number <= begun and step.bits[bit // 8] >> (7 - bit % 8) & 1
        )
        first = next(islice(edges, count - 1, None))
        first_s, begun_s, end_s = map(self._changes.recent.time_s, (first, begun, self._changes.recent.number))
        return FieldFlash(first_s, begun_s, end_s, count, is_bright)

    def _forget(self) -> None:
        """Count no longer what lies a second back; a flash that ends now may have begun with edges up to two back."""
        recent = self._changes.recent
        while self._steps and self._steps[0].number < recent.second:
            step = self._steps.popleft()
            edges = self._edges[step.is_rise]
            edges -= np.unpackbits(step.bits, count=edges.size).reshape(edges.shape)
            self._past.append(step)
        while self._past and not recent.knows(self._past[0].number):
            self._past.popleft()


def _balanced(changed: Places, shape: tuple[int, int]) -> Mask:
    """Return the pixels whose neighbours, as in a checkerboard, changed the other way."""
    changes = np.zeros(shape, np.uint8)
    changes.ravel()[changed] = 1
    neighbours = cv2.filter2D(changes, -1, _CROSS, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(neighbours >= _BALANCED, np.bool_)
