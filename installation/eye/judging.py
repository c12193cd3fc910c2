"""What the eye makes of its looks: pure rules over sketches.

One look proves nothing: a flash lasts a frame, and picture and screen are not read at the same instant. So a look that
finds the two unlike is followed by others, close on each other, and a trouble is one only when they find it too. A
show may come by what a frozen screen shows, again and again: that they are alike for once proves as little.
"""

from dataclasses import dataclass
from enum import Enum

from installation.eye.blocks import BLACK, COUNT, Blocks, blocks, differing
from installation.player import shown
from installation.player.shown import Shown

COVERED_PART = 0.04
"""A part of the screen that differs is covered: less than a window of 6 %, whose edges fall inside of blocks."""
LETTERED_PART = 0.15
"""… where captions may lie elsewhere on the screen than in the player's picture: two long lines take 7 %."""
FEW = 2
"""So many blocks that come to differ while the screen stands still are more than chance."""
ANOTHER_PART = 0.8
"""A picture that differs from the one before in this part is not the next one of the same shot."""
SURE = 6
"""A trouble is one when so many looks have found it."""
RELIEF = 3
"""So many looks in a row that find none end a suspicion; or one, where the screen has changed since the last."""


class Word(Enum):
    """What the eye says it sees."""

    PICTURE = "picture"
    COVERED = "covered"
    FROZEN = "frozen"
    DARK = "dark"
    NOTHING = "nothing-to-compare"
    BLIND = "blind"


@dataclass
class Judge:
    """All that is remembered from one look to the next. `doubts`: the next should follow closely."""

    doubts: bool = False
    _suspicions: int = 0
    _reliefs: int = 0
    _glass: bytes = b""
    _before: bytes = b""
    _at_first: tuple[Blocks, set[int]] | None = None

    def glance(self, seen: bytes) -> None:
        """Take in what the screen shows, without anything to compare it with."""
        if seen != self._glass:
            self._before, self._glass = self._glass, seen
            self._at_first = None

    def look(self, told: Shown | None, seen: list[bytes]) -> Word | None:
        """Judge what the player told beside what the screen showed about then; None while it is not sure."""
        stood = set(seen) == {self._glass}
        for sketch in seen:
            self.glance(sketch)
        if not seen or told is None or told.what == shown.UNSURE:
            self._suspicions, self.doubts = self._suspicions if seen and told else 0, False
            return Word.NOTHING if seen else Word.BLIND
        expected = blocks(told.sketch) if told.what == shown.PICTURE else BLACK
        screens = [blocks(sketch) for sketch in dict.fromkeys(seen)]
        off, screen = min(((differing(expected, screen), screen) for screen in screens), key=lambda pair: len(pair[0]))
        found = self._found(expected, screen, off, LETTERED_PART if told.lettered else COVERED_PART)
        at_first, self._at_first = self._at_first, self._at_first or (expected, off)
        self._weigh(found, has_changed=at_first is None)
        # a screen that stands still may be right: whether the show does too, the next look tells
        self.doubts = self._suspicions > 0 or (stood and at_first is None and len(off) >= FEW)
        if self._suspicions == 0:
            return Word.PICTURE
        return found if self._suspicions >= SURE else None

    def _weigh(self, found: Word | None, *, has_changed: bool) -> None:
        self._reliefs = self._reliefs + 1 if found is None else 0
        if found is not None:
            self._suspicions += 1
        elif has_changed or self._reliefs >= RELIEF:
            self._suspicions = 0

    def _found(self, expected: Blocks, screen: Blocks, off: set[int], part: float) -> Word | None:
        """Name what is wrong where the blocks `off` of the screen are not as expected, if anything is."""
        if not screen.lit and expected.lit >= FEW and len(off) >= FEW:
            return Word.DARK
        covered = len(off) >= part * COUNT
        if self._at_first:
            first, off_at_first = self._at_first
            went_on = differing(first, expected) if covered else off - off_at_first
            if len(went_on) >= FEW and self._belongs:
                return Word.FROZEN
        return Word.COVERED if covered else None

    @property
    def _belongs(self) -> bool:
        """Whether what stands on the screen came there as the next picture does, not all at once from elsewhere."""
        return not self._before or len(differing(blocks(self._before), blocks(self._glass))) < ANOTHER_PART * COUNT
