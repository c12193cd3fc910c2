"""What the readings of a screen say about a loop: its joins, its order, its drops, its black, its outages.

Lengths are in frames of the clip that is left: 1.0 is perfect. A single length is exact to one step of the reader
(2 ms, 0.06 frames at 30 fps) on either side; medians are far better than that. Where the machine kept the reader
itself waiting, a length is set aside as unsure and judges nobody.
"""

import itertools
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tests.glass.marked import BLACK, BLIND, UNREADABLE, Reading, Seen
from tests.glass.reader import Run

AHEAD = 120  # so many turns may be missing before the order counts as broken
UNSURE_S = 0.006  # three steps of the reader
EARLY_S = 0.05  # a black that comes earlier than this is not the one the loop asks for


@dataclass(frozen=True, slots=True)
class Turn:
    """One picture of a loop: what is seen, for how many frames at its rate, and the number of its cue."""

    seen: Seen
    rate: Fraction
    cue: int
    frames: int = 1

    @property
    def seconds(self) -> float:
        return float(self.frames / self.rate)


def cue(number: int, clip: int, frames: Iterable[int], rate: Fraction = Fraction(30), hold: int = 0) -> list[Turn]:
    """Return the turns of one cue: `frames` of a marked clip, the last one held for `hold` frames more."""
    turns = [Turn(Reading(clip, frame), rate, number) for frame in frames]
    turns[-1] = Turn(turns[-1].seen, rate, number, 1 + hold)
    return turns


@dataclass(frozen=True, slots=True)
class Interval:
    """From the first appearance of one picture to that of the next right one."""

    start: float
    frames: float
    join: bool
    unsure_s: float


@dataclass(slots=True)
class Played:
    """What was seen of a loop. `skipped` are dropped frames; `unseen` may have been shown while the reader slept."""

    intervals: list[Interval] = field(default_factory=list)
    skipped: list[tuple[float, Turn]] = field(default_factory=list)
    unseen: list[tuple[float, Turn]] = field(default_factory=list)
    disordered: list[tuple[float, Seen]] = field(default_factory=list)
    black: list[Run] = field(default_factory=list)
    unreadable: list[Run] = field(default_factory=list)
    blind: list[Run] = field(default_factory=list)

    @property
    def joins(self) -> list[float]:
        return [interval.frames for interval in self.intervals if interval.join and interval.unsure_s <= UNSURE_S]

    @property
    def insides(self) -> list[float]:
        sure = [interval for interval in self.intervals if interval.unsure_s <= UNSURE_S]
        return [interval.frames for interval in sure if not interval.join]

    @property
    def unsure(self) -> int:
        return sum(interval.unsure_s > UNSURE_S for interval in self.intervals)

    def __str__(self) -> str:
        return (
            f"joins {Lengths.of(self.joins)} | inside {Lengths.of(self.insides)} | unsure {self.unsure}, "
            f"skipped {len(self.skipped)}, "
            f"unseen {len(self.unseen)}, disordered {len(self.disordered)}, black {len(self.black)}, "
            f"unreadable {len(self.unreadable)}, "
            f"blind {len(self.blind)}"
        )


@dataclass(frozen=True, slots=True)
class Lengths:
    """How a set of lengths lies; NaN where there are none."""

    count: int
    median: float
    p99: float
    longest: float
    shortest: float

    @classmethod
    def of(cls, lengths: Sequence[float]) -> "Lengths":
        if not lengths:
            return cls(0, math.nan, math.nan, math.nan, math.nan)
        ordered = sorted(lengths)
        p99 = ordered[min(len(ordered) - 1, math.ceil(0.99 * len(ordered)) - 1)]
        return cls(len(ordered), statistics.median(ordered), p99, ordered[-1], ordered[0])

    def __str__(self) -> str:
        return (
            f"n={self.count} median {self.median:.3f} p99 {self.p99:.3f} max {self.longest:.3f} min {self.shortest:.3f}"
        )


