"""The rules as a table: a screen that is gone, or shows something else than the player does."""

from dataclasses import replace

import pytest

from installation.journal.events import Event
from installation.screens.screen import Sight
from installation.watchdog import rules
from installation.watchdog.rules import (
    LONG_GONE_S,
    LOOKS,
    Act,
    Outage,
    Phase,
    Seen,
    State,
)
from tests.watchdog.looks import BLACK, TICK_S, after, beat, fail, kinds, playing


def gone(now: float) -> Seen:
    return Seen(now, running=False, sight=Sight.NO_SCREEN)


def test_without_a_screen_it_is_waited_for_and_no_restart_is_spent() -> None:
    state, done = after(playing(), gone(150.0), *(gone(150 + n * TICK_S) for n in range(400)))
    assert kinds(done) == ["kill", "screen_gone"]
    assert (state.phase, state.failures) == (Phase.WAITING, 0)
    state, done = after(state, Seen(260.0, running=False, sight=Sight.HAS_SCREEN))
    assert done == [Act.START]
    state, done = after(state, Seen(260.5, running=True, beat=beat(150)))
    assert done == [Event("screen_back", {"away": 110.5, "dark": 110.5})]
    assert (state.failures, state.outage) == (0, None)


def test_a_player_frozen_with_its_screen_is_ended_and_the_screen_waited_for() -> None:
    state, done = after(playing(), Seen(103.5, running=True, sight=Sight.NO_SCREEN))
    assert kinds(done) == ["kill", "screen_gone"]
    assert state.outage
    assert state.outage.since == 100


def test_a_screen_that_is_long_gone_is_told_after_two_minutes_and_once() -> None:
    state, _ = after(playing(), gone(150.0))
    state, done = after(state, gone(150 + LONG_GONE_S - 0.01))
    assert done == []
    state, done = after(state, *(gone(150 + LONG_GONE_S + n) for n in range(500)))
    assert kinds(done) == ["screen_missing_long"]


def test_a_screen_that_is_missing_from_the_start_is_told_too() -> None:
    state, done = after(State(), *(gone(float(n)) for n in range(200)))
    assert kinds(done) == ["screen_gone", "screen_missing_long"]
    state, done = after(state, Seen(200.0, False, sight=Sight.HAS_SCREEN), Seen(201.0, True, beat=beat(0)))
    assert kinds(done) == ["start", "screen_back"]


def test_a_screen_that_comes_and_goes_before_the_picture_is_told_once() -> None:
    has = Seen(160.0, running=False, sight=Sight.HAS_SCREEN)
    state, done = after(playing(), gone(150), has, gone(161), replace(has, now=170.0), gone(171), replace(has, now=180))
    assert kinds(done) == ["kill", "screen_gone", "start", "kill", "start", "kill", "start"]
    state, done = after(state, Seen(181, running=True, beat=beat(1)))
    assert done == [Event("screen_back", {"away": 31, "dark": 31})]


def test_a_screen_that_goes_while_the_player_rests_is_waited_for() -> None:
    state, _ = fail(playing(), 150.0)
    state, _ = after(state, Seen(150.1, running=False, sight=Sight.HAS_SCREEN))
    state, done = after(state, gone(150.2))
    assert (state.phase, kinds(done)) == (Phase.WAITING, ["screen_gone"])


@pytest.mark.parametrize("sight", [Sight.UNKNOWN, Sight.HAS_SCREEN])
def test_a_player_that_ended_is_started_again_whether_or_not_the_screen_is_known(sight: Sight) -> None:
    _, done = after(playing(), *(Seen(150.0, running=False, sight=sight),) * 2)
    assert done == [Act.KILL, Act.START]


@pytest.mark.parametrize("sight", [Sight.HAS_SCREEN, Sight.UNKNOWN, None])
def test_a_player_that_plays_on_a_screen_that_is_there_or_unknown_is_left_alone(sight: Sight | None) -> None:
    looks = [Seen(100 + n, running=True, beat=beat(100.0 + n), sight=sight) for n in range(1, 1000)]
    assert after(playing(), *looks)[1] == []


def without_screen(now: float, sight: Sight | None = Sight.NO_SCREEN, *, closed: bool = False) -> Seen:
    return Seen(now, running=True, beat=beat(now), sight=sight, closed=closed)


