from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from installation.config.points import Hold, Holding, Point
from installation.timecode import LAST, FlashTime, Time

KINDS: dict[str, TypeAdapter[Any]] = {"point": TypeAdapter(Point), "hold": TypeAdapter(Hold)}
HALF, TWO = Fraction(1, 2), Fraction(2)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("point", "00:01:02:12", Time(Fraction(62), frames=12)),
        ("point", "flash 2 - 0.5s", FlashTime(2, Time(HALF), before=True)),
        ("point", " last flash ", FlashTime(LAST)),
        ("hold", "2", Holding(TWO)),
        ("hold", "0", Holding(Fraction(0))),
        ("hold", "on flash 3", Holding(None, FlashTime(3))),
        ("hold", "on first flash for 0:02", Holding(TWO, FlashTime(1))),
        ("hold", "on flash 3 + 00:00:00:01 for 2s", Holding(TWO, FlashTime(3, Time(Fraction(0), frames=1)))),
        ("hold", "on  0:04.5  for  500ms", Holding(HALF, Time(Fraction(9, 2)))),
    ],
)
def test_what_is_written_is_read(kind: str, text: str, value: object) -> None:
    assert KINDS[kind].validate_python(text) == value


HOLDS = "write 'on flash 3 for 2s', or 'on flash 3' for the rest of the cue"


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("point", "later", "is not right: 'later' is not a time; write 90, 90s"),
        ("point", "flash two", "is not right: 'flash two' does not tell a flash; write flash 2, flash 2 - 0.5s"),
        ("point", "flash 0", "is not right: 'flash 0': flashes are counted from 1; write first flash or flash 1"),
        ("point", "flash 2 - soon", "is not right: 'soon' is not a time; write 90, 90s"),
        ("point", ["flash 2"], "must be a single value, not a list or a group of keys"),
        ("hold", "on", f"does not say which frame stays ('on'): {HOLDS}"),
        ("hold", "flash 3", f"does not say which frame stays ('flash 3'): {HOLDS}"),
        ("hold", "flash 3 for 2s", f"does not say which frame stays ('flash 3 for 2s'): {HOLDS}"),
        ("hold", "2s on flash 3", "says first where, then how long: write 'on flash 3 for 2s'"),
        ("hold", "for 2s on flash 3", "says first where, then how long: write 'on flash 3 for 2s'"),
        ("hold", {"on": "flash 3", "for": "2"}, f"stands in one line: {HOLDS}"),
        ("hold", "on flash 3 for 0", "must be longer than 0 s, not '0'"),
        ("hold", "on flash 3 for flash 4", "is a length of time, not a point in a clip ('flash 4'): write seconds"),
        ("hold", "on the flash", "is not right: 'the flash' does not tell a flash; write flash 2"),
        ("hold", "later", "is not right: 'later' is not a time; write 90"),
        ("hold", "00:00:01:12", "counts frames ('00:00:01:12'): write seconds instead"),
    ],
)
def test_what_is_none_is_told_with_what_to_write(kind: str, value: object, told: str) -> None:
    with pytest.raises(ValidationError) as caught:
        KINDS[kind].validate_python(value)
    assert caught.value.errors()[0]["msg"].startswith(told)


@pytest.mark.parametrize("kind", KINDS)
@given(
    value=st.text() | st.text("flash on for 12:-+.s−", max_size=24) | st.none() | st.dictionaries(st.text(), st.text())
)
def test_anything_is_read_or_told(kind: str, value: object) -> None:
    try:
        found = KINDS[kind].validate_python(value)
    except ValidationError as error:
        found = error.errors()[0]["type"]
    assert found == "mistake" or isinstance(found, Time | FlashTime | Holding)
