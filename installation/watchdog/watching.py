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

from installation.places import Places
from installation.player.heartbeat import BEAT_S, PLAYING, Heartbeat
from installation.player.order import Order
from installation.screens.finding import Find, find
from installation.show.model import Show
from installation.watchdog import rules
from installation.watchdog.children import END_S, Mailbox, PlayerProcess
from installation.watchdog.preparing import AGAIN_S, GRACE_S, SLOW_S, Outcome, Preparing
from installation.watchdog.reporting import Reporting
from installation.watchdog.resuming import Resuming
from installation.watchdog.rules import Act, Phase, Seen, State, Told
from installation.watchdog.wall import Wall

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
        self._preparing = Preparing(config, places)
        self._resuming = Resuming(places.resume)
        self._mailbox = Mailbox()
        self._systemd = sdnotify.SystemdNotifier()
        self._woken, self._wake = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._ended = False

        self._holding_until: float | None = None
        self._beginning = True

        self._state = State()
        self._player: PlayerProcess | None = None
        self._output: str | None = None
        self._heavy = False
        self._how_it_ended = ""
        self._problems: tuple[str, ...] = ()
        self._since = time.time()
        self._shown_phase = ""
        self._status_due = self._counted_at = 0.0

    def end(self) -> None:
        """Ask `run` to return; from a signal handler."""
        self._ended = True

    def run(self) -> None:
        """Watch until `end`. Raises UnusableError when there is nothing to begin with."""
        for end in (self._woken, self._wake):
            end.setblocking(False)
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
        if self._state.phase is not Phase.PLAYING or self._preparing.worker:
            return TICK_S
        return max(0.0, min(STATUS_S, self._state.heard_at + self._wall.settings.patience_s - now + 0.01))

    def _begin(self, now: float) -> None:
        """Play the last show at once where nothing has changed; else have one prepared first."""
        self._state = State(due=now)
        current = self._preparing.current()
        if current and current[1].is_playable:
            self._take(*current)
            if current[1].is_fresh and current[1].is_good:
                return
            self._holding_until = now + GRACE_S
        self._preparing.begin()

    def _look(self, now: float) -> None:
        outcome = self._preparing.hear(now)
        if outcome:
            self._answer(outcome, now)
        self._keep_preparing(now)
        if self._holding_until is not None and now >= self._holding_until:
            self._play(now)
        listening_to = self._player
        for beat in self._beats() or [None]:
            if self._player is listening_to:  # what is left of a player that was ended says nothing of the next
                self._decide(now, beat)
        self._write_down(now)

    def _beats(self) -> list[Heartbeat | None]:
        """Return what the player says of what it was asked to play; its last words of a show before do not count."""
        if self._player is None:
            return []
        return [beat for beat in self._mailbox.beats(self._player.pid) if beat.show == self._player.ordered]

    def _decide(self, now: float, beat: Heartbeat | None) -> None:
        """Let the rules take one look, and do what they say."""
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
            elif isinstance(act, Told):
                self._reporting.tell(act, self._how_it_ended)
        if beat:
            self._reporting.hear(beat)
        if Act.KILL in acts:
            self._decide(now, None)  # the first restart is at once, not at the next look

    def _start_player(self) -> None:
        if self._wall.show and not self._wall.is_playable:
            self._preparing.begin()  # a file of the show is gone or changed: the wall stays black until it is known
        if self._state.failures > 1:
            self._output = None
        wall, errors = self._wall, self._places.run / "player.txt"
        start = {"screen": wall.kind, "output": self._output, "picture": self._picture}
        try:
            self._player = PlayerProcess(start, wall.settings, self._mailbox.name, wall.screen.display, errors)
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
        waiting = self._holding_until is not None or (self._preparing.worker and not self._wall.is_playable)
        if show is None or folder is None or waiting:
            return Order()
        return self._resuming.order(show, folder)

    def _play(self, now: float) -> None:
        """Put on the wall what belongs there now; a player set up for another screen or sound is replaced."""
        self._holding_until = None
        if self._player is None or self._player.ordered == self._order().show:
            return
        if self._player.settings != self._wall.settings:
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
        self._problems = show.left_out
        self._beginning = False
        self._resuming.begin(resume=show.settings.after_restart == "resume")
        before = self._wall.kind
        if self._wall.take(folder, show):
            self._output = None
        if self._wall.kind != before:
            self._state = rules.without_screen_outage(self._state)
        self._reporting.take(show, unseen=self._wall.unseen)

    def _keep_preparing(self, now: float) -> None:
        """Say so when it takes long; ask again from time to time while something is missing."""
        if self._preparing.worker:
            if now - self._preparing.worker.started > SLOW_S:
                self._reporting.tell_once("preparing")
        elif self._problems and now - self._preparing.ended_at > self._again_s:
            self._preparing.begin()

    def _answer(self, outcome: Outcome, now: float) -> None:
        """Take up what prepare has made, or say why it made nothing."""
        made = outcome.kind in ("ready", "partial")
        if outcome.kind == "nothing":
            if outcome.unusable and self._beginning:
                raise UnusableError("\n".join(outcome.problems))
            self._wall.clear()
            self._reporting.take(None)
            self._tell_problem("nothing_to_play", outcome)
        elif not made:
            self._tell_problem("kept" if outcome.kind == "kept" else "prepare_failed", outcome)
        current = self._preparing.current()
        if current and (made or current[1].is_playable):
            self._take_up(*current)
        self._problems = tuple(outcome.problems)
        self._beginning = False
        self._play(now)

    def _take_up(self, folder: Path, show: Show) -> None:
        if folder != self._wall.folder:
            self._take(folder, show)
        else:
            self._wall.show = show  # the same, but its files were looked at anew

    def _tell_problem(self, kind: str, outcome: Outcome) -> None:
        first, more = outcome.problems[:1] or ["no reason was given"], max(len(outcome.problems) - 1, 0)
        self._reporting.tell_once(kind, problem=first[0], more=more, edited=outcome.edited)

    def _find_late_screen(self, now: float) -> None:
        if self._wall.find_late_screen():
            self._output = None
            self._reporting.take(None)
            self._reporting.take(self._wall.show)
            self._replace_player(now)

    def _write_down(self, now: float) -> None:
        phase = self._phase()
        if phase != self._shown_phase:
            self._shown_phase, self._since, self._status_due = phase, time.time(), now
        if phase == "playing":
            self._reporting.watch(now - self._counted_at)
        self._counted_at = now
        if now < self._status_due:
            return
        self._status_due = now + STATUS_S
        self._systemd.notify("READY=1\nWATCHDOG=1")
        self._resuming.save(now)
        if self._player:
            self._player.trim()
            self._heavy = self._player.memory_bytes > self._wall.settings.memory_bytes
        present = {"pid": os.getpid(), "phase": phase, "since": self._since, "screen": self._wall.kind}
        present |= {"player": self._player.pid if self._player else 0, "problems": self._problems}
        present |= {"picture": self._picture}
        self._reporting.write_status(present | {"progress": self._preparing.progress}, self._state.last)
        self._find_late_screen(now)

    @property
    def _picture(self) -> str:
        """Where the current picture is written: only where no screen shows it."""
        return "" if self._wall.has_screen else str(self._places.picture)

    def _phase(self) -> str:
        """Name the present as the status file does."""
        state = self._state
        if state.phase is not Phase.PLAYING or (state.last and state.last.intent == PLAYING):
            return state.phase.value
        return "preparing" if self._preparing.worker else "black"

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
