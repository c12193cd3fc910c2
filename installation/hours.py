"""Opening hours: whether the wall is open is a state of the local clock, never a schedule of events.

The same answer comes after a clock step, a late power-on or a change of the time zone as without it: nothing is
remembered. What counts is what a clock on the wall of that zone says at an instant. So where summer time begins, an
opening at a time that this day leaves out begins when the clock jumps over it; where it ends, an hour that comes twice
is open twice.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from math import floor
from typing import Any, NamedTuple, Self

AUTO = "auto"
"""The machine's own time zone."""
DAY_MIN = 24 * 60
DAY_S = DAY_MIN * 60
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock on the wall shows has no zone
_EPOCH_WEEKDAY = _EPOCH.weekday()
AHEAD_DAYS = 21
"""Past the last closed date each weekday comes three times in these; the clock skips one at most (Apia, 2011)."""


class Span(NamedTuple):
    """Open from `begin` until before `end`, in minutes since its day began; an end over 1440 lies in the next day."""

    begin: int
    end: int


ALL_DAY = Span(0, DAY_MIN)


@dataclass(frozen=True, slots=True)
class Hours:
    """The spans of each weekday, Monday first, and what is on the wall outside of them: `black` or `screen off`.

    `closed_on` are dates as 2026-12-25. A span belongs to the day on which it begins, as people say it: the night of
    the 24th goes on until its end at 02:00 of a closed 25th, and an evening of that 25th never begins, so that the
    26th is closed until its own first span.
    """

    week: tuple[tuple[Span, ...], ...] = ((ALL_DAY,),) * 7
    closed_on: tuple[str, ...] = ()
    timezone: str = AUTO
    outside: str = "black"

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Self:
        """Return the hours whose fields JSON has kept. Raises KeyError, TypeError or ValueError for anything else."""
        week = tuple(tuple(Span(*map(int, span)) for span in day) for day in raw["week"])
        if len(week) != 7:
            raise ValueError("a week has seven days")
        closed_on = tuple(date.fromisoformat(day).isoformat() for day in raw["closed_on"])
        return cls(week, closed_on, str(raw["timezone"]), str(raw["outside"]))


def is_open(hours: Hours | None, now: float) -> bool:
    """Tell whether the wall is open at `now`, in Unix seconds. Without hours it always is."""
    return hours is None or _says_open(hours, _clock_s(now, _zone(hours.timezone)))


def next_change(hours: Hours | None, now: float) -> float | None:
    """Return when, after `now`, the wall next opens or closes, in Unix seconds; None where it never does."""
    if hours is None:
        return None
    zone = _zone(hours.timezone)
    is_now = _says_open(hours, _clock_s(now, zone))
    start = floor(now)
    for begin, end in pairwise(_even(start, _horizon(hours, start), zone)):
        ahead_s = _clock_s(begin, zone) - begin
        if _says_open(hours, begin + ahead_s) != is_now:
            return float(begin)
        for clock_s in _turns(hours, begin + ahead_s, end + ahead_s):
            if _says_open(hours, clock_s) != is_now:
                return float(clock_s - ahead_s)
    return None


def local(hours: Hours | None, moment: float) -> datetime:
    """Return what the clock by which the wall opens shows at a moment in Unix seconds."""
    return shown(hours.timezone if hours else AUTO, moment)


def shown(timezone: str, moment: float) -> datetime:
    """Return what a clock of a time zone, AUTO for the machine's, shows at a moment in Unix seconds."""
    zone = _zone(timezone)
    return datetime.fromtimestamp(moment, zone) if zone else datetime.fromtimestamp(moment).astimezone()


def _zone(name: str) -> tzinfo | None:
    """Read the rules of a time zone as they are now, those of the machine for None: both may change in months."""
    if name != AUTO:
        from zoneinfo import ZoneInfo

        try:
            return ZoneInfo.no_cache(name)
        except (KeyError, OSError, ValueError):  # the zones went with their package: the machine's own is the nearest
            pass
    time.tzset()
    return None


def _clock_s(moment: float, zone: tzinfo | None) -> int:
    """Return what the clock on the wall shows, as seconds since it would have shown the first of January 1970."""
    shown = datetime.fromtimestamp(floor(moment), zone).replace(tzinfo=None)
    return (shown - _EPOCH) // timedelta(seconds=1)


def _says_open(hours: Hours, clock_s: int) -> bool:
    day, second = divmod(clock_s, DAY_S)
    minute = second // 60
    begun_today = any(span.begin <= minute < span.end for span in _spans(hours, day))
    return begun_today or any(minute + DAY_MIN < span.end for span in _spans(hours, day - 1))


def _spans(hours: Hours, day: int) -> tuple[Span, ...]:
    """Return the spans that begin on a day, counted from the first of January 1970."""
    if hours.closed_on and date.fromordinal(_EPOCH.toordinal() + day).isoformat() in hours.closed_on:
        return ()
    return hours.week[(_EPOCH_WEEKDAY + day) % 7]


def _turns(hours: Hours, after_s: int, until_s: int) -> list[int]:
    """Return where, in seconds of the clock, spans begin or end between `after` and `until`."""
    days = range(after_s // DAY_S - 1, until_s // DAY_S + 1)
    found = {day * DAY_S + minute * 60 for day in days for span in _spans(hours, day) for minute in span}
    return sorted(turn for turn in found if after_s < turn < until_s)


def _even(start: int, end: int, zone: tzinfo | None) -> Iterator[int]:
    """Cut the time from `start` to `end` into stretches of a day at most in which the clock runs evenly."""
    yield start
    while start < end:
        ahead_s = _clock_s(start, zone) - start
        even, uneven = start, start + DAY_S
        if _clock_s(uneven, zone) - uneven != ahead_s:
            while uneven - even > 1:
                middle = (even + uneven) // 2
                if _clock_s(middle, zone) - middle == ahead_s:
                    even = middle
                else:
                    uneven = middle
        start = uneven
        yield start


def _horizon(hours: Hours, start: int) -> int:
    """Return until when a change must have come, if there is one at all."""
    closed_s = [date.fromisoformat(day).toordinal() - _EPOCH.toordinal() for day in hours.closed_on]
    return max([start, *(day * DAY_S for day in closed_s)]) + AHEAD_DAYS * DAY_S
