"""How a loop lies on a sheet of paper: rows at one scale of time, and in them the cells that show a frame each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import groupby, pairwise
from math import ceil, sqrt
from typing import TYPE_CHECKING, NamedTuple

from installation.drawing.boxes import Box, boxes
from installation.footage.probe import Probe
from installation.show.plan import Plan
from installation.show.strips import BLACK, HOLD, STILL, Run, frame_at
from installation.show.turns import PlannedCue

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI = 300
PAGE = (4961, 3508)
"""A3, lying, at DPI: 420 × 297 mm."""
LEFT, RIGHT = 330, 4725
"""Where rows begin and end; the time at which a row begins stands left of it."""
TOP, BOTTOM = 450, 3300
"""Between them lie the rows."""

_FEWEST, _MOST = 3, 14
"""Rows on a sheet: with fewer there are hardly any frames, with more they are lower than 8 mm."""
_CUES_A_ROW = 7
"""So that a cue of middling length is 50 mm wide and its name fits over it."""
_FRAME_S = 3
"""How far apart the frames should be: the number of them grows with the square of the rows."""
_FRAMES_A_ROW = 1.5
"""How many frames fit beside each other where there is one row; where there are n, n times as many."""
_MOST_FOR_LENGTH = 9
"""Rows of a long loop that has few cues: 1:30 each for 13 minutes, and frames 15 mm high."""
_ROOMY = 260
"""Height of a row from which on captions are written, and the time at its ticks."""
_HIGHEST_ROW = 930
MOST_TICKS = 12
_TOLD_APART = 24
"""Marks nearer to each other than this, in pixels, would be a line."""
TICKS_S = [
    *(Fraction(part, 100) for part in (1, 2, 5, 10, 20, 50)),
    *map(Fraction, (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)),
]
"""What a time axis may be divided by; the longest divides a day by twelve."""


@dataclass(frozen=True, slots=True)
class Bands:
    """What lies under each other in a row: heights of letters and bands, and where a band begins, in pixels.

    The strip of pictures begins under the label, at its foot runs the sound, as on film; then a caption, then the time.
    """

    letter: int
    small: int
    label: int
    strip: int
    sound: int
    caption: int
    written: bool
    """Whether there is room for figures at the ticks."""

    @classmethod
    def of(cls, height: int, *, is_heard: bool, has_captions: bool) -> "Bands":
        """Divide a row: letters and sound have as much as they need, the pictures all else."""
        written = height >= _ROOMY
        letter = min(max(height // 11, 28), 46)
        small = max(letter * 8 // 10, 24)
        label = letter + small * 7 // 4
        sound = min(max(height // 10, 22), 80) if is_heard else 0
        caption = small * 3 // 2 if has_captions and written else 0
        strip = height - label - sound - caption - (small * 7 // 4 if written else 14) - height // 18
        return cls(letter, small, label, strip, sound, caption, written)

    @property
    def heard(self) -> int:
        """Where the sound begins."""
        return self.label + self.strip

    @property
    def worded(self) -> int:
        """Where the caption begins."""
        return self.heard + self.sound

    @property
    def axis(self) -> int:
        """Where the time is marked."""
        return self.worded + self.caption


class Span(NamedTuple):
    """A stretch of a row, in pixels from the left edge of the page: [left, right)."""

    row: int
    left: int
    right: int

    @property
    def width(self) -> int:
        """Width in pixels, at least one."""
        return self.right - self.left


class Shot(NamedTuple):
    """A picture to be shown: of a clip the frame `frame`, or one up to `last`, or a still.

    Frames of the clip from `first` on are shown by the same cue.
    """

    master: str
    frame: int = -1
    last: int = -1
    first: int = -1


class Cell(NamedTuple):
    """A place for one picture."""

    span: Span
    shot: Shot


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of a cue, or the same one several times, seen from start_s to end_s of the loop.

    It begins `entered_s` after the beginning of the first run.
    """

    cue: PlannedCue
    run: Run
    start_s: Fraction
    end_s: Fraction
    entered_s: Fraction

    def shot(self, from_s: Fraction, to_s: Fraction) -> Shot | None:
        """Return what is seen from one time of the loop to another; None for black."""
        run, probe = self.run, self.cue.strip.probe
        if run.kind == BLACK:
            return None
        if run.kind == STILL or probe is None:
            return Shot(run.master)
        if run.kind == HOLD:
            return Shot(run.master, run.first, run.first, run.first)
        entered_s = (self.entered_s + max(from_s - self.start_s, Fraction(0))) % run.length_s
        left_s = min(entered_s + to_s - from_s, run.length_s)
        first = self._frame(probe, entered_s)
        return Shot(run.master, first, max(first, self._frame(probe, left_s) - 1), run.first)

    def _frame(self, probe: Probe, entered_s: Fraction) -> int:
        """Return the frame that is seen so long after the beginning of the run."""
        clip_s = probe.time(self.run.first) + entered_s
        frame = frame_at(probe, clip_s)
        if frame == probe.frames or probe.time(frame) > clip_s:
            frame -= 1
        return min(max(frame, self.run.first), self.run.first + self.run.count - 1)


