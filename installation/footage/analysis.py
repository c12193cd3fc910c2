"""All that is found of a clip in one pass of decoding: its flashes, its risk, and its light as it is drawn."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from installation.flash.index import Index
from installation.flash.limits import View, spacing
from installation.flash.model import Flash
from installation.flash.trace import Trace
from installation.flash.verdicts import Assessment
from installation.footage.fixity import Progress
from installation.footage.light import lights
from installation.footage.probe import Probe

if TYPE_CHECKING:
    from installation.flash.risk import Risk

_STEP = 32
"""Frames between two words of progress."""
_WORDS = ("time", "frame", "frames", "area", "excess", "band")
"""What is told of a flash to programs."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """A clip, what it holds, its flashes and, where they were wanted, its risk and the trace of its light."""

    path: Path
    probe: Probe
    flashes: tuple[Flash, ...]
    risk: Assessment | None = None
    trace: Trace | None = None

    def plain(self) -> dict[str, Any]:
        """Return its flashes as programs read them; times in seconds from the first frame shown."""
        told = [{word: _plain(getattr(flash, word)) for word in _WORDS} for flash in self.flashes]
        rate, duration = _plain(self.probe.rate), _plain(self.probe.duration)
        return {"file": str(self.path), "rate": rate, "duration": duration, "flashes": told}


def analyse(
    path: Path, probe: Probe, progress: Progress | None = None, view: View | None = None, *, trace: bool = False
) -> Analysis:
    """See every frame of the clip at `path` once; `progress` is told how many were seen.

    The risk is that of the clip as seen in `view`, and is left out without one. Memory does not grow with the clip, but
    for the trace: 100 bytes a frame. Raises FootageError where the clip cannot be decoded.
    """
    index = Index(probe.rate)
    risk = _risk(view, probe) if view else None
    traced = Trace(probe.frames) if trace else None
    for number, light in enumerate(lights(path, probe, colour=view is not None), 1):
        index.see(light.time, light.luma)
        if risk and light.colour is not None:
            risk.see(float(light.time), light.colour)
        if traced:
            traced.see(light.time, light.luma)
        if progress and (number % _STEP == 0 or number == probe.frames):
            progress(number, probe.frames)
    return Analysis(path, probe, index.finish(), risk.finish() if risk else None, traced)


def _risk(view: View, probe: Probe) -> "Risk":
    from installation.flash.risk import Risk

    return Risk(view, spacing(probe.rate))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int) else round(float(value), 6)
