"""When what disturbs nobody is done: once a day, as the wall closes, or in the small hours where it never does."""

from datetime import date, datetime

SMALL_HOUR = 4
"""The local hour at which no gallery that is always open has visitors."""


class Night:
    """The nights that have been."""

    def __init__(self) -> None:
        self._last: date | None = None
        self._was_closed = False

    def falls(self, now: datetime, *, closes: bool, closed: bool) -> bool:
        """Tell, once a night, that it is there; `closes`: the wall has hours. `now` is local time.

        A wall that is found closed at its start counts as having closed.
        """
        before, self._was_closed = self._was_closed, closed
        night = (closed and not before) if closes else now.hour == SMALL_HOUR
        if not night or self._last == now.date():
            return False
        self._last = now.date()
        return True
