"""Reads the strip off the screen some 500 times a second and keeps what it saw, and when."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import numpy as np
from mss import MSS
from mss.exception import ScreenShotError

from tests.glass.marked import BLIND, Area, Seen, decode_strip

SAMPLES_PER_S = 500
BLIND_S = 0.1  # a longer silence between two samples, of a frozen server, is kept as a run of BLIND


@dataclass(slots=True)
class Run:
    """One thing seen without a break, from the first sample that showed it to the last; monotonic seconds.

    It may have come up to `unsure_s` before `first`: the time since the sample before.
    """

    first: float
    last: float
    seen: Seen
    unsure_s: float = 0.0


class GlassReader:
    """Looks at `area` of the root window of `display` in a thread of its own while the `with` block lasts.

    A frame's first appearance is known to one sampling step (2 ms at 500 a second, 0.06 frames at 30 fps); it is
    never told too early. A server that is gone or does not answer gives a run of BLIND, and the reader takes up
    again by itself when one comes back on the same display. What goes wrong in the reader itself is raised when the
    block ends.
    """

    def __init__(self, display: str, area: Area, samples_per_s: int = SAMPLES_PER_S) -> None:
        self.readings: list[Run] = []
        self._display, self._area, self._step = display, area, 1 / samples_per_s
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._read, name="glass", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join(timeout=2)  # a frozen server may hold the thread: it is a daemon
        if self._failure is not None:
            raise self._failure

    def wait_for(self, wanted: Callable[[Seen], bool], timeout: float, since: float = 0.0) -> Run | None:
        """Wait for the first run that begins at or after `since` and is wanted; None where none came in time."""
        until, looked = time.monotonic() + timeout, 0
        with self._changed:
            while True:
                while looked < len(self.readings):
                    run = self.readings[looked]
                    if run.first >= since and wanted(run.seen):
                        return run
                    looked += 1
                if not self._changed.wait(until - time.monotonic()) and time.monotonic() >= until:
                    return None

    def _read(self) -> None:
        try:
            self._look()
        except Exception as failure:  # noqa: BLE001  an instrument that fails must not fall silent
            self._failure = failure

    def _look(self) -> None:
        while not self._ending.is_set():
            try:
                _knock(self._display)
                with MSS(display=self._display) as screen:
                    self._sample(screen)
            except (ScreenShotError, OSError):
                self._keep(BLIND)
                self._ending.wait(0.02)

    def _sample(self, screen: MSS) -> None:
        """Read until the end, or until the server goes away (ScreenShotError)."""
        left, top, width, height = self._area
        place = {"left": left, "top": top, "width": width, "height": height}
        before, seen = b"", None
        due = time.monotonic()
        while not self._ending.is_set():
            raw = bytes(screen.grab(place).raw)
            if raw != before or seen is None:
                before = raw
                seen = decode_strip(np.frombuffer(raw, np.uint8).reshape(height, width, 4)[..., 1])
            self._keep(seen)
            due = max(due + self._step, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()))

    def _keep(self, seen: Seen) -> None:
        now = time.monotonic()
        runs = self.readings
        if runs and runs[-1].seen == seen and (seen is BLIND or now - runs[-1].last < BLIND_S):
            runs[-1].last = now
            return
        with self._changed:
            silence = now - runs[-1].last if runs else 0.0
            if silence >= BLIND_S and seen is not BLIND:
                runs.append(Run(runs[-1].last, now, BLIND))
            runs.append(Run(now, now, seen, silence))
            self._changed.notify_all()


def _knock(display: str) -> None:
    """Raise OSError while no server listens on its own socket.

    Xlib would go on to ask the network for one, and where no resolver knows `localhost` that takes five seconds.
    """
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(f"/tmp/.X11-unix/X{display.removeprefix(':')}")  # noqa: S108 - where X servers listen
