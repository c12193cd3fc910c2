"""From the loop and the archive to segments: which frames of which file follow each other, and what needs a copy."""

import hashlib
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable
from dataclasses import astuple, dataclass, field, replace
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
LEAD_S = Fraction(2, 1000)
"""A segment begins and ends this long before its frames, for libmpv rounds a frame's time to the file's time base
(a millisecond at most) before it decides on which side of a segment's edge the frame lies."""
UNINDEXED = frozenset({"mpeg", "mpegts"})
"""Containers that cannot be entered at a given frame: libmpv would miss all up to the next keyframe."""
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

    @property
    def tick(self) -> Fraction:
        """The time base of the copy's file, in seconds: a whole part of a frame, at most a tenth of a millisecond."""
        return Fraction(1, self.rate.numerator * ceil(Fraction(10_000, self.rate.numerator)))


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of frames of one file. `enters_s`: its first frame's time, as a player counts the file from 0.

    `length_s` is its time on the wall, `tick` the file's time base in seconds; `at_keyframe`: it enters where
    decoding can begin, so a lead of some frames is neither needed nor there. `why` tells why it is a copy.
    """

    source: Path | Copy
    enters_s: Fraction
    length_s: Fraction
    tick: Fraction
    at_keyframe: bool = True
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
        return _total(self.picture)

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
    def gap_s(self) -> Fraction:
        """Length of the black after each cue."""
        return _total(self.gap)

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
        if planned and not cue.spoiled:
            made.cues.append(planned)
    if loop.gap:
        made.gap = _black(canvas, loop.gap, "a gap")
    return made


def _planned(
    cue: AnyCue, clip: tuple[Path, Probe] | None, canvas: Canvas, sound: bool, made: Plan
) -> PlannedCue | None:
    if isinstance(cue, BlackCue):
        black = _black(canvas, cue.black, "a black")
        return PlannedCue("black", "black", cue.mark, black, (_total(black),))
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
    heard = _sound(path, probe, first, _total(once)) if sound and cue.sound else (_total(once),)
    held = _hold(path, probe, last - 1, cue.hold) if cue.hold else ()
    silence = (_total(held),) if held else ()
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
    if stop_s > end + 1 / (2 * probe.rate):  # a length read off a table is rounded
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
    if not probe.regular or probe.container in UNINDEXED:
        why = "its container cannot be entered at a frame" if probe.regular else "its frame rate varies"
        whole_s = _length(probe, first, last)
        copy = _copy_of(path, probe, "excerpt", first, last - first, max(1, ceil(whole_s * probe.rate)))
        return (_from_copy(copy, whole_s, why),)
    far = (first - probe.keyframe_before(first)) * probe.width * probe.height
    if far <= FAR_PIXELS:
        return (_from_master(path, probe, first, last),)
    after = next((keyframe for keyframe in probe.keyframes if first < keyframe < last), last)
    copy = _copy_of(path, probe, "excerpt", first, after - first, after - first)
    head = _from_copy(copy, (after - first) / probe.rate, "the in point lies far from a keyframe")
    return (head,) if after == last else (head, _from_master(path, probe, after, last))


def _from_master(path: Path, probe: Probe, first: int, last: int) -> Segment:
    enters_s = probe.start - probe.origin + first / probe.rate
    at_keyframe = first in probe.keyframes or enters_s < LEAD_S
    length_s = _length(probe, first, last) - (LEAD_S if at_keyframe and last < probe.frames else 0)
    return Segment(path, enters_s, length_s, _fine(probe.time_base), at_keyframe)


def _from_copy(copy: Copy, length_s: Fraction, why: str) -> Segment:
    """Play a copy, which has no frame beyond `length_s`: nothing has to be kept from being seen."""
    return Segment(copy, Fraction(0), length_s, copy.tick, why=why)


def _fine(time_base: Fraction) -> Fraction:
    """Return the step that libmpv rounds to: the time base, divided evenly where it is coarser than a millisecond."""
    return time_base / ceil(time_base * 1000)


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


def _total(segments: tuple[Segment, ...]) -> Fraction:
    return sum((segment.length_s for segment in segments), Fraction(0))


def _repeated(copy: Copy, length_s: Fraction, why: str) -> tuple[Segment, ...]:
    """Show a still for `length_s`, at least for one frame."""
    once_s = copy.frames / copy.rate
    times, rest_s = divmod(length_s, once_s)
    whole = (_from_copy(copy, once_s, why),) * int(times)
    if times and rest_s <= LEAD_S:
        return whole
    rest_s = max(rest_s, 1 / copy.rate)
    return (*whole, _from_copy(replace(copy, frames=ceil(rest_s * copy.rate)), rest_s, why))


def _sound(path: Path, probe: Probe, first: int, length_s: Fraction) -> tuple[Segment | Fraction, ...]:
    """Return the master's sound from frame `first` on, with silence (a length) where it has none."""
    if probe.sound is None:
        return (length_s,)
    start_s = probe.start - probe.origin + probe.time(first)
    sound_s = probe.sound.start - probe.origin
    heard_from = max(start_s, sound_s)
    heard_to = min(start_s + length_s, sound_s + probe.sound.duration)
    if heard_from - start_s < HEARD_S:
        heard_from = start_s
    if start_s + length_s - heard_to < HEARD_S:
        heard_to = start_s + length_s
    if heard_to <= heard_from:
        return (length_s,)
    heard = Segment(path, heard_from, heard_to - heard_from, Fraction(1, probe.sound.rate))
    parts = (heard_from - start_s, heard, start_s + length_s - heard_to)
    return tuple(part for part in parts if part)


def _canvas(probes: list[Probe]) -> Canvas:
    """Choose rate, width and height of blacks: those of most clips, so that a black changes nothing else."""
    kinds: Counter[Canvas] = Counter((probe.rate, probe.width, probe.height) for probe in probes)
    rate, width, height = kinds.most_common(1)[0][0] if kinds else (Fraction(25), 1280, 720)
    return rate, width + width % 2, height + height % 2
