"""Whether somebody, or a time server, has set the clock."""

TOLD_S = 60.0
"""Less than this is no news: time servers correct a clock by seconds."""


class Clock:
    """Holds the time of day against a clock that nobody sets."""

    def __init__(self) -> None:
        self._apart_s: float | None = None

    def was_set(self, day_s: float, steady_s: float) -> float:
        """Return by how many seconds the clock was set since the last look, back as a negative number; 0 if it was not.

        `day_s` is the time of day in Unix seconds, `steady_s` comes from the clock that nobody sets.
        """
        apart_s = day_s - steady_s
        before_s, self._apart_s = self._apart_s, apart_s
        moved_s = apart_s - before_s if before_s is not None else 0.0
        return moved_s if abs(moved_s) >= TOLD_S else 0.0
