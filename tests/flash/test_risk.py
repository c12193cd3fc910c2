"""The limits of the standards, each from both sides."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.flash.limits import View, spacing
from tests.flash.films import (
    BRIGHT,
    DARK,
    SHAPE,
    SMALL,
    Picture,
    Timed,
    assessed,
    beat,
    changing,
    coloured,
    flashes,
    flat,
    kinds,
    level,
    square_wave,
    verdicts,
)

THIRD = (60, 107)
"""Rows and columns of the field of 10 degrees."""


def patch(share: float, of: tuple[int, int], corner: tuple[int, int] = (10, 20)) -> tuple[Picture, Picture]:
    """Return a dark picture, and one in which a part as large as a share of a field is bright."""
    high = round(of[0] * 0.6)
    wide = round(share * of[0] * of[1] / high)
    lit = flat(DARK, SHAPE)
    lit[corner[0] : corner[0] + high, corner[1] : corner[1] + wide] = level(BRIGHT)
    return flat(DARK, SHAPE), lit


@pytest.mark.parametrize(("share", "verdict"), [(0.18, "pass"), (0.24, "warning"), (0.26, "fail")])
def test_a_quarter_of_ten_degrees_of_view_is_enough(share: float, verdict: str) -> None:
    for corner in ((0, 0), (50, 100), (140, 240)):
        dark, lit = patch(share, THIRD, corner)
        assert verdicts(changing(lit, dark)) == (verdict, "pass")


@pytest.mark.parametrize(("share", "verdict"), [(0.18, "pass"), (0.24, "warning"), (0.26, "fail")])
def test_a_quarter_of_the_whole_screen_is_enough(share: float, verdict: str) -> None:
    dark, lit = patch(share, SHAPE, (40, 60))
    assert verdicts(changing(lit, dark)) == ("fail", verdict)


def test_the_parts_that_change_together_may_lie_apart_within_a_field() -> None:
    def lamps(on: bool) -> Picture:
        picture = flat(DARK, SHAPE)
        for row in range(60, 120, 12):
            picture[row : row + 7, 100:207] = level(BRIGHT if on else DARK)
        return picture

    assert verdicts(changing(lamps(True), lamps(False)))[0] == "fail"


def test_parts_farther_apart_than_ten_degrees_are_not_added_up() -> None:
    dark, lit = patch(0.18, THIRD, (0, 0))
    lit = lit.copy()
    lit[120:170, 260:310] = lit[0:50, 0:50]
    assert verdicts(changing(lit, dark))[0] == "pass"


def test_a_screen_seen_from_nearby_has_more_fields_and_smaller_ones() -> None:
    dark, lit = patch(0.05, THIRD)
    film = changing(lit, dark)
    assert verdicts(film)[0] == "pass"
    assert verdicts(film, View.of(distance_m=1, width_m=2))[0] == "fail"


def test_a_screen_far_away_never_fills_a_quarter_of_ten_degrees() -> None:
    film = changing(flat(BRIGHT, SHAPE), flat(DARK, SHAPE))
    assert verdicts(film, View.of(distance_m=30, width_m=2)) == ("pass", "fail")


@pytest.mark.parametrize(("change", "verdict"), [(0.09, "pass"), (0.11, "fail")])
@pytest.mark.parametrize("dark", [0.0, 0.1, 0.4, 0.7])
def test_a_tenth_of_white_is_a_change(change: float, verdict: str, dark: float) -> None:
    assert verdicts(changing(flat(dark + change), flat(dark))) == (verdict, verdict)


def test_the_darker_state_lies_below_eight_tenths_but_for_bt1702_where_contrast_is_high() -> None:
    for dark, bright, expected in (
        (0.79, 0.95, ("fail", "fail")),
        (0.81, 0.95, ("pass", "fail")),  # Michelson 1/12.6
        (0.81, 0.89, ("pass", "pass")),  # 1/21
        (0.85, 0.98, ("pass", "fail")),  # 1/14
        (0.90, 1.00, ("pass", "pass")),  # 1/19
    ):
        assert verdicts(changing(flat(bright), flat(dark))) == expected, (dark, bright)


@pytest.mark.parametrize(("count", "verdict"), [(2, "pass"), (3, "warning"), (4, "fail")])
def test_more_than_three_flashes_in_a_second_fail_and_three_are_near(count: int, verdict: str) -> None:
    edges = flashes([1 + number * 0.2 for number in range(count)])
    assert verdicts(square_wave(edges, 25, 3)) == (verdict, verdict)
    inverted = square_wave(edges, 25, 3, bright=flat(DARK), dark=flat(BRIGHT))
    assert verdicts(inverted) == (verdict, verdict)


def test_a_flash_that_begins_when_a_second_is_over_is_not_of_it() -> None:
    starts = [1, 1.2, 1.4]
    assert verdicts(square_wave(flashes([*starts, 2.0]), 25, 4))[0] == "warning"
    assert verdicts(square_wave(flashes([*starts, 1.96]), 25, 4))[0] == "fail"


def test_three_flashes_a_second_in_an_even_beat_are_just_allowed() -> None:
    assert verdicts(square_wave(beat(3, 4), 60, 4))[0] == "warning"
    assert verdicts(square_wave(beat(3.2, 4), 60, 4))[0] == "fail"


def test_changes_a_second_apart_are_no_flash() -> None:
    assert verdicts(square_wave([1, 2, 3, 4, 5, 6, 7], 25, 8)) == ("pass", "pass")


@pytest.mark.parametrize(
    ("apart_s", "rate", "expected"),
    [
        (0.333, 1000, ["general", "extended"]),  # four in a second too
        (0.335, 200, []),
        (1 / 3, 60, ["extended"]),
        (0.35, 60, []),
    ],
)
def test_flashes_at_60_hz_are_allowed_334_ms_apart(apart_s: float, rate: float, expected: list[str]) -> None:
    starts = [0.5 + number * apart_s for number in range(20)]
    film = square_wave(flashes(starts), rate, 7.5)
    changes = [film[0], *(after for before, after in pairwise(film) if after[1] is not before[1])]
    found = assessed(changes, spacing_s=spacing(60)).standards["bt.1702"]
    assert (kinds(found) if found.verdict == "fail" else []) == expected


def test_flashes_at_50_hz_are_allowed_360_ms_apart() -> None:
    for apart_s, expected in ((0.36, []), (0.34, ["extended"])):
        starts = [0.5 + number * apart_s for number in range(20)]
        found = assessed(square_wave(flashes(starts), 50, 8), spacing_s=spacing(25)).standards["bt.1702"]
        assert (kinds(found) if found.verdict == "fail" else []) == expected


@pytest.mark.parametrize(("rate", "spacing_s"), [(25, 0.36), (50, 0.36), (12.5, 0.36), (30, 0.334), (24, 0.334)])
def test_the_beat_of_a_film_tells_which_spacing_holds(rate: float, spacing_s: float) -> None:
    assert spacing(rate) == pytest.approx(spacing_s, abs=5e-4)


def test_a_sequence_is_a_risk_after_five_seconds_though_no_second_has_more_than_three() -> None:
    triples = [1 + second + number * 0.2 for second in range(7) for number in range(3)]
    short = assessed(square_wave(flashes([start for start in triples if start < 5.9]), 25, 9)).standards["bt.1702"]
    long = assessed(square_wave(flashes(triples), 25, 9)).standards
    assert short.verdict == "warning"
    assert long["wcag-2.3.1"].verdict == "warning"
    assert (long["bt.1702"].verdict, kinds(long["bt.1702"])) == ("fail", ["extended"])
    (finding,) = long["bt.1702"].findings
    assert (finding.start_s, finding.end_s) == pytest.approx((1, 7.5), abs=0.041)


def test_saturated_red_flashes_however_dark_it_is() -> None:
    for red, expected in ((255, "fail"), (128, "fail"), (60, "fail"), (8, "pass")):
        found = assessed(changing(coloured(red, 0, 0), coloured(0, 0, 0))).standards
        assert {standard.verdict for standard in found.values()} == {expected}, red
        if red < 150:  # too dark for a general flash
            assert kinds(found["wcag-2.3.1"]) == (["red"] if expected == "fail" else [])


def test_red_counts_from_a_share_of_eight_tenths_on_and_by_its_change_of_colour() -> None:
    red = level(0.4)
    for other, expected in ((level(0.4 * 0.24), "fail"), (level(0.4 * 0.3), "pass")):
        film = changing(coloured(red, other, 0), coloured(0, level(0.2), level(0.3)))
        assert ("red" in kinds(assessed(film).standards["wcag-2.3.1"])) == (expected == "fail")
    # from one saturated red to another
    assert verdicts(changing(coloured(140, 0, 30), coloured(140, 30, 0))) == ("pass", "pass")


def test_red_counts_when_it_comes_after_a_long_time_without_any() -> None:
    film = changing(coloured(120, 0, 0), coloured(0, 0, 0))
    film = [(number / 25, coloured(0, 0, 0)) for number in range(100)] + [(4 + time_s, one) for time_s, one in film]
    (finding,) = assessed(film).standards["wcag-2.3.1"].findings
    assert (finding.kind, finding.peak) == ("red", 5)
    assert finding.start_s == pytest.approx(4.5, abs=0.041)


def test_a_fine_checkerboard_that_reverses_is_none_a_coarse_one_is() -> None:
    def board(on: bool, square: int) -> Picture:
        rows, columns = np.indices(SHAPE) // square
        light = np.where((rows + columns + on) % 2, level(BRIGHT), level(DARK)).astype(np.uint8)
        return np.repeat(light[:, :, None], 3, axis=2)

    assert verdicts(changing(board(True, 1), board(False, 1))) == ("pass", "pass")
    assert verdicts(changing(board(True, 12), board(False, 12))) == ("fail", "fail")
    near = View.of(distance_m=0.5, width_m=1)  # a pixel is wider than a tenth of a degree
    assert verdicts(changing(board(True, 1), board(False, 1)), near)[0] == "fail"


def test_two_cuts_there_and_back_are_one_flash() -> None:
    def halves(on: bool) -> Picture:
        picture = flat(DARK)
        picture[:, : SMALL[1] // 2] = level(BRIGHT)
        return picture[:, ::-1].copy() if on else picture

    for cuts, verdict in ((6, "warning"), (8, "fail")):
        film = square_wave([1 + number * 0.12 for number in range(cuts)], 25, 3, halves(True), halves(False))
        assert verdicts(film) == (verdict, verdict)


def test_slow_ramps_are_none_quick_ones_are_flashes() -> None:
    def ramps(period_s: float, length_s: float) -> list[Timed]:
        times = np.arange(0, length_s, 1 / 50)
        light = 0.05 + 0.35 * np.abs((times / period_s) % 1 * 2 - 1)
        return [(float(time_s), flat(float(one))) for time_s, one in zip(times, light, strict=True)]

    assert verdicts(ramps(3, 9)) == ("pass", "pass")
    assert verdicts(ramps(0.5, 4))[0] == "pass"
    assert verdicts(ramps(0.25, 3)) == ("fail", "fail")


def test_grain_on_a_slow_ramp_and_on_a_still_picture_is_none() -> None:
    chance = np.random.default_rng(2017)

    def grainy(light: float, sigma: float) -> Picture:
        noise = chance.normal(0, sigma, (*SHAPE, 3))
        return (flat(light, SHAPE) + noise).round().clip(0, 255).astype(np.uint8)

    assert verdicts([(number / 25, grainy(0.5, 10)) for number in range(40)]) == ("pass", "pass")
    assert verdicts([(number / 25, grainy(0.02 + number / 80, 6)) for number in range(50)]) == ("pass", "pass")


def test_grain_hides_no_flash() -> None:
    chance = np.random.default_rng(2017)
    film = [
        (time_s, (one + chance.normal(0, 8, one.shape)).round().clip(0, 255).astype(np.uint8))
        for time_s, one in square_wave(beat(4, 2.5), 25, 2.5)
    ]
    assert verdicts(film) == ("fail", "fail")


def test_a_rolling_shutter_that_splits_a_flash_over_two_pictures_makes_no_two_of_it() -> None:
    for rows in (6, 20, 40):
        upper, lower = flat(DARK), flat(DARK)
        upper[:rows], lower[rows:] = level(BRIGHT), level(BRIGHT)
        for count, verdict in ((3, "warning"), (4, "fail")):
            film: list[Timed] = [(number / 25, flat(DARK)) for number in range(75)]
            for flash in range(count):
                film[25 + 6 * flash] = (film[25 + 6 * flash][0], lower)
                film[26 + 6 * flash] = (film[26 + 6 * flash][0], upper)
            assert verdicts(film) == (verdict, verdict), (rows, count)


def test_bands_that_are_too_small_each_are_enough_together() -> None:
    pictures = [flat(DARK) for _ in range(3)]
    for band, picture in enumerate(pictures):
        picture[18 + band * 5 : 23 + band * 5] = level(BRIGHT)  # 9 % of the screen each
    film: list[Timed] = [(number / 50, flat(DARK)) for number in range(150)]
    for flash in range(4):
        for band, picture in enumerate(pictures):
            number = 50 + 10 * flash + band
            film[number] = (film[number][0], picture)
    assert verdicts(film) == ("fail", "fail")


def test_flashes_that_decay_over_many_pictures_count_like_others() -> None:
    light = [DARK] * 30 + [DARK + 0.6 * 0.75**number for number in range(15)] * 4 + [DARK] * 30
    assert verdicts([(number / 60, flat(one)) for number, one in enumerate(light)]) == ("fail", "fail")


@pytest.mark.parametrize("rate", [10, 12.5, 23.976, 25, 29.97, 50, 60, 120])
def test_what_counts_is_time_not_pictures(rate: float) -> None:
    for hertz, expected in ((1.8, "pass"), (4.6, "fail")):
        assert verdicts(square_wave(beat(hertz, 3), rate, 3)) == (expected, expected), hertz


def test_a_film_may_have_its_pictures_at_any_times() -> None:
    chance = np.random.default_rng(5)
    edges = flashes([1, 1.21, 1.47, 1.8])
    for starts, verdict in ((edges, "fail"), (edges[:6], "warning")):
        times = sorted({*starts, *chance.uniform(0, 3, 40).tolist()})
        film = [(time_s, flat(BRIGHT if sum(edge <= time_s for edge in starts) % 2 else DARK)) for time_s in times]
        assert verdicts(film) == (verdict, verdict)


def test_a_flicker_from_picture_to_picture_is_told_at_its_rate() -> None:
    (finding,) = (
        assessed([(number / 25, flat(BRIGHT if number % 2 else DARK)) for number in range(75)])
        .standards["wcag-2.3.1"]
        .findings
    )
    assert finding.peak == 13
    assert (finding.start_s, finding.end_s) == pytest.approx((0.04, 2.96))


def test_a_finding_tells_where_most_flashes_are() -> None:
    slow, fast = [1 + number * 0.24 for number in range(8)], [2.9 + number * 0.12 for number in range(8)]
    (finding,) = assessed(square_wave(flashes([*slow, *fast], 0.04), 25, 5)).standards["wcag-2.3.1"].findings
    assert finding.start_s == pytest.approx(1)
    assert finding.peak == 8
    assert 2.5 < finding.worst_s <= 2.9


def test_findings_a_second_apart_are_two() -> None:
    starts = [begin + number * 0.2 for begin in (1, 4) for number in range(4)]
    first, second = assessed(square_wave(flashes(starts), 25, 6)).standards["bt.1702"].findings
    assert (first.start_s, first.end_s) == pytest.approx((1, 1.72), abs=0.041)
    assert (second.start_s, second.end_s) == pytest.approx((4, 4.72), abs=0.041)


def test_a_film_of_nothing_or_of_one_picture_passes() -> None:
    assert verdicts([]) == ("pass", "pass")
    assert verdicts([(0.0, flat(1))]) == ("pass", "pass")


SEVERITY = ["pass", "warning", "fail"]
starts = st.lists(st.integers(0, 16), unique=True, max_size=8).map(sorted)


@settings(max_examples=12)
@given(starts, st.integers(0, 16))
def test_one_flash_more_never_makes_it_better(begun: list[int], another: int) -> None:
    def judged(numbers: list[int]) -> list[int]:
        edges = flashes([0.2 + number * 0.12 for number in numbers], 0.04)
        return [SEVERITY.index(verdict) for verdict in verdicts(square_wave(edges, 25, 3))]

    fewer, more = judged(begun), judged(sorted({*begun, another}))
    assert all(before <= after for before, after in zip(fewer, more, strict=True))


@settings(max_examples=12)
@given(starts, st.integers(1, 100_000))
def test_when_it_begins_makes_no_difference(begun: list[int], later: int) -> None:
    film = square_wave(flashes([0.2 + number * 0.12 for number in begun], 0.04), 25, 3)
    moved = [(time_s + later, one) for time_s, one in film]
    one, other = (assessed(it).standards for it in (film, moved))
    for name, standard in one.items():
        assert [(f.kind, f.peak) for f in standard.findings] == [(f.kind, f.peak) for f in other[name].findings]
        for finding, shifted in zip(standard.findings, other[name].findings, strict=True):
            assert shifted.start_s == pytest.approx(finding.start_s + later, abs=1e-6)
