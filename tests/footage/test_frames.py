from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from av import VideoFrame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.errors import FootageError
from installation.footage.frames import decode, pick, prove, reaches
from installation.footage.probe import probe

Clip = Callable[..., Path]

KINDS: dict[str, dict[str, Any]] = {
    "a.mp4": {},
    "open.ts": {"b_frames": 3},
    "a.mkv": {},
    "rounded.mkv": {"rate": 30},
    "late.mkv": {"at": [*range(31), *range(40, 69)]},
    "a.avi": {"codec": "mpeg4", "b_frames": 0},
    "guessed.avi": {"codec": "mpeg4", "b_frames": 2},
    "a.mpg": {"codec": "mpeg2video"},
    "a.webm": {"codec": "libvpx", "b_frames": 0},
    "one.mp4": {"keyframes_every": 999},
    "intra.mp4": {"keyframes_every": 1, "b_frames": 0},
}


@pytest.fixture(scope="module")
def clips(clip: Clip) -> dict[str, Path]:
    return {name: clip(name, frames=60, **wanted) for name, wanted in KINDS.items()}


def number_of(frame: VideoFrame) -> int:
    """The number that a decoded frame carries as its brightness, modulo 25."""
    return round((bytes(frame.planes[0])[24 * frame.planes[0].line_size + 32] - 20) / 8)


def numbers(path: Path, first: int, count: int) -> list[int]:
    return [number_of(frame) for frame in decode(path, probe(path), first, count)]


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, 59), count=st.integers(0, 60))
def test_exactly_the_frames_asked_for_come(clips: dict[str, Path], name: str, first: int, count: int) -> None:
    count = min(count, 60 - first)
    assert numbers(clips[name], first, count) == [number % 25 for number in range(first, first + count)]


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.sets(st.integers(0, 59)))
def test_single_frames_are_picked(clips: dict[str, Path], name: str, wanted: set[int]) -> None:
    picked = [(number, number_of(frame)) for number, frame in pick(clips[name], probe(clips[name]), wanted)]
    assert picked == [(number, number % 25) for number in sorted(wanted)]


def test_frames_between_which_lies_no_keyframe_are_decoded_in_one_go(clips: dict[str, Path]) -> None:
    found = probe(clips["a.mp4"])
    first, second = found.keyframes[1:3]
    assert reaches(found, [first + 1, second - 1, second]) == [(first + 1, second - 1), (second, second)]


@pytest.mark.parametrize("name", KINDS)
def test_every_frame_of_a_sound_clip_is_proven(clips: dict[str, Path], name: str) -> None:
    prove(clips[name], probe(clips[name]), range(60))
    prove(clips[name], probe(clips[name]), [])
    prove(clips[name], probe(clips[name]), [59, 31, 31, 12])


def test_frames_beyond_the_clip_are_the_callers_mistake(clips: dict[str, Path]) -> None:
    found = probe(clips["a.mp4"])
    for first, count in ((-1, 2), (50, 11), (0, -1)):
        with pytest.raises(ValueError, match="of 60"):
            list(decode(clips["a.mp4"], found, first, count))


@pytest.fixture(scope="module")
def holed(clip: Clip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip whose second of five groups of frames is nothing but zeros."""
    import av

    whole = clip(frames=50, keyframes_every=10, b_frames=0)
    with av.open(str(whole)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        spans = [(packet.pos or 0, packet.size) for packet in packets[10:20]]
    raw = bytearray(whole.read_bytes())
    for at, size in spans:
        raw[at : at + size] = bytes(size)
    path = tmp_path_factory.mktemp("holed") / "crossing.mp4"
    path.write_bytes(raw)
    return path


def test_a_hole_is_found_where_a_cue_enters_it(holed: Path) -> None:
    found = probe(holed)
    prove(holed, found, [0, 5, 20, 49])
    with pytest.raises(FootageError, match=r"^crossing\.mp4 cannot be decoded at 0:00\.5\. Copy it again"):
        prove(holed, found, [0, 12, 20])


def test_a_hole_is_told_where_copying_meets_it(holed: Path) -> None:
    with pytest.raises(FootageError, match=r"^crossing\.mp4 cannot be decoded at 0:00\.\d"):
        list(decode(holed, probe(holed), 0, 50))


def test_real_footage_decodes_exactly_where_it_is_asked(real: Path) -> None:
    for name in ("bikes.mp4", "car-detection.mp4", "vtest.avi"):
        path = real / name
        found = probe(path)
        prove(path, found, range(0, found.frames, 10))
        whole = [bytes(frame.planes[0]) for frame in decode(path, found, 0, 140)]
        for first in (1, 59, 60, 76, 130):
            assert [bytes(frame.planes[0]) for frame in decode(path, found, first, 7)] == whole[first : first + 7]
