"""The rules as a table: what is a fault of the player, and how it is answered."""

from dataclasses import replace

import pytest

from installation.journal.events import Event
from installation.screens.screen import Sight
from installation.watchdog import rules
from installation.watchdog.rules import (
    GOOD_S,
    LONGEST_START_S,
    MANY,
    MIB,
    PAUSES_S,
    PLAYED_S,
    START_S,
    Act,
    Outage,
    Phase,
    Seen,
    State,
)
from tests.watchdog.looks import BLACK, NOT_READY, PATIENCE_S, TICK_S, after, beat, fail, kinds, playing


def fault(state: State, now: float, *, running: bool = True, patience_s: float = PATIENCE_S) -> str | None:
    return rules.find_fault(state, Seen(now, running), patience_s)


def test_at_the_beginning_a_player_is_started_at_once() -> None:
    state, done = after(State(due=5.0), Seen(5.0, running=False, sight=Sight.HAS_SCREEN))
    assert (state.phase, done) == (Phase.STARTING, [Act.START])


def test_the_first_picture_is_no_recovery_and_nothing_is_told() -> None:
    state, done = after(
        State(), Seen(0, running=False), Seen(0.3, running=True, beat=NOT_READY), Seen(0.5, running=True, beat=beat(0))
    )
    assert (state.phase, state.outage, kinds(done)) == (Phase.PLAYING, None, ["start"])


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.PLAYING])
def test_a_player_that_ended_is_a_fault_at_once(phase: Phase) -> None:
    assert fault(replace(playing(), phase=phase), 100.0, running=False) == "ended"


def heavy(now: float, mib: int) -> Seen:
    """A look at a player that is heavier than the 256 MiB that it may be, on a machine that has 2 GiB."""
    seen = Seen(now, running=True, beat=beat(now), sight=Sight.HAS_SCREEN)
    return replace(seen, memory_bytes=mib * MIB, allowed_bytes=256 * MIB, spare_bytes=2048 * MIB)


def test_a_player_that_grew_too_heavy_is_a_fault_from_this_moment_on() -> None:
    state, done = after(playing(), heavy(100 + PLAYED_S, 300))
    assert kinds(done) == ["kill"]
    assert state.outage
    assert (state.outage.fault, state.outage.since) == ("heavy", 100 + PLAYED_S)


@pytest.mark.parametrize("phase", [Phase.STARTING, Phase.PLAYING])
def test_a_player_that_is_heavy_from_its_start_on_has_what_it_needs_and_that_is_told_once(phase: Phase) -> None:
    state, done = after(replace(playing(), phase=phase), heavy(102.0, 300), heavy(104.0, 310), heavy(130.0, 440))
    assert done == [Event("needs_memory", {"needed": "300 MiB", "allowed": "256 MiB"})]
    assert kinds(after(state, heavy(132.0, 451))[1]) == ["kill"]


def test_a_player_never_has_more_than_the_machine_can_do_without() -> None:
    assert kinds(after(playing(), heavy(102.0, 2049))[1]) == ["kill"]


def test_after_a_thousand_failures_a_start_is_still_given_a_bounded_time() -> None:
    state = State(phase=Phase.STARTING, since=100.0, failures=100_000, slow=100_000)
    assert fault(state, 100 + LONGEST_START_S + PATIENCE_S) is None
    assert fault(state, 101 + LONGEST_START_S + PATIENCE_S) == "unready"


@pytest.mark.parametrize("phase", [Phase.RESTING, Phase.WAITING])
def test_without_a_player_nothing_is_a_fault(phase: Phase) -> None:
    assert fault(State(phase=phase), 1e6, running=False) is None


@pytest.mark.parametrize("patience_s", [1.0, 3.0, 60.0])
def test_silence_is_borne_for_the_patience_and_no_longer(patience_s: float) -> None:
    state = replace(playing(), moved_at=1e9)
    assert fault(state, 100 + patience_s, patience_s=patience_s) is None
    assert fault(state, 100 + patience_s + 0.01, patience_s=patience_s) == "silent"


@pytest.mark.parametrize("patience_s", [1.0, 3.0, 60.0])
def test_stillness_is_borne_for_the_patience_and_no_longer(patience_s: float) -> None:
    state = replace(playing(), heard_at=1e9)
    assert fault(state, 100 + patience_s, patience_s=patience_s) is None
    assert fault(state, 100 + patience_s + 0.01, patience_s=patience_s) == "still"


def test_a_player_that_beats_without_moving_is_still() -> None:
    looks = [Seen(100 + n * TICK_S, running=True, beat=beat(100)) for n in range(1, 13)]
    state, done = after(playing(), *looks)
    assert done == []
    state, done = after(state, Seen(103.25, running=True, beat=beat(100)))
    assert kinds(done) == ["kill"]
    assert state.outage == Outage(100, "still", beat(100))


def test_black_that_is_meant_may_last_for_ever() -> None:
    state, done = after(playing(), *(Seen(100.0 + n, running=True, beat=BLACK) for n in range(10_000)))
    assert (state.phase, done) == (Phase.PLAYING, [])


