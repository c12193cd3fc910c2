"""A clip's frames by number: decoded exactly for exhibition copies, and proven to be there before a show plays."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from installation.errors import FootageError
from installation.footage.archive import printable
from installation.footage.container import choose_streams, open_clip, tenths
from installation.footage.content import AGAIN
from installation.footage.decoding import frames_from, packets_on, play, seek, seeks, tick_of
from installation.footage.probe import Probe

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

THREADS = 4
"""More of FFmpeg's for one clip would each hold pictures that wait to be looked at: several clips go side by side."""
NEAR = 12
"""Frames after its keyframe up to which `prove` decodes a point itself."""


def decode(path: Path, probe: Probe, first: int, count: int) -> Iterator["VideoFrame"]:
    """Yield the frames [first, first + count) in display order, exactly those.

    Raises FootageError with the file and the time, counted from its first frame, where decoding fails.
    """
    if first < 0 or count < 0 or first + count > probe.frames:
        raise ValueError(f"frames {first} to {first + count} of {probe.frames}")
    keyframe = probe.keyframe_before(first)
    skipped, at = first - max(0, keyframe), first
    with open_clip(path) as container:
        picture, _ = choose_streams(container, path)
        picture.thread_type = "AUTO"
        picture.codec_context.thread_count = min(THREADS, len(os.sched_getaffinity(0)) + 1)  # one more is FFmpeg's way
        try:
            if keyframe > 0:
                frames = frames_from(container, picture, *_place(probe, keyframe))
            else:
                frames = play(container, picture)
            for frame in islice(frames, skipped, skipped + count):
                yield frame
                at += 1
        except ValueError:  # FFmpeg's InvalidDataError is one
            raise _undecodable(path, probe, at) from None
    if at < first + count:
        raise _undecodable(path, probe, at)


def pick(path: Path, probe: Probe, numbers: Iterable[int]) -> Iterator[tuple[int, "VideoFrame"]]:
    """Yield the frames of these numbers, each with its number, in display order, and decode no more than that takes.

    Raises FootageError as `decode` does.
    """
    wanted = sorted(set(numbers))
    with open_clip(path) as container:
        picture, _ = choose_streams(container, path)
        picture.codec_context.thread_count = 1  # threads cost more than they give for a few frames
        at = 0
        try:
            for first, last in reaches(probe, wanted):
                keyframe = probe.keyframe_before(first)
                if keyframe > 0:
                    frames = frames_from(container, picture, *_place(probe, keyframe))
                else:  # the first of all, so the container is still at its start
                    frames = play(container, picture)
                at = first
                for number, frame in enumerate(islice(frames, last + 1 - max(0, keyframe)), max(0, keyframe)):
                    if wanted[0] == number:
                        yield wanted.pop(0), frame
                        at = number + 1
                if wanted and wanted[0] <= last:
                    raise _undecodable(path, probe, at)
        except ValueError:
            raise _undecodable(path, probe, at) from None


def reaches(probe: Probe, numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Group frames, in display order, into (first, last) between which no keyframe saves any decoding."""
    groups: list[tuple[int, int]] = []
    for number in numbers:
        if groups and probe.keyframe_before(number) <= groups[-1][1]:
            groups[-1] = groups[-1][0], number
        else:
            groups.append((number, number))
    return groups


def prove(path: Path, probe: Probe, points: Iterable[int]) -> None:
    """Decode the clip where it will be entered: the keyframe before each frame of `points`, and the frame if near.

    Raises FootageError with the file and the time, counted from its first frame, that cannot be decoded.
    """
    wanted: dict[int, int] = {}
    for point in sorted(set(points)):
        keyframe = probe.keyframe_before(point)
        wanted[keyframe] = point if point - keyframe <= NEAR else wanted.get(keyframe, keyframe)
    with open_clip(path) as container:
        picture, _ = choose_streams(container, path)
        picture.codec_context.thread_count = 1  # threads cost more than they give for a few frames
        # The loop filter mends how a frame looks, not whether it decodes.
        picture.codec_context.options = {"skip_loop_filter": "all"}
        for keyframe, point in wanted.items():
            try:
                if keyframe > 0:
                    reached = _reaches(container, picture, probe, keyframe, point)
                else:  # the first of all, so the container is still at its start
                    count = max(0, point) + 1
                    reached = sum(1 for _ in islice(play(container, picture), count)) == count
            except ValueError:
                reached = False
            if not reached:
                raise _undecodable(path, probe, max(0, point))


def _reaches(container: "InputContainer", picture: "VideoStream", probe: Probe, keyframe: int, point: int) -> bool:
    """Whether `point` comes out when nothing goes in but the packets from `keyframe` to its own."""
    start, slack = _place(probe, keyframe)
    target, _ = _place(probe, point)
    for back in seeks(container):
        seek(container, picture, start, back)
        seen = []
        for packet in packets_on(container, picture):
            seen += [tick_of(frame) for frame in packet.decode()]
            # A packet is decoded no later than it is shown: what decodes after the target is not the target.
            if abs(tick_of(packet) - target) <= slack or (packet.dts or target) > target:
                seen += [tick_of(frame) for frame in picture.codec_context.decode(None)]
                break
        if any(abs(tick - target) <= slack for tick in seen):
            return True
    return False


def _place(probe: Probe, frame: int) -> tuple[int, int]:
    """Return the tick of a frame, and by how many ticks it may miss it."""
    tick = round((probe.start + probe.time(frame)) / probe.time_base)
    return tick, int(1 / probe.rate / probe.time_base / 2) if probe.regular else 0


def _undecodable(path: Path, probe: Probe, frame: int) -> FootageError:
    return FootageError(f"{printable(path.name)} cannot be decoded at {tenths(probe.time(frame))}. {AGAIN}", path)
