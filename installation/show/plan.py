"""From the loop and the archive to segments: which frames of which file follow each other, and what needs a copy."""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path

from installation.config.loop import AnyCue, BlackCue, ClipCue, Loop
from installation.errors import FootageError, Mark, Problem
from installation.footage.archive import Archive, printable
from installation.footage.probe import Probe
from installation.timecode import Time, TimecodeError, format_time

FAR_PIXELS = 24_000_000
"""More pixels than this between an in point and its keyframe are decoded too late for the join: 12 frames at 1080p.

Measured with libmpv 0.35: 240 frames at 1080p cost 33 to 132 ms, so this many cost at most 7 ms.
"""
STILL_S = Fraction(10)
"""Holds and blacks are made this long at the most, and repeated where they last longer."""
COPY_RECIPE = 1
"""Counts up whenever copies come out differently, so that old ones are not taken for new."""
HEARD_S = Fraction(1, 50)
"""A sound track shorter than its picture by more than this is filled up with silence."""

Canvas = tuple[Fraction, int, int]
"""Frames a second, width and height."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An exhibition copy to be made: `frames` frames at `rate`, of a master from frame `first`, or black.

    An excerpt copies `count` frames of the master, a hold repeats the one frame `first`.
    """

    kind: str
    rate: Fraction
    frames: int
    width: int
    height: int
    master: str = ""
    sha256: str = ""
    first: int = 0
    count: int = 0

    @property
    def key(self) -> str:
        """A name for what it holds: the master's content, not its path."""
        fields = (COPY_RECIPE, *(part for part in astuple(self) if part is not self.master))
        return hashlib.sha256(repr(fields).encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Segment:
    """`length_s` seconds of one file, from `start_s` on the file's own clock. `why` tells why it is a copy."""

    source: Path | Copy
    start_s: Fraction
    length_s: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class PlannedCue:
    """One cue as it will play. `sound` runs beside `picture`; a bare length is silence."""

    name: str
    kind: str
    mark: Mark | None
    picture: tuple[Segment, ...]
    sound: tuple[Segment | Fraction, ...]
    has_own_sound: bool = False
    """Whether a file of `picture` brings a sound track along, wanted or not."""

    @property
    def length_s(self) -> Fraction:
        """Length of the cue without the gap after it."""
        return sum((segment.length_s for segment in self.picture), Fraction(0))

    @property
    def sounds(self) -> bool:
        """Whether anything of it is heard."""
        return any(isinstance(part, Segment) for part in self.sound)


@dataclass(slots=True)
class Plan:
    """The loop's cues in the order of the file, and what stands against them."""

    cues: list[PlannedCue] = field(default_factory=list)
    gap: tuple[Segment, ...] = ()
    points: dict[Path, set[int]] = field(default_factory=dict)
    """For each master, the frames at which a segment begins and the last ones shown: to be proved by decoding."""
    problems: list[Problem] = field(default_factory=list)

    @property
    def copies(self) -> list[Copy]:
        """Every copy that the plan needs, once each."""
        segments = [segment for cue in self.cues for segment in cue.picture] + list(self.gap)
        return list(dict.fromkeys(segment.source for segment in segments if isinstance(segment.source, Copy)))

    @property
    def masters(self) -> list[Path]:
        """Every master that is played straight or copied from."""
        return list(self.points)


def plan(loop: Loop, archive: Archive, probe: Callable[[Path], Probe], *, sound: bool = True) -> Plan:
    """Plan every cue of the loop; a cue with a problem is left out and its problem kept."""
    made = Plan()
    clips: dict[int, tuple[Path, Probe]] = {}
    for index, cue in enumerate(loop.cues):
        if isinstance(cue, ClipCue):
            try:
                path = archive.find(cue.clip)
                clips[index] = path, probe(path)
            except FootageError as error:
                made.problems.append(Problem(str(error), cue.mark_of("clip")))
    canvas = _canvas([known for _, known in clips.values()])
    for index, cue in enumerate(loop.cues):
        planned = _planned(cue, clips.get(index), canvas, sound, made)
        if planned:
            made.cues.append(planned)
    if loop.gap:
        made.gap = _black(canvas, loop.gap, "a gap")
    return made


def _planned(
    cue: AnyCue, clip: tuple[Path, Probe] | None, canvas: Canvas, sound: bool, made: Plan
) -> PlannedCue | None:
    if isinstance(cue, BlackCue):
        return PlannedCue("black", "black", cue.mark, _black(canvas, cue.black, "a black"), (cue.black,))
    if clip is None:
        return None
    path, probe = clip
    try:
        first, last = _frames(cue, probe)
    except _PointError as error:
        made.problems.append(Problem(str(error), cue.mark_of(error.key)))
        return None
    once = _excerpt(path, probe, first, last)
    made.points.setdefault(path, set()).update({first, last - 1})
    for segment in once[1:]:
        if isinstance(segment.source, Path):
            made.points[path].add(round((segment.start_s - probe.start) * probe.rate))
    heard = _sound(path, probe, first, last) if sound and cue.sound else (_length(probe, first, last),)
    held = _hold(path, probe, last - 1, cue.hold) if cue.hold else ()
    silence = (cue.hold,) if cue.hold else ()
    own = probe.sound is not None and any(isinstance(segment.source, Path) for segment in once)
    return PlannedCue(cue.clip, "clip", cue.mark, once * cue.times + held, heard * cue.times + silence, own)


class _PointError(Exception):
    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key


def _frames(cue: ClipCue, probe: Probe) -> tuple[int, int]:
    """Return the first frame shown and the first no longer shown."""
    name, end = printable(cue.clip.rpartition("/")[2]), probe.duration
    start_s = _seconds(cue.in_point, "in", probe) if cue.in_point else Fraction(0)
    stop_s = _seconds(cue.out_point, "out", probe) if cue.out_point else end
    if stop_s > end:
        told = f"out point {format_time(stop_s)} lies after the end of {name} ({format_time(end)})."
        raise _PointError("out", told)
    if start_s >= end:
        raise _PointError("in", f"in point {format_time(start_s)} lies after the end of {name} ({format_time(end)}).")
    if stop_s <= start_s:
        told = f"out point {format_time(stop_s)} does not lie after the in point {format_time(start_s)}; swap them."
        raise _PointError("out", told)
    first, last = _frame_at(probe, start_s), _frame_at(probe, stop_s)
    if last <= first:
        shown = f"{format_time(start_s)} to {format_time(stop_s)}"
        raise _PointError("out", f"no frame of {name} lies between its in and out point ({shown}); move them apart.")
    return first, last


def _seconds(time: Time, key: str, probe: Probe) -> Fraction:
    try:
        return time.at(probe.rate)
    except TimecodeError as error:
        raise _PointError(key, f"{error}.") from error


def _frame_at(probe: Probe, seconds: Fraction) -> int:
    """Find the first frame shown at or after `seconds`, counted from the clip's first frame."""
    if probe.regular:
        return min(ceil(seconds * probe.rate), probe.frames)
    return bisect_left(range(probe.frames), seconds, key=probe.time)


def _length(probe: Probe, first: int, last: int) -> Fraction:
    return (probe.time(last) if last < probe.frames else probe.duration) - probe.time(first)


def _excerpt(path: Path, probe: Probe, first: int, last: int) -> tuple[Segment, ...]:
    """Play frames [first, last) straight from the master where that is exact, else from a copy up to where it is."""
    whole_s = _length(probe, first, last)
    if not probe.regular:
        frames = max(1, ceil(whole_s * probe.rate))
        copy = _copy_of(path, probe, "excerpt", first, last - first, frames)
        return (Segment(copy, Fraction(0), whole_s, "its frame rate varies"),)
    far = (first - probe.keyframe_before(first)) * probe.width * probe.height
    if far <= FAR_PIXELS:
        return (Segment(path, probe.start + first / probe.rate, whole_s),)
    after = next((keyframe for keyframe in probe.keyframes if first < keyframe < last), last)
    copy = _copy_of(path, probe, "excerpt", first, after - first, after - first)
    head = Segment(copy, Fraction(0), (after - first) / probe.rate, "the in point lies far from a keyframe")
    if after == last:
        return (head,)
    return head, Segment(path, probe.start + after / probe.rate, (last - after) / probe.rate)


def _copy_of(path: Path, probe: Probe, kind: str, first: int, count: int, frames: int) -> Copy:
    turned = probe.rotation in (90, 270)
    width, height = (probe.height, probe.width) if turned else (probe.width, probe.height)
    return Copy(kind, probe.rate, frames, width, height, str(path), probe.sha256, first, count)


def _hold(path: Path, probe: Probe, frame: int, length_s: Fraction) -> tuple[Segment, ...]:
    frames = ceil(min(length_s, STILL_S) * probe.rate)
    return _repeated(_copy_of(path, probe, "hold", frame, 1, frames), length_s, "a hold")


def _black(canvas: Canvas, length_s: Fraction, why: str) -> tuple[Segment, ...]:
    rate, width, height = canvas
    return _repeated(Copy("black", rate, ceil(STILL_S * rate), width, height), length_s, why)


def _repeated(copy: Copy, length_s: Fraction, why: str) -> tuple[Segment, ...]:
    once_s = copy.frames / copy.rate
    times, rest_s = divmod(length_s, once_s)
    rest = (Segment(copy, Fraction(0), rest_s, why),) if rest_s else ()
    return (Segment(copy, Fraction(0), once_s, why),) * int(times) + rest


def _sound(path: Path, probe: Probe, first: int, last: int) -> tuple[Segment | Fraction, ...]:
    """Return the master's sound beside frames [first, last), with silence (a length) where it has none."""
    start_s = probe.start + probe.time(first)
    end_s = start_s + _length(probe, first, last)
    if probe.sound is None:
        return (end_s - start_s,)
    heard_from = max(start_s, probe.sound.start)
    heard_to = min(end_s, probe.sound.start + probe.sound.duration)
    if heard_from - start_s < HEARD_S:
        heard_from = start_s
    if end_s - heard_to < HEARD_S:
        heard_to = end_s
    if heard_to <= heard_from:
        return (end_s - start_s,)
    parts = (heard_from - start_s, Segment(path, heard_from, heard_to - heard_from), end_s - heard_to)
    return tuple(part for part in parts if part)


def _canvas(probes: list[Probe]) -> Canvas:
    """Choose rate, width and height of blacks: those of most clips, so that a black changes nothing else."""
    kinds: Counter[Canvas] = Counter((probe.rate, probe.width, probe.height) for probe in probes)
    rate, width, height = kinds.most_common(1)[0][0] if kinds else (Fraction(25), 1280, 720)
    return rate, width + width % 2, height + height % 2
