from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.config.hours import OpeningHours
from installation.config.kiosk import read_kiosk_text
from installation.config.shapes import WEEKDAYS
from installation.errors import ConfigError
from installation.hours import ALL_DAY, Hours, Span

DAY = (Span(600, 1080),)


def read(text: str) -> Hours:
    """The hours of a kiosk.yaml that has nothing else."""
    kiosk = read_kiosk_text(f"hours:\n{text}".encode(), "kiosk.yaml")
    assert kiosk.hours
    return kiosk.hours.hours()


def told(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return [str(problem).removeprefix("kiosk.yaml:") for problem in caught.value.problems]


def week(open_: str) -> tuple[tuple[Span, ...], ...]:
    return read(f"  open:\n    {open_}").week


def test_what_stands_on_the_door_is_read() -> None:
    hours = read(
        "  timezone: Asia/Hong_Kong\n"
        "  open:\n    tuesday-friday: 10:00-18:00\n    saturday-sunday: 10:00-13:00, 14:00-21:00\n"
        "  closed_on: [2026-12-25, 2027-01-01]\n  outside: screen off\n"
    )
    weekend = (Span(600, 780), Span(840, 1260))
    assert hours == Hours(
        ((), DAY, DAY, DAY, DAY, weekend, weekend), ("2026-12-25", "2027-01-01"), "Asia/Hong_Kong", "screen off"
    )


def test_without_open_only_the_dates_are_closed() -> None:
    assert read("  closed_on: 2026-12-25") == Hours(closed_on=("2026-12-25",))
    assert read("  outside: black") == Hours()


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("monday", "0"),
        ("Tuesday - Friday", "1234"),
        ("friday-monday", "0456"),
        ("sunday-saturday", "0123456"),
        ("monday, wednesday, friday-saturday", "0245"),
        ("monday–tuesday", "01"),
    ],
)
def test_days_are_written_as_people_write_them(key: str, days: str) -> None:
    assert "".join(str(day) for day, spans in enumerate(week(f"{key}: 10:00-18:00")) if spans == DAY) == days


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("10:00-18:00", [(600, 1080)]),
        ("9-17", [(540, 1020)]),
        ("10:00 – 18:00", [(600, 1080)]),
        ("20:00-02:00", [(1200, 1560)]),
        ("20:00-0:00", [(1200, 1440)]),
        ("20:00-24:00", [(1200, 1440)]),
        ("0:00-24:00", [tuple(ALL_DAY)]),
        ("14:00-18:00, 10:00-13:30", [(600, 810), (840, 1080)]),
        ("[10:00-13:30, 14:00-18:00]", [(600, 810), (840, 1080)]),
        ("10:00-13:00, 13:00-18:00", [(600, 780), (780, 1080)]),
    ],
)
def test_hours_are_written_as_people_write_them(text: str, spans: list[tuple[int, int]]) -> None:
    assert list(week(f"monday: {text}")[0]) == spans


def test_a_day_may_be_named_as_closed() -> None:
    assert week("monday: closed\n    tuesday: 10:00-18:00") == ((), DAY, (), (), (), (), ())


NEAR = "is no weekday. Did you mean"


@pytest.mark.parametrize(
    ("open_", "problem"),
    [
        ("tusday: 10:00-18:00", f"'tusday' {NEAR} 'tuesday' where 'tusday' stands?"),
        ("tue-fri: 10:00-18:00", f"'tue-fri' {NEAR} 'tuesday' where 'tue' stands?"),
        ("thursday-frieday: 9-17", f"'thursday-frieday' {NEAR} 'friday' where 'frieday' stands?"),
        ("weekdays: 9-17", f"'weekdays' {NEAR} 'monday-friday' where 'weekdays' stands?"),
        ("xyz: 9-17", "'xyz' is no weekday. Write one such as monday or tuesday-friday where 'xyz' stands."),
    ],
)
def test_a_day_that_is_none_is_told_at_its_key(open_: str, problem: str) -> None:
    assert told(f"  open:\n    {open_}") == [f"3:5: {problem}"]


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        ("10 to 18", "must be hours such as 10:00-18:00 or 20:00-02:00, or 'closed', not '10 to 18'."),
        ("10:00", "must be hours such as 10:00-18:00 or 20:00-02:00, or 'closed', not '10:00'."),
        ("off", "must be hours such as 10:00-18:00 or 20:00-02:00, or 'closed', not 'off'."),
        ("20:00-25:00", "has a time after 24:00, 25:00. For hours past midnight write the time of the next day,"),
        ("24:30-25:00", "has a time after 24:00, 24:30."),
        ("10:75-12:00", "has a time that is none, 10:75: an hour has the minutes 00 to 59."),
        ("24:00-02:00", "cannot begin at 24:00: write 0:00 on the day after."),
        ("10:00-10:00", "ends when it begins ('10:00-10:00'): a whole day is 0:00-24:00."),
        ("", "has no hours: write such as 10:00-18:00, or 'closed'."),
        ("{a: b}", "must be hours such as 10:00-18:00, or 'closed', not keys of its own."),
    ],
)
def test_hours_that_are_none_are_told_at_their_place(hours: str, problem: str) -> None:
    (only,) = told(f"  open:\n    monday: {hours}".rstrip() + "\n")
    assert only.startswith(f"3:{13 if hours else 12}: 'monday' {problem}")


