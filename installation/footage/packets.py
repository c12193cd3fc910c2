"""What a clip's packets tell without decoding: its frames' times and keyframes, its sound, and whether it is whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from installation.errors import FootageError
from installation.footage.archive import printable
from installation.footage.container import choose_streams, missing_bytes, open_clip, tenths
from installation.footage.content import AGAIN

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

CUT_SHORT = Fraction(1, 2)
"""Seconds that may lack at the end: containers round, and a recording rarely ends with all its streams at once."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound that a player would choose: rate in Hz; start and duration in seconds of the container's clock."""

    codec: str
    rate: int
    channels: int
    start: Fraction
    duration: Fraction


@dataclass(slots=True)
class Packets:
    """Frames as (tick, is a keyframe), ticks in `time_base`, in no order; `hidden` ones are cut away by an edit list.

    `origin` is where the container's clock starts, in seconds: a player's 0. `guessed`: the file keeps no display
    times, so that every player makes up its own. `rates` are what the container says of its frame rate, the
    likeliest first; `last_length` is the last frame's length in ticks.
    """

    container: str
    codec: str
    origin: Fraction
    time_base: Fraction
    rates: tuple[Fraction, ...]
    sample_aspect: Fraction
    shown: list[tuple[int, bool]]
    hidden: list[tuple[int, bool]]
    last_length: int
    guessed: bool
    sound: Sound | None

    def frames(self) -> tuple[list[int], list[int]]:
        """Return the ticks of all frames shown, in order, and which of them are keyframes (negative: hidden)."""
        ticks = sorted(tick for tick, _ in self.shown)
        ordered = sorted([*self.shown, *(frame for frame in self.hidden if frame[0] < ticks[0])])
        before = len(ordered) - len(ticks)
        return ticks, [number - before for number, (_, key) in enumerate(ordered) if key]

    def last_keyframe(self) -> int:
        """Return the tick of the last keyframe."""
        return max(tick for tick, key in self.hidden + self.shown if key)


def read_packets(path: Path) -> Packets:
    """Read the clip's packets to the end. Raises FootageError where it is cut short or holds no picture."""
    with open_clip(path) as container:
        picture, audio = choose_streams(container, path)
        base = picture.time_base or Fraction(1, 1000)
        pictures: list[_Moment] = []
        sounds: list[_Moment] = []
        for packet in container.demux([picture, audio] if audio else [picture]):
            if packet.size and (packet.pts is not None or packet.dts is not None):
                (pictures if packet.stream_index == picture.index else sounds).append(_Moment.of(packet))
        sound = _sound(audio, sounds) if audio and sounds else None
        _refuse_cut(path, container, picture, pictures, sound)
        # Nothing is shown before the first keyframe.
        opening = min(moment.tick for moment in pictures if moment.key)
        avi = container.format.name == "avi"
        return Packets(
            container=container.format.name.split(",")[0],
            codec=picture.codec_context.codec.canonical_name,
            origin=Fraction(container.start_time or 0, 1_000_000),
            time_base=base,
            rates=tuple(rate for rate in (picture.average_rate, picture.guessed_rate, picture.base_rate) if rate),
            sample_aspect=picture.sample_aspect_ratio or Fraction(1),
            shown=[(one.tick, one.key) for one in pictures if not one.hidden and one.tick >= opening],
            hidden=[(one.tick, one.key) for one in pictures if one.hidden],
            last_length=max(pictures, key=lambda one: one.tick).length,
            # AVI keeps decoding times only.
            guessed=any(one.guessed or (avi and one.reordered) for one in pictures),
            sound=sound,
        )


@dataclass(frozen=True, slots=True)
class _Moment:
    """A packet without its bytes."""

    tick: int
    length: int
    key: bool
    hidden: bool
    torn: bool
    guessed: bool
    reordered: bool

    @classmethod
    def of(cls, packet: "Packet[Stream]") -> "_Moment":
        tick = packet.dts if packet.pts is None else packet.pts
        return cls(
            tick=tick or 0,
            length=packet.duration or 0,
            key=packet.is_keyframe,
            hidden=packet.is_discard,
            torn=packet.is_corrupt,
            guessed=packet.pts is None,
            reordered=packet.pts != packet.dts,
        )


def _end(moments: Iterable[_Moment], base: Fraction) -> Fraction:
    return max((one.tick + one.length for one in moments), default=0) * base


def _sound(audio: "AudioStream", moments: list[_Moment]) -> Sound:
    base = audio.time_base or Fraction(1, 1000)
    start = min(one.tick for one in moments) * base
    codec = audio.codec_context
    return Sound(codec.codec.canonical_name, codec.sample_rate, codec.channels, start, _end(moments, base) - start)


def _refuse_cut(
    path: Path,
    container: "InputContainer",
    picture: "VideoStream",
    pictures: list[_Moment],
    sound: Sound | None,
) -> None:
    """Raise FootageError when the container promises more than can be read."""
    name, kind = printable(path.name), container.format.name
    if not any(one.key for one in pictures):
        raise FootageError(f"{name} holds no frame that can be shown. {AGAIN}")
    base = picture.time_base or Fraction(1, 1000)
    clock = Fraction(container.start_time or 0, 1_000_000)
    end = _end(pictures, base)
    if picture.duration:
        promised = ((picture.start_time or 0) + picture.duration) * base
    else:  # of all streams together
        promised = clock + Fraction(container.duration or 0, 1_000_000)
        end = max(end, sound.start + sound.duration) if sound else end
    if kind == "avi" and picture.average_rate:
        promised = max(promised, picture.frames / picture.average_rate)
    # Recordings off the air have gaps and play on.
    torn = kind not in ("mpegts", "mpeg") and any(one.torn for one in pictures)
    if not torn and promised - end <= CUT_SHORT and not (kind.startswith("mov") and missing_bytes(path)):
        return
    whole, left = (tenths(time - clock) for time in (promised, end))
    told = f"it promises {whole} but only {left} can be read" if whole != left else "its last part is missing"
    raise FootageError(f"{name} is cut short: {told}. {AGAIN}")
