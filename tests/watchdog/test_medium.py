"""A medium with footage is pulled out while its clip plays, and put back: real disk, real processes."""

import os
from pathlib import Path

from tests.disks import ext4
from tests.glass.marked import make_clip
from tests.glass.stage import Stage


def test_a_medium_that_is_pulled_out_leaves_what_else_can_play_and_is_taken_up_when_it_is_back(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "kiosk")
    make_clip(stage.footage / "here.mp4", 1, 40, size=(64, 48))
    stage.kiosk("screen: {kind: none}\nsound: off\nwatchdog: {patience: 1}\n")
    stage.loop("cues:\n  - clip: here.mp4\n  - clip: stick/there.mp4\n")
    with ext4(stage.footage / "stick") as stick:
        make_clip(stick.folder / "there.mp4", 2, 150, keyint=1)
        os.sync()
        with stage.start() as running:
            running.wait_for_status(lambda told: told["cue"] == 1 and told["phase"] == "playing")
            stick.cut()
            stick.pull()
            missing = running.wait_for_line("MISSING")
            running.wait_for_status(lambda told: told["phase"] == "playing" and told["cues"] == 1)
            stick.insert()
            running.wait_for_line("CHANGED", 2)
            running.wait_for_status(lambda told: told["cue"] == 1 and not told["problems"])
    assert "there.mp4" in missing
    told = [line for line in stage.log() if "there.mp4" in line and "MISSING" in line]
    assert len(told) == 1
