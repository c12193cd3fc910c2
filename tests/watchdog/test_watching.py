"""The real `installation start`, with real processes and no screen."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil
import pytest

from installation.player.heartbeat import BEAT_S
from tests.glass.marked import make_clip
from tests.glass.stage import ENOUGH_S, Running, Stage
from tests.glass.xserver import XServer
from tests.show.dumping import prepare

KIOSK = "screen: {kind: none}\nsound: off\nwatchdog: {patience: 1}\n"
LOOP = "cues:\n  - clip: a.mp4\n  - clip: b.mp4\n"
SIZE = (160, 90)
CLIP_S = 20

WATCH = """
import os, signal, sys
from pathlib import Path
from installation.places import Places
from installation.screens.finding import find
from installation.screens.screen import NoScreen
from installation.screens.x11 import X11Screen
from installation.watchdog.watching import Watchdog

def late(kind, output):
    display = Path(sys.argv[2], "display")
    return ("x11", X11Screen(display.read_text())) if display.exists() else ("none", NoScreen())

places = Places.under(Path(sys.argv[2]))
places.make()
watchdog = Watchdog(Path(sys.argv[1]), places, lambda line: None, late if "late" in sys.argv else find, again_s=0.5)
signal.signal(signal.SIGTERM, lambda *_: watchdog.end())
watchdog.run()
"""
"""The watchdog, but impatient with missing footage; `late`: its screen is there once a file names its display."""


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clips")
    for number, name in enumerate(("a.mp4", "b.mp4"), 1):
        make_clip(folder / name, number, frames=CLIP_S * 25, size=SIZE, rate=Fraction(25))
    return folder


def furnish(folder: Path, clips: Path) -> Stage:
    made = Stage(folder)
    shutil.copytree(clips, made.footage, dirs_exist_ok=True)
    made.loop(LOOP)
    made.kiosk(KIOSK)
    return made


@pytest.fixture
def stage(tmp_path: Path, clips: Path) -> Stage:
    return furnish(tmp_path, clips)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Iterator[Running]:
    """One installation for all that does not end it."""
    with furnish(tmp_path_factory.mktemp("stage"), clips).start() as started:
        started.playing()
        yield started


@contextmanager
def started(stage: Stage, *command: str) -> Iterator[Running]:
    """Start the watchdog in another way than `installation start`, as the leader of a group of its own."""
    process = subprocess.Popen(
        [sys.executable, *command],
        env=stage.environ(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield Running(stage, process)
    finally:
        process.terminate()
        process.communicate(timeout=ENOUGH_S)


def wait(until: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + ENOUGH_S
    while time.monotonic() < deadline:
        if found := until():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come")


def words(stage: Stage) -> list[str]:
    """What the staff log says, by the word of each line."""
    return [line[21:].split()[0] for line in stage.log()]


def ends_well(running: Running, family: list[psutil.Process]) -> bool:
    """Whether the watchdog ends with exit code 0 within 3 s and nothing of it is left."""
    return running.process.wait(3.0) == 0 and not any(process.is_running() for process in family)


def test_without_a_screen_it_says_so_and_where_its_picture_is(running: Running) -> None:
    picture = running.stage.state / "run" / "picture.png"
    said = running.wait_for_line("PLAYING")
    assert said[21:] == (
        "PLAYING  No screen is wanted (kiosk.yaml says none). "
        f"The loop plays all the same; its current picture is in {picture}."
    )
    assert running.status()["picture"] == str(picture)
    png = wait(lambda: picture.exists() and picture.read_bytes())
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">2I", png[16:24]) == SIZE


def test_status_says_that_all_is_well(running: Running) -> None:
    asked = running.stage.run("status")
    assert asked.returncode == 0
    assert asked.stdout.startswith("All is well: the loop plays since ")
    assert "Cue 1 of 2 (a.mp4 at " in asked.stdout
    as_json = running.stage.run("status", "--json")
    assert (as_json.returncode, json.loads(as_json.stdout)["phase"]) == (0, "playing")


def test_a_second_start_says_who_runs_already(running: Running) -> None:
    second = running.stage.run("start")
    assert second.returncode == 3
    assert f"already running (process {running.process.pid}," in second.stderr
    assert running.process.poll() is None


def place_s(told: dict[str, Any]) -> float:
    """Where the loop stands, in seconds from its beginning."""
    return float((told["iteration"] - 1) * 2 * CLIP_S + told["cue"] * CLIP_S + told["position"])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_player_that_dies_or_hangs_is_back_at_the_same_place(running: Running, how: signal.Signals) -> None:
    before = running.playing()
    count = len([told for told in running.stage.journal() if told["event"] == "fixed"])
    os.kill(before["player"], how)
    struck = time.time()
    back = running.wait_for_status(lambda told: told["phase"] == "playing" and told["player"] != before["player"])
    (fixed,) = [told for told in running.stage.journal() if told["event"] == "fixed"][count:]
    left = place_s(before) + struck - before["written"]
    shown_s = back["written"] - datetime.fromisoformat(fixed["time"]).timestamp()
    assert abs(place_s(back) - shown_s - left) < BEAT_S + 0.25
    assert fixed["fault"] == ("silent" if how is signal.SIGSTOP else "ended")
    assert "a.mp4 at 0:" in fixed["said"] or "b.mp4 at 0:" in fixed["said"]


def test_a_log_that_cannot_be_written_does_not_stop_the_picture(stage: Stage) -> None:
    log = stage.state / "log"
    with stage.start() as running:
        before = running.playing()
        log.rename(log.with_name("aside"))
        log.touch()
        os.kill(before["player"], signal.SIGKILL)
        running.wait_for_status(lambda told: told["restarts"] == 1)
        log.unlink()
    said = "\n".join(stage.log())
    assert "The player ended" in said  # told while it could not be written
    assert "The disk did not take this log" in said
    assert ", 1 restart, " in said


def test_a_signal_ends_everything_in_time(stage: Stage) -> None:
    with stage.start() as running:
        running.playing()
        family = running.family()
        assert len(family) >= 3
        running.process.terminate()
        assert ends_well(running, family)
    assert stage.log()[-1][21:].startswith("CLOSED   Good ")
    assert not (stage.state / "run" / "status.json").exists()
    assert stage.run("status").returncode == 3
    assert stage.run("stop").returncode == 3


def test_ctrl_c_ends_everything_in_time(stage: Stage) -> None:
    folders = ["--config", str(stage.config), "--state", str(stage.state)]
    with started(stage, "-m", "installation", "start", *folders) as running:
        running.playing()
        family = running.family()
        os.killpg(running.process.pid, signal.SIGINT)
        assert ends_well(running, family)
    assert [word for word in words(stage) if word != "PREPARE"] == ["OPEN", "PLAYING", "CLOSED"]


def test_ctrl_c_while_the_show_is_being_prepared_ends_everything_too(stage: Stage) -> None:
    folders = ["--config", str(stage.config), "--state", str(stage.state)]
    with started(stage, "-m", "installation", "start", *folders) as running:
        wait(running.player)
        family = running.family()
        os.killpg(running.process.pid, signal.SIGINT)
        assert ends_well(running, family)
        assert running.process.stderr
        assert "Traceback" not in running.process.stderr.read()


def test_a_watchdog_that_is_killed_takes_its_children_with_it(stage: Stage) -> None:
    with stage.start() as running:
        running.playing()
        _, *children = running.family()
        running.process.kill()
        psutil.wait_procs(children, timeout=2.0)
        assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    with stage.start() as running:
        running.playing()


def test_after_a_restart_it_goes_on_where_it_was_and_stop_ends_it(stage: Stage) -> None:
    stage.loop("cues:\n  - clip: a.mp4\n    out: 1\n  - clip: b.mp4\n")
    with stage.start() as running:
        before = running.wait_for_status(lambda told: told["cue"] == 1 and told["position"] > 1)
        stopped = stage.run("stop")
        assert (stopped.returncode, stopped.stdout) == (0, "The installation has ended.\n")
        assert running.process.wait(ENOUGH_S) == 0
    point = json.loads((stage.state / "run" / "resume.json").read_text())
    assert (point["name"], point["cue"], point["position_s"] >= before["position"]) == ("b.mp4", 1, True)
    with stage.start() as running:
        told = running.playing()
        assert told["cue"] == 1
        assert told["position"] >= point["position_s"]
        assert words(stage)[-2:] == ["OPEN", "PLAYING"]
    stage.kiosk(KIOSK + "after_restart: start\n")
    prepare(stage)  # else the last show may be put on the wall first, if the machine is slow
    with stage.start() as running:
        told = running.playing()
        assert told["cue"] == 0


def test_a_configuration_that_says_nothing_ends_the_start_with_its_problems(stage: Stage) -> None:
    stage.loop("cues:\n  - clp: a.mp4\n")
    done = stage.run("start")
    assert done.returncode == 2
    assert "loop.yaml:2:5: cue 1 has no kind" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_edit_leaves_the_last_good_show_on_the_wall(stage: Stage) -> None:
    with stage.start() as running:
        running.playing()
    stage.loop(LOOP + "  - clip: a.mp4\n    fadein: 2\n")
    with stage.start() as running:
        running.playing()
        kept = running.wait_for_line("KEPT")
        assert "has a mistake in" in kept
        assert "loop.yaml:5:5: unknown key 'fadein'." in kept
        told = running.wait_for_status(lambda told: told["phase"] == "playing" and bool(told["problems"]))
        assert (told["cues"], stage.run("status").returncode) == (2, 1)


def test_footage_that_is_missing_is_waited_for_and_its_picture_comes_by_itself(stage: Stage) -> None:
    away = stage.footage.with_name("away")
    stage.footage.rename(away)
    stage.footage.mkdir()
    with started(stage, "-c", WATCH, str(stage.config), str(stage.state)) as running:
        assert "The wall is black, because nothing can be played: " in running.wait_for_line("ACTION")
        told = running.wait_for_status(lambda told: bool(told["problems"]))
        assert told["phase"] != "playing"
        stage.footage.rmdir()
        away.rename(stage.footage)
        running.wait_for_status(lambda told: told["phase"] == "playing" and not told["problems"])

        stage.footage.rename(away)
        os.kill(running.status()["player"], signal.SIGKILL)
        running.wait_for_line("ACTION", count=2)
        stage.loop(LOOP + "  - clip: c.mp4\n    fadein: 2\n")
        away.rename(stage.footage)
        running.wait_for_line("KEPT")
        running.wait_for_status(lambda told: told["phase"] == "playing" and bool(told["problems"]))


def test_a_screen_that_comes_up_late_takes_the_picture(stage: Stage) -> None:
    stage.kiosk(KIOSK.replace("none", "auto"))
    with started(stage, "-c", WATCH, str(stage.config), str(stage.state), "late") as running:
        assert running.playing()["screen"] == "none"
        with XServer(SIZE) as server:
            (stage.state / "display").write_text(server.display)
            told = running.wait_for_status(lambda told: told["phase"] == "playing" and told["screen"] == "x11")
            assert told["output"] in ("x11", "gpu")
            assert running.wait_for_line("PLAYING", count=2)[21:] == "PLAYING  The picture is on the screen."


def test_a_player_that_needs_more_memory_than_it_may_use_has_it_and_that_is_told(stage: Stage) -> None:
    with stage.start() as running:
        running.playing()
        show = (stage.state / "show" / "current").resolve() / "show.json"
        as_it_was = show.read_text()
    assert '"memory_bytes": 2147483648' in as_it_was
    show.write_text(
        as_it_was.replace('"memory_bytes": 2147483648', '"memory_bytes": 1048576')
    )  # kiosk.yaml refuses this
    with stage.start() as running:
        assert "and kiosk.yaml allows 1 MiB." in running.wait_for_line("ACTION")
        assert running.status()["restarts"] == 0
