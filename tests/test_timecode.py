import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation import timecode
from installation.timecode import LAST, FlashTime, Time, TimecodeError

PAL = Fraction(25)
NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        ("90s", 90),
        ("90 s", 90),
        ("1.5s", Fraction(3, 2)),
        ("500ms", Fraction(1, 2)),
        ("2min", 120),
        ("1h", 3600),
        ("1:02", 62),
        ("1:02.5", Fraction(125, 2)),
        ("0:16.5", Fraction(33, 2)),
        ("75:00", 4500),
        ("1:02:03", 3723),
        ("1:02:03.25", Fraction(14893, 4)),
        ("00:01:02:12", 62 + Fraction(12, 25)),
    ],
)
def test_every_form_is_read_exactly(text: str, seconds: Fraction) -> None:
    assert timecode.parse(text).at(PAL) == seconds


@pytest.mark.parametrize(
    "text", ["", "abc", "1:2:3:4:5", "1:75", "1:60:00", "1e3", "٣", "0x10", "1,5", "9" * 5000, "inf", "nan"]
)
def test_what_is_no_time_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(TimecodeError) as caught:
        timecode.parse(text)
    assert "write" in str(caught.value) or "more than 59" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_negative_time_is_refused_as_negative() -> None:
    with pytest.raises(TimecodeError, match="negative"):
        timecode.parse("-3")


def test_a_frame_label_needs_a_frame_that_the_rate_has() -> None:
    assert timecode.parse("00:00:00:24").at(PAL) == Fraction(24, 25)
    with pytest.raises(TimecodeError, match="0 to 24"):
        timecode.parse("00:00:00:25").at(PAL)


def test_ntsc_labels_count_frames() -> None:
    assert timecode.parse("00:01:00:00").at(NTSC) == 1800 / NTSC
    assert timecode.parse("00:01:00;02").at(NTSC) == 1800 / NTSC  # ;00 and ;01 are the dropped labels
    assert timecode.parse("00:10:00;00").at(NTSC) == 17982 / NTSC


def test_at_twelve_and_a_half_frames_the_clock_still_holds() -> None:
    assert timecode.parse("00:00:10:05").at(Fraction(25, 2)) == Fraction(104, 10)


@given(st.integers(0, 9_999_999_999))
def test_what_is_written_is_read_back(thousandths: int) -> None:
    seconds = Fraction(thousandths, 1000)
    assert timecode.parse(timecode.format_time(seconds)).at(PAL) == seconds


UNITS = {"": Fraction(1), "s": Fraction(1), "ms": Fraction(1, 1000), "min": Fraction(60), "h": Fraction(3600)}
DECIMALS = st.builds(Fraction, st.integers(0, 10**9 - 1), st.sampled_from([1, 10, 1000, 10**9]))
ON_A_CLOCK = DECIMALS.map(lambda seconds: seconds % (9999 * 3600))


def decimal(number: Fraction) -> str:
    """The number written out, with at most nine digits after the point."""
    whole, rest = divmod(number, 1)
    return f"{whole}.{int(rest * 10**9):09d}".rstrip("0").rstrip(".")


@given(DECIMALS, st.sampled_from(sorted(UNITS)), st.sampled_from(["", " "]))
def test_a_number_with_any_unit_is_read_back_exactly(number: Fraction, unit: str, space: str) -> None:
    time = timecode.parse(decimal(number) + space + unit)
    assert time == Time(number * UNITS[unit])


@given(st.integers(0, 9999), st.integers(0, 59), st.integers(0, 60 * 10**9 - 1))
def test_a_clock_time_is_read_back_exactly(hours: int, minutes: int, billionths: int) -> None:
    seconds = Fraction(billionths, 10**9)
    whole, point, rest = decimal(seconds).partition(".")
    written = f"{whole:0>2}{point}{rest}"
    assert timecode.parse(f"{hours}:{minutes:02d}:{written}") == Time(hours * 3600 + minutes * 60 + seconds)
    assert timecode.parse(f"{hours}:{written}") == Time(hours * 60 + seconds)
    assert timecode.parse(f"{minutes}:{whole}{point}{rest}") == Time(minutes * 60 + seconds)


@given(st.integers(0, 24 * 3600 * 24), st.sampled_from([24, 25, 30, 50, 60]))
def test_a_frame_label_is_read_back_as_its_frame(frame: int, rate: int) -> None:
    seconds, frames = divmod(frame, rate)
    label = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"
    assert timecode.parse(label).at(Fraction(rate)) == Fraction(frame, rate)
    assert timecode.parse(label).at(Fraction(rate * 1000, 1001)) == Fraction(frame * 1001, rate * 1000)


@given(st.integers(0, 24 * 6 - 1), st.integers(0, 17981), st.sampled_from([30, 60]))
def test_a_drop_frame_label_is_read_back_as_its_frame(tens_of_minutes: int, frame: int, nominal: int) -> None:
    """Frames are counted minute by minute: the first of ten has all its labels, the other nine lack two (or four)."""
    dropped = nominal // 15
    minute, left = 0, frame
    while left >= nominal * 60 - (dropped if minute else 0):
        left -= nominal * 60 - (dropped if minute else 0)
        minute += 1
    second, label = divmod(left + (dropped if minute else 0), nominal)
    minutes = tens_of_minutes * 10 + minute
    text = f"{minutes // 60:02d}:{minutes % 60:02d}:{second:02d};{label:02d}"
    rate = Fraction(nominal * 1000, 1001)
    count = tens_of_minutes * (nominal * 600 - 9 * dropped) + frame
    assert timecode.parse(text).at(rate) == count / rate


