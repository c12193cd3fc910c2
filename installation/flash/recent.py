"""The pictures of the last two seconds: their numbers, their times, and which of them count together with the last."""

from bisect import bisect_right
from collections import deque

from installation.flash.limits import SECOND_S, TOGETHER_S

_ROUNDING_S = 1e-6


class Recent:
    """Numbers the pictures of a film, from 1 on, and tells which of them are near the last."""

    def __init__(self) -> None:
        self.number, self.since, self.second = 0, 0, 0
        """The last picture, the first that counts together with it, and the first of the second that ends with it."""
        self._times: deque[float] = deque()

    def see(self, time_s: float) -> None:
        """Take in the time of the next picture."""
        self.number += 1
        self._times.append(time_s)
        while self._times[0] < time_s - 2 * SECOND_S - TOGETHER_S:
            self._times.popleft()
        self.since = min(self._after(time_s - TOGETHER_S - 2 * _ROUNDING_S), max(self.number - 1, self._oldest))
        self.second = self._after(time_s - SECOND_S)

    def time_s(self, number: int) -> float:
        """Return the time of a picture of the last two seconds."""
        return self._times[number - self._oldest]

    def knows(self, number: int) -> bool:
        """Whether a picture lies no farther back."""
        return number >= self._oldest

    @property
    def _oldest(self) -> int:
        return self.number - len(self._times) + 1

    def _after(self, time_s: float) -> int:
        """Return the first picture that is later than a time."""
        return self._oldest + bisect_right(self._times, time_s + _ROUNDING_S)
