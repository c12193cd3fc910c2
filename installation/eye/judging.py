"""What the eye makes of its looks: pure rules over sketches.

One look proves nothing: a flash lasts a frame, and picture and screen are not read at the same instant. So a look that
finds the two unlike is followed by others, close on each other, and a trouble is one only when all of them find it.
"""

from dataclasses import dataclass, field
from enum import Enum

from installation.eye.blocks import BLACK, COUNT, Blocks, blocks, differing
from installation.player import shown
from installation.player.shown import Shown

COVERED_PART = 0.04
"""A part of the screen that differs is covered: less than a window of 6 %, whose edges fall inside of blocks."""
LETTERED_PART = 0.15
"""… where captions may lie elsewhere on the screen than in the player's picture: two long lines take 7 %."""
FEW = 3
"""So many blocks are more than chance."""
ANOTHER_PART = 0.5
"""A picture that differs from the one before in this part is not the next one of the same shot."""
SURE = 6
"""A trouble is one when so many looks in a row have found it."""


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
    """All that is remembered from one look to the next."""

    _suspicions: int = 0
    _glass: bytes = b""
    _before: bytes = b""
    _at_first: Blocks | None = field(default=None)

    def glance(self, seen: bytes) -> None:
        """Take in what the screen shows, without anything to compare it with."""
        if seen != self._glass:
            self._before, self._glass = self._glass, seen
            self._at_first = None

    def look(self, told: Shown | None, seen: list[bytes]) -> Word | None:
        """Judge what the player told beside what the screen showed about then; None while it is not sure."""
        for sketch in seen:
            self.glance(sketch)
        if not seen or told is None or told.what == shown.UNSURE:
            self._suspicions = 0
            return Word.NOTHING if seen else Word.BLIND
        expected = blocks(told.sketch) if told.what == shown.PICTURE else BLACK
        screens = [blocks(sketch) for sketch in dict.fromkeys(seen)]
        differ, screen = min(((differing(expected, screen), screen) for screen in screens), key=lambda pair: pair[0])
        found = self._found(expected, screen, differ, LETTERED_PART if told.lettered else COVERED_PART)
        if self._at_first is None:
            self._at_first = expected
        if found is None:
            self._suspicions = 0
            return Word.PICTURE
        self._suspicions += 1
        return found if self._suspicions >= SURE else None

    def _found(self, expected: Blocks, screen: Blocks, differ: int, part: float) -> Word | None:
        """Name what is wrong where `differ` blocks of the screen are not as expected, if anything is."""
        if not screen.lit and expected.lit >= FEW and differ >= FEW:
            return Word.DARK
        went_on = self._at_first is not None and differing(self._at_first, expected) >= FEW
        if went_on and differ >= FEW and self._belongs:
            return Word.FROZEN
        return Word.COVERED if differ >= part * COUNT else None

    @property
    def _belongs(self) -> bool:
        """Whether what stands on the screen came there as the next picture does, not all at once from elsewhere."""
        return not self._before or differing(blocks(self._before), blocks(self._glass)) < ANOTHER_PART * COUNT
