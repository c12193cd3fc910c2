from collections import Counter
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.show.ordering import Order, orders

SIX = list("abcdef")
TWENTY = [str(number) for number in range(20)]


def test_listed_is_the_order_of_the_file_in_every_iteration() -> None:
    assert orders("listed", 2017, SIX, 3) == ((0, 1, 2, 3, 4, 5),)


def test_reversed_begins_with_the_last_cue() -> None:
    assert orders("reversed", 2017, SIX, 3) == ((5, 4, 3, 2, 1, 0),)


PACE = [Fraction(pace) for pace in ("1/2", "0", "2", "1/2", "0", "1/3")]


def test_calm_to_bright_begins_with_the_fewest_flashes_a_second_and_keeps_the_files_order_among_equals() -> None:
    assert orders("calm to bright", 2017, SIX, 3, PACE) == ((1, 4, 5, 0, 3, 2),)


def test_bright_to_calm_begins_with_the_most_flashes_a_second_and_keeps_the_files_order_among_equals() -> None:
    assert orders("bright to calm", 2017, SIX, 3, PACE) == ((2, 0, 3, 5, 1, 4),)


def test_the_same_seed_shuffles_alike_on_every_day_and_machine() -> None:
    assert orders("shuffled", 2017, SIX, 3) == ((0, 2, 3, 1, 4, 5), (2, 0, 3, 5, 4, 1), (0, 5, 3, 1, 2, 4))


def test_another_seed_shuffles_otherwise() -> None:
    assert orders("shuffled", 1, TWENTY, 1) != orders("shuffled", 2, TWENTY, 1)


def test_each_iteration_is_shuffled_anew() -> None:
    assert len(set(orders("shuffled", 2017, TWENTY, 50))) == 50


def test_an_iteration_keeps_its_order_whatever_the_number_of_iterations() -> None:
    many, few = (orders("shuffled", 7, TWENTY[:9], iterations) for iterations in (10, 4))
    assert many[:3] == few[:3]
    assert many[3][:-1] == few[3][:-1] or few[3][-1] != many[3][-1]  # the last may yield to the first


NAMES = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=12)
ORDERS = st.sampled_from(["listed", "reversed", "shuffled", "calm to bright", "bright to calm"])
SEEDS = st.integers(0, 10**15)


@given(ORDERS, SEEDS, NAMES, st.integers(1, 9))
def test_every_cue_comes_once_in_every_iteration(order: str, seed: int, names: list[str], iterations: int) -> None:
    pace = [Fraction(ord(name)) for name in names]
    made = orders(order, seed, names, iterations, pace)
    assert len(made) in (1, iterations)
    assert all(sorted(one) == list(range(len(names))) for one in made)
    assert made == orders(order, seed, names, iterations, pace)


def wraps(made: tuple[Order, ...]) -> list[tuple[int, int]]:
    """The cues that meet at each wrap, from the last iteration to the first too."""
    return [(one[-1], other[0]) for one, other in pairwise((*made, made[0]))]


@given(SEEDS, NAMES, st.integers(1, 40))
def test_no_clip_is_shown_twice_in_a_row_across_a_wrap_unless_there_is_no_other(
    seed: int, names: list[str], iterations: int
) -> None:
    made = orders("shuffled", seed, names, iterations)
    if len(set(names)) > 1:
        assert all(names[last] != names[first] for last, first in wraps(made))


@given(SEEDS, st.sampled_from("ab"), st.integers(1, 6), st.integers(1, 40))
def test_one_clip_among_many_of_another_keeps_them_apart_at_every_wrap(
    seed: int, rare: str, often: int, iterations: int
) -> None:
    names = ["ab".replace(rare, "")] * often
    names.insert(seed % (often + 1), rare)
    made = orders("shuffled", seed, names, iterations)
    assert all(names[last] != names[first] for last, first in wraps(made))


@pytest.mark.parametrize("turn", range(3))
def test_no_cue_has_a_favourite_place(turn: int) -> None:
    places = Counter(one[turn] for one in orders("shuffled", 2017, ["a", "b", "c"], 900))
    assert all(200 < places[cue] < 400 for cue in range(3))
