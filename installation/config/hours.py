"""The opening hours of kiosk.yaml: from what stands on the gallery's door to the spans of each weekday."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, TypeAdapter

from installation.config import shapes
from installation.config.complaints import one_line, quoted
from installation.config.reading import MarkedMapping
from installation.config.shapes import WEEKDAYS, seen_as
from installation.config.validating import Part, mistake, mistakes, optional, suggestion, written
from installation.config.values import Choice, in_a_list, one_text
from installation.errors import Mark, Problem
from installation.hours import AUTO, DAY_MIN, Hours, Span

MOST_DATES = 1000
_CLOSED = "closed"
_EXAMPLE = "'tuesday-friday: 10:00-18:00'"
_SEVERAL = {
    "weekdays": "monday-friday",
    "weekday": "monday-friday",
    "weekend": "saturday-sunday",
    "weekends": "saturday-sunday",
    "daily": "monday-sunday",
    "every day": "monday-sunday",
}
_SPAN = re.compile(shapes.SPAN, re.ASCII)
_DASH = re.compile(shapes.DASH)
_DATE = re.compile(shapes.DATE, re.ASCII)

Week = tuple[tuple[Span, ...], ...]


def _zone(value: Any) -> str:
    text = one_text(value)
    try:
        return text if text == AUTO else ZoneInfo(text).key
    except (KeyError, OSError, ValueError):
        known = tuple(sorted(available_timezones()))
    if not known:
        raise mistake("cannot be looked up, as this machine has no time zones: install the Debian package tzdata")
    plain = text.lower().replace(" ", "_")
    alike = (zone for zone in known if plain in (zone.lower(), zone.lower().rpartition("/")[2]))
    near = next(alike, None) or suggestion(text, known)
    remedy = (
        f"Did you mean '{near}'?" if near else "Write 'auto' for this machine's own, or one such as Asia/Hong_Kong."
    )
    raise mistake(f"must be a time zone, not {quoted(text)}. {remedy}")


def _days(key: str) -> list[int]:
    """Return the weekdays of a key such as `friday-monday, wednesday`; Monday is 0."""
    found: list[int] = []
    for part in key.split(","):
        first, *last = (_weekday(word.strip()) for word in _DASH.split(part.strip(), 1))
        found += ((first + step) % 7 for step in range((last[0] - first) % 7 + 1 if last else 1))
    return found


def _weekday(word: str) -> int:
    plain = word.lower()
    if plain in WEEKDAYS:
        return WEEKDAYS.index(plain)
    short = (day for day in WEEKDAYS if len(plain) > 1 and day.startswith(plain.removesuffix(".")))
    near = _SEVERAL.get(plain) or next(short, None) or suggestion(plain, WEEKDAYS)
    meant = f"Did you mean '{near}'" if near else "Write one such as monday or tuesday-friday"
    raise mistake(f"is no weekday. {meant} where {quoted(word)} stands{'?' if near else '.'}")


def _known_days(key: str) -> str:
    _days(key)
    return key


def _texts(value: Any) -> Any:
    if isinstance(value, dict):
        raise mistake(f"must be hours such as 10:00-18:00, or '{_CLOSED}', not keys of its own")
    return in_a_list(value)


def _spans(value: Any) -> list[Span]:
    """Return the spans of a text such as `10:00-13:00, 20:00-02:00`; none where it is `closed`."""
    if getattr(value, "missing", False):
        raise mistake(f"has no hours: write such as 10:00-18:00, or '{_CLOSED}'")
    text = one_text(value)
    return [] if text == _CLOSED else [_span(part.strip()) for part in text.split(",")]


def _span(text: str) -> Span:
    match = _SPAN.fullmatch(text)
    if not match:
        raise mistake(f"must be hours such as 10:00-18:00 or 20:00-02:00, or 'closed', not {quoted(text)}")
    begin, end = _minute(match[1], match[2]), _minute(match[3], match[4])
    if begin == DAY_MIN:
        raise mistake("cannot begin at 24:00: write 0:00 on the day after")
    if begin == end:
        raise mistake(f"ends when it begins ({quoted(text)}): a whole day is 0:00-24:00")
    return Span(begin, end if end > begin else end + DAY_MIN)


def _minute(hour: str, minute: str | None) -> int:
    minutes = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59:
        raise mistake(f"has a time that is none, {hour}:{minute}: an hour has the minutes 00 to 59")
    if minutes > DAY_MIN:
        told = f"has a time after 24:00, {hour}:{minute or '00'}"
        raise mistake(f"{told}. For hours past midnight write the time of the next day, such as 20:00-02:00")
    return minutes


class _Entry(NamedTuple):
    """A span on one of the days that it is written for; `key` is all of them, `mark` the place of the hours."""

    day: int
    span: Span
    key: str
    mark: Mark | None

    @property
    def begin(self) -> int:
        """Minutes since the week began."""
        return self.day * DAY_MIN + self.span.begin

    @property
    def end(self) -> int:
        """The first minute that no longer belongs to it."""
        return self.day * DAY_MIN + self.span.end

    def __str__(self) -> str:
        begin, end = (f"{minute // 60 % 24 or minute // 1440 * 24}:{minute % 60:02d}" for minute in self.span)
        return f"{WEEKDAYS[self.day]} {begin}-{end}"


def _entries(tree: dict[str, Any]) -> Iterator[_Entry]:
    for key, value in tree.items():
        for node in in_a_list(value):
            mark = getattr(node, "mark", None)
            yield from (_Entry(day, span, key, mark) for day in _days(key) for span in _spans(node))


_EACH = TypeAdapter(
    dict[
        Annotated[str, AfterValidator(_known_days)],
        Annotated[tuple[Annotated[list[Span], PlainValidator(_spans)], ...], BeforeValidator(_texts)],
    ]
)


def _week(tree: Any) -> Week:
    """Return the spans of every weekday; where each key by itself is right, they are held against each other."""
    if not isinstance(tree, dict):
        raise mistake(f"must have days of its own, indented below it, such as {_EXAMPLE}")
    _EACH.validate_python(tree)
    entries = sorted(_entries(tree), key=lambda entry: entry.begin)
    if problems := [*_twice(tree), *_overlapping(entries)]:
        raise mistakes(problems)
    if not entries:
        raise mistake(f"never opens: write days and their hours, such as {_EXAMPLE}")
    return tuple(tuple(entry.span for entry in entries if entry.day == day) for day in range(7))


def _twice(tree: dict[str, Any]) -> Iterator[Problem]:
    first: dict[int, str] = {}
    for key in tree:
        again = next((day for day in _days(key) if first.setdefault(day, key) != key), None)
        if again is not None:
            text = f"{WEEKDAYS[again]} stands in {quoted(first[again])} and in {quoted(key)}: write every day once"
            yield Problem(one_line(text), tree.key_mark(key) if isinstance(tree, MarkedMapping) else None)


def _overlapping(entries: list[_Entry]) -> Iterator[Problem]:
    """Tell of spans that begin before the one before has ended, round the week; once for all days of a key.

    A day that stands in two keys is told of by itself.
    """
    told = set()
    for before, after in pairwise([*entries, *entries[:1]]):
        begins = after.begin if after.begin >= before.begin else after.begin + 7 * DAY_MIN
        pair = before.mark, after.mark, before.span, after.span
        same_day = before.day == after.day and (before is after or before.key != after.key)
        if begins < before.end and not same_day and pair not in told:
            told.add(pair)
            yield Problem(one_line(f"{after} begins before {before} has ended: change one of them"), after.mark)


def _date(value: Any) -> str:
    text = one_text(value)
    if not _DATE.fullmatch(text):
        raise mistake(f"must be a date such as 2026-12-25, not {quoted(text)}")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise mistake(f"is no day of the calendar: {quoted(text)}") from None


class OpeningHours(Part):
    """When the wall is open, and what it shows when it is not."""

    timezone: Annotated[str, PlainValidator(_zone, json_schema_input_type=seen_as(shapes.ZONE))] = written(
        AUTO,
        "the zone of these hours and of the log: `auto` (this machine's own), or one such as `Asia/Hong_Kong`",
    )
    open: Annotated[Week, PlainValidator(_week, json_schema_input_type=seen_as(shapes.WEEK))] | None = optional(
        "all day, every day",
        "the hours of a day (`monday`) or of several (`tuesday-friday`): one span or more, such as `10:00-18:00`, past "
        "midnight `20:00-02:00`, or `closed`; a day that is not named is closed",
    )
    closed_on: Annotated[
        tuple[Annotated[str, PlainValidator(_date)], ...],
        Field(max_length=MOST_DATES),
        BeforeValidator(in_a_list, json_schema_input_type=seen_as(shapes.DATES)),
    ] = optional("no date", "dates on which the wall does not open, such as `[2026-12-25, 2027-01-01]`", default=())
    outside: Annotated[Literal["black", "screen off"], Choice] = written(
        "black", "what holds outside the hours: `black`, or `screen off`, which lets the screen sleep"
    )

    @classmethod
    def called(cls) -> str:
        """Return the key."""
        return "hours"

    def hours(self) -> Hours:
        """Return them as the watchdog follows them."""
        always = Hours(closed_on=self.closed_on, timezone=self.timezone, outside=self.outside)
        return always if self.open is None else replace(always, week=self.open)
