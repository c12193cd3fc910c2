"""Made-up probes: what a clip could hold, without a file or a decoder."""

import hashlib
from fractions import Fraction
from pathlib import Path

from installation.errors import FootageError
from installation.footage.archive import Archive
from installation.footage.packets import Sound
from installation.footage.probe import Probe


def probe_of(
    frames: int = 100,
    rate: Fraction = Fraction(25),
    *,
    name: str = "a.mp4",
    keyint: int = 15,
    size: tuple[int, int] = (640, 360),
    container: str = "mov",
    times: tuple[int, ...] = (),
    sound: tuple[Fraction, Fraction] | None = None,
    start: Fraction = Fraction(0),
    rotation: int = 0,
) -> Probe:
    """A clip with a keyframe on every `keyint`-th frame.

    `times` (milliseconds) makes it irregular, the last frame as long as one of `rate`. `sound` is where its sound
    starts and how long it is, in seconds; `start` the first frame's time on the container's clock, which begins at 0.
    """
    base = Fraction(1, 1000) if container == "matroska" or times else Fraction(1, rate.numerator * 512)
    return Probe(
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        size_bytes=1000,
        container=container,
        codec="h264",
        pixel_format="yuv420p",
        width=size[0],
        height=size[1],
        sample_aspect=Fraction(1),
        rotation=rotation,
        color_range=1,
        matrix=1,
        primaries=1,
        transfer=1,
        origin=Fraction(0),
        time_base=base,
        rate=rate,
        frames=len(times) or frames,
        start=start,
        duration=Fraction(times[-1] - times[0], 1000) + 1 / rate if times else frames / rate,
        regular=not times,
        keyframes=tuple(range(0, len(times) or frames, keyint)),
        ticks=times,
        sound=Sound("aac", 48000, 2, *sound) if sound else None,
    )


class Shelf:
    """An archive of empty files in `folder`, and what is said to be in them."""

    def __init__(self, folder: Path, **probes: Probe | FootageError) -> None:
        self.archive = Archive(folder)
        self.probes: dict[Path, Probe | FootageError] = {}
        for name, probe in probes.items():
            self.put(f"{name}.mp4", probe)

    def put(self, name: str, probe: Probe | FootageError) -> None:
        path = self.archive.folder / name
        path.touch()
        self.probes[path] = probe

    def probe(self, path: Path) -> Probe:
        found = self.probes[path]
        if isinstance(found, FootageError):
            raise found
        return found
