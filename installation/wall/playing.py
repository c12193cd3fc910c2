"""The player that the wall needs: set up for its screen and its settings, and playing what belongs there."""

import selectors
from enum import Enum
from typing import Any

from installation.places import Places
from installation.player.options import rungs
from installation.player.order import Order
from installation.processes.one_player import OnePlayer
from installation.wall.glass import Glass
from installation.wall.programme import Programme


class Turn(Enum):
    """What the player was made to do: play something else at once, or give way to one that is set up otherwise."""

    ORDERED = "ordered"
    REPLACED = "replaced"


class WallPlayer(OnePlayer):
    """The one player, and how it is set up; at most one process at a time."""

    def __init__(self, programme: Programme, glass: Glass, places: Places, selector: selectors.BaseSelector) -> None:
        super().__init__(selector)
        self._programme, self._wall, self._glass = programme, programme.wall, glass
        self._picture = places.picture
        self._kind = self._wall.kind

    @property
    def rungs(self) -> tuple[int, ...]:
        """The ways to set one up that differ here: player.options.Rung."""
        return rungs(self._wall.settings, self._wall.kind, self.output)

    @property
    def makes_do(self) -> bool:
        """Whether it plays without the graphics processor that it had."""
        return self.had_gpu and self.output not in (None, "gpu")

    def set_up(self, now: float, rung: int, *, afresh: bool) -> None:
        """Start one; `afresh`: it is to find the video output that works itself, whatever worked before."""
        self._programme.before_start(now)
        self._glass.measure()
        where: dict[str, Any] = {"screen": self._wall.kind, "picture": self._unseen, "eye": self._glass.eye_name}
        start = where | {"output": None if afresh else self.output, "rung": rung}
        self.start(start, self._wall.settings, self._wall.screen.environ, self._programme.order())

    def replace(self) -> None:
        """End it, so that the next one is set up for what is there now."""
        self.end()
        self.output = None

    def keep_to(self, *, is_seen: bool) -> Turn | None:
        """Have it play what belongs on the wall, and know of what waits; one set up for another wall is replaced."""
        elsewhere, self._kind = self._wall.kind != self._kind, self._wall.kind
        if elsewhere or (self.settings and self._wall.needs_another_player(self.settings)):
            self.replace()
            return Turn.REPLACED
        if self.follow(self._programme.order()):
            return Turn.ORDERED
        if is_seen:
            self.follow(Order(self._programme.waiting(), at_wrap=True))
        return None

    @property
    def present(self) -> dict[str, Any]:
        """What the status tells of it."""
        return {"player": self.pid, "screen": self._wall.kind, "picture": self._unseen}

    @property
    def _unseen(self) -> str:
        """Where the current picture is written: only where no screen shows it."""
        return "" if self._wall.has_screen else str(self._picture)
