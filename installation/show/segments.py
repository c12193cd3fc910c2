"""From strips to segments: what plays straight from a master, and what needs an exhibition copy."""

import hashlib
from dataclasses import astuple, dataclass, replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

from installation.footage.probe import Probe
from installation.show.strips import FRAMES, Run, Runs, Sound, Strip, frames, length_of, total

FAR_PIXELS = 24_000_000
"""More pixels than this between an in point and its keyframe are decoded too late for the join: 12 frames at 1080p.

Measured with libmpv 0.35: 240 frames at 1080p cost 33 to 132 ms, so this many cost at most 7 ms.
"""
STILL_S = Fraction(10)
"""Holds, stills and blacks are made this long at the most, and repeated where they last longer."""
LEAD_S = Fraction(2, 1000)
"""A segment begins and ends this long before its frames, for libmpv rounds a frame's time to the file's time base
(a millisecond at most) before it decides on which side of a segment's edge the frame lies."""
UNINDEXED = frozenset({"mpeg", "mpegts"})
"""Containers that cannot be entered at a given frame: libmpv would miss all up to the next keyframe."""
KNOWN_IN_MATROSKA = frozenset(
    {"av1", "h264", "hevc", "mjpeg", "mpeg1video", "mpeg2video", "mpeg4", "prores", "theora", "vp8", "vp9"}
)
"""Codecs that libmpv finds in a Matroska file, which it reads by itself (demux/demux_mkv.c, mkv_video_tags); of others,
such as FFV1 and DNxHR, 0.35 says 'Unknown/unsupported CodecID', and the wall would be black."""
KNOWN = KNOWN_IN_MATROSKA | {
    "cinepak", "dnxhd", "dvvideo", "ffv1", "ffvhuff", "flv1", "h263", "huffyuv", "jpeg2000", "magicyuv", "msmpeg4v2",
    "msmpeg4v3", "png", "qtrle", "r210", "rawvideo", "utvideo", "v210", "v410", "wmv2",
}  # fmt: skip
"""Codecs that libmpv 0.35 was seen to play in other containers inside an EDL. One that is newer than the machine's own
FFmpeg, such as VVC, is decoded here, by PyAV's, but not there."""
COPY_RECIPE = 2
"""Counts up whenever copies come out differently, so that old ones are not taken for new."""
SCREEN = Fraction(16, 9)
"""The shape of most screens: pictures of unlike shapes blend as they lie on one."""

_WHY = {"hold": "a hold", "still": "a still", "black": "a black"}


@dataclass(frozen=True, slots=True)
class Light:
    """How bright a fading picture is: a fraction at its first frame, and the change of it a second."""

    first: Fraction = Fraction(1)
    change: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class Copy:
    """An exhibition copy of a picture to be made: `frames` frames at `rate` of what `runs` show one after the other.

    `under` is what the cue before shows meanwhile, its first frame having been seen for `seen_s` already: the picture
    blends from it to `runs`.
    """

    rate: Fraction
    frames: int
    width: int
    height: int
    runs: Runs
    light: Light = Light()
    under: Runs = ()
    seen_s: Fraction = Fraction(0)

    @property
    def masters(self) -> list[str]:
        """The paths of the files it is made from."""
        return list(dict.fromkeys(run.master for run in (*self.runs, *self.under) if run.master))

    @property
    def key(self) -> str:
        """A name for what it holds: the masters' content, not their paths."""
        return _key(replace(self, runs=_unnamed(self.runs), under=_unnamed(self.under)))

    @property
    def tick(self) -> Fraction:
        """The time base of the copy's file, in seconds: a whole part of a frame, at most a tenth of a millisecond."""
        return Fraction(1, self.rate.numerator * ceil(Fraction(10_000, self.rate.numerator)))


@dataclass(frozen=True, slots=True)
class SoundCopy:
    """An exhibition copy of a sound: what is heard, faded at its ends, or crossfaded from what is heard `under` it."""

    heard: Sound
    fade_in_s: Fraction = Fraction(0)
    fade_out_s: Fraction = Fraction(0)
    under: Sound = ()

    @property
    def masters(self) -> list[str]:
        """The paths of the files it is made from."""
        return list(dict.fromkeys(part.master for part in (*self.heard, *self.under) if part.master))

    @property
    def key(self) -> str:
        """A name for what it holds: the masters' content, not their paths."""
        return _key(replace(self, heard=_unnamed(self.heard), under=_unnamed(self.under)))

    @property
    def tick(self) -> Fraction:
        """One sample, in seconds."""
        return Fraction(1, 48_000)


