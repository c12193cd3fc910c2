"""Points in a clip, as the artist writes them: told on the clock, by a frame's label, or from one of its flashes."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainValidator

from installation import timecode
from installation.config import shapes
from installation.config.complaints import quoted
from installation.config.shapes import number_or, seen_as
from installation.config.validating import mistake
from installation.config.values import LONGEST, one_text, seconds

_HOLD = re.compile(r"on\s+(.+?)(?:\s+for\s+(.+))?", re.ASCII)
_TURNED_ROUND = re.compile(r"(?:for\s+)?(\S.*?)\s+on\s+(.+)", re.ASCII)
_HOLDS = "write 'on flash 3 for 2s', or 'on flash 3' for the rest of the cue"


@dataclass(frozen=True, slots=True)
class Holding:
    """A frame that stays: the one `on` a point of the clip, or the last one. No `length_s`: it stays to the end."""

    length_s: Fraction | None
    on: timecode.Point | None = None


def _point(value: Any) -> timecode.Point:
    try:
        return timecode.parse_point(one_text(value))
    except timecode.TimecodeError as error:
        raise mistake(f"is not right: {error}") from None


def _hold(value: Any) -> Holding:
    if isinstance(value, dict):
        raise mistake(f"stands in one line: {_HOLDS}")
    text = one_text(value)
    if match := _HOLD.fullmatch(text):
        length_s = seconds(match[2], above=True) if match[2] else None
        return Holding(length_s, _point(match[1]))
    if match := _TURNED_ROUND.fullmatch(text):
        raise mistake(f"says first where, then how long: write {quoted(f'on {match[2]} for {match[1]}')}")
    if text == "on" or timecode.speaks_of_flash(text):
        raise mistake(f"does not say which frame stays ({quoted(text)}): {_HOLDS}")
    return Holding(seconds(text))


Point = Annotated[timecode.Point, PlainValidator(_point, json_schema_input_type=seen_as(shapes.POINT))]
Hold = Annotated[
    Holding, PlainValidator(_hold, json_schema_input_type=seen_as(number_or(shapes.HOLD, 0, int(LONGEST))))
]