class Sheet:
    """The first iteration of a plan, which has a cue at least, in rows."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.boxes: list[Box] = boxes(plan)
        self.loop_s = plan.loop_s
        for_length = min(round(sqrt(self.loop_s / _FRAME_S / _FRAMES_A_ROW)), _MOST_FOR_LENGTH)
        wanted = min(max(_FEWEST, for_length, ceil(len(self.boxes) / _CUES_A_ROW)), _MOST)
        shortest_s = self.loop_s / wanted
        self.tick_s = next((tick for tick in TICKS_S if shortest_s <= tick * MOST_TICKS), TICKS_S[-1])
        self.row_s = ceil(shortest_s / self.tick_s) * self.tick_s
        self.rows = ceil(self.loop_s / self.row_s)
        height = min((BOTTOM - TOP) // self.rows, _HIGHEST_ROW)
        self.tops = [TOP + row * height for row in range(self.rows)]
        cues = [box.cue for box in self.boxes]
        captions = any(cue.caption for cue in cues)
        self.bands = Bands.of(height, is_heard=any(cue.sounds for cue in cues), has_captions=captions)

    @cached_property
    def scale(self) -> Fraction:
        """Pixels a second."""
        return (RIGHT - LEFT) / self.row_s

    def spans(self, start_s: Fraction, end_s: Fraction) -> Iterator[Span]:
        """Yield where a stretch of time lies; what is shorter than a pixel may lie nowhere."""
        for row in range(int(start_s // self.row_s), min(ceil(end_s / self.row_s), self.rows)):
            row_s = row * self.row_s
            left = self.across(row, max(start_s, row_s))
            right = self.across(row, min(end_s, row_s + self.row_s))
            if left < right:
                yield Span(row, left, right)

    def across(self, row: int, time_s: Fraction) -> int:
        """Return the place of a time in a row."""
        return LEFT + round((time_s - row * self.row_s) * self.scale)

    def time_at(self, row: int, across: int) -> Fraction:
        """Return the loop's time at a place of a row."""
        return row * self.row_s + (across - LEFT) / self.scale

    def times(self, span: Span) -> "NDArray[np.float64]":
        """Return the loop's time in the middle of every column of a span, in seconds."""
        import numpy as np

        columns = np.arange(span.left, span.right) + 0.5 - LEFT
        return np.asarray(columns / float(self.scale) + float(span.row * self.row_s), np.float64)

    def cells(self, stretch: Stretch) -> Iterator[Cell]:
        """Divide a stretch into cells no wider than its pictures are; a still stands once in a row."""
        widest = max(stretch.cue.strip.shape, Fraction(1, 4)) * self.bands.strip
        for span in self.spans(stretch.start_s, stretch.end_s):
            count = 1 if stretch.run.kind == STILL else ceil(span.width / widest)
            edges = [span.left + span.width * number // count for number in range(count + 1)]
            for left, right in pairwise(edges):
                shot = stretch.shot(self.time_at(span.row, left), self.time_at(span.row, right))
                if shot and left < right:
                    yield Cell(Span(span.row, left, right), shot)

    def repeats(self, box: Box) -> Iterator[Fraction]:
        """Yield the times at which a clip that is shown several times begins again, if they can be told apart."""
        part, whole_s = box.cue.excerpt, box.cue.strip.length_s
        if part is None or part.times == 1:
            return
        once_s = (whole_s - part.hold_s if part.held is None else whole_s) / part.times
        if once_s * self.scale >= _TOLD_APART:
            yield from self._within(box, (once_s * number for number in range(1, part.times)))

    def flashes(self, box: Box) -> Iterator[Fraction]:
        """Yield the times at which a flash of a cue is seen in its turn."""
        yield from self._within(box, box.cue.flashes_s)

    def _within(self, box: Box, times_s: Iterable[Fraction]) -> Iterator[Fraction]:
        """Yield times of the loop for those of a cue's own that lie in its turn."""
        begins_s = box.start_s - box.cue.blend_s
        yield from (begins_s + time_s for time_s in times_s if box.start_s <= begins_s + time_s < box.end_s)


def turn_of(box: Box) -> Iterator[Stretch]:
    """Yield what is seen of a box's own cue."""
    return _stretches(box.cue, box.start_s, box.cue.blend_s, box.length_s)


def coming(box: Box) -> Iterator[Stretch]:
    """Yield what is already seen of the cue after it."""
    return _stretches(box.after, box.end_s - box.after.blend_s, Fraction(0), box.after.blend_s)


def _stretches(cue: PlannedCue, start_s: Fraction, from_s: Fraction, length_s: Fraction) -> Iterator[Stretch]:
    """Yield the runs of a cue's strip within a length from `from_s` on, which is seen at `start_s` of the loop."""
    until_s, at_s = from_s + length_s, Fraction(0)
    groups = [(run, sum(1 for _ in same)) for run, same in groupby(cue.strip.runs)]
    for number, (run, times) in enumerate(groups, 1):
        ends_s = at_s + run.length_s * times
        first_s, last_s = max(at_s, from_s), until_s if number == len(groups) else min(ends_s, until_s)
        if first_s < last_s:
            seen_s = start_s - from_s
            yield Stretch(cue, run, seen_s + first_s, seen_s + last_s, first_s - at_s)
        at_s = ends_s
