from fractions import Fraction

import numpy as np

from installation.flash.index import Index
from installation.flash.model import HEIGHT, WIDTH, Flash

RATE = 25


def index(levels: list[int]) -> tuple[Flash, ...]:
    seen = Index(Fraction(RATE))
    for number, level in enumerate(levels):
        seen.see(Fraction(number, RATE), np.full((HEIGHT, WIDTH), level, np.uint8))
    return seen.finish()


def test_a_frame_that_is_brighter_than_those_around_it_is_a_flash() -> None:
    (flash,) = index([40] * 30 + [140] + [40] * 200)
    assert (flash.frame, flash.time, flash.frames, flash.band) == (30, Fraction(30, RATE), 1, "full")
    assert flash.area == 1
    assert flash.excess == round(100 / 255, 3)


def test_of_the_frames_of_a_flash_the_brightest_is_known() -> None:
    for levels, brightest in (([140, 90], 30), ([90, 140], 31)):
        (flash,) = index([40] * 30 + levels + [40] * 200)
        assert (flash.frame, flash.frames, flash.brightest) == (30, 2, brightest)


def test_still_light_and_a_cut_are_none() -> None:
    assert index([40] * 200) == ()
    assert index([40] * 100 + [140] * 100) == ()
    assert index([]) == ()
