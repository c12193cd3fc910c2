"""What a visitor sees while all is well: the real `installation start`, read off the X screen."""

import time
from fractions import Fraction
from pathlib import Path

import pytest

from tests.glass.analysis import Turn, cue, follow
from tests.glass.marked import BLACK, UNREADABLE, Reading, Seen, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer

SHARED = Path(__file__).parents[2].parent / "shared" / "footage"
STRIP = strip_on((640, 360))


def is_picture(seen: Seen) -> bool:
    return isinstance(seen, Reading)


def test_every_frame_comes_in_its_order_over_joins_and_wraps(stage: Stage, glass: XServer) -> None:
    stage.loop(
        "cues:\n"
        "  - clip: clip-1.mp4\n"
        "  - clip: clip-2.mp4\n    in: 0.5\n    out: 1.3\n"  # at a keyframe
        "  - clip: clip-3.mp4\n    in: 0.2\n    out: 1.1\n"  # between keyframes
    )
    loop = cue(0, 1, range(45)) + cue(1, 2, range(15, 39)) + cue(2, 3, range(6, 33))
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        assert reader.wait_for(is_picture, ENOUGH_S)
        time.sleep(12)
        played = follow(reader.readings, loop)
    assert len(played.joins) >= 9, played
    assert not played.disordered, played
    assert not played.black, played
    assert len(played.skipped) <= 0.02 * len(played.intervals), played  # a busy machine may drop a few


def test_holds_blacks_and_gaps_last_as_long_as_the_yaml_says(stage: Stage, glass: XServer) -> None:
    stage.loop(
        "gap: 0.4\ncues:\n  - clip: clip-1.mp4\n    out: 0.5\n    hold: 1\n  - black: 1\n"
        "  - clip: clip-2.mp4\n    out: 0.5\n    times: 2\n"
    )
    rate = Fraction(30)
    loop = cue(0, 1, range(15), hold=30)
    loop += [Turn(BLACK, rate, 1, frames=12 + 30 + 12)]
    loop += cue(2, 2, range(15)) + cue(3, 2, range(15)) + [Turn(BLACK, rate, 4, frames=12)]
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        begun = reader.wait_for(is_picture, ENOUGH_S)
        assert begun
        time.sleep(13)
        played = follow([run for run in reader.readings if run.first >= begun.first], loop)
    assert len(played.joins) >= 6, played
    assert not played.disordered, played
    assert not played.black, played
    assert sorted(played.joins)[len(played.joins) // 2] == pytest.approx(1, abs=1)
    assert max(played.joins) < 4, played


def test_a_stop_leaves_a_black_wall_and_a_start_goes_on_where_it_was(stage: Stage, glass: XServer) -> None:
    with GlassReader(glass.display, STRIP) as reader:
        with stage.start() as running:
            running.playing()
            running.wait_for_status(lambda told: told["cue"] == 2)
        left = [run.seen for run in reader.readings if is_picture(run.seen)][-1]
        black = reader.wait_for(lambda seen: seen is BLACK, ENOUGH_S, since=time.monotonic() - 1)
        assert black
        with stage.start() as running:
            back = reader.wait_for(is_picture, ENOUGH_S, since=black.first)
    assert isinstance(left, Reading)
    assert back
    assert isinstance(back.seen, Reading)
    assert back.seen.clip == left.clip
    assert abs(back.seen.frame - left.frame) <= 15
    # the work or black, never anything else
    assert not [run for run in reader.readings if run.seen is UNREADABLE]


@pytest.mark.parametrize("fit", ["contain", "cover", "stretch", "none"])
def test_the_picture_fills_the_screen_as_kiosk_yaml_says(tmp_path: Path, fit: str) -> None:
    from mss import MSS

    with XServer(size=(640, 480)) as glass:
        stage = Stage(tmp_path / "kiosk", glass.display)
        make_clip(stage.footage / "clip.mp4", 1, 60, size=(320, 180))
        stage.loop("cues:\n  - clip: clip.mp4\n")
        stage.kiosk(f"screen: {{fit: {fit}}}\n")
        with stage.start() as running:
            running.playing()
            time.sleep(0.5)
            with MSS(display=glass.display) as screen:
                shot = screen.grab({"left": 0, "top": 0, "width": 640, "height": 480})
    lit = [
        (x, y) for y in range(2, 480, 4) for x in range(2, 640, 4) if max(shot.pixel(x, y)) > 40 and y > 90
    ]  # below the strip, whose blocks may be black
    width, height = max(x for x, _ in lit) - min(x for x, _ in lit), max(y for _, y in lit)
    wide, low = {"contain": (True, 419), "cover": (True, 478), "stretch": (True, 478), "none": (False, 329)}[fit]
    assert (width > 600) == wide
    assert height == pytest.approx(low, abs=8)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real footage is not beside this checkout")
def test_a_mixed_loop_of_real_footage_plays_through_with_its_clock_right(tmp_path: Path, glass: XServer) -> None:
    stage = Stage(tmp_path / "kiosk", glass.display)
    stage.footage.rmdir()
    stage.footage.symlink_to(SHARED)
    stage.loop(
        "cues:\n  - clip: vtest.avi\n    in: 0:04\n    out: 0:07\n  - clip: car-detection.mp4\n    out: 0:03\n"
        "  - clip: bikes.mp4\n    in: 0:02.5\n    out: 0:05\n    hold: 1\n  - black: 0.5\n"
    )
    with stage.start() as running:
        first = running.playing()
        starts = {0: 0.0, 1: 3.0, 2: 6.04, 3: 9.52}  # car-detection shows whole frames, 0.08 s each

        def clock(told: dict[str, object]) -> float:
            iteration, cue_, position = told["iteration"], told["cue"], told["position"]
            assert isinstance(iteration, int)
            assert isinstance(cue_, int)
            assert isinstance(position, float)
            return (iteration - 1) * float(str(told["loop"])) + starts[cue_] + position

        offsets = []
        until = time.monotonic() + 23
        while time.monotonic() < until:
            told = running.status()
            if told.get("phase") == "playing" and told["cue"] >= 0:
                offsets.append(clock(told) - float(told["written"]))
            time.sleep(0.25)
    assert first["loop"] == pytest.approx(10.02, abs=0.05)
    assert max(offsets) - min(offsets) < 1.0, (min(offsets), max(offsets))
    assert not [line for line in stage.log() if "FIXED" in line or "ACTION" in line]
