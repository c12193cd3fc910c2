"""Made-up probes and stills: what a file could hold, without a decoder; and the plans that are made of them."""

import hashlib
from fractions import Fraction
from pathlib import Path

from hypothesis import strategies as st

from installation.errors import FootageError
from installation.flash.model import FULL, Flash
from installation.footage.archive import Archive
from installation.footage.packets import Sound
from installation.footage.probe import Probe
from installation.footage.stills import Still
from installation.show import planning, timeline
from installation.show.plan import Plan
from installation.show.planning import Known
from installation.show.turns import PlannedCue
from tests.loops import read_loop

SLOW = Fraction(25, 2)
NTSC = Fraction(30000, 1001)
ORDERS = ("listed", "reversed", "shuffled", "calm to bright", "bright to calm")
RATES = (Fraction(10), SLOW, Fraction(24), Fraction(25), NTSC, Fraction(30), Fraction(60))


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


def flashes_of(probe: Probe, *frames: int) -> tuple[Flash, ...]:
    """Flashes of a clip that begin on these frames, one frame long."""
    return tuple(Flash(probe.time(frame), frame, 1, 1.0, 0.5, FULL, frame) for frame in frames)


def still_of(width: int, height: int) -> Still:
    """A picture of a size."""
    return Still("abc", 1000, "JPEG", width, height, "")


class Shelf:
    """An archive of empty files in `folder`, and what is said to be in them; `asked` for flashes, by file name."""

    def __init__(self, folder: Path, **probes: Probe | FootageError) -> None:
        self.archive = Archive(folder)
        self.probes: dict[Path, Probe | FootageError] = {}
        self.lit: dict[Path, tuple[Flash, ...] | FootageError] = {}
        self.asked: list[str] = []
        self.stills: dict[Path, Still | FootageError] = {}
        for name, probe in probes.items():
            self.put(f"{name}.mp4", probe)

    def put(self, name: str, found: Probe | FootageError) -> None:
        path = self.archive.folder / name
        path.touch()
        self.probes[path] = found

    def put_still(self, name: str, found: Still | FootageError) -> None:
        path = self.archive.folder / name
        path.touch()
        self.stills[path] = found

    def put_flashes(self, name: str, found: tuple[Flash, ...] | FootageError) -> None:
        self.lit[self.archive.folder / name] = found

    def flashes(self, path: Path) -> tuple[Flash, ...]:
        self.asked.append(path.name)
        found = self.lit.get(path, ())
        if isinstance(found, FootageError):
            raise found
        return found

    def probe(self, path: Path) -> Probe:
        found = self.probes[path]
        if isinstance(found, FootageError):
            raise found
        return found

    def look(self, path: Path) -> Still:
        found = self.stills[path]
        if isinstance(found, FootageError):
            raise found
        return found

    def plan(self, text: str, *, sound: bool = True) -> Plan:
        """Plan a loop.yaml and arrange its orders, as a draft does."""
        loop = read_loop(text)
        made = planning.plan(loop, self.archive, Known(self.probe, self.look, self.flashes), sound=sound)
        timeline.arrange(made, loop.order, loop.seed)
        return made

    def cues(self, text: str) -> list[PlannedCue]:
        """Plan the lines of a loop's cues, in which there is no mistake."""
        made = self.plan(f"cues:\n{text}")
        assert not made.problems, made.problems
        return made.cues


@st.composite
def probes(draw: st.DrawFn) -> Probe:
    """Clips of every rate, size and container, some with sound that is too short or enters late."""
    sound = draw(st.none() | st.tuples(st.fractions(0, 3, max_denominator=48000), st.fractions(0, 200)))
    times: tuple[int, ...] = ()
    if draw(st.integers(0, 4)) == 0:
        steps = draw(st.lists(st.integers(1, 300), min_size=1, max_size=60))
        times = tuple(sum(steps[:number]) for number in range(len(steps)))
    return probe_of(
        draw(st.integers(1, 4000)),
        draw(st.sampled_from(RATES)),
        name=str(draw(st.integers())),
        keyint=draw(st.integers(1, 600)),
        size=draw(st.sampled_from([(320, 180), (1921, 1081), (3840, 2160)])),
        container=draw(st.sampled_from(["mov", "matroska", "avi", "mpegts"])),
        times=times,
        sound=sound,
        start=draw(st.sampled_from([Fraction(0), Fraction(7, 5)])),
        rotation=draw(st.sampled_from([0, 90])),
    )


@st.composite
def loops(draw: st.DrawFn, clips: list[Probe]) -> str:
    """A loop.yaml of clips named 0.mp4, 1.mp4 … and blacks, with every key that a cue can have."""
    lines = [f"order: {draw(st.sampled_from(ORDERS))}"]
    gap = draw(st.sampled_from(["0", "0", "0.001", "0.5", "12.345"]))
    lines += [f"gap: {gap}", "cues:"]
    for _ in range(draw(st.integers(1, 8))):
        if draw(st.integers(0, 5)) == 0:
            lines.append(f"- black: {draw(st.integers(1, 30_000))}ms")
        elif draw(st.integers(0, 5)) == 0:
            lines += ["- title: Safe City", f"  for: {draw(st.integers(1, 5000))}ms"]
        else:
            lines += draw(_clip_lines(clips))
        if gap == "0" and draw(st.booleans()):
            lines.append(f"  crossfade: {draw(st.integers(0, 3000))}ms")
    return "\n".join(lines) + "\n"


@st.composite
def _clip_lines(draw: st.DrawFn, clips: list[Probe]) -> list[str]:
    number = draw(st.integers(0, len(clips) - 1))
    lines = [f"- clip: {number}.mp4"]
    end_ms = int(clips[number].duration * 1000)
    points = sorted(draw(st.lists(st.integers(0, end_ms), min_size=2, max_size=2)))
    kept = draw(st.lists(st.sampled_from(["in", "out"]), unique=True))
    lines += [f"  {key}: {point}ms" for key, point in zip(("in", "out"), points, strict=True) if key in kept]
    where = draw(st.sampled_from(["", "", f"on {draw(st.integers(*points))}ms for "]))
    lines += [f"  times: {draw(st.integers(1, 3))}", f"  hold: {where}{draw(st.integers(1, 22_000))}ms"]
    faded = draw(st.lists(st.sampled_from(["fade_in", "fade_out"]), unique=True))
    return lines + [f"  {key}: {draw(st.integers(0, 2000))}ms" for key in faded]
