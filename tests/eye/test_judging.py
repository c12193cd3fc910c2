"""The eye's rules as a table, and held against any order of looks."""

from itertools import cycle, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.eye.judging import RELIEF, SURE, Judge, Word
from installation.player.shown import BLACK, PICTURE, UNSURE, Shown
from tests.eye.test_blocks import flat, street, with_window

A, B, C, NIGHT = street(1), street(2), street(3), street(4, brightest=7)
LAMPS = with_window(NIGHT, (0.5, 0.5, 0.6, 0.6), (250, 240, 200))
DIALOG = (0.4, 0.4, 0.65, 0.65)
"""A window of 6 % of the screen."""
GREY, DESK = (225, 225, 220), flat(40, 60, 120)
BARS = with_window(with_window(A, (0, 0, 1, 0.15), (0, 0, 0)), (0, 0.85, 1, 1), (0, 0, 0))


def shows(sketch: bytes, *, lettered: bool = False) -> Shown:
    return Shown(PICTURE, sketch, lettered)


def word(*looks: tuple[Shown | None, bytes | None]) -> Word | None:
    """What is said after looks, of which all but the first are repeated until it is sure."""
    judge, said = Judge(), None
    for told, seen in [looks[0], *islice(cycle(looks[1:] or looks), 2 * SURE)]:
        said = judge.look(told, [seen] if seen is not None else [])
    return said


@pytest.mark.parametrize(
    ("looks", "wanted"),
    [
        pytest.param([(shows(A), A)], Word.PICTURE, id="as it should be"),
        pytest.param([(shows(A), A), (shows(B), B)], Word.PICTURE, id="a show that moves"),
        pytest.param([(shows(BARS), BARS)], Word.PICTURE, id="bars"),
        pytest.param([(shows(NIGHT), NIGHT)], Word.PICTURE, id="a night without lamps"),
        pytest.param([(shows(NIGHT), flat(0, 0, 0))], Word.PICTURE, id="a night as black as none"),
        pytest.param([(shows(flat(0, 0, 0)), flat(0, 0, 0))], Word.PICTURE, id="a black of the loop"),
        pytest.param([(Shown(BLACK), flat(0, 0, 0))], Word.PICTURE, id="closed"),
        pytest.param([(Shown(BLACK), DESK)], Word.COVERED, id="closed, and a desktop"),
        pytest.param([(shows(A), with_window(A, DIALOG, GREY))], Word.COVERED, id="a dialog"),
        pytest.param([(shows(A), with_window(A, DIALOG, GREY)), (shows(B), with_window(B, DIALOG, GREY))],
                     Word.COVERED, id="a dialog over a show that moves"),
        pytest.param([(shows(NIGHT), with_window(NIGHT, DIALOG, (30, 30, 30)))], Word.COVERED, id="a dark dialog"),
        pytest.param([(shows(A), A), (shows(B), DESK), (shows(C), DESK)], Word.COVERED, id="a desktop"),
        pytest.param([(shows(A), flat(0, 0, 0))], Word.DARK, id="black over a picture"),
        pytest.param([(shows(LAMPS), flat(0, 0, 0))], Word.DARK, id="black over a night with lamps"),
        pytest.param([(shows(A), A), (shows(B), A), (shows(C), A)], Word.FROZEN, id="frozen"),
        pytest.param([(shows(LAMPS), LAMPS),
                      *[(shows(with_window(LAMPS, (0.1 * n, 0.2, 0.1 * n + 0.09, 0.3), (90, 90, 90))), LAMPS)
                        for n in range(1, 9)]], Word.FROZEN, id="frozen, as one walks by"),
        pytest.param([(None, A)], Word.NOTHING, id="no player"),
        pytest.param([(Shown(UNSURE), B)], Word.NOTHING, id="a show that opens"),
        pytest.param([(None, None)], Word.BLIND, id="no screen"),
    ],
)  # fmt: skip
def test_the_eye_says(looks: list[tuple[Shown | None, bytes | None]], wanted: Word) -> None:
    assert word(*looks) is wanted


