"""The faults that may be rehearsed: each heals by itself, and none can lose anything."""

import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Protocol

from installation.config import LOOP
from installation.drill import undoing
from installation.drill.running import Running
from installation.screens.screen import Picture
from installation.screens.x11_windows import cover
from installation.screens.x11_wire import Connection

LIGHT = 8
"""A screen whose brightest pixel is no brighter than this, of 255, is black."""
GREY, NEARLY = 0x60, 3
"""What a cover looks like, and how far a pixel of it may be off."""
UNDO_S = 15.0
"""A screen is switched on by then."""


class Fault(Protocol):
    """One fault: done, watched, and undone. Moments are Unix seconds, `since` that of the strike.

    `darkens`: visitors may miss the picture for a moment.
    """

    name: str
    darkens: bool

    def why_not(self) -> str:
        """Say why it cannot be rehearsed here; empty where it can."""

    def strike(self) -> None:
        """Do it."""

    def noticed_at(self, since: float) -> float | None:
        """Return when the watchdog noticed; None while it has not."""

    def is_over(self) -> bool:
        """Whether visitors see again what they should."""

    def undo(self) -> None:
        """Take away what is left of it, whether it was done or not."""


class Player:
    """The player ends, or stands still: a signal to its process."""

    darkens = True

    def __init__(self, name: str, how: signal.Signals, running: Running) -> None:
        self.name = name
        self._how = how
        self._running = running
        self._struck = 0
        self._was_lit = False

    def why_not(self) -> str:
        """It can always be done."""
        return ""

    def strike(self) -> None:
        """Send the signal. Raises OSError where no player is there."""
        self._was_lit = _is_lit(self._running.screen.grab())
        self._struck = self._running.player
        if not self._struck:
            raise ProcessLookupError(errno.ESRCH, "there is no player at this moment")
        os.kill(self._struck, self._how)

    def noticed_at(self, since: float) -> float | None:
        """The watchdog has another player, or says that none plays."""
        told = self._running.status()
        if told and told.written >= since and (told.phase != "playing" or told.player != self._struck):
            return told.written
        return None

    def is_over(self) -> bool:
        """Another player plays, and the screen has light again where it had light before."""
        told = self._running.status()
        if told is None or told.phase != "playing" or told.player == self._struck:
            return False
        return not (self._was_lit and told.name) or _is_lit(self._running.screen.grab())

    def undo(self) -> None:
        """A stopped player that nobody has ended goes on."""
        if self._struck and self._running.player == self._struck:
            with suppress(ProcessLookupError):
                os.kill(self._struck, signal.SIGCONT)


class Cover:
    """A window lies over the picture."""

    name = "picture covered by a window"
    darkens = True

    def __init__(self, running: Running) -> None:
        self._running = running
        self._connection: Connection | None = None

    def why_not(self) -> str:
        """It needs an X screen that can be read."""
        if self._running.kind != "x11":
            return "there is no X screen"
        return "" if self._running.screen.grab() else "the screen cannot be read"

    def strike(self) -> None:
        """Lay the window."""
        display = self._running.screen.display
        number = re.search(r":(\d+)", display)
        self._connection = Connection(number[1] if number else "0", self._running.environ)
        cover(self._connection)

    def noticed_at(self, since: float) -> float | None:
        """The watchdog tells of it when it is over, and how long it lasted since it was seen."""
        told = self._running.told("seen_again", since)
        if told:
            return max(since, float(told["at"]) - float(told["dark"]))
        told = self._running.told("fixed", since)
        return max(since, float(told["at"]) - float(told["dark"])) if told and told["fault"] == "covered" else None

    def is_over(self) -> bool:
        """The window is not on top any more."""
        return not _is_cover(self._running.screen.grab())

    def undo(self) -> None:
        """The window goes with its connection."""
        if self._connection:
            self._connection.close()


class Mistake:
    """A mistake is saved in loop.yaml: a line more at its end, which is taken off again."""

    name = "edit with a mistake"
    darkens = False

    def __init__(self, running: Running) -> None:
        self._running = running
        self._path = running.config / LOOP
        self._undoing: subprocess.Popen[bytes] | None = None

    def why_not(self) -> str:
        """The file must be there to be written, and without a mistake of its own."""
        told = self._running.status()
        if told and told.problems:
            return "the configuration or the footage has a problem already"
        return "" if os.access(self._path, os.W_OK) else f"{self._path} cannot be written by this user"

    def strike(self) -> None:
        """Have somebody ready to undo it, then save."""
        size = self._path.stat().st_size
        self._undoing = undo_later("mistake", str(self._path), str(size))
        undoing.make_mistake(self._path, size)

    def noticed_at(self, since: float) -> float | None:
        """The log says KEPT."""
        told = self._running.told("kept", since)
        return float(told["at"]) if told else None

    def is_over(self) -> bool:
        """The loop before it plays, as if nothing had been."""
        return self._running.plays

    def undo(self) -> None:
        """Take the line off."""
        _undo(self._undoing)


class ScreenOff:
    """The screen is switched off, and on again if nobody does."""

    name = "screen switched off"
    darkens = True

    def __init__(self, running: Running) -> None:
        self._running = running
        self._undoing: subprocess.Popen[bytes] | None = None
        self._struck_at = 0.0

    def why_not(self) -> str:
        """Whether a screen obeys is only known by telling it something: to be on, as it is."""
        return "" if self._running.screen.power(True) else "no screen here obeys"

    def strike(self) -> None:
        """Have somebody ready to switch it on, then switch it off."""
        settings = self._running.settings
        self._undoing = undo_later("screen", self._running.kind, settings.output, environ=self._running.environ)
        self._struck_at = time.time()
        if not self._running.screen.power(False):
            raise OSError(errno.EIO, "the screen did not obey")

    def noticed_at(self, since: float) -> float | None:
        """The log says that it was woken."""
        told = self._running.told("woken", since)
        return float(told["at"]) if told else None

    def is_over(self) -> bool:
        """It was woken, and the loop plays."""
        return self._running.told("woken", self._struck_at) is not None and self._running.plays

    def undo(self) -> None:
        """Switch it on."""
        _undo(self._undoing)


def undo_later(*what: str, environ: Mapping[str, str] = os.environ) -> "subprocess.Popen[bytes]":
    """Start the process that undoes something as soon as its standard input ends, however this process may end."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "installation.drill.undoing", *what],
        stdin=subprocess.PIPE,
        env=dict(environ),
        start_new_session=True,  # Ctrl-C is for the drill
    )


def _undo(process: "subprocess.Popen[bytes] | None") -> None:
    if process:
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=UNDO_S)


def _is_lit(picture: Picture | None) -> bool:
    return picture is not None and max(picture.rgb) > LIGHT


def _is_cover(picture: Picture | None) -> bool:
    return picture is None or all(abs(value - GREY) <= NEARLY for value in picture.rgb)
