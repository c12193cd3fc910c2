from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.show.placing import HEIGHT, SCREEN, WIDTH, Spot, Wall

MEASURE = Fraction(400)
FITS = st.sampled_from(["contain", "cover", "stretch", "none"])
ASPECTS = st.fractions(Fraction(1, 4), Fraction(4), max_denominator=100)
LEFT_BELOW = Spot(1, Fraction(50), Fraction(1000), MEASURE)


def test_over_a_picture_of_the_screens_shape_margins_are_the_distances_from_the_edges() -> None:
    assert Wall().place(LEFT_BELOW, SCREEN) == ((50, WIDTH - 450, 80), r"\an1")
    assert Wall().place(Spot(9, Fraction(1900), Fraction(30), MEASURE), SCREEN) == ((1500, 20, 30), r"\an9")
    assert Wall().place(Spot(2, Fraction(960), Fraction(1080), MEASURE), SCREEN) == ((760, 760, 0), r"\an2")


@given(ASPECTS, FITS)
def test_sides_are_evened_out_by_a_narrow_picture_and_heights_by_a_wide_one(aspect: Fraction, fit: str) -> None:
    (left, _, vertical), _ = Wall(fit).place(LEFT_BELOW, aspect)
    shape = SCREEN if fit == "stretch" else aspect
    assert left == pytest.approx(50 * max(Fraction(1), SCREEN / shape), abs=0.5)
    assert vertical == pytest.approx(80 * max(Fraction(1), shape / SCREEN), abs=0.5)


@given(ASPECTS)
def test_letters_are_written_larger_only_where_libass_would_shrink_them(aspect: Fraction) -> None:
    assert Wall("contain").scale(aspect) == Wall("stretch").scale(aspect) == 1
    assert Wall("cover").scale(aspect) == Wall("none").scale(aspect) == max(1, aspect / SCREEN)
    assert Wall("cover", 90).scale(aspect) == max(1, 1 / aspect / SCREEN)


@given(FITS, ASPECTS)
def test_a_turned_screen_turns_the_letters_with_the_picture(fit: str, aspect: Fraction) -> None:
    turned = [Wall(fit, rotate).place(LEFT_BELOW, aspect)[1] for rotate in (0, 90, 180, 270)]
    assert turned == [r"\an1", r"\an1\frz270", r"\an1\frz180", r"\an1\frz90"]


def test_the_corner_of_a_turned_screen_is_another_corner_of_libmpvs() -> None:
    below = Spot(1, Fraction(50), Fraction(WIDTH - 80), MEASURE)  # on a screen that hangs upright
    assert Wall("contain", 90).size == (HEIGHT, WIDTH)
    assert Wall("contain", 90).place(below, 1 / SCREEN)[0] == (80, WIDTH - 480, HEIGHT - 50)
    assert Wall("contain", 270).place(below, 1 / SCREEN)[0] == (WIDTH - 80, 80 - 400, 50)
    assert Wall("contain", 180).place(LEFT_BELOW, SCREEN)[0] == (WIDTH - 50, 50 - 400, HEIGHT - 80)
