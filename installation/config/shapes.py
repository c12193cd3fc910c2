"""What a single value looks like to an editor: a piece of JSON Schema for each kind in `values`.

An editor sees what YAML makes of a text: `90` is a number there, and `off` may be false. What passes here is still
judged by the reader, which alone knows whether a file is there and a time lies inside it.
"""

from typing import Annotated, Any

from pydantic import WithJsonSchema

from installation import timecode

Shape = dict[str, Any]

LANGUAGE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}"  # the BCP 47 tags people use
LONGEST_WORDS = 500


def seen_as(shape: Shape) -> Any:
    """Return a type whose JSON Schema is `shape`."""
    return Annotated[Any, WithJsonSchema(shape)]


def text_like(pattern: str, remedy: str, *examples: str) -> Shape:
    """Return a text that `pattern` matches from end to end; `remedy` is what an editor says of any other."""
    shape: Shape = {"type": "string", "pattern": f"^({pattern})$", "patternErrorMessage": remedy}
    return {**shape, "examples": list(examples)} if examples else shape


def number_or(text: Shape, lowest: int, highest: int | None = None, *, above: bool = False) -> Shape:
    """Return a number from `lowest` (`above`: from any above it) to `highest`, or the text."""
    least = {"exclusiveMinimum" if above else "minimum": lowest}
    return {**text, "type": ["number", "string"], **least, **({} if highest is None else {"maximum": highest})}


def word(*words: str) -> Shape:
    """Return one of the words; on and off may have become true and false, which an editor accepts, not offers."""
    made_by_yaml = {"not": {"type": ["string", "number", "null", "array", "object"]}}
    return {"anyOf": [{"enum": list(words)}, made_by_yaml]}


LENGTH = text_like(timecode.LENGTH_PATTERN, "Write a time, such as 2.5, 1:02.5, 500ms or 2min.", "0:02.5", "500ms")
POINT = number_or(
    text_like(
        timecode.POINT_PATTERN,
        f"Write a time: {timecode.FORMS}; or {timecode.FLASH_FORMS}.",
        *("0:04", "00:01:02:12", "flash 2 - 0.5s", "first flash", "last flash + 2s"),
    ),
    0,
)
HOLD = text_like(
    rf"{timecode.LENGTH_PATTERN}|on\s+(?:{timecode.POINT_PATTERN})(?:\s+for\s+(?:{timecode.LENGTH_PATTERN}))?",
    "Write how long the last frame stays, such as 2.5; or which frame stays, such as on flash 3 for 2s.",
    *("2.5", "on flash 3 for 2s", "on flash 3"),
)
ON_OFF = word("on", "off")
OFF = word("off")
NAME: Shape = {"type": "string", "minLength": 1}
WORDS: Shape = {"type": ["string", "number"], "minLength": 1, "maxLength": LONGEST_WORDS}

_OFFERED = {"en": "English", "zh-Hant": "traditional Chinese"}
_TAG = text_like(LANGUAGE, "Write a language, such as en or zh-Hant.", *_OFFERED)
_BY_LANGUAGE = {
    "type": "object",
    "properties": {tag: {**WORDS, "description": f"The text in {language}."} for tag, language in _OFFERED.items()},
    "patternProperties": {_TAG["pattern"]: WORDS},
    "additionalProperties": False,
    "minProperties": 1,
}
LANGUAGES: Shape = {"anyOf": [WORDS, _BY_LANGUAGE]}
LANGUAGE_LIST: Shape = {"anyOf": [_TAG, {"type": "array", "items": _TAG, "minItems": 1}]}

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DASH = r"\s*[-–—]\s*"
_CLOCK = r"(\d{1,2})(?::(\d\d))?"
SPAN = f"{_CLOCK}{DASH}{_CLOCK}"
DATE = r"\d{4}-\d\d-\d\d"
ZONE = text_like(r"auto|[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}", "Write auto or a time zone such as Asia/Hong_Kong.")

_DAY = "|".join(f"[{day[0].upper()}{day[0]}]{day[1:]}" for day in WEEKDAYS)
_SPANS = text_like(
    rf"closed|{SPAN}(\s*,\s*{SPAN})*", "Write hours such as 10:00-18:00, or closed.", "10:00-18:00", "closed"
)
_HOURS: Shape = {"anyOf": [_SPANS, {"type": "array", "items": _SPANS, "minItems": 1}]}
WEEK: Shape = {
    "type": "object",
    "properties": dict.fromkeys((*WEEKDAYS, "monday-friday", "tuesday-friday", "saturday-sunday"), _HOURS),
    "patternProperties": {rf"^({_DAY})(({DASH}|\s*,\s*)({_DAY}))*$": _HOURS},
    "additionalProperties": False,
    "minProperties": 1,
}
_DATED: Shape = {
    "anyOf": [
        text_like(DATE, "Write a date such as 2026-12-25.", "2026-12-25"),
        {"not": {"type": ["string", "number", "null", "array", "object", "boolean"]}},  # a date made by YAML 1.1
    ]
}
DATES: Shape = {"anyOf": [_DATED, {"type": "array", "items": _DATED}]}
