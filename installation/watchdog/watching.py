"""The watchdog's own loop: looks, lets the rules decide, and does what they say."""

import os
import selectors
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import sdnotify

from installation.journal.events import Event
from installation.journal.reporting import Reporting
from installation.places import Places
from installation.player.heartbeat import Heartbeat
from installation.screens.finding import Find, find
from installation.wall.glass import Glass
from installation.wall.playing import Turn, WallPlayer
from installation.wall.preparing import AGAIN_S, MEMORY_BYTES
from installation.wall.programme import Programme
from installation.watchdog import rules
from installation.watchdog.rules import Act, Phase, Seen, State

TICK_S = 0.25
"""Without anything to hear, the watchdog looks this often."""
STATUS_S = 2.0
"""The status file is replaced, and systemd told, this often."""


class Watchdog:
    """One installation: one player at a time, until `end`."""

    def __init__(
        self,
        config: Path,
        places: Places,
        say: Callable[[str], None],
        find_screen: Find = find,
        again_s: float = AGAIN_S,
    ) -> None:
        self._places = places
        self._selector = selectors.DefaultSelector()
        self._reporting = Reporting(places, say)
        self._programme = Programme(config, places, self._selector, self._reporting, find_screen, again_s)
        self._wall = self._programme.wall
        self._glass = Glass(self._wall, places.picture, self._selector, self._reporting)
        self._player = WallPlayer(self._programme, self._glass, places, self._selector)
        self._systemd = sdnotify.SystemdNotifier()
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._selector.register(self._bell, selectors.EVENT_READ)
        self._ended = self._reads_again = self._closed = False
        self._status_due = 0.0
        self._state = State()

    def end(self) -> None:
        """Ask `run` to return; from a signal handler."""
        self._ended = True
        os.eventfd_write(self._bell, 1)

    def read_again(self) -> None:
        """Ask that the files be read again; from a signal handler."""
        self._reads_again = True
        os.eventfd_write(self._bell, 1)

    def run(self) -> None:
        """Watch until `end`. Raises UnusableError when there is nothing to begin with."""
        try:
            self._state = State(due=time.monotonic())
            self._programme.begin(time.monotonic())
            while not self._ended:
                self._selector.select(self._quiet_s(time.monotonic()))
                with suppress(BlockingIOError):
                    os.eventfd_read(self._bell)
                self._look(time.monotonic())
        finally:
            self._finish()

    def _quiet_s(self, now: float) -> float:
        """Say how long nothing need be looked at: while all is well, until the player's patience would end."""
        if self._state.phase is not Phase.PLAYING or self._programme.prepares:
            return TICK_S
        return max(0.0, min(STATUS_S, self._state.heard_at + self._wall.settings.patience_s - now + 0.01))

    def _look(self, now: float) -> None:
        if self._reads_again:
            self._reads_again = False
            self._programme.prepare_again(now)
        if self._programme.look(now, is_seen=self._state.is_seen):
            self._state = rules.edited(self._state)
        if self._programme.closed != self._closed:
            self._open_or_close(now)
        match self._player.keep_to(is_seen=self._state.is_seen):
            case Turn.REPLACED:
                self._state = rules.replaced(self._state, now)
            case Turn.ORDERED:
                self._state = rules.ordered(self._state, now)
        life = self._player.lives
        for beat in (*self._player.beats(), None):
            if self._player.lives == life:  # what is left of a player that was ended says nothing of the next
                self._decide(now, beat)
        self._write_down(now)

    def _open_or_close(self, now: float) -> None:
        self._closed = self._programme.closed
        if self._closed:
            self._reporting.close(self._outage_s(now))
        self._state = rules.turned(self._state, now)

    def _decide(self, now: float, beat: Heartbeat | None) -> None:
        """Let the rules take one look, and do what they say."""
        if beat and self._programme.hear(beat) and not beat.ready:
            self._state = rules.ordered(self._state, now)
        seen = self._seen(now, beat)
        self._state, acts = rules.step(self._state, seen, self._wall.settings.patience_s)
        for act in acts:
            match act:
                case Act.START:
                    self._player.set_up(now, self._state.blame.rung, afresh=self._state.failures > 1)
                case Act.KILL:
                    self._player.kill()
                case Act.SKIP:
                    self._programme.skip()
                case Act.LIFT:
                    self._wall.screen.lift(self._player.pid)
                case Event():
                    self._reporting.tell(act, self._player.how_it_ended)
        self._programme.set_aside(self._state.blame.aside, now)
        if beat:
            self._reporting.hear(beat)
        if Act.KILL in acts:
            self._decide(now, None)  # the first restart is at once, not at the next look

    def _seen(self, now: float, beat: Heartbeat | None) -> Seen:
        """Look at the player and, where something is wrong or it is time to, at its screen."""
        player, closed, allowed_bytes = self._player, self._programme.closed, self._wall.settings.memory_bytes
        eye = self._glass.seen(now, closed=closed)
        seen = Seen(now, player.running, beat, closed=closed, eye=eye)
        seen = replace(seen, memory_bytes=player.memory_bytes, allowed_bytes=allowed_bytes, spare_bytes=MEMORY_BYTES)
        fault = rules.find_fault(self._state, seen, self._wall.settings.patience_s)
        if fault == "ended" and self._state.is_seen:
            self._programme.ended(now - self._state.heard_at)
        if fault:
            seen = replace(seen, place=self._programme.standing(), rungs=player.rungs)
        if fault or self._state.phase in (Phase.RESTING, Phase.WAITING):
            return replace(seen, sight=self._glass.ask(now))
        if closed or self._state.phase is not Phase.PLAYING:
            return seen
        return replace(seen, sight=self._glass.glance(now))

    def _write_down(self, now: float) -> None:
        """Write the status and the place, and see to what need not be seen to at every look."""
        blackens = self._state.phase is Phase.PLAYING and not self._state.is_seen
        phase = self._programme.why_black if blackens else self._state.phase.value
        if not self._reporting.watch(phase, now, waits=self._wall.waits) and now < self._status_due:
            return
        self._status_due = now + STATUS_S
        self._systemd.notify("READY=1\nWATCHDOG=1")
        self._programme.save(now)
        self._player.look_after()
        self._reporting.write_status(self._programme.present | self._player.present, self._state.last)
        self._glass.tend(now, closed=self._programme.closed)
        self._programme.find_late_screen()
        tries_again = self._programme.see_to_archive() and (self._state.blame.rung or self._player.makes_do)
        if self._player.is_there and (tries_again or self._glass.resized):
            self._player.replace()
            self._state = rules.replaced(self._state, now)

    def _outage_s(self, now: float) -> float:
        return now - self._state.outage.since if self._state.outage and not self._closed else 0.0

    def _finish(self) -> None:
        """End every child, write the last words."""
        self._player.end()
        now = time.monotonic()
        self._reporting.close(self._outage_s(now))
        self._programme.end(now)
        self._glass.end()
        with suppress(OSError):
            self._places.status.unlink(missing_ok=True)
