import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from installation.drill.running import Running, find_running
from installation.journal import status
from installation.journal.status import Status
from installation.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places.under(tmp_path / "state")
    places.make()
    return places


@pytest.fixture
def child() -> Iterator[int]:
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process.pid
        process.kill()


def told(places: Places, player: int = 0, phase: str = "playing", problems: tuple[str, ...] = ()) -> None:
    present = Status(written=time.time(), pid=os.getpid(), phase=phase, since=0, player=player, problems=problems)
    status.write(places.status, present)


def running(places: Places) -> Running:
    return Running(places, os.getpid(), places.state, {})


def test_where_nobody_holds_the_lock_nothing_runs(places: Places) -> None:
    assert find_running(places) is None


def test_what_runs_tells_its_configuration_and_its_screen_by_its_own_process(places: Places, tmp_path: Path) -> None:
    holds = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from installation.places import Places\n"
        "from installation.processes import lock\n"
        "held = lock.take(Places.under(Path(sys.argv[3])))\n"
        "print(held, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", holds, "installation.watchdog", str(tmp_path / "config"), str(places.state)]
    environ = {**os.environ, "DISPLAY": ":987"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environ) as process:
        assert process.stdout
        assert process.stdout.readline()
        found = find_running(places)
        process.kill()
    assert found
    assert (found.holder, found.config) == (process.pid, tmp_path / "config")
    assert (found.kind, found.screen.display) == ("x11", ":987")


def test_only_a_child_of_the_watchdog_is_taken_for_its_player(places: Places, child: int) -> None:
    told(places, player=child)
    assert running(places).player == child
    told(places, player=os.getppid())
    assert running(places).player == 0
    told(places, player=0)
    assert running(places).player == 0


def test_a_problem_that_was_there_before_is_none_of_the_drills(places: Places) -> None:
    told(places, problems=("clip-2.mp4 is missing",))
    here = running(places)

    def present() -> tuple[bool, bool]:
        return here.plays, here.is_as_before

    assert present() == (True, True)
    told(places, problems=("clip-2.mp4 is missing", "unknown key 'drill'"))
    assert present() == (True, False)
    told(places, phase="resting", problems=("clip-2.mp4 is missing",))
    assert present() == (False, False)


def test_the_journal_is_asked_for_what_it_has_told_since_a_moment(places: Places) -> None:
    def line(kind: str, at: float, said: str) -> str:
        return json.dumps({"time": datetime.fromtimestamp(at).astimezone().isoformat(), "event": kind, "said": said})

    lines = [line("kept", 100, "old"), line("same", 200, "other"), line("kept", 201, "new"), line("kept", 300, "last")]
    places.journal.write_text("half a line{\n" + "\n".join(lines) + '\n{"event": "kept"}\n', encoding="utf-8")
    event = running(places).told("kept", 150)
    assert event
    assert (event["said"], event["at"]) == ("new", 201)
    assert running(places).told("kept", 301) is None
    places.journal.unlink()
    assert running(places).told("kept", 0) is None
