import json
import subprocess
import sys
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from installation.hours import Hours, Span, is_open, local, next_change

DAY_S = 86400
BERLIN, HONG_KONG, NEW_YORK = "Europe/Berlin", "Asia/Hong_Kong", "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
"""Its summer time is half an hour."""
APIA = "Pacific/Apia"
"""Had no 30 December 2011."""


def at(zone: str, shown: str, fold: int = 0) -> float:
    """The instant at which the clock of a zone shows something; with fold=1 the second time."""
    return datetime.fromisoformat(shown).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


def span(text: str) -> Span:
    begin, end = (int(hour) * 60 + int(minute) for hour, minute in (part.split(":") for part in text.split("-")))
    return Span(begin, end if end > begin else end + 1440)


def daily(text: str, zone: str, *closed_on: str) -> Hours:
    return Hours(((span(text),),) * 7, closed_on, zone)


GALLERY = Hours(
    week=((), *((span("10:00-18:00"),),) * 4, *((span("10:00-13:00"), span("14:00-21:00")),) * 2),
    closed_on=("2026-12-25",),
    timezone=BERLIN,
)
"""Closed on Mondays; a break at noon at the weekend."""


def changes(hours: Hours, since: str, days: int = 1) -> list[str]:
    """What is told of each change from a midnight on: whether it opens, and what the clock shows then."""
    moment = at(hours.timezone, f"{since} 00:00")
    until, found = moment + days * DAY_S, ["open" if is_open(hours, moment) else "closed"]
    while (change := next_change(hours, moment)) is not None and change < until:
        found.append(f"{'open' if is_open(hours, change) else 'closed'} {local(hours, change):%a %H:%M %z}")
        moment = change
    return found


def test_without_hours_the_wall_is_always_open() -> None:
    for hours in (None, Hours()):
        assert is_open(hours, 1e9)
        assert next_change(hours, 1e9) is None


def test_a_week_opens_and_closes_as_it_is_written() -> None:
    weekend = [("open", "10:00"), ("closed", "13:00"), ("open", "14:00"), ("closed", "21:00")]
    week = {day: [("open", "10:00"), ("closed", "18:00")] for day in ("Tue", "Wed", "Thu", "Fri")}
    week |= {"Sat": weekend, "Sun": weekend}
    told = [f"{what} {day} {clock} +0100" for day, turns in week.items() for what, clock in turns]
    assert changes(GALLERY, "2026-11-23", 7) == ["closed", *told]


def test_an_end_past_midnight_belongs_to_the_day_it_began() -> None:
    friday = Hours(((),) * 4 + ((span("20:00-02:00"),), (), ()), timezone=HONG_KONG)
    assert changes(friday, "2026-11-27", 3) == ["closed", "open Fri 20:00 +0800", "closed Sat 02:00 +0800"]
    sunday = Hours(((),) * 6 + ((span("20:00-02:00"),),), timezone=HONG_KONG)
    assert changes(sunday, "2026-11-23") == ["open", "closed Mon 02:00 +0800"]


def test_a_span_until_midnight_and_one_from_it_are_one() -> None:
    hours = Hours(((span("10:00-24:00"),), (span("0:00-2:00"),), *((),) * 5), timezone=BERLIN)
    assert changes(hours, "2026-11-23", 3) == ["closed", "open Mon 10:00 +0100", "closed Tue 02:00 +0100"]


def test_the_night_before_a_closed_day_ends_in_it_and_its_own_night_never_begins() -> None:
    hours = daily("20:00-02:00", BERLIN, "2026-12-25")
    assert changes(hours, "2026-12-25", 2) == ["open", "closed Fri 02:00 +0100", "open Sat 20:00 +0100"]
    assert changes(GALLERY, "2026-12-25") == ["closed"]


def test_a_closed_date_closes_a_wall_that_is_always_open() -> None:
    hours = Hours(closed_on=("2027-11-25",), timezone=BERLIN)
    assert (
        local(hours, next_change(hours, at(BERLIN, "2026-11-25 12:00")) or 0).isoformat() == "2027-11-25T00:00:00+01:00"
    )
    assert changes(hours, "2027-11-24", 4) == ["open", "closed Thu 00:00 +0100", "open Fri 00:00 +0100"]


