"""The screen, kept as it should be: asked whether it is there, looked at, woken, switched off outside the hours."""

import os
import selectors
import subprocess
import sys
from pathlib import Path

from installation.journal.reporting import Reporting
from installation.processes.kept import Kept
from installation.screens.screen import UNSEEN, Dark, Sight
from installation.wall.wall import Wall

ASK_S = 1.0
"""While all is well the screen is asked this often whether it is there."""
SWITCH_S = 600.0
"""That it is on or off is seen to this often: somebody may have used its remote control."""

EYED = ("x11", "wayland")
"""Kinds of screens that can be read."""
DARKENED = {Dark.SAVER_ON: "saver", Dark.ASLEEP: "sleep", Dark.UNLIT: "unlit"}
"""What visitors have noticed. A screen saver that was only set is undone without a word: every X server sets one."""


class Glass:
    """The screen of a wall, whichever that is now, and the eye on it, which writes what it saw to `picture`."""

    def __init__(self, wall: Wall, picture: Path, selector: selectors.BaseSelector, reporting: Reporting) -> None:
        self.eye_name = f"@installation-eye-{os.urandom(8).hex()}"
        """Where the player is asked what it shows."""
        self._eye = Kept("installation.eye", selector)
        self._picture = picture
        self._wall = wall
        self._reporting = reporting
        self._asked_at = self._switched_at = float("-inf")
        self._sight = Sight.UNKNOWN
        self._size: tuple[int, int] | None = None
        self._is_off = False
        self._switching: subprocess.Popen[bytes] | None = None

    def ask(self, now: float) -> Sight:
        """Ask whether it is there, once in a look of the watchdog: one that stands still takes its time to answer."""
        if now != self._asked_at:
            self._asked_at, self._sight = now, self._wall.screen.look()
        return self._sight

    def glance(self, now: float) -> Sight | None:
        """Ask it, but not more often than it is worth; None in between."""
        return self.ask(now) if now - self._asked_at >= ASK_S else None

    def seen(self, now: float, *, closed: bool) -> str:
        """Return what the eye has said last since it was asked before; empty where it said nothing.

        Nothing either where the screen was dark for a reason that is gone now: it slept, or its saver was on.
        """
        if self._wall.kind not in EYED:
            self._eye.end()
            return ""
        looks = (self._wall.kind, self._wall.settings.output, self.eye_name, str(self._picture))
        messages, _ = self._eye.hear(now, *looks)
        sees = str(messages[-1].get("sees", "")) if messages else ""
        return "" if sees in UNSEEN and not closed and self._wake() else sees

    def measure(self) -> None:
        """Remember its size, for which a player is set up now."""
        self._size = self._wall.screen.size

    @property
    def resized(self) -> bool:
        """Whether it has another size than when it was measured."""
        size = self._wall.screen.size
        return size is not None and self._size is not None and size != self._size

    def tend(self, now: float, *, closed: bool) -> None:
        """Keep it awake while the wall is open, and switch it off and on with the hours where they say so."""
        hours = self._wall.settings.hours
        switches = hours is not None and hours.outside == "screen off"
        should_be_off = switches and closed
        if self._switching and self._switching.poll() is not None:
            if self._switching.returncode and self._is_off:  # one that is on already need not obey
                self._reporting.tell_once("unswitchable")
            self._switching = None
        due = switches and now - self._switched_at >= SWITCH_S
        if (due or should_be_off != self._is_off) and self._switching is None:
            self._switch(on=not should_be_off)
            self._switched_at, self._is_off = now, should_be_off
        if not closed:
            self._wake()

    def end(self) -> None:
        """Let go of it."""
        self._eye.end()
        if self._switching:
            self._switching.kill()
            self._switching.wait()
        self._wall.screen.close()

    def _wake(self) -> bool:
        """Undo what darkens it without anybody's doing; tells whether visitors have noticed."""
        causes = [DARKENED[dark] for dark in self._wall.screen.wake() if dark in DARKENED]
        for cause in causes:
            self._reporting.tell_once("woken", cause=cause)
        return bool(causes)

    def _switch(self, *, on: bool) -> None:
        command = ["on" if on else "off", self._wall.kind, self._wall.settings.output]
        try:
            self._switching = subprocess.Popen(
                [sys.executable, "-P", "-m", "installation.screens", *command],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **self._wall.screen.environ},
            )
        except OSError:  # no memory for another process: in ten minutes perhaps
            return
