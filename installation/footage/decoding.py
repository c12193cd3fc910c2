"""Decoding from a place in a file on: what stands between FFmpeg's packets and numbered frames."""

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# MPEG files have no index. A program stream (mpeg) times its frames wrongly just after a seek, until one comes that
# carries its own time.
_BACK = {"mpeg": (2, 10)}
_BACK_ELSEWHERE = (0, 2, 10)


def play(container: "InputContainer", picture: "VideoStream", *, tolerant: bool = False) -> Iterator["VideoFrame"]:
    """Yield the frames from the next keyframe on; ValueError at a broken one unless `tolerant`, as players are."""
    for packet in packets_on(container, picture):
        try:
            yield from packet.decode()
        except ValueError:
            if not tolerant:
                raise


def frames_from(container: "InputContainer", picture: "VideoStream", tick: int, slack: int) -> Iterator["VideoFrame"]:
    """Yield the frames from the keyframe shown at `tick`, give or take `slack`, on; none if it is not found."""
    for back in seeks(container):
        seek(container, picture, tick, back)
        # Frames decoded after their keyframe but shown before it belong to the group before.
        frames = (frame for frame in play(container, picture) if tick_of(frame) >= tick - slack)
        first = next(frames, None)
        if first is not None and tick_of(first) <= tick + slack:
            return chain([first], frames)
    return iter(())


def tick_of(timed: "VideoFrame | Packet[VideoStream]") -> int:
    """Return the display time of a frame or packet in ticks of its stream."""
    return (timed.dts if timed.pts is None else timed.pts) or 0


def packets_on(container: "InputContainer", picture: "VideoStream") -> Iterator["Packet[VideoStream]"]:
    """Yield the packets from the next keyframe on."""
    packets = container.demux(picture)
    for packet in packets:
        if packet.is_keyframe:
            return chain([packet], packets)
    return iter(())


def seeks(container: "InputContainer") -> tuple[int, ...]:
    """Return the seconds before a keyframe to seek to, one after the other until it is hit."""
    return _BACK.get(container.format.name, _BACK_ELSEWHERE)


def seek(container: "InputContainer", picture: "VideoStream", tick: int, back: int) -> None:
    """Go to the keyframe `back` seconds before `tick`, but not before the first frame: AVI refuses that."""
    target = tick - round(back / (picture.time_base or 1))
    container.seek(max(target, min(tick, picture.start_time or 0)), stream=picture)