def test_captions_that_lie_elsewhere_on_the_screen_are_no_cover() -> None:
    lines = with_window(A, (0.2, 0.86, 0.8, 0.97), GREY)
    assert word((shows(A, lettered=True), lines)) is Word.PICTURE
    assert word((shows(A), lines)) is Word.COVERED
    assert word((shows(A, lettered=True), with_window(A, (0.2, 0.2, 0.8, 0.8), GREY))) is Word.COVERED


def test_a_flash_that_only_one_of_them_caught_is_no_trouble() -> None:
    flash = bytes(min(255, value + 120) for value in A)
    judge = Judge()
    for _ in range(5):
        assert [judge.look(shows(A), [A]) for _ in range(RELIEF)][-1] is Word.PICTURE
        assert [judge.look(shows(flash), [A]) for _ in range(SURE - 1)] == [None] * (SURE - 1)
    assert judge.look(shows(A), [flash, flash, A]) is Word.PICTURE, "one of the sketches is enough"


def test_a_flash_in_a_street_that_stands_still_is_no_frozen_screen() -> None:
    flash, otherwise_scaled = flat(255, 255, 255), with_window(A, (0.5, 0.5, 0.6, 0.55), GREY)
    judge = Judge()
    for told in (flash, A, A, flash, A, A, A, flash, A, A, A, flash, A, flash, A, A, flash, A, A, A):
        said = judge.look(shows(told), [otherwise_scaled])
        assert said in (None, Word.PICTURE)
    assert said is Word.PICTURE


def test_a_frozen_screen_is_told_though_the_show_comes_by_what_it_shows() -> None:
    judge = Judge()
    strobe = [judge.look(shows(told), [B]) for told in (B, A, A, B, A, B, B, A, B, A, A)]
    assert strobe == [Word.PICTURE, *[None] * 9, Word.FROZEN]
    for seen in (C, B):
        judge.glance(seen)
    assert judge.look(shows(B), [B]) is Word.PICTURE, "it has changed since"


def test_a_trouble_is_told_in_the_sixth_look_and_its_end_in_the_first() -> None:
    judge, covered = Judge(), with_window(A, DIALOG, GREY)
    assert judge.look(shows(A), [A]) is Word.PICTURE
    said = [judge.look(shows(A), [covered]) for _ in range(SURE + 2)]
    assert said == [None] * (SURE - 1) + [Word.COVERED] * 3
    assert judge.look(shows(A), [A]) is Word.PICTURE


def test_a_screen_that_stands_still_beside_a_show_that_may_not_is_soon_looked_at_again() -> None:
    judge, walker = Judge(), with_window(A, (0.2, 0.2, 0.3, 0.3), GREY)
    further = with_window(A, (0.3, 0.3, 0.4, 0.4), GREY)
    judge.glance(with_window(A, (0, 0, 0.1, 0.1), GREY))
    judge.glance(A)
    looks = shows(walker), shows(walker), shows(further), None
    said = [(judge.look(told, [A]), judge.doubts) for told in looks]
    assert said == [(Word.PICTURE, True), (Word.PICTURE, False), (None, True), (Word.NOTHING, False)]


pictures = st.sampled_from([A, B, C, NIGHT, LAMPS, BARS, flat(0, 0, 0), flat(255, 255, 255)])


@settings(max_examples=15, deadline=None)
@given(st.lists(pictures, min_size=1, max_size=6), st.data())
def test_a_screen_that_shows_what_it_should_is_never_in_trouble(played: list[bytes], data: st.DataObject) -> None:
    judge = Judge()
    for sketch in played:
        others = data.draw(st.lists(pictures, max_size=2))
        assert judge.look(shows(sketch), [*others, sketch]) is Word.PICTURE


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([shows(A), shows(B), Shown(BLACK), Shown(UNSURE), None]), pictures)))
def test_no_trouble_is_ever_told_before_so_many_looks_have_found_one(looks: list[tuple[Shown | None, bytes]]) -> None:
    judge, unsure = Judge(), 0
    for told, seen in looks:
        said = judge.look(told, [seen])
        unsure = unsure + 1 if said is None or said in (Word.COVERED, Word.FROZEN, Word.DARK) else 0
        assert said is None or unsure in (0, *range(SURE, len(looks) + 1))
