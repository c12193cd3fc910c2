import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from installation.config.values import FileName, Folder, Languages, OnOff, Words, days, length, size, whole

CHECKS: dict[str, Any] = {
    "whole": whole(1, 1000),
    "length": length(),
    "longer": length(above=True),
    "patience": length(1, Fraction(60)),
    "size": size(256 * 1024**2),
    "days": days(1, 3650),
}
KINDS: dict[str, TypeAdapter[Any]] = {
    "on_off": TypeAdapter(OnOff),
    "words": TypeAdapter(Words),
    "file": TypeAdapter(FileName),
    "folder": TypeAdapter(Folder),
    "languages": TypeAdapter(Languages),
}


def read(kind: str, value: object) -> object:
    return CHECKS[kind].func(value) if kind in CHECKS else KINDS[kind].validate_python(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("whole", "1", 1),
        ("whole", "1000", 1000),
        ("length", "0", 0),
        ("length", "1:02.5", Fraction(125, 2)),
        ("length", "24h", 86400),
        ("longer", "0.001", Fraction(1, 1000)),
        ("patience", "60s", 60),
        ("size", "256MiB", 268435456),
        ("size", "2 GB", 2000000000),
        ("days", "1 day", 1),
        ("days", "90 days", 90),
        ("days", "3650", 3650),
        ("on_off", "on", True),
        ("on_off", "off", False),
        ("words", " HDMI-A-1\n", "HDMI-A-1"),
        ("file", "stand-in/crossing 1.mp4", "stand-in/crossing 1.mp4"),
        ("file", "..mp4", "..mp4"),
        ("folder", "../footage", Path("../footage")),
        ("languages", "Safe City", {"und": "Safe City"}),
        ("languages", {"zh-Hant": "平安城市計劃"}, {"zh-Hant": "平安城市計劃"}),
    ],
)
def test_a_text_becomes_its_value(kind: str, text: object, value: object) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("whole", "0", "must be a whole number from 1 to 1000, not '0'"),
        ("whole", "1001", "must be a whole number"),
        ("whole", "1_0", "must be a whole number"),
        ("whole", "٣", "must be a whole number"),
        ("whole", "+1", "must be a whole number"),
        ("whole", "9" * 5000, "must be a whole number"),
        ("whole", ["1"], "must be a single value"),
        ("length", "24:00:00.5", "must be at most 24:00:00, not"),
        ("length", "-1", "is not right: '-1' is negative"),
        ("length", "00:00:01:12", "counts frames"),
        ("longer", "0", "must be longer than 0 s, not '0'"),
        ("patience", "0.5", "must be at least 1 s, not '0.5'"),
        ("patience", "61", "must be at most 1:00, not '61'"),
        ("size", "255MiB", "must be at least 256MiB, not '255MiB'"),
        ("size", "2", "must be an amount of memory, such as 512MiB or 2GiB, not '2'"),
        ("size", "2gb", "must be an amount of memory"),
        ("days", "0 days", "must be 1 to 3650 days"),
        ("days", "forever", "must be 1 to 3650 days"),
        ("days", "3651", "must be 1 to 3650 days"),
    ],
)
def test_what_is_none_is_told_with_what_to_write(kind: str, text: object, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}"):
        read(kind, text)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("on_off", "yes"),
        ("on_off", "On"),
        ("on_off", True),
        ("words", ""),
        ("words", "a\nb"),
        ("words", "x" * 501),
        ("file", ""),
        ("file", "."),
        ("file", "/etc/passwd"),
        ("file", "a/../../b"),
        ("file", "a\0b"),
        ("file", 7),
        ("folder", ""),
        ("languages", []),
        ("languages", {"en": ""}),
        ("languages", {"en us": "x"}),
    ],
)
def test_what_is_none_is_refused(kind: str, value: object) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@given(st.sampled_from([*CHECKS, *KINDS]), st.text())
def test_any_text_is_read_or_refused(kind: str, text: str) -> None:
    try:
        read(kind, text)
    except ValueError as error:
        assert "Input should be" not in str(error)  # noqa: PT017 -- most texts raise nothing


@given(st.integers(0, 10**15 - 1))
def test_a_whole_number_is_read_back(number: int) -> None:
    assert whole(0, 10**15 - 1).func(str(number)) == number  # type: ignore[call-arg]
