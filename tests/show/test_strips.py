from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.footage.probe import Probe
from installation.show.strips import (
    BLACK,
    FRAMES,
    HOLD,
    STILL,
    Heard,
    Run,
    Runs,
    Sound,
    Strip,
    cut_sound,
    frame_at,
    frames,
    length_of,
    total,
)
from tests.show.probes import NTSC, RATES, SLOW, probe_of, probes

PAL = Fraction(25)
RAGGED = probe_of(times=(0, 40, 90, 130, 160, 220))


def strip_of(probe: Probe, *spans: tuple[int, int], hold_s: Fraction = Fraction(0)) -> Strip:
    """Stretches of a clip one after the other, the very last frame held."""
    runs = [frames(Path("a.mp4"), probe, first, last) for first, last in spans]
    if hold_s:
        runs.append(Run(HOLD, hold_s, "a.mp4", probe.sha256, spans[-1][1] - 1, 1))
    return Strip(tuple(runs), probe.rate, probe.width, probe.height, probe)


def standing(length_s: Fraction, kind: str = BLACK, rate: Fraction = PAL) -> Strip:
    return Strip((Run(kind, length_s),), rate, 640, 360)


def spans(runs: Runs) -> list[tuple[int, int]]:
    return [(run.first, run.first + run.count) for run in runs]


@pytest.mark.parametrize(
    ("start_s", "end_s", "expected"),
    [
        ("0", "4", [(0, 100)]),
        ("0.4", "0.8", [(10, 20)]),
        ("0.39", "0.79", [(10, 20)]),
        ("0.41", "0.81", [(11, 21)]),
        ("0.41", "0.43", []),
        ("3.97", "4", []),
        ("0", "0", []),
        ("4", "4", []),
    ],
)
def test_a_frame_belongs_to_the_part_in_which_it_begins(
    start_s: str, end_s: str, expected: list[tuple[int, int]]
) -> None:
    strip = strip_of(probe_of(100), (0, 100))
    assert spans(strip.cut(Fraction(start_s), Fraction(end_s))) == expected


def test_a_strip_that_begins_inside_its_clip_is_cut_from_there() -> None:
    (run,) = strip_of(probe_of(100, NTSC), (30, 90)).cut(Fraction(1), Fraction(3, 2))
    assert (run.first, run.count, run.length_s) == (60, 15, 15 / NTSC)


@pytest.mark.parametrize(
    ("start_s", "end_s", "expected", "length_s"),
    [
        ("0", "0.09", [(0, 2)], "0.09"),
        ("0.04", "0.16", [(1, 4)], "0.12"),
        ("0.05", "0.17", [(2, 5)], "0.13"),
        ("0.2", "0.26", [(5, 6)], "0.04"),
    ],
)
def test_a_clip_whose_rate_varies_is_cut_between_its_own_frames(
    start_s: str, end_s: str, expected: list[tuple[int, int]], length_s: str
) -> None:
    runs = strip_of(RAGGED, (0, 6)).cut(Fraction(start_s), Fraction(end_s))
    assert spans(runs) == expected
    assert total(runs) == Fraction(length_s)


def test_a_cut_goes_through_the_times_of_a_clip_and_into_its_hold() -> None:
    strip = strip_of(probe_of(100), (0, 50), (0, 50), hold_s=Fraction(3))
    assert strip.length_s == 7
    runs = strip.cut(Fraction(1), Fraction(5))
    assert spans(runs) == [(25, 50), (0, 50), (49, 50)]
    assert [run.length_s for run in runs] == [1, 2, 1]
    assert [run.kind for run in runs] == [FRAMES, FRAMES, HOLD]


@pytest.mark.parametrize("kind", [HOLD, STILL, BLACK])
def test_what_stands_still_is_cut_on_the_beat(kind: str) -> None:
    strip = standing(Fraction(1), kind)
    assert total(strip.cut(Fraction(0), Fraction(3, 10))) == Fraction(32, 100)
    assert total(strip.cut(Fraction(3, 10), Fraction(1))) == Fraction(68, 100)
    assert total(strip.cut(Fraction(3, 10), Fraction(31, 100))) == 0


def test_the_last_frame_of_what_stands_still_takes_what_is_no_whole_frame() -> None:
    strip = standing(Fraction(9, 100))  # two frames and a quarter
    assert total(strip.cut(Fraction(0), Fraction(4, 100))) == Fraction(4, 100)
    assert total(strip.cut(Fraction(4, 100), Fraction(9, 100))) == Fraction(5, 100)
    assert strip.cut(Fraction(8, 100), Fraction(9, 100)) == ()


@st.composite
def strips(draw: st.DrawFn) -> Strip:
    if draw(st.integers(0, 3)) == 0:
        rate = draw(st.sampled_from(RATES))
        longer_s = draw(st.fractions(0, 20, max_denominator=1000))
        return standing(1 / rate + longer_s, draw(st.sampled_from([STILL, BLACK])), rate)
    probe = draw(probes())
    first = draw(st.integers(0, probe.frames - 1))
    last = draw(st.integers(first + 1, probe.frames))
    hold_s = 1 / probe.rate + draw(st.fractions(0, 20, max_denominator=1000)) if draw(st.booleans()) else Fraction(0)
    return strip_of(probe, *[(first, last)] * draw(st.integers(1, 3)), hold_s=hold_s)


def shown(runs: Runs) -> list[tuple[str, int]]:
    """Every frame that is shown, by kind and number."""
    return [(run.kind, run.first + number) for run in runs for number in range(run.count)]


