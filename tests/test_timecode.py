from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation import timecode
from installation.timecode import Time, TimecodeError

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


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_timecode_error(text: str) -> None:
    try:
        time = timecode.parse(text)
    except TimecodeError:
        return
    assert isinstance(time, Time)
    assert time.seconds >= 0
