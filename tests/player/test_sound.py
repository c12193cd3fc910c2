import time

import pytest

from installation.player.sound import AGAIN_S, GONE, GOOD_S, OPENS_S, STALLED, SURE_S, Guard, Sound
from tests.glass.stage import ENOUGH_S
from tests.player.fakes import FakeClock, FakeEngine


class Hearing:
    """A sound on a fake engine, and a clock that is set."""

    def __init__(self, stalls: int = 0, track: int | None = 1, heard: str = "alsa") -> None:
        self.clock = FakeClock()
        self.engine = FakeEngine(self.clock)
        self.engine.heard = heard
        self.sound = Sound(self.engine, stalls, self.clock)
        self.opened = self.sound.open(track)

    def look(self, after_s: float = 0.0) -> str:
        self.clock.now += after_s
        return self.sound.look()


def test_a_show_is_opened_with_its_sound_and_all_is_well() -> None:
    hearing = Hearing()
    assert (hearing.opened, hearing.sound.may_hold) == (1, True)
    assert hearing.look() == ""
    assert hearing.look(1000) == ""
    assert hearing.engine.chosen == []


@pytest.mark.parametrize(("track", "heard"), [(None, ""), (1, "null")])
def test_where_nothing_sounds_no_device_is_to_blame(track: int | None, heard: str) -> None:
    hearing = Hearing(track=track, heard=heard)
    assert hearing.look() == ""
    assert not hearing.sound.may_hold
    assert hearing.look(1000) == ""
    assert hearing.engine.searches == 0


@pytest.mark.parametrize(("stalls", "pause_s"), [*enumerate(AGAIN_S, 1), (9, AGAIN_S[-1])])
def test_after_a_stall_it_begins_silent_and_tries_again_later_and_later(stalls: int, pause_s: float) -> None:
    hearing = Hearing(stalls, heard="")
    assert (hearing.opened, hearing.sound.may_hold) == (None, False)
    told = STALLED if stalls > 1 else ""
    assert hearing.look(pause_s - 0.1) == told
    assert hearing.engine.chosen == []
    hearing.look(0.1)
    assert hearing.engine.chosen == [1]
    assert hearing.sound.may_hold
    hearing.engine.heard = "alsa"
    assert hearing.look(SURE_S - 0.1) == told
    assert hearing.look(0.2) == ""
    hearing.look(GOOD_S)
    assert hearing.sound.stalls == 0


def test_a_device_that_goes_is_looked_for_less_and_less_often() -> None:
    hearing = Hearing()
    hearing.look()
    hearing.engine.heard = "null"
    for seconds in range(2000):
        assert hearing.look(1) == GONE
        if seconds == 4:
            assert hearing.engine.searches == 1
    assert 3 <= hearing.engine.searches <= 6
    hearing.engine.heard = "alsa"
    assert hearing.look() == ""


def wait(stalled: list[float]) -> None:
    until = time.monotonic() + ENOUGH_S
    while not stalled and time.monotonic() < until:
        time.sleep(0.02)


def test_a_picture_that_stands_still_while_it_sounds_is_a_stall_told_once() -> None:
    stalled = list[float]()
    guard = Guard(1.0, lambda: stalled.append(time.monotonic()))
    for time_s in range(5):
        guard.plays(float(time_s), sounds=True)
    at = time.monotonic()
    wait(stalled)
    guard.plays(4.0, sounds=True)
    time.sleep(0.7)
    assert len(stalled) == 1
    assert stalled[0] - at >= 0.4


def test_a_picture_that_stands_still_in_silence_is_the_watchdogs_business() -> None:
    stalled = list[float]()
    guard = Guard(0.4, lambda: stalled.append(time.monotonic()))
    guard.opens(sounds=False)
    guard.plays(1.0, sounds=False)
    time.sleep(0.8)
    assert stalled == []


def test_a_show_that_does_not_open_with_its_sound_is_a_stall() -> None:
    stalled = list[float]()
    guard, at = Guard(3.0, lambda: stalled.append(time.monotonic())), time.monotonic()
    guard.opens(sounds=True)
    wait(stalled)
    assert stalled[0] - at >= OPENS_S
