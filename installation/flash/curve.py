"""A film's course in a bounded number of points: how bright it is, how much of it changes, how often it flashes."""

from dataclasses import dataclass

MOST = 4096
"""Points of a curve; where a film has more pictures, two neighbours become one, again and again."""


@dataclass(slots=True)
class Point:
    """One picture, or what some that follow each other have at the most and at the least.

    Times in seconds; `dark` and `bright` are mean luminances of a picture, `area` the largest share of a field of view
    that changed together, `flashes` the most flashes in a second that were counted when they ended here.
    """

    start_s: float
    dark: float
    bright: float
    area: float
    flashes: int

    def join(self, after: "Point") -> None:
        """Take in the next point."""
        self.dark, self.bright = min(self.dark, after.dark), max(self.bright, after.bright)
        self.area, self.flashes = max(self.area, after.area), max(self.flashes, after.flashes)


class Curve:
    """Points in the order of time."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._each = 1
        self._in_last = 0

    def add(self, point: Point) -> None:
        """Add the next picture."""
        if self.points and self._in_last < self._each:
            self.points[-1].join(point)
            self._in_last += 1
            return
        if len(self.points) == MOST:
            self._halve()
        self.points.append(point)
        self._in_last = 1

    def _halve(self) -> None:
        for one, after in zip(self.points[::2], self.points[1::2], strict=True):
            one.join(after)
        self.points = self.points[::2]
        self._each *= 2
