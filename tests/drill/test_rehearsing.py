import os
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from installation.drill.rehearsing import LIMIT_S, RESTED_S, Finding, drill, rehearse, rows
from installation.drill.running import Running
from installation.errors import InstallationError
from installation.journal import status
from installation.journal.status import Status
from installation.places import Places


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def now(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass
class Rehearsed:
    """A fault that is noticed and over so many seconds after it struck; None for never."""

    clock: Clock = field(default_factory=Clock)
    noticed_s: float | None = 1.0
    over_s: float | None = 2.0
    reason: str = ""
    refuses: bool = False
    name: str = "a fault"
    darkens: bool = True
    struck_at: float | None = None
    undone: int = 0

    def why_not(self) -> str:
        return self.reason

    def strike(self) -> None:
        if self.refuses:
            raise OSError(13, "refused")
        self.struck_at = self.clock.now()

    def noticed_at(self, since: float) -> float | None:
        if self.noticed_s is None or self.clock.now() < since + self.noticed_s:
            return None
        return since + self.noticed_s

    def is_over(self) -> bool:
        return self.over_s is not None and self.clock.now() >= (self.struck_at or 0) + self.over_s

    def undo(self) -> None:
        self.undone += 1


def found(fault: Rehearsed, plays: bool = True) -> Finding:
    return rehearse(fault, lambda: plays, fault.clock.now, fault.clock.sleep)


def test_a_fault_that_is_noticed_and_over_has_healed() -> None:
    fault = Rehearsed()
    finding = found(fault)
    assert finding.healed
    assert finding.noticed_s == 1.0
    assert finding.back_s == pytest.approx(2.0, abs=0.1)
    assert fault.undone == 1


def test_a_fault_may_be_over_before_the_log_tells_of_it() -> None:
    finding = found(Rehearsed(noticed_s=8.0, over_s=0.5))
    assert finding.healed
    assert finding.back_s == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("fault", [Rehearsed(noticed_s=None), Rehearsed(over_s=None)], ids=["unnoticed", "not over"])
def test_what_nobody_notices_or_ends_has_not_healed_and_is_undone(fault: Rehearsed) -> None:
    assert not found(fault).healed
    assert fault.undone == 1
    assert fault.clock.now() < 1000 + LIMIT_S + 2 * RESTED_S


def test_a_wall_that_does_not_play_afterwards_has_not_healed() -> None:
    assert not found(Rehearsed(), plays=False).healed


def test_what_cannot_be_done_here_is_left_out_and_says_why() -> None:
    fault = Rehearsed(reason="there is no X screen")
    finding = found(fault)
    assert (fault.struck_at, finding.verdict) == (None, "left out: there is no X screen")


def test_what_is_refused_at_the_last_moment_is_left_out_and_undone() -> None:
    fault = Rehearsed(refuses=True)
    assert found(fault).verdict == "left out: refused"
    assert fault.undone == 1


def test_the_table_tells_what_was_noticed_and_when_the_picture_was_back() -> None:
    findings = [
        Finding("player killed", noticed_s=0.14, back_s=0.31, settled=True),
        Finding("edit with a mistake", darkens=False, noticed_s=1.2, back_s=0.1, settled=True),
        Finding("picture covered", noticed_s=4, settled=True),
        Finding("screen off", left_out="no screen here obeys"),
    ]
    assert rows(findings) == [
        ("player killed", "0.1 s", "0.3 s", "healed"),
        ("edit with a mistake", "1.2 s", "never away", "healed"),
        ("picture covered", "4.0 s", "–", "NOT HEALED"),
        ("screen off", "–", "–", "left out: no screen here obeys"),
    ]


@pytest.fixture
def running(tmp_path: Path) -> Running:
    places = Places.under(tmp_path / "state")
    places.make()
    status.write(places.status, Status(written=time.time(), pid=os.getpid(), phase="playing", since=0))
    return Running(places, os.getpid(), tmp_path, {})


def lines(running: Running) -> list[str]:
    return [line[21:] for line in running.places.staff_log.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("second", "last"),
    [
        (Rehearsed(reason="not here"), "DRILL    The drill is over: 1 fault rehearsed, everything healed"),
        (Rehearsed(over_s=None), "ACTION   The drill is over: 2 faults rehearsed, and 1 did not heal."),
    ],
    ids=["healed", "not healed"],
)
def test_the_log_says_that_a_drill_began_and_how_it_ended(running: Running, second: Rehearsed, last: str) -> None:
    told: list[str] = []
    findings = drill(running, [Rehearsed(second.clock), second], told.append, second.clock.now, second.clock.sleep)
    assert [finding.fault for finding in findings] == told == ["a fault", "a fault"]
    began, ended = lines(running)
    assert began.startswith("DRILL    A drill begins")
    assert ended.startswith(last)


def test_two_drills_do_not_get_into_each_others_way(running: Running) -> None:
    def another(_name: str) -> None:
        with pytest.raises(InstallationError, match="Another drill"):
            drill(running, [Rehearsed()], lambda _name: None)

    first = Rehearsed()
    assert drill(running, [first], another, first.clock.now, first.clock.sleep)[0].healed
    assert drill(running, [first], lambda _name: None, first.clock.now, first.clock.sleep)[0].healed


def test_a_drill_that_is_broken_off_has_an_end_in_the_log_too(running: Running) -> None:
    def breaks_off(_name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        drill(running, [Rehearsed()], breaks_off)
    assert [line.split()[0] for line in lines(running)] == ["DRILL", "DRILL"]
