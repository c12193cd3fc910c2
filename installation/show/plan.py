"""A loop as it will play: its cues, the orders they come in, and every file and copy that they need."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from installation.errors import Problem
from installation.show.ordering import Order
from installation.show.segments import AnyCopy, Segment, Segments
from installation.show.turns import PlannedCue, Turn, blended_turn, turn

_ANY = -1


@dataclass
class Plan:
    """The loop's cues in the order of the file, the orders they are played in, and what stands against them.

    `aside` are the numbers of the cues that were set aside. `orders` repeat until `iterations` are played; see
    `timeline.arrange`.
    """

    cues: list[PlannedCue] = field(default_factory=list)
    gap: Segments = ()
    orders: tuple[Order, ...] = ()
    iterations: int = 0
    problems: list[Problem] = field(default_factory=list)
    aside: tuple[int, ...] = ()
    _turns: dict[tuple[int, int], Turn] = field(default_factory=dict)

    @property
    def gap_s(self) -> Fraction:
        """Length of the black after each cue."""
        return sum((segment.length_s for segment in self.gap), Fraction(0))

    def turn(self, cue: int, after: int) -> Turn:
        """Return the turn of a cue when the cue `after` follows."""
        following = self.cues[after]
        if not following.blend_s:
            return self._plain_turn(cue)
        if (cue, after) not in self._turns:
            self._turns[cue, after] = blended_turn(self.cues[cue], following, self.length_s(cue))
        return self._turns[cue, after]

    def length_s(self, cue: int) -> Fraction:
        """Return the length of a cue's turn without the gap: the same whatever follows."""
        return self._plain_turn(cue).length_s

    def _plain_turn(self, cue: int) -> Turn:
        if (cue, _ANY) not in self._turns:
            self._turns[cue, _ANY] = turn(self.cues[cue])
        return self._turns[cue, _ANY]

    @property
    def loop_s(self) -> Fraction:
        """Length of one iteration: the same in every order."""
        return sum((self.length_s(cue) + self.gap_s for cue in range(len(self.cues))), Fraction(0))

    def played(self, iterations: int) -> Iterator[tuple[int, int]]:
        """Yield every turn of the first iterations: the cue and the one that follows; the last meets the first."""
        cues = [cue for number in range(iterations) for cue in self.orders[number % len(self.orders)]]
        return zip(cues, [*cues[1:], *cues[:1]], strict=True)

    @cached_property
    def segments(self) -> list[Segment]:
        """Every segment of picture and sound that is ever played, once each."""
        turns = [self.turn(cue, after) for cue, after in dict.fromkeys(self.played(self.iterations))]
        heard = (part for one in turns for part in one.sound if isinstance(part, Segment))
        return list(dict.fromkeys([*self.gap, *(part for one in turns for part in one.picture), *heard]))

    @property
    def copies(self) -> list[AnyCopy]:
        """Every copy that is needed, once each."""
        return list(dict.fromkeys(part.source for part in self.segments if not isinstance(part.source, Path)))

    @property
    def points(self) -> dict[Path, set[int]]:
        """For each master that plays straight, the first and the last frames of its segments: to be proved."""
        found: dict[Path, set[int]] = {}
        for segment in self.segments:
            if isinstance(segment.source, Path) and segment.last >= 0:
                found.setdefault(segment.source, set()).update({segment.first, segment.last})
        return found

    @property
    def masters(self) -> dict[Path, str]:
        """Every master that is played straight or copied from, and its SHA-256."""
        return {Path(run.master): run.sha256 for cue in self.cues for run in cue.strip.runs if run.master}
