"""What a clip really holds, frame by frame, and the frames themselves.

The packets are read to the end, for a container's own figures are promises; only the first frame and the frames
after the last keyframe are decoded. Where those do not agree with the packets, everything is decoded once.
"""

from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from installation.errors import FootageError
from installation.footage.archive import printable
from installation.footage.container import choose_streams, open_clip, tenths
from installation.footage.content import AGAIN
from installation.footage.decoding import frames_from, play, tick_of
from installation.footage.fixity import Progress, digest
from installation.footage.packets import CUT_SHORT, Packets, Sound, read_packets

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

TOLERANCE = Fraction(3, 2000)
"""Seconds by which a regular frame may miss its beat: Matroska rounds to the millisecond."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A clip's picture and sound. Times in seconds, width and height in pixels as stored (before `rotation`).

    `start` is the first shown frame on the container's own clock, which begins at `origin`; `rotation` the clockwise
    degrees to turn by; the colour tags are the numbers of ITU-T H.273, `color_range` FFmpeg's (1 limited, 2 full, 0
    not told). `keyframes` are frames in display order; the first is never above 0, and negative where an edit list
    hides frames before frame 0. `regular`: every frame stands on the beat of `rate` and a player finds it there; only
    where it is not are `ticks` kept, the display times of all frames in `time_base`.
    """

    sha256: str
    size_bytes: int
    container: str
    codec: str
    pixel_format: str
    width: int
    height: int
    sample_aspect: Fraction
    rotation: int
    color_range: int
    matrix: int
    primaries: int
    transfer: int
    origin: Fraction
    time_base: Fraction
    rate: Fraction
    frames: int
    start: Fraction
    duration: Fraction
    regular: bool
    keyframes: tuple[int, ...]
    ticks: tuple[int, ...]
    sound: Sound | None

    def time(self, frame: int) -> Fraction:
        """Return when `frame` is shown, in seconds from the first frame."""
        if self.regular or frame < 0:
            return frame / self.rate
        return (self.ticks[frame] - self.ticks[0]) * self.time_base

    def keyframe_before(self, frame: int) -> int:
        """Return the last keyframe at or before `frame`, the place where decoding has to begin."""
        return self.keyframes[bisect_right(self.keyframes, frame) - 1]


def probe(path: Path, sha256: str | None = None, progress: Progress | None = None) -> Probe:
    """Return what the clip at `path` holds; `sha256`, when it is known, saves the reading of every byte.

    Raises FootageError in one line for what is no video, is cut short or cannot be decoded.
    """
    sha256 = sha256 or digest(path, progress)
    packets = read_packets(path)
    first, agrees = _decode_ends(path, packets)
    ticks, keyframes = packets.frames() if agrees else _decode_all(path, packets)
    base = packets.time_base
    rates = packets.rates or (len(ticks) / ((ticks[-1] - ticks[0] + packets.last_length or 1) * base),)
    rate = next((rate for rate in rates if _is_regular(ticks, rate, base)), None)
    # A player that seeks in a program stream takes a frame for its neighbour: it is entered by copies only.
    regular = rate is not None and not packets.guessed and packets.container != "mpeg"
    rate = rate or rates[0]
    length = packets.last_length * base or 1 / rate
    return Probe(
        sha256=sha256,
        size_bytes=path.stat().st_size,
        container=packets.container,
        codec=packets.codec,
        pixel_format=first.format.name,
        width=first.width,
        height=first.height,
        sample_aspect=packets.sample_aspect,
        rotation=round(-first.rotation / 90) * 90 % 360,
        color_range=int(first.color_range),
        matrix=int(first.colorspace),
        primaries=int(first.color_primaries),
        transfer=int(first.color_trc),
        origin=packets.origin,
        time_base=base,
        rate=rate,
        frames=len(ticks),
        start=ticks[0] * base,
        duration=len(ticks) / rate if regular else (ticks[-1] - ticks[0]) * base + length,
        regular=regular,
        keyframes=tuple(keyframes),
        ticks=() if regular else tuple(ticks),
        sound=packets.sound,
    )


def _decode_ends(path: Path, packets: Packets) -> tuple["VideoFrame", bool]:
    """Decode the first frame and those from the last keyframe on; tell whether they are what the packets say."""
    last = packets.last_keyframe()
    with open_clip(path) as container:
        picture, _ = choose_streams(container, path)
        first = next(play(container, picture, tolerant=True), None)
    if first is None:
        raise FootageError(f"{printable(path.name)} cannot be decoded. {AGAIN}")
    if packets.guessed or tick_of(first) != min(packets.shown)[0]:
        return first, False
    with open_clip(path) as container:
        picture, _ = choose_streams(container, path)
        picture.thread_type = "AUTO"
        try:
            if last <= tick_of(first):
                frames = [(tick_of(frame), True) for frame in play(container, picture)]
            else:
                frames = [(tick_of(frame), frame.key_frame) for frame in frames_from(container, picture, last, slack=0)]
        except ValueError:
            return first, False
    expected = sorted(tick for tick, _ in packets.shown if tick >= last)
    return first, [tick for tick, _ in frames] == expected and bool(frames) and frames[0][1]


def _decode_all(path: Path, packets: Packets) -> tuple[list[int], list[int]]:
    """Decode every frame, as a player would; return ticks and keyframes as `Packets.frames` does."""
    with open_clip(path) as container:
        picture, _ = choose_streams(container, path)
        picture.thread_type = "AUTO"
        seen = sorted((tick_of(frame), frame.key_frame) for frame in play(container, picture, tolerant=True))
    if not seen:
        raise FootageError(f"{printable(path.name)} cannot be decoded. {AGAIN}")
    if packets.guessed and packets.rates:
        step = 1 / packets.rates[0] / packets.time_base
        return [round(number * step) for number in range(len(seen))], [0]
    ticks = [tick for tick, _ in seen]
    whole, left = ((last - ticks[0]) * packets.time_base for last in (max(packets.shown)[0], ticks[-1]))
    if whole - left > CUT_SHORT:
        raise FootageError(
            f"{printable(path.name)} is damaged: of {tenths(whole)} only {tenths(left)} can be decoded. {AGAIN}"
        )
    return ticks, [0, *(number for number, (_, key) in enumerate(seen) if key and number)]


def _is_regular(ticks: list[int], rate: Fraction, base: Fraction) -> bool:
    """Whether every frame stands on the beat of `rate`, within a tick or TOLERANCE."""
    step = 1 / rate / base
    slack = int(max(Fraction(1), TOLERANCE / base) * step.denominator)
    first, over, under = ticks[0], step.numerator, step.denominator
    return all(abs((tick - first) * under - number * over) <= slack for number, tick in enumerate(ticks))
