"""Sound that holds the picture: libmpv goes by the clock of the sound device, and one that stalls stalls it all.

Some devices stand still, others keep libmpv itself waiting, which then answers nobody and is not to be rescued: the
process begins anew, as the same process, at the same place and without sound. Some time later sound is tried again.
"""

import threading
import time
from collections.abc import Callable
from typing import Protocol

AGAIN_S = (5.0, 60.0, 600.0)
"""Sound is tried again after this long: after the first stall, the second, each other."""
GOOD_S = 300.0
"""After this long with sound the next stall counts as the first."""
SURE_S = 10.0
"""After this long with sound it is back."""
OPENS_S = 5.0
"""Opening a show with sound may take this long."""
STILL_S = 1.5
"""The picture may stand still for this long, and for half of the watchdog's patience at the most."""
LOOK_S = 0.1

STALLED, GONE = "stalled", "gone"


class Device(Protocol):
    """What is asked of an engine's sound; nothing here may wait for a device."""

    def sound(self) -> str:
        """Return the sound output in use: alsa, pulse …, null where no device answers, empty where nothing sounds."""

    def choose_sound(self, track: int) -> None:
        """Have a sound track heard from now on."""

    def find_sound(self) -> None:
        """Look for the sound device again."""


class Sound:
    """The sound of one engine. `stalls` counts those of the lives before, in a row; after one it begins silent."""

    def __init__(self, device: Device, stalls: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self._device = device
        self._clock = clock
        self.stalls = stalls
        self._track: int | None = None
        self._output = ""
        self._on_since = clock()
        self._off_until = clock() + _pause_s(stalls) if stalls else None
        self._was_there = False
        self._look_at, self._looks = 0.0, 0

    def open(self, track: int | None) -> int | None:
        """Take note of a show's sound track; returns the one to open it with."""
        self._track = track
        return track if self._off_until is None else None

    @property
    def may_hold(self) -> bool:
        """Whether a device may be holding the picture."""
        return self._track is not None and self._off_until is None and self._output != "null"

    def look(self) -> str:
        """Try again what is due, while a picture is seen; returns STALLED or GONE where sound is missing."""
        now = self._clock()
        if self._off_until is not None:
            if self._track is not None and now >= self._off_until:
                self._off_until, self._on_since = None, now
                self._device.choose_sound(self._track)
            return STALLED if self.stalls > 1 else ""
        self._output = self._device.sound()
        if self._output == "null" and self._was_there:
            if now >= self._look_at:
                self._looks += 1
                self._look_at = now + _pause_s(self._looks + 1)
                self._device.find_sound()
            return GONE
        if self._output not in ("", "null"):
            self._was_there, self._looks = True, 0
            self._look_at = now + _pause_s(1)
        if now - self._on_since > GOOD_S:
            self.stalls = 0
        return STALLED if self.stalls > 1 and now - self._on_since < SURE_S else ""


class Guard:
    """Watches in a thread of its own, as the main one may wait for a device with libmpv."""

    def __init__(self, patience_s: float, stalled: Callable[[], None]) -> None:
        self._still_s = min(STILL_S, patience_s / 2)
        self._stalled = stalled
        self._time_s: float | None = None
        self._due: float | None = None
        threading.Thread(target=self._watch, name="sound", daemon=True).start()

    def opens(self, *, sounds: bool) -> None:
        """A show is about to be opened."""
        self._time_s, self._due = None, time.monotonic() + OPENS_S if sounds else None

    def plays(self, time_s: float, *, sounds: bool) -> None:
        """The picture is at `time_s`; `sounds`: a device may be holding it from now on."""
        if time_s != self._time_s or not sounds:
            self._time_s, self._due = time_s, time.monotonic() + self._still_s if sounds else None

    def _watch(self) -> None:
        looked = time.monotonic()
        while True:
            time.sleep(LOOK_S)
            late_s, looked = time.monotonic() - looked - LOOK_S, time.monotonic()
            if self._due is not None:
                self._due += late_s  # the whole process, or the machine, stood still
                if looked > self._due:
                    self._due = None
                    self._stalled()


def _pause_s(times: int) -> float:
    """Say how long to wait before the next try, after so many in vain."""
    return AGAIN_S[min(times, len(AGAIN_S)) - 1]
