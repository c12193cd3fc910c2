"""What the player tells the eye: points of a frame where they lie in the window."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.player.shown import ACROSS, BLACK, DOWN, PICTURE, UNSURE, Frame, Shown, decode, sketch

LIT = bytes((3, 2, 1, 0))
AS_RGB = bytes((1, 2, 3))


def frame(width: int, height: int, **more: Any) -> Frame:
    """A frame of one colour, its rows a pixel longer than they need to be."""
    row = LIT * width + b"\xff\xff\xff\xff"
    return Frame(width, height, len(row), row * height)._replace(**more)


def point(taken: bytes, column: int, row: int) -> bytes:
    at = 3 * (row * ACROSS + column)
    return taken[at : at + 3]


@pytest.mark.parametrize("shape", [(1, 1), (160, 90), (640, 272), (1080, 1920)])
def test_a_frame_that_fills_the_window_gives_all_points(shape: tuple[int, int]) -> None:
    assert sketch(frame(*shape)) == AS_RGB * (ACROSS * DOWN)


def test_every_point_is_taken_from_its_place() -> None:
    rows = b"".join(bytes((x, y, 0, 0)) for y in range(DOWN) for x in range(ACROSS))
    taken = sketch(Frame(ACROSS, DOWN, 4 * ACROSS, rows))
    assert all(point(taken, x, y) == bytes((0, y, x)) for y in range(DOWN) for x in range(ACROSS))


def test_bars_beside_the_frame_are_black() -> None:
    taken = sketch(frame(4, 3, left=0.125, right=0.875))
    assert [point(taken, column, 45) for column in (0, 19, 20, 139, 140, 159)] == [bytes(3)] * 2 + [AS_RGB] * 2 + [
        bytes(3)
    ] * 2
    taken = sketch(frame(64, 27, top=0.2, bottom=0.8))
    assert [point(taken, 80, row) for row in (0, 17, 18, 71, 72, 89)] == [bytes(3)] * 2 + [AS_RGB] * 2 + [bytes(3)] * 2


def test_of_a_frame_larger_than_the_window_the_middle_is_taken() -> None:
    rows = bytes((9, 9, 9, 0)) + LIT * 2 + bytes((9, 9, 9, 0))
    assert sketch(Frame(4, 1, 16, rows, left=-0.5, right=1.5)) == AS_RGB * (ACROSS * DOWN)


edges = st.floats(-3, 3, allow_nan=False)


@settings(max_examples=30)
@given(st.integers(1, 50), st.integers(1, 50), edges, edges, edges, edges)
def test_wherever_a_frame_lies_there_are_as_many_points(
    width: int, height: int, left: float, top: float, right: float, bottom: float
) -> None:
    taken = sketch(frame(width, height, left=left, top=top, right=right, bottom=bottom))
    assert len(taken) == 3 * ACROSS * DOWN
    assert {taken[at : at + 3] for at in range(0, len(taken), 3)} <= {bytes(3), AS_RGB}


@pytest.mark.parametrize(
    "shown", [Shown(BLACK), Shown(UNSURE), Shown(PICTURE, bytes(range(240)) * 180, lettered=True)], ids=lambda s: s.what
)
def test_an_answer_is_read_as_it_was_written(shown: Shown) -> None:
    assert decode(shown.encode(b"7"), b"7") == shown
    assert decode(shown.encode(b"6"), b"7") is None


@given(st.binary(max_size=200))
def test_any_other_datagram_is_no_answer(datagram: bytes) -> None:
    assert decode(datagram, b"7") is None


def test_a_picture_cut_short_is_no_answer() -> None:
    assert decode(Shown(PICTURE, bytes(3 * ACROSS * DOWN)).encode(b"1")[:-1], b"1") is None