@given(strips(), st.fractions(0, 1, max_denominator=10_000))
def test_two_parts_have_every_frame_once_and_are_together_as_long(strip: Strip, share: Fraction) -> None:
    time_s = share * strip.length_s
    before, after = strip.cut(Fraction(0), time_s), strip.cut(time_s, strip.length_s)
    assert total(before) + total(after) == strip.length_s
    moving = [frame for frame in shown((*before, *after)) if frame[0] == FRAMES]
    assert moving == [frame for frame in shown(strip.runs) if frame[0] == FRAMES]
    assert all(run.length_s > 0 for run in (*before, *after))
    assert total(before) == strip.next_frame_s(time_s) >= time_s


@given(strips(), st.lists(st.fractions(0, 1, max_denominator=1000), min_size=2, max_size=2))
def test_a_part_of_a_part_is_cut_as_if_there_were_no_other(strip: Strip, shares: list[Fraction]) -> None:
    start_s, end_s = sorted(share * strip.length_s for share in shares)
    parts = [(Fraction(0), start_s), (start_s, end_s), (end_s, strip.length_s)]
    assert sum(total(strip.cut(*part)) for part in parts) == strip.length_s


def test_what_is_seen_at_a_time_began_at_it_or_before() -> None:
    strip = strip_of(probe_of(100), (0, 100))
    assert strip.seen_from(Fraction(2)) == (strip.cut(Fraction(2), Fraction(4)), Fraction(0))
    runs, seen_s = strip.seen_from(Fraction(201, 100))
    assert spans(runs) == [(50, 51), (51, 100)]
    assert seen_s == Fraction(1, 100)
    runs, seen_s = strip.seen_from(Fraction(399, 100))
    assert spans(runs) == [(99, 100)]
    assert seen_s == Fraction(3, 100)


@given(strips(), st.fractions(0, 1, max_denominator=10_000))
def test_what_is_seen_from_a_time_on_lasts_to_the_end(strip: Strip, share: Fraction) -> None:
    time_s = share * strip.length_s * Fraction(999, 1000)
    runs, seen_s = strip.seen_from(time_s)
    assert total(runs) - seen_s == strip.length_s - time_s
    assert 0 <= seen_s < runs[0].length_s


@pytest.mark.parametrize(
    ("aspect", "rotation", "shape"),
    [
        (Fraction(1), 0, Fraction(16, 9)),
        (Fraction(4, 3), 0, Fraction(64, 27)),
        (Fraction(1), 90, Fraction(9, 16)),
        (Fraction(4, 3), 270, Fraction(27, 64)),
        (Fraction(0), 180, Fraction(16, 9)),
    ],
)
def test_a_shape_is_that_of_the_upright_picture_as_it_is_seen(aspect: Fraction, rotation: int, shape: Fraction) -> None:
    probe = replace(probe_of(rotation=rotation), sample_aspect=aspect)
    size = (360, 640) if rotation in (90, 270) else (640, 360)
    assert Strip((), probe.rate, *size, probe).shape == shape


@pytest.mark.parametrize(("rate", "seconds", "frame"), [(SLOW, "0.08", 1), (SLOW, "0.1", 2), (NTSC, "1", 30)])
def test_a_time_means_the_first_frame_at_it_or_after(rate: Fraction, seconds: str, frame: int) -> None:
    assert frame_at(probe_of(100, rate), Fraction(seconds)) == frame


def test_a_time_after_the_last_frame_means_the_end() -> None:
    assert frame_at(probe_of(100), Fraction(5)) == 100
    assert frame_at(RAGGED, Fraction(21, 100)) == 5
    assert frame_at(RAGGED, Fraction(23, 100)) == 6


def test_the_last_frame_of_a_clip_whose_rate_varies_lasts_until_its_end() -> None:
    assert length_of(RAGGED, 4, 6) == Fraction(10, 100)
    assert length_of(RAGGED, 0, 2) == Fraction(9, 100)


SOUND: Sound = (
    Heard(Fraction(1)),
    Heard(Fraction(2), "a.mp4", "abc", Fraction(5)),
    Heard(Fraction(1, 2)),
)


def test_sound_is_cut_anywhere_and_enters_its_master_as_much_later() -> None:
    assert cut_sound(SOUND, Fraction(3, 2), Fraction(5, 2)) == (Heard(Fraction(1), "a.mp4", "abc", Fraction(11, 2)),)
    assert cut_sound(SOUND, Fraction(1, 2), Fraction(2)) == (
        Heard(Fraction(1, 2)),
        Heard(Fraction(1), "a.mp4", "abc", Fraction(5)),
    )
    assert cut_sound(SOUND, Fraction(0), Fraction(9)) == SOUND
    assert cut_sound(SOUND, Fraction(1), Fraction(1)) == ()


@given(st.fractions(0, Fraction(7, 2), max_denominator=48_000))
def test_two_parts_of_a_sound_are_together_as_long_and_leave_nothing_out(time_s: Fraction) -> None:
    before, after = cut_sound(SOUND, Fraction(0), time_s), cut_sound(SOUND, time_s, Fraction(7, 2))
    assert total(before) == time_s
    assert total(after) == Fraction(7, 2) - time_s
    parts = [part for part in (*before, *after) if part.master]
    assert parts[0].enters_s == 5
    assert total(parts) == 2
    for one, other in pairwise(parts):
        assert one.enters_s + one.length_s == other.enters_s
