import threading
import time

from installation.disk import Disk
from tests.glass.stage import ENOUGH_S


def test_a_disk_that_stalls_holds_nobody() -> None:
    disk, stalls, done = Disk(), threading.Event(), list[str]()

    def stall() -> None:
        stalls.wait(ENOUGH_S)

    disk.ask("status", stall)
    begun = time.monotonic()
    assert not disk.finish(0.05)
    for number in range(3):
        disk.ask("status", lambda number=number: done.append(f"status {number}"))  # type: ignore[misc]
        disk.ask("log", lambda: done.append("log"))
    assert time.monotonic() - begun < ENOUGH_S
    assert done == []
    stalls.set()
    assert disk.finish(ENOUGH_S)
    assert done == ["status 2", "log"]  # of what is out of date only the last is written


def test_a_disk_that_refuses_costs_one_job() -> None:
    disk, done = Disk(), list[str]()

    def refuse() -> None:
        raise OSError

    disk.ask("log", refuse)
    disk.ask("status", lambda: done.append("status"))
    assert disk.finish(ENOUGH_S)
    assert done == ["status"]


def test_a_disk_answers_in_time_or_is_not_waited_for() -> None:
    disk, stalls = Disk(), threading.Event()
    assert disk.answer(lambda: 7, ENOUGH_S, otherwise=0) == 7
    assert [disk.answer(lambda: stalls.wait(ENOUGH_S), 0.05, otherwise=False) for _ in range(2)] == [False, False]
    stalls.set()
    assert disk.answer(lambda: 7, ENOUGH_S, otherwise=0) == 7