AnyCopy = Copy | SoundCopy


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of frames of one file. `enters_s`: its first frame's time, as a player counts the file from 0.

    `length_s` is its time on the wall, `tick` the file's time base in seconds; `at_keyframe`: it enters where
    decoding can begin, so a lead of some frames is neither needed nor there. `why` tells why it is a copy. Of a
    master's picture, `first` and `last` are the frames at its ends; `has_sound`: the file brings a sound track along.
    """

    source: Path | AnyCopy
    enters_s: Fraction
    length_s: Fraction
    tick: Fraction
    at_keyframe: bool = True
    why: str = ""
    first: int = 0
    last: int = -1
    has_sound: bool = False


Segments = tuple[Segment, ...]


def straight(strip: Strip, run: Run) -> Segments:
    """Play a run as it is: from its master wherever that is exact, else from copies."""
    if run.kind == FRAMES and strip.probe:
        return _excerpt(strip, strip.probe, run)
    return _repeated(strip, run, _WHY[run.kind])


def faded(strip: Strip, runs: Runs, light: Light) -> Segments:
    """Play runs from one copy that gets brighter or darker."""
    return (_from_copy(replace(_copy(strip, *runs), light=light), total(runs), "a fade"),)


def blended(before: Strip, start_s: Fraction, strip: Strip, runs: Runs, length_s: Fraction) -> Segment:
    """Play the end of one strip, from `start_s` on, and the beginning of the next at once; it stays for `length_s`."""
    width, height = _common_size(before, strip)
    under, seen_s = before.seen_from(start_s)
    blend = replace(_copy(strip, *runs), width=width, height=height, under=under, seen_s=seen_s)
    return _from_copy(blend, length_s, "a crossfade")


def of_sound(parts: Sound) -> tuple[Segment | Fraction, ...]:
    """Play sound straight from its masters; a bare length is silence."""
    return tuple(
        Segment(Path(part.master), part.enters_s, part.length_s, Fraction(1, part.rate))
        if part.master
        else part.length_s
        for part in parts
    )


def _excerpt(strip: Strip, probe: Probe, run: Run) -> Segments:
    """Play frames straight from the master where that is exact, else from a copy up to where it is."""
    if why := _cannot_be_entered(probe):
        return (_from_copy(_copy(strip, run), run.length_s, why),)
    path, first, last = Path(run.master), run.first, run.first + run.count
    far = (first - probe.keyframe_before(first)) * probe.width * probe.height
    if far <= FAR_PIXELS:
        return (_from_master(path, probe, first, last),)
    after = next((keyframe for keyframe in probe.keyframes if first < keyframe < last), last)
    head = frames(path, probe, first, after)
    copied = _from_copy(_copy(strip, head), head.length_s, "the in point lies far from a keyframe")
    return (copied,) if after == last else (copied, _from_master(path, probe, after, last))


def _cannot_be_entered(probe: Probe) -> str:
    """Say why libmpv could not play any excerpt of a master exactly; empty where it can."""
    if not probe.regular:
        return "its frame rate varies"
    if probe.container in UNINDEXED:
        return "its container cannot be entered at a frame"
    known = KNOWN_IN_MATROSKA if probe.container == "matroska" else KNOWN
    return "" if probe.codec in known else "the player does not know its codec"


def _from_master(path: Path, probe: Probe, first: int, last: int) -> Segment:
    enters_s = probe.start - probe.origin + first / probe.rate
    at_keyframe = first in probe.keyframes or enters_s < LEAD_S
    length_s = length_of(probe, first, last) - (LEAD_S if at_keyframe and last < probe.frames else 0)
    # libmpv rounds to the time base; a coarse one is divided evenly, down to a millisecond
    tick = probe.time_base / ceil(probe.time_base * 1000)
    return Segment(
        path, enters_s, length_s, tick, at_keyframe, first=first, last=last - 1, has_sound=probe.sound is not None
    )


def _from_copy(copy: Copy, length_s: Fraction, why: str) -> Segment:
    """Play a copy, which has no frame beyond `length_s`: nothing has to be kept from being seen."""
    return Segment(copy, Fraction(0), length_s, copy.tick, why=why)


def _copy(strip: Strip, *runs: Run) -> Copy:
    return Copy(strip.rate, ceil(total(runs) * strip.rate), strip.width, strip.height, runs)


def _repeated(strip: Strip, run: Run, why: str) -> Segments:
    """Show a picture that stands still for the run's length."""

    def still(length_s: Fraction) -> Segment:
        shown = ceil(length_s * strip.rate)
        return _from_copy(_copy(strip, replace(run, length_s=shown / strip.rate)), length_s, why)

    once_s = ceil(STILL_S * strip.rate) / strip.rate
    times, rest_s = divmod(run.length_s, once_s)
    if times and 0 < rest_s < 1 / strip.rate:  # less than a frame is not shown by itself
        times, rest_s = times - 1, rest_s + once_s
    return (still(once_s),) * times + ((still(rest_s),) if rest_s else ())


def _common_size(one: Strip, other: Strip) -> tuple[int, int]:
    """Choose the size of a blend: as both are, or so large that each lies in it as it does on the screen."""
    height = max(one.height, other.height)
    shape = one.shape
    if one.shape != other.shape:
        shape = SCREEN
        height = max(height, *(ceil(strip.height * strip.shape / SCREEN) for strip in (one, other)))
    width = round(height * shape)
    return width + width % 2, height + height % 2


def _unnamed(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(replace(part, master="") for part in parts)


def _key(copy: AnyCopy) -> str:
    return hashlib.sha256(repr((COPY_RECIPE, type(copy).__name__, astuple(copy))).encode()).hexdigest()[:24]
