"""Looks at the whole screen some 100 times a second and keeps the light of chosen spots, and when it was there."""

import threading
import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from mss import MSS
from numpy.typing import NDArray

SAMPLES_PER_S = 120

Spot = tuple[int, int, int, int]
"""Left, top, width and height of a part of the screen, in pixels."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one look saw: a monotonic time, and for each spot its mean red, green and blue (0 to 255) and brightest."""

    at: float
    colours: tuple[tuple[float, float, float], ...]
    brightest: tuple[int, ...]

    def level(self, spot: int = 0) -> float:
        """The mean light of a spot."""
        return sum(self.colours[spot]) / 3


class LevelReader:
    """Looks at spots of a display in a thread of its own while the `with` block lasts."""

    def __init__(self, display: str, spots: list[Spot]) -> None:
        self.looks: list[Look] = []
        self._display, self._spots = display, spots
        self._ending = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._read, name="levels", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join(timeout=5)
        if self._failure is not None:
            raise self._failure

    def _read(self) -> None:
        try:
            self._watch()
        except Exception as failure:  # noqa: BLE001  an instrument that fails must not fall silent
            self._failure = failure

    def _watch(self) -> None:
        with MSS(display=self._display) as screen:
            while not self._ending.wait(1 / SAMPLES_PER_S):
                seen = screen.grab(screen.monitors[0])
                picture = np.frombuffer(seen.raw, np.uint8).reshape(seen.height, seen.width, 4)
                self.looks.append(self._look(picture, time.monotonic()))

    def _look(self, picture: NDArray[np.uint8], at: float) -> Look:
        parts = [picture[top : top + height, left : left + width, 2::-1] for left, top, width, height in self._spots]
        means = [part.reshape(-1, 3).mean(axis=0) for part in parts]
        colours = tuple((float(red), float(green), float(blue)) for red, green, blue in means)
        return Look(at, colours, tuple(int(part.max()) for part in parts))