def follow(runs: Sequence[Run], loop: Sequence[Turn]) -> Played:
    """Follow `loop`, played over and over, through the readings, from the first right picture to the last one.

    Where the same picture has several places in the loop, the nearest one ahead is meant. A black that the loop asks
    for is a turn like any other; every other black, also one of a single sample, is told.
    """
    played = Played()
    here: int | None = None
    before = Run(0, 0, BLACK)
    for number, run in enumerate(runs):
        if run.seen in (UNREADABLE, BLIND):
            (played.unreadable if run.seen is UNREADABLE else played.blind).append(run)
            continue
        steps = None if here is None else _steps(loop, here, run.seen)
        if here is not None and steps and run.seen is BLACK:
            early = before.first + _due(loop, here, steps) - run.first > EARLY_S
            steps = None if early else steps
        if steps == 0:
            continue  # the same picture again, after a moment of something else
        if here is not None and steps:
            _keep(played, loop, here, steps, before, run)
            here, before = (here + steps) % len(loop), run
            continue
        if run.seen is BLACK:
            if here is not None:
                played.black.append(run)
            continue
        place = _begin(runs[number:], loop)
        if here is not None or place is None:
            played.disordered.append((run.first, run.seen))
        here, before = place, run
    return played


def _keep(played: Played, loop: Sequence[Turn], here: int, steps: int, before: Run, run: Run) -> None:
    """Add the interval from the picture at `here` to the one `steps` on, and what was skipped between them."""
    there = (here + steps) % len(loop)
    passed = [(run.first, loop[(here + step) % len(loop)]) for step in range(1, steps)]
    (played.skipped if run.unsure_s <= UNSURE_S else played.unseen).extend(passed)
    late = run.first - before.first - _due(loop, here, steps)
    join = there < here + steps or loop[there].cue != loop[here].cue
    unsure_s = max(before.unsure_s, run.unsure_s)
    played.intervals.append(Interval(before.first, 1 + late * float(loop[here].rate), join, unsure_s))


def _due(loop: Sequence[Turn], here: int, steps: int) -> float:
    """Return the seconds from the first appearance of one place to that of the place `steps` turns on."""
    return sum(loop[(here + step) % len(loop)].seconds for step in range(steps))


def _begin(runs: Sequence[Run], loop: Sequence[Turn]) -> int | None:
    """Return the place in the loop from which most of the next pictures follow one another; None for a stranger."""
    places = [place for place, turn in enumerate(loop) if turn.seen == runs[0].seen]
    ahead = [run.seen for run in runs[:AHEAD]]

    def agreement(place: int) -> int:
        return sum(loop[(place + step) % len(loop)].seen == seen for step, seen in enumerate(ahead))

    return max(places, key=agreement, default=None)


def _steps(loop: Sequence[Turn], here: int, seen: Seen) -> int | None:
    """Return how many turns lie between `here` and the next place of `seen`; 0 for this one, None for none near."""
    near = range(min(AHEAD, len(loop)))
    return next((step for step in near if loop[(here + step) % len(loop)].seen == seen), None)


@dataclass(frozen=True, slots=True)
class Outage:
    """The longest time without a next right picture. Monotonic seconds; `dark_s` is the part without any picture."""

    start: float
    end: float
    dark_s: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


def longest_outage(runs: Sequence[Run], loop: Sequence[Turn], since: float, until: float = math.inf) -> Outage:
    """Return the longest stop between the fault at `since` and `until`, and what of it was dark.

    It starts when the picture that stood at the fault was due to be followed by the next, and ends with the first
    appearance of another right picture: a picture that stands still and a screen that is black both count. Raises
    ValueError where no right picture came back at all.
    """
    lengths: dict[Seen, float] = {turn.seen: turn.seconds for turn in loop if isinstance(turn.seen, Reading)}
    right = [run for run in runs if run.seen in lengths and run.first <= until]
    # a picture that is there again after the stop has not gone on yet
    fresh = [run for before, run in zip([None, *right], right, strict=False) if not before or run.seen != before.seen]
    pairs = [(a, b) for a, b in itertools.pairwise(fresh) if b.first > since]
    if not pairs:
        raise ValueError("no right picture came back")
    before, after = max(pairs, key=lambda pair: pair[1].first - pair[0].first - lengths[pair[0].seen])
    start = min(before.first + lengths[before.seen], after.first)
    dark = sum(run.last - run.first for run in runs if before.first < run.first < after.first and run.seen is BLACK)
    return Outage(start, after.first, dark)


def measured(what: str, runs: Sequence[Run], loop: Sequence[Turn], since: float) -> float:
    """Say how long the longest stop since the fault was, for `pytest -rP`, and return it in seconds."""
    outage = longest_outage(runs, loop, since)
    print(f"{what}: {outage.seconds:.2f} s without a next picture, {outage.dark_s:.2f} s of them black")
    return outage.seconds
