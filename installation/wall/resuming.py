"""Where the loop stands, kept for the next player and, on disk, for the next start of the machine."""

import json
import math
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from installation.player.heartbeat import PLAYING, Heartbeat
from installation.player.order import Order
from installation.show.model import Show, Where, exact
from installation.whole import write_whole

SAVE_S = 5.0
"""A power cut loses at most this much of the way."""


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

    def __init__(self, path: Path) -> None:
        self._path = path
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
        point = self.point
        if point is None or point.show != show.id:
            return
        before = Where((point.iteration - 1) % show.iterations, point.cue, exact(point.position_s))
        after = show.where(show.time_of(before) + exact(seconds))
        iteration = point.iteration + (after.iteration - before.iteration) % show.iterations
        name = show.cues[after.cue].name
        self.point = Point(show.id, iteration, after.cue, name, float(after.position_s))

    def save(self, now: float, *, at_once: bool = False) -> None:
        """Write the place down when it is time to; a disk that refuses costs only the place."""
        if self.point == self._saved or (now < self._due and not at_once):
            return
        with suppress(OSError):
            write_whole(self._path, json.dumps(asdict(self.point), ensure_ascii=False) if self.point else "{}")
        self._saved, self._due = self.point, now + SAVE_S

    def order(self, show: Show, folder: Path) -> Order:
        """Say where the show begins: at the place itself, or in a changed show at the same clip or a new loop."""
        point = self.point
        if point is None:
            return Order(str(folder))
        if point.show == show.id and point.cue < len(show.cues):
            return Order(str(folder), point.iteration, point.cue, point.position_s)
        same = [cue for cue, known in enumerate(show.cues) if known.name == point.name]
        if not same:
            return Order(str(folder), point.iteration)
        nearest = min(same, key=lambda cue: abs(cue - point.cue))
        return Order(str(folder), point.iteration, nearest, point.position_s)


def _makes_sense(point: Point) -> bool:
    """Whether the figures are such that a player can begin there: one that cannot would never show a picture."""
    whole = type(point.iteration) is int and type(point.cue) is int
    placed = type(point.position_s) in (int, float) and math.isfinite(point.position_s) and point.position_s >= 0
    return whole and placed and point.iteration >= 1 and point.cue >= 0
