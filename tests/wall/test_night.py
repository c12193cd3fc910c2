from datetime import datetime, timedelta

from installation.wall.night import SMALL_HOUR, Night

DAY = datetime(2026, 11, 23)  # noqa: DTZ001 - local time, as on a clock


def nights(closed_from: int, closed_to: int, days: int = 3) -> list[datetime]:
    """Look every ten minutes at a wall that is closed between two hours of each day."""
    night, found = Night(), []
    for look in range(days * 144):
        now = DAY + timedelta(minutes=10 * look)
        closed = closed_from <= now.hour or now.hour < closed_to
        if night.falls(now, closes=True, closed=closed):
            found.append(now)
    return found


def test_a_wall_with_hours_has_a_night_when_it_closes_once_a_day() -> None:
    assert [night.hour for night in nights(18, 10)[1:]] == [18, 18]


def test_a_wall_that_is_found_closed_has_a_night_at_once() -> None:
    assert nights(18, 10)[0] == DAY


def test_a_wall_that_is_always_open_has_its_night_in_the_small_hours() -> None:
    night = Night()
    looks = [DAY + timedelta(minutes=10 * look) for look in range(3 * 144)]
    found = [now for now in looks if night.falls(now, closes=False, closed=False)]
    assert [(now.day, now.hour) for now in found] == [(23, SMALL_HOUR), (24, SMALL_HOUR), (25, SMALL_HOUR)]