def test_a_wall_that_never_opens_has_no_change() -> None:
    never = Hours(((),) * 7, ("2026-12-25",))
    assert not is_open(never, 1e9)
    assert next_change(never, 1e9) is None


def test_where_summer_time_begins_the_clock_jumps_over_an_opening_and_the_wall_is_open_at_once() -> None:
    # 29 March 2026: from 02:00 to 03:00
    assert changes(daily("2:30-5:00", BERLIN), "2026-03-29") == [
        "closed",
        "open Sun 03:00 +0200",
        "closed Sun 05:00 +0200",
    ]
    assert changes(daily("1:00-2:30", BERLIN), "2026-03-29") == [
        "closed",
        "open Sun 01:00 +0100",
        "closed Sun 03:00 +0200",
    ]
    assert changes(daily("1:00-2:00", BERLIN), "2026-03-29") == [
        "closed",
        "open Sun 01:00 +0100",
        "closed Sun 03:00 +0200",
    ]
    assert changes(daily("3:00-5:00", BERLIN), "2026-03-29") == [
        "closed",
        "open Sun 03:00 +0200",
        "closed Sun 05:00 +0200",
    ]
    assert changes(daily("2:00-3:00", BERLIN), "2026-03-29") == ["closed"]
    hours = Hours(((span("1:00-2:00"), span("3:00-4:00")),) * 7, timezone=BERLIN)
    assert changes(hours, "2026-03-29") == ["closed", "open Sun 01:00 +0100", "closed Sun 04:00 +0200"]


def test_where_summer_time_ends_an_hour_that_comes_twice_is_open_twice() -> None:
    # 25 October 2026: from 03:00 back to 02:00
    assert changes(daily("2:15-2:45", BERLIN), "2026-10-25") == [
        "closed",
        "open Sun 02:15 +0200",
        "closed Sun 02:45 +0200",
        "open Sun 02:15 +0100",
        "closed Sun 02:45 +0100",
    ]
    assert changes(daily("1:00-2:30", BERLIN), "2026-10-25") == [
        "closed",
        "open Sun 01:00 +0200",
        "closed Sun 02:30 +0200",
        "open Sun 02:00 +0100",
        "closed Sun 02:30 +0100",
    ]
    assert changes(daily("1:00-3:00", BERLIN), "2026-10-25") == [
        "closed",
        "open Sun 01:00 +0200",
        "closed Sun 03:00 +0100",
    ]


def test_an_hour_that_comes_twice_may_be_that_of_midnight() -> None:
    # 1 November 2026 on Cuba: from 01:00 back to 00:00
    assert changes(daily("22:00-0:30", "America/Havana"), "2026-11-01") == [
        "open",
        "closed Sun 00:30 -0400",
        "open Sun 00:00 -0500",
        "closed Sun 00:30 -0500",
        "open Sun 22:00 -0500",
    ]


def test_summer_time_of_half_an_hour_is_known() -> None:
    assert changes(daily("2:10-9:00", LORD_HOWE), "2026-10-04") == [
        "closed",
        "open Sun 02:30 +1100",
        "closed Sun 09:00 +1100",
    ]
    assert changes(daily("1:40-9:00", LORD_HOWE), "2026-04-05") == [
        "closed",
        "open Sun 01:40 +1100",
        "closed Sun 01:30 +1030",
        "open Sun 01:40 +1030",
        "closed Sun 09:00 +1030",
    ]


def test_a_day_that_never_was_opens_nothing() -> None:
    assert changes(daily("10:00-18:00", APIA), "2011-12-29", 2) == [
        "closed",
        "open Thu 10:00 -1000",
        "closed Thu 18:00 -1000",
        "open Sat 10:00 +1400",
        "closed Sat 18:00 +1400",
    ]


