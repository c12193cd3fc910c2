import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.drawing.lettering import fitted, font


def test_both_languages_have_letters() -> None:
    empty = font(40).getmask("\U0010fffe").getbbox()
    for letter in "平安城市計劃Safe":
        assert font(40).getmask(letter).getbbox() != empty


def test_bold_letters_are_wider() -> None:
    assert font(40, bold=True).getlength("Safe City") > font(40).getlength("Safe City")


def test_a_text_that_fits_stays_whole() -> None:
    assert fitted("crossing-1", font(40), 400) == "crossing-1"


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])), st.floats(0, 500))
def test_a_text_is_cut_to_its_room(text: str, width: float) -> None:
    shown = fitted(text, font(30), width)
    assert font(30).getlength(shown) <= width
    assert shown in ("", text) or text.startswith(shown.removesuffix("...").rstrip())


@pytest.mark.parametrize("width", [0, 10, 60])
def test_a_text_of_which_nothing_can_be_read_is_left_out(width: int) -> None:
    assert fitted("crossing-1", font(30), width) == ""
