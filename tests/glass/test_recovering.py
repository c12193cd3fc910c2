"""What a visitor sees when something breaks: the picture comes back by itself, where it was."""

import os
import signal
import time

import psutil
import pytest

from tests.glass.analysis import cue, longest_outage
from tests.glass.marked import BLACK, UNREADABLE, Reading, Seen, strip_on
from tests.glass.reader import GlassReader, Run
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.xserver import XServer

STRIP = strip_on((640, 360))
LOOP = cue(0, 1, range(45)) + cue(1, 2, range(60)) + cue(2, 3, range(90))
PLACES = {1: 0, 2: 45, 3: 105}
LENGTH = 195


def is_picture(seen: Seen) -> bool:
    return isinstance(seen, Reading)


def frame_of(run: Run) -> int:
    assert isinstance(run.seen, Reading)
    return PLACES[run.seen.clip] + run.seen.frame


def distance(before: Run, after: Run) -> int:
    """Frames from one picture to the other, whichever way round the loop is shorter."""
    apart = abs(frame_of(after) - frame_of(before)) % LENGTH
    return min(apart, LENGTH - apart)


def last_picture(reader: GlassReader) -> Run:
    return [run for run in reader.readings if is_picture(run.seen)][-1]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT, signal.SIGSTOP])
def test_a_player_that_dies_or_stops_is_replaced_and_goes_on_where_it_was(
    stage: Stage, glass: XServer, how: signal.Signals
) -> None:
    stage.kiosk("watchdog: {patience: 1}\n")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        told = running.playing()
        time.sleep(1.2)
        before, at = last_picture(reader), time.monotonic()
        os.kill(told["player"], how)
        fixed = running.wait_for_line("FIXED")
        back = reader.wait_for(is_picture, ENOUGH_S, since=at + 0.2)
        time.sleep(0.5)
        assert back
        assert distance(before, back) <= 15  # half a second
        assert running.status()["player"] != told["player"]
        assert longest_outage(reader.readings, LOOP, at).seconds < 10
    assert "Nothing to do." in fixed
    # the work or black, never anything else
    assert not [run for run in reader.readings if run.seen is UNREADABLE]


def test_an_x_server_that_comes_back_has_the_picture_back(stage: Stage, glass: XServer) -> None:
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        time.sleep(1)
        before = last_picture(reader)
        glass.kill()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        time.sleep(1.5)
        again = time.monotonic()
        glass.start_again()
        back = reader.wait_for(is_picture, ENOUGH_S, since=again)
        assert back
        assert distance(before, back) <= 15
        running.wait_for_line("FIXED")
    said = [word for line in stage.log() if (word := line[21:].split()[0]) != "PREPARE"]  # a busy machine says it
    assert said[:4] == ["OPEN", "PLAYING", "WAITING", "FIXED"], stage.log()
    assert [line for line in stage.log() if "screen is back" in line]


def test_an_x_server_that_stands_still_is_waited_for(stage: Stage, glass: XServer) -> None:
    stage.kiosk("watchdog: {patience: 1}\n")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        time.sleep(1)
        glass.freeze()
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        again = time.monotonic()
        glass.thaw()
        assert reader.wait_for(is_picture, ENOUGH_S, since=again)
        running.wait_for_line("FIXED")


def test_a_screen_that_is_late_is_waited_for(stage: Stage, glass: XServer) -> None:
    glass.kill()
    with stage.start() as running:
        running.wait_for_status(lambda told: told["phase"] == "waiting")
        glass.start_again()
        with GlassReader(glass.display, STRIP) as reader:
            assert reader.wait_for(is_picture, ENOUGH_S)
        running.playing()


def test_children_do_not_outlive_a_killed_watchdog(stage: Stage, glass: XServer) -> None:
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        family = running.family()
        assert len(family) >= 3
        at = time.monotonic()
        family[0].kill()
        _, alive = psutil.wait_procs(family[1:], timeout=10)
        assert not alive
        assert reader.wait_for(lambda seen: seen is BLACK, ENOUGH_S, since=at)


def test_a_mistake_in_the_loop_keeps_the_show_on_the_wall(stage: Stage, glass: XServer) -> None:
    with stage.start() as running:
        running.playing()
    stage.loop("cues:\n  - clip: clip-1.mp4\n    fadein: 2\n")
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        kept = running.wait_for_line("KEPT")
        seen = reader.wait_for(lambda seen: isinstance(seen, Reading) and seen.clip == 3, ENOUGH_S)
        assert seen
    assert "fadein" in kept
    assert "3:5" in kept or "line 3" in kept


def test_footage_that_is_gone_leaves_its_cues_out_and_the_rest_plays(stage: Stage, glass: XServer) -> None:
    with stage.start() as running:
        running.playing()
    (stage.footage / "clip-2.mp4").unlink()
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        missing = running.wait_for_line("MISSING")
        running.playing()
        time.sleep(6)
        clips = {run.seen.clip for run in reader.readings if isinstance(run.seen, Reading)}
    assert "clip-2.mp4" in missing
    assert clips == {1, 3}
