"""The flashes of a clip."""

from pathlib import Path

from installation.flash.index import Index
from installation.flash.model import Flash
from installation.footage.fixity import Progress
from installation.footage.light import lights
from installation.footage.probe import Probe

VERSION = 3
"""Goes up whenever the same clip gives another index."""

_STEP = 64
"""Frames between two words of progress."""


def find(path: Path, probe: Probe, progress: Progress | None = None) -> tuple[Flash, ...]:
    """Return the flashes of the clip at `path`; `progress` is told how many of its frames were seen.

    Raises FootageError where it cannot be decoded.
    """
    index = Index(probe.rate)
    for number, light in enumerate(lights(path, probe), 1):
        index.see(light.time, light.luma)
        if progress and (number % _STEP == 0 or number == probe.frames):
            progress(number, probe.frames)
    return index.finish()
