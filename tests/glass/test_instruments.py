"""The instruments themselves, tried on arrays, on made-up readings, and on bare mpv in a screen of their own."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench import bare
from tests.glass import analysis
from tests.glass.marked import (
    BLACK,
    BLIND,
    UNREADABLE,
    Reading,
    Seen,
    decode_strip,
    draw,
    encode_strip,
    make_clip,
    strip_on,
)
from tests.glass.reader import GlassReader, Run
from tests.glass.xserver import XServer

SIZE = (640, 360)
SCREEN = pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("mpv")), reason="needs Xvfb and mpv on the path")
CLIPS = st.integers(1, 255)
FRAMES = st.integers(0, 16383)


def blocks(bits: list[int], white: int = 255, black: int = 0) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    row = np.repeat(np.array([white if bit else black for bit in bits], np.uint8), 20)
    return np.tile(row, (2, 1))


def played(*seen: Seen, rate: int = 30, start: float = 100.0) -> list[Run]:
    return [Run(start + number / rate, start + (number + 0.9) / rate, one) for number, one in enumerate(seen)]


@given(CLIPS, FRAMES)
def test_a_strip_is_read_back(clip: int, frame: int) -> None:
    assert decode_strip(blocks(encode_strip(clip, frame))) == Reading(clip, frame)


@given(CLIPS, FRAMES, st.integers(0, 31))
def test_a_wrong_block_never_makes_another_frame(clip: int, frame: int, wrong: int) -> None:
    bits = encode_strip(clip, frame)
    bits[wrong] ^= 1
    assert decode_strip(blocks(bits)) is UNREADABLE


def test_a_dimmed_strip_is_still_read_and_black_is_black() -> None:
    assert decode_strip(blocks(encode_strip(3, 77), white=40)) == Reading(3, 77)
    assert decode_strip(np.zeros((2, 640), np.uint8)) is BLACK
    assert decode_strip(np.full((2, 640), 128, np.uint8)) is UNREADABLE
    assert decode_strip(np.full((2, 640), 255, np.uint8)) is UNREADABLE


def test_a_number_that_does_not_fit_is_refused() -> None:
    for clip, frame in ((0, 0), (256, 0), (1, -1), (1, 16384)):
        with pytest.raises(ValueError, match="do not fit"):
            encode_strip(clip, frame)


def test_the_strip_is_found_where_the_picture_is_shown_whole() -> None:
    assert strip_on(SIZE) == (0, 35, 640, 2)
    assert strip_on((1280, 720)) == (0, 71, 1280, 2)
    assert strip_on((640, 480)) == (0, 95, 640, 2)
    assert strip_on((800, 360)) == (80, 35, 640, 2)


def test_a_drawn_frame_is_nowhere_black() -> None:
    assert draw(9, 5, SIZE)[60:360].min() > 60


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_a_clip_carries_every_number_once_and_keyframes_where_asked(tmp_path: Path, name: str) -> None:
    path = make_clip(tmp_path / name, 7, 50, Fraction(25, 2), sound=True, keyint=20, bframes=2)
    area = strip_on(SIZE)
    rows = slice(area.top, area.top + area.height)
    with av.open(str(path)) as container:
        pictures = list(container.decode(video=0))
        read = [decode_strip(p.to_ndarray(format="gray")[rows].astype(np.uint8)) for p in pictures]
        assert container.streams.video[0].average_rate == Fraction(25, 2)
        assert len(container.streams.audio) == 1
    assert read == [Reading(7, frame) for frame in range(50)]
    assert [number for number, picture in enumerate(pictures) if picture.key_frame] == [0, 20, 40]


LOOP = analysis.cue(0, 1, range(10, 14)) + analysis.cue(1, 2, range(3))
SHOWN = [turn.seen for turn in LOOP]


def test_a_perfect_loop_has_only_perfect_intervals() -> None:
    result = analysis.follow(played(*SHOWN * 3), LOOP)
    assert result.joins == pytest.approx([1.0] * 5)
    assert result.insides == pytest.approx([1.0] * 15)
    assert [result.skipped, result.disordered, result.black] == [[], [], []]


def test_a_late_join_is_told_as_a_join() -> None:
    runs = played(*SHOWN * 2)
    for run in runs[4:]:
        run.first += 0.02
    result = analysis.follow(runs, LOOP)
    assert analysis.Lengths.of(result.joins).longest == pytest.approx(1.6)
    assert analysis.Lengths.of(result.insides).longest == pytest.approx(1.0)


def test_a_dropped_frame_is_told_and_does_not_lengthen_anything() -> None:
    runs = played(*SHOWN * 2)
    del runs[2]
    result = analysis.follow(runs, LOOP)
    assert [turn.seen for _, turn in result.skipped] == [Reading(1, 12)]
    assert result.insides == pytest.approx([1.0] * 9)


def test_what_came_while_the_reader_slept_judges_nobody() -> None:
    runs = played(*SHOWN * 2)
    del runs[2]
    runs[2].unsure_s = 0.05
    result = analysis.follow(runs, LOOP)
    assert [len(result.skipped), len(result.unseen), result.unsure] == [0, 1, 2]
    assert result.insides == pytest.approx([1.0] * 8)


def test_a_held_frame_and_an_asked_black_are_right_and_any_other_black_is_not() -> None:
    loop = [*analysis.cue(0, 1, range(3), hold=2), analysis.Turn(BLACK, Fraction(30), 1, frames=3)]
    once: list[Seen] = [Reading(1, 0), Reading(1, 1), Reading(1, 2), BLACK]
    starts = [0, 1, 2, 5, 8, 9, 10, 13]
    runs = [Run(start / 30, (start + 0.9) / 30, seen) for start, seen in zip(starts, once * 2, strict=True)]
    assert analysis.follow(runs, loop).joins == pytest.approx([1.0] * 3)
    assert not analysis.follow(runs, loop).black
    runs.insert(1, Run(0.5 / 30, 0.9 / 30, BLACK))
    assert analysis.follow(runs, loop).black == [runs[1]]


def test_the_black_before_the_first_picture_is_no_fault() -> None:
    runs = [Run(99.0, 99.9, BLACK), *played(*SHOWN)]
    assert not analysis.follow(runs, LOOP).black


def test_a_frame_of_outside_the_loop_breaks_the_order() -> None:
    runs = played(*SHOWN, Reading(2, 3), *SHOWN)
    assert [seen for _, seen in analysis.follow(runs, LOOP).disordered] == [Reading(2, 3)]


def test_a_clip_shown_twice_is_followed_at_its_right_place() -> None:
    loop = analysis.cue(0, 1, range(4)) + analysis.cue(1, 1, range(4)) + analysis.cue(2, 2, range(2))
    seen = [turn.seen for turn in loop]
    result = analysis.follow(played(*(seen[4:] + seen)), loop)
    assert not result.skipped
    assert len(result.joins) == 4


def test_an_outage_counts_from_the_frame_that_was_due() -> None:
    runs = [*played(*SHOWN[:4]), Run(100.2, 100.5, BLACK), *played(*SHOWN[:3], start=100.6)]
    outage = analysis.longest_outage(runs, LOOP, since=100.12)
    assert outage.start == pytest.approx(100 + 4 / 30)
    assert outage.seconds == pytest.approx(0.6 - 4 / 30)
    assert outage.dark_s == pytest.approx(0.3)
    with pytest.raises(ValueError, match="no right picture"):
        analysis.longest_outage(runs[:5], LOOP, since=100.12)


def test_an_outage_after_which_the_same_picture_is_there_again_counts_too() -> None:
    runs = [*played(*SHOWN[:4]), Run(100.2, 100.5, BLACK), *played(*SHOWN[3:6], start=100.6)]
    outage = analysis.longest_outage(runs, LOOP, since=100.12)
    assert outage.seconds == pytest.approx(0.6 + 1 / 30 - 4 / 30)
    assert outage.dark_s == pytest.approx(0.3)


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marked")
    make_clip(folder / "a.mp4", 1, 20)
    make_clip(folder / "b.mp4", 2, 20)
    path = folder / "loop.edl"
    path.write_text("# mpv EDL v0\n!no_chapters\n" + "a.mp4,0,0.666\nb.mp4,0,0.666\n" * 200)
    return path


@pytest.fixture
def screen() -> Iterator[XServer]:
    with XServer(SIZE) as server:
        yield server


def is_frame(seen: Seen) -> bool:
    return isinstance(seen, Reading)


@SCREEN
def test_bare_mpv_is_read_in_order_off_the_screen(screen: XServer, timeline: Path) -> None:
    loop = analysis.cue(0, 1, range(20)) + analysis.cue(1, 2, range(20))
    with GlassReader(screen.display, strip_on(SIZE)) as glass, bare.mpv(timeline, screen.display):
        assert glass.wait_for(is_frame, timeout=20)
        assert glass.wait_for(lambda seen: seen == Reading(2, 5), timeout=20)
        turned = glass.readings[-1].first
        assert glass.wait_for(lambda seen: seen == Reading(2, 5), timeout=20, since=turned + 0.5)
    result = analysis.follow(glass.readings, loop)
    assert len(result.joins) >= 2
    assert not result.disordered


@SCREEN
def test_the_picture_fills_a_larger_screen(timeline: Path) -> None:
    with (
        XServer((1280, 720)) as screen,
        GlassReader(screen.display, strip_on((1280, 720))) as glass,
        bare.mpv(timeline, screen.display),
    ):
        assert glass.wait_for(is_frame, timeout=20)


@SCREEN
def test_a_screen_that_dies_leaves_a_blind_span_and_is_read_again(screen: XServer, timeline: Path) -> None:
    with GlassReader(screen.display, strip_on(SIZE)) as glass:
        assert glass.wait_for(lambda seen: seen is BLACK, timeout=20)
        number = screen.display
        screen.kill()
        assert glass.wait_for(lambda seen: seen is BLIND, timeout=20)
        screen.start_again()
        assert screen.display == number
        back = time.monotonic()
        with bare.mpv(timeline, screen.display):
            assert glass.wait_for(is_frame, timeout=20, since=back)


@SCREEN
def test_a_frozen_screen_leaves_a_blind_span(screen: XServer) -> None:
    with GlassReader(screen.display, strip_on(SIZE)) as glass:
        assert glass.wait_for(lambda seen: seen is BLACK, timeout=20)
        screen.freeze()
        time.sleep(0.5)
        screen.thaw()
        assert glass.wait_for(lambda seen: seen is BLIND, timeout=20)


@SCREEN
def test_no_server_outlives_its_block() -> None:
    with XServer() as server:
        pid = server.pid
        server.freeze()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert subprocess.run(["ps", "-p", str(pid)], capture_output=True, check=False).returncode == 1
