from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.show.ordering import orders


def test_listed_is_the_order_of_the_file_in_every_iteration() -> None:
    assert orders("listed", 2017, 4, 3) == ((0, 1, 2, 3),)


def test_reversed_begins_with_the_last_cue() -> None:
    assert orders("reversed", 2017, 4, 3) == ((3, 2, 1, 0),)


def test_the_same_seed_shuffles_alike_on_every_day_and_machine() -> None:
    assert orders("shuffled", 2017, 6, 3) == ((0, 2, 3, 1, 4, 5), (2, 0, 3, 5, 4, 1), (0, 5, 3, 1, 2, 4))


def test_another_seed_shuffles_otherwise() -> None:
    assert orders("shuffled", 1, 20, 1) != orders("shuffled", 2, 20, 1)


def test_each_iteration_is_shuffled_anew() -> None:
    assert len(set(orders("shuffled", 2017, 20, 50))) == 50


def test_an_iteration_keeps_its_order_whatever_the_number_of_iterations() -> None:
    assert orders("shuffled", 7, 9, 10)[:4] == orders("shuffled", 7, 9, 4)


@given(
    st.sampled_from(["listed", "reversed", "shuffled"]), st.integers(0, 10**15), st.integers(1, 40), st.integers(1, 9)
)
def test_every_cue_comes_once_in_every_iteration(order: str, seed: int, cues: int, iterations: int) -> None:
    made = orders(order, seed, cues, iterations)
    assert len(made) in (1, iterations)
    assert all(sorted(one) == list(range(cues)) for one in made)


@pytest.mark.parametrize("turn", range(3))
def test_no_cue_has_a_favourite_place(turn: int) -> None:
    places = Counter(one[turn] for one in orders("shuffled", 2017, 3, 900))
    assert all(200 < places[cue] < 400 for cue in range(3))
