from datetime import datetime

from installation.journal.events import Event
from installation.journal.repeating import QUIET_S, REPEAT_S, Repeating

TEN = datetime(2026, 11, 22, 10, 0)  # noqa: DTZ001 - local time, as on a clock
NOON = datetime(2026, 11, 22, 12, 0)  # noqa: DTZ001
HERE, THERE = ("ended", 1), ("ended", 2)


def test_the_same_fault_again_is_counted_and_told_when_it_is_quiet() -> None:
    repeating = Repeating()
    assert repeating.fixed(HERE, 0.5, 1000.0, TEN) == (True, None)
    assert repeating.fixed(HERE, 0.5, 1400.0, TEN) == (False, None)
    assert repeating.fixed(HERE, 0.5, 1800.0, NOON) == (False, None)
    assert repeating.quiet(1800.0 + QUIET_S - 1) is None
    assert repeating.quiet(1800.0 + QUIET_S) == Event("again", {"count": 2, "dark": 1.0, "last": "12:00"})
    assert repeating.quiet(1801.0 + QUIET_S) is None


def test_the_same_fault_after_an_hour_is_told_anew_after_what_was_counted() -> None:
    repeating = Repeating()
    repeating.fixed(HERE, 0.5, 1000.0, TEN)
    assert repeating.fixed(HERE, 0.5, 1000.0 + REPEAT_S - 1, NOON)[0] is False
    told, before = repeating.fixed(HERE, 0.5, 1000.0 + REPEAT_S, TEN)
    assert told
    assert before == Event("again", {"count": 1, "dark": 0.5, "last": "12:00"})


def test_a_fault_elsewhere_is_told_after_what_was_counted() -> None:
    repeating = Repeating()
    repeating.fixed(HERE, 0.5, 1000.0, TEN)
    repeating.fixed(HERE, 0.5, 1050.0, TEN)
    told, before = repeating.fixed(THERE, 0.5, 1100.0, TEN)
    assert told
    assert before
    assert repeating.quiet(1e9) is None


def test_nothing_is_said_of_a_fault_that_never_came_again() -> None:
    repeating = Repeating()
    assert repeating.quiet(1e9) is None
    repeating.fixed(HERE, 0.5, 1000.0, TEN)
    assert repeating.quiet(1e9) is None
