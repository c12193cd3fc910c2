"""What makes a language of the log: its sentences, and the words that figures and findings become in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

_LENGTHS = ("loop", "dark", "away", "shown", "pause", "by", "position", "turn_in", "written")
"""Fields that are seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language of the catalogue; every language has the same keys, and each sentence the same fields.

    `events` and `present` are sentences. `words` turns the values of a field into words; `numbers` a number, with
    what is said of one and of any other number; `extras` likewise, but of none nothing is said.
    """

    events: Mapping[str, str]
    present: Mapping[str, str]
    words: Mapping[str, Mapping[Any, str]]
    numbers: Mapping[str, tuple[str, str]]
    extras: Mapping[str, tuple[str, str]]
    place: str
    tomorrow: str
    weekdays: tuple[str, ...]
    spell: Callable[[float], str]

    def event(self, kind: str, fields: Mapping[str, Any]) -> str:
        """Say what happened."""
        return self.events[kind].format(**self._spelled(fields))

    def now(self, key: str, **fields: Any) -> str:
        """Say something of the present."""
        return self.present[key].format(**self._spelled(fields))

    def when(self, then: datetime, now: datetime) -> str:
        """Say a moment to come, seen from `now`, as people do: 18:00, tomorrow 10:00, Tuesday 10:00."""
        clock, days = f"{then:%H:%M}", (then.date() - now.astimezone(then.tzinfo).date()) // timedelta(1)
        if days == 0:
            return clock
        if days == 1:
            return f"{self.tomorrow} {clock}"
        return f"{self.weekdays[then.weekday()] if 1 < days < 7 else f'{then:%Y-%m-%d}'} {clock}"

    def _spelled(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Turn into words what a sentence may name."""
        spelled = {"more": 0, **fields}
        for name, value in spelled.items():
            if name in _LENGTHS:
                spelled[name] = self.spell(value)
            elif name in self.words:
                spelled[name] = self.words[name][value]
            elif name in self.numbers:
                spelled[name] = self.numbers[name][value != 1].format(value)
            elif name in self.extras:
                spelled[name] = self.extras[name][value != 1].format(value) if value else ""
        if "place" in fields:
            spelled["place"] = self.place.format(*fields["place"]) if fields["place"] else ""
        return spelled


def spell(seconds: float, units: tuple[str, str, str, str] = ("s", "min", "h", "days")) -> str:
    """Spell a length of time as people say it: 0.8 s, 42 s, 22 min 10 s, 8 h, 90 days."""
    second_unit, minute_unit, hour_unit, day_unit = units
    if seconds < 10:
        return f"{seconds:.1f}".removesuffix(".0") + f" {second_unit}"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} {second_unit}"
    minutes, second = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} {minute_unit} {second:02d} {second_unit}" if second else f"{minutes} {minute_unit}"
    hours, minute = divmod(minutes, 60)
    if hours < 100:
        return f"{hours} {hour_unit} {minute:02d} {minute_unit}" if minute else f"{hours} {hour_unit}"
    return f"{round(hours / 24)} {day_unit}"
