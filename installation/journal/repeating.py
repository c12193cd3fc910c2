"""A fault that comes again is told once and then counted; how often is told when it has been quiet."""

from dataclasses import dataclass
from datetime import datetime

from installation.journal.events import Event

REPEAT_S = 3600.0
"""The same fault again within this time is counted, not told."""
QUIET_S = 300.0
"""What was counted is told once so much time has passed without another."""

Fault = tuple[str, int]
"""The name of a fault, and the cue in which it happened."""


@dataclass(slots=True)
class Repeating:
    """The fault that was told last, and how often it came again since. Times are monotonic seconds."""

    _fault: Fault | None = None
    _told_at: float = 0.0
    _last_at: float = 0.0
    _last: str = ""
    _count: int = 0
    _dark_s: float = 0.0

    def fixed(self, fault: Fault, dark_s: float, now: float, clock: datetime) -> tuple[bool, Event | None]:
        """Take in a fault that was mended; says whether to tell it, and what must be told before.

        `clock` is the local time; `dark_s` is how long the picture was away.
        """
        counts = fault == self._fault and now - self._told_at < REPEAT_S
        before = None if counts else self._counted()
        self._last_at, self._last = now, f"{clock:%H:%M}"
        if counts:
            self._count, self._dark_s = self._count + 1, self._dark_s + dark_s
        else:
            self._fault, self._told_at = fault, now
        return not counts, before

    def quiet(self, now: float) -> Event | None:
        """Say what was counted, once it is quiet."""
        return self._counted() if now - self._last_at >= QUIET_S else None

    def _counted(self) -> Event | None:
        if not self._count:
            return None
        told = Event("again", {"count": self._count, "dark": self._dark_s, "last": self._last})
        self._count, self._dark_s = 0, 0.0
        return told