def test_hours_that_overlap_are_told_at_the_later_ones_once_for_all_days() -> None:
    assert told("  open:\n    monday-friday: 10:00-14:00, 13:00-18:00") == [
        "3:20: monday 13:00-18:00 begins before monday 10:00-14:00 has ended: change one of them."
    ]
    assert told("  open:\n    friday:\n    - 10:00-14:00\n    - 13:30-18:00") == [
        "5:7: friday 13:30-18:00 begins before friday 10:00-14:00 has ended: change one of them."
    ]


def test_hours_past_midnight_may_overlap_with_the_next_day_also_round_the_week() -> None:
    assert told("  open:\n    friday: 20:00-11:00\n    saturday: 10:00-18:00") == [
        "4:15: saturday 10:00-18:00 begins before friday 20:00-11:00 has ended: change one of them."
    ]
    assert told("  open:\n    sunday: 20:00-11:00\n    monday: 10:00-18:00") == [
        "4:13: monday 10:00-18:00 begins before sunday 20:00-11:00 has ended: change one of them."
    ]
    assert told("  open:\n    monday-sunday: 18:00-20:00, 19:00-2:00, 1:00-3:00") == [
        "3:20: monday 19:00-2:00 begins before monday 18:00-20:00 has ended: change one of them.",
        "3:20: tuesday 1:00-3:00 begins before monday 19:00-2:00 has ended: change one of them.",
    ]
    assert week("monday-sunday: 10:00-9:59")[6] == (Span(600, 2039),)


def test_a_day_that_stands_twice_is_told_at_the_second_key() -> None:
    assert told("  open:\n    monday-friday: 10:00-18:00\n    friday: 9-17") == [
        "4:5: friday stands in 'monday-friday' and in 'friday': write every day once."
    ]
    assert told("  open:\n    friday: closed\n    Friday: 9-17") == [
        "4:5: friday stands in 'friday' and in 'Friday': write every day once."
    ]


@pytest.mark.parametrize(
    ("open_", "problem"),
    [
        (" {}", "2:9: 'open' never opens: write days and their hours, such as 'tuesday-friday: 10:00-18:00'."),
        ("\n    monday-sunday: closed", "3:5: 'open' never opens: write days and their hours"),
        (" 10:00-18:00", "2:9: 'open' must have days of its own, indented below it, such as 'tuesday-friday: 10:"),
        (" [10:00-18:00]", "2:9: 'open' must have days of its own, indented below it"),
        ("", "2:3: 'open' has no value: write one, or delete the line. It means: the hours of a day ('monday')"),
    ],
)
def test_hours_that_never_open_are_a_mistake(open_: str, problem: str) -> None:
    (only,) = told(f"  open:{open_}\n")
    assert only.startswith(problem)


ZONE = "2:13: 'timezone' must be a time zone, not"


@pytest.mark.parametrize(
    ("zone", "problem"),
    [
        ("Asia/Hongkong", "'Asia/Hongkong'. Did you mean 'Asia/Hong_Kong'?"),
        ("hong kong", "'hong kong'. Did you mean 'Asia/Hong_Kong'?"),
        ("europe/berlin", "'europe/berlin'. Did you mean 'Europe/Berlin'?"),
        ("Asia", "'Asia'. "),
        ("/etc/localtime", "'/etc/localtime'. "),
        ("../etc/passwd", "'../etc/passwd'. "),
        ("Mars", "'Mars'. Write 'auto' for this machine's own, or one such as Asia/Hong_Kong."),
    ],
)
def test_a_time_zone_that_is_none_is_told_with_the_nearest(zone: str, problem: str) -> None:
    (only,) = told(f"  timezone: {zone}")
    assert only.startswith(f"{ZONE} {problem}")


def test_dates_that_are_none_are_told_one_by_one() -> None:
    assert told("  closed_on: [2026-02-30, 25.12.2026, 2026-12-25]\n  outside: dark") == [
        "2:15: closed_on 1 is no day of the calendar: '2026-02-30'.",
        "2:27: closed_on 2 must be a date such as 2026-12-25, not '25.12.2026'.",
        "3:12: 'outside' must be 'black' or 'screen off', not 'dark'.",
    ]


def test_all_mistakes_come_at_once() -> None:
    text = "  timezone: Mars\n  open:\n    montag: 9-17\n    friday: 9-9\n  closed_on: soon\n  outsied: black"
    assert [problem.split(": ")[0] for problem in told(text)] == ["2:13", "4:5", "5:13", "6:14", "7:3"]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 1439), st.integers(1, 1440)), max_size=6))
def test_spans_overlap_exactly_where_a_minute_of_the_week_has_two(spans: list[tuple[int, int, int]]) -> None:
    written: dict[str, list[str]] = {}
    minutes: list[int] = []
    for day, begin, lasts in spans:
        lasts = min(lasts, 1440 - begin) if begin == 0 else min(lasts, 1439)
        end = begin + lasts
        shown = [f"{minute // 60}:{minute % 60:02d}" for minute in (begin, end if end <= 1440 else end - 1440)]
        written.setdefault(WEEKDAYS[day], []).append("-".join(shown))
        minutes += ((day * 1440 + minute) % 10080 for minute in range(begin, end))
    tree: dict[str, Any] = {"open": written}
    if not spans:
        return
    try:
        made = OpeningHours.model_validate(tree).hours()
    except ValueError:
        assert len(minutes) > len(set(minutes))
        return
    assert len(minutes) == len(set(minutes))
    found = [(day * 1440 + m) % 10080 for day, of_day in enumerate(made.week) for span in of_day for m in range(*span)]
    assert sorted(found) == sorted(minutes)
