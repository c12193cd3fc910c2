"""Looks at the screen, asks the player, and keeps a picture of what it saw."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from installation.eye import png
from installation.eye.blocks import points
from installation.eye.judging import Judge, Word
from installation.player.shown import ACROSS, Shown
from installation.screens.screen import Screen
from installation.whole import write_whole

LOOK_S = 2.0
"""Time between two looks while all is well."""
GLANCE_S = 0.5
"""Time between two glances at the screen alone."""
CLOSE_S = 0.4
"""Time between two looks while something may be wrong."""
WATCH_S = 1.0
"""… and while it is known, or there is nothing to compare."""
PICTURE_S = 30.0
"""Time between two pictures of what was seen: a card of flash memory lasts for years of them."""
WIDE = 640
MOST = 12
"""No more sketches than this are kept of one look."""

Ask = Callable[[Callable[[], object]], Shown | None]


class Eye:
    """One screen, one player, and what became of the looks so far."""

    def __init__(self, screen: Screen, ask: Ask, picture: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._screen = screen
        self._ask = ask
        self._picture = picture
        self._clock = clock
        self._judge = Judge()
        self._word: Word | None = None
        self._look_due = self._picture_due = clock()
        self.rest_s = CLOSE_S
        """How long to wait before opening it again."""

    def open(self) -> Word | None:
        """Look, or only glance where no look is due; returns what is seen, None where nothing new can be said."""
        if self._clock() < self._look_due and (seen := self._seen()):
            self._judge.glance(seen)
            return None
        word = self._look()
        if word not in (None, Word.PICTURE):
            self.rest_s = WATCH_S
        else:
            self.rest_s = CLOSE_S if self._judge.doubts else GLANCE_S
        well = word is Word.PICTURE and not self._judge.doubts
        self._look_due = self._clock() + (LOOK_S if well else 0.0)
        if word and (word is not self._word or self._clock() >= self._picture_due):
            self._word = word
            self._save()
        return word

    def _look(self) -> Word | None:
        first = self._seen()
        if first is None:
            return self._judge.look(None, [])
        sketches = [first]

        def again() -> None:
            if len(sketches) < MOST and (seen := self._seen()):
                sketches.append(seen)

        told = self._ask(again)
        again()
        return self._judge.look(told, sketches)

    def _seen(self) -> bytes | None:
        picture = self._screen.grab(ACROSS)
        return points(picture) if picture else None

    def _save(self) -> None:
        picture = self._screen.grab(WIDE)
        self._picture_due = self._clock() + PICTURE_S
        if picture:
            with suppress(OSError):  # a full disk costs only the picture
                write_whole(self._picture, png.encode(picture), durable=False)
