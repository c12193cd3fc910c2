import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

from installation.drill.faults import GREY, Cover, Mistake, Player, ScreenOff
from installation.drill.running import Running
from installation.journal import status
from installation.journal.status import Status
from installation.places import Places
from installation.screens.screen import NoScreen, Picture
from tests.glass.stage import ENOUGH_S
from tests.glass.xserver import XServer

BLACK, LIT = Picture(2, 1, bytes(6)), Picture(2, 1, bytes([0, 0, 0, 90, 40, 200]))
COVERED = Picture(2, 1, bytes([GREY] * 6))


@dataclass
class Glass(NoScreen):
    """A screen that shows what a test says, and obeys or not."""

    shows: Picture | None = LIT
    obeys: bool = True
    orders: list[bool] = field(default_factory=list)

    def grab(self, width: int = 160) -> Picture | None:  # noqa: ARG002
        return self.shows

    def power(self, on: bool) -> bool:
        self.orders.append(on)
        return self.obeys


@pytest.fixture
def glass() -> Glass:
    return Glass()


@pytest.fixture
def running(tmp_path: Path, glass: Glass) -> Running:
    places = Places.under(tmp_path / "state")
    places.make()
    (tmp_path / "loop.yaml").write_text("cues:\n  - black: 3\n")
    running = Running(places, os.getpid(), tmp_path, {})
    running.kind, running.screen = "none", glass  # what undoes something finds no real screen
    tell(running)
    return running


def tell(running: Running, phase: str = "playing", **present: Any) -> None:
    told = Status(written=time.time(), pid=os.getpid(), phase=phase, since=0, **present)
    status.write(running.places.status, told)


def log(running: Running, event: str, **fields: Any) -> None:
    line = {"time": datetime.now().astimezone().isoformat(), "event": event, "said": event, **fields}
    with running.places.journal.open("a", encoding="utf-8") as journal:
        journal.write(json.dumps(line) + "\n")


@pytest.fixture
def child() -> Iterator[psutil.Process]:
    with subprocess.Popen(["sleep", "600"]) as process:
        yield psutil.Process(process.pid)
        process.kill()


def state_of(process: psutil.Process, wanted: str) -> bool:
    until = time.monotonic() + ENOUGH_S
    while process.status() != wanted and time.monotonic() < until:
        time.sleep(0.01)
    return process.status() == wanted


def test_a_killed_player_is_over_when_another_plays_and_the_screen_is_lit(
    running: Running, glass: Glass, child: psutil.Process
) -> None:
    tell(running, player=child.pid, name="a.mp4")
    fault = Player("player killed", signal.SIGKILL, running)
    since = time.time()
    fault.strike()
    assert state_of(child, psutil.STATUS_ZOMBIE)
    assert not fault.noticed_at(since)
    assert not fault.is_over()
    tell(running, "starting", player=1)
    assert fault.noticed_at(since)
    assert not fault.is_over()
    glass.shows = BLACK
    tell(running, player=1, name="a.mp4")
    over = [fault.is_over()]
    glass.shows = LIT
    over.append(fault.is_over())
    assert over == [False, True]


@pytest.mark.parametrize("dark", ["before", "a black is due"])
def test_a_screen_need_not_be_lit_where_the_work_is_dark(
    running: Running, glass: Glass, child: psutil.Process, dark: str
) -> None:
    glass.shows = BLACK if dark == "before" else LIT
    tell(running, player=child.pid, name="a.mp4")
    fault = Player("player killed", signal.SIGKILL, running)
    fault.strike()
    glass.shows = BLACK
    tell(running, player=1, name="a.mp4" if dark == "before" else "")
    assert fault.is_over()


def test_a_stopped_player_that_nobody_ended_goes_on(running: Running, child: psutil.Process) -> None:
    tell(running, player=child.pid)
    fault = Player("player stopped", signal.SIGSTOP, running)
    fault.strike()
    assert state_of(child, psutil.STATUS_STOPPED)
    fault.undo()
    assert state_of(child, psutil.STATUS_SLEEPING)