@pytest.mark.parametrize(
    ("slow", "allowed_s"), [(0, START_S), (1, 2 * START_S), (2, 4 * START_S), (3, 120.0), (99, LONGEST_START_S)]
)
def test_a_start_has_more_time_after_each_that_took_too_long(slow: int, allowed_s: float) -> None:
    state = State(phase=Phase.STARTING, since=100.0, failures=slow + 3, slow=slow)
    assert fault(state, 100 + allowed_s + PATIENCE_S) is None
    assert fault(state, 100 + allowed_s + PATIENCE_S + 0.01) == "unready"


def test_a_start_that_fails_was_dark_from_its_beginning() -> None:
    state = State(phase=Phase.STARTING, since=100.0)
    state, done = after(
        state, Seen(118, running=True, beat=NOT_READY), Seen(118.1, running=True), Seen(118.1, running=False)
    )
    assert kinds(done) == ["kill", "start"]
    assert state.outage
    assert state.outage.since == 100


def test_another_show_has_the_time_of_a_start_again() -> None:
    state = rules.ordered(playing(), 200.0)
    assert fault(state, 200 + START_S + PATIENCE_S) is None
    assert fault(state, 200 + START_S + PATIENCE_S + 0.01) == "unready"
    state, done = after(state, Seen(210, running=True, beat=beat(0)))
    assert (state.phase, state.since, done) == (Phase.PLAYING, 210, [])


def test_an_order_means_nothing_while_no_player_runs() -> None:
    resting = State(phase=Phase.RESTING, due=9.0)
    assert rules.ordered(resting, 1.0) == resting


def test_a_player_that_was_replaced_on_purpose_comes_back_at_once_and_keeps_the_outage() -> None:
    outage = Outage(90.0, "ended", None)
    state = rules.replaced(replace(playing(), failures=5, outage=outage), 100.0)
    state, done = after(state, Seen(100.0, running=False))
    assert (done, state.outage, state.failures) == ([Act.START], outage, 0)


def test_the_pauses_between_restarts_grow_to_half_a_minute_and_stay_there() -> None:
    state, now, pauses = playing(), 200.0, []
    for _ in range(9):
        state, started = fail(state, now)
        pauses.append(started - now)
        now = started
    assert pauses == [0, 1, 2, 5, 10, 30, 30, 30, 30]
    assert pauses[: len(PAUSES_S)] == list(PAUSES_S)


@pytest.mark.parametrize(("played_s", "pause_s"), [(5.0, 30.0), (10.0, 1.0), (60.0, 6.0), (290.0, 29.0)])
def test_a_player_that_had_played_for_a_while_is_away_for_a_tenth_of_that_at_most(
    played_s: float, pause_s: float
) -> None:
    state = replace(playing(100.0), failures=9, last=beat(100.0))
    _, started = fail(state, 100.0 + played_s)
    assert started - 100.0 - played_s == pytest.approx(pause_s, abs=TICK_S)


def play(state: State, start: float, seconds: float) -> State:
    for n in range(int(seconds / TICK_S) + 1):
        state, _ = after(state, Seen(start + n * TICK_S, running=True, beat=beat(start + n * TICK_S)))
    return state


def test_five_good_minutes_bring_the_pauses_back_to_none() -> None:
    state, now = playing(), 200.0
    for _ in range(4):
        state, now = fail(state, now)
    nearly = play(state, now, GOOD_S - TICK_S)
    assert nearly.failures == 4
    good = play(state, now, GOOD_S)
    assert good.failures == 0
    _, started = fail(good, now + GOOD_S + 1)
    assert started == now + GOOD_S + 1


def test_the_sixth_failure_in_a_row_is_told_to_a_person_once() -> None:
    state, now, told = playing(), 200.0, []
    for failure in range(1, 20):
        state, acts = after(state, Seen(now, running=False))
        told += [(failure, act) for act in acts if isinstance(act, Event)]
        now += 31
        state, _ = after(state, Seen(now, running=False))
    assert told == [(MANY, Event("player_fails", {"count": MANY, "pause": 30.0}))]


def test_an_outage_lasts_until_the_picture_is_back_and_not_the_black() -> None:
    state, _ = fail(playing(), 150.0)
    state, done = after(state, Seen(150.5, True, NOT_READY), Seen(151, True, BLACK), Seen(160, True, BLACK))
    assert done == []
    state, done = after(state, Seen(161, running=True, beat=beat(150)))
    assert done == [Event("fixed", {"fault": "ended", "show": "/show", "cue": 0, "position": 100.0, "dark": 11.0})]


def test_an_outage_through_several_failures_is_told_once_with_its_whole_length() -> None:
    state, now = playing(), 150.0
    for _ in range(3):
        state, now = fail(state, now)
    state, done = after(state, Seen(now + 1, running=True, beat=beat(150)))
    assert kinds(done) == ["fixed"]
    assert isinstance(done[0], Event)
    assert done[0].fields["dark"] == now + 1 - 150


def test_an_outage_at_closing_time_counts_anew_from_there() -> None:
    state, _ = fail(playing(), 150.0)
    state = rules.turned(state, 1000.0)
    _, done = after(state, Seen(1002.0, running=True, beat=beat(1.0)))
    assert done[0].fields["dark"] == 2.0 if isinstance(done[0], Event) else False
