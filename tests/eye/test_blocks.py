"""What a sketch is taken for, and where two differ."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.eye.blocks import ALIKE, BLACK, COUNT, SIDE, blocks, differing, points
from installation.player.shown import ACROSS, DOWN
from installation.screens.screen import Picture


def flat(*colour: int) -> bytes:
    return bytes(colour) * (ACROSS * DOWN)


def with_window(sketch: bytes, part: tuple[float, float, float, float], colour: tuple[int, int, int]) -> bytes:
    """Lay a window over a sketch: left, top, right and bottom from 0 to 1."""
    left, right = int(part[0] * ACROSS), int(part[2] * ACROSS)
    laid = bytearray(sketch)
    for row in range(int(part[1] * DOWN), int(part[3] * DOWN)):
        laid[3 * (row * ACROSS + left) : 3 * (row * ACROSS + right)] = bytes(colour) * (right - left)
    return bytes(laid)


def street(seed: int, brightest: int = 255) -> bytes:
    """Something with light and dark places, and noise."""
    chance = random.Random(seed)
    levels = [chance.randrange(brightest) for _ in range(COUNT)]
    across = ACROSS // SIDE
    return bytes(
        max(0, min(255, levels[row // SIDE * across + column // SIDE] + chance.randrange(-4, 5)))
        for row in range(DOWN)
        for column in range(ACROSS)
        for _ in range(3)
    )


def test_a_block_holds_the_means_of_its_points_and_how_much_they_vary() -> None:
    sketch = bytearray(flat(10, 20, 30))
    for row in range(SIDE):  # the first block of the second row of blocks
        at = 3 * (SIDE + row) * ACROSS
        sketch[at : at + 3 * SIDE] = bytes((10, 20, 30)) * (SIDE - 1) + bytes((110, 70, 30))
    taken = blocks(bytes(sketch))
    across = ACROSS // SIDE
    assert (taken.red[across], taken.green[across], taken.blue[across], taken.contrast[across]) == (30, 30, 30, 50)
    others = [number for number in range(COUNT) if number != across]
    assert {(taken.red[n], taken.green[n], taken.blue[n], taken.contrast[n]) for n in others} == {(10, 20, 30, 0)}


@pytest.mark.parametrize("colour", [(0, 0, 0), (0, 0, 200), (255, 255, 255), (8, 8, 8)])
def test_black_is_what_has_no_light_of_any_colour(colour: tuple[int, int, int]) -> None:
    assert blocks(flat(*colour)).lit == (COUNT if max(colour) > 8 else 0)
    assert BLACK.lit == 0


def test_pictures_differ_where_a_window_lies() -> None:
    seen = with_window(street(1), (0.25, 0.25, 0.5, 0.5), (250, 0, 250))
    assert 32 <= len(differing(blocks(street(1)), blocks(seen))) <= 40, (
        "8 blocks across, and down 4 or, with its edges, 5"
    )


def test_another_colour_of_the_same_brightness_is_another_picture() -> None:
    assert differing(blocks(flat(80, 0, 0)), blocks(flat(0, 80, 0))) == set(range(COUNT))


@settings(max_examples=10, deadline=None)
@given(st.integers(), st.integers(-int(ALIKE), int(ALIKE)))
def test_a_picture_and_the_same_a_little_lighter_or_darker_do_not_differ(seed: int, by: int) -> None:
    sketch = bytes(40 + value // 2 for value in street(seed))
    other = bytes(value + by for value in sketch)
    assert not differing(blocks(sketch), blocks(other))


@pytest.mark.parametrize("shape", [(160, 90), (640, 360), (683, 384), (540, 960), (64, 48)])
def test_the_points_of_a_screen_of_any_shape_lie_evenly_on_it(shape: tuple[int, int]) -> None:
    width, height = shape
    rgb = bytes(part for y in range(height) for x in range(width) for part in (255 * x // width, 255 * y // height, 7))
    taken = points(Picture(width, height, rgb))
    assert len(taken) == 3 * ACROSS * DOWN
    for column, row in ((0, 0), (80, 45), (159, 89)):
        at = 3 * (row * ACROSS + column)
        wanted = 255 * (column + 0.5) / ACROSS, 255 * (row + 0.5) / DOWN, 7
        assert list(taken[at : at + 3]) == pytest.approx(wanted, abs=6)