TRANSITIONS = [
    at(BERLIN, "2026-03-29 03:00"),
    at(BERLIN, "2026-10-25 02:00", fold=1),
    at(NEW_YORK, "2026-03-08 03:00"),
    at(NEW_YORK, "2026-11-01 01:00", fold=1),
    at(LORD_HOWE, "2026-10-04 02:30"),
    at(LORD_HOWE, "2026-04-05 01:30", fold=1),
    at(APIA, "2011-12-31 00:00"),
]
ZONES = [BERLIN, HONG_KONG, NEW_YORK, LORD_HOWE, APIA]
NEAR = st.builds(float.__add__, st.sampled_from(TRANSITIONS), st.floats(-3 * DAY_S, 3 * DAY_S))
MOMENTS = NEAR | st.floats(at(BERLIN, "2000-01-01 00:00"), at(BERLIN, "2037-01-01 00:00"))
SPANS = st.builds(lambda begin, lasts: Span(begin, begin + lasts), st.integers(0, 1439), st.integers(1, 1439))
NIGHTS = st.builds(lambda begin, lasts: Span(begin, begin + lasts), st.integers(0, 240), st.integers(1, 240))
DAYS = st.lists(SPANS | NIGHTS, max_size=3).map(tuple)
WEEKS = st.tuples(*[DAYS] * 7) | DAYS.map(lambda day: (day,) * 7)


@st.composite
def hours_near(draw: st.DrawFn, moment: float) -> Hours:
    today = datetime.fromtimestamp(moment, ZoneInfo("UTC")).date()
    closed = draw(st.lists(st.integers(-2, 40), max_size=3))
    dates = tuple((today + timedelta(days)).isoformat() for days in closed)
    return Hours(draw(WEEKS), dates, draw(st.sampled_from(ZONES)))


def clock_says_open(hours: Hours, moment: float) -> bool:
    """The same by another way: from the letters that a clock with a calendar shows."""
    shown = datetime.fromtimestamp(moment, ZoneInfo(hours.timezone)).replace(tzinfo=None)
    midnight = shown.replace(hour=0, minute=0, second=0, microsecond=0)
    for begun in (midnight, midnight - timedelta(1)):
        if f"{begun:%Y-%m-%d}" not in hours.closed_on:
            for begin, end in hours.week[begun.weekday()]:
                if begun + timedelta(minutes=begin) <= shown < begun + timedelta(minutes=end):
                    return True
    return False


@settings(deadline=None, max_examples=200)
@given(st.data(), MOMENTS)
def test_the_wall_is_open_exactly_when_the_clock_says_so(data: st.DataObject, moment: float) -> None:
    hours = data.draw(hours_near(moment))
    assert is_open(hours, moment) == clock_says_open(hours, moment)


@settings(deadline=None, max_examples=200)
@given(st.data(), MOMENTS)
def test_it_stays_as_it_is_until_the_next_change_and_changes_then(data: st.DataObject, moment: float) -> None:
    hours = data.draw(hours_near(moment))
    is_now, change = is_open(hours, moment), next_change(hours, moment)
    if change is not None:
        assert change > moment
        assert is_open(hours, change) != is_now
        assert is_open(hours, change - 0.001) == is_now
    until = change if change is not None else moment + 60 * DAY_S
    inside = st.floats(moment, until, exclude_max=True)
    near = [transition for transition in TRANSITIONS if moment <= transition < until]
    for between in data.draw(st.lists(inside | st.sampled_from(near) if near else inside, min_size=10, max_size=10)):
        assert is_open(hours, between) == is_now


@given(st.data(), MOMENTS)
def test_what_json_keeps_of_hours_is_the_same(data: st.DataObject, moment: float) -> None:
    hours = replace(data.draw(hours_near(moment)), outside="screen off")
    assert Hours.of(json.loads(json.dumps(asdict(hours)))) == hours


def test_a_zone_that_is_gone_leaves_the_clock_of_the_machine() -> None:
    gone, own = replace(GALLERY, timezone="Europe/Gone"), replace(GALLERY, timezone="auto")
    for moment in range(1_790_000_000, 1_790_000_000 + 2 * DAY_S, 1800):
        assert is_open(gone, moment) == is_open(own, moment)
        assert next_change(gone, moment) == next_change(own, moment)


def test_the_clock_of_the_machine_may_be_set_to_another_zone_meanwhile() -> None:
    script = """
import os
from installation.hours import Hours, Span, is_open, next_change
hours = Hours(((Span(600, 1080),),) * 7)
for zone in ("Asia/Hong_Kong", "Europe/Berlin", "Asia/Hong_Kong"):
    os.environ["TZ"] = zone
    print(is_open(hours, 1790215200), next_change(hours, 1790215200))
"""
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    # 24 September 2026, 10:00 in Hong Kong, 04:00 in Berlin
    assert told.splitlines() == ["True 1790244000.0", "False 1790236800.0", "True 1790244000.0"]