LABELS = st.builds(
    "{:02d}:{:02d}:{:02d}{}{:02d}".format,
    *(st.integers(0, 59), st.integers(0, 59), st.integers(0, 59), st.sampled_from(":;"), st.integers(0, 23)),
)
WRITTEN = DECIMALS.map(decimal) | st.builds("{}{}".format, DECIMALS.map(decimal), st.sampled_from(sorted(UNITS)))
TIMES = WRITTEN | ON_A_CLOCK.map(timecode.format_time) | LABELS
FLASHES = {"first flash": 1, "last flash": LAST, "flash 1": 1, "flash2": 2, "flash  17": 17, "flash 999999": 999999}


@given(TIMES)
def test_a_time_is_a_point_as_it_is(text: str) -> None:
    assert timecode.parse_point(text) == timecode.parse(text)


@given(st.sampled_from(sorted(FLASHES)), st.sampled_from("+-−–"), TIMES, st.sampled_from(["", " ", "  "]))
def test_a_point_told_from_a_flash_is_read_back_exactly(flash: str, sign: str, offset: str, space: str) -> None:
    text = f"{flash}{space}{sign}{space}{offset}"
    point = timecode.parse_point(text)
    assert point == FlashTime(FLASHES[flash], timecode.parse(offset), before=sign != "+")
    assert isinstance(point, FlashTime)
    assert timecode.parse_point(point.written) == point
    after_s = timecode.parse(offset).at(PAL) * (1 if sign == "+" else -1)
    assert point.at(PAL, Fraction(1, 3)) == Fraction(1, 3) + after_s
    assert re.fullmatch(timecode.POINT_PATTERN, text)


@pytest.mark.parametrize(("flash", "number"), FLASHES.items())
def test_a_flash_itself_is_a_point(flash: str, number: int) -> None:
    point = timecode.parse_point(flash)
    assert point == FlashTime(number)
    assert isinstance(point, FlashTime)
    assert point.at(NTSC, Fraction(7)) == 7


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("soon", "'soon' is not a time; write 90, 90s"),
        ("-3", "'-3' is negative"),
        ("flash", "'flash' does not tell a flash; write flash 2, flash 2 - 0.5s, first flash or last flash + 2s"),
        ("flash 2 0.5s", "'flash 2 0.5s' does not tell a flash"),
        ("2nd flash", "'2nd flash' does not tell a flash"),
        ("Flash 2", "'Flash 2' does not tell a flash"),
        ("flash -1", "'flash -1' does not tell a flash"),
        ("flash 2 -", "'flash 2 -' does not tell a flash"),
        ("flash 0 + 1s", "'flash 0 + 1s': flashes are counted from 1"),
        ("flash 2 - soon", "'soon' is not a time; write 90, 90s"),
        ("flash 2 + -1s", "'-1s' is negative"),
        ("flash 2 - 1:75", "'1:75' has more than 59 seconds"),
    ],
)
def test_what_is_no_point_is_told_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(TimecodeError) as caught:
        timecode.parse_point(text)
    assert str(caught.value).startswith(told)


@given(st.text(max_size=40) | st.text("first last flash 12 +-−:.s", max_size=24))
def test_any_text_is_a_point_or_a_timecode_error(text: str) -> None:
    found: object
    try:
        found = timecode.parse_point(text)
    except TimecodeError as error:
        found = str(error)
    assert isinstance(found, Time | FlashTime) or (isinstance(found, str) and len(found) < 400)


@given(ON_A_CLOCK)
def test_a_length_of_any_precision_is_written_to_the_millisecond(seconds: Fraction) -> None:
    read_back = timecode.parse(timecode.format_time(seconds)).seconds
    assert read_back == Fraction(round(seconds * 1000), 1000)


@given(ON_A_CLOCK, st.sampled_from(sorted(UNITS)))
def test_the_patterns_for_editors_match_what_is_read(number: Fraction, unit: str) -> None:
    assert re.fullmatch(timecode.LENGTH_PATTERN, decimal(number) + unit)
    clock = timecode.format_time(number)
    assert re.fullmatch(timecode.LENGTH_PATTERN, clock)
    assert re.fullmatch(timecode.POINT_PATTERN, clock)
    assert re.fullmatch(timecode.POINT_PATTERN, "00:01:02;12")
    assert not re.fullmatch(timecode.LENGTH_PATTERN, "00:01:02:12")


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_timecode_error(text: str) -> None:
    try:
        time = timecode.parse(text)
    except TimecodeError:
        return
    assert isinstance(time, Time)
    assert time.seconds >= 0


@given(st.text("0123456789:;.- smih", max_size=16).map(str.strip))
def test_what_the_pattern_for_editors_does_not_match_is_no_time(text: str) -> None:
    if not re.fullmatch(timecode.POINT_PATTERN, text):
        with pytest.raises(TimecodeError):
            timecode.parse_point(text)