def test_an_output_that_went_off_under_a_player_that_plays_on_is_waited_for() -> None:
    state, done = after(playing(), *(without_screen(101.0 + n) for n in range(LOOKS - 1)))
    assert done == []
    state, done = after(state, without_screen(104.0))
    assert (state.phase, state.failures, kinds(done)) == (Phase.WAITING, 0, ["kill", "screen_gone"])


def test_a_server_that_answers_late_now_and_then_ends_no_player() -> None:
    late = (Sight.NO_SCREEN, None, Sight.NO_SCREEN, None, Sight.HAS_SCREEN)
    looks = [without_screen(101.0 + n, late[n % len(late)]) for n in range(500)]
    assert after(playing(), *looks)[1] == []


def test_a_screen_that_is_switched_off_for_the_night_is_no_fault_until_the_wall_opens() -> None:
    state, done = after(playing(), *(without_screen(101.0 + n, closed=True) for n in range(1000)))
    assert done == []
    night = [Seen(2000.0 + n, running=False, sight=Sight.NO_SCREEN, closed=True) for n in range(1000)]
    state, done = after(state, *night)
    assert (state.phase, kinds(done)) == (Phase.WAITING, ["kill"])
    _, done = after(state, gone(4000.0))
    assert kinds(done) == ["screen_gone", "screen_missing_long"][:1]


def test_where_another_screen_is_looked_at_the_one_that_was_gone_is_forgotten() -> None:
    waiting, _ = after(playing(), gone(150.0))
    state, done = after(rules.replaced(waiting, 150.5), Seen(151.0, False, sight=Sight.HAS_SCREEN))
    assert (state.outage, done) == (None, [Act.START])
    by_player = replace(playing(), outage=Outage(90.0, "ended", None))
    assert rules.replaced(by_player, 100.0).outage == by_player.outage


def test_a_screen_that_turns_unknown_is_tried() -> None:
    _, done = after(playing(), gone(150), Seen(151, running=False, sight=Sight.UNKNOWN))
    assert kinds(done) == ["kill", "screen_gone", "start"]


def eyed(word: str, now: float) -> Seen:
    return Seen(now, running=True, beat=beat(now), eye=word)


def test_what_the_eye_is_content_with_needs_nothing() -> None:
    assert after(playing(), *(eyed("picture", 101.0 + n) for n in range(1000)))[1] == []


def test_a_covered_picture_is_lifted_and_told_when_that_has_helped() -> None:
    state, done = after(playing(), eyed("covered", 101.0), eyed("", 102.0), eyed("picture", 105.0))
    assert done == [Act.LIFT, Event("seen_again", {"dark": 4.0})]
    assert state.veil is None


def test_a_picture_that_stays_covered_costs_one_restart_and_one_call_for_a_person() -> None:
    state, done = after(playing(), eyed("covered", 101.0), eyed("covered", 105.0))
    assert done == [Act.LIFT, Act.KILL]
    state, done = after(state, Seen(105.1, running=False), Seen(105.5, running=True, beat=beat(105.0)))
    assert kinds(done) == ["start", "fixed"]
    state, done = after(state, *(eyed("covered", 110.0 + 4 * n) for n in range(100)))
    assert done[:2] == [Act.LIFT, Event("unseen", {"unseen": "covered"})]
    assert set(done[2:]) == {Act.LIFT}
    _, done = after(state, eyed("picture", 600.0))
    assert done == [Event("seen_again", {"dark": 499.0})]


@pytest.mark.parametrize("word", ["frozen", "dark"])
def test_a_glass_that_shows_something_else_is_restarted_once_then_a_person_is_called(word: str) -> None:
    state, done = after(playing(), eyed(word, 101.0))
    assert done == [Act.KILL]
    state, done = after(state, Seen(101.1, running=False), Seen(101.5, running=True, beat=beat(105.0)))
    assert kinds(done) == ["start", "fixed"]
    _, done = after(state, *(eyed(word, 110.0 + 4 * n) for n in range(100)))
    assert Act.KILL not in done
    assert kinds(done).count("unseen") == 1


def test_nothing_that_the_eye_says_of_a_black_wall_counts() -> None:
    black = replace(playing(), last=BLACK)
    assert after(black, *(Seen(101.0 + n, True, BLACK, eye="dark") for n in range(100)))[1] == []
