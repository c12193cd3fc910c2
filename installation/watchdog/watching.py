"""The watchdog's own loop: looks, lets the rules decide, and does what they say."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import sdnotify

from installation.journal.events import Event
from installation.journal.reporting import Reporting
from installation.places import Places
from installation.player.heartbeat import BEAT_S, Heartbeat
from installation.player.options import need_another_player
from installation.player.order import Order
from installation.processes.children import END_S, Mailbox, PlayerProcess
from installation.screens.finding import Find, find
from installation.show.model import Show
from installation.wall.preparing import AGAIN_S, GRACE_S, Outcome, Preparing
from installation.wall.resuming import Resuming
from installation.wall.wall import Wall
from installation.watchdog import rules
from installation.watchdog.rules import Act, Phase, Seen, State

TICK_S = 0.25
"""Without anything to hear, the watchdog looks this often."""
STATUS_S = 2.0
"""The status file is replaced, and systemd told, this often."""


class UnusableError(Exception):
    """There is no usable configuration and no show from before; the text lists the problems."""


class Watchdog:
    """One installation: one player at a time, one worker at a time, until `end`."""

    def __init__(
        self,
        config: Path,
        places: Places,
        say: Callable[[str], None],
        find_screen: Find = find,
        again_s: float = AGAIN_S,
    ) -> None:
        self._places = places
        self._again_s = again_s
        self._wall = Wall(find_screen)
        self._reporting = Reporting(places, say)
        self._resuming = Resuming(places.resume)
        self._mailbox = Mailbox()
        self._systemd = sdnotify.SystemdNotifier()
        self._woken, self._wake = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._preparing = Preparing(config, places, self._selector, lambda: self._wall.folders)
        self._ended = False

        self._holding_until: float | None = None
        self._beginning = True

        self._state = State()
        self._player: PlayerProcess | None = None
        self._output: str | None = None
        self._heavy = False
        self._how_it_ended = ""
        self._problems: tuple[str, ...] = ()
        self._status_due = 0.0

    def end(self) -> None:
        """Ask `run` to return; from a signal handler."""
        self._ended = True

    def run(self) -> None:
        """Watch until `end`. Raises UnusableError when there is nothing to begin with."""
        self._wake.setblocking(False)
        self._woken.setblocking(False)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        for readable in (self._mailbox.socket, self._woken):
            self._selector.register(readable, selectors.EVENT_READ)
        try:
            self._begin(time.monotonic())
            while not self._ended:
                self._selector.select(self._quiet_s(time.monotonic()))
                with suppress(BlockingIOError):
                    self._woken.recv(64)
                self._look(time.monotonic())
        finally:
            self._finish()

    def _quiet_s(self, now: float) -> float:
        """Say how long nothing need be looked at: while all is well, until the player's patience would end."""
        if self._state.phase is not Phase.PLAYING or self._preparing.runs:
            return TICK_S
        return max(0.0, min(STATUS_S, self._state.heard_at + self._wall.settings.patience_s - now + 0.01))

    def _begin(self, now: float) -> None:
        """Play the last show at once where nothing has changed; else have one prepared first."""
        self._state = State(due=now)
        current = self._preparing.current()
        if current and current[1].is_playable:
            self._wall.newest, self._problems = current, current[1].left_out
            self._take(*current)
            if current[1].is_fresh and current[1].is_good:
                return
            self._holding_until = now + GRACE_S
        self._preparing.begin(now)

    def _look(self, now: float) -> None:
        self._preparing.notice(now)
        if outcome := self._preparing.hear(now):
            self._answer(outcome, now)
        self._preparing.repeat(now, self._again_s, in_trouble=bool(self._problems))
        if self._preparing.is_slow(now):
            self._reporting.tell_once("preparing")
        if self._holding_until is not None and now >= self._holding_until:
            self._play(now)
        listening_to = self._player
        for beat in self._beats() or [None]:
            if self._player is listening_to:  # what is left of a player that was ended says nothing of the next
                self._decide(now, beat)
        self._write_down(now)

    def _beats(self) -> list[Heartbeat | None]:
        """Return what the player says of what it was asked to play."""
        player = self._player
        return [beat for beat in self._mailbox.beats(player.pid) if player.plays(beat.show)] if player else []

    def _decide(self, now: float, beat: Heartbeat | None) -> None:
        """Let the rules take one look, and do what they say."""
        if beat and beat.show and beat.show != str(self._wall.folder):
            self._turn(beat, now)
        seen = Seen(now, running=self._player is not None and self._player.running, heavy=self._heavy, beat=beat)
        patience_s = self._wall.settings.patience_s
        fault = rules.find_fault(self._state, seen, patience_s)
        if fault == "ended" and self._wall.show:
            self._resuming.advance(self._wall.show, min(now - self._state.heard_at, BEAT_S))
        if fault or self._state.phase in (Phase.RESTING, Phase.WAITING):
            seen = replace(seen, sight=self._wall.screen.look())
        if beat:
            self._output = beat.output or self._output
        if beat and self._wall.show and beat.show:
            self._resuming.note(self._wall.show, beat)
        self._state, acts = rules.step(self._state, seen, patience_s)
        for act in acts:
            if act is Act.START:
                self._start_player()
            elif act is Act.KILL:
                self._end_player()
            elif isinstance(act, Event):
                self._reporting.tell(act, self._how_it_ended)
        if beat:
            self._reporting.hear(beat)
        if Act.KILL in acts:
            self._decide(now, None)  # the first restart is at once, not at the next look

    def _start_player(self) -> None:
        if self._wall.waits and self._wall.newest:
            self._take(*self._wall.newest)
        if self._wall.show and not self._wall.is_playable:
            # a file of the show is gone or changed: the wall stays black until it is known
            self._preparing.begin(time.monotonic())
        if self._state.failures > 1:
            self._output = None
        wall, errors = self._wall, self._places.run / "player.txt"
        start = {"screen": wall.kind, "output": self._output, "picture": self._picture}
        try:
            self._player = PlayerProcess(start, wall.settings, self._mailbox.name, wall.screen.environ, errors)
        except OSError as error:  # no memory for another process: it is tried again like a player that ended
            self._how_it_ended = str(error)
            return
        self._selector.register(self._player.ended, selectors.EVENT_READ)
        self._player.order(self._order())

    def _end_player(self, within_s: float = 0.0) -> None:
        if self._player:
            self._selector.unregister(self._player.ended)
            self._how_it_ended = self._player.finish(within_s)
            self._player, self._heavy = None, False

    def _order(self) -> Order:
        """Say what belongs on the wall now: the show at its place, or black."""
        show, folder = self._wall.show, self._wall.folder
        waiting = self._holding_until is not None or (self._preparing.runs and not self._wall.is_playable)
        if show is None or folder is None or waiting:
            return Order()
        return self._resuming.order(show, folder)

    def _play(self, now: float) -> None:
        """Put on the wall what belongs there now; a player set up for another screen or sound is replaced."""
        self._holding_until = None
        if self._player is None or self._player.ordered[0] == self._order().show:
            return
        if need_another_player(self._player.settings, self._wall.settings):
            self._replace_player(now)
            return
        self._player.order(self._order())
        self._state = rules.ordered(self._state, now)

    def _replace_player(self, now: float) -> None:
        if self._player:
            self._player.ask_to_end()
            self._end_player(END_S)
        self._state = rules.replaced(self._state, now)

    def _take(self, folder: Path, show: Show) -> None:
        """Have a show on the wall, and speak of it."""
        self._beginning = False
        self._resuming.begin(resume=show.settings.after_restart == "resume")
        before = self._wall.kind
        if self._wall.take(folder, show):
            self._output = None
        if self._wall.kind != before:
            self._state = rules.without_screen_outage(self._state)
        self._reporting.take(show, unseen=self._wall.unseen)

    def _answer(self, outcome: Outcome, now: float) -> None:
        """Take up what prepare has made, or say why it made nothing."""
        if outcome.kind == "nothing" and not self._state.is_seen:
            if outcome.unusable and self._beginning:
                raise UnusableError("\n".join(outcome.problems))
            self._wall.clear()
            self._reporting.take(None)
            self._reporting.tell_problem("nothing_to_play", outcome)
        elif not outcome.made:
            self._reporting.tell_problem("prepare_failed" if outcome.kind == "failed" else "kept", outcome)
        current = self._preparing.current()
        if current and (outcome.made or current[1].is_playable):
            self._take_up(*current, outcome)
        self._problems = tuple(outcome.problems)
        self._beginning = False
        self._play(now)

    def _take_up(self, folder: Path, show: Show, outcome: Outcome) -> None:
        """Have the newest show on the wall: at the next wrap, or at once where nothing is seen.

        At once too where another player is needed: no join hides that, and the technician who changed the screen or
        the sound stands before it.
        """
        self._wall.newest = folder, show
        if folder == self._wall.folder:
            self._wall.show = show  # the same, but its files were looked at anew
            if outcome.kind == "ready" and (outcome.saved or self._problems) and self._state.is_seen:
                self._reporting.tell_same()
        elif not self._state.is_seen or need_another_player(self._wall.settings, show.settings):
            self._take(folder, show)
            return
        if self._player and self._state.is_seen and self._player.ordered[-1] != str(folder):
            self._player.order(Order(str(folder), at_wrap=True))

    def _turn(self, beat: Heartbeat, now: float) -> None:
        """Take note that the player has come to the wrap, and turned to a show that waited."""
        show = self._preparing.read(Path(beat.show))
        if show:
            self._take(Path(beat.show), show)
            self._state = self._state if beat.ready else rules.ordered(self._state, now)

    def _find_late_screen(self, now: float) -> None:
        if self._wall.find_late_screen():
            self._output = None
            self._reporting.take(None)
            self._reporting.take(self._wall.show)
            self._replace_player(now)

    def _write_down(self, now: float) -> None:
        idle = "preparing" if self._preparing.runs else "black"
        phase = idle if self._state.phase is Phase.PLAYING and not self._state.is_seen else self._state.phase.value
        if not self._reporting.watch(phase, now, waits=self._wall.waits) and now < self._status_due:
            return
        self._status_due = now + STATUS_S
        self._systemd.notify("READY=1\nWATCHDOG=1")
        self._resuming.save(now)
        if self._player:
            self._player.trim()
            self._heavy = self._player.memory_bytes > self._wall.settings.memory_bytes
        present = {"pid": os.getpid(), "screen": self._wall.kind, "picture": self._picture, "problems": self._problems}
        present |= {"player": self._player.pid if self._player else 0, "progress": self._preparing.progress}
        self._reporting.write_status(present, self._state.last)
        self._find_late_screen(now)

    @property
    def _picture(self) -> str:
        """Where the current picture is written: only where no screen shows it."""
        return "" if self._wall.has_screen else str(self._places.picture)

    def _finish(self) -> None:
        """End every child, write the last words."""
        if self._player:
            self._player.ask_to_end()
        self._preparing.end()
        self._end_player(END_S)
        self._wall.screen.close()
        now = time.monotonic()
        self._reporting.close(dark_s=now - self._state.outage.since if self._state.outage else 0.0)
        self._resuming.save(now, at_once=True)
        with suppress(OSError):
            self._places.status.unlink(missing_ok=True)
