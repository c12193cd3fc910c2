"""Footage that is damaged under the very clip that plays, and what is put in its place."""

import os
import time

from tests.disks import served
from tests.glass.analysis import cue, measured
from tests.glass.marked import make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Stage
from tests.glass.test_faults import events, shows
from tests.glass.xserver import XServer

STRIP = strip_on((640, 360))


def test_a_clip_that_is_overwritten_or_cut_while_it_plays_costs_a_moment_and_is_told(
    stage: Stage, glass: XServer
) -> None:
    stage.kiosk("watchdog: {patience: 1}\n")
    stage.loop("cues:\n  - clip: clip-1.mp4\n    out: 0.5\n  - clip: clip-2.mp4\n  - clip: clip-3.mp4\n    out: 0.5\n")
    clip, other = stage.footage / "clip-2.mp4", make_clip(stage.footage.parent / "other.mp4", 9, 600)
    seen = cue(0, 1, range(15)) + cue(1, 2, range(60)) + cue(1, 9, range(600)) + cue(2, 3, range(15))
    with stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        assert reader.wait_for(shows(2, frame=10), ENOUGH_S)
        at = time.monotonic()
        clip.write_bytes(other.read_bytes())  # into the very file that plays
        assert reader.wait_for(shows(9, frame=10), ENOUGH_S, since=at)
        assert measured("clip overwritten as it plays", reader.readings, seen, at) < 8

        at = time.monotonic()
        os.truncate(clip, clip.stat().st_size // 20)
        assert "clip-2.mp4 is cut short" in running.wait_for_line("MISSING")
        assert reader.wait_for(shows(3), ENOUGH_S, since=at)
        assert measured("clip cut as it plays, patience 1 s", reader.readings, seen, at) < 8
        assert running.status()["cues"] == 2
    assert len(events(stage, "left_out")) == 1
    assert not events(stage, "player_fails")


def test_a_disk_that_stalls_holds_the_player_alone_and_the_picture_is_back_with_it(
    stage: Stage, glass: XServer
) -> None:
    stage.kiosk("watchdog: {patience: 1}\n")
    make_clip(stage.footage / "clip-1.mp4", 1, 600)
    with served(stage.footage) as disk, stage.start() as running, GlassReader(glass.display, STRIP) as reader:
        running.playing()
        assert reader.wait_for(shows(1, frame=10), ENOUGH_S)
        disk.suspend()
        running.wait_for_status(lambda told: told["phase"] == "starting")  # what was read ahead is used up
        began = running.status()["written"]
        running.wait_for_status(lambda told: told["written"] > began + 2)
        disk.resume()
        at = time.monotonic()
        back = reader.wait_for(shows(1), ENOUGH_S, since=at)
        assert back
        assert back.first - at < 5
        print(f"disk of the footage stalls: the picture is back {back.first - at:.2f} s after it answers")
        fixed = running.wait_for_line("FIXED")
    assert "The picture stopped in clip-1.mp4" in fixed
    assert [told["event"] for told in stage.journal() if told["word"] in ("FIXED", "MISSING", "ACTION")] == ["fixed"]
