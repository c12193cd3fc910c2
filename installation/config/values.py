"""What a single value may be: each kind reads one text of the file, or says in plain words what to write."""

import re
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator

from installation import timecode
from installation.config import shapes
from installation.config.complaints import quoted
from installation.config.shapes import LANGUAGE, LONGEST_WORDS, number_or, seen_as, text_like
from installation.config.slips import CLOSING, OPENING, UNUSUAL_SPACES
from installation.config.validating import mistake

LONGEST = Fraction(24 * 3600)  # a show is at most a day long, so no part of it is longer
_WHOLE = re.compile(r"\d{1,15}", re.ASCII)
_UNITS = {"MB": 1000**2, "GB": 1000**3, "MiB": 1024**2, "GiB": 1024**3}
_BYTES = re.compile(r"(\d{1,6})\s*([MG]i?B)", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)\s*%?", re.ASCII)
_DAYS = re.compile(r"(\d{1,6})(?:\s*days?)?", re.ASCII)
_LANGUAGE = re.compile(LANGUAGE, re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def one_text(value: Any) -> str:
    """Return the plain text of a scalar; a list or a group of keys is a mistake."""
    if not isinstance(value, str):
        raise mistake("must be a single value, not a list or a group of keys")
    if getattr(value, "missing", False):
        raise mistake("has no value")
    return value.strip(UNUSUAL_SPACES)


def in_a_list(value: Any) -> Any:
    """Return a single text as a list of one."""
    return [value] if isinstance(value, str) else value


def whole(lowest: int, highest: int) -> PlainValidator:
    """Return the check for a whole number from `lowest` to `highest`."""

    def read(value: Any) -> int:
        text = one_text(value)
        if not _WHOLE.fullmatch(text) or not lowest <= int(text) <= highest:
            raise mistake(f"must be a whole number from {lowest} to {highest}, not {quoted(text)}")
        return int(text)

    return PlainValidator(read, json_schema_input_type=Annotated[int, Field(ge=lowest, le=highest)])


def length(lowest: int = 0, highest: Fraction = LONGEST, *, above: bool = False) -> PlainValidator:
    """Return the check for a length of time in seconds; `above`: it must be longer than `lowest`."""

    def read(value: Any) -> Fraction:
        return seconds(one_text(value), lowest, highest, above=above)

    shape = number_or(shapes.LENGTH, lowest, int(highest), above=above)
    return PlainValidator(read, json_schema_input_type=seen_as(shape))


def seconds(text: str, lowest: int = 0, highest: Fraction = LONGEST, *, above: bool = False) -> Fraction:
    """Return the length of time that a text tells, in seconds; `above`: it must be longer than `lowest`."""
    if timecode.speaks_of_flash(text):
        raise mistake(f"is a length of time, not a point in a clip ({quoted(text)}): write seconds, such as 2.5")
    try:
        time = timecode.parse(text)
    except timecode.TimecodeError as error:
        raise mistake(f"is not right: {error}") from None
    if time.frames is not None:
        raise mistake(f"counts frames ({quoted(text)}): write seconds instead, such as 2.5")
    if time.seconds < lowest or (above and time.seconds == lowest):
        raise mistake(f"must be {'longer than' if above else 'at least'} {lowest} s, not {quoted(text)}")
    if time.seconds > highest:
        raise mistake(f"must be at most {timecode.format_time(highest)}, not {quoted(text)}")
    return time.seconds


def percent(lowest: int, highest: int) -> PlainValidator:
    """Return the check for a number of percent; a % after it is welcome."""

    def read(value: Any) -> Fraction:
        text = one_text(value)
        match = _PERCENT.fullmatch(text)
        if not match or not lowest <= Fraction(match[1]) <= highest:
            raise mistake(f"must be {lowest} to {highest} percent, such as {highest // 2}, not {quoted(text)}")
        return Fraction(match[1])

    shape = number_or(text_like(_PERCENT.pattern, "Write a number of percent."), lowest, highest)
    return PlainValidator(read, json_schema_input_type=seen_as(shape))


def size(smallest: int) -> PlainValidator:
    """Return the check for an amount of memory in bytes."""

    def read(value: Any) -> int:
        text = one_text(value)
        match = _BYTES.fullmatch(text)
        if not match:
            raise mistake(f"must be an amount of memory, such as 512MiB or 2GiB, not {quoted(text)}")
        number, unit = match.groups()
        amount = int(number) * _UNITS[unit]
        if amount < smallest:
            raise mistake(f"must be at least {smallest // 1024**2}MiB, not {quoted(text)}")
        return amount

    shape = text_like(_BYTES.pattern, "Write an amount of memory, such as 512MiB or 2GiB.", "512MiB", "2GiB")
    return PlainValidator(read, json_schema_input_type=seen_as(shape))


def days(lowest: int, highest: int) -> PlainValidator:
    """Return the check for a number of days."""

    def read(value: Any) -> int:
        text = one_text(value)
        match = _DAYS.fullmatch(text)
        if not match or not lowest <= int(match[1]) <= highest:
            raise mistake(f"must be {lowest} to {highest} days, such as '90 days', not {quoted(text)}")
        return int(match[1])

    shape = number_or(text_like(_DAYS.pattern, "Write a number of days, such as 90 days.", "90 days"), lowest, highest)
    return PlainValidator(read, json_schema_input_type=seen_as(shape))


def degrees(value: Any) -> Any:
    """Return a whole number as such, so that it can be compared with the choices; anything else as its text."""
    text = one_text(value)
    return int(text) if _WHOLE.fullmatch(text) else text


def _on_off(value: Any) -> bool:
    text = one_text(value)
    if text not in ("on", "off"):
        raise mistake(f"must be on or off, not {quoted(text)}")
    return text == "on"


def _words(value: Any) -> str:
    text = one_text(value).strip()
    if not text:
        raise mistake("is empty: write a text")
    if _CONTROL.search(text) or len(text) > LONGEST_WORDS:
        raise mistake(f"must be one line of at most {LONGEST_WORDS} characters, not {quoted(text)}")
    return text


def _folder(value: Any) -> Path:
    return Path(_words(value))


def _file_name(value: Any) -> str:
    text = one_text(value)
    path = PurePosixPath(text)
    if path.is_absolute() or ".." in path.parts or not path.parts or _CONTROL.search(text):
        raise mistake(
            f"must name a file inside the footage folder (no '..', no '/' at its beginning), not {quoted(text)}"
        )
    if text[0] in OPENING and text[-1] in CLOSING:
        raise mistake(f"must be written without typographic quotes, not {quoted(text)}")
    return text


def _language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        hyphened = tag.replace("_", "-")
        meant = f". Did you mean '{hyphened}'?" if _LANGUAGE.fullmatch(hyphened) else ""
        raise mistake(f"must be a language such as en or zh-Hant, not {quoted(tag)}{meant}")
    return tag


def _by_language(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        raise mistake("must be a text, or a text for each language, such as 'en: Safe City Project'")
    return {"und": _words(value)}  # BCP 47's tag for a text in no language in particular


Choice = BeforeValidator(one_text)
OnOff = Annotated[bool, PlainValidator(_on_off, json_schema_input_type=seen_as(shapes.ON_OFF))]
Words = Annotated[str, PlainValidator(_words, json_schema_input_type=seen_as(shapes.WORDS))]
Folder = Annotated[Path, PlainValidator(_folder, json_schema_input_type=seen_as(shapes.NAME))]
FileName = Annotated[str, PlainValidator(_file_name, json_schema_input_type=seen_as(shapes.NAME))]
Language = Annotated[str, BeforeValidator(one_text), AfterValidator(_language)]
LanguageList = Annotated[
    tuple[Language, ...],
    Field(min_length=1),
    BeforeValidator(in_a_list, json_schema_input_type=seen_as(shapes.LANGUAGE_LIST)),
]
Languages = Annotated[
    dict[Annotated[str, AfterValidator(_language)], Words],
    Field(min_length=1),
    BeforeValidator(_by_language, json_schema_input_type=seen_as(shapes.LANGUAGES)),
]
