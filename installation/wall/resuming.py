"""Where the loop stands, kept for the next player and, on disk, for the next start of the machine."""

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

from installation.disk import Disk
from installation.player.heartbeat import PLAYING, Heartbeat
from installation.player.order import Order
from installation.show.model import Show, Where, exact
from installation.whole import write_whole

SAVE_S = 5.0
"""A power cut loses at most this much of the way."""
LAST_S = 1.0
"""At the end the disk has this long to take the last place."""


AHEAD_S = Fraction(3, 20)
"""So much of what is to come is decoded already when a player fails: some frames, and the time between two looks."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in the loop: the cue's number in loop.yaml, from 1, and seconds into the cue."""

    cue: int
    position_s: float


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a show; iterations count from 1 and go on counting over restarts."""

    show: str
    iteration: int
    cue: int
    name: str
    position_s: float


class Resuming:
    """The last place that was seen on the wall."""

    def __init__(self, path: Path, disk: Disk | None = None) -> None:
        self._path = path
        self._disk = disk or Disk()
        self._saved: Point | None = None
        self._due = 0.0
        self._seen = False
        self.point: Point | None = None

    def begin(self, *, resume: bool) -> None:
        """Take up the place of the last run, or the beginning, while nothing was seen on the wall in this one.

        A damaged or missing file means the beginning.
        """
        if self._seen:
            return
        self.point = None
        if not resume:
            return
        with suppress(OSError, ValueError, TypeError):
            point = Point(**json.loads(self._path.read_text(encoding="utf-8")))
            if _makes_sense(point):
                self.point = point

    def note(self, show: Show, beat: Heartbeat) -> None:
        """Remember the place of a heartbeat."""
        if beat.ready and beat.intent == PLAYING and 0 <= beat.cue < len(show.cues):
            self._seen = True
            self.point = Point(show.id, beat.iteration, beat.cue, show.cues[beat.cue].name, beat.position_s)

    def advance(self, show: Show, seconds: float) -> None:
        """Move on by the time that a player went on for after its last word."""
        if self.point and self.point.show == show.id:
            self._move(show, self.point, exact(seconds))

    def standing(self, show: Show) -> Standing:
        """Return where a fault would be to blame that happens now: the decoder is ahead of what is seen."""
        ahead = show.where(self._time_of(show, self._start(show)) + AHEAD_S)
        return Standing(show.cues[ahead.cue].number, float(ahead.position_s))

    def skip(self, show: Show) -> None:
        """Move on to the beginning of the turn after the one where a fault would be to blame."""
        start = self._start(show)
        time_s = self._time_of(show, start)
        here = show.where(time_s + AHEAD_S)
        turn_s = show.cues[here.cue].length_s + show.gap_s
        self._move(show, start, AHEAD_S - here.position_s + turn_s)
        self._seen = True  # no place of an earlier run takes its place

    def save(self, now: float, *, at_once: bool = False) -> None:
        """Write the place down when it is time to; a disk that refuses costs only the place."""
        if self.point == self._saved or (now < self._due and not at_once):
            return
        text = json.dumps(asdict(self.point), ensure_ascii=False) if self.point else "{}"
        self._disk.ask("place", partial(write_whole, self._path, text))
        self._saved, self._due = self.point, now + SAVE_S
        if at_once:
            self._disk.finish(LAST_S)

    def order(self, show: Show, folder: Path) -> Order:
        """Say where the show begins: at the place itself, or in a changed show at the same clip or a new loop."""
        start = self._start(show)
        return Order(str(folder), start.iteration, start.cue, start.position_s)

    def _start(self, show: Show) -> Point:
        point = self.point
        if point and point.show == show.id and point.cue < len(show.cues):
            return point
        iteration = point.iteration if point else 1
        same = [cue for cue, known in enumerate(show.cues) if point and known.name == point.name]
        if point is None or not same:
            cue = show.where((iteration - 1) % show.iterations * show.loop_s).cue
            return Point(show.id, iteration, cue, show.cues[cue].name, 0.0)
        nearest = min(same, key=lambda cue: abs(cue - point.cue))
        return Point(show.id, iteration, nearest, point.name, point.position_s)

    def _time_of(self, show: Show, point: Point) -> Fraction:
        return show.time_of(Where((point.iteration - 1) % show.iterations, point.cue, exact(point.position_s)))

    def _move(self, show: Show, point: Point, seconds: Fraction) -> None:
        """Stand so much after `point`, less than the whole timeline."""
        after = show.where(self._time_of(show, point) + seconds)
        passed = (after.iteration - (point.iteration - 1)) % show.iterations
        name = show.cues[after.cue].name
        self.point = Point(show.id, point.iteration + passed, after.cue, name, float(after.position_s))


def _makes_sense(point: Point) -> bool:
    """Whether the figures are such that a player can begin there: one that cannot would never show a picture."""
    whole = type(point.iteration) is int and type(point.cue) is int
    placed = type(point.position_s) in (int, float) and math.isfinite(point.position_s) and point.position_s >= 0
    return whole and placed and point.iteration >= 1 and point.cue >= 0