def test_without_a_player_there_is_nobody_to_strike(running: Running) -> None:
    with pytest.raises(ProcessLookupError, match="no player"):
        Player("player killed", signal.SIGKILL, running).strike()


def test_a_cover_is_over_when_something_else_is_seen_and_was_noticed_before_the_log_tells(
    running: Running, glass: Glass
) -> None:
    fault, since = Cover(running), time.time() - 5
    glass.shows = COVERED
    assert (fault.is_over(), fault.noticed_at(since)) == (False, None)
    glass.shows = LIT
    log(running, "seen_again", dark=2.0)
    noticed = fault.noticed_at(since)
    assert fault.is_over()
    assert noticed
    assert 2.5 < noticed - since < ENOUGH_S


def test_a_cover_that_cost_a_restart_was_noticed_too(running: Running) -> None:
    since = time.time()
    log(running, "fixed", fault="ended", dark=0.1)
    assert Cover(running).noticed_at(since) is None
    running.places.journal.unlink()
    log(running, "fixed", fault="covered", dark=90.0)
    assert Cover(running).noticed_at(since) == since  # not before it was there


@pytest.mark.parametrize(("kind", "shows"), [("wayland", LIT), ("none", None), ("x11", None)])
def test_only_an_x_screen_that_can_be_read_is_covered(
    running: Running, glass: Glass, kind: str, shows: Picture | None
) -> None:
    running.kind, glass.shows = kind, shows
    assert Cover(running).why_not()


def test_a_real_cover_is_seen_and_goes_with_the_drill(running: Running) -> None:
    with XServer() as server:
        seen = Running(running.places, os.getpid(), running.config, {"DISPLAY": server.display})
        fault = Cover(seen)
        assert not fault.why_not()
        fault.strike()
        covered = wait_for(seen, COVERED.rgb[:1])
        fault.undo()
        bare = wait_for(seen, b"\0")
        seen.screen.close()
    assert (covered, bare) == (True, True)


def wait_for(running: Running, level: bytes) -> bool:
    """Wait until the whole screen has one level."""
    until = time.monotonic() + ENOUGH_S
    while time.monotonic() < until:
        picture = running.screen.grab()
        if picture and set(picture.rgb) == set(level):
            return True
        time.sleep(0.02)
    return False


def test_an_edit_with_a_mistake_is_there_until_it_is_undone(running: Running) -> None:
    path = running.config / "loop.yaml"
    whole, since = path.read_bytes(), time.time()
    fault = Mistake(running)
    assert not fault.why_not()
    fault.strike()
    assert path.read_bytes() != whole
    assert fault.noticed_at(since) is None
    log(running, "kept")
    assert fault.noticed_at(since)
    assert fault.is_over()
    fault.undo()
    assert path.read_bytes() == whole


def test_a_loop_that_is_not_there_or_has_a_problem_is_not_edited(running: Running) -> None:
    tell(running, problems=("clip-2.mp4 is missing",))
    assert "problem already" in Mistake(running).why_not()
    tell(running)
    (running.config / "loop.yaml").unlink()
    assert "cannot be written" in Mistake(running).why_not()


def test_a_screen_that_was_switched_off_is_over_when_the_log_says_that_it_was_woken(
    running: Running, glass: Glass
) -> None:
    fault, since = ScreenOff(running), time.time()
    assert not fault.why_not()
    fault.strike()
    assert glass.orders == [True, False]
    assert (fault.noticed_at(since), fault.is_over()) == (None, False)
    log(running, "woken", cause="sleep")
    over = fault.noticed_at(since) is not None, fault.is_over()
    fault.undo()
    assert over == (True, True)


def test_a_screen_that_does_not_obey_is_left_alone(running: Running, glass: Glass) -> None:
    glass.obeys = False
    assert ScreenOff(running).why_not() == "no screen here obeys"
    fault = ScreenOff(running)
    with pytest.raises(OSError, match="did not obey"):
        fault.strike()
    fault.undo()
