"""Times as people write them, as exact Fractions of seconds, and back; and points in a clip told from its flashes."""

import math
import re
from dataclasses import dataclass, field
from fractions import Fraction

from installation.errors import InstallationError

FORMS = "90, 90s, 1.5s, 500ms, 2min, 1h, 1:02.5, 1:02:03 or 00:01:02:12 (the last two digits count frames)"
FLASH_FORMS = "flash 2, flash 2 - 0.5s, first flash or last flash + 2s"

_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_UNITS = {
    None: Fraction(1),
    "s": Fraction(1),
    "ms": Fraction(1, 1000),
    "min": Fraction(60),
    "h": Fraction(3600),
}
_LENGTH = re.compile(rf"({_NUMBER})\s*(ms|min|s|h)?", re.ASCII)
_CLOCK = re.compile(rf"(?:(\d{{1,4}}):)?(\d{{1,4}}):({_NUMBER})", re.ASCII)
_LABEL = re.compile(r"(\d{1,4}):([0-5]\d):([0-5]\d)([:;])(\d{2,3})", re.ASCII)
_FLASH = r"(?:flash\s*(\d{1,6})|(first|last)\s+flash)"
_FROM_FLASH = re.compile(rf"{_FLASH}(?:\s*([+\-−–])\s*(.+))?", re.ASCII)

LENGTH_PATTERN = rf"{_LENGTH.pattern}|{_CLOCK.pattern}"
"""What a length of time looks like, for those who complete and check a file while it is written."""
_TIME_PATTERN = rf"{LENGTH_PATTERN}|{_LABEL.pattern}"
POINT_PATTERN = rf"{_TIME_PATTERN}|{_FLASH}(?:\s*[+\-−–]\s*(?:{_TIME_PATTERN}))?"
"""The same for a point in a clip, which may be a frame's label too, or told from a flash."""


class TimecodeError(InstallationError):
    """A text that is no time; the message tells the forms that are."""


@dataclass(frozen=True, slots=True)
class Time:
    """A point or length of time. With `frames` it is a frame's label and needs a clip's rate to become seconds."""

    seconds: Fraction
    frames: int | None = None
    drop: bool = False

    def at(self, rate: Fraction) -> Fraction:
        """Return exact seconds in a clip of `rate` frames a second.

        At the NTSC rates (denominator 1001) a label counts frames at the next whole rate, and a drop-frame label
        (semicolon) leaves out two numbers (four at 60) every minute but each tenth: SMPTE ST 12-1. At any other
        rate the frames stand on top of the clock. Raises TimecodeError for a frame the rate does not have.
        """
        if self.frames is None:
            return self.seconds
        nominal = math.ceil(rate)
        if self.frames >= nominal:
            raise TimecodeError(f"frame {self.frames} does not exist at {format_rate(rate)} fps (0 to {nominal - 1})")
        if rate.denominator != 1001:
            return self.seconds + self.frames / rate
        count = int(self.seconds) * nominal + self.frames
        if self.drop:
            minutes = int(self.seconds) // 60
            count -= nominal // 15 * (minutes - minutes // 10)
        return count / rate


@dataclass(frozen=True, slots=True)
class FlashTime:
    """A point in a clip told from one of its flashes: so long after it, or `before` it.

    `number` counts the flashes from 1; LAST is the last, however many there are. `written` is how a person put it.
    """

    number: int
    offset: Time | None = None
    before: bool = False
    written: str = field(default="", compare=False)

    @property
    def flash(self) -> str:
        """Name the flash."""
        return "the last flash" if self.number == LAST else f"flash {self.number}"

    def at(self, rate: Fraction, flash_s: Fraction) -> Fraction:
        """Return exact seconds in a clip of `rate` frames a second whose flash is at `flash_s`; they may be negative.

        Raises TimecodeError as `Time.at` does.
        """
        offset_s = self.offset.at(rate) if self.offset else Fraction(0)
        return flash_s - offset_s if self.before else flash_s + offset_s


Point = Time | FlashTime
"""A point in a clip."""
LAST = -1
"""Stands for the last flash where flashes are counted."""


def parse(text: str) -> Time:
    """Read one time in any of the FORMS. Raises TimecodeError, with what to write instead."""
    text = text.strip()
    if text.startswith(("-", "−")):
        raise TimecodeError(f"'{_short(text)}' is negative; a time starts at 0")
    if match := _LENGTH.fullmatch(text):
        return Time(Fraction(match[1]) * _UNITS[match[2]])
    if match := _LABEL.fullmatch(text):
        hours, minutes, seconds, mark, frames = match.groups()
        whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        return Time(Fraction(whole), frames=int(frames), drop=mark == ";")
    if match := _CLOCK.fullmatch(text):
        hours, minutes, seconds = match.groups()
        if Fraction(seconds) >= 60 or (hours and int(minutes) >= 60):
            raise TimecodeError(f"'{_short(text)}' has more than 59 seconds or minutes beside a larger unit")
        return Time(Fraction(int(hours or 0) * 3600 + int(minutes) * 60) + Fraction(seconds))
    raise TimecodeError(f"'{_short(text)}' is not a time; write {FORMS}")


def parse_point(text: str) -> Point:
    """Read a point in a clip: one of the FORMS or of the FLASH_FORMS. Raises TimecodeError, with what to write."""
    text = text.strip()
    if not speaks_of_flash(text):
        try:
            return parse(text)
        except TimecodeError as error:
            told = str(error)
            raise TimecodeError(f"{told}; or {FLASH_FORMS}" if told.endswith(FORMS) else told) from None
    match = _FROM_FLASH.fullmatch(text)
    if match is None:
        raise TimecodeError(f"'{_short(text)}' does not tell a flash; write {FLASH_FORMS}")
    number, end, sign, offset = match.groups()
    if number and int(number) == 0:
        raise TimecodeError(f"'{_short(text)}': flashes are counted from 1; write first flash or flash 1")
    counted = int(number) if number else 1 if end == "first" else LAST
    return FlashTime(counted, parse(offset) if sign else None, before=bool(sign) and sign != "+", written=text)


def speaks_of_flash(text: str) -> bool:
    """Tell whether a text means a flash, rightly written or not."""
    return "flash" in text.lower()


def format_time(seconds: Fraction) -> str:
    """Write exact seconds as `1:02.5` or `1:02:03`, to the millisecond where it does not come out even."""
    thousandths = round(seconds * 1000)
    whole, rest = divmod(thousandths, 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    fraction = f".{rest:03d}".rstrip("0") if rest else ""
    head = f"{hours}:{minute:02d}" if hours else f"{minute}"
    return f"{head}:{second:02d}{fraction}"


def format_length(seconds: Fraction) -> str:
    """Write a length to the millisecond: 2.88 s."""
    return f"{float(seconds):.3f}".rstrip("0").rstrip(".") + " s"


def format_rate(rate: Fraction) -> str:
    """Write frames a second as people know them: 25, 12.5, 29.97."""
    return f"{float(rate):.3f}".rstrip("0").rstrip(".")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
