"""What works beside the player is killed or stands still: visitors see nothing of it, and it is there again."""

import signal
import time

import psutil

from tests.glass.analysis import cue, measured
from tests.glass.marked import UNREADABLE, make_clip, strip_on
from tests.glass.reader import GlassReader
from tests.glass.stage import ENOUGH_S, Running, Stage
from tests.glass.test_faults import events, shows
from tests.glass.xserver import XServer

LOOP = "cues:\n  - clip: clip-1.mp4\n  - clip: clip-2.mp4\n"
SEEN = cue(0, 1, range(45)) + cue(1, 2, range(60)) + cue(2, 4, range(300))


def found(running: Running, module: str, but: int = 0) -> psutil.Process:
    """Wait for a process of a module with another number than `but`."""
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        for process in running.family():
            try:
                if module in process.cmdline() and process.pid != but:
                    return process
            except psutil.NoSuchProcess:
                continue
    raise AssertionError(f"no process of {module}")


def test_what_works_beside_the_player_may_die_or_stand_still(stage: Stage, glass: XServer) -> None:
    make_clip(stage.footage / "clip-4.mp4", 4, 300)
    stage.loop(LOOP)
    with stage.start() as running, GlassReader(glass.display, strip_on((640, 360))) as reader:
        told = running.playing()
        at = time.monotonic()
        for out, how in (("5", signal.SIGKILL), ("6", signal.SIGSTOP)):
            stage.loop(f"{LOOP}  - clip: clip-4.mp4\n    out: {out}\n")
            found(running, "installation.show.worker").send_signal(how)
        assert "It is tried again by itself." in running.wait_for_line("ACTION")
        stage.loop(f"{LOOP}  - clip: clip-4.mp4\n    out: 2\n")
        assert reader.wait_for(shows(4), ENOUGH_S, since=at)
        killed = {module: found(running, module) for module in ("installation.eye", "installation.edits")}
        for process in killed.values():
            process.kill()
        for module, process in killed.items():
            found(running, module, but=process.pid)
        assert measured("what works beside the player killed, stopped", reader.readings, SEEN, at) < 1
        assert running.status()["player"] == told["player"]
    assert len(events(stage, "prepare_failed")) == 1
    assert not events(stage, "fixed")
    assert not [run for run in reader.readings if run.seen is UNREADABLE]
