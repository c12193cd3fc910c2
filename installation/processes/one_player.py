"""The one player: at most one life of it at a time, what it says, and how the last one ended."""

import selectors
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from installation.player.heartbeat import Heartbeat
from installation.player.order import Order
from installation.processes.children import END_S, Mailbox, PlayerProcess
from installation.show.model import Settings


class OnePlayer:
    """Starts and ends player processes."""

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._mailbox = Mailbox()
        self._process: PlayerProcess | None = None
        self.lives = 0
        """How many processes there have been."""
        self.output: str | None = None
        """The video output that worked; None while that is not known."""
        self.had_gpu = False
        """Whether the graphics processor has ever worked."""
        self.how_it_ended = ""
        self.memory_bytes = 0
        """What it held in memory when that was last looked at."""
        selector.register(self._mailbox.socket, selectors.EVENT_READ)

    @property
    def is_there(self) -> bool:
        """Whether one was started and not ended: its process may have died by itself."""
        return self._process is not None

    @property
    def running(self) -> bool:
        """Whether its process lives."""
        return self._process is not None and self._process.running

    @property
    def pid(self) -> int:
        """Its process number; 0 while there is none."""
        return self._process.pid if self._process else 0

    @property
    def settings(self) -> Settings | None:
        """What it was set up for."""
        return self._process.settings if self._process else None

    def start(self, start: Mapping[str, Any], settings: Settings, screen: Mapping[str, str], order: Order) -> None:
        """Start one with the words of `start`, in the environment of its screen, and give it an order."""
        try:
            self._process = PlayerProcess(start, settings, self._mailbox.name, screen)
        except OSError as error:  # no memory for another process: it is tried again like a player that ended
            self.how_it_ended = str(error)
            return
        self.lives += 1
        self._selector.register(self._process.ended, selectors.EVENT_READ)
        self._process.order(order)

    def follow(self, order: Order) -> bool:
        """Have it play what is ordered, unless it does; tells whether it was told to."""
        if self._process is None or self._process.ordered[-1 if order.at_wrap else 0] == order.show:
            return False
        self._process.order(order)
        return True

    def beats(self) -> list[Heartbeat]:
        """Return what it has said of what it was asked to play."""
        process = self._process
        if process is None:
            return []
        beats = [beat for beat in self._mailbox.beats(process.pid) if process.plays(beat.show)]
        for beat in beats:
            self.output = beat.output or self.output
            self.had_gpu = self.had_gpu or self.output == "gpu"
        return beats

    def look_after(self) -> None:
        """Weigh it, and keep its complaints few."""
        if self._process:
            self._process.trim()
            self.memory_bytes = self._process.memory_bytes

    def kill(self) -> None:
        """End it at once."""
        self._end(0.0)

    def end(self) -> None:
        """Ask it to end, and end it when it does not."""
        if self._process:
            with suppress(ProcessLookupError):
                self._process.ask_to_end()
            self._end(END_S)

    def _end(self, within_s: float) -> None:
        if self._process:
            self._selector.unregister(self._process.ended)
            self.how_it_ended = self._process.finish(within_s)
            self._process, self.memory_bytes = None, 0
